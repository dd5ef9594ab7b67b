import {
  IconBellRinging,
  IconCircleCheck,
  IconLogout,
  IconNotes,
  IconPhoneCall,
  IconPlayerPause,
} from '@tabler/icons-react'

import type { AgentRow } from '../generated/console'
import type { Tone } from '../kit/Status'

export type State = 'free' | 'ringing' | 'talking' | 'wrap_up' | 'paused' | 'out'

/** In the order in which they stand when sorted. */
export const STATES: readonly State[] = ['free', 'ringing', 'talking', 'wrap_up', 'paused', 'out']

/** What somebody is at: the work first, then what they chose. */
export function stateOf(agent: AgentRow): State {
  if (agent.work === 'talking') return 'talking'
  if (agent.work === 'wrap_up') return 'wrap_up'
  if (agent.work === 'offered' || agent.work === 'connecting') return 'ringing'
  if (agent.presence === 'logged_out') return 'out'
  return agent.presence === 'paused' ? 'paused' : 'free'
}

export const LOOKS: Record<State, { tone: Tone; sign: typeof IconNotes }> = {
  free: { tone: 'good', sign: IconCircleCheck },
  ringing: { tone: 'info', sign: IconBellRinging },
  talking: { tone: 'info', sign: IconPhoneCall },
  wrap_up: { tone: 'warn', sign: IconNotes },
  paused: { tone: 'warn', sign: IconPlayerPause },
  out: { tone: 'calm', sign: IconLogout },
}
