import { UnstyledButton } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconClock, IconUserOff } from '@tabler/icons-react'

import type { QueueRow } from '../generated/console'
import { lasting, useAge } from '../kit/clock'
import { Status } from '../kit/Status'
import { useStore } from '../store'
import { useWords } from '../words/words'

/** One tile a queue; pressing one shows its agents and callers alone. */
export function QueueTiles({ chosen, choose }: { chosen: string; choose: (q: string) => void }) {
  const queues = useStore((s) => s.queues)
  const { t } = useWords()
  return (
    <section aria-labelledby="queues-title" className="tiles" id="queues">
      <h2 id="queues-title" className="unseen">
        {t('queues')}
      </h2>
      {[...queues.values()].map((queue) => (
        <Tile
          key={queue.queue}
          queue={queue}
          isChosen={chosen === queue.queue}
          choose={() => choose(chosen === queue.queue ? '' : queue.queue)}
        />
      ))}
    </section>
  )
}

function Tile(props: { queue: QueueRow; isChosen: boolean; choose: () => void }) {
  const { queue, isChosen, choose } = props
  const { t, language } = useWords()
  const age = useAge(queue.oldest ?? Number.MAX_SAFE_INTEGER)
  const level = queue.service_level
  const inTime =
    level === null
      ? '–'
      : new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 }).format(level)
  return (
    <UnstyledButton
      className="tile"
      aria-pressed={isChosen}
      aria-label={t('queue.filter', { label: queue.label })}
      aria-describedby={`queue-${queue.queue}`}
      data-queue={queue.queue}
      onClick={choose}
    >
      <span className="tile-head">
        <span className="tile-label">{queue.label}</span>
        <QueueStatus queue={queue} age={age} />
      </span>
      <span className="tile-body" id={`queue-${queue.queue}`}>
        <span className="tile-many">
          <b>{queue.waiting}</b> {t('queue.waiting')}
        </span>
        <span className="tile-facts">
          <span>{t('queue.longest')}</span>
          <b>{queue.oldest === null ? '–' : lasting(age)}</b>
          <span>{t('queue.free')}</span>
          <b>{t('queue.free_of', { free: queue.agents_idle, all: queue.agents_logged_in })}</b>
          <span>{t('queue.level')}</span>
          <b>{inTime}</b>
        </span>
      </span>
    </UnstyledButton>
  )
}

function QueueStatus({ queue, age }: { queue: QueueRow; age: number }) {
  const { t } = useWords()
  if (queue.oldest !== null && age > queue.in_time) {
    return <Status tone="bad" word={t('queue.late')} sign={IconAlertTriangle} />
  }
  if (queue.agents_logged_in === 0) {
    const tone = queue.oldest === null ? 'calm' : 'bad'
    return <Status tone={tone} word={t('queue.nobody')} sign={IconUserOff} />
  }
  if (queue.oldest !== null) {
    return <Status tone="warn" word={t('queue.busy')} sign={IconClock} />
  }
  return <Status tone="good" word={t('queue.calm')} sign={IconCircleCheck} />
}
