import { Fragment, useMemo } from 'react'

import { Menu, UnstyledButton } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconClock, IconUserOff } from '@tabler/icons-react'

import type { QueueRow } from '../generated/console'
import { useAct } from '../kit/acting'
import { useAge } from '../kit/clock'
import { lasting } from '../kit/lasting'
import { RowMenu } from '../kit/RowMenu'
import { Status } from '../kit/Status'
import { server } from '../server'
import { useStore } from '../store'
import { type Key, useWords } from '../words/words'
import { changeQueue, tell } from './changing'
import { LiveBadge } from './LiveBadge'
import { LOOKS, type State, STATES, stateOf } from './states'
import { type Fact, useViewing } from './viewing'

/** One tile a queue; pressing one shows its agents and callers alone. */
export function QueueTiles({ chosen, choose }: { chosen: string; choose: (q: string) => void }) {
  const queues = useStore((s) => s.queues)
  const { queues: wanted, facts } = useViewing((s) => s.spec)
  const { t } = useWords()
  const inView = wanted.flatMap((name) => queues.get(name) ?? [])
  return (
    <section aria-labelledby="queues-title" className="tiles" id="queues">
      <h2 id="queues-title" className="unseen">
        {t('queues')}
      </h2>
      {(inView.length > 0 ? inView : [...queues.values()]).map((queue) => (
        <Tile
          key={queue.queue}
          queue={queue}
          facts={facts}
          isChosen={chosen === queue.queue}
          choose={() => choose(chosen === queue.queue ? '' : queue.queue)}
        />
      ))}
    </section>
  )
}

function Tile(props: {
  queue: QueueRow
  facts: readonly Fact[]
  isChosen: boolean
  choose: () => void
}) {
  const { queue, facts, isChosen, choose } = props
  const { t, language } = useWords()
  const age = useAge(queue.oldest ?? Number.MAX_SAFE_INTEGER)
  const level = queue.service_level
  const inTime =
    level === null
      ? '–'
      : new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 }).format(level)
  const gaveUp =
    queue.abandoned == null
      ? '–'
      : t('queue.of', { count: queue.abandoned, all: queue.entered ?? queue.abandoned })
  const rows: ReadonlyArray<{ fact: Fact; word: Key; value: string }> = [
    { fact: 'longest', word: 'queue.longest', value: queue.oldest === null ? '–' : lasting(age) },
    {
      fact: 'free',
      word: 'queue.free',
      value: t('queue.free_of', { free: queue.agents_idle, all: queue.agents_logged_in }),
    },
    { fact: 'level', word: 'queue.level', value: inTime },
    { fact: 'abandoned', word: 'queue.abandoned', value: gaveUp },
  ]
  return (
    <div className="tile-frame">
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
            {rows
              .filter(({ fact }) => facts.includes(fact))
              .map(({ fact, word, value }) => (
                <Fragment key={fact}>
                  <span>{t(word)}</span>
                  <b>{value}</b>
                </Fragment>
              ))}
          </span>
        </span>
        <span className="tile-states">
          {facts.includes('states') && <States queue={queue.queue} />}
          <LiveBadge queue={queue.live} />
        </span>
      </UnstyledButton>
      <QueueMenu queue={queue} />
    </div>
  )
}

/** How many of the queue's agents are in each state; those who are out are not there. */
function States({ queue }: { queue: string }) {
  const agents = useStore((s) => s.agents)
  const { t } = useWords()
  const counts = useMemo(() => {
    const made = new Map<State, number>()
    for (const agent of agents.values()) {
      const state = stateOf(agent)
      if (state !== 'out' && agent.queues.includes(queue)) {
        made.set(state, (made.get(state) ?? 0) + 1)
      }
    }
    return made
  }, [agents, queue])
  const shown = STATES.filter((state) => counts.has(state))
  return (
    <>
      {shown.map((state) => {
        const { tone, sign: Sign } = LOOKS[state]
        return (
          <span key={state} className="status" data-tone={tone} title={t(`state.${state}`)}>
            <Sign size={13} stroke={2.2} aria-hidden />
            <span className="unseen">{t(`state.${state}`)}: </span>
            {counts.get(state)}
          </span>
        )
      })}
    </>
  )
}

function QueueMenu({ queue }: { queue: QueueRow }) {
  const { t } = useWords()
  const act = useAct()
  return (
    <span className="tile-menu">
      <RowMenu label={t('queue.actions', { label: queue.label })}>
        <Menu.Item onClick={() => changeQueue(queue.queue)}>{t('do.change_queue')}</Menu.Item>
        <Menu.Item onClick={() => tell({ queue: queue.queue })}>{t('do.tell_queue')}</Menu.Item>
        {queue.live != null && (
          <Menu.Item
            onClick={() =>
              act(`${queue.label}: ${t('live.end')}`, server.endChanges({ queues: [queue.queue] }))
            }
          >
            {t('live.end')}
          </Menu.Item>
        )}
      </RowMenu>
    </span>
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
