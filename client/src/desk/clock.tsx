import { useSyncExternalStore } from 'react'

import { lasting } from '../kit/lasting'
import { link } from './store'

const listeners = new Set<() => void>()
let timer = 0
let now = link.now()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  if (timer === 0) {
    now = link.now()
    timer = window.setInterval(() => {
      now = link.now()
      for (const told of listeners) told()
    }, 250)
  }
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = 0
  }
}

/** The server's clock, four times a second, in milliseconds. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now)

/** How long ago something began, ticking; `since` 0 is never. */
export function Since({ since }: { since: number | null | undefined }) {
  const time = useNow()
  return since ? lasting(time - since) : ''
}
