import { create } from 'zustand'

import type { ViewSpecBody } from '../generated/console'
import { type SavedView, server } from '../server'

export type Spec = Required<ViewSpecBody>
export type Fact = Spec['facts'][number]

export const FACTS: readonly Fact[] = ['longest', 'free', 'level', 'abandoned', 'states']
/** Everything, as it is without a view. */
export const EVERYTHING: Spec = {
  queues: [],
  facts: [...FACTS],
  text: '',
  queue: '',
  state: '',
  sort: 'state',
  down: false,
}
const KEPT = 'console.view'

interface Viewing {
  views: readonly SavedView[]
  /** The one that was chosen last, "" for everything. */
  view: string
  spec: Spec
}

/** What is shown of the floor, and the views that somebody saved. */
export const useViewing = create<Viewing>()(() => ({ views: [], view: '', spec: EVERYTHING }))

const { getState: get, setState: set } = useViewing

export const change = (part: Partial<Spec>) => set((s) => ({ spec: { ...s.spec, ...part } }))

/** Show a view; this browser begins with it the next time. */
export function showView(view: string): void {
  const found = get().views.find((one) => one.view === view)
  localStorage.setItem(KEPT, found?.view ?? '')
  set({ view: found?.view ?? '', spec: { ...EVERYTHING, ...found?.spec } })
}

/** Ask which views there are; the first time the one of last time is shown. */
export async function findViews(): Promise<void> {
  const isFirst = get().views.length === 0
  const { views } = await server.views().catch(() => ({ views: [] }))
  set({ views })
  const kept = localStorage.getItem(KEPT) ?? ''
  if (isFirst && get().view === '' && views.some((one) => one.view === kept)) showView(kept)
}
