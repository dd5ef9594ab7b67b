import { Call, Device } from '@twilio/voice-sdk'

import type { TwilioLine } from '../generated/phone'
import { constraints } from './devices'
import type { Devices, PhoneCall, PhoneListener, PhonePort, Quality } from './port'
import { level } from './quality'

/** So long before a token ends the next one is fetched. */
const BEFORE_MS = 60_000

/** A phone at Twilio, by Twilio's own package. It resumes a call by itself only within one page. */
export class TwilioPhone implements PhonePort {
  private readonly device: Device
  private session: Call | null = null
  private now: PhoneCall | null = null
  private heard: Quality | null = null

  constructor(
    line: TwilioLine,
    private devices: Devices,
    private readonly tell: PhoneListener,
    private readonly another: () => Promise<TwilioLine>,
  ) {
    this.device = new Device(line.token, {
      appName: 'contact-center',
      closeProtection: false,
      codecPreferences: [Call.Codec.Opus, Call.Codec.PCMU],
      tokenRefreshMs: BEFORE_MS,
      ...(line.edge === '' ? {} : { edge: line.edge }),
    })
    this.device.on('registering', () => this.tell.link('connecting', ''))
    this.device.on('registered', () => this.tell.link('ready', ''))
    this.device.on('unregistered', () => this.tell.link('lost', ''))
    this.device.on('tokenWillExpire', () => void this.renew())
    this.device.on('error', ({ code }: { code: number }) => {
      // Tokens that are over, or wrong: 20101 and its neighbours.
      const refused = code >= 20101 && code < 20200 && code !== 20104
      if (refused) this.tell.link('refused', 'phone.refused')
      else if (code === 20104) void this.renew()
      if (code >= 31400 && code < 31500) this.tell.call(this.now, 'phone.no_microphone')
    })
    this.device.on('incoming', (call: Call) => this.rings(call))
  }

  async start(): Promise<void> {
    this.tell.link('connecting', '')
    // We ring by ourselves, at the device that was chosen for it.
    this.device.audio?.incoming(false)
    this.device.audio?.outgoing(false)
    this.device.audio?.disconnect(false)
    await this.device.register().catch(() => this.tell.link('lost', ''))
  }

  async stop(): Promise<void> {
    this.device.destroy()
    this.over('')
    this.tell.link('off', '')
  }

  async answer(): Promise<void> {
    if (this.session === null || this.now?.state !== 'ringing') return
    this.show({ state: 'joining' })
    await this.use(this.devices)
    this.session?.accept({ rtcConstraints: { audio: constraints(this.devices) } })
  }

  hangUp(): void {
    if (this.now?.state === 'ringing') this.session?.reject()
    else this.session?.disconnect()
  }

  mute(on: boolean): void {
    this.session?.mute(on)
  }

  keys(keys: string): void {
    this.session?.sendDigits(keys)
  }

  async use(devices: Devices): Promise<void> {
    this.devices = devices
    const audio = this.device.audio
    if (audio === null || audio === undefined) return
    const speaker = devices.speaker === '' ? 'default' : devices.speaker
    if (audio.isOutputSelectionSupported) await audio.speakerDevices.set(speaker).catch(() => undefined)
    if (this.now?.state === 'talking') {
      await audio.setAudioConstraints(constraints(devices)).catch(() => undefined)
      if (devices.microphone !== '') await audio.setInputDevice(devices.microphone).catch(() => undefined)
    }
  }

  async quality(): Promise<Quality | null> {
    return this.now?.state === 'talking' ? this.heard : null
  }

  private async renew(): Promise<void> {
    try {
      this.device.updateToken((await this.another()).token)
    } catch {
      this.tell.link('lost', '')
    }
  }

  private rings(call: Call): void {
    if (this.session !== null) {
      call.reject()
      return
    }
    this.session = call
    const from = call.parameters.From ?? ''
    this.now = {
      ref: call.customParameters.get('ref') ?? '',
      name: call.customParameters.get('name') ?? '',
      number: from.startsWith('client:') ? '' : from,
      state: 'ringing',
      muted: false,
      since: Date.now(),
    }
    this.tell.call(this.now, '')
    call.on('accept', () => this.show({ state: 'talking', since: Date.now() }))
    call.on('mute', (muted: boolean) => this.show({ muted }))
    call.on('sample', ({ mos, rtt, packetsLostFraction }: Sample) => {
      const lost = packetsLostFraction / 100
      this.heard = { level: level(mos ?? 4.4), rtt: Math.round(rtt), lost }
    })
    call.on('cancel', () => this.over('phone.gone'))
    for (const name of ['disconnect', 'reject']) call.on(name, () => this.over(''))
    if (call.customParameters.get('auto_answer') === 'true') void this.answer()
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
    this.heard = null
    if (had) this.tell.call(null, why)
  }
}

interface Sample {
  mos: number | null
  rtt: number
  packetsLostFraction: number
}
