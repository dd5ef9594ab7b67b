// Made by `make docs` from contact_center/adapters/desktop/messages.py.

/** What the person chose (`presence`) and what the system sees (`work`). `outside`: on the phone with somebody the center has nothing to do with; no calls come. `load`: how much of the capacity is taken, in percent. `jobs`: everything the agent is at, `call` included; empty for agents who do one thing at a time. `help_since`: supervisors are asked for help, with a note of what it is about. `paused_in`: queues they are on a break from alone. */
export interface AgentState {
  presence: Presence
  reason: string
  work: Work
  since: number
  next_presence?: Presence | null
  next_reason?: string
  call?: string | null
  reservation?: string | null
  held?: boolean
  wrap_up_until?: number | null
  outside?: boolean
  load?: number
  jobs?: Job[]
  help_since?: number | null
  help_note?: string
  paused_in?: string[]
}

/** The agent's state changed. */
export interface AgentStateMessage {
  t: 'agent.state'
  v?: number
  ch: string
  ep: string
  seq: number
  ts: number
  call?: string
  d: AgentState
}

/** ``heading``, ``text``, ``item``, ``quote`` or ``code``; no markup, whatever it looks like. ``level``: of a heading, from 1; how far an item is indented. ``mark``: of a numbered item. */
export interface ArticleBlock {
  kind: string
  spans: ArticleSpan[]
  level?: number
  mark?: string
}

/** An article in which every word was found, and where in it. */
export interface ArticleFound {
  article: string
  title: string
  snippet: string
}

/** An article, whole (of a very long one, its beginning: ``cut``). */
export interface ArticleShown {
  article: string
  title: string
  blocks: ArticleBlock[]
  cut?: boolean
}

/** A stretch of text. ``kind``: ``text``, ``strong``, ``emphasis``, ``code``, ``link`` (``to`` is an https, http, mailto or tel address) or ``article`` (``to`` is another article). */
export interface ArticleSpan {
  text: string
  kind?: string
  to?: string
}

/** The session ended, elsewhere or, with the reason ``idle``, because nobody used the desk. A close with 4401 follows. */
export interface AuthChanged {
  t: 'auth.changed'
  v?: number
  ts: number
  reason?: string
}

/** Whether somebody can be asked: the order is that of the directory. OUTSIDE: on the phone with somebody the center has nothing to do with. AWAY: logged out; of a queue, that nobody of it is there. */
export type Availability = 'away' | 'busy' | 'free' | 'outside' | 'paused'

/** The conversation began. */
export interface CallConnected {
  t: 'call.connected'
  v?: number
  ch: string
  ep: string
  seq: number
  ts: number
  call?: string
  d: Connected
}

/** A consultation went on. */
export interface CallConsult {
  t: 'call.consult'
  v?: number
  ch: string
  ep: string
  seq: number
  ts: number
  call?: string
  d: Consult
}

/** The disposition was kept. */
export interface CallDisposition {
  t: 'call.disposition'
  v?: number
  ch: string
  ep: string
  seq: number
  ts: number
  call?: string
  d: SavedDisposition
}

/** The conversation ended; wrap-up may follow. */
export interface CallEnded {
  t: 'call.ended'
  v?: number
  ch: string
  ep: string
  seq: number
  ts: number
  call?: string
  d: Talked
}

/** Hold changed. */
export interface CallHold {
  t: 'call.hold'
  v?: number
  ch: string
  ep: string
  seq: number
  ts: number
  call?: string
  d: Hold
}

/** Keys that the agent pressed did not come through. */
export interface CallKeys {
  t: 'call.keys'
  v?: number
  ch: string
  ep: string
  seq: number
  ts: number
  call?: string
  d: KeysLost
}

/** Who is in the call besides; only where the center lets agents see it. */
export interface CallListeners {
  t: 'call.listeners'
  v?: number
  ch: string
  ep: string
  seq: number
  ts: number
  call?: string
  d: Listeners
}

/** A row for the list of missed calls. */
export interface CallMissed {
  t: 'call.missed'
  v?: number
  ch: string
  ep: string
  seq: number
  ts: number
  call?: string
  d: MissedCall
}

/** Mute changed. */
export interface CallMute {
  t: 'call.mute'
  v?: number
  ch: string
  ep: string
  seq: number
  ts: number
  call?: string
  d: Muted
}

/** Notes were kept. */
export interface CallNotes {
  t: 'call.notes'
  v?: number
  ch: string
  ep: string
  seq: number
  ts: number
  call?: string
  d: SavedNotes
}

/** The agent was reserved for a call. */
export interface CallOffered {
  t: 'call.offered'
  v?: number
  ch: string
  ep: string
  seq: number
  ts: number
  call?: string
  d: Offer
}

/** The caller was put aside. */
export interface CallParked {
  t: 'call.parked'
  v?: number
  ch: string
  ep: string
  seq: number
  ts: number
  call?: string
  d: ParkedCall
}

/** Recording began, or its pause changed. */
export interface CallRecording {
  t: 'call.recording'
  v?: number
  ch: string
  ep: string
  seq: number
  ts: number
  call?: string
  d: RecordingState
}

/** The caller was passed on. */
export interface CallTransferred {
  t: 'call.transferred'
  v?: number
  ch: string
  ep: string
  seq: number
  ts: number
  call?: string
  d: Transferred
}

/** The agent's promises, and the form they asked for. */
export interface CallbacksState {
  t: 'callbacks.state'
  v?: number
  ch: string
  rev: number
  ts: number
  d: PromisedCalls
}

/** How far a ledger has come: its epoch and its newest number. */
export interface ChannelPosition {
  ch: string
  ep: string
  seq: number
}

/** Something to choose by its code: a reason for a pause, an option of a field. */
export interface Choice {
  code: string
  label: string
}

/** How the call ended, with its fields, and the last word of the notes, if any. */
export interface ChosenDisposition {
  code: string
  notes?: string | null
  fields?: Record<string, string>
}

/** Are you there? */
export interface ClientPing {
  t: 'ping'
  v?: number
  must?: boolean
  id?: string
}

/** Yes. */
export interface ClientPong {
  t: 'pong'
  v?: number
  must?: boolean
}

/** Answer the ringing phone. */
export interface CmdAccept {
  t: 'cmd.accept'
  v?: number
  must?: boolean
  id: string
  d: OfferRef
}

/** Ask somebody while the caller is on hold. */
export interface CmdConsult {
  t: 'cmd.consult'
  v?: number
  must?: boolean
  id: string
  call: string
  d: Target
}

/** Go on with the consultation. */
export interface CmdConsultStep {
  t: 'cmd.consult.step'
  v?: number
  must?: boolean
  id: string
  call: string
  d: Step
}

/** Do not take this call. */
export interface CmdDecline {
  t: 'cmd.decline'
  v?: number
  must?: boolean
  id: string
  d: OfferRef
}

/** Call a number: the agent's phone rings first. Whether it may be called is checked before. */
export interface CmdDial {
  t: 'cmd.dial'
  v?: number
  must?: boolean
  id: string
  d: Number
}

/** Press keys for whom the agent talks with. They are kept and shown nowhere. */
export interface CmdDigits {
  t: 'cmd.digits'
  v?: number
  must?: boolean
  id: string
  call: string
  d: Digits
}

/** Look at the directory; it is told again as people come and go, until it is closed. */
export interface CmdDirectory {
  t: 'cmd.directory'
  v?: number
  must?: boolean
  id: string
  d: DirectoryLook
}

/** Say how it ended; in wrap-up this ends the wrap-up. */
export interface CmdDisposition {
  t: 'cmd.disposition'
  v?: number
  must?: boolean
  id: string
  call: string
  d: ChosenDisposition
}

/** End the call. */
export interface CmdHangup {
  t: 'cmd.hangup'
  v?: number
  must?: boolean
  id: string
  call: string
}

/** Ask supervisors for help, or do without. */
export interface CmdHelp {
  t: 'cmd.help'
  v?: number
  must?: boolean
  id: string
  d: Help
}

/** Put the customer on hold or back. */
export interface CmdHold {
  t: 'cmd.hold'
  v?: number
  must?: boolean
  id: string
  call: string
  d: Hold
}

/** Look something up: canned texts and articles for the queue of the call at hand. */
export interface CmdKnowledge {
  t: 'cmd.knowledge'
  v?: number
  must?: boolean
  id: string
  d: KnowledgeLook
}

/** Stop working; during a call, after it. */
export interface CmdLogout {
  t: 'cmd.logout'
  v?: number
  must?: boolean
  id: string
}

/** Let the others not hear the agent, or hear them again. */
export interface CmdMute {
  t: 'cmd.mute'
  v?: number
  must?: boolean
  id: string
  call: string
  d: Switch
}

/** Keep these notes; the whole text each time. */
export interface CmdNotes {
  t: 'cmd.notes'
  v?: number
  must?: boolean
  id: string
  call: string
  d: SavedNotes
}

/** The agent has read a message of a supervisor. */
export interface CmdNoticeRead {
  t: 'cmd.notice.read'
  v?: number
  must?: boolean
  id: string
  d: NoticeRead
}

/** Put the caller aside in a slot. */
export interface CmdPark {
  t: 'cmd.park'
  v?: number
  must?: boolean
  id: string
  call: string
}

/** Take no calls for now; during a call, after it. */
export interface CmdPause {
  t: 'cmd.pause'
  v?: number
  must?: boolean
  id: string
  d: Reason
}

/** Take no calls of one queue for now, or take them again; those of the others go on coming. */
export interface CmdPauseQueue {
  t: 'cmd.pause_queue'
  v?: number
  must?: boolean
  id: string
  d: QueueBreak
}

/** Call the customer who is shown. */
export interface CmdPreviewDial {
  t: 'cmd.preview_dial'
  v?: number
  must?: boolean
  id: string
  call: string
}

/** Do not call the customer who is shown. */
export interface CmdPreviewSkip {
  t: 'cmd.preview_skip'
  v?: number
  must?: boolean
  id: string
  call: string
  d?: SkipReason
}

/** Promise the customer of a call to call them back, in place of an earlier promise. */
export interface CmdPromise {
  t: 'cmd.callback.promise'
  v?: number
  must?: boolean
  id: string
  call: string
  d: PromiseWish
}

/** Take a promise back. */
export interface CmdPromiseCancel {
  t: 'cmd.callback.cancel'
  v?: number
  must?: boolean
  id: string
  d: PromiseRef
}

/** What can be promised to the customer of my call? The answer is in ``callbacks.state``. */
export interface CmdPromiseForm {
  t: 'cmd.callback.form'
  v?: number
  must?: boolean
  id: string
  call: string
}

/** Keep a promise at another time. */
export interface CmdPromiseMove {
  t: 'cmd.callback.move'
  v?: number
  must?: boolean
  id: string
  d: PromiseMove
}

/** Be ready for calls; in wrap-up, be done with it. */
export interface CmdReady {
  t: 'cmd.ready'
  v?: number
  must?: boolean
  id: string
  d?: Readiness
}

/** Let the recording go on, or pause it. */
export interface CmdRecord {
  t: 'cmd.record'
  v?: number
  must?: boolean
  id: string
  call: string
  d: Switch
}

/** Give the caller back to their queue. */
export interface CmdRequeue {
  t: 'cmd.requeue'
  v?: number
  must?: boolean
  id: string
  call: string
}

/** Take the caller out of a slot. */
export interface CmdRetrieve {
  t: 'cmd.retrieve'
  v?: number
  must?: boolean
  id: string
  d: Slot
}

/** Press a button of the page: whether it is there now, the server says. */
export interface CmdScriptAct {
  t: 'cmd.script.act'
  v?: number
  must?: boolean
  id: string
  call: string
  d: ScriptActed
}

/** Write down an answer. */
export interface CmdScriptAnswer {
  t: 'cmd.script.answer'
  v?: number
  must?: boolean
  id: string
  call: string
  d: ScriptAnswer
}

/** Put a hint away, or go where it leads. */
export interface CmdScriptHint {
  t: 'cmd.script.hint'
  v?: number
  must?: boolean
  id: string
  call: string
  d: ScriptHintSeen
}

/** Go through the pages. */
export interface CmdScriptMove {
  t: 'cmd.script.move'
  v?: number
  must?: boolean
  id: string
  call: string
  d: ScriptMove
}

/** Open the answer to an objection. */
export interface CmdScriptObjection {
  t: 'cmd.script.objection'
  v?: number
  must?: boolean
  id: string
  call: string
  d: ScriptObjected
}

/** Listen to an agent's call, whisper, barge in or take over; for supervisors. */
export interface CmdSupervise {
  t: 'cmd.supervise'
  v?: number
  must?: boolean
  id: string
  d: Supervise
}

/** Leave an agent's call; for supervisors. */
export interface CmdSuperviseEnd {
  t: 'cmd.supervise.end'
  v?: number
  must?: boolean
  id: string
  d: SuperviseEnd
}

/** Pass the caller on without a word. */
export interface CmdTransfer {
  t: 'cmd.transfer'
  v?: number
  must?: boolean
  id: string
  call: string
  d: Target
}

/** A piece of work that is no call is done. */
export interface CmdWorkDone {
  t: 'cmd.done'
  v?: number
  must?: boolean
  id: string
  call: string
}

/** Ask for wrap-up after the call, where it is optional; or for more of it. */
export interface CmdWrapUp {
  t: 'cmd.wrapup'
  v?: number
  must?: boolean
  id: string
  call: string
  d?: Extension
}

/** Caller and agent hear each other. */
export interface Connected {
  reservation: string
  queue: string
  waited_ms: number
}

/** A consultation: whom (``agent:``, ``queue:`` or ``number:``), and how far it is. `reason` says why it is over, if the agent did not end it. */
export interface Consult {
  state: ConsultState
  to: string
  consulted?: string | null
  reason?: string
}

/** How far a consultation is. CALLING: they are being called, and the caller is on hold. TALKING: agent and consulted talk, the caller is on hold. ASIDE: agent and caller talk, the consulted is on hold. CONFERENCE: all three talk. ENDED: it is over. */
export type ConsultState = 'aside' | 'calling' | 'conference' | 'ended' | 'talking'

/** How a consultation goes on. COMPLETE: the caller talks with the consulted from now on, without us. SWAP: talk with the other of the two. CONFERENCE: all three. RETURN: back to the caller, without the consulted. */
export type ConsultStep = 'complete' | 'conference' | 'return' | 'swap'

/** All there is to know about the call the agent is busy with. */
export interface CurrentCall {
  call: string
  reservation: string
  queue?: string
  offered_at?: number | null
  expires_at?: number | null
  connected_at?: number | null
  held?: boolean
  held_at?: number | null
  pop?: Pop | null
  more?: PopMore | null
  notes?: string
  disposition?: string
  disposition_fields?: Record<string, string>
  talk_ms?: number | null
  muted?: boolean
  consult?: Consult | null
  recording?: RecordingState | null
  listeners?: Listener[]
  preview?: Preview | null
}

/** Keys, in order. ``repr`` has them not: they may be somebody's secret. */
export interface Digits {
  digits: string
}

/** Look for words in names (``""``: everybody), or close it. */
export interface DirectoryLook {
  open?: boolean
  search?: string
}

/** Who was found for ``search``, whoever is free first; so many ``more`` are not shown. */
export interface DirectoryShown {
  search: string
  entries: Entry[]
  more?: number
}

/** Who can be asked, now. */
export interface DirectoryState {
  t: 'directory.state'
  v?: number
  ch: string
  rev: number
  ts: number
  d: DirectoryShown
}

/** Something to be said of a call that ended so; `kind` as of a call script's questions. */
export interface DispositionAsk {
  name: string
  label: string
  kind: string
  required: boolean
  options?: Choice[]
  least?: number | null
  most?: number | null
}

/** How a call may have ended: ``under`` groups, outermost first; ``key`` chooses it at once. */
export interface DispositionChoice {
  code: string
  label: string
  under?: string[]
  key?: string
  fields?: DispositionAsk[]
}

/** The command was carried out. */
export interface Done {
  t: 'done'
  v?: number
  re: string
}

/** An agent or a queue; ``to`` is what a transfer or a consultation takes. ``since``: when it became so, of agents who were ever there. ``work``, ``queue``: what a busy one is at, and the queue of it. ``reason``: why somebody is paused. ``waiting``, ``free``: of a queue, who waits in it and how many agents are free. */
export interface Entry {
  to: string
  name: string
  state: Availability
  since?: number | null
  work?: Work | null
  queue?: string
  reason?: string
  waiting?: number
  free?: number
}

/** ``extend``: more of the wrap-up that runs. Otherwise: wrap-up after this call, please. */
export interface Extension {
  extend?: boolean
}

/** Everything of the ledger channel at `seq`; it replaces whatever the client had. */
export interface FullState {
  agent: string
  name: string
  state: AgentState
  call: CurrentCall | null
  missed: MissedCall[]
  dispositions: DispositionChoice[]
  pause_reasons: Choice[]
  queues: QueueInfo[]
}

/** Why nothing can be replayed: ``new``, ``epoch`` or ``too_old``. */
export interface Gap {
  reason: string
}

/** First words of the server; the client answers with ``resume``. */
export interface Greeting {
  session: string
  agent: string
  ping_ms: number
  resume_window: number
  channels: ChannelPosition[]
  server_time: number
}

/** The socket is open. */
export interface Hello {
  t: 'hello'
  v?: number
  d: Greeting
}

/** On or off, and what it is about. */
export interface Help {
  on: boolean
  note?: string
}

/** Somebody does something at the screen; best said once a minute at most. */
export interface Here {
  t: 'here'
  v?: number
  must?: boolean
}

/** One earlier interaction of the customer. */
export interface HistoryRow {
  call: string
  at: number
  direction: string
  queue: string
  agent: string
  outcome: string
  disposition: string
  notes: string
  talk_s: number
}

/** The customer is on hold, or back. */
export interface Hold {
  on: boolean
}

/** Nobody uses this desk: `until` (milliseconds UTC) the login lasts; 0: somebody did. */
export interface IdleWarned {
  t: 'idle.warned'
  v?: number
  ts: number
  until: number
}

/** One piece of work an agent is at; `channel` is ``voice``, ``chat``, ``email`` or ``task``. */
export interface Job {
  reservation: string
  call: string
  channel: string
  work: Work
  since: number
}

/** Why they did not: ``not_supported`` where the phone system cannot, or another code. */
export interface KeysLost {
  code: string
}

/** Look for words; ``article``: open this one. ``open`` false: close it all. */
export interface KnowledgeLook {
  open?: boolean
  search?: string
  article?: string
}

/** What was found for ``search``, the best first, and the article that is open. */
export interface KnowledgeShown {
  search: string
  texts: TextShown[]
  found: ArticleFound[]
  article?: ArticleShown | null
}

/** What the agent looked up. */
export interface KnowledgeState {
  t: 'knowledge.state'
  v?: number
  ch: string
  rev: number
  ts: number
  d: KnowledgeShown
}

/** Something a campaign knows of whom it calls. */
export interface LeadField {
  name: string
  value: string
}

/** A supervisor in the agent's call, told where the center lets agents see them. */
export interface Listener {
  by: string
  name: string
  mode: Listening
}

/** Every supervisor who is in the call now. */
export interface Listeners {
  listeners: Listener[]
}

/** What a supervisor does in a call. LISTEN: hears both, heard by nobody. WHISPER: the agent alone hears them. BARGE: everybody does. TAKE_OVER: they talk with the caller in the agent's place. */
export type Listening = 'barge' | 'listen' | 'take_over' | 'whisper'

/** An offer that did not become a conversation, and why. */
export interface MissedCall {
  call: string
  reservation: string
  at: number
  ani: string
  name: string
  queue_label: string
  result: OfferResult
}

/** The others do not hear the agent, or hear them again. */
export interface Muted {
  on: boolean
}

/** Which one. */
export interface NoticeRead {
  notice: string
}

/** A message of a supervisor, `by` name. */
export interface NoticeShown {
  notice: string
  at: number
  by: string
  text: string
}

/** What the agent has not read yet, oldest first. */
export interface NoticesShown {
  notices: NoticeShown[]
}

/** Messages of supervisors, until they are read; told again when they change. */
export interface NoticesState {
  t: 'notices.state'
  v?: number
  ch: string
  rev: number
  ts: number
  d: NoticesShown
}

/** Whom to call, for which campaign, if there are several, and which number they are to see. ``shown`` has to be one of the campaign's, with the right to show it there: the gate looks. */
export interface Number {
  number: string
  campaign?: string
  shown?: string
}

/** What the agent did since `since`, when their day began. ``calls``: conversations that are over; ``missed``: offers that they did not answer. Talk, hold and wrap-up are of all calls together; ``ready_ms``, ``paused_ms``: time they spent so. */
export interface NumbersShown {
  since: number
  calls: number
  talk_ms: number
  hold_ms: number
  wrap_up_ms: number
  missed: number
  ready_ms: number
  paused_ms: number
}

/** The agent's own numbers of today; a moment behind, told again when they change. */
export interface NumbersState {
  t: 'numbers.state'
  v?: number
  ch: string
  rev: number
  ts: number
  d: NumbersShown
}

/** The agent's phone rings until `expires_at`; with a `preview`, the agent decides first. */
export interface Offer {
  reservation: string
  queue: string
  expires_at: number
  preview?: Preview | null
}

/** The offer is over. */
export interface OfferEnded {
  t: 'offer.ended'
  v?: number
  ch: string
  ep: string
  seq: number
  ts: number
  call?: string
  d: OfferOver
}

/** The offer is over; ``connected`` means that they talk now. */
export interface OfferOver {
  reservation: string
  result: OfferResult
}

/** The offer that is meant. */
export interface OfferRef {
  reservation: string
}

/** How a reservation ended. */
export type OfferResult = 'busy' | 'connected' | 'declined' | 'failed' | 'no_answer' | 'revoked' | 'unregistered'

/** The caller is in a slot until somebody takes them, at most until `until`. */
export interface ParkedCall {
  slot: number
  until: number
}

/** Who calls and why: the first part of the screen-pop, at most 4 KiB as a frame. `ended` is empty while the call may still concern the agent; otherwise it says how it ended, and the pop must not open anything on the screen. `shortened`: texts were cut to fit the bound. `maybe_machine`: detection took whoever answered for an answering machine. */
export interface Pop {
  reservation: string
  ani: string
  did: string
  queue: string
  queue_label: string
  reason: string
  waited_ms: number
  customers: PopCustomer[]
  script: string[]
  ended?: string
  shortened?: boolean
  maybe_machine?: boolean
}

/** One customer the number may belong to. */
export interface PopCustomer {
  customer: string
  name: string
  tier?: string
  language?: string
  email?: string
  note?: string
}

/** The second part of the pop. `script` is set only when the first part was shortened. `fields`: what a campaign knows of whom it called. */
export interface PopMore {
  reservation: string
  customers: PopCustomer[]
  history: HistoryRow[]
  script?: string[]
  fields?: LeadField[]
}

/** The history, when it is known. */
export interface PopMoreMessage {
  t: 'pop.more'
  v?: number
  ch: string
  ep: string
  seq: number
  ts: number
  call?: string
  d: PopMore
}

/** The screen-pop; it leaves before the phone is told to ring. */
export interface PopShow {
  t: 'pop.show'
  v?: number
  ch: string
  ep: string
  seq: number
  ts: number
  call?: string
  d: Pop
}

/** When the pop came in and when it was painted, by the client's clock. */
export interface PopShown {
  t_recv: number
  t_paint: number
}

/** The pop is on the screen. */
export interface PopShownMessage {
  t: 'pop.shown'
  v?: number
  must?: boolean
  call: string
  d: PopShown
}

/** How far a client has come in a ledger. */
export interface Position {
  ep: string
  seq: number
}

/** What the person chose. */
export type Presence = 'logged_out' | 'paused' | 'ready'

/** Whom the agent may have called; no phone rings until they want it. At `until` the customer is called all the same (`dials`), or not. ``reasons``: those with which the agent may skip; any will do when there are none. */
export interface Preview {
  until: number
  dials: boolean
  number: string
  name: string
  campaign: string
  fields: LeadField[]
  reasons: string[]
}

/** Why something was not done. ``next_local``: the next wall time at which it could be. */
export interface Problem {
  code: string
  message_key: string
  message?: string
  retry_after_ms?: number | null
  next_local?: string
}

/** What there is to choose from for the customer of a call, and what was promised to them. */
export interface PromiseForm {
  call: string
  campaign: string
  name: string
  numbers: PromisedNumber[]
  promised?: PromisedCall | null
}

/** Another time for a promise, in the zone it has. */
export interface PromiseMove {
  callback: string
  local: string
}

/** The promise that is meant; ``why`` it is taken back. */
export interface PromiseRef {
  callback: string
  why?: 'customer' | 'done' | 'mistake'
}

/** A call that the agent promises: made by them (``mine``), or by anybody. */
export interface PromiseWish {
  number: string
  local: string
  zone: string
  mine?: boolean
  fallback_min?: number
  note?: string
}

/** A promise that is not kept yet. ``state``: ``scheduled``, ``due`` or ``dialling``. `due_at`, and `local` as the customer's clock shows it: the next try. ``asked``: the wall time that was asked for, where the clock skips it (``wall`` is ``skipped``) or shows it twice (``twice``, and the first is meant); else ``wall`` is ``once``. ``mine``: for me, and after `fallback_min` for anybody; else for anybody at once. */
export interface PromisedCall {
  callback: string
  campaign: string
  name: string
  number: string
  due_at: number
  local: string
  zone: string
  state: string
  mine: boolean
  fallback_min: number
  asked: string
  wall?: string
  note?: string
}

/** What the agent is to keep, soonest first; `form`: of the call last asked about. */
export interface PromisedCalls {
  callbacks: PromisedCall[]
  form?: PromiseForm | null
}

/** A number to call, and every zone it may be in; `suggested`: a lawful time in the first. */
export interface PromisedNumber {
  number: string
  label: string
  zones: string[]
  suggested: string
}

/** The phone system, for the banner. */
export interface ProviderState {
  t: 'provider.state'
  v?: number
  ch: string
  rev: number
  ts: number
  d: ProviderUp
}

/** Whether the phone system can be reached. */
export interface ProviderUp {
  provider: string
  up: boolean
}

/** A break from one queue alone (`on`), for one of the center's reasons, or its end. */
export interface QueueBreak {
  queue: string
  on: boolean
  reason?: string
}

/** A queue of this agent and the codes that end its calls. */
export interface QueueInfo {
  queue: string
  label: string
  dispositions: string[]
}

/** A queue tile. */
export interface QueueState {
  t: 'queue.state'
  v?: number
  ch: string
  rev: number
  ts: number
  d: QueueTile
}

/** A queue right now; `oldest_since` is when the caller at its head arrived. */
export interface QueueTile {
  queue: string
  label: string
  waiting: number
  offering: number
  idle: number
  logged_in: number
  oldest_since: number | null
}

/** ``once``: for one call only, and paused after it. */
export interface Readiness {
  once?: boolean
}

/** Why the agent pauses: one of the codes of the center. */
export interface Reason {
  reason: string
}

/** The conversation is recorded; `paused` by the agent or the call script, `since` when. */
export interface RecordingState {
  paused: boolean
  since?: number | null
  by_script?: boolean
}

/** A command was not carried out, or a frame made no sense (then often without ``re``). */
export interface Refused {
  t: 'error'
  v?: number
  err: Problem
  re?: string
}

/** So many missed messages follow, oldest first, without a hole. */
export interface Replaying {
  count: number
}

/** Answer to ``hello``, and again whenever a hole is seen. */
export interface Resume {
  t: 'resume'
  v?: number
  must?: boolean
  d: Resuming
  id?: string
}

/** Something may be lost: a full state follows, then the live messages. */
export interface ResumeGap {
  t: 'resume.gap'
  v?: number
  ch: string
  ep: string
  seq: number
  d: Gap
}

/** Nothing was lost: the missed messages follow, then the live ones. */
export interface ResumeOk {
  t: 'resume.ok'
  v?: number
  ch: string
  ep: string
  seq: number
  d: Replaying
}

/** Where the client stands in each ledger; an unknown channel is left out. */
export interface Resuming {
  channels: Record<string, Position>
}

/** How the call ended, as the agent says, with what was said to its fields. */
export interface SavedDisposition {
  code: string
  fields?: Record<string, string>
}

/** The notes as they are kept now, whole. */
export interface SavedNotes {
  text: string
}

/** A button of the page was pressed. */
export interface ScriptActed {
  fence: number
  action: string
}

/** A button of the page: it is told with ``cmd.script.act``, and then the desk asks for a ``callback``, a ``transfer`` or to ``open`` something `to`, as with its own buttons. */
export interface ScriptAction {
  name: string
  does: string
  title: string
  to?: string
}

/** An answer; null takes it back. */
export interface ScriptAnswer {
  fence: number
  question: string
  answer: string | number | number | boolean | string[] | null
}

/** A hint was read; `go`: where it leads. */
export interface ScriptHintSeen {
  fence: number
  hint: string
  go?: boolean
}

/** ``next``, ``back``, ``confirm``, ``close`` or ``take`` an open objection, or what they say to the offer. */
export interface ScriptMove {
  fence: number
  do: 'accepted' | 'back' | 'close' | 'confirm' | 'declined' | 'next' | 'take'
}

/** What they say against it. */
export interface ScriptObjected {
  fence: number
  objection: string
}

/** An objection that may come up, `say` only while it is open; or a hint, which has no title. */
export interface ScriptObjection {
  name: string
  title: string
  say?: ScriptSpan[]
  leads_on?: boolean
}

/** Something that can be chosen. */
export interface ScriptOption {
  code: string
  label: string
}

/** The page before the agent. `begun` is false while the phone rings: nothing can be done yet. `confirm`: words that have to be said, and be confirmed not before `confirm_from` (milliseconds UTC). `secure`: what is asked here must not be recorded. `offer`: it waits for what the customer says to the offer. */
export interface ScriptPage {
  call: string
  fence: number
  begun: boolean
  script: string
  version: string
  page: string
  title: string
  say: ScriptSpan[]
  questions: ScriptQuestion[]
  objections: ScriptObjection[]
  confirm?: ScriptSpan[]
  confirmed?: boolean
  confirm_from?: number
  open?: ScriptObjection | null
  hints?: ScriptObjection[]
  actions?: ScriptAction[]
  offer?: boolean
  suggested?: string
  can_go_back?: boolean
  end?: boolean
  over?: boolean
  secure?: boolean
}

/** A question of the page. The answer to a secret is never told, only that it was `given`. */
export interface ScriptQuestion {
  name: string
  kind: string
  ask: ScriptSpan[]
  help: ScriptSpan[]
  options: ScriptOption[]
  required: boolean
  given: boolean
  answer?: string | number | number | boolean | string[] | null
}

/** The page, or none. */
export interface ScriptShown {
  page?: ScriptPage | null
}

/** A stretch of text. ``kind``: ``text``, ``value``, or ``missing`` (then `text` says what). */
export interface ScriptSpan {
  text: string
  kind?: string
}

/** What the agent's script shows. */
export interface ScriptState {
  t: 'script.state'
  v?: number
  ch: string
  rev: number
  ts: number
  d: ScriptShown
}

/** Are you there? Any frame is an answer; ``pong`` is the shortest. */
export interface ServerPing {
  t: 'ping'
  v?: number
  ts: number
}

/** Yes, at server time `ts`. */
export interface ServerPong {
  t: 'pong'
  v?: number
  ts: number
  re?: string
}

/** Why not to call: one of the preview's reasons. */
export interface SkipReason {
  reason?: string
}

/** A slot of a parked caller. */
export interface Slot {
  slot: number
}

/** The full state of a ledger channel as of `seq`. */
export interface State {
  t: 'state'
  v?: number
  ch: string
  ep: string
  seq: number
  ts: number
  d: FullState
}

/** How a consultation goes on. */
export interface Step {
  step: ConsultStep
}

/** Whose call, and what to do in it. */
export interface Supervise {
  agent: string
  mode: Listening
}

/** Whose call to leave. */
export interface SuperviseEnd {
  agent: string
}

/** On or off. */
export interface Switch {
  on: boolean
}

/** The conversation is over. */
export interface Talked {
  talk_ms: number
  hold_ms: number
}

/** To whom: ``agent:ID``, ``queue:ID`` or ``number:+14155550123``. */
export interface Target {
  to: string
}

/** A canned text, with the names of the call at hand filled in. */
export interface TextShown {
  code: string
  title: string
  text: string
}

/** How a caller was passed on: BLIND, ATTENDED (after a consultation), BACK to the queue, to a SUPERVISOR who took over. */
export type TransferKind = 'attended' | 'back' | 'blind' | 'supervisor'

/** The caller was passed on; the agent's part is over. */
export interface Transferred {
  how: TransferKind
  to: string
  to_agent?: string | null
}

/** What the system sees the agent doing. */
export type Work = 'connecting' | 'idle' | 'offered' | 'talking' | 'wrap_up'

export type FromServer = Hello | ResumeOk | ResumeGap | State | Done | Refused | ServerPing | ServerPong | AuthChanged | IdleWarned | AgentStateMessage | CallOffered | PopShow | PopMoreMessage | OfferEnded | CallConnected | CallHold | CallMute | CallKeys | CallConsult | CallTransferred | CallParked | CallRecording | CallListeners | CallEnded | CallNotes | CallDisposition | CallMissed | QueueState | ProviderState | CallbacksState | ScriptState | DirectoryState | KnowledgeState | NumbersState | NoticesState

export type FromClient = Resume | ClientPing | ClientPong | Here | PopShownMessage | CmdReady | CmdPause | CmdPauseQueue | CmdLogout | CmdAccept | CmdDecline | CmdHangup | CmdHold | CmdMute | CmdDigits | CmdHelp | CmdRecord | CmdTransfer | CmdRequeue | CmdConsult | CmdConsultStep | CmdPark | CmdRetrieve | CmdWrapUp | CmdWorkDone | CmdSupervise | CmdSuperviseEnd | CmdDial | CmdPreviewDial | CmdPreviewSkip | CmdPromiseForm | CmdPromise | CmdPromiseMove | CmdPromiseCancel | CmdScriptAnswer | CmdScriptMove | CmdScriptObjection | CmdScriptHint | CmdScriptAct | CmdDirectory | CmdKnowledge | CmdNoticeRead | CmdNotes | CmdDisposition
