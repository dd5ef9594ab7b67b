"""Phones and the API on a real Asterisk: calls past the center, phones that go, and why."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.end_to_end.product import CENTER, EXTENSIONS, Floor
from tests.end_to_end.test_story import DIRECT_NUMBER, STRANGER, connected
from tests.real.asterisk import PASSWORD
from tests.real.dialog import Call, until
from tests.real.sip import Caller

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

BETWEEN_PHONES = "[agents](+)\nexten => _10XX,1,Dial(PJSIP/${EXTEN},20)\n same => n,Hangup()\n"
TOKENS = "supervisor dana dana-may-do-this-1\nsystem crm the-crm-may-do-this\n"
WEB = {"dana": "dana-may-do-this-1", "crm": "the-crm-may-do-this"}


@pytest.fixture
async def phones(
    make_floor: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Floor:
    """Agents may call each other, are signed off soon, and may be explained."""
    folder = tmp_path / "center"
    shutil.copytree(CENTER.parent, folder)
    center = folder / CENTER.name
    text = center.read_text()
    assert "desk_grace: 60s" in text
    center.write_text(text.replace("desk_grace: 60s", "desk_grace: 60s, device_grace: 2s"))
    tokens = tmp_path / "tokens"
    tokens.write_text(TOKENS)
    tokens.chmod(0o600)
    monkeypatch.setenv("CC_API_TOKENS_FILE", str(tokens))
    floor: Floor = await make_floor(center=center, dialplan=BETWEEN_PHONES)
    return floor


async def ask(
    floor: Floor, method: str, path: str, body: Any = None, who: str = "dana"
) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {WEB[who]}"}
    url = f"{floor.product.url}{path}"
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.request(method, url, json=body) as answer,
    ):
        return answer.status, await answer.json()


async def why(floor: Floor, name: str) -> list[str]:
    status, told = await ask(floor, "GET", f"/api/explain/agent/{name}")
    assert status == 200
    return [reason["code"] for reason in told["reasons"]]


async def becomes(floor: Floor, name: str, code: str) -> None:
    """Wait until this is the first reason why an agent gets no caller."""
    seen: list[list[str]] = []

    async def look() -> bool:
        seen.append(await why(floor, name))
        return seen[-1][:1] == [code]

    for _ in range(1200):
        if await look():
            return
        await asyncio.sleep(0.05)
    raise TimeoutError(f"{name} is not {code}: {seen[-3:]}")


async def extension_call(floor: Floor, one: str, other: str) -> tuple[Call, Call]:
    """One agent calls another directly, and they talk."""
    phone = floor.phones[one]
    # A phone can call as well as be called.
    call = await Caller.dial(phone, EXTENSIONS[other], number=EXTENSIONS[one], password=PASSWORD)  # type: ignore[arg-type]
    leg = await floor.phones[other].called(within=60)
    await leg.accept()
    await call.answered(within=60)
    return call, leg


async def test_agents_who_talk_with_each_other_get_no_callers_until_they_hang_up(
    phones: Floor,
) -> None:
    ana, ben = await phones.agent("ana"), await phones.agent("ben")
    await becomes(phones, "ana", "nobody_waits")
    call, _ = await extension_call(phones, "ana", "ben")
    await becomes(phones, "ana", "outside")
    await becomes(phones, "ben", "outside")
    caller = await phones.caller.dial(DIRECT_NUMBER, number=STRANGER)
    await caller.answered(within=60)
    (waiting,) = await waiting_calls(phones)
    status, told = await ask(phones, "GET", f"/api/explain/call/{waiting}")
    assert (status, told["reasons"][0]["code"]) == (200, "all_are_busy")
    assert told["reasons"][0]["outside"] == 2
    assert (ana.state, ben.state) == ("ready idle", "ready idle")
    await call.hang_up()
    # Whose phone is told of first gets the caller; the other one has nobody to look after.
    await ana.until(lambda: "ready offered" in (ana.state, ben.state), "somebody is rung")
    here, there = ("ana", "ben") if ana.state == "ready offered" else ("ben", "ana")
    leg = await phones.phones[here].called(within=60)
    await leg.accept()
    await phones.desks[here].is_("ready talking")
    await becomes(phones, here, "at_work")
    await becomes(phones, there, "nobody_waits")
    await caller.hang_up()
    await phones.desks[here].is_("ready wrap_up")
    await phones.replayed()
    assert was_outside(phones)


def was_outside(floor: Floor) -> bool:
    """Whether anybody was ever taken for being on the phone elsewhere, by the journal."""
    segments = sorted((floor.folder / "state" / "journal").iterdir())
    texts = [segment.read_text(encoding="utf-8") for segment in segments if segment.is_file()]
    assert any('"AgentChanged"' in text for text in texts)
    return any('"outside":true' in text for text in texts)


async def waiting_calls(floor: Floor) -> list[str]:
    """Who waits in sales, waited for."""
    for _ in range(1200):
        _, told = await ask(floor, "GET", "/api/queues/sales/waiting")
        if told["waiting"]:
            return [row["call"] for row in told["waiting"]]
        await asyncio.sleep(0.05)
    raise TimeoutError("nobody waits")


async def test_our_own_calls_to_a_phone_never_count_as_calls_elsewhere(phones: Floor) -> None:
    ana = await phones.agent("ana")
    await becomes(phones, "ana", "nobody_waits")
    for _ in range(3):
        caller, leg = await connected(phones, "ana")
        assert await why(phones, "ana") == ["at_work"]
        await leg.hang_up()
        await caller.ended(within=60)
        await ana.is_("ready wrap_up")
        await ana.dispose("lost")
        await ana.is_("ready idle")
    caller = await phones.caller.dial(DIRECT_NUMBER, number=STRANGER)
    await phones.phones["ana"].called(within=60)
    await caller.hang_up()
    await ana.is_("ready idle")
    await becomes(phones, "ana", "nobody_waits")
    await phones.replayed()
    assert not was_outside(phones)


async def test_a_phone_that_unregisters_is_offered_nothing_and_signs_its_agent_off(
    phones: Floor,
) -> None:
    ana = await phones.agent("ana")
    await becomes(phones, "ana", "nobody_waits")
    await phones.phones["ana"].register(expires_s=0)
    await becomes(phones, "ana", "phone_lost")
    await ana.until(lambda: ana.screen.state.get("presence") == "logged_out", "signed off")
    assert phones.phones["ana"].call_count == 0
    await phones.phones["ana"].register()
    await becomes(phones, "ana", "logged_out")
    await ana.ready()
    await connected(phones, "ana")


async def test_a_supervisor_and_another_system_ask_over_http(phones: Floor) -> None:
    ana = await phones.agent("ana")
    first = await phones.caller.dial(DIRECT_NUMBER, number=STRANGER)
    await (await phones.phones["ana"].called(within=60)).accept()
    await ana.is_("ready talking")
    callers = [await phones.caller.dial(DIRECT_NUMBER, number=STRANGER) for _ in range(2)]
    for caller in callers:
        await caller.answered(within=60)
    for _ in range(1200):
        calls = await waiting_calls(phones)
        if len(calls) == 2:
            break
        await asyncio.sleep(0.05)
    path = f"/api/calls/{calls[1]}/priority"
    assert (await ask(phones, "POST", path, {"priority": 5}))[0] == 200
    assert await waiting_calls(phones) == [calls[1], calls[0]]
    assert (await ask(phones, "POST", path, {"priority": 5}, who="crm"))[0] == 403
    body = {"id": "ticket-1", "queue": "sales", "subject": "Call them"}
    assert (await ask(phones, "POST", "/api/work", body, who="crm"))[0] == 201
    assert "w-ticket-1" in await waiting_calls(phones)
    assert (await ask(phones, "DELETE", "/api/work/ticket-1", who="crm"))[0] == 200
    status, _ = await ask(phones, "POST", f"/api/calls/{calls[0]}/withdraw")
    assert status == 200
    wish = {"presence": "paused", "reason": "training"}
    assert (await ask(phones, "POST", "/api/agents/ana/presence", wish))[0] == 200
    await first.hang_up()
    await ana.is_("ready wrap_up")
    await ana.dispose("sold")
    await ana.is_("paused idle")
    assert STRANGER not in phones.product.log
    await until(lambda: "door" in phones.product.log, within=60, what="requests are logged")
    await phones.replayed()
