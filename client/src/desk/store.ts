// What this page knows, and what it can ask for.

import { create } from 'zustand'

import type { FromServer, Problem, PromiseForm, PromisedCall } from '../generated/desk'
import { offerSound } from '../kit/kept'
import { wordsNow } from '../words/desk'
import { bindingsOf } from './bindings'
import { type Command, type Level, Link } from './link'
import { fold, isWork, modeOf, NOTHING, type Model, previewOf } from './model'
import { Notes, type Saving } from './notes'
import { ring } from './ring'

/** What the form of promises is about: the customer of a call, or a promise to be moved. */
export type Promising = { form: PromiseForm } | { moved: PromisedCall }

interface State {
  screen: 'asking' | 'login' | 'desk'
  name: string
  model: Model
  level: Level
  isElsewhere: boolean
  /** Nobody does anything here: the login lasts until then (milliseconds); 0: somebody does. */
  idleUntil: number
  /** The login ended because nobody did anything. */
  wasIdle: boolean
  /** Why the last wish was not carried out. */
  said: string
  notes: { text: string; state: Saving }
  /** The phone in this browser: none, on this page, or another page of it, which rings there. */
  phone: 'none' | 'here' | 'beside'
  areReasonsOpen: boolean
  isMapOpen: boolean
  isLookupOpen: boolean
  /** What the form for a target asks for. */
  whom: 'transfer' | 'consult' | null
  /** The keypad, while it is open: how many keys went, never which. */
  pad: { sent: number; isLost: boolean } | null
  /** The phone on this page is to be answered, as soon as it rings. */
  isAnswerWanted: boolean
  promising: Promising | null
  /** The call whose form of promises was asked for and has not come yet. */
  promiseWanted: string
  /** Of which call a promise was made here, and when. */
  promiseMade: { call: string; at: number }
}

export const useDesk = create<State>()(() => ({
  screen: 'asking',
  name: '',
  model: NOTHING,
  level: 'connecting',
  isElsewhere: false,
  idleUntil: 0,
  wasIdle: false,
  said: '',
  notes: { text: '', state: { kind: 'none' } },
  phone: 'none',
  isAnswerWanted: false,
  areReasonsOpen: false,
  isMapOpen: false,
  isLookupOpen: false,
  whom: null,
  pad: null,
  promising: null,
  promiseWanted: '',
  promiseMade: { call: '', at: 0 },
}))

const { getState: get, setState: set } = useDesk

export const useModel = (): Model => useDesk((s) => s.model)
export const current = (): Model => get().model

export const link = new Link(hear, level)
export const notes = new Notes(
  (call, text) => link.command({ t: 'cmd.notes', call, d: { text } }),
  () => set({ notes: { text: notes.text, state: notes.state } }),
)

export function tell(said: string): void {
  if (get().said !== said) set({ said })
}

/** Ask for something; forms that say themselves why not use this one. */
export const ask = (wish: Command): Promise<Problem | null> => link.command(wish)

/** The same, and say above the call why it was not done. */
export async function wish(command: Command): Promise<Problem | null> {
  tell('')
  // What is asked may take the call off the screen: what was typed goes first.
  if (command.t !== 'cmd.notes') void notes.flush()
  const problem = await link.command(command)
  if (problem !== null) tell(wordsNow().problem(problem))
  return problem
}

function hear(message: FromServer): void {
  if (message.t === 'idle.warned') return set({ idleUntil: message.until })
  if (message.t === 'auth.changed') return set({ wasIdle: message.reason === 'idle' })
  const received = Date.now()
  const before = get()
  const model = fold(before.model, message)
  const changes: Partial<State> = { model }
  if (message.t === 'agent.state' || message.t === 'pop.show') changes.said = ''
  if (message.t === 'state') {
    changes.name = message.d.name
    bindingsOf(message.d.agent)
  }
  const form = model.callbacks?.form
  if (before.promiseWanted !== '' && form?.call === before.promiseWanted) {
    changes.promiseWanted = ''
    changes.promising = { form }
  }
  const mode = modeOf(model)
  if ((mode !== 'talk' && mode !== 'hold') || isWork(model)) Object.assign(changes, { whom: null, pad: null })
  else if (message.t === 'call.keys' && before.pad !== null) changes.pad = { ...before.pad, isLost: true }
  set(changes)
  if (message.t !== 'queue.state') notes.follow(model.call)
  if (message.t === 'agent.state' || message.t === 'state') {
    notes.before((model.state.wrap_up_until ?? 0) - link.now())
  }
  if (message.t === 'pop.show' && !message.d.ended) {
    const { call } = message
    if (call !== undefined) afterPaint(() => link.send({ t: 'pop.shown', call, d: { t_recv: received, t_paint: Date.now() } }))
  }
}

function afterPaint(act: () => void): void {
  requestAnimationFrame(() => setTimeout(act))
}

function level(name: Level, code?: number): void {
  set({ level: name })
  if (name !== 'closed') return
  if (code === 4409) set({ isElsewhere: true })
  else if (code === 4406) window.location.reload()
  else showLogin()
}

window.addEventListener('pagehide', () => void notes.flush())

// The ring follows what is on the screen; a call rings at the phone of this browser, where that is it.
function ringAsShown(): void {
  const { model, phone, screen } = get()
  const isOffered = screen === 'desk' && modeOf(model) === 'ring' && previewOf(model) === null
  ring(isOffered && offerSound.isOn() && (phone === 'none' || isWork(model)))
}
useDesk.subscribe(ringAsShown)
offerSound.subscribe(ringAsShown)

// --- signing in and out --------------------------------------------------------------------------

export function showLogin(): void {
  link.close()
  set({ screen: 'login', idleUntil: 0, promising: null, promiseWanted: '', isMapOpen: false, isLookupOpen: false, isElsewhere: false })
}

function startDesk({ name }: { name: string }): void {
  link.forget()
  set({ screen: 'desk', name, model: NOTHING, wasIdle: false, said: '', whom: null, pad: null })
  link.open()
}

export function takeBack(): void {
  set({ isElsewhere: false })
  link.open()
}

/** Look whether somebody is signed in. */
export async function whoIsThere(): Promise<void> {
  const answer = await fetch('/api/me').catch(() => null)
  if (answer?.ok) startDesk((await answer.json()) as { name: string })
  else showLogin()
}

/** Sign in; gives 0, or the status of the refusal, -1 when the center was not reached. */
export async function logIn(login: string, password: string): Promise<number> {
  try {
    const answer = await fetch('/api/login', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ login, password }),
    })
    if (!answer.ok) return answer.status
    startDesk((await answer.json()) as { name: string })
    return 0
  } catch {
    return -1
  }
}

export async function logOut(): Promise<void> {
  await notes.flush()
  await link.command({ t: 'cmd.logout' })
  link.close()
  await fetch('/api/logout', { method: 'POST' }).catch(() => undefined)
  showLogin()
}
