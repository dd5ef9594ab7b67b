"""What changed of the floor, for whoever saw it at some revision."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import json

from contact_center.adapters.console import floor
from contact_center.adapters.console.floor import View
from tests.adapters.console.conftest import NOW, MadeUp, agent, alert


def told(view: View, rev: int) -> dict[str, Any]:
    frame: dict[str, Any] = json.decode(view.since(rev))
    return frame


def names(frame: dict[str, Any]) -> tuple[list[str], list[str]]:
    return [row["agent"] for row in frame["agents"]], [row["call"] for row in frame["callers"]]


async def test_the_first_frame_is_the_whole_floor_and_the_next_what_changed() -> None:
    sight = MadeUp()
    sight.lines["sales"] = ["c1"]
    view = View(sight, lambda: NOW)
    await view.look()
    first = told(view, 0)
    assert first["whole"] is True
    assert first["now"] == NOW // 1_000
    assert names(first) == (["ana", "ben"], ["c1"])
    sight.rows["ben"] = agent("ben", presence="paused", reason="lunch")
    await view.look()
    later = told(view, first["rev"])
    assert later["whole"] is False
    assert names(later) == (["ben"], [])
    assert later["queues"] == []
    assert later["rev"] == first["rev"] + 1


async def test_nothing_new_is_no_new_revision() -> None:
    view = View(MadeUp(), lambda: NOW)
    await view.look()
    rev = view.rev
    await view.look()
    assert view.rev == rev


async def test_who_missed_frames_gets_all_of_them_in_one() -> None:
    sight = MadeUp()
    view = View(sight, lambda: NOW)
    await view.look()
    seen = view.rev
    sight.rows["ana"] = agent("ana", work="talking", call="c1", queue="sales")
    await view.look()
    sight.lines["sales"] = ["c2"]
    await view.look()
    sight.rows["ana"] = agent("ana", work="wrap_up")
    await view.look()
    frame = told(view, seen)
    assert names(frame) == (["ana"], ["c2"])
    assert frame["agents"][0]["work"] == "wrap_up"


async def test_what_is_gone_is_told_unless_it_came_back() -> None:
    sight = MadeUp()
    sight.lines["sales"] = ["c1", "c2"]
    view = View(sight, lambda: NOW)
    await view.look()
    seen = view.rev
    sight.lines["sales"] = ["c2"]
    del sight.rows["ben"]
    await view.look()
    assert told(view, seen)["gone"] == {
        "agents": ["ben"],
        "queues": [],
        "callers": ["c1"],
        "alerts": [],
    }
    sight.rows["ben"] = agent("ben")
    await view.look()
    back = told(view, seen)
    assert back["gone"]["agents"] == []
    assert names(back) == (["ben"], ["c2"])


async def test_who_is_further_behind_than_is_remembered_gets_everything() -> None:
    sight = MadeUp()
    sight.lines["sales"] = ["c1", "c2", "c3"]
    view = View(sight, lambda: NOW, most_gone=2)
    await view.look()
    seen = view.rev
    for left in (["c2", "c3"], ["c3"], []):
        sight.lines["sales"] = left
        await view.look()
    assert told(view, seen)["whole"] is True
    assert told(view, view.rev - 1)["gone"]["callers"] == ["c3"]


async def test_many_agents_are_looked_at_in_portions_and_callers_up_to_a_bound() -> None:
    sight = MadeUp()
    sight.rows = {name: agent(name) for name in (f"a{n}" for n in range(120))}
    sight.lines["sales"] = [f"c{n}" for n in range(floor.MOST_CALLERS + 5)]
    view = View(sight, lambda: NOW)
    await view.look()
    frame = told(view, 0)
    assert sight.asked == [0, 50, 100, 120]
    assert len(frame["agents"]) == 120
    assert len(frame["callers"]) == floor.MOST_CALLERS
    assert frame["queues"][0]["waiting"] == floor.MOST_CALLERS + 5


async def test_numbers_are_whole_for_those_alone_who_may_see_them() -> None:
    sight = MadeUp()
    sight.lines["sales"] = ["c1"]
    view = View(sight, lambda: NOW)
    await view.look()
    hidden, shown = view.since(0), view.since(0, numbers=True)
    assert json.decode(shown)["callers"][0]["number"] == "+14155550155"
    assert json.decode(hidden)["callers"][0]["number"] == "\u2022\u2022\u2022 0155"
    assert b"415555" not in hidden
    assert view.since(0) == hidden, "what was cut for one is not told to the other"


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("", ""),
        ("100", "\u2022\u2022\u2022"),
        ("5550155", "\u2022\u2022\u2022"),
        ("15550155", "\u2022\u2022\u2022 0155"),
    ],
)
def test_a_short_number_is_not_given_away_by_its_end(number: str, told: str) -> None:
    assert floor.masked(number) == told


async def test_alerts_come_and_go_with_the_floor() -> None:
    sight = MadeUp()
    sight.on = [alert("long.sales")]
    view = View(sight, lambda: NOW)
    await view.look()
    frame = told(view, 0)
    assert [row["alert"] for row in frame["alerts"]] == ["long.sales"]
    sight.on = []
    await view.look()
    later = told(view, frame["rev"])
    assert (later["alerts"], later["gone"]["alerts"]) == ([], ["long.sales"])
