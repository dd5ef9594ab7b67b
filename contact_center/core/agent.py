"""One agent: two states on two axes.

*Presence* is what the person chose (logged out, ready, paused for a reason). *Work* is what the
system sees (offered, connecting, talking, wrap-up), one for each job the agent is at; most have one
job at a time. An agent can be paused and talking: they asked for a break during the call. Only an
agent who is ready, has capacity left, is not on the phone elsewhere and is not resting after a
failed offer is available.
"""

from dataclasses import dataclass, field
from enum import Enum

from contact_center.core.acd_events import DeviceState
from contact_center.core.facts import AgentChanged, Presence
from contact_center.core.ids import AgentId, CallId, QueueId, ReservationId
from contact_center.core.machine import Machine
from contact_center.core.outcomes import JobState, Work
from contact_center.core.queue_settings import Channel, ChannelLimit

HISTORY = 2_000
"""Bound on remembered calls of one agent, for strategies that count them."""


_AWAY = frozenset({DeviceState.UNAVAILABLE, DeviceState.INVALID})


class WorkTrigger(Enum):
    """What moves an agent's work on one job."""

    RESERVE = "reserve"
    ANSWER = "answer"
    CONNECT = "connect"
    RELEASE = "release"
    FINISH = "finish"
    WRAPPED_UP = "wrapped_up"

    # By identity, as enums are equal: hashing their names costs several times as much.
    __hash__ = object.__hash__


WORK = Machine(
    name="agent work",
    initial=Work.IDLE,
    moves={
        (Work.IDLE, WorkTrigger.RESERVE): Work.OFFERED,
        (Work.OFFERED, WorkTrigger.ANSWER): Work.CONNECTING,
        (Work.OFFERED, WorkTrigger.RELEASE): Work.IDLE,
        (Work.CONNECTING, WorkTrigger.CONNECT): Work.TALKING,
        (Work.CONNECTING, WorkTrigger.RELEASE): Work.IDLE,
        (Work.TALKING, WorkTrigger.FINISH): Work.WRAP_UP,
        # Gone before they can have said a word.
        (Work.TALKING, WorkTrigger.RELEASE): Work.IDLE,
        (Work.WRAP_UP, WorkTrigger.WRAPPED_UP): Work.IDLE,
    },
)


@dataclass(slots=True, kw_only=True)
class Job:
    """One piece of work with an agent, from the reservation to the end of wrap-up.

    ``wrap_up_most`` bounds all extensions; ``wants_wrap_up``: asked for during the call.
    ``outbound``: we called them.
    """

    reservation: ReservationId
    call: CallId
    queue: QueueId
    channel: Channel
    cost: int
    since: int
    work: Work = Work.IDLE
    connected_at: int | None = None
    held: bool = False
    wrap_up_until: int | None = None
    wrap_up_most: int = 0
    wants_wrap_up: bool = False
    outbound: bool = False

    def move(self, trigger: WorkTrigger, now: int) -> None:
        """Change work by the table. Raises IllegalTransitionError and changes nothing then."""
        self.work = WORK.after(self.work, trigger)
        self.since = now


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePause:
    """A break from one queue alone."""

    reason: str
    since: int


@dataclass(slots=True, kw_only=True)
class Agent:
    """State of one agent. Only the router writes it. Instants are microseconds UTC.

    ``available_since`` starts at login, at the end of a pause and at the end of wrap-up, and starts
    anew when an offer was not taken (a declined one: where the queue says so). ``order`` is the
    agent's place in the configuration and breaks ties. ``once``: ready for one call only.
    ``unanswered``: offers in a row that rang out. ``last_call_end``, ``last_inbound_end``: None
    before the first one. ``handled``: the ends of the calls of late, and their lengths.
    ``outside_since``: on the phone elsewhere. ``seated_at``: when their place among the idle was
    looked at last. ``help_since``: a supervisor is asked for. ``paused_in``: queues of which alone
    they are on a break; ``kind``: the place of the type of those on the same breaks, -1 for none.
    """

    agent: AgentId
    order: int
    presence: Presence = Presence.LOGGED_OUT
    reason: str = ""
    next_presence: Presence | None = None
    next_reason: str = ""
    once: bool = False
    since: int = 0
    available_since: int = 0
    login_at: int = 0
    resting_until: int = 0
    at_desk: bool = False
    jobs: dict[ReservationId, Job] = field(default_factory=dict)
    device: DeviceState = DeviceState.UNKNOWN
    outside_since: int | None = None
    unanswered: int = 0
    last_call_end: int | None = None
    last_inbound_end: int | None = None
    handled: list[tuple[int, int]] = field(default_factory=list)
    seated_at: int = 0
    help_since: int | None = None
    help_note: str = ""
    paused_in: dict[QueueId, QueuePause] = field(default_factory=dict)
    kind: int = -1

    @property
    def job(self) -> Job | None:
        """The job that counts when only one can be shown: the call, else the one begun last."""
        found: Job | None = None
        for job in self.jobs.values():
            if found is None or job.channel is Channel.VOICE or found.channel is not Channel.VOICE:
                found = job
        return found

    @property
    def work(self) -> Work:
        """What the agent is doing, by that job."""
        job = self.job
        return job.work if job is not None else Work.IDLE

    @property
    def call(self) -> CallId | None:
        """The call of that job."""
        job = self.job
        return job.call if job is not None else None

    @property
    def reservation(self) -> ReservationId | None:
        """The reservation of that job."""
        job = self.job
        return job.reservation if job is not None else None

    @property
    def is_available(self) -> bool:
        """Whether something might be offered now, capacity left aside.

        Whoever asked for a break gets nothing more, or who does several things would never be done.
        """
        return (
            self.presence is Presence.READY
            and self.next_presence is None
            and self.resting_until == 0
            and self.outside_since is None
            and self.device not in _AWAY
        )

    @property
    def cost(self) -> int:
        """How much capacity is taken."""
        cost = 0
        for job in self.jobs.values():
            cost += job.cost
        return cost

    def has_room(self, channel: Channel, limit: ChannelLimit, capacity: int) -> bool:
        """Say whether one more job of a channel fits beside what there is."""
        if not self.jobs:
            return limit.cost <= capacity
        if self.cost + limit.cost > capacity:
            return False
        same = sum(1 for job in self.jobs.values() if job.channel is channel)
        return same < limit.most

    def choose(self, presence: Presence, reason: str, now: int) -> None:
        """Take up a presence at once."""
        if presence is not self.presence:
            if self.presence is Presence.LOGGED_OUT:
                self.login_at = now
                self.unanswered = 0
            self.since = now
            self.available_since = now
        self.presence = presence
        self.reason = reason if presence is Presence.PAUSED else ""
        self.next_presence = None
        self.next_reason = ""
        self.once = False
        if presence is Presence.LOGGED_OUT:
            self.want_help(now, on=False)

    def want_help(self, now: int, *, on: bool, note: str = "") -> None:
        """Ask for a supervisor, since when they first did, or do without."""
        if not on:
            self.help_since, self.help_note = None, ""
        else:
            self.help_since = self.help_since if self.help_since is not None else now
            self.help_note = note

    def changed(self, now: int, capacity: int = 100) -> AgentChanged:
        """State as a fact."""
        job = self.job
        several = len(self.jobs) > 1 or (job is not None and job.channel is not Channel.VOICE)
        return AgentChanged(
            at=now,
            agent=self.agent,
            presence=self.presence,
            reason=self.reason,
            work=job.work if job is not None else Work.IDLE,
            since=max(self.since, job.since) if job is not None else self.since,
            next_presence=self.next_presence,
            next_reason=self.next_reason,
            call=job.call if job is not None else None,
            reservation=job.reservation if job is not None else None,
            held=job.held if job is not None else False,
            wrap_up_until=job.wrap_up_until if job is not None else None,
            jobs=tuple(
                JobState(
                    reservation=one.reservation,
                    call=one.call,
                    channel=one.channel.value,
                    work=one.work,
                    since=one.since,
                )
                for one in self.jobs.values()
            )
            if several
            else (),
            outside=self.outside_since is not None,
            paused_in=tuple(sorted(self.paused_in)) if self.paused_in else (),
            load=100 * self.cost // capacity if self.jobs and capacity else 0,
            help_since=self.help_since,
            help_note=self.help_note,
        )
