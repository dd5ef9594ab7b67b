"""Campaigns: what is to be called, how, by whom, under which limits; and a campaign's life.

Immutable settings, built and checked by whoever reads them. A live change makes new settings
(``dataclasses.replace``) and is written down with who asked for it and why.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from dialer.day_parts import DayParts
from dialer.ids import AgentId, CampaignId, ListId, PolicyId, PoolId


class Mode(Enum):
    """How a campaign dials.

    MANUAL: only what agents ask for. PREVIEW: an agent sees the lead first. PROGRESSIVE: one call
    for each idle agent. POWER: `ratio` calls for each idle agent, as far as the risk allows.
    RATIO: `ratio` lines for each agent who is there, talks included, as far as the risk allows.
    PREDICTIVE: by look-ahead. AGENTLESS: a flow talks, no agent.
    """

    MANUAL = "manual"
    PREVIEW = "preview"
    PROGRESSIVE = "progressive"
    POWER = "power"
    RATIO = "ratio"
    PREDICTIVE = "predictive"
    AGENTLESS = "agentless"


class CampaignState(Enum):
    """Where a campaign is in its life."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    DRAINING = "draining"
    STOPPED = "stopped"
    COMPLETE = "complete"


class CampaignTrigger(Enum):
    """What moves a campaign. STOP is the emergency stop: what rings is rung off at once."""

    SCHEDULE = "schedule"
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    DRAIN = "drain"
    DRAINED = "drained"
    STOP = "stop"
    OUT_OF_LEADS = "out_of_leads"
    RESET = "reset"


_S, _T = CampaignState, CampaignTrigger
MOVES: Mapping[tuple[CampaignState, CampaignTrigger], CampaignState] = {
    (_S.DRAFT, _T.SCHEDULE): _S.SCHEDULED,
    (_S.DRAFT, _T.START): _S.RUNNING,
    (_S.SCHEDULED, _T.START): _S.RUNNING,
    (_S.SCHEDULED, _T.RESET): _S.DRAFT,
    (_S.RUNNING, _T.PAUSE): _S.PAUSED,
    (_S.RUNNING, _T.DRAIN): _S.DRAINING,
    (_S.RUNNING, _T.OUT_OF_LEADS): _S.COMPLETE,
    (_S.PAUSED, _T.RESUME): _S.RUNNING,
    (_S.PAUSED, _T.DRAIN): _S.DRAINING,
    (_S.DRAINING, _T.DRAINED): _S.STOPPED,
    (_S.DRAINING, _T.RESUME): _S.RUNNING,
    **{(state, _T.STOP): _S.STOPPED for state in (_S.RUNNING, _S.PAUSED, _S.DRAINING)},
    (_S.STOPPED, _T.RESUME): _S.RUNNING,
    (_S.STOPPED, _T.RESET): _S.DRAFT,
    (_S.COMPLETE, _T.RESET): _S.DRAFT,
    (_S.COMPLETE, _T.RESUME): _S.RUNNING,
}
"""A campaign's legal moves; what is not here cannot happen."""


class OnMachine(Enum):
    """What an answering machine gets. DROP: the message after the beep, where consent allows."""

    HANG_UP = "hang_up"
    DROP = "drop"
    AGENT = "agent"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryRule:
    """What follows a verdict, or an agent's disposition.

    ``delay_us`` grows by `backoff` with every attempt of the same kind, up to `most_us`;
    ``attempts``: so many more after outcomes of this kind; then the lead is EXHAUSTED. 0: none.
    ``next_number``: try the lead's next number first, at once. ``spread``: choose another part of
    the day than the attempts before (of the campaign's parts, if it names some).
    """

    delay_us: int
    attempts: int
    backoff: float = 1.0
    most_us: int = 7 * 86_400_000_000
    next_number: bool = False
    spread: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of one campaign; those of trunk and account hold besides. 0 for none.

    ``lines``: calls in flight and talking at most; ``lines_per_agent`` likewise, for each agent of
    the pool; ``calls_per_s``: new calls. ``trunk_share``: of all lines there are to dial on, so
    many at most.
    """

    lines: int = 0
    lines_per_agent: float = 15.0
    calls_per_s: float = 0.0
    trunk_share: float = 1.0


ORDERS = ("priority", "fresh", "oldest", "attempts", "random", "best_time")
"""Orders of a list that need no field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListShare:
    """A list of the campaign's mix: its weight among lists, and whether it is on.

    ``filter``: an expression over a lead's fields, "" for all. ``order``: names of orders or
    expressions, first decides: ``priority``, ``fresh``, ``oldest``, ``attempts``, ``random``,
    ``best_time``, ``field:NAME``, ``-field:NAME``.
    """

    list: ListId
    weight: int = 1
    on: bool = True
    filter: str = ""
    order: tuple[str, ...] = ("priority", "fresh")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """So many successes at most among leads whose fields match `filter`; then they are left."""

    name: str
    filter: str
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DispositionRule:
    """What an agent's disposition means to the dialer.

    ``success``: the campaign's goal. ``contact``: the right party was talked to. ``suppress``: the
    party asked not to be called (a scope of suppression, "" for no). ``machine``: nobody was there
    but an answering machine. ``retry``: None when final.
    """

    code: str
    success: bool = False
    contact: bool = False
    suppress: str = ""
    machine: bool = False
    retry: RetryRule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerId:
    """A number to show: where it may be shown (regions, () for all), and the proof of the right.

    ``valid_until``: instant; ``daily_cap``: calls a day that may show it, 0 for no bound.
    """

    number: str
    regions: tuple[str, ...] = ()
    proof: str = ""
    valid_until: int = 0
    daily_cap: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When a campaign runs by itself, beside what the law allows.

    ``windows``: (weekday from 0 Monday, from minute, to minute) in `zone`. ``holidays``: ISO dates
    without calls. ``start_at``/``stop_at``: instants, None for no bound.
    ``stop_after``: successes, 0 for no bound; ``stop_over``: share of abandoned calls that pauses
    it, 0 for none.
    """

    zone: str = "UTC"
    windows: tuple[tuple[int, int, int], ...] = ()
    holidays: tuple[str, ...] = ()
    start_at: int | None = None
    stop_at: int | None = None
    stop_after: int = 0
    stop_over: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class External:
    """An endpoint outside (a partner, a bot) that takes calls like `most` agents."""

    agent: AgentId
    to: str
    most: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignSettings:
    """A campaign.

    ``queue``: the ACD's queue whose agents are the pool; ``pool`` is what campaigns share, by
    default (None) the queue by its name. ``flow``: what a person who answered goes through; its
    queue node is entered at once, and its `timeout` edge is the abandoned-call message.
    ``machine_flow``: the message to drop. ``machine_false``: share of machines that are taken to be
    people; ``machine_samples``: of them that agents listen to, to estimate it. ``seller`` and
    ``purpose`` (``sales``, ``service``, ``debt``, ``survey``) are what policies and consents go by.
    ``target``: share of abandoned calls to aim at; ``target_early``: at the beginning of a shift
    (a window of the schedule), from where it comes down evenly to `target` at its end; 0 for no
    such thing. ``keep_free``: so many agents are left free on average, whatever may be risked.
    ``predictive_from``: with fewer agents there is one call for each idle one; 0 for any number.
    ``inbound_weight``: as how many each call from outside counts that is expected.
    ``day_parts``: how often a party is tried in each part of its day, whoever called; None for any
    time that the law allows. Promised calls and those that agents ask for are counted, not held.
    ``holdout``: share of leads never called, to measure against. ``preview_us``: how long an agent
    may look; ``preview_dials``: whether time-out dials, or else releases. ``skips``: how many
    previews an agent may skip an hour, 0 for any.
    """

    campaign: CampaignId
    label: str
    seller: str
    queue: str
    mode: Mode
    flow: str
    lists: tuple[ListShare, ...]
    caller_ids: tuple[CallerId, ...]
    policies: tuple[PolicyId, ...] = ()
    pool: PoolId | None = None
    weight: int = 1
    purpose: str = "sales"
    pacer: str = "look_ahead"
    ratio: float = 1.0
    target: float = 0.027
    target_early: float = 0.0
    keep_free: int = 0
    predictive_from: int = 0
    inbound_weight: float = 1.0
    ring_us: int = 25_000_000
    amd: bool = False
    on_machine: OnMachine = OnMachine.HANG_UP
    machine_flow: str = ""
    machine_false: float = 0.0
    machine_samples: float = 0.0
    limits: Limits = Limits()
    verdicts: Mapping[str, RetryRule] = field(default_factory=dict)
    dispositions: Mapping[str, DispositionRule] = field(default_factory=dict)
    quotas: tuple[Quota, ...] = ()
    day_parts: DayParts | None = None
    schedule: Schedule = Schedule()
    external: tuple[External, ...] = ()
    holdout: float = 0.0
    rest_numbers_us: int = 86_400_000_000
    preview_us: int = 60_000_000
    preview_dials: bool = False
    skips: int = 0
    skip_reasons: tuple[str, ...] = ("not_now", "wrong_fit", "already_handled")
    cost_per_hour: float = 0.0
    seed: int = 1
