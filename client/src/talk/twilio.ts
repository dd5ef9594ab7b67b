import { Call, Device } from '@twilio/voice-sdk'

import type { Caller, Way } from './port'

/** Call by Twilio's own package, with a token for one application. */
export const call: Caller<Extract<Way, { kind: 'twilio' }>> = async (way, told, microphone) => {
  // The package opens the microphone by itself.
  for (const track of microphone?.getTracks() ?? []) track.stop()
  const device = new Device(way.token, {
    appName: 'contact-center',
    closeProtection: false,
    codecPreferences: [Call.Codec.Opus, Call.Codec.PCMU],
    ...(way.edge === '' ? {} : { edge: way.edge }),
  })
  device.audio?.outgoing(false)
  device.audio?.disconnect(false)
  const session = await device.connect()
  const over = (failed: boolean) => {
    device.destroy()
    told.over(failed)
  }
  session.on('accept', () => told.talking())
  session.on('disconnect', () => over(false))
  session.on('cancel', () => over(false))
  session.on('reject', () => over(true))
  session.on('error', () => over(true))
  return {
    mute: (on) => session.mute(on),
    keys: (keys) => session.sendDigits(keys),
    hangUp: () => session.disconnect(),
  }
}
