"""What a call keeps about its waiting: its place, what it was told, its callback, its task.

Plain data, written down with the call. Times are microseconds, instants since 1970 UTC.
"""

from dataclasses import dataclass

from contact_center.core.ids import AgentId, CallId, CommandId, LegId, PlaybackId, QueueId
from contact_center.core.queue_settings import WaitStep


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """With what a caller waits, so that the same place can be taken again after a transfer.

    ``own``: what the caller's flow asks of agents, apart from what queue and context ask;
    ``own_boost_us``, ``own_priority`` likewise. ``requirement``, ``boost_us`` and ``priority`` are
    all in all. ``steps`` are the queue's and the flow's.
    """

    queue: QueueId
    priority: int
    boost_us: int
    requirement: str
    max_wait_us: int
    steps: tuple[WaitStep, ...] = ()
    own: str = ""
    own_boost_us: int = 0
    own_priority: int | None = None
    own_steps: tuple[WaitStep, ...] = ()
    named: AgentId | None = None
    named_us: int = 0


@dataclass(slots=True, kw_only=True)
class Told:
    """What a waiting caller has been told, and when something is due to be told next.

    The times are None when nothing of that kind is to be told any more. ``playback`` and
    ``command``: what is being said now. ``high_us``: the longest wait they were told to expect.
    """

    greeting_at: int | None = None
    comfort_at: int | None = None
    news_at: int | None = None
    offer_at: int | None = None
    turn: int = 0
    last: int = -1
    position: int | None = None
    high_us: int | None = None
    playback: PlaybackId | None = None
    command: CommandId | None = None
    ends_at: int | None = None


@dataclass(slots=True, kw_only=True)
class CallbackRequest:
    """Somebody is to be called back at ``number`` (E.164), who waits in the line of ``queue``.

    ``attempts``: those that did not reach the customer and count. ``dialled``: all that were begun.
    ``dialling``: the customer's leg while it rings. ``over``: the customer was reached. ``span``:
    from when to when they want to be called; None for as soon as it is their turn. ``noted``: what
    they said elsewhere, for the agent to see; nothing of it is proven.
    """

    number: str
    queue: QueueId
    origin: CallId
    registered_at: int
    attempts: int = 0
    dialled: int = 0
    dialling: LegId | None = None
    over: bool = False
    span: tuple[int, int] | None = None
    noted: tuple[tuple[str, str], ...] = ()

    @property
    def begins_at(self) -> int:
        """From when on somebody may be called, and the request grows old."""
        return self.registered_at if self.span is None else max(self.registered_at, self.span[0])


@dataclass(slots=True, kw_only=True)
class Task:
    """A piece of work that is no phone call: what the agent sees of it."""

    subject: str
    channel: str
