"""Customers and their cases over HTTP, in the whole product: who sees and does what."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest

from contact_center.adapters.api.customer_shapes import CustomersFound, Known
from contact_center.adapters.sql import customer_past as past
from contact_center.app.customers import CustomersOf
from contact_center.app.service import Service
from contact_center.core.case_clocks import CasePolicy
from contact_center.core.permissions import Role
from tests.app.open_center import cookie, open_center, token

AGENT, SUPERVISOR = Role.AGENT, Role.SUPERVISOR


def fits(answer: Any, shape: type[msgspec.Struct]) -> None:
    """What the page is told is what its types say: nothing missing, nothing besides."""
    assert msgspec.to_builtins(msgspec.convert(answer, shape)) == answer


class Browser:
    """A page of ours in which somebody is logged in."""

    def __init__(self, service: Service, http: aiohttp.ClientSession, role: Role) -> None:
        self._url = service.web.url
        self._at = f"{self._url}/customer/api"
        self._http = http
        self._headers = cookie(service, role)

    async def ask(self, path: str, status: int = 200) -> Any:
        at = self._url if path.startswith("/console") else self._at
        async with self._http.get(at + path, headers=self._headers) as answer:
            assert answer.status == status, await answer.text()
            return await answer.json()

    async def tell(self, path: str, code: int = 200, how: str = "POST", **body: Any) -> Any:
        headers = self._headers
        async with self._http.request(how, self._at + path, headers=headers, json=body) as answer:
            assert answer.status == code, await answer.text()
            return await answer.json()


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[tuple[Service, Browser, Browser]]:
    async with open_center(folder) as service, aiohttp.ClientSession() as http:
        yield service, Browser(service, http, AGENT), Browser(service, http, SUPERVISOR)


async def test_agents_see_work_on_and_never_more_than_they_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One process for all of it: starting one costs more than everything it is asked."""
    async with opened(tmp_path) as (service, agent, supervisor):
        await masked_until_verified(service, agent, supervisor)
        await cases_from_opening_to_the_end(agent)
        await offers_and_tasks(agent)
        await notes_and_care(service, agent, supervisor)
        await merged_and_taken_back(agent, supervisor)
        await purchases_of_a_shop(service)
        await late_cases(service, agent)
        await a_part_that_is_slow(agent, monkeypatch)


async def masked_until_verified(service: Service, agent: Browser, supervisor: Browser) -> None:
    found = await agent.ask("/customers?q=maria")
    assert [row["customer"] for row in found["customers"]] == ["demo-1"]
    fits(found, CustomersFound)
    card = await agent.ask("/customers/demo-1/card?call=k1")
    fits(card, Known)
    for one in ("demo-1", "demo-2", "demo-3", "demo-4"):
        fits(await supervisor.ask(f"/customers/{one}"), Known)
    assert card["masked"]
    text = str(card)
    for secret in ("maria.delgado@example.com", "+14155550101", "Orchard Lane", "94101"):
        assert secret not in text
    assert card["person"]["emails"] == ["m•••@•••.com"]
    assert card["deals"]["orders"][0]["cents"] is None
    assert card["person"]["care"] is None
    assert card["value"]["churn_risk"] is None
    assert card["value"]["lifetime_value"]["low_cents"] < card["value"]["lifetime_value"]["cents"]
    assert card["late"] == []
    whole = await supervisor.ask("/customers/demo-1/card")
    assert whole["person"]["emails"] == ["maria.delgado@example.com"]
    # Only whoever has the call says who is on it; nobody has this one.
    way: dict[str, Any] = {"call": "k1", "way": "passphrase"}
    await agent.tell("/customers/demo-1/identity", 422, **way)
    job = next(iter(service.loop.center.router.agents.values()))
    assert not job.jobs
    service.loop.center.router.agents["ana"].jobs["r1"] = FakeJob("k1")  # type: ignore[index,assignment]
    try:
        await agent.tell("/customers/demo-1/identity", **way)
    finally:
        del service.loop.center.router.agents["ana"].jobs["r1"]  # type: ignore[index,arg-type]
    card = await agent.ask("/customers/demo-1/card?call=k1")
    assert card["verified"]["way"] == "passphrase"
    assert card["person"]["numbers"][0]["number"] == "+14155550101"
    assert (await agent.ask("/customers/demo-1/card?call=k2"))["masked"]
    assert (await agent.ask("/customers/demo-2/card?call=k1"))["masked"]
    page = await agent.ask("/customers/demo-1?call=k1")
    kinds = {line["kind"] for line in page["time_line"]}
    assert kinds >= {"interaction", "case", "deal", "quote", "order", "invoice", "identity"}
    await agent.ask("/customers/nobody", 404)


class FakeJob:
    """As much of a job as tells whose call it is."""

    def __init__(self, call: str) -> None:
        self.call = call


async def cases_from_opening_to_the_end(agent: Browser) -> None:
    wrong: dict[str, Any] = {"kind": "complaint", "subject": "Late again"}
    await agent.tell("/customers/demo-5/cases", 422, **wrong)
    await agent.tell("/customers/nobody/cases", 422, subject="x")
    case = await agent.tell(
        "/customers/demo-5/cases", 201, **wrong, reason="delivery.late", mine=True
    )
    assert (case["status"], case["agent"]) == ("assigned", "ana")
    assert [clock["kind"] for clock in case["clocks"]] == ["acknowledge", "first_answer", "solve"]
    at = f"/cases/{case['case']}"
    said: dict[str, Any] = {"comment": "We are looking for it.", "public": True}
    changed = await agent.tell(at, version=1, status="pending", **said)
    assert {c["kind"]: c["state"] for c in changed["clocks"]} == {
        "acknowledge": "met",
        "first_answer": "met",
        "update": "paused",
        "solve": "paused",
    }
    await agent.tell(at, 409, version=1, status="closed")
    await agent.tell(at, version=2, status="closed")
    told = await agent.ask(at)
    assert [one["kind"] for one in told["events"]] == ["opened", "status", "comment", "status"]
    card = await agent.ask("/customers/demo-5/card")
    assert (card["cases"]["kept"], card["cases"]["decided"]) == (3, 3)


async def offers_and_tasks(agent: Browser) -> None:
    card = await agent.ask("/customers/demo-4/card")
    first = card["offers"][0]
    assert first["why_not"] == ""
    name = first["offer"]
    answered = await agent.tell(f"/customers/demo-4/offers/{name}", answer="declined", call="k1")
    assert answered == {"offer": name, "answer": "declined"}
    again = {row["offer"]: row for row in (await agent.ask("/customers/demo-4/card"))["offers"]}
    assert again[name]["why_not"] == "declined"
    assert again[name]["answered_by"] == "ana"
    # Whoever complains is offered nothing until it is mended.
    angry = await agent.ask("/customers/demo-11/card")
    assert {row["why_not"] for row in angry["offers"]} <= {"complaint", "tier", "owned"}
    assert angry["value"]["churn_risk"]["reasons"]
    tasks = (await agent.ask("/customers/demo-1/card"))["tasks"]["tasks"]
    await agent.tell(f"/customers/demo-1/tasks/{tasks[0]['record']}/done")
    tasks = (await agent.ask("/customers/demo-1/card"))["tasks"]["tasks"]
    assert tasks[0]["done_at"] is not None
    await agent.tell("/customers/demo-1/tasks/none/done", 404)


async def notes_and_care(service: Service, agent: Browser, supervisor: Browser) -> None:
    await agent.tell("/customers/demo-8/note", text="Ring long.")
    card = await agent.ask("/customers/demo-8/card")
    assert (card["person"]["pinned"]["text"], card["person"]["pinned"]["by"]) == (
        "Ring long.",
        "ana",
    )
    await agent.tell("/customers/demo-8/care", 403, text="x", why="y")
    assert "Hard of hearing" in (await supervisor.ask("/customers/demo-8"))["person"]["care"]
    assert {row["why_not"] for row in card["offers"]} <= {"rest", "tier", "owned"}
    await supervisor.tell("/customers/demo-8/care", text="Speak slowly.", why="asked for it")
    page = await supervisor.ask("/customers/demo-8")
    assert page["person"]["care"] == "Speak slowly."
    log = await supervisor.ask("/console/api/audit?object=demo-8")
    assert {row["action"] for row in log["entries"]} >= {"customer.note", "customer.care"}
    assert "slowly" not in str(log)


async def merged_and_taken_back(agent: Browser, supervisor: Browser) -> None:
    why: dict[str, Any] = {"gone": "demo-5", "why": "the same person"}
    await agent.tell("/customers/demo-4/merge", 403, **why)
    await supervisor.tell("/customers/demo-4/merge", 422, gone="nobody", why="x")
    done = await supervisor.tell("/customers/demo-4/merge", **why)
    page = await supervisor.ask("/customers/demo-5")
    assert page["customer"] == "demo-4"
    assert {line["kind"] for line in page["time_line"]} >= {"merge", "case"}
    await supervisor.tell(f"/merges/{done['merge']}", how="DELETE")
    await supervisor.tell(f"/merges/{done['merge']}", 404, how="DELETE")
    assert (await supervisor.ask("/customers/demo-5"))["customer"] == "demo-5"


async def purchases_of_a_shop(service: Service) -> None:
    headers = {"Authorization": f"Bearer {token(Role.SYSTEM)}"}
    at = f"{service.web.url}/api/customers/demo-12"
    order = {"record": "77", "at": service.clock.now(), "state": "placed", "cents": 900}
    async with aiohttp.ClientSession(headers=headers) as http:
        body = {"kind": "order", "body": order}
        async with http.post(f"{at}/records", json=body) as answer:
            assert answer.status == 200, await answer.text()
        async with http.post(f"{at}/records", json={**body, "body": {}}) as answer:
            assert answer.status == 422
        async with http.get(at) as answer:
            told = await answer.json()
    assert told["value"]["rfm"]["segment"]
    assert told["deals"]["orders"][0]["cents"] == 900


async def late_cases(service: Service, agent: Browser) -> None:
    case = await agent.tell("/customers/demo-9/cases", 201, subject="Roots bare")
    customers = CustomersOf(service.database, CasePolicy, lambda *_: False, lambda: "US")
    later = service.clock.now() + 100 * 86_400_000_000
    assert await customers.escalate_once(later) > 0
    assert await customers.escalate_once(later) == 0
    assert (await agent.ask(f"/cases/{case['case']}"))["events"][-1]["kind"] == "escalated"


async def a_part_that_is_slow(agent: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is left out and named; the rest of the card does not wait for it."""
    let_go = asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(*_: object, **__: object) -> None:
        asyncio.run_coroutine_threadsafe(let_go.wait(), loop).result(60)

    monkeypatch.setattr(past, "surveys_of", slow)
    try:
        card = await agent.ask("/customers/demo-1/card")
    finally:
        let_go.set()
    assert "surveys" in card["late"]
    assert card["person"]["name"] == "Maria Delgado"
