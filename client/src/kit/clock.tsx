import { useSyncExternalStore } from 'react'

import { useStore } from '../store'
import { lasting } from './lasting'

const listeners = new Set<() => void>()
let timer = 0
let now = Date.now()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  if (timer === 0) {
    now = Date.now()
    timer = window.setInterval(() => {
      now = Date.now()
      for (const told of listeners) told()
    }, 1000)
  }
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) {
      clearInterval(timer)
      timer = 0
    }
  }
}

/** Milliseconds since an instant of the server's clock; ticks once a second. */
export function useAge(since: number): number {
  const here = useSyncExternalStore(subscribe, () => now)
  const ahead = useStore((s) => s.ahead)
  return Math.max(0, here + ahead - since)
}

/** How long something lasts, ticking. */
export function Age({ since }: { since: number }) {
  return <span className="age">{lasting(useAge(since))}</span>
}
