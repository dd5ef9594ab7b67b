"""How long phones ring, learned from calls that have ended and from those that still ring.

Two things can end a ringing: a person answers, or anything else happens (busy, a machine, nobody).
Both are competing risks in bins of half a second of ring age: a call is at risk in each bin that it
lived to see, whether or not its end is known yet. What is learned from ended calls alone is biased
to short rings exactly when it matters, after a start or a sudden change.
"""

from bisect import bisect_left
from collections.abc import Mapping
from operator import add

BIN_US = 500_000
BINS = 120
"""A minute of ring ages; what rings longer is counted in the last bin."""

_PSEUDO_CALLS = 40.0
_PSEUDO_ANSWERS = ((6, 1.0), (10, 2.0), (15, 3.0), (20, 3.0), (25, 2.0), (32, 1.0))
_PSEUDO_OTHERS = ((4, 5.0), (35, 8.0), (40, 7.0), (52, 8.0))
"""(bin, calls) of the law before anything was seen: answers at about ten seconds, others later."""


def bin_of(age_us: int) -> int:
    """Tell which bin an age of ringing falls in."""
    return min(max(age_us, 0) // BIN_US, BINS - 1)


class RingLaw:
    """Cumulative laws of ringing, of one route. `learn` is O(1); `settle` makes the tables anew.

    ``memory``: after about so many calls an old one counts for a third.
    """

    __slots__ = ("_answers", "_ended", "_others", "_withdrawn", "answered_by", "memory", "other_by")

    def __init__(self, memory: float = 4000.0) -> None:
        self.memory = memory
        self._answers = [0.0] * BINS
        self._others = [0.0] * BINS
        self._withdrawn = [0.0] * BINS
        self._ended = 0.0
        scale = _PSEUDO_CALLS / sum(w for _, w in _PSEUDO_ANSWERS + _PSEUDO_OTHERS)
        for at, weight in _PSEUDO_ANSWERS:
            self._answers[at] += weight * scale
        for at, weight in _PSEUDO_OTHERS:
            self._others[at] += weight * scale
        self.answered_by: list[float] = []
        """``answered_by[b]``: of calls that a person will answer, the share answered by age b bins
        (``BINS + 1`` numbers, from 0 to 1)."""
        self.other_by: list[float] = []
        """The same of calls that end otherwise; its last number is below 1 if some never end."""
        self.settle({})

    def learn(self, age_us: int, *, answered: bool) -> None:
        """Note that a call rang so long before a person answered or it ended otherwise."""
        (self._answers if answered else self._others)[bin_of(age_us)] += 1.0
        self._ended += 1.0

    def withdraw(self, age_us: int) -> None:
        """Note that a call was taken back at this age: how it would have ended is not known."""
        self._withdrawn[bin_of(age_us)] += 1.0

    def settle(self, ringing: Mapping[int, float]) -> None:
        """Make the tables anew; `ringing`: calls that still ring, by their bin of age."""
        there = self._withdrawn[:]
        for b, calls in ringing.items():
            there[b] += calls
        ended = list(map(add, self._answers, self._others))
        upto = BINS
        while upto and not ended[upto - 1] and not there[upto - 1]:
            upto -= 1
        del ended[upto:], there[upto:]
        self._tabulate(_at_risk(ended, there))
        self._forget()

    def _tabulate(self, at_risk: list[float]) -> None:
        """Set the tables; by bin: how many calls could end in it. Nothing ends after these bins."""
        answered, other, alive = 0.0, 0.0, 1.0
        answered_by, other_by = [0.0], [0.0]
        for by_person, otherwise, risked in zip(self._answers, self._others, at_risk, strict=False):
            if risked > 0.0:
                answers = alive * by_person / risked
                others = alive * otherwise / risked
                answered += answers
                other += others
                alive = alive - answers - others
                if alive < 0.0:
                    alive = 0.0
            answered_by.append(answered)
            other_by.append(other)
        total = max(answered, 1e-9)
        rest = max(other + alive, 1e-9)
        after = BINS - len(at_risk)
        self.answered_by = [x / total for x in answered_by] + [answered / total] * after
        self.other_by = [x / rest for x in other_by] + [other / rest] * after

    def _forget(self) -> None:
        if self._ended <= self.memory:
            return
        keep = self.memory / self._ended
        self._answers = [calls * keep for calls in self._answers]
        self._others = [calls * keep for calls in self._others]
        self._withdrawn = [calls * keep for calls in self._withdrawn]
        self._ended = self.memory

    def share_answered(self, age_us: float) -> float:
        """Tell which share of those a person will answer is answered by this age."""
        if age_us <= 0:
            return 0.0
        whole, part = divmod(age_us / BIN_US, 1.0)
        if whole >= BINS:
            return 1.0
        table = self.answered_by
        low = table[int(whole)]
        return low + (table[int(whole) + 1] - low) * part

    def lag_of(self, share: float) -> int:
        """Give the age (bins, at least 1) by which this share of the answers has come."""
        return max(bisect_left(self.answered_by, share, 0, BINS), 1)

    def lags(self, count: int) -> list[int]:
        """Give the ages at the middles of `count` equal shares of answers."""
        return [self.lag_of((k + 0.5) / count) for k in range(count)]


def _at_risk(ended: list[float], there: list[float]) -> list[float]:
    """Count the calls that could end in each bin: of those that are still there, half in theirs."""
    longer = 0.0
    found: list[float] = []
    for gone, here in zip(reversed(ended), reversed(there), strict=True):
        found.append(longer + gone + here / 2)
        longer += gone + here
    found.reverse()
    return found
