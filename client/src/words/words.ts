import { create } from 'zustand'

import type { RefusedError } from '../server'
import en from './en.json'
import es from './es.json'

export type Key = keyof typeof en
type Catalogue = Record<Key, string>

/** All languages; a catalogue without one of the keys does not compile. */
const CATALOGUES: Record<string, Catalogue> = { en, es }
export const LANGUAGES: ReadonlyArray<{ value: string; label: string }> = [
  { value: 'en', label: 'English' },
  { value: 'es', label: 'Español' },
]
const KEPT = 'console.language'

function first(): string {
  const wanted = [localStorage.getItem(KEPT) ?? '', ...navigator.languages]
  const known = wanted.map((name) => name.slice(0, 2)).find((name) => name in CATALOGUES)
  return known ?? 'en'
}

const useLanguage = create<{ language: string }>()(() => ({ language: first() }))
document.documentElement.lang = useLanguage.getState().language

export function speak(language: string): void {
  localStorage.setItem(KEPT, language)
  document.documentElement.lang = language
  useLanguage.setState({ language })
}

/** The words of the language that was chosen; `{name}` in them is filled in. */
export function useWords() {
  const { language } = useLanguage()
  const words = CATALOGUES[language] ?? en
  const t = (key: Key, values: Record<string, string | number> = {}): string =>
    words[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))
  const maybe = (key: string, otherwise: string): string =>
    key in words ? words[key as Key] : otherwise
  const problem = (refused: RefusedError): string =>
    refused.code === '' ? t('error.unreachable') : maybe(`error.${refused.code}`, refused.message)
  return { t, maybe, problem, language }
}
