import {
  IconCircleCheck,
  IconClock,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
  IconTransferOut,
  type Icon,
} from '@tabler/icons-react'

import { Status, type Tone } from '../kit/Status'
import { useWords } from '../words/words'

const STATES: Record<string, { tone: Tone; sign: Icon }> = {
  draft: { tone: 'calm', sign: IconPencil },
  scheduled: { tone: 'info', sign: IconClock },
  running: { tone: 'good', sign: IconPlayerPlay },
  paused: { tone: 'warn', sign: IconPlayerPause },
  draining: { tone: 'info', sign: IconTransferOut },
  stopped: { tone: 'bad', sign: IconPlayerStop },
  complete: { tone: 'calm', sign: IconCircleCheck },
}

/** The state of a campaign: colour, word and sign. */
export function CampaignState({ state }: { state: string }) {
  const { maybe } = useWords()
  const { tone, sign } = STATES[state] ?? { tone: 'calm', sign: IconClock }
  return <Status tone={tone} word={maybe(`campaigns.state.${state}`, state)} sign={sign} />
}

/** How shares and numbers are written. */
export function useFigures() {
  const { language } = useWords()
  return {
    percent: (share: number, digits = 1) =>
      new Intl.NumberFormat(language, {
        style: 'percent',
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }).format(share),
    number: (n: number, digits = 0) =>
      new Intl.NumberFormat(language, {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }).format(n),
    time: (seconds: number) => new Date(seconds * 1000).toLocaleTimeString(language),
  }
}
