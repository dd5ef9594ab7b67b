// Made by `make docs` from contact_center/adapters/console/payloads.py.

/** An agent. ``since``: when they came into the state they are in, None for never. ``call``: what they have in hand, from queue ``queue``; ``ears``: who listens in. ``help_since``: they ask for a supervisor, about ``help_note``; None when they do not. */
export interface AgentRow {
  agent: string
  name: string
  queues: string[]
  presence: Presence
  reason: string
  next_presence: Presence | null
  work: Work
  since: number | null
  call: string | null
  queue: string | null
  at_desk: boolean
  ears: Ear[]
  help_since?: number | null
  help_note?: string
}

/** Nothing changed for a while, and the connection is well. */
export interface Beat {
  t: 'beat'
  now: number
}

/** A caller who waits. ``since``: the beginning of the age that counts in the line. */
export interface CallerRow {
  call: string
  queue: string
  position: number
  state: CallerState
  since: number
  priority: number
  boost_s: number
  requirement: string
  held_for: string | null
  ringing: string[]
}

/** Whether phones ring for a caller. */
export type CallerState = 'offering' | 'waiting'

/** A reason for a pause. */
export interface Choice {
  code: string
  label: string
}

/** A supervisor in an agent's call. ``on``: their phone was answered. */
export interface Ear {
  by: string
  mode: Listening
  on: boolean
}

/** Why things are as they are. */
export interface Explained {
  state: string
  words: string[]
  reasons: Reason[]
}

/** The floor: all of it (``whole``), or what changed since the frame before. ``now``: the server's clock, so that times tick the same on every screen. */
export interface Floor {
  t: 'floor'
  rev: number
  now: number
  whole: boolean
  agents: AgentRow[]
  queues: QueueRow[]
  callers: CallerRow[]
  gone: Gone
}

/** What is no more. */
export interface Gone {
  agents: string[]
  queues: string[]
  callers: string[]
}

/** What a supervisor does in a call. LISTEN: hears both, heard by nobody. WHISPER: the agent alone hears them. BARGE: everybody does. TAKE_OVER: they talk with the caller in the agent's place. */
export type Listening = 'barge' | 'listen' | 'take_over' | 'whisper'

/** What a supervisor does in a call. LISTEN: hears both, heard by nobody. WHISPER: the agent alone hears them. BARGE: everybody does. TAKE_OVER: they talk with the caller in the agent's place. */
export type ListeningBody = 'barge' | 'listen' | 'take_over' | 'whisper'

/** Who is logged in. ``device``: the phone that rings when they listen in. */
export interface Me {
  agent: string
  name: string
  device: string
  pause_reasons: Choice[]
}

/** Let a caller wait in another queue, or at a place from 1. */
export interface MoveBody {
  queue: string
  position?: number | null
}

/** What the person chose. */
export type Presence = 'logged_out' | 'paused' | 'ready'

/** What an agent is to be. */
export interface PresenceBody {
  presence: PresenceWishBody
  reason?: string
}

/** What a person may choose to be. */
export type PresenceWishBody = 'logged_out' | 'paused' | 'ready'

/** Let a caller count for more or less; what is left out stays as it is. */
export interface PriorityBody {
  priority?: number
  boost_s?: number
}

/** A queue. ``oldest``: since when the first one waits. ``service_level``: of today, 0 to 1. ``in_time``: whoever waits longer, in milliseconds, is late. */
export interface QueueRow {
  queue: string
  label: string
  channel: string
  waiting: number
  offering: number
  oldest: number | null
  agents_idle: number
  agents_logged_in: number
  in_time: number
  service_level: number | null
}

/** One reason of an explanation; what else is in it depends on the code. */
export interface Reason {
  code: string
  words: string
}

/** Why something was not done. */
export interface Refusal {
  error: string
  message: string
}

/** What a supervisor wants to do in a call; `device` is their own phone. */
export interface SuperviseBody {
  mode: ListeningBody
  device?: string
}

/** What the system sees the agent doing. */
export type Work = 'connecting' | 'idle' | 'offered' | 'talking' | 'wrap_up'
