import { Button } from '@mantine/core'
import { IconHandStop } from '@tabler/icons-react'

import { useRinging } from '../alerts/ringing'
import type { AgentRow } from '../generated/console'
import { useAct } from '../kit/acting'
import { Age } from '../kit/clock'
import { server } from '../server'
import { useStore } from '../store'
import { useWords } from '../words/words'

const MOST = 4

/** Agents who ask for a supervisor, on every page, the first one first. */
export function Hands() {
  const agents = useStore((s) => s.agents)
  const raised = [...agents.values()]
    .filter((agent) => agent.help_since != null)
    .sort((a, b) => (a.help_since ?? 0) - (b.help_since ?? 0))
  useRinging(raised.map((agent) => `${agent.agent} ${agent.help_since}`))
  return (
    <div role="status" className="alert-bar hands">
      {raised.slice(0, MOST).map((agent) => (
        <Hand key={agent.agent} agent={agent} />
      ))}
    </div>
  )
}

function Hand({ agent }: { agent: AgentRow }) {
  const { t } = useWords()
  const act = useAct()
  return (
    <p className="banner" data-tone="info" data-hand={agent.agent}>
      <IconHandStop size={18} aria-hidden />
      <span>{t('hand.asks', { name: agent.name })}</span>
      <span className="say">{agent.help_note}</span>
      <Age since={agent.help_since ?? 0} />
      <span className="spring" />
      <Button
        size="compact-sm"
        variant="default"
        aria-label={t('hand.seen_of', { name: agent.name })}
        onClick={() => act(t('hand.asks', { name: agent.name }), server.seenTo(agent.agent))}
      >
        {t('hand.seen')}
      </Button>
    </p>
  )
}
