import type { PhoneChoice, PhoneRefusal, PhoneState, SipLine, TwilioLine } from '../generated/phone'
import { RefusedError } from '../server'

const AT = '/phone/api'

async function ask<T>(method: string, path: string, body?: object): Promise<T> {
  const headers: Record<string, string> = { 'X-Phone': '1' }
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  let answer: Response
  try {
    answer = await fetch(`${AT}/${path}`, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(15_000),
    })
  } catch {
    throw new RefusedError('', '')
  }
  if (answer.ok) return (await answer.json()) as T
  const told = (await answer.json().catch(() => ({}))) as Partial<PhoneRefusal>
  throw new RefusedError(told.error ?? 'status', told.message ?? String(answer.status), answer.status)
}

export const doors = {
  state: () => ask<PhoneState>('GET', 'phone'),
  choose: (choice: PhoneChoice) => ask<PhoneState>('POST', 'phone', choice),
  line: () => ask<SipLine | TwilioLine>('POST', 'line'),
}
