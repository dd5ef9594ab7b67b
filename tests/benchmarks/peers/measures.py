"""What happened, in numbers: from calls and offers to gaps, waits, orders and idle time.

Everything takes a window `(from, to)` in seconds of the same clock as the stamps.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.benchmarks.peers.people import Call, Offer

Window = tuple[float, float]
NOTICED_S = 0.05
"""Spells of idleness and overtaking shorter than this are counted apart."""


def quantile(values: Sequence[float], share: float) -> float | None:
    """The nearest-rank quantile; None without values."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None


def in_ms(name: str, seconds: Sequence[float]) -> dict[str, object]:
    """p50, p90, p99, the longest, and how many there are."""

    def ms(value: float | None) -> float | None:
        return None if value is None else round(1000 * value, 2)

    return {
        f"{name}p50_ms": ms(quantile(seconds, 0.5)),
        f"{name}p90_ms": ms(quantile(seconds, 0.9)),
        f"{name}p99_ms": ms(quantile(seconds, 0.99)),
        f"{name}max_ms": ms(max(seconds, default=None)),
        f"{name}n": len(seconds),
    }


def free_to_invite(offers: Iterable[Offer], window: Window) -> list[float]:
    """From the moment an agent is free to the next INVITE at them, for a caller who waited then."""
    gaps = []
    free: dict[str, float] = {}
    for offer in sorted(offers, key=lambda each: each.invited_at):
        since = free.pop(offer.agent, None)
        if since is not None and window[0] <= since < window[1]:
            waited = offer.call is not None and offer.call.placed_at <= since
            if waited:
                gaps.append(offer.invited_at - since)
        if offer.free_at:
            free[offer.agent] = offer.free_at
    return gaps


def starved(offers: Iterable[Offer], window: Window) -> int:
    """Agents who became free in the window and were never rung again."""
    last: dict[str, Offer] = {}
    for offer in offers:
        last[offer.agent] = offer
    return sum(1 for o in last.values() if o.free_at and o.free_at < window[1] - 1.0)


def cancel_to_invite(calls: Iterable[Call], window: Window) -> tuple[list[float], float | None]:
    """From a CANCEL at an agent to that caller's next INVITE; the share at the same agent.

    Negative when the next phone rings before the last one stops.
    """
    gaps, same = [], 0
    for call in calls:
        for offer, following in zip(call.offers, call.offers[1:], strict=False):
            if offer.cancelled_at and window[0] <= offer.cancelled_at < window[1]:
                gaps.append(following.invited_at - offer.cancelled_at)
                same += offer.agent == following.agent
    return gaps, round(same / len(gaps), 4) if gaps else None


def placed_to_invite(calls: Iterable[Call], window: Window) -> list[float]:
    """From a caller's INVITE to the first INVITE for them at an agent."""
    return [
        call.offers[0].invited_at - call.placed_at
        for call in calls
        if call.offers and window[0] <= call.placed_at < window[1]
    ]


@dataclass(frozen=True, slots=True)
class Order:
    """How often a later caller of the same entry was offered while an earlier one waited."""

    offers: int
    overtakes: int
    noticed: int
    """Those after which the earlier caller still waited `NOTICED_S` later."""


def order(calls: Sequence[Call], window: Window) -> Order:
    """Judge every first offer of a caller, per kind of call."""
    events: list[tuple[float, int, Call]] = []
    for call in calls:
        events.append((call.placed_at, 0, call))
        if call.offers:
            events.append((call.offers[0].invited_at, 1, call))
        elif call.ended_at:
            events.append((call.ended_at, 2, call))
    waiting: dict[str, dict[int, Call]] = {}
    count = overtakes = noticed = 0
    for at, what, call in sorted(events, key=lambda event: event[:2]):
        line = waiting.setdefault(call.kind, {})
        if what == 0:
            line[call.number] = call
            continue
        if what == 1 and window[0] <= at < window[1]:
            count += 1
            # The line is in the order in which the calls were placed.
            first = next(iter(line.values()), call)
            if first.placed_at < call.placed_at:
                overtakes += 1
                rung = first.offers[0].invited_at if first.offers else math.inf
                noticed += min(rung, first.ended_at or math.inf) > at + NOTICED_S
        line.pop(call.number, None)
    return Order(count, overtakes, noticed)


@dataclass(frozen=True, slots=True)
class Pool:
    """Agents, and the kinds of calls that each of them may have."""

    agents: frozenset[str]
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class Idle:
    """Seconds in which an eligible agent was idle while a caller waited, per hour of a pool."""

    s_per_hour: float
    noticed_s_per_hour: float
    """Only in spells longer than `NOTICED_S`."""
    longest_s: float


def idle_while_waiting(
    pools: Iterable[Pool], calls: Sequence[Call], offers: Sequence[Offer], window: Window
) -> Idle:
    """Add up, over pools, the time in which somebody idle stood beside somebody waiting."""
    spells: list[float] = []
    hours = 0.0
    for pool in pools:
        hours += (window[1] - window[0]) / 3600
        mine = [call for call in calls if call.kind in pool.kinds]
        events = [event for call in mine for event in _wait_of(call)]
        for offer in offers:
            if offer.agent in pool.agents:
                events.append((offer.invited_at, -1, 0))
                if offer.free_at:
                    events.append((offer.free_at, 1, 0))
        spells += _spells(sorted(events), len(pool.agents), window)
    total = sum(spells)
    noticed = sum(spell for spell in spells if spell > NOTICED_S)
    return Idle(
        round(total / hours, 2) if hours else 0.0,
        round(noticed / hours, 2) if hours else 0.0,
        round(max(spells, default=0.0), 3),
    )


def _wait_of(call: Call) -> list[tuple[float, int, int]]:
    """When this caller begins and ceases to wait for somebody."""
    events = [(call.placed_at, 0, 1)]
    end = call.ended_at or math.inf
    rung = 0
    # As many phones may ring for a caller at once: they wait when none does.
    moves = sorted(
        [(offer.invited_at, 1) for offer in call.offers]
        + [(o.free_at, -1) for o in call.offers if o.free_at and not o.answered_at]
    )
    for at, more in moves:
        before, rung = rung, rung + more
        if at < end and (before == 0) != (rung == 0):
            events.append((at, 0, 1 if rung == 0 else -1))
    if end < math.inf and rung == 0:
        events.append((end, 0, -1))
    return events


def _spells(events: list[tuple[float, int, int]], idle: int, window: Window) -> list[float]:
    waiting = 0
    spells: list[float] = []
    since: float | None = None
    for at, more_idle, more_waiting in [*events, (math.inf, 0, 0)]:
        idle += more_idle
        waiting += more_waiting
        both = idle > 0 and waiting > 0 and at < math.inf
        if since is None and both:
            since = at
        elif since is not None and not both:
            length = min(at, window[1]) - max(since, window[0])
            if length > 0:
                spells.append(length)
            since = None
    return spells


def waits(calls: Iterable[Call], kind: str, window: Window) -> list[float]:
    """How long each caller whose kind begins so waited; those unserved up to the end."""
    return [
        (call.offers[-1].invited_at if call.talked else (call.ended_at or window[1]))
        - call.placed_at
        for call in calls
        if call.kind.startswith(kind) and window[0] <= call.placed_at < window[1]
    ]


def served(calls: Iterable[Call], window: Window) -> list[Call]:
    """The calls that ended within the window after an agent had talked with the caller.

    A call is counted once, however often it was offered: a talk that an agent ended before it had
    begun for the caller is followed by another offer, or by nothing.
    """
    return [
        call
        for call in calls
        if window[0] <= call.ended_at < window[1] and call.offers and call.offers[-1].hung_up_at
    ]


def share_of_possible(calls: Iterable[Call], agents: int, window: Window) -> float | None:
    """Calls served, as a share of those that fit when every agent is rung at once when free."""
    done = [call.offers[-1] for call in served(calls, window)]
    if not done:
        return None
    mean = sum(offer.hung_up_at - offer.invited_at for offer in done) / len(done)
    return round(len(done) * mean / (agents * (window[1] - window[0])), 4)


def offered_again(calls: Iterable[Call], window: Window) -> int:
    """Offers within the window that an agent answered, and that came to nothing all the same."""
    return sum(
        1
        for call in calls
        for offer in call.offers[:-1]
        if offer.answered_at and window[0] <= offer.invited_at < window[1]
    )
