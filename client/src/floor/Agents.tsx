import { useMemo, useRef, useState } from 'react'

import { NativeSelect, TextInput, UnstyledButton } from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconHeadphones, IconSelector } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'

import type { AgentRow, Me } from '../generated/console'
import { Age } from '../kit/clock'
import { Status } from '../kit/Status'
import { useStore } from '../store'
import { type Key, useWords } from '../words/words'
import { AgentMenu } from './AgentMenu'
import { type Column, type Filter, shown, type Sorting } from './sorting'
import { LOOKS, STATES, stateOf } from './states'

const ROW_PX = 40
const COLUMNS: ReadonlyArray<{ column: Column; key: Key }> = [
  { column: 'name', key: 'agent' },
  { column: 'state', key: 'agent.state' },
  { column: 'since', key: 'agent.time' },
  { column: 'queue', key: 'agent.work' },
  { column: 'queues', key: 'agent.queues' },
]

/** Everybody, or those who fit what was chosen; only the rows in sight are made. */
export function Agents(props: { me: Me; queue: string; choose: (queue: string) => void }) {
  const { me, queue, choose } = props
  const agents = useStore((s) => s.agents)
  const [text, setText] = useState('')
  const [state, setState] = useState('')
  const [sorting, setSorting] = useState<Sorting>({ by: 'state', down: false })
  const { t } = useWords()
  const filter: Filter = { text, queue, state }
  const rows = useMemo(
    () => shown(agents.values(), { text, queue, state }, sorting),
    [agents, text, queue, state, sorting],
  )
  const sort = (by: Column) =>
    setSorting((was) => ({ by, down: was.by === by ? !was.down : false }))
  return (
    <section className="panel" aria-labelledby="agents-title" id="agents">
      <div className="panel-head">
        <h2 id="agents-title">{t('agents')}</h2>
        <span className="count" role="status">
          {t('agents.count', { shown: rows.length, all: agents.size })}
        </span>
        <Filters filter={filter} setText={setText} setState={setState} choose={choose} />
      </div>
      <AgentTable rows={rows} me={me} sorting={sorting} sort={sort} />
    </section>
  )
}

function Filters(props: {
  filter: Filter
  setText: (text: string) => void
  setState: (state: string) => void
  choose: (queue: string) => void
}) {
  const { filter, setText, setState, choose } = props
  const queues = useStore((s) => s.queues)
  const { t } = useWords()
  return (
    <div className="filters">
      <TextInput
        id="find"
        size="xs"
        aria-label={t('find')}
        placeholder={t('find')}
        value={filter.text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <NativeSelect
        size="xs"
        aria-label={t('queue')}
        value={filter.queue}
        onChange={(event) => choose(event.currentTarget.value)}
        data={[
          { value: '', label: t('all_queues') },
          ...[...queues.values()].map((q) => ({ value: q.queue, label: q.label })),
        ]}
      />
      <NativeSelect
        size="xs"
        aria-label={t('state')}
        value={filter.state}
        onChange={(event) => setState(event.currentTarget.value)}
        data={[
          { value: '', label: t('all_states') },
          ...STATES.map((one) => ({ value: one, label: t(`state.${one}`) })),
        ]}
      />
    </div>
  )
}

function AgentTable(props: {
  rows: readonly AgentRow[]
  me: Me
  sorting: Sorting
  sort: (by: Column) => void
}) {
  const { rows, me, sorting, sort } = props
  const { t } = useWords()
  const scroll = useRef<HTMLDivElement>(null)
  const [at, setAt] = useState(0)
  const rowsInSight = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_PX,
    overscan: 10,
  })
  const items = rowsInSight.getVirtualItems()
  const before = items[0]?.start ?? 0
  const after = rowsInSight.getTotalSize() - (items[items.length - 1]?.end ?? 0)
  const here = Math.min(at, rows.length - 1)
  const go = (index: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, index))
    setAt(next)
    rowsInSight.scrollToIndex(next)
    const row = () => scroll.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)
    const made = row()
    if (made) made.focus()
    else requestAnimationFrame(() => row()?.focus())
  }
  return (
    <div className="scroll" ref={scroll}>
      <table aria-rowcount={rows.length + 1} aria-labelledby="agents-title">
        <thead>
          <tr aria-rowindex={1}>
            {COLUMNS.map(({ column, key }) => (
              <Head key={column} column={column} word={t(key)} sorting={sorting} sort={sort} />
            ))}
            <th className="narrow">
              <span className="unseen">{t('agent.actions', { name: '' })}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {before > 0 && <Room height={before} />}
          {items.map((item) => {
            const agent = rows[item.index]
            return agent === undefined ? null : (
              <Row
                key={agent.agent}
                agent={agent}
                me={me}
                index={item.index}
                isHere={item.index === here}
                go={go}
              />
            )
          })}
          {after > 0 && <Room height={after} />}
        </tbody>
      </table>
      {rows.length === 0 && <p className="empty">{t('agents.none')}</p>}
    </div>
  )
}

function Room({ height }: { height: number }) {
  return (
    <tr aria-hidden style={{ height }}>
      <td />
    </tr>
  )
}

function Head(props: {
  column: Column
  word: string
  sorting: Sorting
  sort: (by: Column) => void
}) {
  const { column, word, sorting, sort } = props
  const isMine = sorting.by === column
  const Sign = !isMine ? IconSelector : sorting.down ? IconChevronDown : IconChevronUp
  return (
    <th aria-sort={!isMine ? 'none' : sorting.down ? 'descending' : 'ascending'}>
      <UnstyledButton className="head" onClick={() => sort(column)}>
        {word}
        <Sign size={14} aria-hidden />
      </UnstyledButton>
    </th>
  )
}

function Row(props: {
  agent: AgentRow
  me: Me
  index: number
  isHere: boolean
  go: (index: number) => void
}) {
  const { agent, me, index, isHere, go } = props
  const queues = useStore((s) => s.queues)
  const label = (queue: string) => queues.get(queue)?.label ?? queue
  const mine = agent.queues.map(label).join(', ')
  return (
    <tr
      aria-rowindex={index + 2}
      data-index={index}
      data-agent={agent.agent}
      tabIndex={isHere ? 0 : -1}
      onKeyDown={(event) => {
        if (event.target !== event.currentTarget) return
        if (event.key === 'ArrowDown') go(index + 1)
        else if (event.key === 'ArrowUp') go(index - 1)
        else if (event.key === 'Home') go(0)
        else if (event.key === 'End') go(Number.MAX_SAFE_INTEGER)
        else if (event.key === 'Enter') {
          const more = event.currentTarget.querySelector<HTMLButtonElement>('button.more')
          more?.focus()
          // Afterwards: the menu takes the key itself for one that is meant to close it.
          setTimeout(() => more?.click())
        } else return
        event.preventDefault()
      }}
    >
      <th scope="row" className="name">
        {agent.name}
        <Ears agent={agent} />
      </th>
      <td>
        <AgentState agent={agent} me={me} />
      </td>
      <td>
        {agent.since === null ? '–' : <Age since={agent.since} />}
      </td>
      <td>{agent.queue === null ? '' : label(agent.queue)}</td>
      <td className="queues" title={mine}>
        {mine}
      </td>
      <td className="narrow">
        <AgentMenu agent={agent} me={me} />
      </td>
    </tr>
  )
}

function Ears({ agent }: { agent: AgentRow }) {
  const agents = useStore((s) => s.agents)
  const { t } = useWords()
  if (agent.ears.length === 0) return null
  const names = agent.ears.map((ear) => agents.get(ear.by)?.name ?? ear.by).join(', ')
  const said = t('agent.ears', { names })
  return <IconHeadphones className="ears" size={16} role="img" aria-label={said} />
}

function AgentState({ agent, me }: { agent: AgentRow; me: Me }) {
  const { t, maybe } = useWords()
  const state = stateOf(agent)
  const { tone, sign } = LOOKS[state]
  const why = me.pause_reasons.find((reason) => reason.code === agent.reason)?.label
  const next = { ready: 'state.free', paused: 'state.paused', logged_out: 'state.out' } as const
  const notes = [
    state === 'paused' ? (why ?? maybe(`reason.${agent.reason}`, agent.reason)) : '',
    agent.next_presence === null
      ? ''
      : t('agent.next', { presence: t(next[agent.next_presence]).toLocaleLowerCase() }),
    state !== 'out' && !agent.at_desk ? t('agent.no_screen') : '',
  ].filter((note) => note !== '')
  return (
    <>
      <Status tone={tone} word={t(`state.${state}`)} sign={sign} />
      {notes.length > 0 && <span className="note">{notes.join(', ')}</span>}
    </>
  )
}
