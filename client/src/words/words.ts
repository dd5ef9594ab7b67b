import type { RefusedError } from '../server'
import en from './en.json'
import es from './es.json'
import floorEn from './floor/en.json'
import floorEs from './floor/es.json'
import { filled, useLanguage } from './language'

export { LANGUAGES, speak } from './language'

/** Words of one part of the console each, so that many hands can add to them. */
const EN = { ...en, ...floorEn }
export type Key = keyof typeof EN
type Catalogue = Record<Key, string>

/** All languages; a catalogue without one of the keys does not compile. */
const CATALOGUES: Record<string, Catalogue> = { en: EN, es: { ...es, ...floorEs } }

/** Refusals that say more than their code. */
const DETAILED: ReadonlySet<string> = new Set(['bad_request', 'cannot', 'cannot_change'])

/** The words of the language that was chosen; `{name}` in them is filled in. */
export function useWords() {
  const { language } = useLanguage()
  const words = CATALOGUES[language] ?? EN
  const t = (key: Key, values: Record<string, string | number> = {}): string =>
    filled(words[key], values)
  const maybe = (key: string, otherwise: string): string =>
    key in words ? words[key as Key] : otherwise
  const problem = ({ code, message }: RefusedError): string => {
    if (code === '') return t('error.unreachable')
    const said = maybe(`error.${code}`, message)
    // What is wrong with it only the server can say.
    return DETAILED.has(code) ? `${said} (${message})` : said
  }
  return { t, maybe, problem, language }
}
