import { useCallback, useEffect, useRef, useState } from 'react'

import { RefusedError } from '../server'
import { type Known } from './api'

const AGAIN_MS = 60_000

export interface Asked {
  known: Known | null
  problem: RefusedError | null
  /** Ask again; what is shown stays until the answer. */
  again: () => void
  /** Do something and ask again; why it was not done is the problem. */
  act: (doing: () => Promise<unknown>) => Promise<boolean>
}

/** What is known of a customer, asked for when it is another, and every minute: clocks run. */
export function useKnown(customer: string, call: string, read: (customer: string, call: string) => Promise<Known>): Asked {
  const [known, setKnown] = useState<Known | null>(null)
  const [problem, setProblem] = useState<RefusedError | null>(null)
  const asking = useRef(0)
  const again = useCallback(() => {
    const mine = ++asking.current
    if (customer === '') return
    read(customer, call).then(
      (found) => {
        if (mine !== asking.current) return
        setKnown(found)
        setProblem(null)
      },
      (wrong: unknown) => {
        if (mine === asking.current) setProblem(wrong instanceof RefusedError ? wrong : new RefusedError('', ''))
      },
    )
  }, [customer, call, read])
  useEffect(() => {
    setKnown(null)
    setProblem(null)
    again()
    const timer = setInterval(again, AGAIN_MS)
    return () => {
      clearInterval(timer)
      asking.current += 1
    }
  }, [again])
  const act = useCallback(
    async (doing: () => Promise<unknown>) => {
      try {
        await doing()
      } catch (wrong) {
        setProblem(wrong instanceof RefusedError ? wrong : new RefusedError('', ''))
        return false
      }
      again()
      return true
    },
    [again],
  )
  return { known, problem, again, act }
}
