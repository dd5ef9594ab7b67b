import { create } from 'zustand'

import type { PhoneChoice, PhoneState, SipLine, TwilioLine } from '../generated/phone'
import { offerSound } from '../kit/kept'
import { RefusedError } from '../server'
import { keepDevices, keptDevices, mayListen, openMicrophone, plugged, type Plugged } from './devices'
import { doors, stateWhenThere } from './doors'
import type { Devices, Link, PhoneCall, PhoneListener, PhonePort, Quality } from './port'
import { Ringer } from './ringer'

const AGAIN_MS = 5_000
const LISTEN_EVERY_MS = 2_000
const LOCK = 'contact-center.phone'

export interface PhoneView {
  /** Whose phone it is and where it may be; null until the server said so. */
  phone: PhoneState | null
  link: Link
  /** A word of the catalogue about the link or the last call, or "". */
  why: string
  call: PhoneCall | null
  quality: Quality | null
  devices: Devices
  plugged: Plugged
  /** Whether the microphone was allowed; null: the browser asks when it is wanted. */
  mayListen: boolean | null
  problem: RefusedError | null
}

/** The phone of this page. Read it with a selector; change it by `phone`. */
export const usePhone = create<PhoneView>()(() => ({
  phone: null,
  link: 'off',
  why: '',
  call: null,
  quality: null,
  devices: keptDevices(),
  plugged: { microphones: [], speakers: [] },
  mayListen: null,
  problem: null,
}))

const set = usePhone.setState
const ringer = new Ringer()
let port: PhonePort | null = null
let release: (() => void) | null = null
let waiting: AbortController | null = null
let began = 0
let again = 0
let listening = 0

const tell: PhoneListener = {
  link: (link, why) =>
    set((s) => ({ link, why: why === '' && !(link === 'ready' && s.why === 'phone.refused') ? s.why : why })),
  call: (call, why) => {
    const before = usePhone.getState().call
    set({ call, ...(call !== null && before === null ? { why: '' } : why === '' ? {} : { why }) })
    if (call?.state === 'ringing') {
      if (before?.state !== 'ringing') sound()
    } else ringer.stop()
    if (call === null) set({ quality: null })
  },
}

/** Ring, unless the sound is off for this browser. */
function sound(): void {
  if (offerSound.isOn()) void ringer.start(usePhone.getState().devices.ringer)
}

offerSound.subscribe((isOn) => {
  if (!isOn) ringer.stop()
  else if (usePhone.getState().call?.state === 'ringing') sound()
})

async function connect(turn: number): Promise<void> {
  window.clearTimeout(again)
  try {
    const line = await doors.line()
    if (turn !== began) return
    const made = await phoneOf(line)
    if (turn !== began) return
    port = made
    set({ problem: null })
    await made.start()
  } catch (error) {
    if (turn !== began) return
    const problem = error instanceof RefusedError ? error : new RefusedError('', String(error))
    set({ link: problem.status === 401 ? 'refused' : 'lost', problem })
    if (problem.status !== 401) again = window.setTimeout(() => void connect(turn), AGAIN_MS)
  }
}

/** Each kind of phone is fetched when it is wanted. */
async function phoneOf(line: SipLine | TwilioLine): Promise<PhonePort> {
  const { devices } = usePhone.getState()
  if (line.kind === 'sip') return new (await import('./sip')).SipPhone(line, devices, tell, doors.line as () => Promise<SipLine>)
  const { TwilioPhone } = await import('./twilio')
  return new TwilioPhone(line, devices, tell, doors.line as () => Promise<TwilioLine>)
}

/** One tab of a browser is the phone; the next one takes over when that is closed. */
function takeTurn(turn: number): void {
  if (!('locks' in navigator)) {
    void connect(turn)
    return
  }
  waiting = new AbortController()
  set({ link: 'busy' })
  const held = navigator.locks.request(LOCK, { signal: waiting.signal }, () => {
    if (turn !== began) return Promise.resolve()
    set({ link: 'connecting' })
    void connect(turn)
    return new Promise<void>((done) => {
      release = done
    })
  })
  held.catch(() => undefined)
}

async function turnOff(): Promise<void> {
  began += 1
  window.clearTimeout(again)
  waiting?.abort()
  waiting = null
  const old = port
  port = null
  await old?.stop()
  release?.()
  release = null
  ringer.stop()
  set({ link: 'off', call: null, quality: null, why: '' })
}

function turnOn(): void {
  if (port === null && usePhone.getState().link === 'off') takeTurn(began)
}

/** What can be done with the phone. Nothing of it throws; what went wrong is in the view. */
export const phone = {
  /** Ask whose phone it is, and be one if this browser is where it is to be. */
  async begin(): Promise<void> {
    window.clearInterval(listening)
    listening = window.setInterval(() => {
      void port?.quality().then((quality) => set({ quality }))
    }, LISTEN_EVERY_MS)
    navigator.mediaDevices?.addEventListener('devicechange', look)
    await look()
    const turn = began
    try {
      const state = await stateWhenThere({
        isWanted: () => turn === began,
        failed: (problem) => set({ problem }),
      })
      if (state === null) return
      set({ phone: state, problem: null })
      if (state.way === 'browser') turnOn()
    } catch (error) {
      set({ problem: error instanceof RefusedError ? error : new RefusedError('', '') })
    }
  },
  /** The page goes on without a phone. */
  async end(): Promise<void> {
    window.clearInterval(listening)
    navigator.mediaDevices?.removeEventListener('devicechange', look)
    await turnOff()
  },
  /** Have the phone somewhere else: in this browser, on the desk, at a number outside. */
  async choose(choice: PhoneChoice): Promise<boolean> {
    try {
      const state = await doors.choose(choice)
      set({ phone: state, problem: null })
      if (state.way === 'browser') turnOn()
      else await turnOff()
      return true
    } catch (error) {
      set({ problem: error instanceof RefusedError ? error : new RefusedError('', '') })
      return false
    }
  },
  /** Let the browser ask for the microphone now, and not while somebody rings. */
  async allow(): Promise<void> {
    try {
      const stream = await openMicrophone(usePhone.getState().devices)
      for (const track of stream.getTracks()) track.stop()
      set({ why: '' })
    } catch {
      set({ why: 'phone.no_microphone' })
    }
    await look()
  },
  answer: () => void port?.answer(),
  hangUp: () => port?.hangUp(),
  mute: (on: boolean) => port?.mute(on),
  keys: (keys: string) => port?.keys(keys),
  async use(change: Partial<Devices>): Promise<void> {
    const devices = { ...usePhone.getState().devices, ...change }
    keepDevices(devices)
    set({ devices })
    try {
      await port?.use(devices)
    } catch {
      set({ why: 'phone.no_microphone' })
    }
  },
  /** Let the ring be heard for a moment. */
  async tryRing(): Promise<void> {
    await ringer.start(usePhone.getState().devices.ringer)
    window.setTimeout(() => usePhone.getState().call?.state !== 'ringing' && ringer.stop(), 1_500)
  },
}

async function look(): Promise<void> {
  set({ plugged: await plugged(), mayListen: await mayListen() })
}
