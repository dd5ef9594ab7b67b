import { useMemo } from 'react'

import { Menu } from '@mantine/core'
import { IconBellRinging } from '@tabler/icons-react'

import type { CallerRow, QueueRow } from '../generated/console'
import { sure, useAct } from '../kit/acting'
import { Age } from '../kit/clock'
import { RowMenu } from '../kit/RowMenu'
import { Status } from '../kit/Status'
import { askWhy } from '../kit/Why'
import { server } from '../server'
import { useStore } from '../store'
import { useWords } from '../words/words'

/** Who waits, queue by queue, first to last. */
export function Callers({ queue }: { queue: string }) {
  const callers = useStore((s) => s.callers)
  const queues = useStore((s) => s.queues)
  const { t } = useWords()
  const lines = useMemo(() => {
    const made = new Map<string, CallerRow[]>()
    for (const caller of callers.values()) {
      if (queue !== '' && caller.queue !== queue) continue
      made.set(caller.queue, [...(made.get(caller.queue) ?? []), caller])
    }
    for (const line of made.values()) line.sort((a, b) => a.position - b.position)
    return made
  }, [callers, queue])
  return (
    <section className="panel callers" aria-labelledby="callers-title" id="callers">
      <div className="panel-head">
        <h2 id="callers-title" tabIndex={-1}>
          {t('callers')}
        </h2>
      </div>
      <div className="scroll" tabIndex={0} role="region" aria-labelledby="callers-title">
        {lines.size === 0 && <p className="empty">{t('callers.none')}</p>}
        {[...queues.values()]
          .filter((one) => lines.has(one.queue))
          .map((one) => (
            <Line key={one.queue} queue={one} line={lines.get(one.queue) ?? []} />
          ))}
      </div>
    </section>
  )
}

function Line({ queue, line }: { queue: QueueRow; line: readonly CallerRow[] }) {
  const { t } = useWords()
  const more = queue.waiting - line.length
  return (
    <table>
      <caption>{queue.label}</caption>
      <thead>
        <tr>
          <th className="narrow">{t('caller.place')}</th>
          <th>{t('caller.waits')}</th>
          <th>{t('caller.number')}</th>
          <th className="narrow">{t('caller.priority')}</th>
          <th>{t('caller.asks')}</th>
          <th className="narrow">
            <span className="unseen">
              {t('caller.actions', { place: '', queue: queue.label })}
            </span>
          </th>
        </tr>
      </thead>
      <tbody>
        {line.map((caller) => (
          <Caller key={caller.call} caller={caller} queue={queue} length={line.length} />
        ))}
      </tbody>
      {more > 0 && (
        <tfoot>
          <tr>
            <td colSpan={6}>{t('callers.more', { more })}</td>
          </tr>
        </tfoot>
      )}
    </table>
  )
}

function Caller(props: { caller: CallerRow; queue: QueueRow; length: number }) {
  const { caller, queue, length } = props
  const agents = useStore((s) => s.agents)
  const { t } = useWords()
  const names = caller.ringing.map((name) => agents.get(name)?.name ?? name).join(', ')
  return (
    <tr data-call={caller.call}>
      <td className="narrow">{caller.position}</td>
      <td>
        <Age since={caller.since} />
      </td>
      <td className="number">{caller.number}</td>
      <td className="narrow">{caller.priority}</td>
      <td>
        {caller.state === 'offering' ? (
          <Status tone="info" word={t('caller.ringing', { names })} sign={IconBellRinging} />
        ) : (
          caller.requirement
        )}
      </td>
      <td className="narrow">
        <CallerMenu caller={caller} queue={queue} length={length} />
      </td>
    </tr>
  )
}

function CallerMenu(props: { caller: CallerRow; queue: QueueRow; length: number }) {
  const { caller, queue, length } = props
  const queues = useStore((s) => s.queues)
  const { t } = useWords()
  const act = useAct()
  const { call, position } = caller
  const agents = useStore((s) => s.agents)
  const first = caller.ringing[0]
  const names = first === undefined ? '' : (agents.get(first)?.name ?? first)
  const others = [...queues.values()].filter(
    (one) => one.queue !== queue.queue && one.channel === queue.channel,
  )
  const place = (what: string, to: number) =>
    act(what, server.move(call, { queue: queue.queue, position: to }))
  const higher = (what: string, by: number) =>
    act(what, server.priority(call, { priority: caller.priority + by }))
  return (
    <RowMenu label={t('caller.actions', { place: position, queue: queue.label })}>
      <Menu.Label>{t('group.line')}</Menu.Label>
      <Menu.Item disabled={position === 1} onClick={() => place(t('do.first'), 1)}>
        {t('do.first')}
      </Menu.Item>
      <Menu.Item disabled={position === 1} onClick={() => place(t('do.earlier'), position - 1)}>
        {t('do.earlier')}
      </Menu.Item>
      <Menu.Item disabled={position >= length} onClick={() => place(t('do.later'), position + 1)}>
        {t('do.later')}
      </Menu.Item>
      <Menu.Item onClick={() => higher(t('do.higher'), 1)}>{t('do.higher')}</Menu.Item>
      <Menu.Item onClick={() => higher(t('do.lower'), -1)}>{t('do.lower')}</Menu.Item>
      {others.length > 0 && <Menu.Label>{t('group.move')}</Menu.Label>}
      {others.map((one) => {
        const what = t('do.move', { queue: one.label })
        return (
          <Menu.Item
            key={one.queue}
            onClick={() => act(what, server.move(call, { queue: one.queue }))}
          >
            {what}
          </Menu.Item>
        )
      })}
      <Menu.Divider />
      <Menu.Item
        onClick={() =>
          askWhy({
            kind: 'call',
            name: call,
            title: t('why.call', { queue: queue.label, place: position }),
          })
        }
      >
        {t('do.why_not_yet')}
      </Menu.Item>
      {names !== '' && (
        <Menu.Item
          onClick={() => askWhy({ kind: 'pair', name: call, title: t('why.pair', { names }) })}
        >
          {t('do.why_agent', { names })}
        </Menu.Item>
      )}
      <Menu.Item
        className="hurts"
        onClick={() =>
          sure(t('sure.withdraw', { queue: queue.label }), t('do.withdraw'), () =>
            act(t('do.withdraw'), server.withdraw(call)),
          )
        }
      >
        {t('do.withdraw')}
      </Menu.Item>
    </RowMenu>
  )
}
