import type { Problem } from '../generated/desk'
import en from './desk.en.json'
import es from './desk.es.json'
import problemsEs from './desk.problems.es.json'
import { filled, localeOf, useLanguage } from './language'

export type Key = keyof typeof en
type Catalogue = Record<Key, string>

/** All languages of the desk; a catalogue without one of the keys does not compile. */
const CATALOGUES: Record<string, Catalogue> = { en, es }
/** Refusals the server has one text for, in other languages than its own. */
const PROBLEMS: Record<string, Record<string, string>> = { es: problemsEs }

export interface Words {
  t: (key: Key, values?: Record<string, string | number>) => string
  /** The words for a key that may not be there. */
  maybe: (key: string, otherwise: string) => string
  /** A word for one or for many: `later.hour` of 2. */
  many: (key: string, count: number) => string
  problem: (problem: Problem) => string
  locale: string
}

export function wordsOf(language: string): Words {
  const words = CATALOGUES[language] ?? en
  const t: Words['t'] = (key, values = {}) => filled(words[key], values)
  const maybe: Words['maybe'] = (key, otherwise) => (key in words ? words[key as Key] : otherwise)
  return {
    t,
    maybe,
    many: (key, count) => filled(maybe(`${key}.${count === 1 ? 'one' : 'many'}`, key), { count }),
    problem: ({ code, message }) => PROBLEMS[language]?.[code] ?? (message || code),
    locale: localeOf(language),
  }
}

export const wordsNow = (): Words => wordsOf(useLanguage.getState().language)

/** The words of the language that was chosen; `{name}` in them is filled in. */
export function useWords(): Words {
  return wordsOf(useLanguage((s) => s.language))
}
