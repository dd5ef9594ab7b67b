// How the call ended: a tree to choose from by digits, and what has to be said besides.

import { create } from 'zustand'

import type { DispositionChoice } from '../generated/desk'
import { wordsNow } from '../words/desk'
import { dispositionsOf, type Model, modeOf } from './model'
import { current, notes, useDesk, wish } from './store'

interface Ending {
  /** The groups that are open, outermost first. */
  path: string[]
  /** The disposition whose fields are asked for. */
  asking: DispositionChoice | null
  /** Why it was not taken. */
  said: string
}

/** A group, or a disposition, with the digit that stands for it. */
export type Item = { key: string } & ({ group: string } | { one: DispositionChoice })

const NONE: Ending = { path: [], asking: null, said: '' }
const DIGITS = '123456789'

export const useEnding = create<Ending>()(() => NONE)
const { getState: get, setState: set } = useEnding

const kept = (code: string): string => `desk.ending.${current().call?.call ?? ''}.${code}`

/** What can be chosen where the agent is in the tree. Gives also what has a digit of its own. */
export function itemsOf(model: Model, path: string[]): Item[] {
  const all = dispositionsOf(model)
  const top = all[0]?.under?.[0]
  // A group that everything is in needs no choosing.
  const common = all.length > 1 && top && all.every((one) => one.under?.[0] === top) ? 1 : 0
  const inside = all.filter((one) => path.every((group, at) => one.under?.[common + at] === group))
  const isTop = path.length === 0
  const items: Item[] = []
  for (const one of inside) {
    const group = one.under?.[common + path.length]
    if (!group) items.push({ one, key: isTop ? (one.key ?? '') : '' })
    else if (!items.some((item) => 'group' in item && item.group === group)) items.push({ group, key: '' })
  }
  for (const one of isTop ? inside : []) {
    if (one.key && one.under?.[common]) items.push({ one, key: one.key })
  }
  const free = [...DIGITS].filter((digit) => items.every((item) => item.key !== digit))
  return items.map((item) => (item.key === '' ? { ...item, key: free.shift() ?? '' } : item))
}

export function pick(item: Item): void {
  if ('group' in item) set((s) => ({ path: [...s.path, item.group] }))
  else if (item.one.fields?.length) set({ asking: item.one, said: '' })
  else {
    // At once: the next digit may come before the answer.
    set({ path: [] })
    void finish(item.one.code, {})
  }
}

export function pickDigit(digit: string): void {
  if (current().call === null) return
  const item = itemsOf(current(), get().path).find((one) => one.key === digit)
  if (item !== undefined) pick(item)
}

/** Say how the call ended, with what was said to its fields. */
export async function finish(code: string, fields: Record<string, string>): Promise<void> {
  const { call } = current()
  if (call === null || !['talk', 'hold', 'wrap'].includes(modeOf(current()))) return
  const keeps = kept(code)
  const d = { code, notes: notes.text, fields }
  const refused = await wish({ t: 'cmd.disposition', call: call.call, d })
  if (refused !== null) set({ said: wordsNow().problem(refused) })
  else if (get().asking?.code === code) {
    sessionStorage.removeItem(keeps)
    set(NONE)
  } else set({ said: '' })
}

/** Up one group, or out of the fields; gives whether there was something to leave. */
export function leaveEnding(): boolean {
  const { asking, path } = get()
  if (asking !== null) set({ asking: null, said: '' })
  else if (path.length > 0) set({ path: path.slice(0, -1) })
  else return false
  return true
}

/** What was typed into the fields of a disposition, also before a reload. */
export function typedBefore(code: string): Record<string, string> {
  return JSON.parse(sessionStorage.getItem(kept(code)) ?? '{}') as Record<string, string>
}

export function keepTyped(code: string, fields: Record<string, string>): void {
  sessionStorage.setItem(kept(code), JSON.stringify(fields))
}

// Another call begins at the top of the tree.
let about = ''
useDesk.subscribe(({ model }) => {
  const call = modeOf(model) === 'ring' ? '' : (model.call?.call ?? '')
  if (call === about) return
  about = call
  set(NONE)
})
