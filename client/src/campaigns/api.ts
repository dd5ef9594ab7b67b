import type {
  CampaignRow,
  Campaigns,
  Emergencies,
  ForecastPair,
  WhomNext,
  WhySoMany,
} from '../generated/console'
import { ask, AT } from '../server'

const one = (name: string) => `${AT}/campaigns/${encodeURIComponent(name)}`

/** What is changed, by the words the server knows. */
export type Wishes = Record<string, string | number | object>

export const dialer = {
  all: () => ask<Campaigns>('GET', `${AT}/campaigns`),
  why: (name: string) => ask<WhySoMany>('GET', `${one(name)}/explain`),
  move: (name: string, move: string, why: string) => ask('POST', `${one(name)}/move`, { move, why }),
  // The server gives a simulation half a minute.
  simulate: (name: string, set: Wishes, minutes: number) =>
    ask<ForecastPair>('POST', `${one(name)}/what-if`, { set, minutes }, {}, undefined, 40_000),
  whomNext: (name: string, set: Wishes) =>
    ask<WhomNext>('POST', `${one(name)}/next`, { set }),
  apply: (name: string, set: Wishes, was: Wishes, why: string, watch_minutes: number) =>
    ask('POST', `${one(name)}/set`, { set, was, why, watch_minutes }),
  stopAll: (why: string) => ask('POST', `${AT}/dialer/stop`, { why }),
  emergencies: () => ask<Emergencies>('GET', `${AT}/emergency`),
  emergency: (on: boolean, flow: string | null, why: string) =>
    ask('POST', `${AT}/emergency`, { on, flow, why }),
}

/** The share that is nearest to its limit, as a part of it; 1 is the limit itself. */
export function nearest(row: CampaignRow): { share: number; part: number } {
  return row.ledger
    .map((w) => ({ share: w.share, part: w.cap > 0 ? w.share / w.cap : 0 }))
    .reduce((most, w) => (w.part > most.part ? w : most), { share: 0, part: 0 })
}
