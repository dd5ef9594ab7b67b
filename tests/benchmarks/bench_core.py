"""Events a second of the core alone: no network, no journal, no loop.

A trace of whole calls (menu, queue, talk, hold, wrap-up) is recorded once on the simulated network
and then run through fresh centers. The baseline, measured in the same run, is decoding the same
events from JSON: what a process pays before it can decide anything.

    python -m tests.benchmarks.bench_core [CALLS]
"""

import json
import sys
import time
from statistics import median

import msgspec

from contact_center.adapters.simulated.phones import phone
from contact_center.core.center import Center
from contact_center.core.events import Event
from contact_center.core.queue_settings import WrapUp
from contact_center.runtime.codec import event_from
from tests.stories.centers import agent, small_center
from tests.stories.world import World

ROUNDS = 5


class Recorder(World):
    """A world that keeps the events it hands to the core."""

    def tell(self, event: Event) -> list:  # type: ignore[type-arg]
        self.trace.append((event, self.now))
        return super().tell(event)

    def __init__(self, agents: int) -> None:
        self.trace: list[tuple[Event, int]] = []
        staff = [agent(f"agent{i}", 1000 + i) for i in range(agents)]
        super().__init__(small_center(*staff, wrap_up=WrapUp(us=5_000_000)))
        for settings in self.configuration.agents.values():
            self.network.plug_in(phone(settings.device, "answer after 1..3 s"))
        self.ready(*(f"agent{i}" for i in range(agents)))


def record(calls: int) -> Recorder:
    """Record `calls` whole calls, one every 0.2 s, with 100 agents."""
    world = Recorder(100)
    for number in range(calls):
        ani = f"+1415{5_550_000 + number:07d}"
        world.call(ani=ani, script=["press 1 after 1 s", "hang up after 18 s"])
        world.wait(0.2)
    world.wait(120)
    return world


def main(calls: int = 2_000) -> None:
    """Record, measure, print one JSON object as the last line."""
    world = record(calls)
    trace = world.trace
    encoded = [(type(e).__name__, msgspec.Raw(msgspec.json.encode(e))) for e, _ in trace]
    ours, baseline = [], []
    for _ in range(ROUNDS):
        center = Center(world.configuration)
        began = time.perf_counter()
        for event, now in trace:
            center.handle(event, now)
        ours.append(len(trace) / (time.perf_counter() - began))
        began = time.perf_counter()
        for name, raw in encoded:
            event_from(name, raw)
        baseline.append(len(trace) / (time.perf_counter() - began))
    finished = sum(1 for fact in world.facts if type(fact).__name__ == "CallFinished")
    result = {
        "bench": "core",
        "calls": finished,
        "events": len(trace),
        "events_per_call": round(len(trace) / max(1, finished), 1),
        "core_events_per_s": round(median(ours)),
        "baseline": "decoding the same events from JSON",
        "baseline_events_per_s": round(median(baseline)),
        "ratio": round(median(ours) / median(baseline), 3),
        "us_per_call": round(1e6 * len(trace) / max(1, finished) / median(ours), 1),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
