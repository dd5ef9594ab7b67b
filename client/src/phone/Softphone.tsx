import './phone.css'

import { useEffect } from 'react'

import { Alert, Button, Group } from '@mantine/core'
import {
  IconAntennaBars1,
  IconAntennaBars3,
  IconAntennaBars5,
  IconHeadset,
  IconPhone,
  IconPhoneOff,
  IconPlugConnectedX,
} from '@tabler/icons-react'

import { offerSound } from '../kit/kept'
import { type Tone, Status } from '../kit/Status'
import { type Key, useWords } from '../words/words'
import { Call } from './Call'
import { Plugs } from './Plugs'
import type { Level, Link } from './port'
import { phone, usePhone } from './store'
import { Where } from './Where'

/** What the page around the phone does better than the phone: all of it may be left out. */
export interface SoftphoneProps {
  /** The server's truth about mute, when `onMute` asks the server. */
  muted?: boolean
  onMute?: (on: boolean) => void
  onKeys?: (keys: string) => void
  onAnswer?: () => void
  onHangUp?: () => void
}

const LINKS: Record<Link, { tone: Tone; sign: typeof IconPhone }> = {
  off: { tone: 'calm', sign: IconPhoneOff },
  busy: { tone: 'calm', sign: IconPhoneOff },
  connecting: { tone: 'info', sign: IconPhone },
  ready: { tone: 'good', sign: IconHeadset },
  lost: { tone: 'bad', sign: IconPlugConnectedX },
  refused: { tone: 'bad', sign: IconPlugConnectedX },
}
const LEVELS: Record<Level, { tone: Tone; sign: typeof IconPhone; word: Key }> = {
  good: { tone: 'good', sign: IconAntennaBars5, word: 'phone.level.good' },
  fair: { tone: 'warn', sign: IconAntennaBars3, word: 'phone.level.fair' },
  poor: { tone: 'bad', sign: IconAntennaBars1, word: 'phone.level.poor' },
}
const WORDS: Record<Link, Key> = {
  off: 'phone.link.off',
  busy: 'phone.link.busy',
  connecting: 'phone.link.connecting',
  ready: 'phone.link.ready',
  lost: 'phone.link.lost',
  refused: 'phone.link.refused',
}

/** The agent's phone: where it is, whether calls can come, and the call that is on it. */
export function Softphone(props: SoftphoneProps) {
  const { t, maybe, problem: say } = useWords()
  const place = usePhone((s) => s.phone)
  const link = usePhone((s) => s.link)
  const why = usePhone((s) => s.why)
  const call = usePhone((s) => s.call)
  const quality = usePhone((s) => s.quality)
  const mayListen = usePhone((s) => s.mayListen)
  const problem = usePhone((s) => s.problem)
  useEffect(() => {
    void phone.begin()
    return () => void phone.end()
  }, [])
  const [isHeard, beHeard] = offerSound.use()
  const isHere = place?.way === 'browser'
  const level = quality === null ? null : LEVELS[quality.level]

  return (
    <section className="phone" aria-label={t('phone')} data-link={link}>
      <div className="phone-head">
        <h2>{t('phone')}</h2>
        {isHere && <Status tone={LINKS[link].tone} word={t(WORDS[link])} sign={LINKS[link].sign} />}
        {level !== null && quality !== null && (
          <span title={t('phone.level.detail', { rtt: quality.rtt, lost: Math.round(100 * quality.lost) })}>
            <Status tone={level.tone} word={t(level.word)} sign={level.sign} />
          </span>
        )}
      </div>
      <div className="unseen" role="status">
        {isHere ? t(WORDS[link]) : ''}
      </div>
      {problem !== null && (
        <Alert className="alert" data-tone="bad" role="alert">
          {say(problem)}
        </Alert>
      )}
      {why !== '' && (
        <Alert className="alert" data-tone="warn" role="alert">
          {maybe(why, why)}
        </Alert>
      )}
      {isHere && mayListen !== true && call === null && (
        <Group className="phone-ask" gap="sm">
          <span>{t(mayListen === false ? 'phone.denied' : 'phone.ask')}</span>
          {mayListen === null && (
            <Button size="xs" onClick={() => void phone.allow()}>
              {t('phone.allow')}
            </Button>
          )}
        </Group>
      )}
      {isHere && !isHeard && (
        <Group className="phone-ask" gap="sm">
          <span>{t('phone.silent')}</span>
          <Button size="xs" variant="default" onClick={() => beHeard(true)}>
            {t('phone.sound')}
          </Button>
        </Group>
      )}
      {call !== null && <Call call={call} {...props} />}
      {call === null && link === 'ready' && <p className="phone-quiet">{t('phone.waits')}</p>}
      {place !== null && <Where place={place} busy={call !== null} />}
      {isHere && <Plugs />}
    </section>
  )
}
