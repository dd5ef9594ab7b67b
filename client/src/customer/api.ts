import { ask } from '../server'

const AT = '/customer/api'

export interface Clock {
  kind: string
  state: 'running' | 'soon' | 'late' | 'paused' | 'met' | 'missed'
  due_at: number | null
  left_ms: number
}

export interface Case {
  case: string
  kind: string
  reason: string
  subject: string
  text: string
  priority: string
  status: string
  agent: string
  opened_at: number
  ended_at: number | null
  escalated_at: number | null
  acknowledged: boolean
  open: boolean
  version: number
  ways: string[]
  clocks: Clock[]
}

export interface Offer {
  offer: string
  title: string
  say: string
  why_not: string
  answer: string
  answered_by: string
}

export interface Moment {
  at: number
  kind: string
  what: string
  how: string
  text: string
  who: string
  ref: string
  talk_s: number
}

export interface Line {
  title: string
  count: number
  cents: number | null
}

/** A record of any kind: what it has of this is shown. */
export interface Deal {
  record: string
  title?: string
  state?: string
  stage?: string
  probability?: number
  days_in_stage?: number
  close_on?: string
  expires_on?: string
  renews_on?: string
  due_on?: string
  at?: number
  cents?: number | null
  currency: string
  lines?: Line[]
}

export interface Colleague {
  customer: string
  name: string
  role: string
}

export interface Person {
  customer: string
  name: string
  tier: string
  language: string
  note: string
  emails: string[]
  numbers: { number: string; shared: string[] }[]
  address: { street: string; postcode: string; city: string; country: string }
  organisation: { name: string; kind: string } | null
  partner: { name: string; kind: string } | null
  role: string
  above: Colleague[]
  below: Colleague[]
  pinned: { text: string; by: string; at: number | null }
  care: string | null
}

export interface Value {
  rfm: { recency: number; frequency: number; money: number; segment: string } | null
  lifetime_value: {
    cents: number
    low_cents: number
    high_cents: number
    currency: string
    model: string
    model_on: string
  } | null
  churn_risk: { risk: number; reasons: string[]; model: string; model_on: string } | null
}

export interface Task {
  record: string
  title: string
  agent: string
  due_at: number | null
  done_at: number | null
}

/** What is known of a customer; parts that came too late are named in `late`, and missing. */
export interface Known {
  customer: string
  verified: { way: string; at: number } | null
  can_verify: boolean
  masked: boolean
  may_merge: boolean
  may_care: boolean
  late: string[]
  person: Person
  cases?: { rows: Case[]; kept: number; decided: number; reasons: Record<string, string[]> }
  deals?: {
    opportunities: Deal[]
    pipeline: { currency: string; cents: number | null; weighted: number | null }[]
    quotes: Deal[]
    orders: Deal[]
    invoices: Deal[]
    products: Deal[]
  }
  offers?: Offer[]
  tasks?: { tasks: Task[]; promised: { at: number; agent: string; note: string }[] }
  value?: Value
  consent?: {
    consents: { number: string; type: string; seller: string; channel: string; at: number; stands: boolean }[]
    barred: { value: string; scope: string; why: string; since: number }[]
    do_not_call: boolean
  }
  campaigns?: { lists: { list: string; label: string }[]; responses: Moment[] }
  surveys?: { survey: string; question: string; value: number; at: number }[]
  time_line?: Moment[]
  alike?: { customer: string; name: string; why: string }[]
}

export interface NewCase {
  kind: string
  subject: string
  reason: string
  priority: string
  mine: boolean
  call: string
}

const of = (customer: string) => `${AT}/customers/${encodeURIComponent(customer)}`
const onCall = (call: string) => (call === '' ? '' : `?call=${encodeURIComponent(call)}`)

export const customers = {
  card: (customer: string, call: string) => ask<Known>('GET', `${of(customer)}/card${onCall(call)}`),
  page: (customer: string, call: string) => ask<Known>('GET', `${of(customer)}${onCall(call)}`),
  search: (text: string) =>
    ask<{ customers: { customer: string; name: string; tier: string }[] }>(
      'GET',
      `${AT}/customers?${new URLSearchParams({ q: text }).toString()}`,
    ),
  verify: (customer: string, call: string, way: string) =>
    ask('POST', `${of(customer)}/identity`, { call, way }),
  pin: (customer: string, text: string) => ask('POST', `${of(customer)}/note`, { text }),
  care: (customer: string, text: string, why: string) =>
    ask('POST', `${of(customer)}/care`, { text, why }),
  openCase: (customer: string, body: NewCase) => ask<Case>('POST', `${of(customer)}/cases`, body),
  changeCase: (one: Case, change: object) =>
    ask<Case>('POST', `${AT}/cases/${encodeURIComponent(one.case)}`, { version: one.version, ...change }),
  answer: (customer: string, offer: string, answer: string, call: string) =>
    ask('POST', `${of(customer)}/offers/${encodeURIComponent(offer)}`, { answer, call }),
  done: (customer: string, task: string) =>
    ask('POST', `${of(customer)}/tasks/${encodeURIComponent(task)}/done`, {}),
  merge: (customer: string, gone: string, why: string) =>
    ask('POST', `${of(customer)}/merge`, { gone, why }),
  unmerge: (merge: string) => ask('DELETE', `${AT}/merges/${encodeURIComponent(merge)}`),
}
