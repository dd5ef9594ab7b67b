"""When people are best called: answer rates by the hour on their own clock, learned and explored.

A week has `SLOTS` of two hours, in the called party's time; people are told apart by a group (kind
of line, place, or whatever the caller of this module takes). Each slot of each group has answers
and tries, beside a prior worth a few tries at the group's own rate. Orders and odds are drawn from
what may be true (Thompson's way): slots that are little known are tried now and then, and those
that are known to be bad are left alone.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from dialer.chance import Chance

SLOT_HOURS = 2
SLOTS = 7 * 24 // SLOT_HOURS
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WORTH = 12.0
"""Tries that a group's rate over all slots counts for in each slot."""
_GROUP_WORTH = 30.0
"""Tries that the rate of everybody counts for in each group."""
_PRIOR = 0.25
_PRIOR_TRIES = 20.0
_KEEP = 0.999
"""With every try of a slot, what was known of it counts so much less: habits change."""


def slot_of(at: int, zone: str) -> int:
    """Tell the slot of the week of an instant (microseconds UTC) in a zone; Monday 0:00 is 0."""
    local = datetime.fromtimestamp(at / 1_000_000, ZoneInfo(zone))
    return local.weekday() * (24 // SLOT_HOURS) + local.hour // SLOT_HOURS


def slot_name(slot: int) -> str:
    """Write a slot for people: ``mon 18-20``."""
    day, part = divmod(_checked(slot), 24 // SLOT_HOURS)
    first = part * SLOT_HOURS
    return f"{_DAYS[day]} {first:02}-{first + SLOT_HOURS:02}"


@dataclass(slots=True)
class Tally:
    """Answers of so many tries. Old ones fade, so these are no whole numbers."""

    answers: float = 0.0
    tries: float = 0.0

    def note(self, *, answered: bool) -> None:
        """Count one try."""
        self.answers = self.answers * _KEEP + answered
        self.tries = self.tries * _KEEP + 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotScore:
    """A slot for a group now. ``rate``: expected; ``drawn``: one that may be true; ``odds``: the
    expected rate as a multiple of everybody's."""

    slot: int
    rate: float
    drawn: float
    odds: float


class BestTime:
    """What is known. Memory: two numbers for each group and slot that was ever tried."""

    def __init__(self, seed: int = 1) -> None:
        self._chance = Chance(seed)
        self._all = Tally()
        self._groups: dict[str, Tally] = {}
        self._slots: dict[tuple[str, int], Tally] = {}

    def note(self, group: str, slot: int, *, answered: bool) -> None:
        """Learn from an attempt that rang: whether a person answered. Raises ValueError."""
        _checked(slot)
        for tally in (
            self._all,
            self._groups.setdefault(group, Tally()),
            self._slots.setdefault((group, slot), Tally()),
        ):
            tally.note(answered=answered)

    @property
    def groups(self) -> list[str]:
        """Every group that anything is known of, by name."""
        return sorted(self._groups)

    def rate(self, group: str, slot: int | None = None) -> float:
        """Give the expected share of answers of a group, in a slot or over all of them."""
        everybody = _mixed(self._all, _PRIOR, _PRIOR_TRIES)
        of_group = _mixed(self._groups.get(group, Tally()), everybody, _GROUP_WORTH)
        if slot is None:
            return of_group
        return _mixed(self._slots.get((group, _checked(slot)), Tally()), of_group, _WORTH)

    def odds(self, group: str, slot: int) -> float:
        """Give how much likelier than anybody at any time somebody of the group answers then."""
        return self.rate(group, slot) / _mixed(self._all, _PRIOR, _PRIOR_TRIES)

    def score(self, group: str, slot: int) -> SlotScore:
        """Judge a slot, and draw a rate that may be true. Every call draws anew."""
        known = self._slots.get((group, _checked(slot)), Tally())
        prior = self.rate(group) * _WORTH
        drawn = beta(
            self._chance,
            known.answers + prior,
            max(known.tries - known.answers, 0.0) + _WORTH - prior,
        )
        return SlotScore(
            slot=slot,
            rate=self.rate(group, slot),
            drawn=drawn,
            odds=self.odds(group, slot),
        )

    def best(self, group: str, slots: Iterable[int]) -> SlotScore | None:
        """Choose among slots by what is drawn for each; None when there is none to choose from."""
        scores = [self.score(group, slot) for slot in slots]
        return max(scores, key=lambda each: each.drawn, default=None)

    def order(self, at: int, groups: Mapping[str, str]) -> list[str]:
        """Put groups in order of who is best called now. ``groups``: the zone of each."""
        drawn = {
            group: self.score(group, slot_of(at, zone)).drawn for group, zone in groups.items()
        }
        return sorted(groups, key=lambda group: (-drawn[group], group))


def beta(chance: Chance, a: float, b: float) -> float:
    """Draw from the beta law. ``a``, ``b`` above 0."""
    one, other = _gamma(chance, a), _gamma(chance, b)
    return one / (one + other) if one + other > 0 else a / (a + b)


def _gamma(chance: Chance, shape: float) -> float:
    """Draw from the gamma law of scale 1 (Marsaglia and Tsang's way)."""
    if shape < 1.0:
        return _gamma(chance, shape + 1.0) * math.pow(1.0 - chance.share(), 1.0 / shape)
    d = shape - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    while True:
        x = chance.normal()
        v = (1.0 + c * x) ** 3
        if v > 0 and math.log(1.0 - chance.share()) < 0.5 * x * x + d - d * v + d * math.log(v):
            return d * v


def _mixed(tally: Tally, prior: float, worth: float) -> float:
    return (tally.answers + prior * worth) / (tally.tries + worth)


def _checked(slot: int) -> int:
    if not 0 <= slot < SLOTS:
        raise ValueError(f"a week has {SLOTS} slots, and {slot} is none")
    return slot
