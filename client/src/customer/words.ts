import type { RefusedError } from '../server'
import en from '../words/customer.en.json'
import es from '../words/customer.es.json'
import { filled, localeOf, useLanguage } from '../words/language'

export type Key = keyof typeof en
type Catalogue = Record<Key, string>

/** All languages; a catalogue without one of the keys does not compile. */
const CATALOGUES: Record<string, Catalogue> = { en, es }

export interface Words {
  t: (key: Key, values?: Record<string, string | number>) => string
  /** The word for a code of the server, or the code made readable. */
  code: (kind: string, code: string) => string
  problem: (refused: RefusedError) => string
  day: (ms: number) => string
  date: (iso: string) => string
  money: (cents: number | null | undefined, currency: string) => string
  language: string
}

const readable = (code: string): string =>
  code.replaceAll('_', ' ').replaceAll('.', ': ').replace(/^./, (c) => c.toUpperCase())

/** The words of the language that was chosen; `{name}` in them is filled in. */
export function useWords(): Words {
  const language = useLanguage((s) => s.language)
  const words = CATALOGUES[language] ?? en
  const locale = localeOf(language)
  const t: Words['t'] = (key, values = {}) => filled(words[key], values)
  const day = { day: 'numeric', month: 'short', year: 'numeric' } as const
  return {
    t,
    code: (kind, code) =>
      `${kind}.${code}` in words ? words[`${kind}.${code}` as Key] : readable(code),
    problem: ({ code, message }) => (code === '' ? t('unreachable') : code === 'changed' ? t('changed') : message),
    day: (ms) => new Date(ms).toLocaleDateString(locale, day),
    // A day is the same one everywhere.
    date: (iso) => (iso === '' ? '' : new Date(`${iso}T12:00:00`).toLocaleDateString(locale, day)),
    money: (cents, currency) =>
      cents === null || cents === undefined
        ? '•••'
        : new Intl.NumberFormat(locale, { style: 'currency', currency, maximumFractionDigits: 0 }).format(cents / 100),
    language,
  }
}
