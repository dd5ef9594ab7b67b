import type {
  AgentsChangeBody,
  ChangesEndBody,
  EvaluateBody,
  Explained,
  Me,
  MoveBody,
  NoteOfBody,
  NoticeSendBody,
  PresenceBody,
  PriorityBody,
  QueueChangeBody,
  QueuePauseBody,
  Refusal,
  SuperviseBody,
  ViewSaveBody,
  ViewSpecBody,
  Wall,
} from './generated/console'

export const AT = '/console/api'

/** The way in through the directory of the house: what is written on its button, and where it is. */
export interface Company {
  label: string
  start: string
}

/** Why the server did not do something; `code` "" when it was not reached. */
export class RefusedError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 0,
  ) {
    super(message)
  }
}

const WITHIN_MS = 15_000
/** The sound of a long call takes its time on a slow line. */
const SOUND_WITHIN_MS = 300_000

/** Ask the server; raises RefusedError, also when the whole answer is not there in time. */
export async function ask<T>(
  method: string,
  path: string,
  body?: object,
  more: Record<string, string> = {},
  read: (answer: Response) => Promise<unknown> = (answer) => answer.json(),
  within = WITHIN_MS,
): Promise<T> {
  const headers: Record<string, string> = { 'X-Console': '1', ...more }
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  const giveUp = new AbortController()
  const timer = setTimeout(() => giveUp.abort(), within)
  let answer: Response | null = null
  let told: Partial<Refusal> & { err?: { code: string; message: string } }
  try {
    answer = await fetch(path, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      signal: giveUp.signal,
    })
    if (answer.ok) return (await read(answer)) as T
    told = (await answer.json().catch(() => ({}))) as typeof told
  } catch {
    if (answer === null) throw new RefusedError('', '')
    throw new RefusedError('broken_off', 'The answer broke off. Try again.', answer.status)
  } finally {
    clearTimeout(timer)
  }
  throw new RefusedError(
    told.error ?? told.err?.code ?? 'status',
    told.message ?? told.err?.message ?? String(answer.status),
    answer.status,
  )
}

/** A recording; `at` and `ms` in milliseconds. */
export interface Kept {
  recording: string
  call: string
  kind: string
  box: string
  at: number
  ms: number
  marks?: readonly Mark[]
}

/** Where in a recording words are that had to be said: milliseconds of its sound. */
export interface Mark {
  disclosure: string
  from_ms: number
  to_ms: number
}

/** A form by which recordings are evaluated. */
export interface Form {
  form: string
  label: string
  questions: ReadonlyArray<{ code: string; ask: string; most: number }>
}

/** What is known of a recording besides its sound; `score` from 0 to 1, `at` in milliseconds. */
export interface Reviewed {
  notes: ReadonlyArray<{ note: string; at: number; by: string; text: string }>
  evaluations: ReadonlyArray<{
    evaluation: string
    at: number
    by: string
    form: string
    score: number
    comment: string
  }>
  forms: readonly Form[]
}

/** A view of the floor; `mine`: whether it may be changed here. */
export interface SavedView {
  view: string
  owner: string
  shared: string
  name: string
  mine: boolean
  spec: ViewSpecBody
}

/** A message that is on desks; `at` in milliseconds. */
export interface Sent {
  notice: string
  at: number
  by: string
  to: string
  text: string
  agents: number
  unread: number
  unread_by: string[]
}

/** A report: measures by name of each one in each step; times in microseconds. */
export interface Reported {
  by: string
  units: Record<string, string>
  rows: ReadonlyArray<{ at: number; name: string } & Record<string, number | string | null>>
}

export function reportPath(asked: Record<string, string | number>): string {
  const query = Object.entries(asked).map(([name, value]) => [name, String(value)])
  return `${AT}/report?${new URLSearchParams(query).toString()}`
}

const call = (name: string) => `${AT}/calls/${encodeURIComponent(name)}`

const kept = (recording: string) => `${AT}/recordings/${encodeURIComponent(recording)}`

export const server = {
  me: () => ask<Me>('GET', `${AT}/me`),
  logIn: (login: string, password: string) => ask('POST', '/api/login', { login, password }),
  ways: () => ask<{ company: Company | null }>('GET', '/api/login/ways'),
  logOut: () => ask('POST', '/api/logout'),
  presence: (agent: string, body: PresenceBody) =>
    ask('POST', `${AT}/agents/${encodeURIComponent(agent)}/presence`, body),
  supervise: (name: string, body: SuperviseBody) => ask('POST', `${call(name)}/supervise`, body),
  leave: (name: string) => ask('DELETE', `${call(name)}/supervise`),
  move: (name: string, body: MoveBody) => ask('POST', `${call(name)}/move`, body),
  priority: (name: string, body: PriorityBody) => ask('POST', `${call(name)}/priority`, body),
  withdraw: (name: string) => ask('POST', `${call(name)}/withdraw`, {}),
  queuePause: (agent: string, queue: string, body: QueuePauseBody) =>
    ask(
      'POST',
      `${AT}/agents/${encodeURIComponent(agent)}/queues/${encodeURIComponent(queue)}/pause`,
      body,
    ),
  endWrapUp: (agent: string) =>
    ask('POST', `${AT}/agents/${encodeURIComponent(agent)}/wrap-up/end`, {}),
  changeAgents: (body: AgentsChangeBody) => ask('POST', `${AT}/changes/agents`, body),
  changeQueue: (queue: string, body: QueueChangeBody) =>
    ask('POST', `${AT}/changes/queues/${encodeURIComponent(queue)}`, body),
  endChanges: (body: ChangesEndBody) => ask('POST', `${AT}/changes/end`, body),
  seenTo: (agent: string) => ask('DELETE', `${AT}/agents/${encodeURIComponent(agent)}/help`),
  views: () => ask<{ views: SavedView[] }>('GET', `${AT}/views`),
  makeView: (body: ViewSaveBody) => ask<{ view: string }>('POST', `${AT}/views`, body),
  changeView: (view: string, body: ViewSaveBody) =>
    ask<{ view: string }>('PUT', `${AT}/views/${encodeURIComponent(view)}`, body),
  deleteView: (view: string) => ask('DELETE', `${AT}/views/${encodeURIComponent(view)}`),
  reviews: (recording: string) => ask<Reviewed>('GET', `${kept(recording)}/reviews`),
  noteOf: (recording: string, body: NoteOfBody) => ask('POST', `${kept(recording)}/notes`, body),
  evaluate: (recording: string, body: EvaluateBody) =>
    ask('POST', `${kept(recording)}/evaluations`, body),
  undo: (n: number, why: string) => ask('POST', `${AT}/audit/${n}/undo`, { why }),
  notices: () => ask<{ notices: Sent[] }>('GET', `${AT}/notices`),
  tell: (body: NoticeSendBody) => ask('POST', `${AT}/notices`, body),
  takeBack: (notice: string) => ask('DELETE', `${AT}/notices/${encodeURIComponent(notice)}`),
  report: (asked: Record<string, string | number>) => ask<Reported>('GET', reportPath(asked)),
  recordings: () => ask<{ recordings: Kept[] }>('GET', `${AT}/recordings`),
  sound: (recording: string) =>
    ask<Blob>(
      'GET',
      `${AT}/recordings/${encodeURIComponent(recording)}`,
      undefined,
      {},
      (answer) => answer.blob(),
      SOUND_WITHIN_MS,
    ),
  wall: (key: string) =>
    ask<Wall>('GET', `${AT}/wall`, undefined, key === '' ? {} : { Authorization: `Bearer ${key}` }),
  seen: (alert: string) => ask('POST', `${AT}/alerts/${encodeURIComponent(alert)}/seen`, {}),
  explain: (about: 'call' | 'agent' | 'pair', name: string) =>
    ask<Explained>(
      'GET',
      about === 'pair'
        ? `${AT}/explain/call/${encodeURIComponent(name)}/agent`
        : `${AT}/explain/${about}/${encodeURIComponent(name)}`,
    ),
}
