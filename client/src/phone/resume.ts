/**
 * The call that was going on when this page went away, so that the next page can take its place.
 *
 * Kept for the whole browser: of two tabs the other one may be the first to be there again.
 */
export interface Left {
  user: string
  id: string
  theirs: string
  ours: string
  ref: string
  name: string
  number: string
  muted: boolean
  since: number
}

const KEPT = 'phone.call'
const ALIVE_MS = 1_000
/** The SIP server ends a call whose browser is silent for half a minute. */
const HOLDS_MS = 28_000

export class Keeper {
  private timer = 0

  /** Keep a call, for as long as this page lives and a little longer. */
  keep(left: Left): void {
    const write = () => localStorage.setItem(KEPT, JSON.stringify({ ...left, seen: Date.now() }))
    window.clearInterval(this.timer)
    write()
    this.timer = window.setInterval(write, ALIVE_MS)
  }

  forget(): void {
    window.clearInterval(this.timer)
    localStorage.removeItem(KEPT)
  }
}

/** The call that an earlier page of this user left, if it may still be up. */
export function left(user: string): Left | null {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? 'null') as (Left & { seen: number }) | null
    return kept !== null && kept.user === user && Date.now() - kept.seen < HOLDS_MS ? kept : null
  } catch {
    return null
  }
}
