import JsSIP from 'jssip'

import type { Caller, Way } from './port'

/** With one network there is nothing to wait for once the first way to reach us is known. */
const ENOUGH_MS = 50
const KEY_MS = 100

/** Call by SIP over a websocket: no registration and no password, one call to one name. */
export const call: Caller<Extract<Way, { kind: 'sip' }>> = async (way, told, microphone) => {
  const { protocol, host } = window.location
  const socket = new JsSIP.WebSocketInterface(`${protocol === 'https:' ? 'wss' : 'ws'}://${host}${way.url}`)
  const ua = new JsSIP.UA({
    sockets: [socket],
    uri: `sip:${way.user}@contact-center`,
    register: false,
    session_timers: false,
    user_agent: 'contact-center',
  })
  const element = new Audio()
  const over = (failed: boolean) => {
    element.srcObject = null
    ua.stop()
    told.over(failed)
  }
  await new Promise<void>((resolve, reject) => {
    ua.once('connected', () => resolve())
    ua.once('disconnected', () => {
      ua.stop()
      reject(new Error('no line'))
    })
    ua.start()
  })
  const session = ua.call(`sip:${way.to}@contact-center`, {
    ...(microphone === null ? {} : { mediaStream: microphone }),
    pcConfig: { iceServers: way.ice.map((urls) => ({ urls })), bundlePolicy: 'max-bundle' },
  })
  session.on('icecandidate', ({ ready }) => {
    if (way.ice.length === 0) window.setTimeout(ready, ENOUGH_MS)
  })
  session.connection.addEventListener('track', ({ track }) => {
    element.srcObject = new MediaStream([track])
    void element.play().catch(() => undefined)
  })
  session.on('confirmed', () => told.talking())
  session.on('ended', () => over(false))
  session.on('failed', () => over(true))
  return {
    mute: (on) => (on ? session.mute({ audio: true }) : session.unmute({ audio: true })),
    keys: (keys) =>
      session.sendDTMF(keys, { transportType: JsSIP.C.DTMF_TRANSPORT.RFC2833 as never, duration: KEY_MS }),
    hangUp: () => {
      if (!session.isEnded()) session.terminate()
    },
  }
}
