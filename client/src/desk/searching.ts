import { useEffect, useRef } from 'react'

export const LONGEST_SEARCH = 60
const PAUSE_MS = 150

/** Look for what is typed: the first time at once, then whenever the typing pauses. */
export function useSearch(typed: string, look: (search: string) => unknown): void {
  const search = typed.trim().slice(0, LONGEST_SEARCH)
  const isFirst = useRef(true)
  useEffect(() => {
    const timer = setTimeout(() => look(search), isFirst.current ? 0 : PAUSE_MS)
    isFirst.current = false
    return () => clearTimeout(timer)
    // Only what is looked for begins a search, not another function that looks.
  }, [search])
}
