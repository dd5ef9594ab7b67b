"""One run: one scenario on one side, from the start of Asterisk to the end of everything."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from tests.benchmarks.peers.floor import Floor
from tests.benchmarks.peers.measures import Pool, Window
from tests.benchmarks.peers.people import Manners, People
from tests.benchmarks.peers.sides import AppQueue, Ours, Side

Number = Callable[[str], str]
"""What is dialled for a kind of call."""


@dataclass(slots=True, kw_only=True)
class Result:
    """What a run left behind. `cpu_s`: processor time by process within the window."""

    people: People
    window: Window
    cpu_s: dict[str, float]
    people_cpu: float
    """Cores that the callers and agents themselves used."""
    others_cpu: float
    """Cores that everything else on the machine used meanwhile."""
    acted_at: float = 0.0
    ended_at: float = 0.0
    complaints: list[str] = field(default_factory=list)
    playbacks: tuple[int, int] | None = None
    """Ours: how many playbacks to callers came to their end, and how many failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One row of the comparison.

    `arms`: settings of queues.conf for all queues, by name; "" is the best there is. `load` makes
    callers call. `measure` gives the keys of one side without their prefix. `needs`: what our
    product must have first. `act`: done in the middle of the window.
    """

    name: str
    row: str
    goal: str
    floor: Floor
    load: Callable[[People, Number, int], None]
    measure: Callable[[Result, Scenario], dict[str, object]]
    arms: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: {"": {}})
    ours: Mapping[str, Any] = field(default_factory=dict)
    ours_arms: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: {"": {}})
    manners: Manners = field(default_factory=Manners)
    warm_s: float = 6.0
    seconds: float = 25.0
    needs: Sequence[str] = ()
    act: Callable[[Side], Any] | None = None
    pools: Sequence[Pool] = ()
    drain_s: float = 0.0


Probe = Callable[[Ours], Any]
"""Started with the window on our side (a profiler, say) and awaited at its end."""


async def run(
    scenario: Scenario, side: str, arm: str, seconds: float, seed: int, probe: Probe | None = None
) -> Result:
    """Run a scenario on one side."""
    with tempfile.TemporaryDirectory(prefix="peers-") as folder:
        people = People(scenario.manners, seed)
        try:
            made = _make(scenario, side, arm, people, Path(folder))
            try:
                await made.start()
                return await _measured(scenario, made, people, seconds, seed, probe)
            finally:
                await made.stop()
        finally:
            people.close()


def _make(scenario: Scenario, side: str, arm: str, people: People, folder: Path) -> Side:
    if side == "app_queue":
        return AppQueue(scenario.floor, scenario.arms[arm], people)
    settings = {**scenario.ours, **scenario.ours_arms[arm]}
    return Ours(scenario.floor, settings, people, folder)


async def _measured(
    scenario: Scenario,
    side: Side,
    people: People,
    seconds: float,
    seed: int,
    probe: Probe | None,
) -> Result:
    scenario.load(people, side.number, seed)
    await asyncio.sleep(scenario.warm_s)
    watched = None
    if probe is not None and isinstance(side, Ours):
        watched = asyncio.ensure_future(probe(side))
    before, busy = side.cpu_s(), _busy_s()
    begun, acted = time.time(), 0.0
    if scenario.act is None:
        await asyncio.sleep(seconds)
    else:
        await asyncio.sleep(seconds / 3)
        await scenario.act(side)
        acted = time.time()
        await asyncio.sleep(seconds * 2 / 3)
    window = (begun, time.time())
    after, busy_after = side.cpu_s(), _busy_s()
    if scenario.drain_s:
        people.takes_more = False
        await asyncio.sleep(scenario.drain_s)
    ended = time.time()
    # Before anything is stopped: what happens to callers then says nothing.
    people.close()
    if watched is not None:
        await watched
    cpu = {name: after[name] - before[name] for name in after}
    took = window[1] - window[0]
    others = (busy_after[0] - busy[0]) - (busy_after[1] - busy[1]) - sum(cpu.values())
    return Result(
        people=people,
        window=window,
        acted_at=acted,
        ended_at=ended,
        cpu_s=cpu,
        people_cpu=round((busy_after[1] - busy[1]) / took, 2),
        others_cpu=round(max(0.0, others) / took, 2),
        complaints=side.complaints if isinstance(side, Ours) else [],
        playbacks=side.playbacks() if isinstance(side, Ours) else None,
    )


def _busy_s() -> tuple[float, float]:
    """Processor time of the whole machine that was used, and of this process."""
    all_ = psutil.cpu_times()
    idle = all_.idle + getattr(all_, "iowait", 0.0) + getattr(all_, "steal", 0.0)
    mine = psutil.Process(os.getpid()).cpu_times()
    return sum(all_[:8]) - idle, mine.user + mine.system
