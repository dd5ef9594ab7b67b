import type { AgentRow } from '../generated/console'
import { type State, STATES, stateOf } from './states'

export type Column = 'name' | 'state' | 'since' | 'queue' | 'queues'
export interface Sorting {
  by: Column
  down: boolean
}
export interface Filter {
  text: string
  queue: string
  state: string
}

const WORTH: Record<Column, (agent: AgentRow) => string | number> = {
  name: (agent) => agent.name.toLocaleLowerCase(),
  state: (agent) => STATES.indexOf(stateOf(agent)),
  since: (agent) => -(agent.since ?? 0),
  queue: (agent) => agent.queue ?? '',
  queues: (agent) => agent.queues.length,
}

/** Whom to show, in which order; equals stand by name. */
export function shown(
  agents: Iterable<AgentRow>,
  filter: Filter,
  sorting: Sorting,
): readonly AgentRow[] {
  const text = filter.text.trim().toLocaleLowerCase()
  const found = [...agents].filter(
    (agent) =>
      (text === '' || `${agent.name} ${agent.agent}`.toLocaleLowerCase().includes(text)) &&
      (filter.queue === '' || agent.queues.includes(filter.queue)) &&
      (filter.state === '' || stateOf(agent) === (filter.state as State)),
  )
  const worth = WORTH[sorting.by]
  const keyed = found.map((agent) => ({ agent, key: worth(agent), name: WORTH.name(agent) }))
  const sign = sorting.down ? -1 : 1
  keyed.sort((a, b) => sign * compare(a.key, b.key) || compare(a.name, b.name))
  return keyed.map(({ agent }) => agent)
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0
}
