import { useMemo, useRef, useState } from 'react'

import { Button, Checkbox, NativeSelect, TextInput, UnstyledButton } from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconSelector } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'

import type { AgentRow, Me } from '../generated/console'
import { useStore } from '../store'
import { type Key, useWords } from '../words/words'
import { Row } from './AgentLine'
import { changeAgents, tell } from './changing'
import { LiveButton } from './LiveChanges'
import { type Column, type Filter, shown, type Sorting } from './sorting'
import { STATES } from './states'
import { change, type Spec, useViewing } from './viewing'

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
  const { text, state, sort: sortedBy, down } = useViewing((s) => s.spec)
  const sorting = useMemo<Sorting>(() => ({ by: sortedBy, down }), [sortedBy, down])
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  const { t } = useWords()
  const filter: Filter = { text, queue, state }
  const rows = useMemo(
    () => shown(agents.values(), { text, queue, state }, sorting),
    [agents, text, queue, state, sorting],
  )
  const sort = (by: Column) =>
    change({ sort: by, down: sortedBy === by ? !down : false })
  return (
    <section className="panel" aria-labelledby="agents-title" id="agents">
      <div className="panel-head">
        <h2 id="agents-title">{t('agents')}</h2>
        <span className="count" role="status">
          {t('agents.count', { shown: rows.length, all: agents.size })}
        </span>
        <LiveButton />
        <Button size="compact-sm" variant="default" onClick={() => tell({ everybody: true })}>
          {t('do.tell_all')}
        </Button>
        <Filters filter={filter} choose={choose} />
      </div>
      <Picked picked={picked} setPicked={setPicked} />
      <AgentTable
        rows={rows}
        me={me}
        sorting={sorting}
        sort={sort}
        picked={picked}
        setPicked={setPicked}
      />
    </section>
  )
}

/** What can be done with everybody who was chosen. */
function Picked(props: {
  picked: ReadonlySet<string>
  setPicked: (picked: ReadonlySet<string>) => void
}) {
  const { picked, setPicked } = props
  const { t } = useWords()
  return (
    <div role="status" className="picked">
      {picked.size > 0 && (
        <>
          <b>{t('picked', { count: picked.size })}</b>
          <Button size="compact-sm" onClick={() => changeAgents([...picked])}>
            {t('do.change')}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => tell({ agents: [...picked] })}>
            {t('do.tell')}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => setPicked(new Set())}>
            {t('picked.none')}
          </Button>
        </>
      )}
    </div>
  )
}

function Filters(props: {
  filter: Filter
  choose: (queue: string) => void
}) {
  const { filter, choose } = props
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
        onChange={(event) => change({ text: event.currentTarget.value })}
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
        onChange={(event) => change({ state: event.currentTarget.value as Spec['state'] })}
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
  picked: ReadonlySet<string>
  setPicked: (picked: ReadonlySet<string>) => void
}) {
  const { rows, me, sorting, sort, picked, setPicked } = props
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
  const pick = (agent: string) => {
    const next = new Set(picked)
    if (!next.delete(agent)) next.add(agent)
    setPicked(next)
  }
  const areAll = rows.length > 0 && rows.every((row) => picked.has(row.agent))
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
            <th className="narrow">
              <Checkbox
                size="xs"
                aria-label={t('agent.pick_all')}
                checked={areAll}
                onChange={() => setPicked(new Set(areAll ? [] : rows.map((row) => row.agent)))}
              />
            </th>
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
                isPicked={picked.has(agent.agent)}
                pick={pick}
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
