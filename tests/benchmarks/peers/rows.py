"""The rows of the comparison: floors, loads and what is measured on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from tests.benchmarks.peers import measures
from tests.benchmarks.peers.floor import Entry, Floor, Line, extension
from tests.benchmarks.peers.measures import Pool
from tests.benchmarks.peers.people import Manners, People, Trade, keep_calling
from tests.benchmarks.peers.run import Number, Result, Scenario

HOLD_S = (1.5, 2.5)
SHORT_S = (0.1, 0.3)


def one_each(queues: int) -> Floor:
    """So many queues with one agent each."""
    return Floor(
        lines=[Line(f"q{n}", [n]) for n in range(queues)],
        entries=[Entry(f"q{n}", f"q{n}") for n in range(queues)],
    )


def one_for_all(agents: int, queues: int = 1) -> Floor:
    """So many queues, each with all the agents; everybody calls the first."""
    return Floor(
        lines=[Line(f"q{n}", range(agents)) for n in range(queues)],
        entries=[Entry("q0", "q0")],
        ours={"timing": {"back_off": "1s"}},
    )


def closed(
    callers: int, hold_s: tuple[float, float], kinds: Iterable[str] = ("q0",), **more: Any
) -> Callable[[People, Number, int], None]:
    """So many callers a kind who call again and again."""

    def load(people: People, number: Number, seed: int) -> None:
        trades = [Trade(kind, number(kind), callers, hold_s, **more) for kind in kinds]
        keep_calling(people, trades, seed)

    return load


def pools_of(floor: Floor) -> list[Pool]:
    """One pool a queue that can be dialled."""
    pools = []
    for line in floor.lines:
        kinds = frozenset(e.kind for e in floor.entries if e.queue == line.name)
        if kinds:
            pools.append(Pool(frozenset(extension(agent) for agent in line.agents), kinds))
    return pools


# --- what is measured ----------------------------------------------------------------------------


def always(result: Result, scenario: Scenario) -> dict[str, object]:
    """What is said of every run."""
    people, window = result.people, result.window
    orders = measures.order(people.calls, window)
    idle = measures.idle_while_waiting(
        scenario.pools or pools_of(scenario.floor), people.calls, people.offers, window
    )
    done = measures.served(people.calls, window)
    took = window[1] - window[0]
    keys: dict[str, object] = {
        "calls_per_s": round(len(done) / took, 2),
        "later_first_share": round(orders.overtakes / orders.offers, 4) if orders.offers else None,
        "later_first_over_50ms": orders.noticed,
        "idle_while_waiting_s": idle.s_per_hour,
        "idle_while_waiting_over_50ms_s": idle.noticed_s_per_hour,
        "idle_while_waiting_longest_s": idle.longest_s,
        "answered_in_vain": measures.offered_again(people.calls, window),
        "unanswered": sum(1 for call in people.calls if call.unheard),
        "cpu_people_share": result.people_cpu,
        "cpu_others_share": result.others_cpu,
    }
    for name, used in result.cpu_s.items():
        keys[f"cpu_{name}_share"] = round(used / took, 3)
        keys[f"cpu_{name}_ms_per_call"] = round(1000 * used / len(done), 2) if done else None
    total = sum(result.cpu_s.values())
    keys["cpu_ms_per_call"] = round(1000 * total / len(done), 2) if done else None
    if result.complaints:
        keys["complaints"] = len(result.complaints)
        keys["first_complaint"] = result.complaints[0][:200]
    return keys


def free(result: Result, scenario: Scenario) -> dict[str, object]:
    people, window = result.people, result.window
    gaps = measures.free_to_invite(people.offers, window)
    return {
        **measures.in_ms("", gaps),
        "share_of_possible": measures.share_of_possible(
            people.calls, len(scenario.floor.agents), window
        ),
        **always(result, scenario),
    }


def no_answer(result: Result, scenario: Scenario) -> dict[str, object]:
    gaps, same = measures.cancel_to_invite(result.people.calls, result.window)
    return {**measures.in_ms("", gaps), "same_agent_share": same, **always(result, scenario)}


def arrival(result: Result, scenario: Scenario) -> dict[str, object]:
    found = measures.placed_to_invite(result.people.calls, result.window)
    return {**measures.in_ms("", found), **always(result, scenario)}


# --- the rows ------------------------------------------------------------------------------------

_CELLS = 10
_SILENT = 6


def _silent_floor() -> Floor:
    """Queues of three agents whose phones only ring."""
    return Floor(
        lines=[Line(f"q{n}", [3 * n, 3 * n + 1, 3 * n + 2]) for n in range(_SILENT)],
        entries=[Entry(f"q{n}", f"q{n}") for n in range(_SILENT)],
        ours={"timing": {"back_off": "1s"}},
        agent={"after_no_answer": "back_off"},
    )


_DEFAULTS = {"autofill": "no", "retry": "5"}
"""What app_queue does when these options are left out."""

ROWS = [
    Scenario(
        name="free",
        row="agent free to next INVITE, callers waiting (one agent a queue)",
        goal="p50 under 10, p99 under 50 ms",
        floor=one_each(_CELLS),
        load=closed(6, HOLD_S, [f"q{n}" for n in range(_CELLS)]),
        measure=free,
        arms={"": {}, "defaults": _DEFAULTS},
    ),
    Scenario(
        name="no_answer",
        row="no answer to the next agent's INVITE",
        goal="under 50 ms, another agent",
        floor=_silent_floor(),
        load=closed(1, HOLD_S, [f"q{n}" for n in range(_SILENT)], start_s=1.0),
        measure=no_answer,
        arms={"": {"timeout": "1"}, "defaults": {"timeout": "1", **_DEFAULTS}},
        ours={"ring": "1s"},
        manners=Manners(answer_s=None),
    ),
    Scenario(
        name="arrival",
        row="arrival to an idle agent's INVITE",
        goal="under 10 ms",
        floor=one_for_all(50),
        load=closed(1, (0.05, 0.1), redial_s=(0.2, 0.4), start_s=0.1),
        measure=arrival,
        warm_s=2.0,
    ),
    Scenario(
        name="ten",
        row="agents' possible calls used, ten agents in one queue",
        goal="98 %",
        floor=one_for_all(10),
        load=closed(27, HOLD_S),
        measure=free,
        arms={"": {}, "defaults": _DEFAULTS, "ringall": {"strategy": "ringall"}},
    ),
    Scenario(
        name="fifty",
        row="50 agents, 0.2 s calls",
        goal="above 123 calls/s, all processes' CPU counted",
        floor=one_for_all(50),
        load=closed(210, SHORT_S, start_s=12.0),
        measure=free,
        # Nothing is sent to those who wait, on either side: app_queue lets them hear it ring.
        ours={"music": "none"},
        manners=Manners(answer_s=(0.0, 0.0)),
        warm_s=16.0,
        seconds=15.0,
    ),
    Scenario(
        name="fifty_music",
        row="the same, with music for callers on both sides",
        goal="for comparison: app_queue streams as many callers music as we do",
        floor=replace(one_for_all(50), entries=[Entry("q0", "q0", music=True)]),
        load=closed(210, SHORT_S, start_s=12.0),
        measure=free,
        manners=Manners(answer_s=(0.0, 0.0)),
        warm_s=16.0,
        seconds=15.0,
    ),
]
