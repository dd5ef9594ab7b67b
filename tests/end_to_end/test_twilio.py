"""The whole story on an emulated Twilio: what callers hear, what agents see, and what is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Self

import pytest

from contact_center.adapters.asterisk.local import Tree
from contact_center.adapters.prompts.engines import choose
from contact_center.adapters.prompts.store import PromptStore
from contact_center.app.replay import replay_command
from tests.emulators.twilio.emulator import TwilioEmulator
from tests.emulators.twilio.parties import Party
from tests.end_to_end.product import DeskPerson, Product, sit_down
from tests.end_to_end.test_story import DIRECT_NUMBER, KNOWN_CALLER, MENU, MENU_NUMBER, STRANGER
from tests.real.dialog import until
from tests.real.ports import free_port

# The voice that prompts are made with comes with the tree of Asterisk.
pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

ANA, BEN = "client:1001", "client:1002"


class TwilioFloor:
    """An emulated Twilio, the product in a process of its own, and desks."""

    def __init__(self, folder: Path, tree: Tree) -> None:
        self.folder = folder
        self._tree = tree
        self._stack = AsyncExitStack()
        self._tasks: list[asyncio.Task[int]] = []
        self.desks: dict[str, DeskPerson] = {}

    async def __aenter__(self) -> Self:
        self.twilio = await self._stack.enter_async_context(TwilioEmulator())
        port = free_port()
        base = f"http://127.0.0.1:{port}"
        for number in (MENU_NUMBER, DIRECT_NUMBER):
            self.twilio.number(
                number, voice_url=f"{base}/twilio/voice", status_callback=f"{base}/twilio/status"
            )
        environment = {
            "CC_PROVIDER": "twilio",
            "CC_TWILIO_ACCOUNT_SID": self.twilio.account_sid,
            "CC_TWILIO_AUTH_TOKEN": self.twilio.auth_token,
            "CC_TWILIO_REST_URL": self.twilio.base_url,
            "CC_TWILIO_PUBLIC_URL": base,
            "CC_TWILIO_LISTEN_PORT": str(port),
            "CC_TWILIO_CALLER_ID": MENU_NUMBER,
            "CC_PROMPTS_DIR": str(self.folder.parent / "prompts"),
        }
        self.product = Product(self.folder, environment)
        self._stack.push_async_callback(self.product.kill)
        try:
            await self.product.start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_exc: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._stack.aclose()

    async def desk(self, name: str) -> DeskPerson:
        """An agent at a screen, ready."""
        self.desks[name] = desk = await sit_down(self.product, name, self._tasks)
        await desk.ready()
        return desk

    async def rings(self, address: str, calls: int = 1) -> Party:
        """The latest call at this phone, waited for."""
        await self.until(lambda: len(self.twilio.calls_to(address)) >= calls, f"{address} rings")
        call = self.twilio.calls_to(address)[-1]
        await self.until(lambda: call.status == "ringing" or call.live, "it rings")
        return call.party

    async def until(self, condition: object, what: str) -> None:
        try:
            await until(condition, within=60, what=what)  # type: ignore[arg-type]
        except TimeoutError as late:
            raise TimeoutError(f"{late}; {self.twilio.errors}\n{self.product.log}") from None

    async def key_of(self, text: str) -> str:
        """The name under which the product has the sound of a text."""
        prompts = PromptStore(
            cache=self.folder.parent / "prompts",
            engine=choose(private=self._tree.command("espeak-ng")),
            base_url="http://127.0.0.1:1",
        )
        assert not await prompts.publish([(text, "en-US")])
        url = prompts.media_url(text, "en-US")
        assert url is not None
        return url.rsplit("/", 1)[1]


@pytest.fixture
async def floor(
    asterisk_tree: Tree, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[TwilioFloor]:
    async with TwilioFloor(tmp_path_factory.mktemp("floor"), asterisk_tree) as floor:
        yield floor


def hears(one: Party, other: Party) -> bool:
    return ("voice", other.call.sid) in one.hears_now


async def talk(floor: TwilioFloor, caller: Party, agent: Party, desk: DeskPerson) -> None:
    """The agent picks up, and both hear each other."""
    caller.start_talking()
    agent.start_talking()
    agent.answer()
    await floor.until(lambda: hears(caller, agent) and hears(agent, caller), "they talk")
    await desk.is_("ready talking")


async def test_the_whole_story(floor: TwilioFloor) -> None:
    desk = await floor.desk("ana")
    menu = await floor.key_of(MENU)
    caller = await floor.twilio.dial(KNOWN_CALLER, MENU_NUMBER)
    await floor.until(
        lambda: any(menu in heard.what and heard.complete for heard in caller.heard), "the menu"
    )
    caller.press("1")
    agent = await floor.rings(ANA)
    await desk.until(lambda: desk.pop, "the pop")
    assert desk.pop is not None
    assert desk.pop["reason"] == "Wants to buy"
    assert desk.pop["customers"][0]["name"]
    await floor.until(lambda: caller.hears_now, "music")
    await talk(floor, caller, agent, desk)
    assert desk.screen.call is not None
    this = desk.screen.call["call"]
    await desk.client.command("cmd.notes", {"text": "wants a rake"}, call=this)
    caller.hang_up()
    await floor.until(lambda: agent.over, "the agent's call is over too")
    await desk.is_("ready wrap_up")
    await desk.dispose("sold", "wants a green rake")
    await desk.is_("ready idle")
    await floor.twilio.dial(KNOWN_CALLER, DIRECT_NUMBER)
    await floor.rings(ANA, 2)
    await desk.until(lambda: desk.more and desk.more["history"], "the second pop's history")
    assert desk.more is not None
    newest = desk.more["history"][0]
    assert (newest["call"], newest["disposition"]) == (this, "Sold")
    assert newest["notes"] == "wants a green rake"
    await floor.product.stop()
    for secret in ("rake", floor.twilio.auth_token):
        assert secret not in floor.product.log
    assert replay_command([str(floor.folder / "state" / "journal")]) == 0
    assert floor.twilio.warnings == []


async def test_who_talks_when_the_process_dies_talks_on_and_the_call_ends_rightly(
    floor: TwilioFloor,
) -> None:
    desk = await floor.desk("ana")
    caller = await floor.twilio.dial(STRANGER, DIRECT_NUMBER)
    agent = await floor.rings(ANA)
    await talk(floor, caller, agent, desk)
    await floor.product.kill()
    await asyncio.sleep(1)
    assert hears(caller, agent)
    await floor.product.start()
    desk = await sit_down(floor.product, "ana", floor._tasks)
    await desk.until(lambda: "talking" in desk.state, "still talking")
    assert hears(agent, caller)
    caller.hang_up()
    await desk.until(lambda: "wrap_up" in desk.state, "wrap-up")
    await floor.until(lambda: agent.over, "the agent's call is over too")
    assert len(floor.twilio.calls_to(ANA)) == 1, "nobody was dialled twice"
