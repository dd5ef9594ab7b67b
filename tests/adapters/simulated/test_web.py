"""The demo's phone on HTTP."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from contact_center.adapters.simulated import web as web_module
from contact_center.adapters.simulated.demo import Demo, DemoNumber
from contact_center.adapters.simulated.network import Network
from contact_center.adapters.simulated.telephony import SteppedTelephony
from contact_center.adapters.simulated.web import demo_routes
from contact_center.core.commands import Answer, Originate
from contact_center.core.ids import CallId, CommandId, LegId

Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def telephony() -> AsyncIterator[SteppedTelephony]:
    telephony = SteppedTelephony(Network(leg_prefix="demo"))
    await telephony.start(lambda event: None)
    yield telephony
    await telephony.stop()


@pytest.fixture
async def client(telephony: SteppedTelephony) -> AsyncIterator[Client]:
    demo = Demo(
        telephony, devices=["1001"], dids=[DemoNumber(number="100", label="Shop")],
        callers=[DemoNumber(number="+1555", label="Dana")],
    )  # fmt: skip
    app = web.Application()
    app.add_routes(demo_routes(demo))
    async with TestClient(TestServer(app)) as client:
        yield client


async def place(client: Client, **body: Any) -> LegId:
    answer = await client.post("/demo/api/calls", json={"ani": "+1555", "did": "100", **body})
    assert answer.status == 201
    return LegId((await answer.json())["leg"])


async def answer_it(telephony: SteppedTelephony, leg: LegId) -> None:
    await telephony.submit([Answer(cmd=CommandId("c"), call=CallId(leg), leg=leg)])


async def test_the_page_and_its_parts_are_served_under_a_strict_policy(client: Client) -> None:
    for path, kind in (
        ("/demo", "text/html"), ("/demo/demo_phone.js", "text/javascript"),
        ("/demo/demo_phone.css", "text/css"),
    ):  # fmt: skip
        answer = await client.get(path)
        assert (answer.status, answer.content_type) == (200, kind)
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy


def test_the_page_has_nothing_inline_and_asks_nobody_else() -> None:
    page = (Path(web_module.__file__).parent / "static" / "demo_phone.html").read_text()
    assert not re.search(r"<style|style=|\son\w+=|<script(?![^>]*\ssrc=)", page)
    assert not re.search(r"(src|href)=\"https?:", page)


async def test_the_numbers_to_choose_from_are_told(client: Client) -> None:
    center = await (await client.get("/demo/api/center")).json()
    assert center == {
        "dids": [{"number": "100", "label": "Shop"}],
        "callers": [{"number": "+1555", "label": "Dana"}],
        "calls_per_minute": 0.0,
    }


async def test_a_call_is_placed_watched_and_ended(
    client: Client, telephony: SteppedTelephony
) -> None:
    leg = await place(client)
    view = await (await client.get(f"/demo/api/calls/{leg}")).json()
    assert (view["state"], view["hears"]["kind"]) == ("offered", "ringing")
    await answer_it(telephony, leg)
    assert (await client.post(f"/demo/api/calls/{leg}/keys", json={"keys": "12"})).status == 204
    assert (await client.post(f"/demo/api/calls/{leg}/speech", json={"text": "hi"})).status == 204
    later = await (await client.get(f"/demo/api/calls/{leg}?after={view['next']}")).json()
    assert [sound["kind"] for sound in later["heard"]] in ([], ["silence"])
    calls = await (await client.get("/demo/api/calls")).json()
    assert [call["leg"] for call in calls["calls"]] == [leg]
    for _ in range(2):
        assert (await client.delete(f"/demo/api/calls/{leg}")).status == 204
    over = await (await client.get(f"/demo/api/calls/{leg}")).json()
    assert (over["state"], over["cause"]) == ("ended", "normal")


async def test_an_agents_phone_is_picked_up(client: Client, telephony: SteppedTelephony) -> None:
    assert (await client.post("/demo/api/phones/1001/answer", json={})).status == 409
    command = Originate(
        cmd=CommandId("c"), call=CallId("demo-1"), leg=LegId("a-demo-1-e1-n1"), to="device:1001"
    )
    await telephony.submit([command])
    assert (await client.post("/demo/api/phones/1001/answer", json={})).status == 204
    phones = await (await client.get("/demo/api/phones")).json()
    assert [call["state"] for call in phones["phones"][0]["calls"]] == ["up"]


async def test_traffic_is_set(client: Client) -> None:
    answer = await client.put("/demo/api/traffic", json={"calls_per_minute": 3})
    assert await answer.json() == {"calls_per_minute": 3}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "calls", [], 400),
        ("POST", "calls", {"ani": "1"}, 400),
        ("POST", "calls", {"ani": 1, "did": "100"}, 400),
        ("POST", "calls", {"ani": "1" * 201, "did": "100"}, 400),
        ("POST", "calls", {"ani": "1", "did": "100", "name": "x" * 5_000}, 400),
        ("GET", "calls/nobody", None, 404),
        ("GET", "calls/LEG?after=minus", None, 400),
        ("DELETE", "calls/nobody", None, 404),
        ("POST", "calls/LEG/keys", {"keys": "1"}, 409),
        ("POST", "calls/LEG/keys", {"keys": "x"}, 400),
        ("POST", "calls/LEG/keys", {"keys": "1" * 33}, 400),
        ("POST", "calls/LEG/speech", {"text": "hi"}, 409),
        ("PUT", "traffic", {"calls_per_minute": "many"}, 400),
        ("PUT", "traffic", {"calls_per_minute": True}, 400),
        ("PUT", "traffic", {"calls_per_minute": 1e9}, 400),
    ],
)
async def test_a_bad_request_is_answered_with_the_reason(
    client: Client, method: str, path: str, body: Any, status: int
) -> None:
    leg = await place(client)
    answer = await client.request(method, f"/demo/api/{path.replace('LEG', leg)}", json=body)
    assert answer.status == status
    assert (await answer.json())["error"]


@pytest.mark.parametrize("raw", [b"{", b"\xff\xfe", b"null"])
async def test_what_is_no_json_object_is_refused(client: Client, raw: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await client.post("/demo/api/calls", data=raw, headers=headers)
    assert answer.status == 400


async def test_a_form_of_another_site_cannot_place_a_call(client: Client) -> None:
    answer = await client.post("/demo/api/calls", data={"ani": "1", "did": "100"})
    assert answer.status == 415
    assert (await (await client.get("/demo/api/calls")).json())["calls"] == []
