"""The rows that are more than gaps: restricted callers, ring-all, announcements, size, a reload."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from statistics import mean

from tests.benchmarks.peers import measures
from tests.benchmarks.peers.fifo import Arrival
from tests.benchmarks.peers.fifo import waits as fifo_waits
from tests.benchmarks.peers.floor import Entry, Floor, Line, extension
from tests.benchmarks.peers.measures import Pool
from tests.benchmarks.peers.people import Call, Manners, People
from tests.benchmarks.peers.rows import (
    always,
    closed,
    free,
    one_for_all,
)
from tests.benchmarks.peers.run import Number, Result, Scenario
from tests.benchmarks.peers.sides import Side

# --- restricted callers at the head --------------------------------------------------------------

REPLICAS = 16
RATE = 0.06
LONG_S = (20.0, 30.0)


def _mixed(replicas: int, restricted: bool) -> Floor:
    """Queues of two generalists and two specialists; `r` callers may have specialists only."""
    lines, entries, skills = [], [], {}
    for n in range(replicas):
        first = 4 * n
        agents = range(first, first + 4)
        lines.append(
            Line(f"q{n}", agents, penalties=dict(zip(agents, (1, 1, 10, 10), strict=True)))
        )
        entries += [Entry(f"o{n}", f"q{n}"), Entry(f"r{n}", f"q{n}", restricted=restricted)]
        skills |= {first + 2: {"special": 1}, first + 3: {"special": 1}}
    return Floor(lines, entries, skills)


def _pools(replicas: int) -> tuple[Pool, ...]:
    """Generalists beside open callers: nothing may keep these from each other."""
    return tuple(
        Pool(frozenset({extension(4 * n), extension(4 * n + 1)}), frozenset({f"o{n}"}))
        for n in range(replicas)
    )


def _poisson(replicas: int) -> Callable[[People, Number, int], None]:
    """Calls that come as they like and are not repeated; the same for the same seed."""

    def load(people: People, number: Number, seed: int) -> None:
        loop = asyncio.get_running_loop()
        for kind in [f"{letter}{n}" for n in range(replicas) for letter in "or"]:
            source, at = random.Random(f"{seed}-{kind}"), 0.0
            while (at := at + source.expovariate(RATE)) < 3600:
                hold = source.uniform(*LONG_S)
                loop.call_later(at, _place, people, number(kind), kind, hold)

    return load


def _place(people: People, did: str, kind: str, hold_s: float) -> None:
    if people.is_open:
        people.place(did, kind, hold_s)


def _specialists(replicas: int) -> list[Pool]:
    return [
        Pool(frozenset({extension(4 * n + 2), extension(4 * n + 3)}), frozenset({f"o{n}", f"r{n}"}))
        for n in range(replicas)
    ]


def _waits(result: Result, scenario: Scenario) -> dict[str, object]:
    people, window = result.people, result.window
    keys: dict[str, object] = {}
    for name, letter in (("open", "o"), ("restricted", "r")):
        found = measures.waits(people.calls, letter, window)
        keys[f"{name}_wait_mean_s"] = round(mean(found), 2) if found else None
        keys[f"{name}_wait_p90_s"] = round(measures.quantile(found, 0.9) or 0.0, 2)
        keys[f"{name}_n"] = len(found)
    best = _work_conserving(people.calls, scenario, window)
    keys["work_conserving_open_wait_mean_s"] = round(mean(best), 2) if best else None
    beside = measures.idle_while_waiting(
        _specialists(len(scenario.floor.lines)), people.calls, people.offers, window
    )
    return {
        **keys,
        **always(result, scenario),
        "specialist_idle_while_waiting_s": beside.s_per_hour,
    }


def _work_conserving(calls: list[Call], scenario: Scenario, window: measures.Window) -> list[float]:
    """The open callers' waits had the same calls met a router that lets nobody idle."""
    found = []
    for number in range(len(scenario.floor.lines)):
        mine = [call for call in calls if call.kind[1:] == str(number)]
        restricted = any(e.restricted for e in scenario.floor.entries)
        arrivals = [
            Arrival(call.placed_at, restricted and call.kind[0] == "r", call.hold_s + 0.065)
            for call in mine
        ]
        open_at = {call.placed_at for call in mine if call.kind[0] == "o"}
        for arrival, wait in fifo_waits(arrivals, 2, 2):
            if arrival.at in open_at and window[0] <= arrival.at < window[1]:
                found.append(min(wait, window[1] - arrival.at))
    return found


# --- ring-all, and agents who hang up at once ----------------------------------------------------

_RING_ALL_QUEUES = 4
LOST_AFTER_S = 10.0


def _ring_all() -> Floor:
    return Floor(
        lines=[Line(f"q{n}", range(6 * n, 6 * n + 6)) for n in range(_RING_ALL_QUEUES)],
        entries=[Entry(f"q{n}", f"q{n}") for n in range(_RING_ALL_QUEUES)],
        ours={"timing": {"back_off": "1s"}},
        agent={"after_no_answer": "back_off"},
    )


def _lost(result: Result, scenario: Scenario) -> dict[str, object]:
    """Callers whom nobody rang for any more, or who were let go without having been talked to."""
    end = result.ended_at
    calls = result.people.calls
    stranded = [
        call
        for call in calls
        if not call.ended_at
        and call.placed_at < end - LOST_AFTER_S
        and all(offer.invited_at < end - LOST_AFTER_S for offer in call.offers)
    ]
    dropped = [
        call for call in calls if call.ended_at and not call.answered_at and not call.unheard
    ]
    return {
        "callers": len(calls),
        "lost": len(stranded) + len(dropped),
        "lost_stranded": len(stranded),
        "lost_let_go": len(dropped),
        **always(result, scenario),
    }


# --- announcements --------------------------------------------------------------------------------


def _announced(result: Result, scenario: Scenario) -> dict[str, object]:
    """The gaps, and whether callers were indeed told anything."""
    keys = free(result, scenario)
    if result.playbacks is not None:
        keys["announcements_played"], keys["announcements_failed"] = result.playbacks
    return keys


# --- a queue taken out ---------------------------------------------------------------------------


async def _take_out(side: Side) -> None:
    await side.take_out("q0", "q1")


def _stranded(result: Result, scenario: Scenario) -> dict[str, object]:
    """Of those who waited in the queue when it was taken out: who is still there at the end?"""
    at = result.acted_at
    left = [
        call
        for call in result.people.calls
        if call.kind == "q0"
        and call.placed_at < at
        and (not call.ended_at or call.ended_at > at)
        and not any(offer.invited_at < at for offer in call.offers)
    ]
    stranded = [call for call in left if not call.offers and not call.ended_at]
    return {
        "waiting_then": len(left),
        "stranded": len(stranded),
        "offered_later": sum(1 for call in left if call.offers),
        **always(result, scenario),
    }


# --- the rows ------------------------------------------------------------------------------------

_ANNOUNCED = 10

TRIALS = [
    Scenario(
        name="announced",
        row="agent free to next INVITE with announcements",
        goal="no difference",
        floor=Floor(
            lines=[Line(f"q{n}", [n]) for n in range(_ANNOUNCED)],
            entries=[Entry(f"q{n}", f"q{n}", music=True) for n in range(_ANNOUNCED)],
        ),
        load=closed(4, (6.0, 10.0), [f"q{n}" for n in range(_ANNOUNCED)]),
        measure=_announced,
        arms={
            "": {
                "announce-holdtime": "yes",
                "announce-position": "yes",
                "announce-frequency": "15",
            },
            "without": {},
        },
        ours={
            "announcements": {
                "first": "5s",
                "every": "15s",
                "position": True,
                "expected_wait": True,
            }
        },
        warm_s=20.0,
        seconds=30.0,
    ),
    Scenario(
        name="restricted",
        row="restricted callers at the head: mean wait of open callers; idle beside a caller",
        goal="5.5 s, that of a work-conserving queue; 0 s idle",
        floor=_mixed(REPLICAS, restricted=True),
        load=_poisson(REPLICAS),
        measure=_waits,
        pools=_pools(REPLICAS),
        warm_s=60.0,
        seconds=180.0,
    ),
    Scenario(
        name="unrestricted",
        row="the same calls with nobody restricted",
        goal="for comparison",
        floor=_mixed(REPLICAS, restricted=False),
        load=_poisson(REPLICAS),
        measure=_waits,
        pools=_pools(REPLICAS),
        warm_s=60.0,
        seconds=180.0,
    ),
    Scenario(
        name="ring_all",
        row="callers lost when an agent hangs up between answer and bridge (ring-all)",
        goal="0",
        floor=_ring_all(),
        load=closed(8, (0.1, 0.3), [f"q{n}" for n in range(_RING_ALL_QUEUES)]),
        measure=_lost,
        arms={"": {"strategy": "ringall"}},
        ours={"strategy": "ring_all"},
        manners=Manners(answer_s=(0.0, 0.6), hang_up_s=(0.0, 0.06)),
        drain_s=25.0,
    ),
    Scenario(
        name="thousand",
        row="1,000 queues with the same 50 agents",
        goal="as with one queue",
        floor=one_for_all(50, queues=1000),
        load=closed(210, (0.1, 0.3), start_s=12.0),
        measure=free,
        ours={"music": "none"},
        manners=Manners(answer_s=(0.0, 0.0)),
        warm_s=16.0,
        seconds=15.0,
    ),
    Scenario(
        name="reload",
        row="a queue removed by a reload",
        goal="overflow by rule, none lost",
        floor=Floor(
            lines=[Line("q0", [0, 1]), Line("q1", [0, 1])],
            entries=[Entry("q0", "q0"), Entry("q1", "q1")],
        ),
        load=closed(6, (2.0, 3.0), ["q0"]),
        measure=_stranded,
        act=_take_out,
        warm_s=6.0,
        seconds=40.0,
    ),
]
