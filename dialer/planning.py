"""Plans of a campaign: how long it takes, how many agents, what to expect hour by hour.

From a penetration curve: of leads tried for the k-th time, which share is reached. Everything is an
expectation; the spread of a plan is what a rehearsal of it shows.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dialer.analysis import Analysis
from dialer.campaign import Schedule
from dialer.scheduling import is_open, next_change

HOUR_US = 3_600_000_000
_MOST_STEPS = 24 * 366


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """Leads tried for the `number`-th time: how many, and how many of them are reached."""

    number: int
    leads: float
    reached: float

    @property
    def rate(self) -> float:
        """Give the share that is reached."""
        return self.reached / self.leads if self.leads else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """What a campaign comes to. ``left``: leads not reached when attempts are used up."""

    passes: tuple[Pass, ...]
    dials: float
    talks: float
    left: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """What is expected from `at` on, within the hour (or the part of it that is open)."""

    at: int
    open_us: int
    agents: float
    dials: float
    talks: float
    dials_left: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Hour by hour until the end. ``done_at``: None when it does not end within the horizon."""

    hours: tuple[Hour, ...]
    done_at: int | None
    staffed_us: float
    cost: float


def volume(leads: int, rates: Sequence[float], attempts: int) -> Volume:
    """Add passes up. ``rates``: reached of the k-th attempt; the last one holds for later ones."""
    if attempts > 0 and not rates:
        raise ValueError("a plan needs the share that is reached of the first attempt")
    left, passes = float(leads), []
    for number in range(1, attempts + 1):
        rate = min(max(rates[min(number, len(rates)) - 1], 0.0), 1.0)
        passes.append(Pass(number=number, leads=left, reached=left * rate))
        left -= left * rate
    return Volume(
        passes=tuple(passes),
        dials=sum(each.leads for each in passes),
        talks=sum(each.reached for each in passes),
        left=left,
    )


def curve(analysis: Analysis, prior: float = 0.25, weight: float = 20.0) -> tuple[float, ...]:
    """Learn the rates of the k-th attempt from what was dialled, smoothed towards the one before.

    ``prior``: the first one's, worth `weight` attempts.
    """
    found: list[float] = []
    before = prior
    for number in range(1, 1 + max((int(key) for key in analysis.by["attempt"]), default=0)):
        counts = analysis.by["attempt"].get(str(number))
        tried, reached = (counts.attempts, counts.connected) if counts else (0, 0)
        before = (reached + before * weight) / (tried + weight)
        found.append(before)
    return tuple(found) or (prior,)


def agents_needed(whole: Volume, handle_us: int, utilisation: float, within_us: int) -> int:
    """Tell how many agents do it within so much open time. ``handle_us``: talk and wrap-up."""
    if within_us <= 0 or utilisation <= 0:
        raise ValueError("a plan needs time, and agents who are of some use")
    return math.ceil(whole.talks * handle_us / (utilisation * within_us) - 1e-9)


def plan(
    whole: Volume,
    schedule: Schedule,
    now: int,
    *,
    agents: Callable[[int], float],
    handle_us: int,
    utilisation: float,
    dials_per_s: float = 0.0,
    cost_per_hour: float = 0.0,
    horizon_us: int = 60 * 24 * HOUR_US,
) -> Plan:
    """Go through the open hours until everything is dialled.

    ``agents``: how many there are from an instant on, for an hour. ``utilisation``: the share of
    their time that pacing fills with talk and wrap-up. ``dials_per_s``: limit of trunks, 0 for
    none. The rate of reaching people falls from pass to pass as in `whole`.
    """
    hours: list[Hour] = []
    passes = list(whole.passes)
    todo = [each.leads for each in passes]
    staffed, at = 0.0, now
    while sum(todo) > 1e-6 and at < now + horizon_us and len(hours) < _MOST_STEPS:
        at, ends = _open_hour(schedule, at, now + horizon_us)
        if at >= ends:
            break
        there = max(0.0, agents(at))
        talks = there * utilisation * (ends - at) / handle_us
        most = dials_per_s * (ends - at) / 1e6 if dials_per_s else math.inf
        dialled, talked, used = _work(passes, todo, talks, most)
        part = used if sum(todo) <= 1e-6 else 1.0
        open_us = int((ends - at) * part)
        staffed += there * open_us
        hours.append(
            Hour(
                at=at,
                open_us=open_us,
                agents=there,
                dials=dialled,
                talks=talked,
                dials_left=sum(todo),
            )
        )
        at = at + open_us if part < 1.0 else ends
    done = sum(todo) <= 1e-6
    return Plan(
        hours=tuple(hours),
        done_at=at if done else None,
        staffed_us=staffed,
        cost=staffed / HOUR_US * cost_per_hour,
    )


def _work(
    passes: Sequence[Pass], todo: list[float], talks: float, most: float
) -> tuple[float, float, float]:
    """Dial passes in their order, as far as talks and dials go; and which part of them was used."""
    dialled = talked = 0.0
    for place, each in enumerate(passes):
        by_talks = math.inf if each.rate <= 0 else (talks - talked) / each.rate
        count = max(0.0, min(todo[place], by_talks, most - dialled))
        todo[place] -= count
        if todo[place] < 1e-9:
            todo[place] = 0.0
        dialled += count
        talked += count * each.rate
        if todo[place]:
            break
    parts = [talked / talks if talks > 0 else 0.0, dialled / most if most < math.inf else 0.0]
    return dialled, talked, min(1.0, max(parts))


def _open_hour(schedule: Schedule, at: int, horizon: int) -> tuple[int, int]:
    """Give the next stretch that is open, of an hour at most; an empty one when there is none."""
    while not is_open(schedule, at):
        opens = next_change(schedule, at)
        if opens is None or opens >= horizon:
            return horizon, horizon
        at = opens
    closes = next_change(schedule, at)
    ends = min(at + HOUR_US, horizon)
    return at, ends if closes is None else min(ends, closes)
