// Words and numbers for people.

import type { Words } from '../words/desk'

/** Digits in groups, for reading aloud; what is not a number stays as it is. */
export function phone(number: string, { t }: Words): string {
  if (number === '') return t('caller.no_number')
  if (!/^\+?\d{6,15}$/.test(number)) return number
  const plus = number.startsWith('+')
  const digits = number.replace('+', '')
  const head = plus ? digits.slice(0, /^[17]/.test(digits) ? 1 : 2) : ''
  let rest = digits.slice(head.length)
  rest =
    rest.length === 10
      ? rest.replace(/(...)(...)(....)/, '$1 $2 $3')
      : rest.replace(/(\d{3})(?=\d{2,})/g, '$1 ')
  return plus ? `+${head} ${rest}` : rest
}

export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean)
  const first = [...(words[0] ?? '?')][0] ?? '?'
  const last = words.length > 1 ? ([...(words.at(-1) ?? '')][0] ?? '') : ''
  return (first + last).toUpperCase()
}

/** A colour that stays with a name, in degrees. */
export function hue(text: string): number {
  let h = 0
  for (const c of text) h = (h * 31 + (c.codePointAt(0) ?? 0)) % 360
  return h
}

const TIME = { hour: '2-digit', minute: '2-digit' } as const

export const clockTime = (ms: number, { locale }: Words): string =>
  new Date(ms).toLocaleTimeString(locale, TIME)

/** When something was: with the time today and yesterday, the day before that. */
export function when(ms: number, now: number, words: Words): string {
  const at = new Date(ms)
  const begins = (of: number) => new Date(of).setHours(0, 0, 0, 0)
  const days = Math.round((begins(now) - begins(ms)) / 86_400_000)
  if (days === 0) return words.t('when.today', { time: clockTime(ms, words) })
  if (days === 1) return words.t('when.yesterday', { time: clockTime(ms, words) })
  const day = { day: 'numeric', month: 'short' } as const
  return at.toLocaleDateString(words.locale, days > 300 ? { ...day, year: 'numeric' } : day)
}

export const isToday = (ms: number, now: number): boolean =>
  new Date(ms).toDateString() === new Date(now).toDateString()

/** A code that nobody gave a label: `wrong_number` is "Wrong number". */
export const readable = (code: string): string =>
  code.replaceAll('_', ' ').replace(/^./, (c) => c.toUpperCase())

/** A wall time as ISO, written out; `Fri, Mar 12, 09:30 AM`. */
export function wallTime(local: string, { locale }: Words): string {
  const whole = { timeZone: 'UTC', weekday: 'short', day: 'numeric', month: 'short', ...TIME } as const
  return new Intl.DateTimeFormat(locale, whole).format(new Date(`${local}:00Z`))
}

export const wallClock = (local: string, { locale }: Words): string =>
  new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...TIME }).format(new Date(`${local}:00Z`))

/** What the clocks of a zone show now. */
export const clockThere = (zone: string, { locale }: Words): string =>
  new Intl.DateTimeFormat(locale, { timeZone: zone, weekday: 'short', ...TIME }).format(new Date())

export const city = (zone: string): string => (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ')

export function later(minutes: number, words: Words): string {
  if (minutes % 1440 === 0) return words.many('later.day', minutes / 1440)
  return minutes % 60 === 0 ? words.many('later.hour', minutes / 60) : words.many('later.minute', minutes)
}
