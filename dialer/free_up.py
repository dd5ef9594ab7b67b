"""When agents who talk or wrap up will be free, learned from talks that still run too.

Kaplan and Meier's way: a talk that still runs is at risk in every stretch of time that it lived
through and has ended in none. The hazard is taken as even within each stretch. A mass that never
ended frees nobody.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable

_S = 1_000_000.0
EDGES: tuple[float, ...] = (
    *(0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 15.0, 18.0, 22.0, 26.0, 32.0, 38.0),
    *(46.0, 55.0, 66.0, 80.0, 96.0, 115.0, 138.0, 166.0, 200.0, 240.0, 290.0, 350.0, 420.0),
    *(500.0, 600.0, 720.0, 860.0, 1040.0, 1250.0, 1500.0, 1800.0, 2400.0, 3600.0, 7200.0),
)
"""Seconds at which the stretches begin; the last one has no end."""
STRETCHES = len(EDGES)
_LONG_S = 4000
_STRETCH_OF_S = [bisect_right(EDGES, s + 0.5) - 1 for s in range(_LONG_S)]


def stretch_of(age_us: int) -> int:
    """Tell which stretch an age falls in (of its whole seconds; ages below 1 s are the first)."""
    return _STRETCH_OF_S[min(max(age_us, 0) // 1_000_000, _LONG_S - 1)]


class SpanLaw:
    """The law of one kind of span (talks, wrap-ups). Ages and spans are in seconds.

    ``prior_s``, ``prior``: the mean and number of pseudo-spans it begins with; they fade as real
    ones come in. ``memory``: after about so many spans an old one counts for a third.
    """

    __slots__ = ("_cumulated", "_hazard", "_memory", "_prior", "_prior_s", "_rest", "ended", "seen")

    def __init__(self, prior_s: float, prior: float, memory: float = 1500.0) -> None:
        self._prior_s = prior_s
        self._prior = prior
        self._memory = memory
        self.ended = [0.0] * STRETCHES
        self._rest = [0.0] * STRETCHES
        self.seen = 0.0
        """How many spans have ended, faded."""
        self._hazard = [1.0 / prior_s] * STRETCHES
        self._cumulated = [edge / prior_s for edge in EDGES]

    def learn(self, span_us: int) -> None:
        """Note a span that has ended."""
        span = max(span_us, 0) / _S
        at = bisect_right(EDGES, span) - 1
        self.ended[at] += 1.0
        self._rest[at] += span - EDGES[at]
        self.seen += 1.0

    def settle(self, running: Iterable[int]) -> None:
        """Make the hazards anew; `running`: for how long (us) each span that still runs has."""
        count, rest = self.ended[:], self._rest[:]
        for age_us in running:
            age = max(age_us, 0) / _S
            at = bisect_right(EDGES, age) - 1
            count[at] += 1.0
            rest[at] += age - EDGES[at]
        weight = self._prior * math.exp(-self.seen / (3.0 * self._prior))
        longer = 0.0
        pseudo = [weight * math.exp(-edge / self._prior_s) for edge in EDGES]
        for b in range(STRETCHES - 1, -1, -1):
            width = EDGES[b + 1] - EDGES[b] if b + 1 < STRETCHES else EDGES[b]
            exposure = longer * width + rest[b]
            ends = self.ended[b]
            if b + 1 < STRETCHES:
                died = pseudo[b] - pseudo[b + 1]
                ends += died
                exposure += died * self._prior_s
            self._hazard[b] = ends / exposure if exposure > 0 else 0.0
            longer += count[b]
        total = 0.0
        for b in range(STRETCHES):
            self._cumulated[b] = total
            if b + 1 < STRETCHES:
                total += self._hazard[b] * (EDGES[b + 1] - EDGES[b])
        self._forget()

    def _forget(self) -> None:
        if self.seen <= self._memory:
            return
        keep = self._memory / self.seen
        self.ended = [x * keep for x in self.ended]
        self._rest = [x * keep for x in self._rest]
        self.seen = self._memory

    def cumulated(self, age: float) -> float:
        """Give the hazard cumulated up to an age (s)."""
        at = bisect_right(EDGES, age) - 1
        return self._cumulated[at] + self._hazard[at] * (age - EDGES[at])

    def ends_within(self, age: float, ahead: float) -> float:
        """Tell the chance that a span that has run `age` seconds ends within `ahead` more."""
        if ahead <= 0:
            return 0.0
        return 1.0 - math.exp(self.cumulated(age) - self.cumulated(age + ahead))


class FreeUp:
    """Chances, by stretch of age and by lag, that an agent will be free.

    Rows are made when asked for. After `settle`, or `look` at other lags, an old row is good until
    it is made anew, a few (`ROWS`) each time `look` is called, so that no decision pays for all.
    """

    ROWS = 8
    STEPS = 6

    __slots__ = (
        "_after_talk",
        "_ahead",
        "_budget",
        "_talk_rows",
        "_version",
        "_wrap_rows",
        "talks",
        "wraps",
    )

    def __init__(self) -> None:
        self.talks = SpanLaw(prior_s=150.0, prior=30.0)
        self.wraps = SpanLaw(prior_s=15.0, prior=10.0)
        self._ahead: tuple[float, ...] = ()
        self._after_talk: list[list[float]] = []
        self._talk_rows: dict[int, tuple[int, list[float]]] = {}
        self._wrap_rows: dict[int, tuple[int, list[float]]] = {}
        self._version = 0
        self._budget = 0

    def settle_talks(self, talking: Iterable[int]) -> None:
        """Learn from those who still talk (us each)."""
        self.talks.settle(talking)
        self._version += 1

    def settle_wraps(self, wrapping: Iterable[int]) -> None:
        """Learn from those who still wrap up (us each)."""
        self.wraps.settle(wrapping)
        self._fold_wraps()

    def look(self, ahead: tuple[float, ...]) -> None:
        """Set the lags (s) that the rows are for."""
        self._budget = self.ROWS
        if ahead != self._ahead:
            if len(ahead) != len(self._ahead):
                self._talk_rows.clear()
                self._wrap_rows.clear()
            self._ahead = ahead
            self._fold_wraps()

    def _fold_wraps(self) -> None:
        """Tabulate the chance that a wrap-up that begins in a step before a lag is over by it."""
        self._version += 1
        ends = self.wraps.ends_within
        steps = range(1, self.STEPS + 1)
        self._after_talk = [
            [ends(0.0, ahead - (k - 0.5) * ahead / self.STEPS) for k in steps]
            for ahead in self._ahead
        ]

    def of_talk(self, stretch: int) -> list[float]:
        """Give, for each lag, the chance that one who talks has wrapped up by then."""
        return self._row(self._talk_rows, stretch, talk=True)

    def of_wrap_up(self, stretch: int) -> list[float]:
        """Give, for each lag, the chance that one who wraps up is free by then."""
        return self._row(self._wrap_rows, stretch, talk=False)

    def _row(
        self, rows: dict[int, tuple[int, list[float]]], stretch: int, *, talk: bool
    ) -> list[float]:
        known = rows.get(stretch)
        if known is not None:
            version, row = known
            if version == self._version or self._budget <= 0:
                return row
            self._budget -= 1
        age = _middle(stretch)
        if talk:
            row = [self._through(age, k) for k in range(len(self._ahead))]
        else:
            row = [self.wraps.ends_within(age, ahead) for ahead in self._ahead]
        rows[stretch] = (self._version, row)
        return row

    def _through(self, age: float, lag: int) -> float:
        """Talk that has run `age` ends, and the wrap-up after it, within the lag: folded."""
        step = self._ahead[lag] / self.STEPS
        start = self.talks.cumulated(age)
        before, total, at = 1.0, 0.0, age
        for over in self._after_talk[lag]:
            at += step
            alive = math.exp(start - self.talks.cumulated(at))
            total += (before - alive) * over
            before = alive
        return total


def _middle(stretch: int) -> float:
    if stretch + 1 >= STRETCHES:
        return EDGES[stretch] * 1.2
    return (EDGES[stretch] + EDGES[stretch + 1]) / 2
