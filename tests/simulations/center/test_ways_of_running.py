"""One trace of events under three clocks: the live loop's, SimPy's and a replay's.

The outputs, commands and facts alike, are equal byte for byte.
"""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from contact_center.core.center import Center
from contact_center.core.commands import TelephonyCommand
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.events import DeadlinePassed, Event
from contact_center.core.facts import Fact
from contact_center.core.output import Output
from contact_center.runtime.clock import ManualClock
from contact_center.runtime.journal import Journal, encode_outputs, segments
from contact_center.runtime.loop import CenterLoop, Content
from contact_center.runtime.replay import replay
from simulations.center.clock import Clock, Moment
from simulations.center.world import World
from tests.simulations.center.busy_hour import busy_hour

Trace = list[tuple[int, Event]]


MOST = 2_000
"""Events of the morning that are told again: the loop in debug mode is slow."""
Recorded = tuple[CenterConfiguration, Trace, list[bytes]]


@pytest.fixture(scope="module")
def recorded() -> Recorded:
    """A busy hour in SimPy's world: its events, when they came, and what was decided on each."""
    scenario = busy_hour()
    trace: Trace = []
    outputs: list[bytes] = []

    def note(event: Event, at: int, decided: Sequence[Output]) -> None:
        trace.append((at, event))
        outputs.append(bytes(encode_outputs(list(decided))))

    world = World(scenario, seed=3)
    world.on_step = note
    world.run()
    return scenario.configuration, trace[:MOST], outputs[:MOST]


class Nowhere:
    """A telephone network that is told and says nothing: what it said is in the trace."""

    async def submit(self, commands: Sequence[TelephonyCommand]) -> None:
        """Take commands."""


class Nobody:
    """Takes other commands and facts."""

    def submit(self, command: object) -> None:
        """Take a command."""

    def publish(self, facts: Sequence[Fact]) -> None:
        """Take facts."""


async def live(
    configuration: CenterConfiguration, trace: Trace, folder: Path
) -> tuple[list[bytes], list[str]]:
    """Give the events to the real loop, at the times they came; read its journal."""
    clock = ManualClock(trace[0][0])
    journal = Journal(folder, 1)
    nobody = Nobody()
    loop = CenterLoop(
        Center(configuration),
        journal,
        Nowhere(),  # type: ignore[arg-type]
        nobody,
        [nobody],
        clock.now,
        Content(center="center", sources={}),
    )
    loop.begin_segment()
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(loop.run())
        for at, event in trace:
            clock.set(at)
            if isinstance(event, DeadlinePassed):
                # As the loop's own timer does, which follows another clock.
                loop._idle.clear()
                loop._wake.set()
            else:
                loop.post(event)
            await loop.settle()
        running.cancel()
    journal.close()
    lines = [line for segment in segments(folder) for _, line in [*_events(segment)]]
    return [bytes(outputs) for outputs, _ in lines], [name for _, name in lines]


def _events(segment: object) -> list[tuple[int, tuple[bytes, str]]]:
    found = []
    for number, (line, event) in enumerate(segment.events()):  # type: ignore[attr-defined]
        found.append((number, (bytes(line.outputs), type(event).__name__)))
    return found


def in_simpy(configuration: CenterConfiguration, trace: Trace) -> list[bytes]:
    """Give the events to a new center as moments of SimPy's clock."""
    clock, center, outputs = Clock(trace[0][0]), Center(configuration), list[bytes]()

    def happen(moment: Moment) -> None:
        outputs.append(bytes(encode_outputs(center.handle(moment.value, clock.now))))

    for at, event in trace:
        clock.at(at, happen, event)
    clock.run()
    return outputs


async def test_live_simulated_and_replayed_decide_the_same_byte_for_byte(
    tmp_path: Path, recorded: Recorded
) -> None:
    configuration, trace, outputs = recorded
    assert len(trace) > 1_000
    assert in_simpy(configuration, trace) == outputs
    decided, names = await live(configuration, trace, tmp_path)
    assert names == [type(event).__name__ for _, event in trace]
    assert decided == outputs

    def load(_name: str, _sources: Mapping[str, str]) -> CenterConfiguration:
        return configuration

    result = replay(tmp_path, load)
    assert result.difference is None
    assert result.events == len(trace)


def test_another_seed_gives_another_trace() -> None:
    scenario = busy_hour()
    ends = [World(scenario, seed=seed).run().total() for seed in (3, 4)]
    assert ends[0] != ends[1]
    assert ends[0] == World(scenario, seed=3).run().total()


@pytest.mark.parametrize("at", [0, 500])
def test_one_event_more_makes_a_difference(at: int, recorded: Recorded) -> None:
    configuration, trace, outputs = recorded
    assert in_simpy(configuration, [*trace[:at], trace[at], *trace[at:]]) != outputs
