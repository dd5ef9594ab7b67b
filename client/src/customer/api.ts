import type {
  Care,
  Case,
  ChangeCase,
  CustomersFound,
  Known,
  MergeBody,
  OfferAnswer,
  OpenCase,
  PinNote,
  Verify,
} from '../generated/customer'
import { ask } from '../server'

export type { Case, ChangeCase, Clock, Colleague, Deal, Known, Moment, OfferAnswer, OpenCase, Value, Verify } from '../generated/customer'

const AT = '/customer/api'

const of = (customer: string) => `${AT}/customers/${encodeURIComponent(customer)}`
const onCall = (call: string) => (call === '' ? '' : `?call=${encodeURIComponent(call)}`)

export const customers = {
  card: (customer: string, call: string) => ask<Known>('GET', `${of(customer)}/card${onCall(call)}`),
  page: (customer: string, call: string) => ask<Known>('GET', `${of(customer)}${onCall(call)}`),
  search: (text: string) =>
    ask<CustomersFound>('GET', `${AT}/customers?${new URLSearchParams({ q: text }).toString()}`),
  verify: (customer: string, call: string, way: Verify['way']) =>
    ask('POST', `${of(customer)}/identity`, { call, way } satisfies Verify),
  pin: (customer: string, text: string) =>
    ask('POST', `${of(customer)}/note`, { text } satisfies PinNote),
  care: (customer: string, text: string, why: string) =>
    ask('POST', `${of(customer)}/care`, { text, why } satisfies Care),
  openCase: (customer: string, body: OpenCase) => ask<Case>('POST', `${of(customer)}/cases`, body),
  changeCase: (one: Case, change: Omit<ChangeCase, 'version'>) =>
    ask<Case>('POST', `${AT}/cases/${encodeURIComponent(one.case)}`, { version: one.version, ...change }),
  answer: (customer: string, offer: string, answer: OfferAnswer['answer'], call: string) =>
    ask('POST', `${of(customer)}/offers/${encodeURIComponent(offer)}`, { answer, call } satisfies OfferAnswer),
  done: (customer: string, task: string) =>
    ask('POST', `${of(customer)}/tasks/${encodeURIComponent(task)}/done`, {}),
  merge: (customer: string, gone: string, why: string) =>
    ask('POST', `${of(customer)}/merge`, { gone, why } satisfies MergeBody),
  unmerge: (merge: string) => ask('DELETE', `${AT}/merges/${encodeURIComponent(merge)}`),
}
