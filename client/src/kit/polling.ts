import { useCallback, useEffect, useRef, useState } from 'react'

import { RefusedError } from '../server'

/** What is asked for again and again while the page is seen; `again` asks at once. */
export function usePolled<T>(
  ask: () => Promise<T>,
  everyMs: number,
): { found: T | null; wrong: RefusedError | null; again: () => void } {
  const [found, setFound] = useState<T | null>(null)
  const [wrong, setWrong] = useState<RefusedError | null>(null)
  const asking = useRef(ask)
  asking.current = ask
  const [turn, setTurn] = useState(0)
  const again = useCallback(() => setTurn((n) => n + 1), [])
  useEffect(() => {
    let over = false
    let timer = 0
    const next = () => {
      if (over) return
      timer = window.setTimeout(() => (document.hidden ? next() : look()), everyMs)
    }
    const look = () => {
      asking
        .current()
        .then(
          (told) => {
            if (over) return
            setFound(told)
            setWrong(null)
          },
          (error: unknown) => {
            if (!over) setWrong(error instanceof RefusedError ? error : new RefusedError('', ''))
          },
        )
        .finally(next)
    }
    look()
    return () => {
      over = true
      clearTimeout(timer)
    }
  }, [everyMs, turn])
  return { found, wrong, again }
}
