import JsSIP from 'jssip'
import type { RTCSession } from 'jssip/lib/RTCSession'
import type { IncomingRequest } from 'jssip/lib/SIPMessage'
import type { RTCSessionEvent } from 'jssip/lib/UA'

import type { SipLine } from '../generated/phone'
import { openMicrophone, soundAt } from './devices'
import type { Devices, PhoneCall, PhoneListener, PhonePort, Quality } from './port'
import { Listener } from './quality'
import { Keeper, left, type Left } from './resume'

const REGISTER_S = 120
/** With one network there is nothing to wait for once the first way to reach us is known. */
const ENOUGH_MS = 50
const KEY_MS = 100
const GAP_MS = 100
/** A registration that failed is tried again after so long, and longer each time up to a minute. */
const AGAIN_MS = 1_000
const AGAIN_AT_MOST_MS = 60_000

/** A phone at a SIP server (Asterisk) over a websocket. */
export class SipPhone implements PhonePort {
  private readonly ua: JsSIP.UA
  private readonly element = new Audio()
  private readonly keeper = new Keeper()
  private session: RTCSession | null = null
  private now: PhoneCall | null = null
  private microphone: Promise<MediaStream> | null = null
  private listener = new Listener()
  private wasReady = false
  private wasCut = false
  private failures = 0
  private again = 0
  private isOver = false

  constructor(
    private readonly line: SipLine,
    private devices: Devices,
    private readonly tell: PhoneListener,
    private readonly another: () => Promise<SipLine>,
  ) {
    const socket = new JsSIP.WebSocketInterface(absolute(line.url))
    this.ua = new JsSIP.UA({
      sockets: [socket],
      uri: `sip:${line.user}@${line.domain}`,
      authorization_user: line.user,
      password: line.password,
      register: true,
      register_expires: REGISTER_S,
      session_timers: false,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 8,
      user_agent: 'contact-center',
    })
    this.ua.on('registered', () => this.registered())
    this.ua.on('registrationFailed', ({ cause }) => {
      const refused = cause === JsSIP.C.causes.REJECTED || cause === JsSIP.C.causes.AUTHENTICATION_ERROR
      this.tell.link(refused ? 'refused' : 'lost', refused ? 'phone.refused' : '')
      this.tryLater(refused)
    })
    this.ua.on('disconnected', () => {
      this.wasCut = true
      this.tell.link(this.wasReady ? 'lost' : 'connecting', '')
    })
    this.ua.on('newRTCSession', ({ originator, session, request }: RTCSessionEvent) => {
      if (originator === 'remote') this.rings(session, request as IncomingRequest)
    })
  }

  async start(): Promise<void> {
    this.tell.link('connecting', '')
    this.ua.start()
  }

  async stop(): Promise<void> {
    this.isOver = true
    window.clearTimeout(this.again)
    this.keeper.forget()
    this.ua.stop()
    this.over('')
    this.tell.link('off', '')
  }

  async answer(): Promise<void> {
    const { session, now } = this
    if (session === null || now?.state !== 'ringing') return
    this.show({ state: 'joining' })
    try {
      const mediaStream = await this.opened()
      if (this.session === session) session.answer({ mediaStream, pcConfig: this.ways() })
    } catch {
      if (this.session !== session) return
      // Told before the call is over, which would be the end of it.
      this.over('phone.no_microphone')
      // Declined, so that the caller is offered to somebody who can speak.
      session.terminate({ status_code: 480 })
    }
  }

  hangUp(): void {
    const { session } = this
    if (session === null || session.isEnded()) return
    session.terminate(this.now?.state === 'ringing' ? { status_code: 486 } : {})
  }

  mute(on: boolean): void {
    for (const sender of this.connection()?.getSenders() ?? []) {
      if (sender.track !== null) sender.track.enabled = !on
    }
    if (this.now?.state === 'talking') {
      this.show({ muted: on })
      this.keep()
    }
  }

  keys(keys: string): void {
    this.session?.sendDTMF(keys, {
      transportType: JsSIP.C.DTMF_TRANSPORT.RFC2833 as never,
      duration: KEY_MS,
      interToneGap: GAP_MS,
    })
  }

  async use(devices: Devices): Promise<void> {
    const before = this.devices
    this.devices = devices
    await soundAt(this.element, devices.speaker)
    const same = before.microphone === devices.microphone && before.clean === devices.clean
    const connection = this.connection()
    if (same || connection === null || this.microphone === null) return
    const old = this.microphone
    this.microphone = openMicrophone(devices)
    const track = (await this.microphone).getAudioTracks()[0]
    if (track === undefined) return
    track.enabled = this.now?.muted !== true
    await Promise.all(connection.getSenders().map((sender) => sender.replaceTrack(track)))
    close(await old)
  }

  async quality(): Promise<Quality | null> {
    const connection = this.connection()
    if (connection === null || this.now?.state !== 'talking') return null
    return await this.listener.look(connection)
  }

  private registered(): void {
    const again = this.wasReady
    this.wasReady = true
    this.failures = 0
    this.tell.link('ready', '')
    // Over another connection: what the server says of the call has to come here from now on.
    if (this.wasCut && this.session?.isEstablished()) this.session.renegotiate()
    this.wasCut = false
    const call = again || this.session !== null ? null : left(this.line.user)
    if (call !== null) void this.resume(call)
  }

  private tryLater(isRefused: boolean): void {
    const ceiling = Math.min(AGAIN_AT_MOST_MS, AGAIN_MS * 2 ** this.failures)
    this.failures += 1
    window.clearTimeout(this.again)
    // Not all browsers at once.
    const after = ceiling * (0.5 + Math.random() / 2)
    this.again = window.setTimeout(() => void this.tryAgain(isRefused), after)
  }

  private async tryAgain(isRefused: boolean): Promise<void> {
    // Whoever was refused may have another password by now.
    const line = isRefused ? await this.another().catch(() => null) : null
    if (this.isOver) return
    if (line !== null) this.ua.set('password', line.password)
    // Without a connection there will be another registration with the next one.
    if (this.ua.isConnected()) this.ua.register()
  }

  /** Take the place of a page that went away in the middle of a call (RFC 3891). */
  private async resume(call: Left): Promise<void> {
    const { ref, name, number, muted, since } = call
    try {
      const mediaStream = await this.opened()
      for (const track of mediaStream.getTracks()) track.enabled = !muted
      const replaces = `${call.id};to-tag=${call.theirs};from-tag=${call.ours}`
      this.begin(
        this.ua.call(`sip:again@${this.line.domain}`, {
          mediaStream,
          pcConfig: this.ways(),
          extraHeaders: [`Replaces: ${replaces}`, 'Require: replaces'],
        }),
        { ref, name, number, muted, since, state: 'joining' },
      )
    } catch {
      this.keeper.forget()
      this.over('phone.no_microphone')
    }
  }

  private rings(session: RTCSession, request: IncomingRequest): void {
    if (this.session !== null) {
      session.terminate({ status_code: 486 })
      return
    }
    const { display_name: name, uri } = session.remote_identity
    this.begin(session, {
      ref: request.getHeader('X-Call-Ref') ?? '',
      name: name === uri.user ? '' : (name ?? ''),
      number: uri.user === 'anonymous' ? '' : (uri.user ?? ''),
      state: 'ringing',
      muted: false,
      since: Date.now(),
    })
    // The microphone is open before it is wanted, where it may be without asking.
    void this.opened().catch(() => undefined)
    if (/answer-after=0/.test(request.getHeader('Call-Info') ?? '')) void this.answer()
  }

  private begin(session: RTCSession, call: PhoneCall): void {
    this.session = session
    this.now = call
    this.listener = new Listener()
    session.on('peerconnection', ({ peerconnection }) => this.hear(peerconnection))
    if (session.connection) this.hear(session.connection)
    session.on('icecandidate', ({ ready }) => {
      if (this.line.ice.length === 0) window.setTimeout(ready, ENOUGH_MS)
    })
    session.on('confirmed', () => {
      this.show({ state: 'talking', since: call.state === 'joining' ? call.since : Date.now() })
      this.keep()
    })
    const ended = ({ originator, cause }: { originator: string; cause: string }) => {
      if (this.session !== session) return
      this.keeper.forget()
      const missed = this.now?.state === 'ringing' && originator === 'remote'
      this.over(missed ? 'phone.gone' : cause === JsSIP.C.causes.BAD_MEDIA_DESCRIPTION ? 'phone.no_sound' : '')
    }
    session.on('ended', ended)
    session.on('failed', ended)
    this.tell.call(call, '')
  }

  private hear(connection: RTCPeerConnection): void {
    connection.addEventListener('track', ({ track }) => {
      this.element.srcObject = new MediaStream([track])
      void soundAt(this.element, this.devices.speaker)
      void this.element.play().catch(() => undefined)
    })
  }

  private keep(): void {
    const { session, now } = this
    if (session === null || now === null) return
    const { id } = (session as unknown as { _dialog: { id: Tags } | null })._dialog ?? {}
    if (id === undefined) return
    const { ref, name, number, muted, since } = now
    this.keeper.keep({
      user: this.line.user,
      id: id.call_id,
      theirs: id.remote_tag,
      ours: id.local_tag,
      ref,
      name,
      number,
      muted,
      since,
    })
  }

  private show(change: Partial<PhoneCall>): void {
    if (this.now === null) return
    this.now = { ...this.now, ...change }
    this.tell.call(this.now, '')
  }

  private over(why: string): void {
    const had = this.now !== null
    this.session = null
    this.now = null
    this.element.srcObject = null
    void this.microphone?.then(close, () => undefined)
    this.microphone = null
    if (had) this.tell.call(null, why)
  }

  private opened(): Promise<MediaStream> {
    this.microphone ??= openMicrophone(this.devices)
    return this.microphone
  }

  private connection(): RTCPeerConnection | null {
    return (this.session?.connection as RTCPeerConnection | undefined) ?? null
  }

  private ways(): RTCConfiguration {
    return { iceServers: this.line.ice.map((urls) => ({ urls })), bundlePolicy: 'max-bundle' }
  }
}

interface Tags {
  call_id: string
  local_tag: string
  remote_tag: string
}

function absolute(url: string): string {
  const { protocol, host } = window.location
  return url.startsWith('/') ? `${protocol === 'https:' ? 'wss' : 'ws'}://${host}${url}` : url
}

function close(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
}
