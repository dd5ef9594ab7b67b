"""What is known exactly about callers who come at random: Erlang B, C and A.

Callers come as a Poisson stream, handle times are exponential (for Erlang B their kind does not
matter), agents are alike, and who waits is served in order of arrival. Erlang B has no room to
wait; in Erlang C everybody waits for ever; in Erlang A (Palm) patience is exponential too.

All times are in seconds, rates per second, and the service level is the share of *all* callers who
were answered within a time. Sums are carried as a logarithm and a mantissa, so that thousands of
agents, or callers with very much patience, neither overflow nor cancel.

Sources: Erlang 1917; Palm 1957; Garnett, Mandelbaum and Reiman, "Designing a call center with
impatient customers", 2002; Zeltyn and Mandelbaum, "Call centers with impatient customers", 2005.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

MOST_AGENTS = 1_000_000
_NEGLIGIBLE = 1e-18
_RESCALE = 1e200


class Queueing(Protocol):
    """What all of the models can say."""

    @property
    def wait_probability(self) -> float:
        """Share of callers who find every agent busy."""

    @property
    def abandon_probability(self) -> float:
        """Share of callers who leave before they are answered, or find no room."""

    @property
    def mean_wait_s(self) -> float:
        """Mean wait of all callers, whatever came of it."""

    def service_level(self, within_s: float) -> float:
        """Share of all callers who were answered within `within_s`."""


def erlang_b(servers: int, offered: float) -> float:
    """Share of callers who find all of `servers` busy and go. `offered` is in Erlang."""
    _check(servers=servers, offered=offered)
    blocked = 1.0
    for server in range(1, servers + 1):
        blocked = offered * blocked / (server + offered * blocked)
    return blocked


@dataclass(frozen=True, slots=True, kw_only=True)
class ErlangB:
    """M/G/s/s: who finds no agent goes."""

    arrivals_per_s: float
    mean_handle_s: float
    servers: int
    blocked: float = field(init=False)

    def __post_init__(self) -> None:
        blocked = erlang_b(self.servers, self.arrivals_per_s * self.mean_handle_s)
        object.__setattr__(self, "blocked", blocked)

    @property
    def wait_probability(self) -> float:
        """Nobody waits."""
        return 0.0

    @property
    def abandon_probability(self) -> float:
        """Share of callers who found no agent."""
        return self.blocked

    @property
    def mean_wait_s(self) -> float:
        """Nobody waits."""
        return 0.0

    def service_level(self, within_s: float) -> float:
        """Share of callers who found an agent."""
        return 1.0 - self.blocked if within_s >= 0 else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ErlangC:
    """M/M/s: everybody waits. With as much work as agents or more, the queue grows for ever."""

    arrivals_per_s: float
    mean_handle_s: float
    servers: int
    wait_probability: float = field(init=False)

    def __post_init__(self) -> None:
        offered = self.offered
        blocked = erlang_b(self.servers, offered)
        waits = 1.0
        if offered < self.servers:
            waits = self.servers * blocked / (self.servers - offered * (1.0 - blocked))
        object.__setattr__(self, "wait_probability", waits)

    @property
    def offered(self) -> float:
        """Work that comes, in Erlang."""
        return self.arrivals_per_s * self.mean_handle_s

    @property
    def occupancy(self) -> float:
        """Share of the agents' time that they talk."""
        return min(1.0, self.offered / self.servers)

    @property
    def abandon_probability(self) -> float:
        """Nobody leaves."""
        return 0.0

    @property
    def mean_wait_s(self) -> float:
        """Mean wait of all callers; infinite when there is no balance."""
        spare = self.servers - self.offered
        return self.wait_probability * self.mean_handle_s / spare if spare > 0 else math.inf

    def service_level(self, within_s: float) -> float:
        """Share of callers answered within `within_s`."""
        spare = self.servers - self.offered
        if within_s < 0 or spare <= 0:
            return 0.0
        return 1.0 - self.wait_probability * math.exp(-spare * within_s / self.mean_handle_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErlangA:
    """M/M/s+M: callers leave when their patience, exponential too, is over."""

    arrivals_per_s: float
    mean_handle_s: float
    mean_patience_s: float
    servers: int
    wait_probability: float = field(init=False)
    abandon_probability: float = field(init=False)
    mean_wait_of_served_s: float = field(init=False)
    _log_density: float = field(init=False, repr=False)

    def __post_init__(self) -> None:
        _check(servers=self.servers, offered=self.offered)
        if not 0 < self.mean_patience_s < math.inf:
            raise ValueError("patience is positive and finite; without impatience use ErlangC")
        queue = _queue(self.arrivals_per_s, self.servers / self.mean_handle_s, self._leaving)
        blocked = erlang_b(self.servers, self.offered)
        # The weight of "all busy" against that of "somebody idle", both over the state in which
        # every agent talks and nobody waits.
        log_busy = queue.log_weight
        log_idle = math.log(1.0 / blocked - 1.0) if blocked > 0 else math.inf
        waits = 1.0 / (1.0 + math.exp(min(700.0, log_idle - log_busy)))
        abandoned = waits * self._leaving * queue.mean_length / self.arrivals_per_s
        served = 1.0 - abandoned
        object.__setattr__(self, "wait_probability", waits)
        object.__setattr__(self, "abandon_probability", abandoned)
        waited = waits * queue.waited_and_served_s / served
        object.__setattr__(self, "mean_wait_of_served_s", waited)
        # Logarithm of the density of the offered wait just after zero: an arrival finds the last
        # idle agent taken, which happens as often as an agent becomes free from "all busy".
        log_all_busy = math.log(waits) - log_busy if waits > 0 else -math.inf
        density = math.log(self.servers / self.mean_handle_s) + log_all_busy
        object.__setattr__(self, "_log_density", density)

    @property
    def offered(self) -> float:
        """Work that comes, in Erlang."""
        return self.arrivals_per_s * self.mean_handle_s

    @property
    def _leaving(self) -> float:
        return 1.0 / self.mean_patience_s

    @property
    def occupancy(self) -> float:
        """Share of the agents' time that they talk."""
        return self.offered * (1.0 - self.abandon_probability) / self.servers

    @property
    def mean_wait_s(self) -> float:
        """Mean wait of all callers, those who left included."""
        return self.abandon_probability * self.mean_patience_s

    @property
    def mean_wait_of_abandoned_s(self) -> float:
        """Mean wait of those who left; 0 when nobody does."""
        left = self.abandon_probability
        served = (1.0 - left) * self.mean_wait_of_served_s
        return (self.mean_wait_s - served) / left if left > 0 else 0.0

    def offered_wait_density(self, wait_s: float) -> float:
        """How likely it is that a caller with endless patience would wait `wait_s` (above 0)."""
        busy = self.servers / self.mean_handle_s
        stayed = -math.expm1(-self._leaving * wait_s) / self._leaving
        return math.exp(self._log_density - busy * wait_s + self.arrivals_per_s * stayed)

    def service_level(self, within_s: float) -> float:
        """Share of all callers who were answered within `within_s`.

        The integral of the offered wait's density times the chance that the caller is still there
        is a difference of two incomplete gamma functions, each a sum of positive terms.
        """
        if within_s < 0:
            return 0.0
        scale = self.arrivals_per_s / self._leaving
        shape = self.servers / self.mean_handle_s / self._leaving
        still = math.exp(-self._leaving * within_s)
        log_first = self._log_density - math.log(self._leaving)
        soon = math.exp(log_first + _log_gamma_series(shape, scale))
        shift = -(shape + 1.0) * self._leaving * within_s + scale * (1.0 - still)
        late = math.exp(log_first + shift + _log_gamma_series(shape, scale * still))
        return min(1.0, 1.0 - self.wait_probability + max(0.0, soon - late))


@dataclass(frozen=True, slots=True)
class _Line:
    """The queue while every agent talks: its weight, its mean length, and waits that ended well."""

    log_weight: float
    mean_length: float
    waited_and_served_s: float


def _queue(arrivals: float, serving: float, leaving: float) -> _Line:
    """Sum over the number of callers who wait, from none up, all agents busy.

    A caller who finds n before them is served with chance serving / (serving + (n+1) leaving) and
    has then waited the sum of 1 / (serving + i leaving), i from 1 to n+1: a step's length does not
    depend on who made it.
    """
    term, log_scale = 1.0, 0.0
    weight = length = waited = steps = 0.0
    ahead = 0
    while True:
        steps += 1.0 / (serving + (ahead + 1) * leaving)
        weight += term
        length += term * ahead
        waited += term * steps * serving / (serving + (ahead + 1) * leaving)
        ahead += 1
        ratio = arrivals / (serving + ahead * leaving)
        term *= ratio
        if ratio < 1 and term * ahead / (1 - ratio) ** 2 < _NEGLIGIBLE * weight:
            return _Line(math.log(weight) + log_scale, length / weight, waited / weight)
        if weight > _RESCALE:
            log_scale += math.log(_RESCALE)
            term, weight = term / _RESCALE, weight / _RESCALE
            length, waited = length / _RESCALE, waited / _RESCALE


def _log_gamma_series(shape: float, scale: float) -> float:
    """Logarithm of the sum of scale^n / ((shape+1) ... (shape+n+1)), n from 0."""
    term, log_scale = 1.0 / (shape + 1.0), 0.0
    total, n = term, 0
    while True:
        n += 1
        ratio = scale / (shape + n + 1.0)
        term *= ratio
        total += term
        if ratio < 1 and term / (1 - ratio) < _NEGLIGIBLE * total:
            return math.log(total) + log_scale
        if total > _RESCALE:
            log_scale += math.log(_RESCALE)
            term, total = term / _RESCALE, total / _RESCALE


def mean_wait_of_one_server(arrivals_per_s: float, mean_handle_s: float, cv: float) -> float:
    """Mean wait with one agent, any handle time and no impatience (Pollaczek and Khinchine).

    `cv` is the handle time's deviation over its mean. Infinite without balance.
    """
    load = arrivals_per_s * mean_handle_s
    return load * mean_handle_s * (1 + cv * cv) / (2 * (1 - load)) if load < 1 else math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is promised. None asks for nothing."""

    service_level: float | None = None
    within_s: float = 20.0
    mean_wait_s: float | None = None
    abandon_probability: float | None = None

    def __post_init__(self) -> None:
        if self.service_level is not None and not 0 < self.service_level < 1:
            raise ValueError("a service level is between 0 and 1: 0.8 for 80 %")
        if self.service_level is self.mean_wait_s is self.abandon_probability is None:
            raise ValueError("a target promises at least one thing")

    def is_met(self, queueing: Queueing) -> bool:
        """Whether all that is promised is kept."""
        return (
            (
                self.service_level is None
                or queueing.service_level(self.within_s) >= self.service_level
            )
            and (self.mean_wait_s is None or queueing.mean_wait_s <= self.mean_wait_s)
            and (
                self.abandon_probability is None
                or queueing.abandon_probability <= self.abandon_probability
            )
        )


def agents_needed(target: Target, model: Callable[[int], Queueing]) -> int:
    """Give the smallest number of agents, at least one, with which `model` keeps the target.

    More agents never do worse in these models, so it is found by doubling and halving. Raises
    ValueError when a million agents are not enough.
    """
    high = 1
    while not target.is_met(model(high)):
        high *= 2
        if high > MOST_AGENTS:
            raise ValueError(f"not even {MOST_AGENTS} agents are enough")
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        if target.is_met(model(middle)):
            high = middle
        else:
            low = middle
    return high


def agents_by_interval(
    calls: Iterable[float],
    interval_s: float,
    mean_handle_s: float,
    target: Target,
    mean_patience_s: float | None = None,
) -> list[int]:
    """Give the agents needed for each interval's expected `calls`; 0 where nobody calls.

    Each interval is taken by itself and as if it lasted for ever (Erlang A with patience, or C).
    """

    def model(arrivals: float, agents: int) -> Queueing:
        if mean_patience_s is None:
            return ErlangC(arrivals_per_s=arrivals, mean_handle_s=mean_handle_s, servers=agents)
        return ErlangA(
            arrivals_per_s=arrivals,
            mean_handle_s=mean_handle_s,
            mean_patience_s=mean_patience_s,
            servers=agents,
        )

    return [
        agents_needed(target, partial(model, count / interval_s)) if count else 0 for count in calls
    ]


def _check(*, servers: int, offered: float) -> None:
    if servers < 0 or not 0 <= offered < math.inf:
        raise ValueError("the number of agents and the work offered are not negative")
