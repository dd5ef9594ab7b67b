"""What others learn from a running product: live numbers, a stream of facts, a webhook."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from contact_center.app.measuring import day_origin, thresholds_of
from contact_center.content.center_files import load_center_file
from contact_center.core.ids import QueueId
from tests.app.test_commands import ROOT, START_S, placed_call, run, running, service
from tests.real.dialog import until

HOUR = timedelta(hours=1)
CENTER = ROOT / "config/retailer/center.yaml"


class Receiver:
    """Somebody's endpoint: keeps what is signed with the secret."""

    def __init__(self, secret: str) -> None:
        self.secret = secret.encode()
        self.facts: list[dict[str, Any]] = []

    async def start(self, stack: AsyncExitStack) -> str:
        app = web.Application(client_max_size=10**7)
        app.router.add_post("/facts", self.receive)
        runner = web.AppRunner(app)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}/facts"

    async def receive(self, request: web.Request) -> web.Response:
        body = await request.read()
        stamp, _, digest = request.headers["X-Contact-Center-Signature"].partition(",v1=")
        signed = stamp.removeprefix("t=").encode() + b"." + body
        expected = hmac.new(self.secret, signed, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(digest, expected):
            return web.Response(status=401)
        self.facts += json.loads(body)["facts"]
        return web.Response(status=204)


async def test_others_can_follow_a_call_and_the_report_agrees(tmp_path: Path) -> None:
    began = datetime.now(UTC)
    async with AsyncExitStack() as stack:
        receiver = Receiver("a secret between two")
        (tmp_path / "secret").write_text("a secret between two\n")
        url = await receiver.start(stack)
        settings = tmp_path / "service.yaml"
        settings.write_text(
            f"center: {CENTER}\ndesk: {{demo: true}}\nwebhooks:\n"
            f"  - {{name: crm, url: '{url}', secret_file: {tmp_path / 'secret'}}}\n"
        )
        env = service(tmp_path, CC_SETTINGS=str(settings), CC_API_TOKEN="for reading")
        product = await stack.enter_async_context(running("run", env=env))
        await product.says(r"^ready", within=START_S)
        session = await stack.enter_async_context(
            aiohttp.ClientSession(headers={"Authorization": "Bearer for reading"})
        )
        await nobody_else_may(product.url)
        ws = await stack.enter_async_context(session.ws_connect(f"{product.url}/api/facts"))
        assert "hello" in await ws.receive_json(timeout=10)
        told = asyncio.ensure_future(until_finished(ws))
        await placed_call(product.url)
        facts = await asyncio.wait_for(told, 30)
        assert "+14155550101" not in json.dumps(facts)
        finished = await until(
            lambda: [fact for fact in receiver.facts if fact["type"] == "CallFinished"],
            within=20,
            what="the webhook is told of the end",
        )
        assert finished[0]["id"] == facts[-1]["id"]
        of_call = [fact["id"] for fact in receiver.facts if "id" in fact]
        assert [fact["id"] for fact in facts] == of_call[: len(facts)]
        live = await live_numbers(session, product.url)
        assert live["queues"]["sales"]["today"]["entered"] == 1
        assert live["behind"] == 0
        assert (tmp_path / "state" / "webhook-crm.mark").exists()
    words = ("--from", began.isoformat(), "--to", (began + HOUR).isoformat(), "--queue", "sales")
    code, text = await run("report", *words, "--format", "json", env=env)
    assert code == 0, text
    [row] = json.loads(text)["rows"]
    assert row["entered"] == 1


async def nobody_else_may(url: str) -> None:
    async with aiohttp.ClientSession() as stranger:
        for path in ("/api/live", "/api/facts"):
            async with stranger.get(f"{url}{path}") as response:
                assert response.status == 401
        page = {"Origin": url, "Authorization": "Bearer for reading"}
        async with stranger.get(f"{url}/api/live", headers=page) as response:
            assert response.status == 403


async def until_finished(ws: aiohttp.ClientWebSocketResponse) -> list[dict[str, Any]]:
    """The facts of calls until one is finished."""
    found: list[dict[str, Any]] = []
    while not found or found[-1]["type"] != "CallFinished":
        for line in (await ws.receive_str(timeout=60)).split("\n"):
            fact = json.loads(line)
            if "id" in fact:
                found.append(fact)
    return found


async def live_numbers(session: aiohttp.ClientSession, url: str) -> dict[str, Any]:
    await asyncio.sleep(1.1)  # an answer is kept for a second
    async with session.get(f"{url}/api/live") as response:
        assert response.status == 200
        numbers: dict[str, Any] = await response.json()
        return numbers


def test_thresholds_are_those_of_the_queues() -> None:
    configuration = load_center_file(CENTER).configuration
    found = thresholds_of(configuration)
    assert found.keys() == configuration.queues.keys()
    sales = configuration.queues[QueueId("sales")]
    assert found[QueueId("sales")].answer_us == sales.service_level_us


def test_a_day_begins_at_midnight_where_the_center_is() -> None:
    configuration = load_center_file(ROOT / "config/bank/center.yaml").configuration
    [zone, *_] = [calendar.zone for calendar in configuration.calendars.values()]
    noon = datetime(2026, 1, 15, 12, tzinfo=zone)
    midnight = noon.replace(hour=0)
    origin = day_origin(configuration, int(noon.timestamp()) * 1_000_000)
    assert (int(midnight.timestamp()) * 1_000_000 - origin) % 86_400_000_000 == 0
