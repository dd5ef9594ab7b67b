"""What doors write down: every change, by whom, from what, why; and nothing that is no change."""

from __future__ import annotations

from typing import Any

import pytest

from contact_center.adapters.api.auditing import MAYBE, Done, action_of
from tests.adapters.api.conftest import Bench


class Pages:
    """A book that keeps what is written into it."""

    def __init__(self) -> None:
        self.rows: list[Done] = []

    async def write(self, done: Done) -> None:
        self.rows.append(done)


@pytest.fixture
def book(bench: Bench) -> Pages:
    made = Pages()
    bench.access.book = made
    return made


def told(row: Done) -> dict[str, Any]:
    return {
        name: getattr(row, name)
        for name in ("who", "role", "action", "object", "before", "after", "outcome")
    }


async def test_a_change_is_written_down_with_what_was_before(bench: Bench, book: Pages) -> None:
    bench.bare.ready("anna")
    body = {"presence": "paused", "reason": "lunch"}
    assert (await bench.ask("POST", "/api/agents/anna/presence", body))[0] == 200
    (row,) = book.rows
    assert told(row) == {
        "who": "dana",
        "role": "supervisor",
        "action": "agent.presence",
        "object": "anna",
        "before": {"presence": "ready", "reason": "", "work": "idle"},
        "after": body,
        "outcome": "",
    }
    assert row.via == "api 127.0.0.1"


async def test_where_a_caller_waited_is_written_down(bench: Bench, book: Pages) -> None:
    bench.enter("c1")
    await bench.ask("POST", "/api/calls/c1/priority", {"priority": 5})
    await bench.ask("POST", "/api/calls/c1/withdraw")
    first, second = book.rows
    assert (first.before, first.after) == (
        {"queue": "sales", "priority": 0, "boost_s": 0.0, "position": 1},
        {"priority": 5},
    )
    assert (second.action, second.object) == ("call.withdraw", "c1")
    assert second.before["priority"] == 5


async def test_an_emergency_is_written_down_with_which_flows_had_one(
    bench: Bench, book: Pages
) -> None:
    await bench.ask("POST", "/api/emergency", {"on": True})
    await bench.ask("POST", "/api/emergency", {"on": False})
    assert [(row.action, row.object, row.after["on"]) for row in book.rows] == [
        ("emergency", "all flows", True),
        ("emergency", "all flows", False),
    ]
    assert book.rows[0].before == []
    assert len(book.rows[1].before) == 1


async def test_reading_and_what_was_refused_is_not_written_down(bench: Bench, book: Pages) -> None:
    await bench.ask("GET", "/api/agents")
    await bench.ask("POST", "/api/calls/nobody/withdraw")
    await bench.ask("POST", "/api/agents/anna/presence", {"presence": "asleep"})
    await bench.ask("POST", "/api/agents/anna/presence", {"presence": "ready"}, who="wall")
    assert book.rows == []


async def test_other_systems_everyday_work_is_not_written_down(bench: Bench, book: Pages) -> None:
    await bench.ask("POST", "/api/work", {"id": "w1", "queue": "chats"}, who="crm")
    await bench.ask("DELETE", "/api/work/w1", who="crm")
    assert book.rows == []


async def test_what_nobody_answered_may_have_happened(bench: Bench, book: Pages) -> None:
    bench.enter("c1")
    bench.deaf = True
    assert (await bench.ask("POST", "/api/calls/c1/withdraw"))[0] == 504
    (row,) = book.rows
    assert row.outcome == MAYBE


def test_acts_have_names_of_their_own() -> None:
    assert action_of("POST", "calls/{call}/move") == "call.move"
    assert action_of("DELETE", "calls/{call}/supervise") == "call.end-supervise"
    assert action_of("POST", "emergency") == "emergency"
    assert action_of("POST", "dialer/stop") == "dialer.stop"
    assert action_of("DELETE", "suppressions") == "suppression.end"
    assert action_of("POST", "leads/{lead}/reopen") == "lead.reopen"


async def test_no_two_doors_write_the_same_name(bench: Bench) -> None:
    doors = [route for route in bench.api.routes() if route.method not in ("GET", "HEAD")]  # type: ignore[attr-defined]
    names = [action_of(route.method, route.path.removeprefix("/api/")) for route in doors]  # type: ignore[attr-defined]
    assert len(set(names)) == len(names) > 5
