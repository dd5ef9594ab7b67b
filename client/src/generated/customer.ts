// Made by `make docs` from contact_center/adapters/api/customer_shapes.py.

/** Where somebody lives. */
export interface AddressTold {
  street: string
  postcode: string
  city: string
  country: string
}

/** Somebody who may be the same. */
export interface Alike {
  customer: string
  name: string
  why: string
}

/** What is not to be called. */
export interface BarredTold {
  value: string
  scope: string
  whose: string
  why: string
  since: number
}

/** Lists, and what came of calls. */
export interface CampaignsTold {
  lists: ListOf[]
  responses: Moment[]
}

/** What is to be minded with a vulnerable customer; "" for nothing any more. */
export interface Care {
  text: string
  why: string
}

/** A case with its clocks. ``ways``: the statuses it may go to from here. */
export interface Case {
  case: string
  customer: string
  kind: string
  reason: string
  subject: string
  text: string
  priority: string
  status: string
  origin: string
  agent: string
  opened_by: string
  opened_at: number
  ended_at: number | null
  escalated_at: number | null
  acknowledged: boolean
  open: boolean
  version: number
  ways: ('assigned' | 'closed' | 'duplicate' | 'pending' | 'rejected')[]
  clocks: Clock[]
}

/** Cases, open ones first; promises kept of those decided; reasons of complaints by branch. */
export interface CasesTold {
  rows: Case[]
  kept: number
  decided: number
  reasons: Record<string, string[]>
}

/** A change of a case. ``version``: the one that was looked at; ``public``: the customer may read the comment, and is answered by it. */
export interface ChangeCase {
  version: number
  status?: 'assigned' | 'closed' | 'duplicate' | 'pending' | 'rejected' | null
  priority?: 'high' | 'low' | 'normal' | 'urgent' | null
  agent?: string | null
  comment?: string
  public?: boolean
  acknowledged?: boolean
}

/** How likely they leave, 0 to 1, and why. */
export interface ChurnRisk {
  risk: number
  reasons: string[]
  model: string
  model_on: string
}

/** What was promised for a case, and how that stands. */
export interface Clock {
  kind: string
  state: 'late' | 'met' | 'missed' | 'paused' | 'running' | 'soon'
  due_at: number | null
  left_ms: number
}

/** Somebody above or below in the same organisation. */
export interface Colleague {
  customer: string
  name: string
  role: string
}

/** What somebody allowed a seller, or did not. */
export interface ConsentTold {
  number: string
  type: string
  seller: string
  channel: string
  at: number
  stands: boolean
}

/** What was allowed, and what bars. */
export interface Consents {
  consents: ConsentTold[]
  barred: BarredTold[]
  do_not_call: boolean
}

/** A customer that was found. */
export interface CustomerFound {
  customer: string
  name: string
  tier: string
}

/** What a search found. */
export interface CustomersFound {
  customers: CustomerFound[]
}

/** A record of any kind: it has of this what its kind has. */
export interface Deal {
  record: string
  at: number
  currency: string
  cents?: number | null
  title?: string
  state?: string
  stage?: string
  stage_at?: number
  days_in_stage?: number
  probability?: number
  open?: boolean
  close_on?: string
  expires_on?: string
  renews_on?: string
  due_on?: string
  order?: string
  lines?: Line[]
}

/** What they want, have and owe. */
export interface Deals {
  opportunities: Deal[]
  pipeline: PipelineSum[]
  quotes: Deal[]
  orders: Deal[]
  invoices: Deal[]
  products: Deal[]
}

/** What is known of a customer; parts that came too late are named in `late`, and missing. */
export interface Known {
  customer: string
  verified: Verified | null
  can_verify: boolean
  masked: boolean
  may_merge: boolean
  may_care: boolean
  late: string[]
  person: Person
  cases?: CasesTold
  deals?: Deals
  offers?: Offer[]
  tasks?: TasksTold
  value?: Value
  consent?: Consents
  campaigns?: CampaignsTold
  surveys?: SurveyAnswer[]
  time_line?: Moment[]
  alike?: Alike[]
}

/** What they are worth to come, by a model. */
export interface LifetimeValue {
  cents: number
  low_cents: number
  high_cents: number
  currency: string
  model: string
  model_on: string
}

/** A line of a quote or an order. */
export interface Line {
  title: string
  count: number
  cents: number | null
}

/** A list of people to call that they are on. */
export interface ListOf {
  list: string
  label: string
}

/** Whom to merge into this customer, and why. */
export interface MergeBody {
  gone: string
  why: string
}

/** A line of the time line. */
export interface Moment {
  at: number
  kind: string
  what: string
  how: string
  text: string
  who: string
  ref: string
  talk_s: number
}

/** A number, and the names of others who have it, too. */
export interface NumberTold {
  number: string
  shared: string[]
}

/** Something to offer, or (``why_not``) to keep to oneself. */
export interface Offer {
  offer: string
  title: string
  say: string
  score: number
  why_not: string
  answer: string
  answered_at: number | null
  answered_by: string
}

/** What was said to an offer. */
export interface OfferAnswer {
  answer: 'accepted' | 'declined'
  call?: string
}

/** A case to be opened. ``reason``: of a complaint, as in ``delivery.late``. */
export interface OpenCase {
  kind?: 'complaint' | 'problem' | 'question' | 'request'
  subject: string
  text?: string
  reason?: string
  priority?: 'high' | 'low' | 'normal' | 'urgent'
  mine?: boolean
  call?: string
}

/** A firm, club or authority. */
export interface OrganisationTold {
  organisation: string
  name: string
  kind: string
}

/** Who it is. ``care``: None where nobody is to know. */
export interface Person {
  customer: string
  name: string
  tier: string
  language: string
  note: string
  emails: string[]
  numbers: NumberTold[]
  address: AddressTold
  organisation: OrganisationTold | null
  partner: OrganisationTold | null
  role: string
  above: Colleague[]
  below: Colleague[]
  pinned: Pinned
  care: string | null
}

/** The pinned note; "" takes it off. */
export interface PinNote {
  text: string
}

/** The note that everybody reads first. */
export interface Pinned {
  text: string
  by: string
  at: number | null
}

/** Open opportunities of one currency, and the same weighted by how likely each is. */
export interface PipelineSum {
  currency: string
  cents: number | null
  weighted: number | null
}

/** A call that somebody promised. */
export interface PromisedCall {
  at: number
  agent: string
  note: string
  campaign: string
}

/** How lately, often and much they bought: 1 to 5 each. */
export interface Rfm {
  recency: number
  frequency: number
  money: number
  segment: string
  at: number
}

/** The last answer to a question of a survey. */
export interface SurveyAnswer {
  survey: string
  question: string
  value: number
  at: number
}

/** Something to do for the customer. */
export interface Task {
  record: string
  title: string
  agent: string
  due_at: number | null
  done_at: number | null
}

/** What is to be done, and which calls were promised. */
export interface TasksTold {
  tasks: Task[]
  promised: PromisedCall[]
}

/** What they are worth; None for what nobody has worked out. */
export interface Value {
  rfm: Rfm | null
  lifetime_value: LifetimeValue | null
  churn_risk: ChurnRisk | null
}

/** By what an agent found out in this call who it is. */
export interface Verified {
  way: string
  at: number
}

/** By what an agent found out in a call who this is. */
export interface Verify {
  call: string
  way: 'address' | 'birth_date' | 'document' | 'order_number' | 'passphrase' | 'voice'
}
