"""A past to fit to: the calls of a known workload, as a telephone system would write them down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from simulations.calls_file import COLUMNS
from simulations.durations import Exponential
from simulations.streams import Streams
from simulations.workload import Workload, agents_by_name, callers

ANSWERED_AFTER = Exponential(mean_s=25.0)
"""How long until an agent would be free. Any time does: what is fitted must not depend on it."""


def calls_of(workload: Workload, days: int, seed: int = 1) -> Iterator[str]:
    """The lines of the file, headings first. Agents take calls in turn, of the queues they have."""
    streams = Streams(seed)
    chance, answers = streams.of("answered after"), streams.of("answers")
    agents = agents_by_name(workload)
    midnight = datetime.combine(workload.first_day, time())
    yield ",".join(COLUMNS) + "\n"
    for caller in callers(workload, streams, range(days)):
        at = (midnight + timedelta(seconds=caller.at_s)).isoformat(timespec="milliseconds")
        free = ANSWERED_AFTER.draw(chance) if chance.random() < 0.7 else 0.0
        start = f"{at},{caller.queue},{caller.kind}"
        if caller.patience_s < free:
            yield f"{start},{caller.patience_s:.3f},abandoned,,,\n"
            continue
        able = [name for name, habits in agents.items() if caller.queue in habits.queues]
        name = chance.choice(able)
        while agents[name].answer(answers) is None:
            yield f"{start},{free:.3f},no_answer,,,{name}\n"
            name = chance.choice(able)
        talk = agents[name].handle_s(caller.talk_s)
        wrap_up = agents[name].handle_s(caller.wrap_up_s)
        yield f"{start},{free:.3f},answered,{talk:.3f},{wrap_up:.3f},{name}\n"
