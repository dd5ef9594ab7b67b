import type { Caller, Way } from './port'

const LOOK_MS = 1_500

interface Heard {
  state: string
  next?: number
  heard: { kind: string; text: string }[]
}

/** A call in a simulated network: nobody's microphone is used, what would be heard is written. */
export const call: Caller<Extract<Way, { kind: 'made-up' }>> = async (way, told) => {
  let next = 0
  let talks = false
  let ended = false
  const ask = async (more: Record<string, string> = {}): Promise<void> => {
    const answer = await fetch(way.url, {
      method: 'POST',
      body: new URLSearchParams({ t: way.note, slot: String(next), ...more }),
      signal: AbortSignal.timeout(15_000),
    })
    if (answer.status === 429) return
    if (!answer.ok) throw new Error(String(answer.status))
    const view = (await answer.json()) as Heard
    for (const { kind, text } of view.heard.slice(0, 50)) if (text !== '') told.heard(`${kind}: ${text}`)
    next = view.next ?? next
    if (view.state === 'up' && !talks) {
      talks = true
      told.talking()
    }
    if (view.state === 'ended') over(!talks)
  }
  const over = (failed: boolean) => {
    if (ended) return
    ended = true
    window.clearInterval(timer)
    told.over(failed)
  }
  const timer = window.setInterval(() => void ask().catch(() => over(true)), LOOK_MS)
  await ask()
  return {
    mute: () => undefined,
    keys: (keys) => void ask({ keys }).catch(() => undefined),
    hangUp: () => void ask({ over: '1' }).catch(() => undefined),
  }
}
