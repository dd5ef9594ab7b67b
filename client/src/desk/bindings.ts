// Which key does what, as each agent has it at this browser.

import { create } from 'zustand'

/** What can have another key, with its usual one, in the order of the map. */
export const USUAL = {
  ready: 'r',
  pause: 'p',
  accept: 'a',
  decline: 'd',
  hold: 'h',
  hangup: 'x',
  mute: 'm',
  record: 'o',
  transfer: 't',
  requeue: 'u',
  consult: 'k',
  complete: 'f',
  swap: 's',
  conference: 'j',
  back: 'b',
  keypad: '#',
  'lookup-open': 'l',
  hand: 'w',
  park: 'z',
  slot: 'g',
  more: 'e',
  callback: 'c',
  said: 'y',
  notes: 'n',
} as const
export type Bound = keyof typeof USUAL
type Bindings = Record<Bound, string>

const BOUND = Object.keys(USUAL) as Bound[]
const keptFor = (agent: string): string => `desk.keys.${agent}`

interface State {
  agent: string
  keys: Bindings
}

const useState = create<State>()(() => ({ agent: '', keys: USUAL }))

/** Digits choose, ? shows the map, and the rest moves about the page. */
export const mayBeKey = (key: string): boolean => /^[^\s\d?]$/u.test(key)

/** Have the keys of an agent. */
export function bindingsOf(agent: string): void {
  if (agent !== useState.getState().agent) useState.setState({ agent, keys: { ...USUAL, ...read(agent) } })
}

function read(agent: string): Partial<Bindings> {
  try {
    const kept = JSON.parse(localStorage.getItem(keptFor(agent)) ?? '{}') as Record<string, unknown>
    const known = BOUND.filter((name) => typeof kept[name] === 'string' && mayBeKey(kept[name]))
    return Object.fromEntries(known.map((name) => [name, kept[name]]))
  } catch {
    return {}
  }
}

export function bind(name: Bound, key: string): void {
  const { agent, keys } = useState.getState()
  const now = { ...keys, [name]: key }
  const changed = BOUND.filter((one) => now[one] !== USUAL[one]).map((one) => [one, now[one]])
  localStorage.setItem(keptFor(agent), JSON.stringify(Object.fromEntries(changed)))
  useState.setState({ keys: now })
}

/** Everything as it was before anybody changed a key. */
export function unbindAll(): void {
  localStorage.removeItem(keptFor(useState.getState().agent))
  useState.setState({ keys: USUAL })
}

export const useBindings = (): Bindings => useState((s) => s.keys)
export const useKeyOf = (name: Bound): string => useState((s) => s.keys[name])

/** What else has the key of something: neither works by it then. */
export const rivalsOf = (keys: Bindings, name: Bound): Bound[] =>
  BOUND.filter((one) => one !== name && keys[one] === keys[name])

/** What a key stands for; null also where it stands for several things. */
export function boundTo(key: string): Bound | null {
  const { keys } = useState.getState()
  const names = BOUND.filter((name) => keys[name] === key)
  return names.length === 1 ? (names[0] ?? null) : null
}
