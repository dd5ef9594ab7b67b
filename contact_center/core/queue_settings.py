"""What a queue does: order, strategy, steps, overflow, announcements, callbacks, wrap-up.

Immutable, built and checked by ``content``. Times are microseconds, shares and rates integers (a
decision must never hang on how a float rounds). A requirement is the text of a skill expression,
``""`` for none; see ``skills``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from contact_center.core.ids import AgentId, QueueId


class Channel(Enum):
    """What kind of work a queue holds. VOICE takes an agent whole unless they are set otherwise."""

    VOICE = "voice"
    CHAT = "chat"
    EMAIL = "email"
    TASK = "task"

    # By identity, as enums are equal: hashing their names costs several times as much.
    __hash__ = object.__hash__


class Order(Enum):
    """Who of those who wait in a queue, all else being equal, is next."""

    FIFO = "fifo"
    LIFO = "lifo"


class IdleClock(Enum):
    """Since when an agent counts as idle; see the glossary for who uses which.

    AVAILABLE: login, end of pause, end of wrap-up (ours by default). LAST_CALL: the last call's
    end, whoever had none is first. LAST_CALL_NEW_LAST: the same, whoever had none is last.
    LAST_INBOUND: the last inbound call's end; outbound work does not count. LAST_HANDLED: the last
    call's end, presence does not count, and newcomers count from their login.
    """

    AVAILABLE = "available"
    LAST_CALL = "last_call"
    LAST_CALL_NEW_LAST = "last_call_new_last"
    LAST_INBOUND = "last_inbound"
    LAST_HANDLED = "last_handled"


class Absence(Enum):
    """States in which an agent may be taken for absent when a queue asks whether anyone is there.

    The eight factors of the trade: ``paused``; ``not_eligible`` (serves the queue, but not this
    caller as the caller's requirement stands now); ``talking``; ``ringing``; ``unavailable`` (the
    phone is not registered); ``invalid`` (no such phone); ``unknown`` (nothing was ever heard of
    the phone); ``wrap_up`` (wrap-up, or resting after a failed offer).
    """

    PAUSED = "paused"
    NOT_ELIGIBLE = "not_eligible"
    TALKING = "talking"
    RINGING = "ringing"
    UNAVAILABLE = "unavailable"
    INVALID = "invalid"
    UNKNOWN = "unknown"
    WRAP_UP = "wrap_up"

    # By identity, as enums are equal: hashing their names costs several times as much.
    __hash__ = object.__hash__


class WrapUpMode(Enum):
    """How work after a call ends.

    NONE: there is none. OPTIONAL: only when the agent asked for it during the call. TIMED: by
    itself, or earlier when the agent says so. MANDATORY: with a disposition. DISCRETIONARY: when
    the agent says so. The last two end by themselves at their bound, too.
    """

    NONE = "none"
    OPTIONAL = "optional"
    TIMED = "timed"
    MANDATORY = "mandatory"
    DISCRETIONARY = "discretionary"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUp:
    """Work after a call. ``us``: how long (TIMED, OPTIONAL) it lasts. ``most_us``: bound, with all
    extensions; ``extend_us``: one extension, 0 for none. ``early``: the agent may end it early."""

    mode: WrapUpMode = WrapUpMode.TIMED
    us: int = 30_000_000
    most_us: int = 600_000_000
    extend_us: int = 60_000_000
    early: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitStep:
    """What changes for a caller after waiting `after_us` in the queue; ``None`` leaves as it is.

    With `over_expected_us` it happens (then, or as soon afterwards) only while more than that is
    still to be expected. `requirement` replaces the caller's; `boost_us` and `band` are added.
    """

    after_us: int
    over_expected_us: int | None = None
    requirement: str | None = None
    band: int = 0
    boost_us: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepBack:
    """Callers who do not need `skill` get agents who have it only while more than `keep` of them
    are idle; after `until_us` of waiting they get them anyway."""

    skill: str
    keep: int
    until_us: int


class OverflowWhen(Enum):
    """What overflow looks at. ENTRY conditions are asked once, on entering; the others always.

    LENGTH: `most` waiting already (entry). EXPECTED: more than `us` to be expected (entry).
    NO_AGENTS, CLOSED: (entry and later). WAITED: `us` long. SERVICE_LEVEL: fewer than `percent` of
    the last `window` answered in time (entry).
    """

    LENGTH = "length"
    EXPECTED = "expected"
    NO_AGENTS = "no_agents"
    CLOSED = "closed"
    WAITED = "waited"
    SERVICE_LEVEL = "service_level"


@dataclass(frozen=True, slots=True, kw_only=True)
class Overflow:
    """Send callers on. `to` is a queue, where they keep their age; None leaves by the flow's edge
    ``overflow``."""

    when: OverflowWhen
    to: QueueId | None = None
    us: int = 0
    most: int = 0
    percent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Callbacks:
    """Calling back those who ask for it. `attempts` calls, `retry_us` apart; `within` names the
    calendar in whose hours we call ("" for always); `most` may wait at once.

    Who names a time may do so for `ahead_us` from now; at most `at_once` of those times overlap, 0
    for no bound."""

    attempts: int = 3
    retry_us: int = 900_000_000
    ring_us: int = 30_000_000
    within: str = ""
    most: int = 200
    counted: bool = True
    ahead_us: int = 14 * 24 * 3_600_000_000
    at_once: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """Whether conversations are recorded, and whether the agent may pause that."""

    on: bool = False
    pausable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSettings:
    """One queue.

    ``ring_us``: how long one agent's phone rings. ``max_waiting``: bound on callers waiting.
    ``absent_at_entry``, ``absent_waiting``: in which states agents do not count when a caller
    enters, or waits, and the queue asks whether anyone is there; None: it does not ask.
    ``priority``: the band; a higher one is served first. ``weight`` is worth a head start of
    ``CenterConfiguration.weight_us`` each. A waiting caller gains `slope` thousandths of a second
    each second, up to `ceiling_us` (None for no bound). ``promote_us``: whoever waited that long is
    in the highest band, so that nobody starves. ``share``: this queue's part (of all shares) of
    those who wait, under the discipline of fixed ratios.
    ``declined_restarts_clock``: whoever declines an offer counts as idle since then.
    ``auto_answer``: the phone of an agent who gets a caller picks up by itself, with a tone.
    ``pausable``: agents may take a break from this queue alone.
    ``counts_menus``: a caller's age begins with the call, not with the first wait.
    ``script``: what the agent says first, one paragraph an item, with ``{customer}``, ``{agent}``
    and ``{queue}`` filled in.
    """

    queue: QueueId
    label: str
    channel: Channel = Channel.VOICE
    music: str = "default"
    order: Order = Order.FIFO
    strategy: str = "longest_idle"
    idle_clock: IdleClock = IdleClock.AVAILABLE
    declined_restarts_clock: bool = True
    window_us: int = 8 * 3_600_000_000
    ring_us: int = 20_000_000
    ring_most: int = 50
    ring_step_us: int = 5_000_000
    score_us: int = 500_000
    max_waiting: int = 500
    max_wait_us: int = 900_000_000
    absent_at_entry: frozenset[Absence] | None = frozenset()
    absent_waiting: frozenset[Absence] | None = frozenset()
    auto_answer: bool = False
    pausable: bool = True
    wrap_up: WrapUp = WrapUp()
    priority: int = 0
    weight: int = 0
    slope: int = 1_000
    ceiling_us: int | None = None
    promote_us: int | None = None
    share: int = 1
    requirement: str = ""
    steps: tuple[WaitStep, ...] = ()
    keep_back: tuple[KeepBack, ...] = ()
    overflow: tuple[Overflow, ...] = ()
    calendar: str = ""
    redial_us: int = 0
    counts_menus: bool = False
    prefer: str = ""
    prefer_us: int = 20_000_000
    callbacks: Callbacks | None = None
    recording: Recording = Recording()
    expected_handle_us: int = 240_000_000
    service_level_us: int = 20_000_000
    short_abandon_us: int = 5_000_000
    script: tuple[str, ...] = ()
    dispositions: tuple[str, ...] = ()


class AfterNoAnswer(Enum):
    """What happens to an agent who lets an offer ring out."""

    PAUSE = "pause"
    BACK_OFF = "back_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """An agent's place in a queue. Lower tiers are asked first; `delay_us`: the caller must have
    waited so long before this agent is asked at all; of several queues, those of a lower
    `preference` are served first by this agent."""

    queue: QueueId
    tier: int = 1
    delay_us: int = 0
    preference: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelLimit:
    """What one job of a channel costs of an agent's capacity, and how many at once."""

    cost: int
    most: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class BackOff:
    """How long an agent rests after an offer that failed, by why. At least a second each, so that
    the same phone is not rung again at once."""

    declined_us: int = 5_000_000
    busy_us: int = 5_000_000
    no_answer_us: int = 5_000_000
    unregistered_us: int = 15_000_000
    failed_us: int = 5_000_000


VOICE_ONLY: Mapping[Channel, ChannelLimit] = {Channel.VOICE: ChannelLimit(cost=100)}


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSettings:
    """One agent. `device` is where the phone rings, in the provider's own form.

    ``members`` holds what differs from a plain membership. ``no_answers``: how many offers in a row
    may ring out before `after_no_answer` PAUSE applies. ``ring_us``, ``wrap_up_us``: bounds of the
    agent's own, None for the queue's. ``idle_grace_us``: a call outside of the queues shorter than
    that leaves the idle clock alone. ``supervises``: may listen to others' calls.
    ``auto_answer``: the phone picks up by itself when it rings for somebody we dialled.
    """

    agent: AgentId
    name: str
    device: str
    queues: tuple[QueueId, ...]
    members: tuple[Membership, ...] = ()
    skills: Mapping[str, int] = field(default_factory=dict)
    after_no_answer: AfterNoAnswer = AfterNoAnswer.PAUSE
    no_answers: int = 1
    back_off: BackOff | None = None
    ring_us: int | None = None
    wrap_up_us: int | None = None
    capacity: int = 100
    channels: Mapping[Channel, ChannelLimit] = field(default_factory=lambda: VOICE_ONLY)
    idle_grace_us: int = 30_000_000
    weight: int = 1
    supervises: bool = False
    auto_answer: bool = False
