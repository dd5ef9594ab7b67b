/**
 * What a phone in the browser can do, whoever carries its calls.
 *
 * A phone carries sound, rings, is answered and hung up. Everything else about a call (hold,
 * transfers, recording) is the server's, so that nobody has to ask two for the truth.
 */

/** Whether calls can come. `busy`: another tab of this browser is the phone. */
export type Link = 'off' | 'busy' | 'connecting' | 'ready' | 'lost' | 'refused'

/** How well the parties hear each other. */
export type Level = 'good' | 'fair' | 'poor'

export interface PhoneCall {
  /** The call's own name at the server; "" when it was not told. */
  ref: string
  name: string
  number: string
  state: 'ringing' | 'joining' | 'talking'
  muted: boolean
  /** Milliseconds UTC of the ring; later of the answer. */
  since: number
}

export interface Quality {
  level: Level
  /** Round trip in milliseconds, share of packets lost, both of late. */
  rtt: number
  lost: number
}

/** What is used of what is plugged in; "" is the browser's own choice. */
export interface Devices {
  microphone: string
  speaker: string
  ringer: string
  /** The browser's noise suppression. */
  clean: boolean
}

/** What a phone tells; at most one call at a time. */
export interface PhoneListener {
  link(link: Link, why: string): void
  call(call: PhoneCall | null, why: string): void
}

export interface PhonePort {
  /** Register. What comes of it is told. */
  start(): Promise<void>
  /** Take the registration back; a call ends. */
  stop(): Promise<void>
  answer(): Promise<void>
  hangUp(): void
  mute(on: boolean): void
  /** Press keys in the call: 0 to 9, *, #. */
  keys(keys: string): void
  use(devices: Devices): Promise<void>
  quality(): Promise<Quality | null>
}
