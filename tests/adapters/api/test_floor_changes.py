"""Live changes over HTTP: for agents, for queues, with an end and a reason."""

from __future__ import annotations

from typing import Any

import pytest

from contact_center.core.ids import AgentId, QueueId
from contact_center.core.live_changes import ChangeAgentsRequested
from contact_center.core.outcomes import Work
from tests.adapters.api.conftest import Bench
from tests.core.bare import SECOND

AT = "/api/changes"
WELL: dict[str, Any] = {"agents": ["anna"], "for_s": 3_600, "why": "rush"}


async def test_agents_are_moved_for_an_hour_and_back(bench: Bench) -> None:
    body = {**WELL, "agents": ["anna", "bob"], "join": ["chats"], "leave": ["sales"]}
    assert await bench.ask("POST", f"{AT}/agents", body=body, who="dana") == (200, {"done": True})
    agents = bench.bare.center.configuration.agents
    assert all("sales" not in agents[AgentId(name)].queues for name in ("anna", "bob"))
    status, told = await bench.ask("GET", AT, who="wall")
    assert status == 200
    anna = told["agents"]["anna"]
    assert (anna["by"], anna["why"], anna["leave"]) == ("dana", "rush", ["sales"])
    assert anna["until_at"] == bench.bare.now + 3_600 * SECOND
    end = {"agents": ["anna", "bob"]}
    assert await bench.ask("POST", f"{AT}/end", body=end, who="dana") == (200, {"done": True})
    assert (await bench.ask("GET", AT))[1] == {"agents": {}, "queues": {}}
    again = await bench.ask("POST", f"{AT}/end", body=end, who="dana")
    assert (again[0], again[1]["error"]) == (404, "no_such_change")


async def test_a_queue_counts_for_more_for_a_while(bench: Bench) -> None:
    body = {"for_s": 600, "why": "campaign", "weight": 4, "priority": 2}
    assert (await bench.ask("POST", f"{AT}/queues/sales", body=body, who="dana"))[0] == 200
    queue = bench.bare.center.configuration.queues[QueueId("sales")]
    assert (queue.weight, queue.priority) == (4, 2)
    _, told = await bench.ask("GET", AT)
    assert told["queues"]["sales"]["why"] == "campaign"


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({**WELL, "join": ["nowhere"]}, 404, "no_such_queue"),
        ({**WELL, "agents": ["nobody"], "join": ["sales"]}, 404, "unknown_agent"),
        ({**WELL, "skills": {"juggling": 3}}, 404, "no_such_skill"),
        ({**WELL, "capacity": 5}, 409, "no_room"),
        ({**WELL, "most": {"email": 5}}, 409, "other_channel"),
        (WELL, 400, "bad_request"),
        ({**WELL, "why": "", "join": ["sales"]}, 400, "bad_request"),
        ({**WELL, "for_s": 90_000, "join": ["sales"]}, 400, "bad_request"),
        ({**WELL, "agents": [], "join": ["sales"]}, 400, "bad_request"),
        ({**WELL, "skills": {"es": 101}}, 400, "bad_request"),
        ({**WELL, "for_ever": True, "join": ["sales"]}, 400, "bad_request"),
    ],
)
async def test_what_makes_no_sense_is_refused_with_a_word(
    bench: Bench, body: dict[str, Any], status: int, error: str
) -> None:
    answered, told = await bench.ask("POST", f"{AT}/agents", body=body, who="dana")
    assert (answered, told["error"]) == (status, error)
    assert bench.bare.center.floor.agents == {}


async def test_only_supervisors_change_and_the_change_is_theirs(bench: Bench) -> None:
    body = {**WELL, "leave": ["sales"]}
    for who in ("wall", "crm"):
        assert (await bench.ask("POST", f"{AT}/agents", body=body, who=who))[0] == 403
    assert bench.told == []
    await bench.ask("POST", f"{AT}/agents", body=body, who="dana")
    [event] = bench.told
    assert isinstance(event, ChangeAgentsRequested)
    assert event.by == "dana"


async def test_who_may_change_no_queue_may_not_change_it_back(bench: Bench) -> None:
    body = {"for_s": 600, "why": "campaign", "weight": 4}
    assert (await bench.ask("POST", f"{AT}/queues/sales", body=body, who="dana"))[0] == 200
    moved = {**WELL, "leave": ["sales"]}
    assert (await bench.ask("POST", f"{AT}/agents", body=moved, who="lea"))[0] == 200
    both = {"agents": ["anna"], "queues": ["sales"]}
    status, told = await bench.ask("POST", f"{AT}/end", body=both, who="lea")
    assert (status, told["error"]) == (403, "role")
    assert set(bench.bare.center.floor.queues) == {"sales"}
    assert set(bench.bare.center.floor.agents) == {"anna"}
    alone = {"agents": ["anna"]}
    assert (await bench.ask("POST", f"{AT}/end", body=alone, who="lea"))[0] == 200
    assert (await bench.ask("POST", f"{AT}/end", body={"queues": ["sales"]}, who="dana"))[0] == 200


async def test_a_wrap_up_is_ended_by_a_supervisor(bench: Bench) -> None:
    path = "/api/agents/anna/wrap-up/end"
    told = await bench.ask("POST", path, body={}, who="dana")
    assert (told[0], told[1]["error"]) == (409, "not_in_wrap_up")
    bench.bare.ready("anna")
    bench.tell_call("c1")
    bench.bare.connect("c1")
    bench.tell_ended("c1")
    assert bench.bare.center.router.agents[AgentId("anna")].work is Work.WRAP_UP
    assert await bench.ask("POST", path, body={}, who="dana") == (200, {"done": True})
    assert bench.bare.center.router.agents[AgentId("anna")].work is Work.IDLE
