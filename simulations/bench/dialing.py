"""Every way of pacing in every scenario, side by side.

A run is a scenario, a policy and a seed; the same seed means the same people. `best_ratio` is the
best of nine fixed ratios *in hindsight*: the one with the most utilisation among those whose mean
abandonment stayed at or under the cap, chosen for each scenario after all were run. No supervisor
could do that. The oracles see what nobody can (`simulations.dialing.oracles`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import fsum
from typing import Any, NamedTuple

from dialer.pacers import PACERS, pacer_of
from dialer.pacing import Pacer
from simulations.dialing.bounds import blind, clairvoyant
from simulations.dialing.oracles import ORACLES, Oracle
from simulations.dialing.scenarios import SCENARIOS
from simulations.dialing.testbed import CAP, START_AT, Measures, Testbed, summed
from simulations.processes import spread

FIRST_SEED = 1000
RATIOS = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 12.0)
BEST_RATIO = "best_ratio"
POLICIES = (*PACERS, BEST_RATIO)
EVERY = (*POLICIES, *ORACLES)
"""What may be asked for; ``ratio_R`` too."""


class Task(NamedTuple):
    """One run."""

    scenario: str
    policy: str
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A policy in a scenario, over its seeds. Shares from 0 to 1.

    ``setting``: the ratio that was best. ``bound``: utilisation of the clairvoyant.
    ``decision_p99_us``: of processor time, in the slowest seed.
    """

    scenario: str
    policy: str
    seeds: int
    utilisation: float
    utilisation_worst: float
    abandonment: float
    abandonment_worst: float
    worst_quarter: float
    bound: float
    share_of_bound: float
    dials_per_connect: float
    talk_minutes_per_hour: float
    decision_p99_us: float
    setting: str = ""


def tasks(scenarios: Sequence[str], policies: Sequence[str], seeds: int) -> list[Task]:
    """List the runs. Raises ValueError for names that do not exist."""
    unknown = [name for name in scenarios if name not in SCENARIOS]
    if unknown:
        raise ValueError(f'no scenario "{unknown[0]}"; there are {", ".join(SCENARIOS)}')
    found: list[Task] = []
    for policy in policies:
        if policy not in EVERY:
            pacer_of(policy)
    for scenario in scenarios:
        names = [
            name
            for policy in policies
            for name in (
                [f"ratio_{ratio:g}" for ratio in RATIOS] if policy == BEST_RATIO else [policy]
            )
        ]
        for seed in range(FIRST_SEED, FIRST_SEED + seeds):
            found += [Task(scenario, name, seed) for name in dict.fromkeys(names)]
    return found


def run(task: Task) -> Measures:
    """Run one."""
    pacer: Pacer = ORACLES[task.policy]() if task.policy in ORACLES else pacer_of(task.policy)
    bed = Testbed(SCENARIOS[task.scenario], pacer, task.seed)
    if isinstance(pacer, Oracle):
        pacer.look_into(bed.rehearsal, bed.scenario.manners, START_AT)
    return bed.run()


def measure(todo: Sequence[Task], jobs: int | None = None) -> Iterator[tuple[Task, Measures]]:
    """Run all, in as many processes as there are cores, and give each as it is done, in order."""
    yield from zip(todo, spread(run, todo, jobs), strict=True)


def series(scenario: str, policy: str, seed: int = FIRST_SEED) -> dict[str, list[float]]:
    """Run one and tell it minute by minute.

    Dials; answers of the dials and utilisation of the last 5 minutes; abandonment of the last 15.
    """
    bed = Testbed(SCENARIOS[scenario], pacer_of(policy), seed)
    bed.run()
    few = [summed(bed.minutes[max(0, at - 4) : at + 1]) for at in range(len(bed.minutes))]
    more = [summed(bed.minutes[max(0, at - 14) : at + 1]) for at in range(len(bed.minutes))]
    return {
        "dials": [each.dials / min(5, at + 1) for at, each in enumerate(few)],
        "answered": [each.live / max(1, each.dials) for each in few],
        "utilisation": [each.utilisation for each in few],
        "abandonment": [each.abandonment for each in more],
    }


def rows(
    found: Mapping[Task, Measures], scenarios: Sequence[str], policies: Sequence[str]
) -> list[Row]:
    """Sum up over seeds, in the order of scenarios and policies; what was not run is left out."""
    by_name: dict[tuple[str, str], list[Measures]] = {}
    for task, measures in found.items():
        by_name.setdefault((task.scenario, task.policy), []).append(measures)
    result: list[Row] = []
    for scenario in scenarios:
        for policy in policies:
            if policy == BEST_RATIO:
                best = _best(by_name, scenario)
                result += [best] if best else []
            elif (scenario, policy) in by_name:
                result.append(_row(scenario, policy, by_name[scenario, policy]))
    return result


def frontier(found: Mapping[Task, Measures], scenario: str) -> list[Row]:
    """Sum up every fixed ratio of a scenario, by rising ratio."""
    names = [f"ratio_{ratio:g}" for ratio in RATIOS]
    return rows(found, [scenario], names)


def bounds(scenarios: Sequence[str], found: Sequence[Row]) -> list[dict[str, Any]]:
    """Give each scenario's bounds; the oracles' where they were run, and ours as shares of them."""
    result: list[dict[str, Any]] = []
    for name in scenarios:
        scenario = SCENARIOS[name]
        by_policy = {row.policy: row.utilisation for row in found if row.scenario == name}
        ours = by_policy.get("look_ahead")
        limits = {
            "clairvoyant": clairvoyant(scenario),
            **{oracle: by_policy[oracle] for oracle in ORACLES if oracle in by_policy},
            "blind": blind(scenario.agents, CAP),
        }
        shares = {f"share_of_{key}": ours / top for key, top in limits.items() if ours and top}
        result.append({"scenario": name, **limits, **shares})
    return result


def _best(by_name: Mapping[tuple[str, str], list[Measures]], scenario: str) -> Row | None:
    tried = [
        _row(scenario, f"ratio_{ratio:g}", by_name[scenario, f"ratio_{ratio:g}"])
        for ratio in RATIOS
        if (scenario, f"ratio_{ratio:g}") in by_name
    ]
    lawful = [row for row in tried if row.abandonment <= CAP]
    if not lawful:
        return None
    best = max(lawful, key=lambda row: row.utilisation)
    return Row(**{**asdict(best), "policy": BEST_RATIO, "setting": best.policy})


def _row(scenario: str, policy: str, several: Sequence[Measures]) -> Row:
    def mean(name: str) -> float:
        return fsum(getattr(each, name) for each in several) / len(several)

    bound = clairvoyant(SCENARIOS[scenario])
    return Row(
        scenario=scenario,
        policy=policy,
        seeds=len(several),
        utilisation=mean("utilisation"),
        utilisation_worst=min(each.utilisation for each in several),
        abandonment=mean("abandonment"),
        abandonment_worst=max(each.abandonment for each in several),
        worst_quarter=max(each.worst_quarter for each in several),
        bound=bound,
        share_of_bound=mean("utilisation") / bound,
        dials_per_connect=mean("dials_per_connect"),
        talk_minutes_per_hour=mean("talk_minutes_per_hour"),
        decision_p99_us=max(each.decision_p99_us for each in several),
    )
