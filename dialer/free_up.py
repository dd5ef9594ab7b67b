"""When agents who talk or wrap up will be free, learned from talks that still run too.

Kaplan and Meier's way: a talk that still runs is at risk in every stretch of time that it lived
through and has ended in none. The hazard is taken as even within each stretch. A mass that never
ended frees nobody.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence

_S = 1_000_000.0
EDGES: tuple[float, ...] = (
    *(0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 15.0, 18.0, 22.0, 26.0, 32.0, 38.0),
    *(46.0, 55.0, 66.0, 80.0, 96.0, 115.0, 138.0, 166.0, 200.0, 240.0, 290.0, 350.0, 420.0),
    *(500.0, 600.0, 720.0, 860.0, 1040.0, 1250.0, 1500.0, 1800.0, 2400.0, 3600.0, 7200.0),
)
"""Seconds at which the stretches begin; the last one has no end."""
STRETCHES = len(EDGES)
_EDGES_ON = (*EDGES, math.inf)
_EDGES_US = [int(edge * _S) for edge in EDGES]
_ENDS_US = [*_EDGES_US[1:], math.inf]
_LONG_S = 4000
STRETCH_OF_S = [bisect_right(EDGES, s + 0.5) - 1 for s in range(_LONG_S)]
"""The stretch by whole seconds of age; what is older is in the last one here."""


def stretch_of(age_us: int) -> int:
    """Tell which stretch an age falls in (of its whole seconds; ages below 1 s are the first)."""
    return STRETCH_OF_S[min(max(age_us, 0) // 1_000_000, _LONG_S - 1)]


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
        ages = sorted(running)
        before = bisect_left(ages, 0)
        count[0] += before
        for b, edge in enumerate(_EDGES_US):
            upto = bisect_left(ages, _ENDS_US[b], before)
            if upto > before:
                count[b] += upto - before
                rest[b] += (sum(ages[before:upto]) - (upto - before) * edge) / _S
                before = upto
        self._tabulate(count, rest)
        self._forget()

    def _tabulate(self, count: list[float], rest: list[float]) -> None:
        """Set hazards; by stretch: spans that came so far, seconds that they spent in it."""
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

    def ends_by(self, ages: Iterable[float]) -> list[float]:
        """Tell the chances that a span is over by these ages, all above 0."""
        cumulated, hazard, edges, exp = self._cumulated, self._hazard, EDGES, math.exp
        found: list[float] = []
        for age in ages:
            b = bisect_right(edges, age) - 1
            found.append(1.0 - exp(-(cumulated[b] + hazard[b] * (age - edges[b]))))
        return found

    def ends_with(
        self, age: float, ahead: Sequence[float], after: Sequence[Sequence[float]]
    ) -> list[float]:
        """Tell the chances that a span, and another thing after it, end within each lag.

        Each lag (s) is gone through in even steps; of those of `after`: the chance that the other
        thing is over by the lag if the span ends in that step.
        """
        cumulated, hazard, edges, exp = self._cumulated, self._hazard, _EDGES_ON, math.exp
        first = bisect_right(EDGES, age) - 1
        start = cumulated[first] + hazard[first] * (age - edges[first])
        found: list[float] = []
        for lag, over_by_step in zip(ahead, after, strict=True):
            b, at, step = first, age, lag / len(over_by_step)
            before, total = 1.0, 0.0
            for over in over_by_step:
                at += step
                while edges[b + 1] <= at:
                    b += 1
                alive = exp(start - (cumulated[b] + hazard[b] * (at - edges[b])))
                total += (before - alive) * over
                before = alive
            found.append(total)
        return found


class FreeUp:
    """Chances, by stretch of age and by lag, that an agent will be free.

    Rows are made when asked for. After `settle`, or `look` at other lags, an old row is good until
    it is made anew, a few (`ROWS`) each time `look` is called, so that no decision pays for all;
    none by the decision that has learned from `MANY` agents or more, which is dear enough.
    """

    ROWS = 8
    STEPS = 6
    MANY = 32

    __slots__ = (
        "_after_talk",
        "_ahead",
        "_budget",
        "_dear",
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
        self._dear = False

    def settle_talks(self, talking: Collection[int]) -> None:
        """Learn from those who still talk (us each)."""
        self.talks.settle(talking)
        self._version += 1
        self._dear = len(talking) >= self.MANY

    def settle_wraps(self, wrapping: Collection[int]) -> None:
        """Learn from those who still wrap up (us each)."""
        self.wraps.settle(wrapping)
        self._fold_wraps()
        self._dear = len(wrapping) >= self.MANY

    def look(self, ahead: tuple[float, ...]) -> None:
        """Set the lags (s) that the rows are for."""
        self._budget = 0 if self._dear else self.ROWS
        self._dear = False
        if ahead != self._ahead:
            if len(ahead) != len(self._ahead):
                self._talk_rows.clear()
                self._wrap_rows.clear()
            self._ahead = ahead
            self._fold_wraps()

    def _fold_wraps(self) -> None:
        """Tabulate the chance that a wrap-up that begins in a step before a lag is over by it."""
        self._version += 1
        steps = range(1, self.STEPS + 1)
        self._after_talk = [
            self.wraps.ends_by(ahead - (k - 0.5) * ahead / self.STEPS for k in steps)
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
        row = self._through(_middle(stretch)) if talk else self._over(_middle(stretch))
        rows[stretch] = (self._version, row)
        return row

    def _over(self, age: float) -> list[float]:
        """Tell the chances that a wrap-up that has run `age` ends within each lag."""
        return [self.wraps.ends_within(age, ahead) for ahead in self._ahead]

    def _through(self, age: float) -> list[float]:
        """Tell the chances that talk that has run `age`, and the wrap-up, end within each lag."""
        return self.talks.ends_with(age, self._ahead, self._after_talk)


def _middle(stretch: int) -> float:
    if stretch + 1 >= STRETCHES:
        return EDGES[stretch] * 1.2
    return (EDGES[stretch] + EDGES[stretch + 1]) / 2
