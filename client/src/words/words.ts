import type { RefusedError } from '../server'
import en from './en.json'
import es from './es.json'
import { filled, useLanguage } from './language'

export { LANGUAGES, speak } from './language'

export type Key = keyof typeof en
type Catalogue = Record<Key, string>

/** All languages; a catalogue without one of the keys does not compile. */
const CATALOGUES: Record<string, Catalogue> = { en, es }

/** The words of the language that was chosen; `{name}` in them is filled in. */
export function useWords() {
  const { language } = useLanguage()
  const words = CATALOGUES[language] ?? en
  const t = (key: Key, values: Record<string, string | number> = {}): string =>
    filled(words[key], values)
  const maybe = (key: string, otherwise: string): string =>
    key in words ? words[key as Key] : otherwise
  const problem = (refused: RefusedError): string =>
    refused.code === '' ? t('error.unreachable') : maybe(`error.${refused.code}`, refused.message)
  return { t, maybe, problem, language }
}
