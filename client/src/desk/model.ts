// What the screen shows, folded from messages. The server's word is the state; nothing is guessed.

import type {
  AgentState,
  Choice,
  Consult,
  CurrentCall,
  DispositionChoice,
  DirectoryShown,
  FromServer,
  KnowledgeShown,
  MissedCall,
  NoticeShown,
  NumbersShown,
  ParkedCall,
  Preview,
  PromisedCalls,
  QueueInfo,
  QueueTile,
  ScriptPage,
} from '../generated/desk'

/** The call in hand; `consultOver`: the consultation that ended otherwise than the agent wanted. */
export interface Call extends CurrentCall {
  consultOver?: Consult | null
}

export interface Model {
  agent: string
  name: string
  state: AgentState
  call: Call | null
  missed: MissedCall[]
  dispositions: DispositionChoice[]
  pauseReasons: Choice[]
  queues: QueueInfo[]
  tiles: ReadonlyMap<string, QueueTile>
  providers: ReadonlyMap<string, boolean>
  parked: ParkedCall | null
  callbacks: PromisedCalls | null
  page: ScriptPage | null
  directory: DirectoryShown | null
  knowledge: KnowledgeShown | null
  numbers: NumbersShown | null
  notices: NoticeShown[]
}

/** What the middle of the screen is for. */
export type Mode = 'idle' | 'ring' | 'connecting' | 'talk' | 'hold' | 'wrap'

export const NOTHING: Model = {
  agent: '',
  name: '',
  state: { presence: 'logged_out', reason: '', work: 'idle', since: 0 },
  call: null,
  missed: [],
  dispositions: [],
  pauseReasons: [],
  queues: [],
  tiles: new Map(),
  providers: new Map(),
  parked: null,
  callbacks: null,
  page: null,
  directory: null,
  knowledge: null,
  numbers: null,
  notices: [],
}

function touch(model: Model, call: string | undefined, changes: Partial<Call>): Model {
  if (call === undefined) return model
  const known = model.call?.call === call ? model.call : { call, reservation: '' }
  return { ...model, call: { ...known, ...changes } }
}

/** The same, only if the call is the one in hand. */
function mend(model: Model, call: string | undefined, changes: Partial<Call>): Model {
  return model.call !== null && model.call.call === call ? touch(model, call, changes) : model
}

const ALONE = { consult: null, consultOver: null, recording: null, listeners: [] }

/** Give what is known after a message. */
export function fold(model: Model, message: FromServer): Model {
  switch (message.t) {
    case 'state': {
      const { agent, name, state, call, missed, dispositions, pause_reasons, queues } = message.d
      return { ...model, agent, name, state, call, missed, dispositions, pauseReasons: pause_reasons, queues }
    }
    case 'agent.state': {
      const { call, reservation, held } = message.d
      const kept = { ...model, state: message.d, call: call && model.call?.call === call ? model.call : null }
      return call ? touch(kept, call, { reservation: reservation ?? '', held: held ?? false }) : kept
    }
    case 'call.offered': {
      const { reservation, queue, expires_at, preview } = message.d
      const offered = { reservation, queue, expires_at, offered_at: message.ts, preview: preview ?? null }
      return touch(model, message.call, offered)
    }
    case 'pop.show': {
      // A pop of a call that is over is no reason to open anything; its missed call is a message of its own.
      if (message.d.ended) return model
      const { reservation, queue } = message.d
      return touch(model, message.call, { reservation, queue, pop: message.d })
    }
    case 'pop.more':
      return mend(model, message.call, { more: message.d })
    case 'offer.ended':
      if (model.call?.call !== message.call || message.d.result === 'connected') return model
      return { ...model, call: null }
    case 'call.connected': {
      const { reservation, queue } = message.d
      return touch(model, message.call, { reservation, queue, connected_at: message.ts, preview: null })
    }
    case 'call.hold':
      return mend(model, message.call, { held: message.d.on, held_at: message.d.on ? message.ts : null })
    case 'call.mute':
      return mend(model, message.call, { muted: message.d.on })
    case 'call.consult': {
      const over = message.d.state === 'ended'
      const consultOver = over && message.d.reason ? message.d : null
      return mend(model, message.call, { consult: over ? null : message.d, consultOver })
    }
    case 'call.transferred':
      return mend(model, message.call, ALONE)
    case 'call.recording':
      return mend(model, message.call, { recording: message.d })
    case 'call.listeners':
      return mend(model, message.call, { listeners: message.d.listeners })
    case 'call.parked':
      return { ...model, parked: message.d }
    case 'call.ended':
      return mend(model, message.call, { talk_ms: message.d.talk_ms, held: false, muted: false, ...ALONE })
    case 'call.notes':
      return mend(model, message.call, { notes: message.d.text })
    case 'call.disposition':
      return mend(model, message.call, {
        disposition: message.d.code,
        disposition_fields: message.d.fields ?? {},
      })
    case 'call.missed':
      if (model.missed.some((row) => row.reservation === message.d.reservation)) return model
      return { ...model, missed: [...model.missed, message.d] }
    case 'queue.state':
      return { ...model, tiles: new Map(model.tiles).set(message.d.queue, message.d) }
    case 'callbacks.state':
      return { ...model, callbacks: message.d }
    case 'script.state':
      return { ...model, page: message.d.page ?? null }
    case 'directory.state':
      return { ...model, directory: message.d }
    case 'knowledge.state':
      return { ...model, knowledge: message.d }
    case 'numbers.state':
      return { ...model, numbers: message.d }
    case 'notices.state':
      return { ...model, notices: message.d.notices }
    case 'provider.state':
      return { ...model, providers: new Map(model.providers).set(message.d.provider, message.d.up) }
    default:
      return model
  }
}

/** A piece of work that is no call: a chat, an e-mail, a task, a message that somebody left. */
export const isWork = (model: Model): boolean => model.call?.call.startsWith('w-') ?? false

/** Whom the agent is asked about, while nobody has been called yet. */
export const previewOf = (model: Model): Preview | null =>
  model.state.work === 'offered' ? (model.call?.preview ?? null) : null

export function modeOf({ call, state }: Model): Mode {
  if (call === null) return 'idle'
  switch (state.work) {
    case 'offered':
      return 'ring'
    case 'connecting':
      return 'connecting'
    case 'talking':
      return call.held ? 'hold' : 'talk'
    case 'wrap_up':
      return 'wrap'
    default:
      return call.pop ? 'ring' : 'idle'
  }
}

/** How the call in hand may end: the codes of its queue, or all. */
export function dispositionsOf(model: Model): DispositionChoice[] {
  const queue = model.queues.find((known) => known.queue === model.call?.queue)
  if (queue === undefined || queue.dispositions.length === 0) return model.dispositions
  return model.dispositions.filter((known) => queue.dispositions.includes(known.code))
}

/** The page of the script for the call in hand. */
export const pageOf = (model: Model): ScriptPage | null =>
  model.page !== null && model.page.call === model.call?.call ? model.page : null

/** Whether something can be done on a page of the script. */
export const isOpen = (page: ScriptPage): boolean => page.begun && !(page.over ?? false)

/** Whether a promise to call back can be made now. */
export const mayPromise = (model: Model): boolean =>
  model.callbacks !== null && ['talk', 'hold', 'wrap'].includes(modeOf(model)) && !isWork(model)
