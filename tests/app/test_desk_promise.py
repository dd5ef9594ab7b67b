"""A promise made at a desk of the running service, and kept by it: for whom made it, on time."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from contact_center.desk_client.connection import CommandFailedError, DeskClient, log_in, socket_url
from contact_center.desk_client.screen import Screen
from tests.app.test_commands import Running
from tests.app.test_dialing import act, open_shop, sold
from tests.real.dialog import until

pytestmark = pytest.mark.timeout(400)
LEADS = 4
SOON_S = 20


class Ana:
    """An agent who promises the first customer she talks with to call back within a minute."""

    def __init__(self, client: DeskClient) -> None:
        self.client = client
        self.screen, self.changed = Screen(), asyncio.Event()
        self.shown: dict[str, Any] = {}
        self.promised = ""
        self.lists: list[list[dict[str, Any]]] = []

    def hear(self, message: dict[str, Any]) -> None:
        self.screen.apply(message)
        if message["t"] == "callbacks.state":
            self.shown = message["d"]
            self.lists.append(self.shown["callbacks"])
        self.changed.set()

    async def work(self) -> None:
        """Take what comes, until cancelled."""
        talks: list[str] = []
        await self.client.command("cmd.ready")
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.5):
                    await self.changed.wait()
            self.changed.clear()
            call = self.screen.call
            if call and self.screen.state.get("work") == "talking" and not self.promised:
                with contextlib.suppress(CommandFailedError):  # they hung up first
                    await self.promise(call["call"])
            await act(self.client, self.screen, talks, sold)

    async def promise(self, call: str) -> None:
        await self.client.command("cmd.callback.form", call=call)
        await until(
            lambda: (self.shown.get("form") or {}).get("call") == call, within=20, what="the form"
        )
        number = self.shown["form"]["numbers"][0]
        zone = number["zones"][0]
        late = {"number": number["number"], "local": "2020-01-01T10:00", "zone": zone}
        with pytest.raises(CommandFailedError, match="over"):
            await self.client.command("cmd.callback.promise", late, call=call)
        due = datetime.now(ZoneInfo(zone)) + timedelta(seconds=60 + SOON_S)
        local = due.strftime("%Y-%m-%dT%H:%M")
        wish = {**late, "local": local, "note": "about roses"}
        await self.client.command("cmd.callback.promise", wish, call=call)
        self.promised = number["number"]


@asynccontextmanager
async def seated(product: Running) -> AsyncIterator[Ana]:
    password = (await product.says(r"password for all: (\S+)$"))[1]
    token = await log_in(product.url, "ana", password)
    client = DeskClient(socket_url(product.url), token, lambda message: None, back_off_s=0.2)
    ana = Ana(client)
    client.on_message = ana.hear
    connection = asyncio.ensure_future(client.run())
    try:
        await until(lambda: ana.screen.agent == "ana", within=30, what="ana is signed in")
        yield ana
    finally:
        connection.cancel()
        await asyncio.gather(connection, return_exceptions=True)


async def test_an_agents_promise_is_on_her_list_and_she_makes_the_call(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        shop, product = await stack.enter_async_context(open_shop(tmp_path))
        await shop.imports(LEADS)
        ana = await stack.enter_async_context(seated(product))
        working = asyncio.ensure_future(ana.work())
        try:
            await shop.says("dialer", "start", "spring", "--why", "monday")
            kept = "SELECT state, agent, note FROM callbacks"
            await until(lambda: ana.promised, within=120, what="a promise")
            assert shop.rows(kept) == [("scheduled", "ana", "about roses")]
            assert ana.lists[-1][0]["number"] == ana.promised
            await until(
                lambda: shop.rows(kept)[0][0] == "done", within=200, what="the promise is kept"
            )
            await until(lambda: ana.lists[-1] == [], within=60, what="it is off the list")
        finally:
            working.cancel()
            ended = await asyncio.gather(working, return_exceptions=True)
        assert isinstance(ended[0], asyncio.CancelledError), ended
        await product.stop()
    calls = shop.rows(
        f"SELECT source, agent FROM attempts WHERE number = '{ana.promised}' ORDER BY opened_at"
    )
    assert [source for source, _ in calls] == ["auto", "callback"]
    assert calls[1][1] == "ana"
