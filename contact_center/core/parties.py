"""Who is in a call beside its caller, and why: offers, agents' parts, consultations, supervisors.

Plain data, written down with the call. Only the call reducer writes it.
"""

from dataclasses import dataclass, field

from contact_center.core.commands import PromptItem
from contact_center.core.ids import (
    AgentId,
    CommandId,
    LegId,
    ListenId,
    PlaybackId,
    QueueId,
    RecordingId,
    ReservationId,
    agent_leg,
)
from contact_center.core.outcomes import ConsultState, Listening


@dataclass(slots=True, kw_only=True)
class Offer:
    """An agent's phone that rings, or is about to. ``accept``: the agent's open request to answer.

    ``consult``: the agent was asked for by name; the caller's place in line is none of its concern.
    """

    reservation: ReservationId
    agent: AgentId
    queue: QueueId
    consult: bool = False
    accept: CommandId | None = None
    accept_sent: CommandId | None = None

    @property
    def leg(self) -> LegId:
        """The leg that rings."""
        return agent_leg(self.reservation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Where in the sound of a recording something is, gaps left out: it ends `end_us` from the
    beginning of the sound, and `long_us` of it were recorded."""

    recording: RecordingId
    end_us: int
    long_us: int


@dataclass(slots=True, kw_only=True)
class Recorded:
    """A recording that was asked for: of an agent's part, or (without one) of the whole call.

    ``pauses``: how long from its start each gap began and ended, in milliseconds of the clock; the
    last one is open while `gap_at` is set. ``wished``: the agent paused it, rather than hold, or
    the call script did (``by_script``), at ``wished_at``. ``started_at``: when it was asked for,
    until the network says that it runs (``runs``).
    """

    recording: RecordingId
    started_at: int
    agent: AgentId | None = None
    queue: QueueId | None = None
    wished: bool = False
    wished_at: int | None = None
    by_script: bool = False
    gap_at: int | None = None
    pauses: list[tuple[int, int]] = field(default_factory=list)
    over: bool = False
    runs: bool = False

    def sounded(self, at: int) -> int:
        """Say how much of it there was at `at` (microseconds, both), gaps left out."""
        gaps = [(1_000 * begun, 1_000 * ended) for begun, ended in self.pauses]
        if self.gap_at is not None:
            gaps.append((max(0, self.gap_at - self.started_at), at - self.started_at))
        whole = max(0, at - self.started_at)
        return whole - sum(max(0, min(ended, whole) - begun) for begun, ended in gaps)


@dataclass(slots=True, kw_only=True)
class Part:
    """One agent's part in a call, from the answer to the end. Times are microseconds UTC.

    ``since``: when they were joined with somebody; None while the switch still connects them.
    """

    reservation: ReservationId
    agent: AgentId
    queue: QueueId
    since: int | None = None
    held_at: int | None = None
    held_us: int = 0
    muted: bool = False
    recording: RecordingId | None = None

    @property
    def leg(self) -> LegId:
        """The agent's leg."""
        return agent_leg(self.reservation)

    def hold(self, now: int) -> None:
        """Count time on hold from now on."""
        if self.held_at is None:
            self.held_at = now

    def unhold(self, now: int) -> None:
        """Add a hold that is over to the time on hold."""
        if self.held_at is not None:
            self.held_us += now - self.held_at
            self.held_at = None


@dataclass(slots=True, kw_only=True)
class Consultation:
    """Somebody the agent asks while the caller is on hold.

    ``to``: as asked for (`agent:`, `queue:` or `number:`). ``leg``: the number dialled, or the leg
    of the agent who answered. ``in_line``: the question waits in `queue`. ``met``: they have heard
    the caller. ``ringing``: what the agent who asks hears meanwhile.
    """

    to: str
    since: int
    state: ConsultState = ConsultState.CALLING
    leg: LegId | None = None
    part: Part | None = None
    queue: QueueId | None = None
    in_line: bool = False
    met: bool = False
    ringing: PlaybackId | None = None


@dataclass(slots=True, kw_only=True)
class Acceptance:
    """What a number outside is asked before it gets a caller, and the `key` that means yes.

    ``leg``: the number's, once it has answered. ``times``: how often it was asked.
    """

    items: tuple[PromptItem, ...]
    key: str
    leg: LegId | None = None
    times: int = 0
    playback: PlaybackId | None = None
    listen: ListenId | None = None


@dataclass(slots=True, kw_only=True)
class Reserving:
    """What an agent asked the router for is meant for: TRANSFER, CONSULT, RETRIEVE, RETURN.

    ``by``, ``cmd``: whose request it is, and its id; None when nobody asked (a park's time-out).
    """

    purpose: str
    agent: AgentId
    by: AgentId | None = None
    cmd: CommandId | None = None


@dataclass(slots=True, kw_only=True)
class Parked:
    """A caller put aside in a numbered slot, and by whom."""

    slot: int
    agent: AgentId
    queue: QueueId
    since: int
    returning: bool = False


@dataclass(slots=True, kw_only=True)
class Supervisor:
    """A supervisor in a call. ``on``: their phone was answered and they are in the talk.

    ``joining``: the command that lets them in.
    """

    by: str
    leg: LegId
    mode: Listening
    since: int
    on: bool = False
    joining: CommandId | None = None
