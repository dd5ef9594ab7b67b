import { Checkbox } from '@mantine/core'
import { IconHeadphones } from '@tabler/icons-react'

import type { AgentRow, Me } from '../generated/console'
import { Status } from '../kit/Status'
import { useStore } from '../store'
import { useWords } from '../words/words'
import { AgentMenu } from './AgentMenu'
import { LiveBadge } from './LiveBadge'
import { StateAge } from './StateAge'
import { LOOKS, stateOf } from './states'

/** One agent; the arrows go from row to row, the space bar chooses, Enter opens the menu. */
export function Row(props: {
  agent: AgentRow
  me: Me
  index: number
  isHere: boolean
  isPicked: boolean
  pick: (agent: string) => void
  go: (index: number) => void
}) {
  const { agent, me, index, isHere, isPicked, pick, go } = props
  const { t } = useWords()
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
        else if (event.key === ' ') pick(agent.agent)
        else if (event.key === 'Enter') {
          const more = event.currentTarget.querySelector<HTMLButtonElement>('button.more')
          more?.focus()
          // Afterwards: the menu takes the key itself for one that is meant to close it.
          setTimeout(() => more?.click())
        } else return
        event.preventDefault()
      }}
    >
      <td className="narrow">
        <Checkbox
          size="xs"
          tabIndex={isHere ? 0 : -1}
          aria-label={t('agent.pick', { name: agent.name })}
          checked={isPicked}
          onChange={() => pick(agent.agent)}
        />
      </td>
      <th scope="row" className="name">
        {agent.name}
        <Ears agent={agent} />
        <LiveBadge agent={agent.live} />
      </th>
      <td>
        <AgentState agent={agent} me={me} />
      </td>
      <td>
        <StateAge agent={agent} me={me} />
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
  const queues = useStore((s) => s.queues)
  const label = (queue: string) => queues.get(queue)?.label ?? queue
  const away = (agent.paused_in ?? []).map((one) => one.queue)
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
    away.length > 0 ? t('agent.breaks', { queues: away.map(label).join(', ') }) : '',
  ].filter((note) => note !== '')
  return (
    <>
      <Status tone={tone} word={t(`state.${state}`)} sign={sign} />
      {notes.length > 0 && <span className="note">{notes.join(', ')}</span>}
    </>
  )
}
