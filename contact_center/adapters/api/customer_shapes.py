"""The shapes of what pages are told of a customer; the page's types are made of them.

Times are milliseconds since 1970 UTC, days ISO dates ("" for none), money whole cents, None where
the viewer may not see it.
"""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

CaseWay = Literal["assigned", "pending", "closed", "rejected", "duplicate"]
"""A status that a case may be given."""


class Clock(Struct, frozen=True, kw_only=True):
    """What was promised for a case, and how that stands."""

    kind: str
    state: Literal["running", "soon", "late", "paused", "met", "missed"]
    due_at: int | None
    left_ms: int


class Case(Struct, frozen=True, kw_only=True):
    """A case with its clocks. ``ways``: the statuses it may go to from here."""

    case: str
    customer: str
    kind: str
    reason: str
    subject: str
    text: str
    priority: str
    status: str
    origin: str
    agent: str
    opened_by: str
    opened_at: int
    ended_at: int | None
    escalated_at: int | None
    acknowledged: bool
    open: bool
    version: int
    ways: list[CaseWay]
    clocks: list[Clock]


class CasesTold(Struct, frozen=True, kw_only=True):
    """Cases, open ones first; promises kept of those decided; reasons of complaints by branch."""

    rows: list[Case]
    kept: int
    decided: int
    reasons: dict[str, list[str]]


class Line(Struct, frozen=True, kw_only=True):
    """A line of a quote or an order."""

    title: str
    count: int
    cents: int | None


class Deal(Struct, frozen=True, kw_only=True):
    """A record of any kind: it has of this what its kind has."""

    record: str
    at: int
    currency: str
    cents: int | UnsetType | None = UNSET
    title: str | UnsetType = UNSET
    state: str | UnsetType = UNSET
    stage: str | UnsetType = UNSET
    stage_at: int | UnsetType = UNSET
    days_in_stage: int | UnsetType = UNSET
    probability: int | UnsetType = UNSET
    open: bool | UnsetType = UNSET
    close_on: str | UnsetType = UNSET
    expires_on: str | UnsetType = UNSET
    renews_on: str | UnsetType = UNSET
    due_on: str | UnsetType = UNSET
    order: str | UnsetType = UNSET
    lines: list[Line] | UnsetType = UNSET


class PipelineSum(Struct, frozen=True, kw_only=True):
    """Open opportunities of one currency, and the same weighted by how likely each is."""

    currency: str
    cents: int | None
    weighted: int | None


class Deals(Struct, frozen=True, kw_only=True):
    """What they want, have and owe."""

    opportunities: list[Deal]
    pipeline: list[PipelineSum]
    quotes: list[Deal]
    orders: list[Deal]
    invoices: list[Deal]
    products: list[Deal]


class Offer(Struct, frozen=True, kw_only=True):
    """Something to offer, or (``why_not``) to keep to oneself."""

    offer: str
    title: str
    say: str
    score: float
    why_not: str
    answer: str
    answered_at: int | None
    answered_by: str


class Task(Struct, frozen=True, kw_only=True):
    """Something to do for the customer."""

    record: str
    title: str
    agent: str
    due_at: int | None
    done_at: int | None


class PromisedCall(Struct, frozen=True, kw_only=True):
    """A call that somebody promised."""

    at: int
    agent: str
    note: str
    campaign: str


class TasksTold(Struct, frozen=True, kw_only=True):
    """What is to be done, and which calls were promised."""

    tasks: list[Task]
    promised: list[PromisedCall]


class Colleague(Struct, frozen=True, kw_only=True):
    """Somebody above or below in the same organisation."""

    customer: str
    name: str
    role: str


class NumberTold(Struct, frozen=True, kw_only=True):
    """A number, and the names of others who have it, too."""

    number: str
    shared: list[str]


class AddressTold(Struct, frozen=True, kw_only=True):
    """Where somebody lives."""

    street: str
    postcode: str
    city: str
    country: str


class OrganisationTold(Struct, frozen=True, kw_only=True):
    """A firm, club or authority."""

    organisation: str
    name: str
    kind: str


class Pinned(Struct, frozen=True, kw_only=True):
    """The note that everybody reads first."""

    text: str
    by: str
    at: int | None


class Person(Struct, frozen=True, kw_only=True):
    """Who it is. ``care``: None where nobody is to know."""

    customer: str
    name: str
    tier: str
    language: str
    note: str
    emails: list[str]
    numbers: list[NumberTold]
    address: AddressTold
    organisation: OrganisationTold | None
    partner: OrganisationTold | None
    role: str
    above: list[Colleague]
    below: list[Colleague]
    pinned: Pinned
    care: str | None


class Rfm(Struct, frozen=True, kw_only=True):
    """How lately, often and much they bought: 1 to 5 each."""

    recency: int
    frequency: int
    money: int
    segment: str
    at: int


class LifetimeValue(Struct, frozen=True, kw_only=True):
    """What they are worth to come, by a model."""

    cents: int
    low_cents: int
    high_cents: int
    currency: str
    model: str
    model_on: str


class ChurnRisk(Struct, frozen=True, kw_only=True):
    """How likely they leave, 0 to 1, and why."""

    risk: float
    reasons: list[str]
    model: str
    model_on: str


class Value(Struct, frozen=True, kw_only=True):
    """What they are worth; None for what nobody has worked out."""

    rfm: Rfm | None
    lifetime_value: LifetimeValue | None
    churn_risk: ChurnRisk | None


class ConsentTold(Struct, frozen=True, kw_only=True):
    """What somebody allowed a seller, or did not."""

    number: str
    type: str
    seller: str
    channel: str
    at: int
    stands: bool


class BarredTold(Struct, frozen=True, kw_only=True):
    """What is not to be called."""

    value: str
    scope: str
    whose: str
    why: str
    since: int


class Consents(Struct, frozen=True, kw_only=True):
    """What was allowed, and what bars."""

    consents: list[ConsentTold]
    barred: list[BarredTold]
    do_not_call: bool


class Moment(Struct, frozen=True, kw_only=True):
    """A line of the time line."""

    at: int
    kind: str
    what: str
    how: str
    text: str
    who: str
    ref: str
    talk_s: int


class ListOf(Struct, frozen=True, kw_only=True):
    """A list of people to call that they are on."""

    list: str
    label: str


class CampaignsTold(Struct, frozen=True, kw_only=True):
    """Lists, and what came of calls."""

    lists: list[ListOf]
    responses: list[Moment]


class SurveyAnswer(Struct, frozen=True, kw_only=True):
    """The last answer to a question of a survey."""

    survey: str
    question: str
    value: int
    at: int


class Alike(Struct, frozen=True, kw_only=True):
    """Somebody who may be the same."""

    customer: str
    name: str
    why: str


class Verified(Struct, frozen=True, kw_only=True):
    """By what an agent found out in this call who it is."""

    way: str
    at: int


class Known(Struct, frozen=True, kw_only=True):
    """What is known of a customer; parts that came too late are named in `late`, and missing."""

    customer: str
    verified: Verified | None
    can_verify: bool
    masked: bool
    may_merge: bool
    may_care: bool
    late: list[str]
    person: Person
    cases: CasesTold | UnsetType = UNSET
    deals: Deals | UnsetType = UNSET
    offers: list[Offer] | UnsetType = UNSET
    tasks: TasksTold | UnsetType = UNSET
    value: Value | UnsetType = UNSET
    consent: Consents | UnsetType = UNSET
    campaigns: CampaignsTold | UnsetType = UNSET
    surveys: list[SurveyAnswer] | UnsetType = UNSET
    time_line: list[Moment] | UnsetType = UNSET
    alike: list[Alike] | UnsetType = UNSET


class CustomerFound(Struct, frozen=True, kw_only=True):
    """A customer that was found."""

    customer: str
    name: str
    tier: str


class CustomersFound(Struct, frozen=True, kw_only=True):
    """What a search found."""

    customers: list[CustomerFound]


SHAPES: tuple[type[Struct], ...] = (Known, CustomersFound)
