"""The API's doors, each on a real HTTP server before a real center."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from contact_center.core.acd_events import ScoresGiven, WorkOffered
from contact_center.core.call import Call, CallPhase
from contact_center.core.commands import Originate
from contact_center.core.events import Direction
from contact_center.core.ids import AgentId, CallId, CallIds, CommandId, QueueId
from contact_center.core.place import CallbackRequest
from contact_center.core.requests import HelpRequested
from contact_center.core.supervisor_requests import SupervisorRequest
from tests.adapters.api.conftest import TOKENS, Bench
from tests.core.bare import SECOND


async def order(bench: Bench, queue: str = "sales") -> list[str]:
    status, told = await bench.ask("GET", f"/api/queues/{queue}/waiting")
    assert status == 200
    assert [row["position"] for row in told["waiting"]] == list(range(1, len(told["waiting"]) + 1))
    return [row["call"] for row in told["waiting"]]


# --- reading -----------------------------------------------------------------------------------


async def test_who_waits_is_listed_in_the_order_of_the_queue(bench: Bench) -> None:
    bench.enter("c1", caller="+14155550101")
    bench.bare.wait(2)
    bench.enter("c2", requirement="spanish", priority=3)
    bench.bare.wait(1)
    status, told = await bench.ask("GET", "/api/queues/sales/waiting", who="wall")
    assert (status, told["total"]) == (200, 2)
    assert told["waiting"][0] == {
        "position": 1,
        "call": "c2",
        "state": "waiting",
        "waited_s": 1.0,
        "age_s": 1.0,
        "since_at": bench.bare.now - SECOND,
        "priority": 3,
        "boost_s": 0.0,
        "requirement": "spanish",
        "held_for": None,
        "ringing": [],
    }
    assert "4155550101" not in str(told)


async def test_a_long_queue_is_listed_in_pages(bench: Bench) -> None:
    for number in range(7):
        bench.enter(f"c{number}")
    _, told = await bench.ask("GET", "/api/queues/sales/waiting?offset=4&limit=2")
    assert [(row["position"], row["call"]) for row in told["waiting"]] == [(5, "c4"), (6, "c5")]
    assert told["total"] == 7


@pytest.mark.parametrize(
    ("query", "field"),
    [("limit=0", "limit"), ("limit=1001", "limit"), ("offset=-1", "offset"), ("limit=x", "limit")],
)
async def test_pages_that_are_none_are_refused(bench: Bench, query: str, field: str) -> None:
    status, told = await bench.ask("GET", f"/api/queues/sales/waiting?{query}")
    assert (status, list(told["fields"])) == (400, [field])


async def test_calls_back_are_listed_by_their_times(bench: Bench) -> None:
    calls = bench.bare.center.calls.calls
    for name, span in (("cb-1", None), ("cb-2", (5, 9)), ("cb-3", (bench.bare.now + 1, 2**60))):
        request = CallbackRequest(
            number="+14155550123",
            queue=QueueId("sales"),
            origin=CallId("c0"),
            registered_at=bench.bare.now if span is None else 3,
            span=span,
        )
        calls[CallId(name)] = Call(
            call=CallId(name),
            ids=CallIds(call=CallId(name)),
            direction=Direction.OUTBOUND,
            ani="+14155550123",
            did="",
            ani_name="",
            started_at=3,
            phase=CallPhase.SCHEDULED,
            callback=request,
        )
    _, told = await bench.ask("GET", "/api/callbacks?queue=sales", who="wall")
    rows = told["callbacks"]
    assert [(row["call"], row["late"], row["state"]) for row in rows] == [
        ("cb-2", True, "scheduled"),
        ("cb-1", False, "scheduled"),
        ("cb-3", False, "scheduled"),
    ]
    assert (rows[0]["begin_at"], rows[0]["end_at"], rows[1]["begin_at"]) == (5, 9, None)
    assert "4155550123" not in str(told)
    _, others = await bench.ask("GET", "/api/callbacks?queue=support")
    assert others["callbacks"] == []
    assert (await bench.ask("GET", "/api/callbacks?queue=moon"))[0] == 404


async def test_queues_and_agents_are_listed_with_their_states(bench: Bench) -> None:
    bench.bare.ready("anna")
    bench.enter("c1")
    bench.bare.wait(2)
    _, told = await bench.ask("GET", "/api/queues")
    sales = next(row for row in told["queues"] if row["queue"] == "sales")
    assert (sales["waiting"], sales["offering"], sales["agents_logged_in"]) == (1, 1, 1)
    _, told = await bench.ask("GET", "/api/agents")
    anna = told["agents"][0]
    assert (anna["agent"], anna["presence"], anna["work"]) == ("anna", "ready", "offered")
    assert (anna["call"], anna["outside"], anna["device"]) == ("c1", False, "unknown")
    _, told = await bench.ask("GET", "/api/agents?queue=sales&limit=2&offset=1")
    assert [row["agent"] for row in told["agents"]] == ["bob", "carl"]
    _, waiting = await bench.ask("GET", "/api/queues/sales/waiting")
    assert waiting["waiting"][0]["ringing"] == ["anna"]


@pytest.mark.parametrize(
    "path",
    [
        "/api/queues/none/waiting",
        "/api/agents?queue=none",
        "/api/explain/call/none",
        "/api/explain/agent/none",
        "/api/explain/offer/none",
    ],
)
async def test_what_there_is_not_is_not_found(bench: Bench, path: str) -> None:
    status, told = await bench.ask("GET", path)
    assert status == 404
    assert told["error"].startswith(("no_such", "unknown"))


# --- explaining --------------------------------------------------------------------------------


async def test_a_waiting_caller_is_explained_in_data_and_in_words(bench: Bench) -> None:
    bench.enter("c1")
    bench.bare.wait(4)
    status, told = await bench.ask("GET", "/api/explain/call/c1", who="wall")
    assert status == 200
    assert (told["call"], told["state"], told["position"]) == ("c1", "waiting", 1)
    assert (told["waited_s"], told["expected_s"]) == (4.0, None)
    assert told["reasons"][0]["code"] == "nobody_is_there"
    assert told["reasons"][0]["logged_out"] == 3
    assert told["words"][0].startswith("Nobody is there of the 3 who could: 3 logged out (anna")
    assert told["reasons"][-1] == {
        "code": "longest_wait",
        "words": "In 10 min the wait ends, answered or not.",
        "left_s": 596.0,
    }


async def test_an_agent_is_explained(bench: Bench) -> None:
    bench.bare.ready("anna")
    _, told = await bench.ask("GET", "/api/explain/agent/anna")
    assert (told["agent"], told["state"]) == ("anna", "free")
    assert told["reasons"][0]["code"] == "nobody_waits"


async def test_an_offer_that_is_not_in_memory_is_explained_from_history(bench: Bench) -> None:
    bench.tell_ready("anna")
    bench.tell_call("c1")
    name = bench.bare.reservation("c1")
    bench.tell_ended("c1")
    _, remembered = await bench.ask("GET", f"/api/explain/offer/{name}")
    bench.history = {name: bench.memory.offers.pop(name)}
    assert await bench.ask("GET", f"/api/explain/offer/{name}") == (200, remembered)
    bench.history = {}
    assert (await bench.ask("GET", f"/api/explain/offer/{name}"))[0] == 404
    bench.history = None
    status, told = await bench.ask("GET", f"/api/explain/offer/{name}")
    assert (status, told["error"]) == (503, "no_history")


async def test_an_offer_is_explained_while_it_rings_and_when_it_is_over(bench: Bench) -> None:
    bench.tell_ready("anna")
    bench.tell_call("c1")
    name = bench.bare.reservation("c1")
    status, told = await bench.ask("GET", f"/api/explain/offer/{name}")
    assert (status, told["state"], told["reasons"][0]["code"]) == (200, "offered", "only_agent")
    bench.tell_ended("c1")
    status, told = await bench.ask("GET", f"/api/explain/offer/{name}")
    assert (status, told["state"], told["agent"]) == (200, "revoked", "anna")
    assert told["words"] == ["anna was the only free agent who may serve the caller."]
    status, told = await bench.ask("GET", "/api/explain/call/c1")
    assert (status, told["state"], told["wait_ended"]) == (200, "finished", "abandoned")
    assert told["outcome"] == "abandoned"


# --- supervisors -------------------------------------------------------------------------------


async def test_a_caller_can_be_let_ahead(bench: Bench) -> None:
    for name in ("c1", "c2", "c3"):
        bench.enter(name)
        bench.bare.wait(1)
    assert await bench.ask("POST", "/api/calls/c3/priority", {"priority": 1}) == (
        200,
        {"done": True},
    )
    assert await order(bench) == ["c3", "c1", "c2"]
    assert (await bench.ask("POST", "/api/calls/c2/priority", {"boost_s": 1.5}))[0] == 200
    assert await order(bench) == ["c3", "c2", "c1"]
    asked = [event for event in bench.told if isinstance(event, SupervisorRequest)]
    assert {event.by for event in asked} == {"dana"}
    assert len({event.cmd for event in asked}) == 2


async def test_a_caller_can_be_put_at_a_place_and_into_another_queue(bench: Bench) -> None:
    for name in ("c1", "c2", "c3"):
        bench.enter(name)
        bench.bare.wait(1)
    path = "/api/calls/c3/move"
    assert (await bench.ask("POST", path, {"queue": "sales", "position": 2}))[0] == 200
    assert await order(bench) == ["c1", "c3", "c2"]
    assert (await bench.ask("POST", path, {"queue": "support"}))[0] == 200
    assert await order(bench) == ["c1", "c2"]
    assert await order(bench, "support") == ["c3"]


async def test_a_caller_can_be_taken_out(bench: Bench) -> None:
    bench.enter("c1")
    assert (await bench.ask("POST", "/api/calls/c1/withdraw"))[0] == 200
    assert await order(bench) == []
    status, told = await bench.ask("POST", "/api/calls/c1/withdraw", {})
    assert (status, told["error"]) == (404, "not_waiting")


async def test_a_caller_whose_agent_is_being_rung_stays(bench: Bench) -> None:
    bench.bare.ready("anna")
    bench.enter("c1")
    status, told = await bench.ask("POST", "/api/calls/c1/move", {"queue": "support"})
    assert (status, told["error"]) == (409, "being_offered")


async def test_an_agents_presence_can_be_set(bench: Bench) -> None:
    bench.bare.ready("anna")
    body = {"presence": "paused", "reason": "training"}
    assert (await bench.ask("POST", "/api/agents/anna/presence", body))[0] == 200
    assert bench.bare.state("anna") == "paused idle"
    assert bench.bare.center.router.agents[AgentId("anna")].reason == "training"
    status, told = await bench.ask("POST", "/api/agents/eve/presence", {"presence": "ready"})
    assert (status, told["error"]) == (404, "unknown_agent")


async def test_help_that_an_agent_asks_for_is_listed_until_somebody_saw_to_it(
    bench: Bench,
) -> None:
    bench.bare.ready("anna")
    bench.tell(HelpRequested(cmd=CommandId("q"), agent=AgentId("anna"), on=True, note="refund"))
    _, told = await bench.ask("GET", "/api/agents", who="wall")
    row = next(row for row in told["agents"] if row["agent"] == "anna")
    assert (row["help_since_at"], row["help_note"]) == (bench.bare.now, "refund")
    path = "/api/agents/anna/help"
    assert (await bench.ask("DELETE", path, who="wall"))[0] == 403
    assert (await bench.ask("DELETE", path))[0] == 200
    status, told = await bench.ask("DELETE", path)
    assert (status, told["error"]) == (409, "no_help_wanted")


async def test_an_agents_break_from_one_queue_can_be_begun_and_ended(bench: Bench) -> None:
    bench.bare.ready("anna")
    path = "/api/agents/anna/queues/sales/pause"
    assert (await bench.ask("POST", path, {"on": True, "reason": "training"}))[0] == 200
    assert bench.bare.state("anna") == "ready idle"
    _, told = await bench.ask("GET", "/api/agents")
    [paused] = told["agents"][0]["paused_in"]
    assert (paused["queue"], paused["reason"]) == ("sales", "training")
    _, told = await bench.ask("GET", "/api/explain/agent/anna")
    assert "They are on a break from sales alone (training), 0 s." in told["words"]
    assert (await bench.ask("POST", path, {"on": False}))[0] == 200
    assert not bench.bare.center.router.agents[AgentId("anna")].paused_in
    status, told = await bench.ask("POST", "/api/agents/anna/queues/none/pause", {"on": True})
    assert (status, told["error"]) == (409, "not_your_queue")


async def test_a_supervisor_can_listen_and_leave(bench: Bench) -> None:
    bench.tell_ready("anna")
    bench.tell_call("c1")
    path = "/api/calls/c1/supervise"
    status, told = await bench.ask("POST", path, {"mode": "listen", "device": "1009"})
    assert (status, told["error"]) == (409, "no_agent")
    bench.bare.connect("c1")
    status, told = await bench.ask("POST", path, {"mode": "listen"})
    assert (status, told["error"]) == (409, "no_device")
    assert (await bench.ask("POST", path, {"mode": "listen", "device": "1009"}))[0] == 200
    rung = [o for o in bench.bare.said(Originate) if isinstance(o, Originate)][-1]
    assert rung.to == "device:1009"
    assert (await bench.ask("DELETE", path))[0] == 200
    status, told = await bench.ask("DELETE", path)
    assert (status, told["error"]) == (409, "not_supervising")
    status, told = await bench.ask("DELETE", "/api/calls/none/supervise")
    assert (status, told["error"]) == (404, "no_such_call")


# --- other systems -----------------------------------------------------------------------------


async def test_scores_are_taken_for_who_waits(bench: Bench) -> None:
    bench.enter("c1")
    body = {"call": "c1", "scores": {"anna": 5, "bob": -1}}
    assert (await bench.ask("POST", "/api/scores", body, who="crm"))[0] == 202
    assert bench.told == [
        ScoresGiven(call=CallId("c1"), scores=((AgentId("anna"), 5), ("bob", -1)))
    ]
    assert bench.bare.center.router.waiting[CallId("c1")].scores == {"anna": 5, "bob": -1}
    status, told = await bench.ask("POST", "/api/scores", {**body, "call": "c2"}, who="crm")
    assert (status, told["error"]) == (404, "not_waiting")
    body["scores"] = {"eve": 1}
    status, told = await bench.ask("POST", "/api/scores", body, who="crm")
    assert (status, told["fields"]) == (400, {"scores.eve": "there is no such agent"})


async def test_work_is_taken_once_and_can_be_taken_back(bench: Bench) -> None:
    body = {"id": "chat-7", "queue": "chats", "subject": "A question", "boost_s": 30}
    status, told = await bench.ask("POST", "/api/work", body, who="crm")
    assert (status, told) == (201, {"call": "w-chat-7", "known": False, "state": "waiting"})
    status, told = await bench.ask("POST", "/api/work", body, who="crm")
    assert (status, told) == (200, {"call": "w-chat-7", "known": True, "state": "waiting"})
    assert [type(event) for event in bench.told] == [WorkOffered]
    assert await order(bench, "chats") == ["w-chat-7"]
    _, told = await bench.ask("GET", "/api/explain/call/w-chat-7")
    assert told["boost_s"] == 30.0
    assert await bench.ask("DELETE", "/api/work/chat-7", who="crm") == (
        200,
        {"done": True, "state": "finished"},
    )
    assert await order(bench, "chats") == []
    assert (await bench.ask("DELETE", "/api/work/chat-7", who="crm"))[0] == 200
    status, told = await bench.ask("POST", "/api/work", body, who="crm")
    assert (status, told["known"], told["state"]) == (200, True, "finished")
    assert (await bench.ask("DELETE", "/api/work/chat-8", who="crm"))[0] == 404


async def test_work_that_somebody_is_at_is_not_taken_back(bench: Bench) -> None:
    bench.tell_ready("anna")
    await bench.ask("POST", "/api/work", {"id": "x", "queue": "chats"}, who="crm")
    bench.tell_accepted("w-x", "anna")
    assert bench.bare.state("anna") == "ready talking"
    status, told = await bench.ask("DELETE", "/api/work/x", who="crm")
    assert (status, told["error"]) == (409, "taken")


# --- what is wrong -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "body", "fields"),
    [
        ("/api/calls/c1/priority", {}, {"": "say priority or boost_s"}),
        ("/api/calls/c1/priority", {"priority": "high"}, {"priority": "Expected `int`, got `str`"}),
        ("/api/calls/c1/priority", {"prio": 1}, {"prio": "there is no such field"}),
        ("/api/calls/c1/move", {}, {"queue": "this is missing"}),
        ("/api/calls/c1/move", {"queue": "none"}, {"queue": "there is no such queue"}),
        ("/api/calls/c1/move", b"{", {"": "this is no JSON"}),
        ("/api/calls/c1/withdraw", b"\xff", {"": "this is no JSON"}),
    ],
)
async def test_what_is_wrong_is_told_by_field(
    bench: Bench, path: str, body: Any, fields: dict[str, str]
) -> None:
    bench.enter("c1")
    status, told = await bench.ask("POST", path, body)
    assert (status, told["error"], told["fields"]) == (400, "bad_request", fields)
    assert bench.told == []


async def test_a_requirement_that_cannot_be_read_is_told_with_its_place(bench: Bench) -> None:
    body = {"id": "x", "queue": "chats", "requirement": "spanish and"}
    status, told = await bench.ask("POST", "/api/work", body, who="crm")
    assert status == 400
    assert told["fields"] == {"requirement": "a skill is missing at the end (at 11)"}


async def test_a_body_that_is_too_large_is_refused(bench: Bench) -> None:
    body = {"id": "x", "queue": "chats", "subject": "x" * 40_000}
    status, told = await bench.ask("POST", "/api/work", body, who="crm")
    assert (status, told["error"]) == (413, "too_large")


async def test_without_an_answer_from_the_core_there_is_one_all_the_same(bench: Bench) -> None:
    bench.enter("c1")
    bench.deaf = True
    status, told = await bench.ask("POST", "/api/calls/c1/withdraw")
    assert (status, told["error"]) == (504, "no_answer")
    assert bench.asking.waiting == 0


async def test_every_request_is_logged_without_what_others_wrote(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="contact_center.adapters.api")
    await bench.ask("GET", "/api/explain/call/14155550101")
    await bench.ask("GET", "/api/queues", who="wrong")
    records = [record.__dict__ for record in caplog.records if record.message == "api"]
    assert [(r["who"], r["method"], r["door"], r["status"]) for r in records] == [
        ("dana", "GET", "/api/explain/call/{call}", 404),
        ("", "GET", "/api/queues", 401),
    ]
    assert all("4155550101" not in str(record) for record in records)


async def test_a_recording_is_given_to_supervisors_and_systems_as_a_file(bench: Bench) -> None:
    for who in ("dana", "crm"):
        headers = {"Authorization": f"Bearer {TOKENS[who][0]}"}
        url = f"{bench.url}/api/recordings/r-c1-2"
        async with bench.http.get(url, headers=headers) as answer:
            assert (answer.status, answer.content_type) == (200, "audio/wav")
            assert await answer.read() == b"RIFF-c1"
            assert answer.headers["Content-Disposition"] == 'attachment; filename="r-c1-2.wav"'
    assert (await bench.ask("GET", "/api/recordings/r-c1-2", who="wall"))[0] == 403
    for name in ("r-c1-3", "%22%0d%0a", "..%2fx"):
        status, told = await bench.ask("GET", f"/api/recordings/{name}")
        assert (status, told["error"]) == (404, "no_such_recording")


async def test_flows_can_be_switched_to_emergency_and_back(bench: Bench) -> None:
    known = sorted(bench.bare.center.configuration.flows)
    flow = known[0]

    async def switched() -> dict[str, object]:
        _, found = await bench.ask("GET", "/api/emergency")
        assert found.pop("known") == known
        return dict(found)

    assert await switched() == {"all": False, "flows": []}
    assert (await bench.ask("POST", "/api/emergency", {"on": True, "flow": flow}))[0] == 200
    assert await switched() == {"all": False, "flows": [flow]}
    assert (await bench.ask("POST", "/api/emergency", {"on": False, "flow": flow}))[0] == 200
    assert (await bench.ask("POST", "/api/emergency", {"on": True}))[0] == 200
    assert await switched() == {"all": True, "flows": []}
    status, told = await bench.ask("POST", "/api/emergency", {"on": False, "flow": flow})
    assert (status, told["error"]) == (409, "all_flows")
    assert (await bench.ask("POST", "/api/emergency", {"on": False}))[0] == 200
    status, told = await bench.ask("POST", "/api/emergency", {"on": True, "flow": "none"})
    assert (status, told["error"]) == (404, "no_such_flow")


async def test_why_this_agent_has_this_call_is_told_while_it_rings_and_while_they_talk(
    bench: Bench,
) -> None:
    bench.tell_call("c1")
    for nobody in ("c1", "c9"):
        assert (await bench.ask("GET", f"/api/explain/call/{nobody}/agent"))[0] == 404
    bench.tell_ready("anna")
    for state in ("offered", "connected"):
        status, told = await bench.ask("GET", "/api/explain/call/c1/agent", who="wall")
        assert (status, told["agent"], told["call"], told["state"]) == (200, "anna", "c1", state)
        assert told["words"] == ["anna became free, and this was the only caller for them."]
        if state == "offered":
            bench.bare.connect("c1")
