"""A workload from a call-by-call file: what the past says about callers and agents.

What is found: for each queue the calls of each weekday by half hour, how much days differ beyond
chance, patience, and each kind of call's share, talk and wrap-up; for each agent queues, speed and
the share of offers left ringing. What is *not* found, because no file of calls tells: duties,
breaks, skills, and how fast an offer is taken.
"""

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from simulations.arrivals import DAY_S, WEEKDAYS, Profile, Weekday
from simulations.calls_file import Outcome, Row
from simulations.durations import AT_ONCE, Duration, Empirical, Lognormal
from simulations.patience import Wait, likelier_patience
from simulations.people import Habits
from simulations.workload import CallType, QueueLoad, Workload

INTERVAL_S = 1800.0
_MOST_VALUES = 200
_ROUNDS = 20

Kind = tuple[str, str]
"""A queue and a type of call."""


def fit(rows: Sequence[Row]) -> Workload:
    """Find the workload behind `rows`. Raises ValueError when no caller is among them.

    Days on which no queue had any call count as closed, and not as days without luck.
    """
    calls = [row for row in rows if row.outcome is not Outcome.NO_ANSWER]
    if not calls:
        raise ValueError("there are no calls in the file")
    days = sorted({row.arrived.date() for row in calls})
    answered = [row for row in calls if row.outcome is Outcome.ANSWERED]
    speeds, talks = speeds_and_talks(answered)
    by_queue: dict[str, list[Row]] = defaultdict(list)
    for row in calls:
        by_queue[row.queue].append(row)
    return Workload(
        first_day=days[0],
        queues={
            queue: _load(queue, by_queue[queue], days, talks, speeds) for queue in sorted(by_queue)
        },
        agents=_agents(rows, speeds),
    )


def _load(
    queue: str,
    rows: list[Row],
    days: list[date],
    talks: Mapping[Kind, Lognormal],
    speeds: Mapping[str, float],
) -> QueueLoad:
    counts = Counter(row.kind for row in rows)
    types = {
        kind: CallType(
            talk=talks[queue, kind],
            wrap_up=_wrap_up(
                row.wrap_up_s * speeds.get(row.agent, 1.0)
                for row in rows
                if row.kind == kind and row.outcome is Outcome.ANSWERED
            ),
            share=count / len(rows),
        )
        for kind, count in sorted(counts.items())
        if (queue, kind) in talks
    }
    if not types:
        raise ValueError(f'no call of queue "{queue}" was answered: what they take is unknown')
    waits = [Wait(row.waited_s, row.outcome is Outcome.ABANDONED) for row in rows]
    return QueueLoad(
        arrivals=profile([row.arrived.date() for row in rows], rows, days),
        types=types,
        patience=likelier_patience(waits),
    )


def profile(dates: Sequence[date], rows: Sequence[Row], days: Sequence[date]) -> Profile:
    """Find the mean calls of each half hour and weekday, over the days that were open."""
    open_days = Counter(WEEKDAYS[day.weekday()] for day in days)
    sums: dict[Weekday, list[float]] = {
        day: [0.0] * int(DAY_S / INTERVAL_S) for day in WEEKDAYS if open_days[day]
    }
    for row in rows:
        at = row.arrived
        second = at.hour * 3600 + at.minute * 60 + at.second
        sums[WEEKDAYS[at.weekday()]][int(second / INTERVAL_S)] += 1
    return Profile(
        calls={
            day: tuple(count / open_days[day] for count in counts)
            for day, counts in sums.items()
            if any(counts)
        },
        interval_s=INTERVAL_S,
        busyness_cv=busyness_cv(Counter(dates), days),
    )


def busyness_cv(calls: Mapping[date, int], days: Sequence[date]) -> float:
    """Find by how much days differ beyond what chance alone explains.

    A day's calls have variance m + cv² m² around their weekday's mean m; the m is chance.
    """
    beyond = squares = 0.0
    for number in range(7):
        counts = [calls.get(day, 0) for day in days if day.weekday() == number]
        if len(counts) > 1:
            mean = statistics.fmean(counts)
            variance = statistics.variance(counts)
            beyond += (len(counts) - 1) * (variance - mean)
            # The square of the found mean is too large by the mean's own variance.
            squares += (len(counts) - 1) * max(mean**2 - variance / len(counts), 0.0)
    return math.sqrt(max(beyond, 0.0) / squares) if squares else 0.0


def speeds_and_talks(
    answered: Sequence[Row],
) -> tuple[dict[str, float], dict[Kind, Lognormal]]:
    """Find each agent's speed, and each kind's talk for an agent of usual speed.

    Logarithms of talks are a kind's mean less the logarithm of the agent's speed, and chance. Both
    are found in turn until they stay (agents do not take the same mix of calls), and speeds of
    agents with few calls are drawn towards usual. Speeds are around 1 over all calls.
    """
    cells: dict[tuple[Kind, str], list[float]] = defaultdict(list)
    for row in answered:
        cells[(row.queue, row.kind), row.agent].append(math.log(row.talk_s))
    sums = {key: (len(logs), math.fsum(logs)) for key, logs in cells.items()}
    faster: dict[str, float] = dict.fromkeys((agent for _, agent in cells), 0.0)
    means: dict[Kind, float] = {}
    for _ in range(_ROUNDS):
        means = _kind_means(sums, faster)
        faster = _agent_means(sums, means)
    residuals: dict[Kind, list[float]] = defaultdict(list)
    for (kind, agent), logs in cells.items():
        residuals[kind] += [log - means[kind] + faster[agent] for log in logs]
    deviations = {kind: _deviation(values) for kind, values in residuals.items()}
    if len(faster) > 1:
        faster = _drawn_together(sums, faster, deviations)
        means = _kind_means(sums, faster)
    talks = {kind: Lognormal.of_logarithms(means[kind], deviations[kind]) for kind in means}
    return {agent: math.exp(value) for agent, value in faster.items() if agent}, talks


_Sums = Mapping[tuple[Kind, str], tuple[int, float]]


def _kind_means(sums: _Sums, faster: Mapping[str, float]) -> dict[Kind, float]:
    counts, totals = Counter[Kind](), defaultdict[Kind, float](float)
    for (kind, agent), (count, total) in sums.items():
        counts[kind] += count
        totals[kind] += total + count * faster[agent]
    return {kind: totals[kind] / counts[kind] for kind in sorted(counts)}


def _agent_means(sums: _Sums, means: Mapping[Kind, float]) -> dict[str, float]:
    counts, totals = Counter[str](), defaultdict[str, float](float)
    for (kind, agent), (count, total) in sums.items():
        counts[agent] += count
        totals[agent] += count * means[kind] - total
    usual = math.fsum(totals.values()) / max(1, sum(counts.values()))
    return {agent: totals[agent] / counts[agent] - usual for agent in sorted(counts)}


def _drawn_together(
    sums: _Sums, faster: Mapping[str, float], deviations: Mapping[Kind, float]
) -> dict[str, float]:
    """Draw each agent towards usual by how much of what is seen of them may be chance."""
    chance, counts = defaultdict[str, float](float), Counter[str]()
    for (kind, agent), (count, _) in sums.items():
        counts[agent] += count
        chance[agent] += count * deviations[kind] ** 2
    noise = {agent: max(chance[agent] / counts[agent] ** 2, 1e-12) for agent in counts}
    # How much agents really differ, as DerSimonian and Laird find it: who is seen best counts most.
    weights = {agent: 1 / value for agent, value in noise.items()}
    whole = math.fsum(weights.values())
    middle = math.fsum(weights[agent] * faster[agent] for agent in weights) / whole
    seen = math.fsum(weights[agent] * (faster[agent] - middle) ** 2 for agent in weights)
    spare = whole - math.fsum(weight**2 for weight in weights.values()) / whole
    real = max(0.0, seen - (len(weights) - 1)) / spare
    return {
        agent: value * real / (real + noise[agent]) if real else 0.0
        for agent, value in faster.items()
    }


def _deviation(values: Sequence[float]) -> float:
    return statistics.pstdev(values) if len(values) > 1 else 0.0


def _wrap_up(seconds: Iterable[float]) -> Duration:
    """Lognormal when there always is some, nothing when there never is, or else as it was seen."""
    values = sorted(seconds)
    if not values or values[-1] == 0:
        return AT_ONCE
    if values[0] > 0:
        logs = [math.log(value) for value in values]
        return Lognormal.of_logarithms(statistics.fmean(logs), _deviation(logs))
    if len(values) <= _MOST_VALUES:
        return Empirical(seconds=tuple(values))
    size = len(values) / _MOST_VALUES
    return Empirical(
        seconds=tuple(
            statistics.fmean(values[int(i * size) : int((i + 1) * size)])
            for i in range(_MOST_VALUES)
        )
    )


def _agents(rows: Iterable[Row], speeds: Mapping[str, float]) -> dict[str, Habits]:
    taken, missed = Counter[str](), Counter[str]()
    queues: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.agent and row.outcome in (Outcome.ANSWERED, Outcome.NO_ANSWER):
            (taken if row.outcome is Outcome.ANSWERED else missed)[row.agent] += 1
            queues[row.agent].add(row.queue)
    return {
        agent: Habits(
            queues=tuple(sorted(queues[agent])),
            speed=speeds.get(agent, 1.0),
            no_answer=missed[agent] / (taken[agent] + missed[agent]),
        )
        for agent in sorted(queues)
    }
