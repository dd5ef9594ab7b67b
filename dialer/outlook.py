"""What is expected of supply and demand at the lags of a call dialled now, from laws and ages."""

from collections.abc import Callable
from dataclasses import dataclass

from dialer.free_up import FreeUp
from dialer.in_flight import InFlight
from dialer.ring_law import BIN_US, BINS, RingLaw
from dialer.risk import ExactLag, Moments, Outlook, SupplyLaw, usual_slack
from dialer.staffing import Team

_S = 1_000_000.0


class Ahead:
    """The ring laws seen at the lags: for each bin of age, what is still to come by each lag."""

    __slots__ = ("lags", "rows", "shares")

    def __init__(self, law: RingLaw, lags: list[int]) -> None:
        self.lags = lags
        self.shares = [law.answered_by[lag] for lag in lags]
        self.rows: list[tuple[float, float, list[float]]] = []
        """By age: shares of answers and of other ends still to come; of answers, by each lag."""
        answered, other = law.answered_by, law.other_by
        for b in range(BINS):
            gone = answered[b]
            by_lag = [answered[min(b + lag, BINS)] - gone for lag in lags]
            self.rows.append((1.0 - gone, 1.0 - other[b], by_lag))


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
            answer, other, by_lag = ahead.rows[min(max(now_slot - number, 0), BINS - 1)]
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
        means = [float(self.team.idle)] * count
        variances = [0.0] * count
        for heads, row_of in self._busy():
            for stretch, calls in heads.items():
                row = row_of(stretch)
                for k in range(count):
                    chance = row[k]
                    means[k] += calls * chance
                    variances[k] += calls * chance * (1.0 - chance)
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
