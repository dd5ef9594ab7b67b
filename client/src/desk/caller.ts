import type { PopCustomer } from '../generated/desk'
import type { Words } from '../words/desk'
import { type Call, type Model, previewOf } from './model'

/** Whom the number may belong to. */
export const customersOf = (call: Call): PopCustomer[] =>
  call.more && call.more.customers.length > 0 ? call.more.customers : (call.pop?.customers ?? [])

/** The one customer it is, if it is clear. */
export function customerOf(call: Call): PopCustomer | null {
  const known = customersOf(call)
  return known.length === 1 ? (known[0] ?? null) : null
}

/** The name that stands above the call. */
export function callerName(model: Model, { t }: Words): string {
  const { call } = model
  const preview = previewOf(model)
  if (call === null) return ''
  if (preview !== null && preview.name !== '') return preview.name
  const name = customerOf(call)?.name
  if (name) return name
  if (customersOf(call).length > 1) return t('caller.shared')
  return t(call.pop?.ani ? 'caller.unknown' : 'caller.withheld')
}
