import { useEffect, useRef } from 'react'

import { alertSound } from '../kit/kept'
import { ring } from './sound'

const AGAIN_MS = 15_000

/**
 * Rings for each name that is new, and again now and then while it is critical.
 *
 * What came while the sound was off is heard when it is switched on.
 */
export function useRinging(names: readonly string[], isCritical = false): void {
  const [isOn] = alertSound.use()
  const heard = useRef<ReadonlySet<string>>(new Set())
  const all = isOn ? names.join('\n') : ''
  const isUrgent = isOn && isCritical
  useEffect(() => {
    const now = new Set(all === '' ? [] : all.split('\n'))
    if ([...now].some((name) => !heard.current.has(name))) ring(isUrgent)
    heard.current = now
    if (!isUrgent) return
    const timer = setInterval(() => ring(true), AGAIN_MS)
    return () => clearInterval(timer)
  }, [all, isUrgent])
}
