// What the agent can do now, by key and by button: one table for both. Its keys are in bindings.ts.

import type { PromisedCall } from '../generated/desk'
import { isPhoneKey } from '../kit/Keypad'
import { wordsNow } from '../words/desk'
import { type Bound, boundTo } from './bindings'
import { pickDigit } from './choosing'
import { isWork, mayPromise, type Model, modeOf, previewOf } from './model'
import { ask, current, tell, useDesk, wish } from './store'

const set = useDesk.setState

interface Act {
  can: (model: Model) => boolean
  go: () => unknown
}

const isTalking = (model: Model): boolean => ['talk', 'hold'].includes(modeOf(model))
const isCall = (model: Model): boolean => isTalking(model) && !isWork(model)
const isAlone = (model: Model): boolean => isCall(model) && !model.call?.consult
const isAsking = (model: Model): boolean => isCall(model) && Boolean(model.call?.consult)
const both = (model: Model): boolean =>
  isAsking(model) && ['talking', 'aside'].includes(model.call?.consult?.state ?? '')
const isRinging = (model: Model): boolean => modeOf(model) === 'ring'

const call = (): string => current().call?.call ?? ''
const offer = () => ({ reservation: current().call?.reservation ?? '' })
const step = (name: 'complete' | 'swap' | 'conference' | 'return') => () =>
  wish({ t: 'cmd.consult.step', call: call(), d: { step: name } })

function accept(): unknown {
  // A phone on this page is answered here; any other by the phone system, where it can. What is no
  // call, or is none yet, does not ring.
  const rings = previewOf(current()) === null && !isWork(current())
  if (rings && useDesk.getState().phone === 'here') return set({ isAnswerWanted: true })
  return wish({ t: 'cmd.accept', d: offer() })
}

function decline(): unknown {
  if (previewOf(current()) === null) return wish({ t: 'cmd.decline', d: offer() })
  const chosen = document.querySelector<HTMLSelectElement>('#skip-reason')
  return wish({ t: 'cmd.preview_skip', call: call(), d: { reason: chosen?.value ?? '' } })
}

async function callback(): Promise<void> {
  const wanted = call()
  set({ promiseWanted: wanted })
  const problem = await ask({ t: 'cmd.callback.form', call: wanted })
  if (problem !== null) set({ promiseWanted: '' })
  tell(problem === null ? '' : wordsNow().problem(problem))
}

const toggle = (what: 'transfer' | 'consult') => () =>
  set((s) => ({ whom: s.whom === what ? null : what }))
const helped = () => Boolean(current().state.help_since)
const focus = (id: string) => () => document.getElementById(id)?.focus()
const always = () => true

export const ACTS = {
  ready: { can: always, go: () => wish({ t: 'cmd.ready' }) },
  pause: { can: always, go: () => toggleReasons() },
  accept: { can: isRinging, go: accept },
  decline: { can: isRinging, go: decline },
  hold: {
    can: isCall,
    go: () => wish({ t: 'cmd.hold', call: call(), d: { on: modeOf(current()) === 'talk' } }),
  },
  hangup: { can: isCall, go: () => wish({ t: 'cmd.hangup', call: call() }) },
  done: {
    can: (model) => isTalking(model) && isWork(model),
    go: () => wish({ t: 'cmd.done', call: call() }),
  },
  more: {
    can: (model) => modeOf(model) === 'wrap',
    go: () => wish({ t: 'cmd.wrapup', call: call(), d: { extend: true } }),
  },
  callback: { can: mayPromise, go: callback },
  mute: {
    can: isCall,
    go: () => wish({ t: 'cmd.mute', call: call(), d: { on: !current().call?.muted } }),
  },
  transfer: { can: isAlone, go: toggle('transfer') },
  consult: { can: isAlone, go: toggle('consult') },
  requeue: { can: isAlone, go: () => wish({ t: 'cmd.requeue', call: call() }) },
  park: { can: isAlone, go: () => wish({ t: 'cmd.park', call: call() }) },
  record: {
    can: (model) => isCall(model) && Boolean(model.call?.recording),
    go: () =>
      wish({ t: 'cmd.record', call: call(), d: { on: current().call?.recording?.paused ?? false } }),
  },
  keypad: { can: isCall, go: () => togglePad() },
  hand: {
    can: (model) => model.state.presence !== 'logged_out',
    go: () => wish({ t: 'cmd.help', d: { on: !helped() } }),
  },
  complete: { can: isAsking, go: step('complete') },
  swap: { can: both, go: step('swap') },
  conference: { can: both, go: step('conference') },
  back: { can: isAsking, go: step('return') },
  'lookup-open': {
    can: always,
    go: () => set((s) => ({ isLookupOpen: !s.isLookupOpen })),
  },
  slot: { can: always, go: focus('slot') },
  notes: {
    can: (model) => !['idle', 'ring'].includes(modeOf(model)),
    go: focus('notes'),
  },
  help: { can: always, go: () => set({ isMapOpen: true }) },
} as const satisfies Record<string, Act>

export type ActName = keyof typeof ACTS

/** The key that an act goes by: of two that are never possible at once it may be the same. */
export const boundOf = (act: Exclude<ActName, 'help'>): Bound => (act === 'done' ? 'hangup' : act)

/** Do what a key stands for, if it can be done; gives whether the key stands for anything. */
export function pressed(key: string): boolean {
  const bound = key === '?' ? 'help' : boundTo(key)
  if (bound === null || bound === 'said') return false
  const acts: Act[] = bound === 'hangup' ? [ACTS.hangup, ACTS.done] : [ACTS[bound]]
  acts.find((act) => act.can(current()))?.go()
  return true
}

export function toggleReasons(isOpen?: boolean): void {
  set((s) => ({ areReasonsOpen: isOpen ?? !s.areReasonsOpen }))
}

function togglePad(): void {
  set((s) => ({ pad: s.pad === null ? { sent: 0, isLost: false } : null }))
}

export function closePad(): void {
  if (useDesk.getState().pad !== null) set({ pad: null })
}

/** While the keypad is open, digits are keys for the telephone and no commands. */
export function pressedOnPad(key: string): boolean {
  if (useDesk.getState().pad === null || !isPhoneKey(key)) return false
  void sendKey(key)
  return true
}

export async function sendKey(digits: string): Promise<void> {
  set(({ pad }) => ({ pad: pad && { ...pad, isLost: false } }))
  const refused = await wish({ t: 'cmd.digits', call: call(), d: { digits } })
  // That keys were lost may be told before this is answered.
  if (refused === null) set(({ pad }) => ({ pad: pad && { ...pad, sent: pad.sent + 1 } }))
}

export function choosePause(reason: string): void {
  toggleReasons(false)
  void wish({ t: 'cmd.pause', d: { reason } })
}

/** A digit: a reason while reasons are open, else how the call ended. */
export function pressedNumber(index: number): void {
  const model = current()
  if (useDesk.getState().areReasonsOpen) {
    const reason = model.pauseReasons[index]
    if (reason !== undefined) choosePause(reason.code)
    return
  }
  pickDigit(String(index + 1))
}

export function closeWhom(): void {
  const { whom } = useDesk.getState()
  if (whom === null) return
  // Keys are commands again: nothing that is gone may keep them.
  if (document.getElementById('whom')?.contains(document.activeElement)) focus(whom)()
  set({ whom: null })
}

export function closeLookup(): void {
  if (useDesk.getState().isLookupOpen) set({ isLookupOpen: false })
}

export function movePromise(moved: PromisedCall): void {
  set({ promising: { moved }, promiseWanted: '' })
}

export function closePromise(): void {
  const active = document.activeElement
  if (active instanceof HTMLElement && document.getElementById('promise')?.contains(active)) {
    active.blur()
  }
  if (useDesk.getState().promising !== null || useDesk.getState().promiseWanted !== '') {
    set({ promising: null, promiseWanted: '' })
  }
}
