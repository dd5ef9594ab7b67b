"""How many simulated calls a second: the production router beside Ciw, on one model, in turns."""

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from simulations.bench import ciw_model
from simulations.center.engine import measures, simulate
from simulations.heap_engine import heap_engine
from simulations.model import Model
from simulations.theory import ErlangA


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Calls per second, medians of the runs, and the share who left beside what is exact.

    ``second_calls_per_s``: the second engine, which is neither; how fast the machine was.
    """

    ours_calls_per_s: float
    ciw_calls_per_s: float
    second_calls_per_s: float
    ratio: float
    ours_abandoned: float
    ciw_abandoned: float
    exact_abandoned: float
    runs: int
    calls: int

    def document(self) -> dict[str, Any]:
        """Give it as plain data."""
        return asdict(self)


def compare(calls: int = 20_000, runs: int = 3) -> Comparison:
    """Let each simulate the reference model `runs` times, by turns, with the same seeds."""
    model = replace(ciw_model.REFERENCE, calls=calls, warm_up_calls=calls // 4)
    speeds: dict[str, list[float]] = {"ours": [], "ciw": [], "second": []}
    left: dict[str, list[float]] = {"ours": [], "ciw": []}
    for seed in range(1, runs + 1):
        one = replace(model, seed=seed)
        speed, lost = _ours(one)
        speeds["ours"].append(speed)
        left["ours"].append(lost)
        found = ciw_model.run(one)
        speeds["ciw"].append(found.calls_per_s)
        left["ciw"].append(found.measures.lost)
        speeds["second"].append(_timed(heap_engine, one))
    assert model.mean_patience_s is not None
    exact = ErlangA(
        arrivals_per_s=model.arrivals_per_s,
        mean_handle_s=model.mean_handle_s,
        mean_patience_s=model.mean_patience_s,
        servers=model.servers,
    )
    pairs = zip(speeds["ours"], speeds["ciw"], strict=True)
    return Comparison(
        ours_calls_per_s=statistics.median(speeds["ours"]),
        ciw_calls_per_s=statistics.median(speeds["ciw"]),
        second_calls_per_s=statistics.median(speeds["second"]),
        ratio=statistics.median(ours / ciw for ours, ciw in pairs),
        ours_abandoned=statistics.fmean(left["ours"]),
        ciw_abandoned=statistics.fmean(left["ciw"]),
        exact_abandoned=exact.abandon_probability,
        runs=runs,
        calls=calls,
    )


def _ours(model: Model) -> tuple[float, float]:
    began = time.perf_counter()
    guests = simulate(model)
    took = time.perf_counter() - began
    return len(guests) / took, measures(guests, model).lost


def _timed(engine: Callable[[Model], Any], model: Model) -> float:
    began = time.perf_counter()
    engine(model)
    return (model.calls + model.warm_up_calls) / (time.perf_counter() - began)
