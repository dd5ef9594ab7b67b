import type { Icon } from '@tabler/icons-react'

export type Tone = 'good' | 'info' | 'warn' | 'bad' | 'calm'

/** A state: colour, word and sign, so that none of them is needed alone. */
export function Status({ tone, word, sign: Sign }: { tone: Tone; word: string; sign: Icon }) {
  return (
    <span className="status" data-tone={tone}>
      <Sign size={14} stroke={2.2} aria-hidden />
      {word}
    </span>
  )
}
