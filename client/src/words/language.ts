import { create } from 'zustand'

export const LANGUAGES: ReadonlyArray<{ value: string; label: string }> = [
  { value: 'en', label: 'English' },
  { value: 'es', label: 'Español' },
]
const KEPT = 'console.language'

function first(): string {
  const wanted = [localStorage.getItem(KEPT) ?? '', ...navigator.languages]
  const known = wanted
    .map((name) => name.slice(0, 2))
    .find((name) => LANGUAGES.some(({ value }) => value === name))
  return known ?? 'en'
}

/** The language of this browser's pages. */
export const useLanguage = create<{ language: string }>()(() => ({ language: first() }))
document.documentElement.lang = useLanguage.getState().language

export function speak(language: string): void {
  localStorage.setItem(KEPT, language)
  document.documentElement.lang = language
  useLanguage.setState({ language })
}

/** How times are written: as the browser would, if that is a variant of the language. */
export function localeOf(language: string): string {
  return navigator.languages.find((name) => name.startsWith(language)) ?? language
}

export function filled(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))
}
