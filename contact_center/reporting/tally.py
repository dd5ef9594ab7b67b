"""One tally: exact integer sums of what happened in one place in one stretch of time.

Two tallies can be added, and nothing is lost by it: half hours make a day, queues make a center.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from contact_center.core.events import Direction
from contact_center.core.facts import OfferResult, QueueOutcome
from contact_center.reporting.records import Activity, Offer, Talk, Wait
from contact_center.reporting.waits import ExactWaits, Waits

REFUSED = frozenset({QueueOutcome.NO_AGENTS, QueueOutcome.FULL, QueueOutcome.CLOSED})
"""They never got in: they count as refused, and not as queued."""

REGISTERED, ATTEMPTED = "registered", "attempted"
"""What is counted of callbacks besides how they ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """``answer_us``: a wait up to and including this is in time. ``short_us``: who gives up after
    at most this long was hardly there (a short abandon)."""

    answer_us: int = 20_000_000
    short_us: int = 5_000_000


@dataclass(slots=True)
class Tally:
    """Sums. Counters are by outcome, result, direction, activity; times are microseconds.

    ``entered``: waits that began (by cohort) or ended (by flow), refused ones included. ``within``:
    those of `ended` that took no longer than the threshold. ``longest_us``: the longest wait that
    ended. ``overtaken``: callers whom somebody who came later was offered before. ``transfers``:
    conversations after which the caller went on to another agent or queue. ``callbacks``: requests
    registered, attempts at them, and how they ended.
    """

    new_waits: Callable[[], Waits] = ExactWaits
    entered: int = 0
    ended: Counter[QueueOutcome] = field(default_factory=Counter)
    waited_us: Counter[QueueOutcome] = field(default_factory=Counter)
    within: Counter[QueueOutcome] = field(default_factory=Counter)
    short_abandons: int = 0
    longest_us: int = 0
    offers: Counter[OfferResult] = field(default_factory=Counter)
    unanswered: int = 0
    unanswered_caller_left: int = 0
    overtaken: int = 0
    handled: Counter[Direction] = field(default_factory=Counter)
    talk_us: Counter[Direction] = field(default_factory=Counter)
    hold_us: Counter[Direction] = field(default_factory=Counter)
    wrap_up_us: Counter[Direction] = field(default_factory=Counter)
    transfers: int = 0
    dispositions: Counter[str] = field(default_factory=Counter)
    callbacks: Counter[str] = field(default_factory=Counter)
    time_us: Counter[Activity] = field(default_factory=Counter)
    answered_waits: Waits = field(init=False)

    def __post_init__(self) -> None:
        self.answered_waits = self.new_waits()

    @property
    def refused(self) -> int:
        """Callers who were not let in."""
        return sum(self.ended[outcome] for outcome in REFUSED)

    @property
    def queued(self) -> int:
        """Q of the formulas: callers who got in."""
        return self.entered - self.refused

    def count_wait(self, wait: Wait, thresholds: Thresholds) -> None:
        """Count how a wait ended."""
        if wait.outcome is None:
            return
        waited = wait.waited_us
        self.ended[wait.outcome] += 1
        self.waited_us[wait.outcome] += waited
        self.longest_us = max(self.longest_us, waited)
        if waited <= thresholds.answer_us:
            self.within[wait.outcome] += 1
        if wait.outcome is QueueOutcome.ANSWERED:
            self.answered_waits.add(waited)
        elif wait.outcome is QueueOutcome.ABANDONED and waited <= thresholds.short_us:
            self.short_abandons += 1

    def count_offer(self, offer: Offer) -> None:
        """Count how an offer ended."""
        if offer.result is None:
            return
        self.offers[offer.result] += 1
        self.overtaken += offer.overtook
        if offer.is_unanswered:
            self.unanswered += 1
            self.unanswered_caller_left += offer.caller_left

    def count_talk(self, talk: Talk) -> None:
        """Count a conversation that is over."""
        self.handled[talk.direction] += 1
        self.talk_us[talk.direction] += talk.talk_us
        self.hold_us[talk.direction] += talk.hold_us

    def add(self, other: "Tally") -> None:
        """Count all that the other counted."""
        for name in _COUNTERS:
            getattr(self, name).update(getattr(other, name))
        for name in _SUMS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.longest_us = max(self.longest_us, other.longest_us)
        self.answered_waits.merge(other.answered_waits)


_COUNTERS = (
    *("ended", "waited_us", "within", "offers", "handled", "talk_us", "hold_us"),
    *("wrap_up_us", "dispositions", "callbacks", "time_us"),
)
_SUMS = (
    *("entered", "short_abandons", "unanswered", "unanswered_caller_left"),
    *("overtaken", "transfers"),
)
