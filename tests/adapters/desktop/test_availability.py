"""Who can be asked: what the desks of everybody say, found by name, whoever is free first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contact_center.adapters.desktop import payloads as p
from contact_center.adapters.desktop.availability import MOST_ENTRIES, directory, found
from contact_center.adapters.desktop.beside_messages import Availability, Entry
from contact_center.adapters.desktop.places import Places
from contact_center.adapters.desktop.roster import DeskAgent, DeskRoster
from contact_center.core import facts as f
from contact_center.core.ids import AgentId, CallId, QueueId, ReservationId
from tests.adapters.desktop.conftest import roster

A = Availability


def state(agent: str = "maria", **fields: Any) -> f.AgentChanged:
    """An agent who is ready since ten seconds after 1970, unless something else is said."""
    told = {"presence": f.Presence.READY, "reason": "", "work": f.Work.IDLE, "since": 10_000_000}
    return f.AgentChanged(at=0, agent=AgentId(agent), **(told | fields))


def entry(places: Places, to: str, tiles: dict[str, p.QueueTile] | None = None) -> Entry:
    entries = directory(places, tiles or {}, roster())
    return next(one for one in entries if one.to == to)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, A.FREE),
        ({"presence": f.Presence.PAUSED, "reason": "lunch"}, A.PAUSED),
        ({"outside": True}, A.OUTSIDE),
        ({"work": f.Work.WRAP_UP}, A.BUSY),
        ({"presence": f.Presence.PAUSED, "work": f.Work.TALKING}, A.BUSY),
        ({"presence": f.Presence.LOGGED_OUT}, A.AWAY),
    ],
)
def test_an_agent_is_what_their_own_desk_says(
    fields: dict[str, Any], expected: Availability
) -> None:
    places = Places(roster(), "e")
    places["maria"].view.apply(state(**fields))
    told = entry(places, "agent:maria")
    assert (told.state, told.name, told.since) == (expected, "Maria Silva", 10_000)
    assert told.reason == ("Lunch" if fields.get("reason") else "")


def test_who_was_never_there_is_away() -> None:
    told = entry(Places(roster(), "e"), "agent:jonas")
    assert (told.state, told.since) == (A.AWAY, None)


def test_who_talks_is_shown_with_the_queue_of_the_call_and_not_with_the_caller() -> None:
    places = Places(roster(), "e")
    call, reservation = CallId("c1"), ReservationId("r1")
    view = places["maria"].view
    view.apply(state(work=f.Work.TALKING, call=call, reservation=reservation))
    view.apply(
        f.CallConnected(
            at=0, call=call, seq=1, reservation=reservation, agent=AgentId("maria"),
            queue=QueueId("returns"), waited_us=0,
        )
    )  # fmt: skip
    told = entry(places, "agent:maria")
    assert (told.state, told.work, told.queue) == (A.BUSY, f.Work.TALKING, "Returns")


@pytest.mark.parametrize(
    ("idle", "logged_in", "expected"), [(1, 2, A.FREE), (0, 2, A.BUSY), (0, 0, A.AWAY)]
)
def test_a_queue_is_as_free_as_its_agents(idle: int, logged_in: int, expected: object) -> None:
    tile = p.QueueTile(
        queue="returns", label="Returns", waiting=4, offering=0, idle=idle, logged_in=logged_in,
        oldest_since=None,
    )  # fmt: skip
    told = entry(Places(roster(), "e"), "queue:returns", {"returns": tile})
    assert (told.state, told.waiting, told.free) == (expected, 4, idle)


def test_whoever_is_free_comes_first_and_nobody_finds_themselves() -> None:
    places = Places(roster(), "e")
    places["maria"].view.apply(state())
    places["jonas"].view.apply(state("jonas", presence=f.Presence.PAUSED))
    entries = directory(places, {}, roster())
    assert [one.to for one in entries][:2] == ["agent:maria", "agent:jonas"]
    shown = found(entries, "", but="agent:maria")
    assert "agent:maria" not in [one.to for one in shown.entries]


def test_every_word_of_a_search_has_to_be_in_the_name_or_the_id() -> None:
    entries = directory(Places(roster(), "e"), {}, roster())
    assert [one.to for one in found(entries, "WEB jo").entries] == ["agent:jonas"]
    assert [one.to for one in found(entries, "returns").entries] == ["queue:returns"]
    assert found(entries, "maria weber").entries == []


def test_a_long_directory_is_cut_and_says_so() -> None:
    agents = [DeskAgent(id=f"a{n}", name=f"Agent {n}", login=f"a{n}") for n in range(60)]
    many = DeskRoster.of(agents=agents, queues=[], dispositions=[], pause_reasons=[])
    shown = found(directory(Places(many, "e"), {}, many), "agent")
    assert (len(shown.entries), shown.more) == (MOST_ENTRIES, 60 - MOST_ENTRIES)


def test_who_is_no_longer_on_the_roster_is_not_listed() -> None:
    places = Places(roster(), "e")
    today = roster()
    gone = replace(today, agents={"jonas": today.agents["jonas"]})
    assert "agent:maria" not in [one.to for one in directory(places, {}, gone)]
