import './wall.css'

import { useEffect, useState } from 'react'

import type { Wall as Seen, WallQueue } from '../generated/console'
import { written } from '../alerts/measures'
import { useAge } from '../kit/clock'
import { lasting } from '../kit/lasting'
import { usePolled } from '../kit/polling'
import { server } from '../server'
import { useStore } from '../store'
import { type Key, useWords } from '../words/words'

const EVERY_MS = 2_000
const STALE_MS = 15_000
const A_PAGE = 4
const KEYLESS: ReadonlySet<string> = new Set(['log_in', 'token'])
const STATES = ['free', 'ringing', 'talking', 'wrap_up', 'paused'] as const

/** What stands after `#wall`: queues to show alone, and the key of a screen without a login. */
function wish(): { queues: string[]; key: string } {
  const [path = '', query = ''] = window.location.hash.replace(/^#\/?/, '').split('?')
  const queues = path.split('/').slice(1).map(decodeURIComponent)
  return { queues, key: new URLSearchParams(query).get('key') ?? '' }
}

/** Look, and set this screen's clock by the server's. */
async function look(): Promise<Seen> {
  const told = await server.wall(wish().key)
  useStore.getState().tick(told.now)
  return told
}

/** The numbers of the floor for a screen on a wall: big, without anybody's name, page by page. */
export default function Wall() {
  const { t, language } = useWords()
  const [at, setAt] = useState(0)
  const { found: seen, wrong } = usePolled(look, EVERY_MS)
  const seconds = seen?.seconds ?? 12
  useEffect(() => {
    const turning = setInterval(() => setAt((page) => page + 1), seconds * 1_000)
    return () => clearInterval(turning)
  }, [seconds])
  const now = useAge(0)
  const chosen = wish().queues
  const queues = (seen?.queues ?? []).filter(
    (queue) => chosen.length === 0 || chosen.includes(queue.queue),
  )
  const pages = Math.max(1, Math.ceil(queues.length / A_PAGE))
  const page = at % pages
  const isStale = seen !== null && now - seen.now > STALE_MS
  return (
    <main className="wall" data-page={page}>
      <h1 className="unseen">{t('wall.title')}</h1>
      {seen === null ? (
        <p className="wall-note">{KEYLESS.has(wrong?.code ?? '') ? t('wall.key') : t('connecting')}</p>
      ) : (
        <div className="wall-queues" data-many={Math.min(queues.length, A_PAGE)}>
          {queues.slice(page * A_PAGE, (page + 1) * A_PAGE).map((queue) => (
            <Board key={queue.queue} queue={queue} now={now} language={language} />
          ))}
        </div>
      )}
      <footer>
        <span className="wall-clock">
          {new Date(now).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit' })}
        </span>
        <Line seen={seen} isStale={isStale} language={language} />
        {pages > 1 && <span>{`${page + 1} / ${pages}`}</span>}
      </footer>
    </main>
  )
}

function Line(props: { seen: Seen | null; isStale: boolean; language: string }) {
  const { seen, isStale, language } = props
  const { t } = useWords()
  if (isStale) {
    return (
      <span className="wall-line" data-tone="bad" role="status">
        {t('wall.stale')}
      </span>
    )
  }
  const alert = seen?.alerts[0]
  if (alert === undefined) return <span className="wall-line">{seen?.announcement ?? ''}</span>
  const queue = seen?.queues.find((one) => one.queue === alert.queue)?.label ?? alert.queue
  const value = written(alert, alert.value, language)
  return (
    <span className="wall-line" data-tone={alert.severity === 'critical' ? 'bad' : 'warn'}>
      {t('alert.banner', { queue, what: t(`measure.${alert.measure}` as Key), value })}
    </span>
  )
}

function Board({ queue, now, language }: { queue: WallQueue; now: number; language: string }) {
  const { t } = useWords()
  const age = queue.oldest === null ? 0 : Math.max(0, now - queue.oldest)
  const isThere = Object.values(queue.states).some((count) => count > 0)
  const tone =
    age > queue.in_time || (queue.waiting > 0 && !isThere)
      ? 'bad'
      : queue.waiting > 0
        ? 'warn'
        : 'good'
  const word = { bad: 'queue.late', warn: 'queue.busy', good: 'queue.calm' } as const
  const level =
    queue.service_level === null
      ? '–'
      : new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 }).format(
          queue.service_level,
        )
  return (
    <section className="board" data-tone={tone} data-queue={queue.queue}>
      <h2>
        <span>{queue.label}</span>
        <strong>{t(word[tone])}</strong>
      </h2>
      <p className="board-many">
        <b>{queue.waiting}</b>
        <span>{t('queue.waiting')}</span>
      </p>
      <dl>
        <dt>{t('queue.longest')}</dt>
        <dd>{queue.oldest === null ? '–' : lasting(age)}</dd>
        <dt>{t('queue.level')}</dt>
        <dd>{level}</dd>
        <dt>{t('queue.abandoned')}</dt>
        <dd>{queue.abandoned ?? '–'}</dd>
      </dl>
      <p className="board-states">
        {STATES.filter((state) => (queue.states[state] ?? 0) > 0).map((state) => (
          <span key={state}>
            {t(`state.${state}`)} <b>{queue.states[state]}</b>
          </span>
        ))}
      </p>
    </section>
  )
}
