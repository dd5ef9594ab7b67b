"""What is expected of supply and demand at the lags of a call dialled now, from laws and ages."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import repeat
from operator import mul, sub

from dialer.free_up import FreeUp
from dialer.in_flight import InFlight
from dialer.ring_law import BIN_US, BINS, RingLaw
from dialer.risk import ExactLag, Moments, Outlook, SupplyLaw, usual_slack
from dialer.staffing import Team

_S = 1_000_000.0
_ONES = repeat(1.0)


Row = tuple[float, float, list[float]]
"""Shares of answers and of other ends still to come; of answers, by each lag."""


class Ahead:
    """The ring laws seen at the lags: for each bin of age, what is still to come by each lag.

    A bin's row is made when it is asked for, as the law was when this was made.
    """

    __slots__ = ("_answered", "_other", "_rows", "lags", "shares")

    def __init__(self, law: RingLaw, lags: list[int]) -> None:
        self.lags = lags
        self.shares = [law.answered_by[lag] for lag in lags]
        self._answered = law.answered_by + law.answered_by[-1:] * BINS
        self._other = law.other_by
        self._rows: dict[int, Row] = {}

    def row(self, b: int) -> Row:
        """Give what is still to come of calls of this bin of age."""
        row = self._rows.get(b)
        if row is None:
            answered = self._answered
            gone = answered[b]
            by_lag = [answered[b + lag] - gone for lag in self.lags]
            row = self._rows[b] = (1.0 - gone, 1.0 - self._other[b], by_lag)
        return row


Answers = list[tuple[float, int, list[float]]]
"""By slot: how likelier one call is to be answered for each share to come, calls, shares by lag."""


def answers_to_come(flight: InFlight, aheads: dict[str, Ahead], now: int, rate: float) -> Answers:
    """Find what may come of each slot of ringing calls. Its chance at a lag: factor x share."""
    now_slot = now // BIN_US
    found: Answers = []
    for name, route in flight.routes.items():
        ahead = aheads[name]
        for number, slot in route.slots.items():
            count = slot.ringing
            if count <= 0:
                continue
            here = min(rate * slot.odds / count, 0.95)
            answer, other, by_lag = ahead.row(min(max(now_slot - number, 0), BINS - 1))
            alive = here * answer + (1.0 - here) * other
            if alive > 1e-9:
                found.append((here / alive, count, by_lag))
    return found


@dataclass(slots=True)
class Scene:
    """All that an outlook is made of, at one moment."""

    team: Team
    flight: InFlight
    aheads: dict[str, Ahead]
    main: Ahead
    free_up: FreeUp
    now: int
    rate: float
    spread: float
    inbound_per_s: float
    hold_s: float

    def outlook(self) -> Outlook:
        """Give means and variances at each lag."""
        main = self.main
        count = len(main.lags)
        supply, supply_var = self._supply(count)
        demand = [0.0] * count
        demand_var = [0.0] * count
        for factor, calls, by_lag in answers_to_come(self.flight, self.aheads, self.now, self.rate):
            for k in range(count):
                chance = factor * by_lag[k]
                mean = calls * chance
                demand[k] += mean
                demand_var[k] += mean * (1.0 - chance)
        lags: list[Moments] = []
        queued = self.flight.queued_odds * self.rate
        for k in range(count):
            new = queued * main.shares[k]
            mean = demand[k] + new
            inbound = self.inbound_per_s * (main.lags[k] * BIN_US / _S + self.hold_s)
            lags.append(
                Moments(
                    supply=supply[k],
                    supply_var=supply_var[k],
                    demand=mean + inbound + self.flight.waiting,
                    demand_var=demand_var[k] + new + inbound,
                    unsure=mean,
                    share=main.shares[k],
                )
            )
        usual = usual_slack(self.team.heads)
        return Outlook(lags[1:], self.rate, self.spread, lags[0], usual)

    def _supply(self, count: int) -> tuple[list[float], list[float]]:
        idle = float(self.team.idle)
        counts: list[int] = []
        rows: list[list[float]] = []
        for heads, row_of in self._busy():
            for stretch, agents in heads.items():
                counts.append(agents)
                rows.append(row_of(stretch))
        if not rows:
            return [idle] * count, [0.0] * count
        means: list[float] = []
        variances: list[float] = []
        for chances in zip(*rows, strict=True):
            freed = list(map(mul, counts, chances))
            means.append(sum(freed, idle))
            variances.append(sum(map(mul, freed, map(sub, _ONES, chances)), 0.0))
        return means, variances

    def _busy(self) -> tuple[tuple[dict[int, int], Callable[[int], list[float]]], ...]:
        return (
            (self.team.talks, self.free_up.of_talk),
            (self.team.wraps, self.free_up.of_wrap_up),
        )

    def supply_laws(self) -> list[SupplyLaw]:
        """Give the laws of supply at each lag."""
        busy = [
            (row_of(stretch), agents)
            for heads, row_of in self._busy()
            for stretch, agents in heads.items()
        ]
        return [
            SupplyLaw(self.team.idle, [(row[k], agents) for row, agents in busy])
            for k in range(1, len(self.main.lags))
        ]

    def exact(self, supply: list[SupplyLaw], rate: float) -> list[ExactLag]:
        """Give laws of counts at each lag, were this the answer rate."""
        come = answers_to_come(self.flight, self.aheads, self.now, rate)
        found: list[ExactLag] = []
        for k, law in enumerate(supply, 1):
            answers = [(factor * by_lag[k], calls) for factor, calls, by_lag in come]
            share = self.main.shares[k]
            if self.flight.queued:
                each = rate * self.flight.queued_odds / self.flight.queued
                answers.append((min(each, 0.95) * share, self.flight.queued))
            inbound = self.inbound_per_s * (self.main.lags[k] * BIN_US / _S + self.hold_s)
            if inbound > 0:
                pieces = 8 + int(inbound * 2)
                answers.append((inbound / pieces, pieces))
            found.append(ExactLag(law, self.flight.waiting, answers, share))
        return found
