// Made by `make docs` from contact_center/adapters/console/payloads.py.

/** From which age on a state of an agent is long, and too long, in milliseconds. */
export interface AgeLimit {
  state: string
  long: number
  too_long: number
}

/** What is other of an agent than in the file: see `AgentChange`. ``until``: at the latest. */
export interface AgentLive {
  by: string
  why: string
  until: number
  with_shift: boolean
  join: string[]
  leave: string[]
  skills: Record<string, number>
  capacity: number | null
  most: Record<string, number>
}

/** An agent. ``since``: when they came into the state they are in, None for never. ``call``: what they have in hand, from queue ``queue``; ``ears``: who listens in. ``queues``, ``skills``, ``capacity``: as of now, with what ``live`` says is other than in the file. ``paused_in``: breaks from one queue alone. ``help_since``: they ask for a supervisor, about ``help_note``; None when they do not. */
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
  paused_in?: QueueBreak[]
  skills: Record<string, number>
  capacity: number
  live: AgentLive | null
}

/** Let agents be other than in the file, for so many seconds; at the latest then it is over. With `with_shift` it is over when they log out. A skill at -1 is one they count as not having. */
export interface AgentsChangeBody {
  agents: string[]
  for_s: number
  why: string
  with_shift?: boolean
  join?: string[]
  leave?: string[]
  skills?: Record<string, number>
  capacity?: number | null
  most?: Record<string, number>
}

/** An alert that is on. ``value``, ``limit``: shares from 0 to 1, times in milliseconds. ``seen_by``: who acknowledged it. ``whom``: the supervisors it is for, empty for all. */
export interface AlertRow {
  alert: string
  rule: string
  queue: string
  measure: Measure
  above: boolean
  value: number
  limit: number
  since: number
  severity: Severity
  whom: string[]
  say: string
  seen_by: string
}

/** Some of them, newest first. */
export interface AuditEntries {
  entries: AuditEntry[]
}

/** A change that somebody made. ``undo``: whether who asks may take it back. */
export interface AuditEntry {
  n: number
  at: number
  who: string
  role: string
  via: string
  action: string
  object: string
  before: unknown
  after: unknown
  why: string
  outcome: string
  ref: string
  prev: string
  hash: string
  undo?: boolean
}

/** Whether the log holds; ``broken``: the row that does not, 0 for none. */
export interface AuditVerdict {
  holds: boolean
  entries: number
  n: number
  hash: string
  broken: number
  why: string
}

/** Nothing changed for a while, and the connection is well. */
export interface Beat {
  t: 'beat'
  now: number
}

/** A caller who waits. ``since``: the beginning of the age that counts in the line. ``number``: whole for who may see it, else the last four figures. */
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
  number: string
}

/** Whether phones ring for a caller. */
export type CallerState = 'offering' | 'waiting'

/** What is to be expected in the next minutes. ``cold``: hardly any calls of now are known; ``prior``: which share of people answered on days before, which is taken for the rest; null: as in general. */
export interface CampaignForecast {
  minutes: number
  agents: number
  runs: number
  samples: number
  cold: boolean
  prior: number | null
  utilisation: Spread
  abandonment: Spread
  idle_s: Spread
  wait_s: Spread
  dials_per_min: Spread
  connected: Spread
  ledger: Spread
}

/** A campaign as it stands. ``moves``: what people may do with it now; ``limit``: lowest cap. */
export interface CampaignRow {
  campaign: string
  label: string
  state: string
  mode: string
  target: number
  moves: string[]
  pacing: Pacing
  started_at: number | null
  open: number
  talking: number
  dialled: number
  outcomes: Record<string, number>
  successes: number
  ledger: CapWindow[]
  now: PacingDecision | null
  limit: number
  watch: WatchedChange | null
  returned: ReturnedChange | null
}

/** All of them. */
export interface Campaigns {
  campaigns: CampaignRow[]
}

/** Where a campaign stands with a cap on abandoned calls. */
export interface CapWindow {
  policy: string
  cap: number
  live: number
  abandoned: number
  false_machines: number
  share: number
}

/** Let agents and queues be as in the file again. */
export interface ChangesEndBody {
  agents?: string[]
  queues?: string[]
  why?: string
}

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

/** Which flows are switched to emergency, of those there are. */
export interface Emergencies {
  all: boolean
  flows: string[]
  known: string[]
}

/** A form that was filled in: points by question; what is left out does not count. */
export interface EvaluateBody {
  form: string
  answers: Record<string, number>
  comment?: string
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
  alerts: AlertRow[]
  gone: Gone
}

/** As it is (null where no pacer dials), and with a change. ``sharing``: others of the pool. */
export interface ForecastPair {
  now: CampaignForecast | null
  then: CampaignForecast
  limit: number
  sharing: string[]
}

/** What is no more. */
export interface Gone {
  agents: string[]
  queues: string[]
  callers: string[]
  alerts: string[]
}

/** One of the next to be dialled. ``words``: why not at once, none for nothing in its way. */
export interface LeadAhead {
  lead: string
  name: string
  number: string
  tried: number
  promised: boolean
  allowed: boolean
  words: string[]
  list: string
}

/** A list of a campaign: how it is taken from, and how many leads it has. ``wanted``: still to be called, and let through by its filter and the quotas; ``due``: of these, whose time has come. */
export interface ListAhead {
  on: boolean
  weight: number
  filter: string
  order: string[]
  leads: number
  wanted: number
  due: number
  list: string
}

/** What a supervisor does in a call. LISTEN: hears both, heard by nobody. WHISPER: the agent alone hears them. BARGE: everybody does. TAKE_OVER: they talk with the caller in the agent's place. */
export type Listening = 'barge' | 'listen' | 'take_over' | 'whisper'

/** What a supervisor does in a call. LISTEN: hears both, heard by nobody. WHISPER: the agent alone hears them. BARGE: everybody does. TAKE_OVER: they talk with the caller in the agent's place. */
export type ListeningBody = 'barge' | 'listen' | 'take_over' | 'whisper'

/** Who is logged in. ``device``: the phone that rings when they listen in. ``skills``: all there are. ``sees_numbers``: whether callers' numbers are told whole. ``pages``: those that are for them; ``may``: all that they may, as `core.permissions` says. */
export interface Me {
  agent: string
  name: string
  device: string
  sees_numbers: boolean
  pages: string[]
  may: string[]
  pause_reasons: Choice[]
  ages: AgeLimit[]
  skills: Choice[]
}

/** What is measured of a queue; shares from 0 to 1, times in microseconds. LONGEST_WAIT: of who waits now. SERVICE_LEVEL, ABANDONMENT: of this half hour; .._TODAY: of the day. FREE, LOGGED_IN: agents. */
export type Measure = 'abandonment' | 'abandonment_today' | 'free' | 'logged_in' | 'longest_wait' | 'service_level' | 'service_level_today' | 'waiting'

/** Let a caller wait in another queue, or at a place from 1. */
export interface MoveBody {
  queue: string
  position?: number | null
}

/** A note of a recording. */
export interface NoteOfBody {
  text: string
}

/** A message: to these agents, to those who serve a queue, or to everybody. */
export interface NoticeSendBody {
  text: string
  agents?: string[]
  queue?: string | null
  everybody?: boolean
}

/** What says how much is dialled; 0 lines or calls for no bound. */
export interface Pacing {
  mode: string
  pacer: string
  target: number
  target_early: number
  keep_free: number
  predictive_from: number
  ratio: number
  weight: number
  inbound_weight: number
  lines: number
  lines_per_agent: number
  calls_per_s: number
  trunk_share: number
}

/** How many were dialled at a tick, from what was seen. */
export interface PacingDecision {
  at: number
  dial: number
  shed: string[]
  why: string
  numbers: Record<string, number>
  agents: number
  idle: number
  ringing: number
  waiting: number
  talking: number
  buffered: number
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

/** A queue that an agent is on a break from alone. */
export interface QueueBreak {
  queue: string
  reason: string
  since: number
}

/** Let a queue be other than in the file, for so many seconds; what is left out stays. */
export interface QueueChangeBody {
  for_s: number
  why: string
  weight?: number
  priority?: number
}

/** What is other of a queue than in the file; None for what is as it says. */
export interface QueueLive {
  by: string
  why: string
  until: number
  weight: number | null
  priority: number | null
}

/** Whether an agent is on a break from a queue, and why. */
export interface QueuePauseBody {
  on: boolean
  reason?: string
}

/** A queue. ``oldest``: since when the first one waits. ``service_level``: of today, 0 to 1. ``in_time``: whoever waits longer, in milliseconds, is late. ``entered``, ``abandoned``: of today, None while nothing is known. ``weight``, ``priority``: as of now, with ``live``. */
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
  entered: number | null
  abandoned: number | null
  weight: number
  priority: number
  live: QueueLive | null
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

/** A change that went back. */
export interface ReturnedChange {
  at: number
  by: string
  why: string
  former: Record<string, unknown>
}

/** How bad it is. */
export type Severity = 'critical' | 'warning'

/** The average of several runs, and between what four of five of them are. */
export interface Spread {
  low: number
  middle: number
  high: number
}

/** What a supervisor wants to do in a call; `device` is their own phone. */
export interface SuperviseBody {
  mode: ListeningBody
  device?: string
}

/** A view. ``shared``: "" with nobody, "all", or the queue whose supervisors see it, too. */
export interface ViewSaveBody {
  name: string
  spec: ViewSpecBody
  shared?: string
}

/** What is shown: tiles of these queues in this order (all without), and what is on them. ``text``, ``queue``, ``state``: which agents; ``sort``, ``down``: in which order. */
export interface ViewSpecBody {
  queues?: string[]
  facts?: ('abandoned' | 'free' | 'level' | 'longest' | 'states')[]
  text?: string
  queue?: string
  state?: '' | 'free' | 'out' | 'paused' | 'ringing' | 'talking' | 'wrap_up'
  sort?: 'name' | 'queue' | 'queues' | 'since' | 'state'
  down?: boolean
}

/** What a wall board shows, without anybody's name. ``seconds``: how long a page stands. */
export interface Wall {
  now: number
  seconds: number
  announcement: string
  queues: WallQueue[]
  alerts: AlertRow[]
}

/** A queue on a wall board. ``states``: how many agents are in each, by its word. */
export interface WallQueue {
  queue: string
  label: string
  waiting: number
  oldest: number | null
  in_time: number
  service_level: number | null
  entered: number | null
  abandoned: number | null
  states: Record<string, number>
}

/** A change that goes back by itself when it does harm. */
export interface WatchedChange {
  by: string
  since: number
  until: number
  former: Record<string, unknown>
}

/** Whom a campaign would dial next. ``problems``: filters and orders that let nobody through. */
export interface WhomNext {
  lists: ListAhead[]
  next: LeadAhead[]
  problems: string[]
}

/** Why so many are dialled now. */
export interface WhySoMany {
  campaign: string
  state: string
  codes: string[]
  words: string[]
  decision: PacingDecision | null
}

/** What the system sees the agent doing. */
export type Work = 'connecting' | 'idle' | 'offered' | 'talking' | 'wrap_up'
