"""People we may or may not call: told over HTTP, kept in storage, heeded by the next call."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest_asyncio

from contact_center.adapters.api.access import Access
from contact_center.adapters.api.people import PeopleApi
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing.looking import Looking
from contact_center.adapters.sql.dialing.store import DialStore
from contact_center.adapters.sql.migrate import open_database
from contact_center.adapters.web.server import WebServer, WebSettings
from contact_center.app.dial_people import DialPeople
from dialer.ids import LeadId, PartyId
from dialer.messages import AttemptRefused, Barred, In
from tests.adapters.api.conftest import TOKENS
from tests.adapters.sql.dialing import book
from tests.adapters.sql.dialing.book import ANYWHERE, CAMPAIGN, NOW

S = 1_000_000


class Office:
    """Two leads, the doors, and what the live dialer was told."""

    def __init__(self, database: Database, web: WebServer) -> None:
        self.told: list[In] = []
        self.store = DialStore(database, (ANYWHERE,))
        self.looking = Looking(database)
        self.people = DialPeople(
            self.store,
            self.looking,
            lambda: {CAMPAIGN.campaign: CAMPAIGN},
            self.told.append,
            lambda: NOW,
        )
        access = Access(TOKENS.values(), lambda: 0.0, burst=10_000)
        web.add(PeopleApi(access, lambda: NOW, self.people).routes())
        self.session: aiohttp.ClientSession

    async def ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, who: str = "crm"
    ) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {TOKENS[who][0]}"}
        async with self.session.request(method, path, json=body, headers=headers) as answer:
            return answer.status, await answer.json()

    async def reasons(self, lead: str) -> tuple[str, ...]:
        look = await self.looking.look(CAMPAIGN, (ANYWHERE,), LeadId(lead), NOW)
        assert look is not None
        assert look.gate is not None
        return look.gate.reasons


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    database = await open_database(f"sqlite+aiosqlite:///{tmp_path}/d.db")
    web = WebServer(WebSettings(host="127.0.0.1", port=0))
    made = Office(database, web)
    await book.put(database, {"lead": "a", "party": "pa"}, {"lead": "b", "party": "pb"})
    await web.start()
    try:
        async with aiohttp.ClientSession(web.url) as session:
            made.session = session
            yield made
    finally:
        await web.stop()
        await database.close()


async def test_who_wants_no_calls_is_refused_from_then_on_and_the_dialer_hears_at_once(
    office: Office,
) -> None:
    (lead, *_) = (await office.store.claim(CAMPAIGN, 1, NOW)).leads
    number = lead.numbers[0].number
    body = {"value": number, "why": "asked by letter"}
    assert (await office.ask("POST", "/api/suppressions", body))[0] == 200
    assert office.told == [Barred(at=NOW, number=number)]
    answer = await office.store.open_attempt(CAMPAIGN, book.asked(lead), NOW)
    assert isinstance(answer, AttemptRefused)  # though it was claimed before
    assert answer.reasons == ("suppressed:global",)
    assert (await office.ask("DELETE", "/api/suppressions", body))[0] == 200
    assert (await office.ask("DELETE", "/api/suppressions", body))[0] == 404


async def test_what_makes_no_sense_or_is_not_allowed_is_refused(office: Office) -> None:
    body: dict[str, Any] = {"value": "555", "why": "?"}
    status, answer = await office.ask("POST", "/api/suppressions", body)
    assert (status, answer["error"]) == (422, "cannot")
    assert "E.164" in answer["message"]
    status, _ = await office.ask("POST", "/api/suppressions", {"value": "+14155550123"})
    assert status == 400
    wall = {"value": "+14155550123", "why": "x"}
    assert (await office.ask("POST", "/api/suppressions", wall, who="wall"))[0] == 403
    consent = {"number": "+14155550123", "type": "prerecorded", "at": 1}
    status, answer = await office.ask("POST", "/api/consents", consent)
    assert (status, "proof" in answer["message"]) == (422, True)
    assert office.told == []


async def test_a_consent_stands_for_every_party_with_the_number_until_it_is_taken_back(
    office: Office,
) -> None:
    number = book.number_of(0)
    given = {
        "number": number,
        "type": "prerecorded",
        "seller": "acme",
        "proof": "form 7",
        "channel": "web",
        "at": NOW / S - 60,
    }
    status, answer = await office.ask("POST", "/api/consents", given)
    assert (status, answer["parties"]) == (200, 1)
    (kept,) = await office.store.consents_of(PartyId("pa"))
    assert (kept.type, kept.proof, kept.number) == ("prerecorded", "form 7", number)
    back = {"number": number, "type": "prerecorded", "at": NOW / S, "revoked": True}
    assert (await office.ask("POST", "/api/consents", back))[0] == 200
    assert [one.revoked for one in await office.store.consents_of(PartyId("pa"))] == [False, True]
    assert office.told == [Barred(at=NOW, number=number)]


async def test_a_number_that_has_another_owner_is_not_called(office: Office) -> None:
    body = {"number": book.number_of(1), "answer": "yes", "at": NOW / S}
    assert (await office.ask("POST", "/api/owners", body))[0] == 200
    assert await office.reasons("b") == ("rnd",)
    assert await office.reasons("a") == ()


async def test_a_promise_is_kept_in_the_customers_time_and_can_be_taken_back(
    office: Office,
) -> None:
    path = f"/api/campaigns/{CAMPAIGN.campaign}/callbacks"
    body = {"lead": "a", "local": "2027-03-14T02:30", "zone": "America/New_York", "agent": "ana"}
    status, kept = await office.ask("POST", path, body)
    assert status == 200
    # 02:30 is skipped that night in New York: 03:30 daylight time is 07:30 UTC.
    assert kept["due_at"] == 1_805_009_400
    (due,) = await office.store.due_promises(CAMPAIGN.campaign, int(kept["due_at"]) * S)
    assert (due.made.agent, due.made.local) == ("ana", "2027-03-14T02:30")
    assert due.made.number == book.number_of(0)
    for wrong in (
        {**body, "zone": "Mars/Olympus"},
        {**body, "local": "2020-01-01T10:00"},
        {**body, "local": "0001-01-01T00:00", "zone": "Asia/Tokyo"},
        {**body, "local": "9999-12-31T23:59"},
        {**body, "local": "2206-03-14T10:00"},
        {**body, "lead": "z"},
    ):
        assert (await office.ask("POST", path, wrong))[0] == 422
    assert (await office.ask("POST", "/api/campaigns/autumn/callbacks", body))[0] == 404
    gone = {"why": "called in"}
    assert (await office.ask("DELETE", "/api/leads/a/callback", gone))[0] == 200
    assert (await office.ask("DELETE", "/api/leads/a/callback", gone))[0] == 404


async def test_late_promises_are_tasks_until_a_person_has_looked_and_a_lead_is_opened_again(
    office: Office,
) -> None:
    path = f"/api/campaigns/{CAMPAIGN.campaign}/callbacks"
    body = {"lead": "a", "local": "2027-05-14T10:30", "zone": "America/New_York"}
    _, kept = await office.ask("POST", path, body)
    await office.store.escalate_promises(int(kept["due_at"]) * S + 3_600 * S)
    _, answer = await office.ask("GET", "/api/tasks", who="dana")
    (task,) = answer["tasks"]
    assert (task["lead"], task["campaign"]) == ("a", CAMPAIGN.campaign)
    assert (await office.ask("POST", f"/api/tasks/{task['task']}/done", {}))[0] == 200
    assert (await office.ask("POST", f"/api/tasks/{task['task']}/done", {}))[0] == 404
    assert (await office.ask("POST", "/api/leads/b/reopen", {"why": "x"}))[0] == 404
