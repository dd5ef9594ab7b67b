import { create } from 'zustand'

import type { AgentRow, AlertRow, CallerRow, Floor, Me, QueueRow } from './generated/console'
import { RefusedError, server } from './server'

/** Whether somebody is signed in, and whether they may be here. */
export type Seat =
  | { kind: 'asking' }
  | { kind: 'out' }
  | { kind: 'refused'; why: RefusedError }
  | { kind: 'in'; me: Me }

/** How the floor reaches this page; `since`: from when on it is not what it was. */
export type Link = { state: 'connecting' | 'live' | 'lost'; since: number }

interface State {
  seat: Seat
  link: Link
  /** The server's clock less ours, in milliseconds. */
  ahead: number
  agents: ReadonlyMap<string, AgentRow>
  queues: ReadonlyMap<string, QueueRow>
  callers: ReadonlyMap<string, CallerRow>
  alerts: ReadonlyMap<string, AlertRow>
  whoIsThere: () => Promise<void>
  signOut: () => Promise<void>
  take: (frame: Floor) => void
  tick: (now: number) => void
  connection: (state: Link['state']) => void
}

const NONE = { agents: new Map(), queues: new Map(), callers: new Map(), alerts: new Map() }

function changed<T>(
  known: ReadonlyMap<string, T>,
  whole: boolean,
  rows: T[],
  name: (row: T) => string,
  gone: string[],
): ReadonlyMap<string, T> {
  if (!whole && rows.length === 0 && gone.length === 0) return known
  const made = new Map(whole ? [] : known)
  for (const which of gone) made.delete(which)
  for (const row of rows) made.set(name(row), row)
  return made
}

export const useStore = create<State>()((set, get) => ({
  seat: { kind: 'asking' },
  link: { state: 'connecting', since: Date.now() },
  ahead: 0,
  ...NONE,
  whoIsThere: async () => {
    try {
      set({ seat: { kind: 'in', me: await server.me() } })
    } catch (problem) {
      const code = problem instanceof RefusedError ? problem : null
      const isRefused = code?.code === 'no_supervisor'
      set({ seat: isRefused ? { kind: 'refused', why: code } : { kind: 'out' }, ...NONE })
    }
  },
  signOut: async () => {
    await server.logOut().catch(() => undefined)
    set({ seat: { kind: 'out' }, ...NONE })
  },
  take: (frame) =>
    set((s) => ({
      ahead: frame.now - Date.now(),
      agents: changed(s.agents, frame.whole, frame.agents, (r) => r.agent, frame.gone.agents),
      queues: changed(s.queues, frame.whole, frame.queues, (r) => r.queue, frame.gone.queues),
      callers: changed(s.callers, frame.whole, frame.callers, (r) => r.call, frame.gone.callers),
      alerts: changed(s.alerts, frame.whole, frame.alerts, (r) => r.alert, frame.gone.alerts),
    })),
  tick: (now) => set({ ahead: now - Date.now() }),
  connection: (state) => {
    if (get().link.state !== state) set({ link: { state, since: Date.now() } })
  },
}))

let looked = false

/** Find out who is there, if nobody has asked yet. */
export function lookOnce(): void {
  if (looked) return
  looked = true
  void useStore.getState().whoIsThere()
}
