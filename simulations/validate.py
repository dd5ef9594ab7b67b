"""An engine held against what is known exactly, from light load to overload.

For each point the engine answers as many times as there are replications, each with a seed of its
own, and Student's interval around the mean of its answers is held against the exact value. The
intervals are so wide that, for an engine that is right, *all* of them hold with `TOGETHER`
(Bonferroni). How much an engine may be wrong and still be inside is their width: points where one
busy hour is much like the next get more calls (`effort`) to keep it small.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from simulations.model import Engine, Measures, Model
from simulations.processes import spread
from simulations.statistics import Interval, each_of, mean_interval
from simulations.streams import seeds
from simulations.theory import ErlangA, ErlangB, ErlangC, Queueing

TOGETHER = 0.99
HANDLE_S = 180.0
_BLOCKED, _WAIT, _MEAN, _LEVEL, _LEFT, _SERVED = (
    "share blocked",
    "share who wait",
    "mean wait, s",
    "service level, 20 s",
    "share who abandon",
    "mean wait of served, s",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A model, its name, and the exact values of what is measured."""

    name: str
    model: Model
    exact: dict[str, float]
    effort: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An exact value beside an engine's estimate and its interval."""

    name: str
    measure: str
    exact: float
    estimate: float
    low: float
    high: float

    @property
    def inside(self) -> bool:
        """Whether the interval holds the exact value."""
        return self.low <= self.exact <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """All findings of one engine."""

    points: tuple[Finding, ...]
    confidence: float
    replications: int
    calls: int

    @property
    def outside(self) -> int:
        """How many intervals miss."""
        return sum(not finding.inside for finding in self.points)

    def document(self) -> dict[str, Any]:
        """Give all of it as plain data, for JSON."""
        return {
            "points": [asdict(finding) for finding in self.points],
            "inside": len(self.points) - self.outside,
            "outside": self.outside,
            "confidence_of_all": TOGETHER,
            "confidence_of_each": self.confidence,
            "replications": self.replications,
            "calls_per_replication": self.calls,
        }


_READ: dict[str, Callable[[Measures], float]] = {
    _BLOCKED: lambda measures: measures.lost,
    _WAIT: lambda measures: measures.waited,
    _MEAN: lambda measures: measures.mean_wait_s,
    _LEVEL: lambda measures: measures.served_within,
    _LEFT: lambda measures: measures.lost,
    _SERVED: lambda measures: measures.mean_wait_of_served_s,
}


def points() -> tuple[Point, ...]:
    """Give the points: agents, work offered in Erlang, patience where there is any, effort.

    No share is so near to 0 or 1 that it hardly ever varies: Student's interval would not hold.
    """
    return (
        *(_erlang_b(servers, offered) for servers, offered in ((10, 5), (100, 100), (20, 30))),
        *(
            _erlang_c(servers, offered, effort)
            for servers, offered, effort in (
                (1, 0.5, 1),
                (5, 3, 1),
                (10, 8, 1),
                (50, 45, 4),
                (100, 95, 6),
            )
        ),
        *(
            _erlang_a(servers, offered, patience_s, effort)
            for servers, offered, patience_s, effort in (
                (10, 6, 120.0, 1),
                (20, 20, 60.0, 1),
                (200, 190, 180.0, 3),
                (100, 108, 120.0, 2),
                (50, 75, 60.0, 1),
                (10, 20, 30.0, 1),
            )
        ),
    )


def validate(
    engine: Engine,
    *,
    replications: int = 20,
    calls: int = 20_000,
    warm_up_calls: int = 5_000,
    first_seed: int = 1,
    only: Sequence[Point] | None = None,
    jobs: int = 1,
    progress: Callable[[str], None] = lambda name: None,
) -> Validation:
    """Hold `engine` against every point. `progress` hears the name of each point that is done.

    With `jobs` above 1 so many processes share the replications of a point.
    """
    chosen = points() if only is None else only
    confidence = each_of(sum(len(point.exact) for point in chosen), TOGETHER)
    found: list[Finding] = []
    for place, point in enumerate(chosen):
        model = replace(point.model, calls=calls * point.effort, warm_up_calls=warm_up_calls)
        # No two points share a seed: if they did, they would be right or wrong together.
        own = seeds(first_seed + place * replications, replications)
        answers = spread(engine, [replace(model, seed=seed) for seed in own], jobs)
        found += _findings(point, answers, confidence)
        progress(point.name)
    return Validation(
        points=tuple(found), confidence=confidence, replications=replications, calls=calls
    )


def _findings(point: Point, answers: Iterable[Measures], confidence: float) -> list[Finding]:
    kept = list(answers)
    intervals: dict[str, Interval] = {
        measure: mean_interval([_READ[measure](answer) for answer in kept], confidence)
        for measure in point.exact
    }
    return [
        Finding(
            name=point.name,
            measure=measure,
            exact=point.exact[measure],
            estimate=interval.estimate,
            low=interval.low,
            high=interval.high,
        )
        for measure, interval in intervals.items()
    ]


def _model(servers: int, offered: float, **more: Any) -> Model:
    return Model(arrivals_per_s=offered / HANDLE_S, mean_handle_s=HANDLE_S, servers=servers, **more)


def _exact(queueing: Queueing, within_s: float) -> dict[str, float]:
    return {
        _WAIT: queueing.wait_probability,
        _MEAN: queueing.mean_wait_s,
        _LEVEL: queueing.service_level(within_s),
    }


def _erlang_b(servers: int, offered: float) -> Point:
    model = _model(servers, offered, waiting_room=0)
    exact = ErlangB(
        arrivals_per_s=model.arrivals_per_s, mean_handle_s=HANDLE_S, servers=servers
    ).blocked
    return Point(
        name=f"Erlang B, {servers} agents, {offered:g} Erlang", model=model, exact={_BLOCKED: exact}
    )


def _erlang_c(servers: int, offered: float, effort: int) -> Point:
    model = _model(servers, offered)
    known = ErlangC(arrivals_per_s=model.arrivals_per_s, mean_handle_s=HANDLE_S, servers=servers)
    return Point(
        name=f"Erlang C, {servers} agents, {offered:g} Erlang",
        model=model,
        exact=_exact(known, model.within_s),
        effort=effort,
    )


def _erlang_a(servers: int, offered: float, patience_s: float, effort: int) -> Point:
    model = _model(servers, offered, mean_patience_s=patience_s)
    known = ErlangA(
        arrivals_per_s=model.arrivals_per_s,
        mean_handle_s=HANDLE_S,
        mean_patience_s=patience_s,
        servers=servers,
    )
    return Point(
        name=f"Erlang A, {servers} agents, {offered:g} Erlang, patience {patience_s:g} s",
        model=model,
        exact={
            **_exact(known, model.within_s),
            _LEFT: known.abandon_probability,
            _SERVED: known.mean_wait_of_served_s,
        },
        effort=effort,
    )
