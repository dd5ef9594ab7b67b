import { Menu } from '@mantine/core'

import type { AgentRow, Listening, Me } from '../generated/console'
import { sure, useAct } from '../kit/acting'
import { RowMenu } from '../kit/RowMenu'
import { askWhy } from '../kit/Why'
import { server } from '../server'
import { type Key, useWords } from '../words/words'
import { changeAgents, pauseQueues, tell } from './changing'
import { stateOf } from './states'

const MODES: ReadonlyArray<{ mode: Listening; key: Key; asks: Key | null }> = [
  { mode: 'listen', key: 'do.listen', asks: null },
  { mode: 'whisper', key: 'do.whisper', asks: null },
  { mode: 'barge', key: 'do.barge', asks: 'sure.barge' },
  { mode: 'take_over', key: 'do.take_over', asks: 'sure.take_over' },
]

/** What a supervisor can do with an agent and with their call. */
export function AgentMenu({ agent, me }: { agent: AgentRow; me: Me }) {
  const { t } = useWords()
  const name = agent.name
  return (
    <RowMenu label={t('agent.actions', { name })}>
      {stateOf(agent) === 'talking' && agent.agent !== me.agent && (
        <CallItems agent={agent} me={me} />
      )}
      <PresenceItems agent={agent} me={me} />
      {agent.presence !== 'logged_out' && (
        <Menu.Item onClick={() => pauseQueues(agent.agent)}>{t('do.pause_queue')}</Menu.Item>
      )}
      <Menu.Item onClick={() => tell({ agents: [agent.agent] })}>{t('do.tell')}</Menu.Item>
      <Menu.Item onClick={() => changeAgents([agent.agent])}>{t('do.change')}</Menu.Item>
      <Menu.Divider />
      {agent.call !== null && (
        <Menu.Item
          onClick={() =>
            askWhy({ kind: 'pair', name: agent.call ?? '', title: t('why.pair', { names: name }) })
          }
        >
          {t('do.why_agent', { names: name })}
        </Menu.Item>
      )}
      <Menu.Item
        onClick={() => askWhy({ kind: 'agent', name: agent.agent, title: t('why.agent', { name }) })}
      >
        {t('do.why_nobody')}
      </Menu.Item>
    </RowMenu>
  )
}

function CallItems({ agent, me }: { agent: AgentRow; me: Me }) {
  const { t } = useWords()
  const act = useAct()
  const call = agent.call
  if (call === null) return null
  const mine = agent.ears.find((ear) => ear.by === me.agent)
  const join = (mode: Listening, what: string) =>
    act(what, server.supervise(call, { mode }), mine ? '' : t('done.rings', { device: me.device }))
  return (
    <>
      <Menu.Label>{t('group.call')}</Menu.Label>
      {MODES.filter(({ mode }) => mode !== mine?.mode).map(({ mode, key, asks }) => (
        <Menu.Item
          key={mode}
          onClick={() =>
            asks === null
              ? join(mode, t(key))
              : sure(t(asks, { name: agent.name }), t(key), () => join(mode, t(key)))
          }
        >
          {t(key)}
        </Menu.Item>
      ))}
      {mine !== undefined && (
        <Menu.Item onClick={() => act(t('do.leave'), server.leave(call))}>{t('do.leave')}</Menu.Item>
      )}
      <Menu.Divider />
    </>
  )
}

function PresenceItems({ agent, me }: { agent: AgentRow; me: Me }) {
  const { t } = useWords()
  const act = useAct()
  const isOut = agent.presence === 'logged_out'
  const become = (presence: 'ready' | 'paused' | 'logged_out', what: string, reason = '') =>
    act(`${agent.name}: ${what}`, server.presence(agent.agent, { presence, reason }))
  const reasons = me.pause_reasons
  return (
    <>
      <Menu.Label>{t('group.agent')}</Menu.Label>
      {stateOf(agent) === 'wrap_up' && (
        <Menu.Item
          onClick={() =>
            sure(t('sure.end_wrap_up', { name: agent.name }), t('do.end_wrap_up'), () =>
              act(`${agent.name}: ${t('do.end_wrap_up')}`, server.endWrapUp(agent.agent)),
            )
          }
        >
          {t('do.end_wrap_up')}
        </Menu.Item>
      )}
      <Menu.Item
        disabled={isOut || (agent.presence === 'ready' && agent.next_presence === null)}
        onClick={() => become('ready', t('do.ready'))}
      >
        {t('do.ready')}
      </Menu.Item>
      {reasons.length === 0 && (
        <Menu.Item disabled={isOut} onClick={() => become('paused', t('do.pause_plain'))}>
          {t('do.pause_plain')}
        </Menu.Item>
      )}
      {reasons.map(({ code, label }) => (
        <Menu.Item
          key={code}
          disabled={isOut || (agent.presence === 'paused' && agent.reason === code)}
          onClick={() => become('paused', t('do.pause', { reason: label }), code)}
        >
          {t('do.pause', { reason: label })}
        </Menu.Item>
      ))}
      <Menu.Item
        className="hurts"
        disabled={isOut}
        onClick={() =>
          sure(t('sure.log_out', { name: agent.name }), t('do.log_out'), () =>
            become('logged_out', t('do.log_out')),
          )
        }
      >
        {t('do.log_out')}
      </Menu.Item>
    </>
  )
}
