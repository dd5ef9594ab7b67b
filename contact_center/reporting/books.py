"""The books: a tally for each queue, agent and skill in each interval, and for the whole center.

The center's and a skill's numbers are of calls. Other work counts for its queue and agent, and for
all of its channel.

Intervals are half-open, ``[from, to)``, of one length, counted from an origin. What belongs to
which interval is the *attribution*, and there are two:

* COHORT: by the beginning. A caller who entered the queue at 9:59 and was answered at 10:01 counts
  in the interval of 9:59, also while they still wait.
* FLOW: by the event that ended it. The same caller counts in the interval of 10:01.

Wrap-up goes with its conversation, in both. Agents' time is cut at the borders of intervals.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from contact_center.core.ids import AgentId, QueueId
from contact_center.core.skills import requirement
from contact_center.reporting.records import Activity, Offer, Talk, Wait
from contact_center.reporting.tally import Tally, Thresholds
from contact_center.reporting.waits import ExactWaits, Waits


class Attribution(Enum):
    """Which instant of a thing decides where it counts."""

    COHORT = "cohort"
    FLOW = "flow"


class Of(Enum):
    """Whose numbers."""

    CENTER = "center"
    QUEUE = "queue"
    AGENT = "agent"
    SKILL = "skill"
    CHANNEL = "channel"


Key = tuple[Of, str]
CENTER: Key = (Of.CENTER, "")
VOICE = "voice"


def whose(channel: str, queue: str, needed: str = "", agent: str | None = None) -> Iterator[Key]:
    """Go through all for whom a thing counts that happened in a queue, with an agent if one is
    given. ``needed``: the skill expression of the wait; "" where skills do not matter."""
    yield CENTER if channel == VOICE else (Of.CHANNEL, channel)
    yield (Of.QUEUE, queue)
    if agent is not None:
        yield (Of.AGENT, agent)
    if channel == VOICE:
        for skill in requirement(needed).wants:
            yield (Of.SKILL, skill)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Where intervals begin: at `origin` and every `length_us` before and after it.

    ``begin``, ``end``: what lies before or at and behind these is not counted. ``kept``: how many
    intervals are remembered, the newest; None for all.
    """

    length_us: int
    origin: int = 0
    begin: int | None = None
    end: int | None = None
    kept: int | None = None

    def start_of(self, at: int) -> int | None:
        """Where the interval of an instant begins; None when it is not counted."""
        if self.begin is not None and at < self.begin:
            return None
        if self.end is not None and at >= self.end:
            return None
        return at - (at - self.origin) % self.length_us

    def pieces(self, begin: int, end: int) -> Iterator[tuple[int, int]]:
        """Cut a stretch of time at the borders: starts of intervals, and how long in each."""
        begin = begin if self.begin is None else max(begin, self.begin)
        end = end if self.end is None else min(end, self.end)
        while begin < end:
            start = begin - (begin - self.origin) % self.length_us
            border = min(end, start + self.length_us)
            yield start, border - begin
            begin = border


@dataclass(slots=True)
class Books:
    """Tallies by key and interval. ``agents``: another grid for agents, where they are many."""

    grid: Grid
    attribution: Attribution = Attribution.FLOW
    thresholds: Mapping[QueueId, Thresholds] = field(default_factory=dict)
    agents: Grid | None = None
    new_waits: Callable[[], Waits] = ExactWaits
    tallies: dict[Key, dict[int, Tally]] = field(default_factory=dict)

    # --- writing --------------------------------------------------------------------------------

    def entered(self, wait: Wait) -> None:
        """A wait begins."""
        if self.attribution is Attribution.COHORT:
            for tally in self._of_wait(wait, wait.entered_at):
                tally.entered += 1

    def ended(self, wait: Wait) -> None:
        """A wait is over, with an outcome."""
        assert wait.ended_at is not None
        flow = self.attribution is Attribution.FLOW
        limits = self.thresholds.get(wait.queue, _PLAIN)
        for tally in self._of_wait(wait, wait.ended_at if flow else wait.entered_at):
            tally.entered += flow
            tally.count_wait(wait, limits)

    def offered(self, offer: Offer) -> None:
        """An offer is over, or became a conversation."""
        assert offer.ended_at is not None
        at = offer.ended_at if self.attribution is Attribution.FLOW else offer.offered_at
        for key in whose(offer.channel, offer.queue, agent=offer.agent):
            self._count(key, at, lambda tally: tally.count_offer(offer))

    def talked(self, talk: Talk) -> None:
        """A conversation is over."""
        self._for_talk(talk, lambda tally: tally.count_talk(talk))

    def wrapped_up(self, talk: Talk, us: int) -> None:
        """The agent wrapped this conversation up, or a part of it, for so long."""

        def count(tally: Tally) -> None:
            tally.wrap_up_us[talk.direction] += us

        self._for_talk(talk, count)

    def transferred(self, talk: Talk) -> None:
        """The caller went on to somebody else after this conversation."""

        def count(tally: Tally) -> None:
            tally.transfers += 1

        self._for_talk(talk, count)

    def disposed(self, talk: Talk, code: str) -> None:
        """The agent said how it ended."""

        def count(tally: Tally) -> None:
            tally.dispositions[code] += 1

        self._for_talk(talk, count)

    def called_back(self, queue: QueueId, what: str, at: int) -> None:
        """Something happened to a request for a call back; counts where it happened."""

        def count(tally: Tally) -> None:
            tally.callbacks[what] += 1

        for key in (CENTER, (Of.QUEUE, queue)):
            self._count(key, at, count)

    def spent(self, agent: AgentId, kind: Activity, begin: int, end: int) -> None:
        """An agent's time from `begin` to `end` went into this."""
        for start, us in self.grid.pieces(begin, end):
            self.tally(CENTER, start).time_us[kind] += us
        for start, us in (self.agents or self.grid).pieces(begin, end):
            self.tally((Of.AGENT, agent), start).time_us[kind] += us

    def tally(self, key: Key, start: int) -> Tally:
        """The tally of an interval, by where it begins; made when it is not there."""
        by_start = self.tallies.setdefault(key, {})
        tally = by_start.get(start)
        if tally is None:
            tally = by_start[start] = Tally(self.new_waits)
            grid = self.agents if key[0] is Of.AGENT and self.agents is not None else self.grid
            if grid.kept is not None and len(by_start) > grid.kept:
                del by_start[min(by_start)]
        return tally

    # --- reading --------------------------------------------------------------------------------

    def keys(self, of: Of) -> list[str]:
        """Who has numbers, in order."""
        return sorted(name for kind, name in self.tallies if kind is of)

    def intervals(self, key: Key) -> dict[int, Tally]:
        """One's tallies by the start of the interval, oldest first."""
        return dict(sorted(self.tallies.get(key, {}).items()))

    def total(self, key: Key, since: int | None = None) -> Tally:
        """One's tallies added up; `since` leaves out intervals that began before."""
        made = Tally(self.new_waits)
        for start, tally in self.tallies.get(key, {}).items():
            if since is None or start >= since:
                made.add(tally)
        return made

    # --- inside ---------------------------------------------------------------------------------

    def _of_wait(self, wait: Wait, at: int) -> Iterator[Tally]:
        start = self.grid.start_of(at)
        if start is not None:
            for key in whose(wait.channel, wait.queue, wait.requirement):
                yield self.tally(key, start)

    def _for_talk(self, talk: Talk, count: Callable[[Tally], None]) -> None:
        at = talk.ended_at if self.attribution is Attribution.FLOW else talk.began_at
        for key in whose(talk.channel, talk.queue, talk.requirement, talk.agent):
            self._count(key, at, count)

    def _count(self, key: Key, at: int, count: Callable[[Tally], None]) -> None:
        grid = self.agents if key[0] is Of.AGENT and self.agents is not None else self.grid
        start = grid.start_of(at)
        if start is not None:
            count(self.tally(key, start))


_PLAIN = Thresholds()
