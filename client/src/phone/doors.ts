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

const AGAIN_MS = 1_000
const AGAIN_AT_MOST_MS = 30_000

/** Whether it may be another answer the next time, without anybody doing anything. */
const mayPass = ({ status }: RefusedError): boolean => status === 0 || status === 429 || status >= 500

/**
 * Ask where the phone is until that is told, ever more seldom; `failed` hears of each failure.
 *
 * Gives null once nobody wants to know any more. Throws RefusedError for what stays as it is.
 */
export async function stateWhenThere(asked: {
  isWanted: () => boolean
  failed?: (problem: RefusedError) => void
}): Promise<PhoneState | null> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await doors.state()
    } catch (error) {
      if (!(error instanceof RefusedError) || !mayPass(error)) throw error
      if (!asked.isWanted()) return null
      asked.failed?.(error)
    }
    const after = Math.min(AGAIN_AT_MOST_MS, AGAIN_MS * 2 ** tries)
    await new Promise((done) => setTimeout(done, after))
    if (!asked.isWanted()) return null
  }
}
