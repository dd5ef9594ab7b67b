"""The dialer's doors: who may, what is taken, what is answered."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
import pytest_asyncio

from contact_center.adapters.api.access import Access
from contact_center.adapters.api.campaigns import CampaignApi
from contact_center.adapters.web.server import WebServer, WebSettings
from dialer.campaign import CampaignSettings, CampaignTrigger
from dialer.errors import NotNowError
from tests.adapters.api.conftest import TOKENS
from tests.runtime.dialing.test_control import Desk


class Records:
    """Storage that has one lead, and nothing else."""

    async def explain_lead(self, campaign: str | None, lead: str) -> dict[str, Any] | None:
        return {"lead": lead, "words": ["It is done."]} if lead == "l1" else None

    async def upcoming(
        self, settings: CampaignSettings, *, anew: bool, numbers: bool
    ) -> dict[str, Any]:
        return {"lists": [str(s.list) for s in settings.lists], "anew": anew, "numbers": numbers}

    async def analysis(self, campaign: str, since: int, until: int) -> dict[str, Any]:
        return {"campaign": campaign, "since": since, "until": until}

    async def plan(self, campaign: str, *, simulate: bool = False) -> dict[str, Any]:
        raise NotNowError("the database cannot be asked")

    async def evidence(self, campaign: str, since: int, until: int) -> bytes:
        return b"PK-a-zip"

    async def machines(self, campaign: str) -> dict[str, Any]:
        return {"campaign": campaign, "counted": 0.02}

    async def audit(self, campaign: str, since: int) -> list[dict[str, Any]]:
        return [{"who": "mia"}]


class Client:
    def __init__(self, session: aiohttp.ClientSession, desk: Desk) -> None:
        self.session, self.desk = session, desk

    async def ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, who: str = "dana"
    ) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {TOKENS[who][0]}"}
        async with self.session.request(method, path, json=body, headers=headers) as answer:
            if answer.content_type == "application/zip":
                return answer.status, await answer.read()
            return answer.status, await answer.json()


@pytest_asyncio.fixture
async def client() -> AsyncIterator[Client]:
    desk = Desk()
    access = Access(TOKENS.values(), lambda: 0.0, burst=10_000)
    api = CampaignApi(access, lambda: 9_000_000, desk.control, Records())
    web = WebServer(WebSettings(host="127.0.0.1", port=0))
    web.add(api.routes())
    await web.start()
    try:
        async with aiohttp.ClientSession(web.url) as session:
            yield Client(session, desk)
    finally:
        await web.stop()


async def test_campaigns_are_listed_as_they_stand(client: Client) -> None:
    client.desk.seat("ana")
    await client.ask("POST", "/api/campaigns/spring/move", {"move": "start", "why": "go"})
    client.desk.tick()
    status, answer = await client.ask("GET", "/api/campaigns", who="wall")
    (spring,) = answer["campaigns"]
    assert status == 200
    assert (spring["campaign"], spring["state"], spring["mode"]) == (
        "spring",
        "running",
        "predictive",
    )
    (window,) = spring["ledger"]
    assert (window["policy"], window["share"]) == ("us-tsr", 0.005)
    assert (spring["now"]["agents"], spring["now"]["idle"]) == (1, 1)
    _, one = await client.ask("GET", "/api/campaigns/spring")
    assert one["settings"]["seller"] == "Larkfield"
    _, told = await client.ask("GET", "/api/campaigns/spring/decisions")
    assert len(told["decisions"]) >= 1
    _, why = await client.ask("GET", "/api/campaigns/spring/explain")
    assert any("1 agents are there" in line or "agent" in line for line in why["words"])


async def test_only_supervisors_move_and_change(client: Client) -> None:
    body = {"move": "start", "why": "go"}
    assert (await client.ask("POST", "/api/campaigns/spring/move", body, "wall"))[0] == 403
    assert (await client.ask("POST", "/api/dialer/stop", {"why": "x"}, "crm"))[0] == 403
    assert (await client.ask("GET", "/api/campaigns/spring/evidence", who="wall"))[0] == 403
    assert (await client.ask("POST", "/api/campaigns/spring/move", body))[0] == 200


async def test_what_is_not_legal_or_not_known_is_refused_in_words(client: Client) -> None:
    status, answer = await client.ask(
        "POST", "/api/campaigns/spring/move", {"move": "pause", "why": "lunch"}
    )
    assert (status, answer["error"], answer["state"]) == (409, "not_legal", "draft")
    status, answer = await client.ask(
        "POST", "/api/campaigns/spring/move", {"move": "drained", "why": "?"}
    )
    assert (status, list(answer["fields"])) == (400, ["move"])
    status, answer = await client.ask(
        "POST", "/api/campaigns/spring/move", {"move": "start", "why": ""}
    )
    assert (status, list(answer["fields"])) == (400, ["why"])
    assert (await client.ask("GET", "/api/campaigns/autumn"))[0] == 404
    status, answer = await client.ask(
        "POST", "/api/campaigns/spring/set", {"set": {"target": 3, "lins": 1}, "why": "x"}
    )
    assert (status, set(answer["fields"])) == (422, {"set.target", "set.lins"})


async def test_a_change_tells_before_and_after(client: Client) -> None:
    status, answer = await client.ask(
        "POST", "/api/campaigns/spring/set", {"set": {"target": 0.02}, "why": "calmer"}
    )
    assert (status, answer["changes"]) == (200, {"target": {"before": 0.027, "after": 0.02}})
    assert client.desk.kept.rows == [("spring", {"target": 0.02}, "dana", "calmer")]


async def test_a_what_if_shows_now_and_then(client: Client) -> None:
    client.desk.seat(*(f"a{n}" for n in range(6)))
    await client.desk.control.move("spring", CampaignTrigger.START, "mia", "go")
    status, answer = await client.ask(
        "POST", "/api/campaigns/spring/what-if", {"set": {"mode": "progressive"}, "minutes": 3}
    )
    assert status == 200
    assert answer["then"]["abandonment"]["high"] == 0.0
    assert set(answer["now"]["utilisation"]) == {"low", "middle", "high"}
    status, _ = await client.ask("POST", "/api/campaigns/spring/what-if", {"minutes": 600})
    assert status == 400


async def test_whom_would_be_dialled_next_is_told_of_lists_as_they_might_be(client: Client) -> None:
    path = "/api/campaigns/spring/next"
    assert await client.ask("POST", path, {}) == (
        200,
        {"lists": ["customers"], "anew": False, "numbers": True},
    )
    more = {"set": {"lists": {"lapsed": {"filter": "age > 30"}}}}
    _, told = await client.ask("POST", path, more)
    assert (told["lists"], told["anew"]) == (["customers", "lapsed"], True)
    status, answer = await client.ask("POST", path, {"set": {"lists": {"c": {"filter": "age >"}}}})
    assert (status, list(answer["fields"])) == (422, ["set.lists"])
    assert (await client.ask("POST", path, {}, "wall"))[0] == 403
    assert client.desk.kept.rows == []


async def test_lists_that_somebody_changed_meanwhile_are_not_changed(client: Client) -> None:
    path = "/api/campaigns/spring/set"
    seen = {"on": True, "weight": 1, "filter": "", "order": ["priority", "fresh"]}
    wish = {"set": {"lists": {"customers": {"weight": 3}}}, "why": "more of them"}
    status, _ = await client.ask("POST", path, wish | {"was": {"lists": {"customers": seen}}})
    assert status == 200
    status, answer = await client.ask("POST", path, wish | {"was": {"lists": {"customers": seen}}})
    assert (status, answer["pacing"]["lists"]["customers"]["weight"]) == (409, 3)


async def test_the_emergency_stop_names_what_it_stopped(client: Client) -> None:
    await client.desk.control.move("spring", CampaignTrigger.START, "mia", "go")
    status, answer = await client.ask("POST", "/api/dialer/stop", {"why": "complaint"})
    assert (status, answer["stopped"]) == (200, ["spring"])


async def test_storage_is_asked_for_what_it_knows(client: Client) -> None:
    _, lead = await client.ask("GET", "/api/explain/lead/l1")
    assert lead["words"] == ["It is done."]
    assert (await client.ask("GET", "/api/explain/lead/l9"))[0] == 404
    _, found = await client.ask("GET", "/api/campaigns/spring/analysis?since=3&until=5")
    assert (found["since"], found["until"]) == (3_000_000, 5_000_000)
    assert (await client.ask("GET", "/api/campaigns/spring/analysis?since=x"))[0] == 400
    assert (await client.ask("GET", "/api/campaigns/spring/plan"))[0] == 503
    _, bundle = await client.ask("GET", "/api/campaigns/spring/evidence")
    assert bundle == b"PK-a-zip"
    _, audit = await client.ask("GET", "/api/campaigns/spring/audit")
    assert audit["audit"] == [{"who": "mia"}]


async def test_everybody_who_reads_may_know_how_often_people_are_taken_for_machines(
    client: Client,
) -> None:
    found = await client.ask("GET", "/api/campaigns/spring/machines", who="wall")
    assert found == (200, {"campaign": "spring", "counted": 0.02})
    assert (await client.ask("GET", "/api/campaigns/winter/machines"))[0] == 404
