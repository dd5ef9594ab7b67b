"""The shapes of what is told of campaigns and of the audit log; the page's types are made of them.

Times are seconds since 1970 UTC, durations seconds, shares from 0 to 1.
"""

from typing import Any

from msgspec import Struct


class Pacing(Struct, frozen=True, kw_only=True):
    """What says how much is dialled; 0 lines or calls for no bound."""

    mode: str
    pacer: str
    target: float
    target_early: float
    keep_free: int
    predictive_from: int
    ratio: float
    weight: int
    inbound_weight: float
    lines: int
    lines_per_agent: float
    calls_per_s: float
    trunk_share: float


class CapWindow(Struct, frozen=True, kw_only=True):
    """Where a campaign stands with a cap on abandoned calls."""

    policy: str
    cap: float
    live: int
    abandoned: int
    false_machines: float
    share: float


class PacingDecision(Struct, frozen=True, kw_only=True):
    """How many were dialled at a tick, from what was seen."""

    at: float
    dial: int
    shed: list[str]
    why: str
    numbers: dict[str, float]
    agents: int
    idle: int
    ringing: int
    waiting: int
    talking: int
    buffered: int


class WatchedChange(Struct, frozen=True, kw_only=True):
    """A change that goes back by itself when it does harm."""

    by: str
    since: float
    until: float
    former: dict[str, Any]


class ReturnedChange(Struct, frozen=True, kw_only=True):
    """A change that went back."""

    at: float
    by: str
    why: str
    former: dict[str, Any]


class CampaignRow(Struct, frozen=True, kw_only=True):
    """A campaign as it stands. ``moves``: what people may do with it now; ``limit``: lowest cap."""

    campaign: str
    label: str
    state: str
    mode: str
    target: float
    moves: list[str]
    pacing: Pacing
    started_at: float | None
    open: int
    talking: int
    dialled: int
    outcomes: dict[str, int]
    successes: int
    ledger: list[CapWindow]
    now: PacingDecision | None
    limit: float
    watch: WatchedChange | None
    returned: ReturnedChange | None


class Campaigns(Struct, frozen=True, kw_only=True):
    """All of them."""

    campaigns: list[CampaignRow]


class WhySoMany(Struct, frozen=True, kw_only=True):
    """Why so many are dialled now."""

    campaign: str
    state: str
    codes: list[str]
    words: list[str]
    decision: PacingDecision | None


class Spread(Struct, frozen=True, kw_only=True):
    """The average of several runs, and between what four of five of them are."""

    low: float
    middle: float
    high: float


class CampaignForecast(Struct, frozen=True, kw_only=True):
    """What is to be expected in the next minutes.

    ``cold``: hardly any calls of now are known; ``prior``: which share of people answered on days
    before, which is taken for the rest; null: as in general.
    """

    minutes: float
    agents: int
    runs: int
    samples: int
    cold: bool
    prior: float | None
    utilisation: Spread
    abandonment: Spread
    idle_s: Spread
    wait_s: Spread
    dials_per_min: Spread
    connected: Spread
    ledger: Spread


class ForecastPair(Struct, frozen=True, kw_only=True):
    """As it is (null where no pacer dials), and with a change. ``sharing``: others of the pool."""

    now: CampaignForecast | None
    then: CampaignForecast
    limit: float
    sharing: list[str]


class ListAhead(Struct, frozen=True, kw_only=True):
    """A list of a campaign: how it is taken from, and how many leads it has.

    ``wanted``: still to be called, and let through by its filter and the quotas; ``due``: of these,
    whose time has come.
    """

    on: bool
    weight: int
    filter: str
    order: list[str]
    leads: int
    wanted: int
    due: int
    list: str


class LeadAhead(Struct, frozen=True, kw_only=True):
    """One of the next to be dialled. ``words``: why not at once, none for nothing in its way."""

    lead: str
    name: str
    number: str
    tried: int
    promised: bool
    allowed: bool
    words: list[str]
    list: str


class WhomNext(Struct, frozen=True, kw_only=True):
    """Whom a campaign would dial next. ``problems``: filters and orders that let nobody through."""

    lists: list[ListAhead]
    next: list[LeadAhead]
    problems: list[str]


class Emergencies(Struct, frozen=True, kw_only=True):
    """Which flows are switched to emergency, of those there are."""

    all: bool
    flows: list[str]
    known: list[str]


class AuditEntry(Struct, frozen=True, kw_only=True):
    """A change that somebody made. ``undo``: whether who asks may take it back."""

    n: int
    at: float
    who: str
    role: str
    via: str
    action: str
    object: str
    before: Any
    after: Any
    why: str
    outcome: str
    ref: str
    prev: str
    hash: str
    undo: bool = False


class AuditEntries(Struct, frozen=True, kw_only=True):
    """Some of them, newest first."""

    entries: list[AuditEntry]


class AuditVerdict(Struct, frozen=True, kw_only=True):
    """Whether the log holds; ``broken``: the row that does not, 0 for none."""

    holds: bool
    entries: int
    n: int
    hash: str
    broken: int
    why: str


SHAPES: tuple[type[Struct], ...] = (
    *(Campaigns, WhySoMany, ForecastPair, WhomNext),
    *(Emergencies, AuditEntries, AuditVerdict),
)
