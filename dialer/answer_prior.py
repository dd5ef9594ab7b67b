"""What is expected of a list before it is called now: the share of calls that a person answers.

Learned from attempts of days before, by a hierarchy: everybody, the list, the part of the day, the
hour of the week. Each level is drawn to the one above it, the more so the fewer calls it has and
the less its siblings differ (empirical Bayes): how much they differ is estimated, not assumed. The
spread says how far what comes may be from what is expected, days that differ for no reason known
included; so a list that swings from day to day is expected of with little weight.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from dialer.calling_window import local_time
from dialer.ids import ListId

HOUR_US = 3_600_000_000
KEPT_HOURS = 28 * 24
"""Calls are remembered for so long."""
_HALF_LIFE_HOURS = 14 * 24
"""What was seen so long ago counts half: lists wear out, habits change."""
_FEW_SIBLINGS = 3
_STRENGTH, _LEAST_STRENGTH, _MOST_STRENGTH = 60.0, 12.0, 400.0
"""Calls that the level above counts for: where siblings are too few to tell, and the bounds."""
COLD_RATE = 0.3
"""What is expected where nothing is known."""
_COLD_CALLS = 20.0
_DRIFT = 0.1
"""The least that days are taken to differ by, as a share of the rate."""
_PART_HOURS = 2
_WEIGHTS = [0.5 ** (ago / _HALF_LIFE_HOURS) for ago in range(KEPT_HOURS + 1)]


@dataclass(slots=True)
class Tally:
    """Answers of calls, each weighed by the odds that its lead had; old ones count less."""

    calls: float = 0.0
    answers: float = 0.0

    def add(self, calls: float, answers: float) -> None:
        """Count more of them."""
        self.calls += calls
        self.answers += answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What is expected now. ``rate``: share of calls answered in person, for odds of 1.

    ``spread``: standard deviation, as a share of the rate. ``calls``: so many calls would tell as
    much. ``instead_of``: what would be expected, by the same knowledge, had nothing changed since
    it was asked last; None for the first time.
    """

    rate: float
    spread: float
    calls: float
    instead_of: float | None = None


@dataclass(slots=True)
class _Level:
    """A rate, and how sure it is."""

    rate: float
    variance: float


@dataclass(slots=True)
class _Folded:
    """A list's hours, as they matter now."""

    whole: Tally = field(default_factory=Tally)
    parts: dict[int, Tally] = field(default_factory=dict)
    slots: dict[tuple[int, int], Tally] = field(default_factory=dict)
    days: dict[int, Tally] = field(default_factory=dict)


class AnswerHistory:
    """Calls and answers of each list by the hour. Memory: two numbers a list and hour."""

    def __init__(self) -> None:
        self._hours: dict[ListId, dict[int, Tally]] = {}
        self._summed: dict[ListId, Tally] = {}
        self._summed_at: int | None = None

    def note(self, list_id: ListId, hour: int, calls: float, answers: float) -> None:
        """Add calls of an hour (whole hours since 1970 UTC), and how many a person answered."""
        self._summed_at = None
        self._hours.setdefault(list_id, {}).setdefault(hour, Tally()).add(calls, answers)

    def forget(self, hour: int) -> None:
        """Let go of what was before an hour."""
        self._summed_at = None
        for name, hours in list(self._hours.items()):
            kept = {each: tally for each, tally in hours.items() if each >= hour}
            if kept:
                self._hours[name] = kept
            else:
                del self._hours[name]

    def expected(self, shares: Mapping[ListId, float], at: int, zone: str) -> Expected | None:
        """Say what to expect at an instant of calls drawn from lists by their shares.

        Hours and weekdays are those of `zone`. None while nothing is known of anybody.
        """
        total = sum(shares.values())
        lists = self._lists(at // HOUR_US)
        everybody = Tally()
        for tally in lists.values():
            everybody.add(tally.calls, tally.answers)
        if everybody.calls < 1.0 or total <= 0:
            return None
        top = _drawn(everybody, _Level(COLD_RATE, 0.0), _COLD_CALLS)
        strength = strength_of(lists.values())
        rate = variance = 0.0
        for name, weight in shares.items():
            level = _down(self._folded(name, at, zone), top, strength, at, zone)
            rate += level.rate * weight / total
            variance += level.variance * weight / total  # as if they erred together
        rate = min(max(rate, 0.002), 0.98)
        return Expected(
            rate=rate,
            spread=math.sqrt(variance) / rate,
            calls=rate * (1.0 - rate) / max(variance, 1e-9),
        )

    def _lists(self, now: int) -> dict[ListId, Tally]:
        """Sum each list up as it matters in an hour; made anew when anything is."""
        if self._summed_at != now:
            self._summed_at = now
            self._summed = {}
            for name, hours in self._hours.items():
                whole = self._summed[name] = Tally()
                for hour, tally in hours.items():
                    weight = _weight(now - hour)
                    whole.add(tally.calls * weight, tally.answers * weight)
        return self._summed

    def _folded(self, name: ListId, at: int, zone: str) -> _Folded:
        found, now = _Folded(), at // HOUR_US
        for hour, tally in self._hours.get(name, {}).items():
            weight = _weight(now - hour)
            if not weight:
                continue
            weekday, part, day = _on_the_clock(hour, zone)
            for each in (
                found.whole,
                found.parts.setdefault(part, Tally()),
                found.slots.setdefault((weekday, part), Tally()),
                found.days.setdefault(day, Tally()),
            ):
                each.add(tally.calls * weight, tally.answers * weight)
        return found


def _weight(ago: int) -> float:
    return _WEIGHTS[ago] if 0 <= ago <= KEPT_HOURS else 0.0


@lru_cache(maxsize=16_384)
def _on_the_clock(hour: int, zone: str) -> tuple[int, int, int]:
    """Give weekday, part of the day, and the day an hour lies in."""
    local = local_time(hour * HOUR_US, zone)
    return local.weekday(), local.hour // _PART_HOURS, local.toordinal()


def slot_of(at: int, zone: str) -> tuple[int, int]:
    """Give the weekday and the part of the day of an instant: with these, what is expected changes.

    Raises ValueError for a zone that does not exist.
    """
    local = local_time(at, zone)
    return local.weekday(), local.hour // _PART_HOURS


def strength_of(siblings: Collection[Tally]) -> float:
    """Say for how many calls the rate of all siblings counts in each: many where they are alike.

    By moments: what they differ by beyond chance.
    """
    tried = [each for each in siblings if each.calls >= 1.0]
    calls = sum(each.calls for each in tried)
    if len(tried) < _FEW_SIBLINGS or calls <= 0:
        return _STRENGTH
    rate, between = _between(tried, calls)
    if between <= 0.0:
        return _MOST_STRENGTH
    strength = rate * (1.0 - rate) / between - 1.0
    return min(max(strength, _LEAST_STRENGTH), _MOST_STRENGTH)


def _between(tried: Collection[Tally], calls: float) -> tuple[float, float]:
    """Give the rate of all, and the variance between them that chance does not explain."""
    rate = min(max(sum(each.answers for each in tried) / calls, 1e-6), 1.0 - 1e-6)
    squares = sum(each.calls * (each.answers / each.calls - rate) ** 2 for each in tried)
    by_chance = (len(tried) - 1) * rate * (1.0 - rate)
    weight = calls - sum(each.calls**2 for each in tried) / calls
    return rate, (squares - by_chance) / weight if weight > 0 else 0.0


def _down(folded: _Folded, top: _Level, of_lists: float, at: int, zone: str) -> _Level:
    """Go down from everybody to a list's hour of the week."""
    weekday, part = slot_of(at, zone)
    whole = _drawn(folded.whole, top, of_lists)
    of_parts = strength_of(folded.parts.values())
    in_part = _drawn(folded.parts.get(part, Tally()), whole, of_parts)
    same = [tally for (_, each), tally in folded.slots.items() if each == part]
    slot = _drawn(folded.slots.get((weekday, part), Tally()), in_part, strength_of(same))
    calls = folded.whole.calls
    days = [each for each in folded.days.values() if each.calls >= 1.0]
    drift = _between(days, calls)[1] if len(days) >= _FEW_SIBLINGS else 0.0
    slot.variance += max(drift, (_DRIFT * slot.rate) ** 2)
    return slot


def _drawn(tally: Tally, above: _Level, strength: float) -> _Level:
    """Draw what was seen to the level above, which counts for `strength` calls."""
    whole = tally.calls + strength
    rate = (tally.answers + above.rate * strength) / whole
    rate = min(max(rate, 1e-6), 1.0 - 1e-6)
    left = strength / whole
    return _Level(rate, rate * (1.0 - rate) / (whole + 1.0) + left * left * above.variance)
