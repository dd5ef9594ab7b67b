"""What many replications say together: each measure with its interval, in all and by interval."""

from collections.abc import Sequence
from typing import Any

from simulations.center.outcome import Outcome, Staffed, Tally
from simulations.center.scenario import Scenario
from simulations.statistics import mean_interval

CONFIDENCE = 0.95


def findings(scenario: Scenario, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Give everything as plain data: ``total``, ``queues`` and ``flows`` by name, ``intervals``.

    Each measure is ``{"mean", "low", "high", "count"}``; low and high are None with less than two
    replications of which something can be said.
    """
    plan = scenario.plan
    return {
        "scenario": plan.name,
        "replications": len(outcomes),
        "days": plan.days,
        "seed": plan.seed,
        "confidence": CONFIDENCE,
        "total": {
            **_together([outcome.total().measures() for outcome in outcomes]),
            **_together([outcome.all_staff().measures() for outcome in outcomes]),
            "unanswered_offers": _measure([_unanswered(outcome) for outcome in outcomes]),
        },
        "queues": {
            queue: _together([outcome.total(queue).measures() for outcome in outcomes])
            for queue in scenario.workload.queues
        },
        "flows": {
            flow: _together([outcome.flows[flow].measures() for outcome in outcomes])
            for flow in plan.flows
        },
        "intervals": _intervals(plan.interval_s, outcomes),
    }


def _unanswered(outcome: Outcome) -> float | None:
    return outcome.unanswered / outcome.offers if outcome.offers else None


def _intervals(interval_s: float, outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    sums = [outcome.by_interval() for outcome in outcomes]
    numbers = sorted({number for one in sums for number in one})
    return [
        {
            "from_s": number * interval_s,
            **_together([one.get(number, Tally()).measures() for one in sums]),
            **_together([o.staff.get(number, Staffed()).measures() for o in outcomes]),
        }
        for number in numbers
    ]


def _together(several: Sequence[dict[str, float | None]]) -> dict[str, Any]:
    return {name: _measure([one[name] for one in several]) for name in several[0]}


def _measure(values: Sequence[float | None]) -> dict[str, float | None]:
    known = [value for value in values if value is not None]
    if not known:
        return {"mean": None, "low": None, "high": None, "count": 0}
    if len(known) == 1:
        return {"mean": known[0], "low": None, "high": None, "count": 1}
    found = mean_interval(known, CONFIDENCE)
    return {"mean": found.estimate, "low": found.low, "high": found.high, "count": len(known)}
