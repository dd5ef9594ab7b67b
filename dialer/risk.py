"""The risk of one more dial: the chance that the person who answers it finds nobody in time.

An outlook says, for each lag at which a call dialled now may be answered, what is expected of
supply (agents idle or freed by the time the person would have waited too long) and of demand
(people who answer before). Small teams are folded exactly, larger ones by the normal law.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import mul

_USUAL, _LEAST_USUAL = 0.67, 3.0
"""Agents idle in a well-paced team, over the root of its size, and at least. It sets the scale."""

_SQRT2 = math.sqrt(2.0)
_PHI_0 = 1.0 / math.sqrt(2.0 * math.pi)


@dataclass(slots=True)
class Moments:
    """Supply and demand at one lag, as means and variances.

    ``unsure``: the mean of that demand which hangs on the answer rate. ``share``: which share of
    the calls dialled now that a person will answer is answered by this lag.
    """

    supply: float
    supply_var: float
    demand: float
    demand_var: float
    unsure: float
    share: float


@dataclass(slots=True)
class Outlook:
    """What is expected. ``rate``: of answers; ``spread``: its deviation as a share of it.

    ``soon``: what is expected if a person answers at once. ``usual``: see `Stake`.
    """

    lags: list[Moments]
    rate: float
    spread: float
    soon: Moments | None = None
    usual: float = 3.0


def tail(mean: float, variance: float, doubt: float) -> float:
    """Tell the chance that demand reaches supply, from what it exceeds it by on average.

    `doubt`: variance from not knowing the answer rate; it never makes a risk smaller.
    """
    over = mean + 0.5
    spread = variance + 0.05 + (doubt if over < 0 else 0.0)
    return 0.5 * math.erfc(-over / (_SQRT2 * math.sqrt(spread)))


@dataclass(slots=True)
class Stake:
    """What one more dial would put at stake.

    ``risk``: the chance that who answers it finds nobody. ``slack``: how many agents would be left
    idle without it, on average; ``usual``: how many make risk and weighed risk the same.
    """

    risk: float
    slack: float
    usual: float = 3.0

    @property
    def weighed(self) -> float:
        """Weigh the risk by the need: the same risk is worth taking sooner if more would idle."""
        return min(self.risk * self.usual / max(self.slack, 1e-6), 1.0)


def usual_slack(agents: int) -> float:
    """Tell how many agents of a team are idle when it is paced well."""
    return max(_USUAL * math.sqrt(agents), _LEAST_USUAL)


def by_moments(outlook: Outlook, dials: float, rates: float) -> Stake:
    """Tell the stake of a dial after `dials` others whose chances of an answer add up to `rates`.

    By the normal law. Doubt about the answer rate counts in the risk, never in the need.
    """
    risk = slack = 0.0
    each = rates / dials if dials else 0.0
    for lag in outlook.lags:
        new = rates * lag.share
        doubt = outlook.spread * (lag.unsure + new)
        over = lag.demand + new - lag.supply
        variance = lag.demand_var + new * (1.0 - each * lag.share) + lag.supply_var
        risk += tail(over, variance, doubt * doubt)
        deviation = math.sqrt(variance + 0.05)
        z = over / deviation
        slack += deviation * math.exp(-0.5 * z * z) * _PHI_0 - 0.5 * over * math.erfc(z / _SQRT2)
    return Stake(risk / len(outlook.lags), max(slack, 0.0) / len(outlook.lags), outlook.usual)


def fold(law: list[float], chance: float, times: int = 1) -> None:
    """Add `times` independent events of one chance to a law of counts, in place.

    The last place of the law is "so many or more".
    """
    if chance <= 0.0:
        return
    last = len(law) - 1
    miss = 1.0 - chance
    for _ in range(times):
        law[last] += law[last - 1] * chance if last else 0.0
        for k in range(last - 1, 0, -1):
            law[k] = law[k] * miss + law[k - 1] * chance
        if last:
            law[0] *= miss


class SupplyLaw:
    """Supply at one lag as a law of counts: for each demand, what it would find.

    ``short[d]``: the chance that supply is at most d; ``slack[d]``: how many would idle on average.
    """

    __slots__ = ("most", "short", "slack")

    def __init__(self, idle: int, freed: Sequence[tuple[float, int]]) -> None:
        """`freed`: (chance, how many) of agents who are busy."""
        self.most = idle + sum(count for _, count in freed)
        law = [0.0] * (self.most + 1)
        law[idle] = 1.0
        for chance, count in freed:
            fold(law, chance, count)
        self.short = list(accumulate(law))
        self.slack = [0.0] * (self.most + 1)
        for k in range(self.most - 1, -1, -1):
            self.slack[k] = self.slack[k + 1] + 1.0 - self.short[k]


class ExactLag:
    """Supply and demand at one lag and one answer rate as laws of counts."""

    __slots__ = ("_demand", "_supply", "share")

    def __init__(
        self,
        supply: SupplyLaw,
        waiting: int,
        answers: Iterable[tuple[float, int]],
        share: float,
    ) -> None:
        """`answers`: (chance, how many) of ringing calls. `share`: see `Moments`."""
        self._supply = supply
        self._demand = [0.0] * (supply.most + 1)
        self._demand[min(waiting, supply.most)] = 1.0
        for chance, count in answers:
            fold(self._demand, chance, count)
        self.share = share

    def risk(self) -> float:
        """Tell the chance that demand is at least supply."""
        return float(sum(map(mul, self._demand, self._supply.short)))

    def slack(self) -> float:
        """Tell how many agents would be left idle, on average."""
        return float(sum(map(mul, self._demand, self._supply.slack)))

    def dial(self, rate: float) -> None:
        """Add one dial to the demand."""
        fold(self._demand, rate * self.share)
