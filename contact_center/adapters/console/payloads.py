"""What the console is told, frame by frame. Times are milliseconds since 1970 UTC.

The page's types are made from these (``python -m contact_center.app.console_schema``).
"""

from enum import Enum

from msgspec import Struct

from contact_center.core.alerts import Measure, Severity
from contact_center.core.outcomes import Listening, Presence, Work


class Choice(Struct, frozen=True, kw_only=True):
    """A reason for a pause."""

    code: str
    label: str


class AgeLimit(Struct, frozen=True, kw_only=True):
    """From which age on a state of an agent is long, and too long, in milliseconds."""

    state: str
    long: int
    too_long: int


class Me(Struct, frozen=True, kw_only=True):
    """Who is logged in. ``device``: the phone that rings when they listen in.

    ``skills``: all there are. ``sees_numbers``: whether callers' numbers are told whole.
    ``pages``: those that are for them; ``may``: all that they may, as `core.permissions` says.
    """

    agent: str
    name: str
    device: str
    sees_numbers: bool
    pages: list[str]
    may: list[str]
    pause_reasons: list[Choice]
    ages: list[AgeLimit]
    skills: list[Choice]


class Ear(Struct, frozen=True, kw_only=True):
    """A supervisor in an agent's call. ``on``: their phone was answered."""

    by: str
    mode: Listening
    on: bool


class AgentLive(Struct, frozen=True, kw_only=True):
    """What is other of an agent than in the file: see `AgentChange`. ``until``: at the latest."""

    by: str
    why: str
    until: int
    with_shift: bool
    join: list[str]
    leave: list[str]
    skills: dict[str, int]
    capacity: int | None
    most: dict[str, int]


class QueueLive(Struct, frozen=True, kw_only=True):
    """What is other of a queue than in the file; None for what is as it says."""

    by: str
    why: str
    until: int
    weight: int | None
    priority: int | None


class QueueBreak(Struct, frozen=True, kw_only=True):
    """A queue that an agent is on a break from alone."""

    queue: str
    reason: str
    since: int


class AgentRow(Struct, frozen=True, kw_only=True):
    """An agent. ``since``: when they came into the state they are in, None for never.

    ``call``: what they have in hand, from queue ``queue``; ``ears``: who listens in. ``queues``,
    ``skills``, ``capacity``: as of now, with what ``live`` says is other than in the file.
    ``paused_in``: breaks from one queue alone. ``help_since``: they ask for a supervisor, about
    ``help_note``; None when they do not.
    """

    agent: str
    name: str
    queues: list[str]
    presence: Presence
    reason: str
    next_presence: Presence | None
    work: Work
    since: int | None
    call: str | None
    queue: str | None
    at_desk: bool
    ears: list[Ear]
    help_since: int | None = None
    help_note: str = ""
    paused_in: list[QueueBreak] = []
    skills: dict[str, int]
    capacity: int
    live: AgentLive | None


class QueueRow(Struct, frozen=True, kw_only=True):
    """A queue. ``oldest``: since when the first one waits. ``service_level``: of today, 0 to 1.

    ``in_time``: whoever waits longer, in milliseconds, is late. ``entered``, ``abandoned``: of
    today, None while nothing is known. ``weight``, ``priority``: as of now, with ``live``.
    """

    queue: str
    label: str
    channel: str
    waiting: int
    offering: int
    oldest: int | None
    agents_idle: int
    agents_logged_in: int
    in_time: int
    service_level: float | None
    entered: int | None
    abandoned: int | None
    weight: int
    priority: int
    live: QueueLive | None


class CallerState(Enum):
    """Whether phones ring for a caller."""

    WAITING = "waiting"
    OFFERING = "offering"


class CallerRow(Struct, frozen=True, kw_only=True):
    """A caller who waits. ``since``: the beginning of the age that counts in the line.

    ``number``: whole for who may see it, else the last four figures.
    """

    call: str
    queue: str
    position: int
    state: CallerState
    since: int
    priority: int
    boost_s: float
    requirement: str
    held_for: str | None
    ringing: list[str]
    number: str


class AlertRow(Struct, frozen=True, kw_only=True):
    """An alert that is on. ``value``, ``limit``: shares from 0 to 1, times in milliseconds.

    ``seen_by``: who acknowledged it. ``whom``: the supervisors it is for, empty for all.
    """

    alert: str
    rule: str
    queue: str
    measure: Measure
    above: bool
    value: float
    limit: float
    since: int
    severity: Severity
    whom: list[str]
    say: str
    seen_by: str


class WallQueue(Struct, frozen=True, kw_only=True):
    """A queue on a wall board. ``states``: how many agents are in each, by its word."""

    queue: str
    label: str
    waiting: int
    oldest: int | None
    in_time: int
    service_level: float | None
    entered: int | None
    abandoned: int | None
    states: dict[str, int]


class Wall(Struct, frozen=True, kw_only=True):
    """What a wall board shows, without anybody's name. ``seconds``: how long a page stands."""

    now: int
    seconds: int
    announcement: str
    queues: list[WallQueue]
    alerts: list[AlertRow]


class Gone(Struct, frozen=True, kw_only=True):
    """What is no more."""

    agents: list[str]
    queues: list[str]
    callers: list[str]
    alerts: list[str]


class Floor(Struct, frozen=True, kw_only=True, tag_field="t", tag="floor"):
    """The floor: all of it (``whole``), or what changed since the frame before.

    ``now``: the server's clock, so that times tick the same on every screen.
    """

    rev: int
    now: int
    whole: bool
    agents: list[AgentRow]
    queues: list[QueueRow]
    callers: list[CallerRow]
    alerts: list[AlertRow]
    gone: Gone


class Beat(Struct, frozen=True, kw_only=True, tag_field="t", tag="beat"):
    """Nothing changed for a while, and the connection is well."""

    now: int


class Refusal(Struct, frozen=True, kw_only=True):
    """Why something was not done."""

    error: str
    message: str


class Reason(Struct, frozen=True, kw_only=True):
    """One reason of an explanation; what else is in it depends on the code."""

    code: str
    words: str


class Explained(Struct, frozen=True, kw_only=True):
    """Why things are as they are."""

    state: str
    words: list[str]
    reasons: list[Reason]


Frame = Floor | Beat
PAYLOADS: tuple[type[Struct], ...] = (Me, Floor, Beat, Refusal, Explained, Wall)
