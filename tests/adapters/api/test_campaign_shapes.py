"""What is told of campaigns has the shapes that the page's types are made of: no more, no less."""

from __future__ import annotations

from typing import Any

import msgspec

from contact_center.adapters.api.campaign_shapes import (
    AuditEntries,
    AuditVerdict,
    Campaigns,
    Emergencies,
    ForecastPair,
    WhySoMany,
)
from contact_center.adapters.sql.audit import Change, Entry, Verdict
from contact_center.app.audit import shown, told
from tests.adapters.api.conftest import Bench
from tests.adapters.api.test_campaigns import Client, client

__all__ = ["client"]


def fits(answer: Any, shape: type[msgspec.Struct]) -> None:
    assert msgspec.to_builtins(msgspec.convert(answer, shape)) == answer


async def test_campaigns_and_why_they_dial_so_many(client: Client) -> None:
    client.desk.seat("ana")
    _, before = await client.ask("GET", "/api/campaigns")
    fits(before, Campaigns)
    await client.ask("POST", "/api/campaigns/spring/move", {"move": "start", "why": "go"})
    client.desk.tick()
    _, listed = await client.ask("GET", "/api/campaigns")
    fits(listed, Campaigns)
    assert listed["campaigns"][0]["moves"] == ["pause", "drain", "stop"]
    _, why = await client.ask("GET", "/api/campaigns/spring/explain")
    fits(why, WhySoMany)


async def test_a_change_that_is_watched_and_one_that_went_back(client: Client) -> None:
    body = {"set": {"target": 0.02}, "why": "calmer", "watch_minutes": 3}
    assert (await client.ask("POST", "/api/campaigns/spring/set", body))[0] == 200
    _, listed = await client.ask("GET", "/api/campaigns")
    fits(listed, Campaigns)
    assert listed["campaigns"][0]["watch"]["former"] == {"target": 0.027}
    campaign = client.desk.control.campaign("spring")
    campaign.live = campaign.abandoned = 9
    client.desk.tick()
    _, listed = await client.ask("GET", "/api/campaigns")
    fits(listed, Campaigns)
    assert listed["campaigns"][0]["returned"]["former"] == {"target": 0.027}


async def test_whoever_saw_something_else_changes_nothing(client: Client) -> None:
    body = {"set": {"target": 0.02}, "was": {"target": 0.01}, "why": "calmer"}
    status, answer = await client.ask("POST", "/api/campaigns/spring/set", body)
    assert (status, answer["error"]) == (409, "changed_meanwhile")
    assert answer["pacing"]["target"] == 0.027
    assert client.desk.kept.rows == []


async def test_forecasts(client: Client) -> None:
    client.desk.seat("ana", "ben")
    path = "/api/campaigns/spring/what-if"
    _, pair = await client.ask("POST", path, {"set": {"mode": "progressive"}, "minutes": 1})
    fits(pair, ForecastPair)
    status, answer = await client.ask("POST", path, {"set": {"mode": "preview"}, "minutes": 1})
    assert (status, list(answer["fields"])) == (422, ["set.mode"])
    await client.ask(
        "POST", "/api/campaigns/spring/set", {"set": {"mode": "preview"}, "why": "by hand"}
    )
    _, pair = await client.ask("POST", path, {"set": {"mode": "progressive"}, "minutes": 1})
    assert pair["now"] is None
    fits(pair, ForecastPair)


async def test_emergencies_and_the_audit_log(bench: Bench) -> None:
    fits((await bench.ask("GET", "/api/emergency"))[1], Emergencies)
    change = Change(at=5_000_000, who="dana", action="call.move", after={"queue": "sales"})
    entry = shown(Entry(n=1, change=change, prev="0", hash="1"))
    fits({"entries": [{**entry, "undo": False}]}, AuditEntries)
    fits(told(Verdict(entries=1, n=1, hash="1")), AuditVerdict)
