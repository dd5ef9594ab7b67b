"""A code and a card are keyed in, a service gets them, and no digit of them is anywhere else.

Everything the product writes, shows or sends is looked through, at debug level: its log, its whole
state folder (journal, database, recordings), metrics, the agent's screen, a webhook, a replay, and
on Asterisk what Asterisk itself wrote.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, closing
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import web

from contact_center.adapters.asterisk.local import Tree
from contact_center.adapters.lookups.demo import DEMO_PINS
from contact_center.app.replay import replay_command
from contact_center.core.events import KeyPressed
from contact_center.core.ivr.secrecy import is_stand_in
from contact_center.desk_client.connection import DeskClient, log_in, socket_url
from tests.end_to_end.product import Floor, Product
from tests.real.dialog import until

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

CENTER = Path(__file__).parent / "secrets"
NUMBER = "+14155550100"
CALLER = "+14155550177"
PIN = "59273864"
WRONG_CARD = "4539578763621487"
CARD = "4539578763621486"
MENU_KEY = "1"
RIGHT = "Thank you. Your code and your card are right."
HOOK_SECRET = "between-the-hook-and-us"


class Outside:
    """What the product talks to: the service that is given secrets, and a webhook that is not."""

    def __init__(self) -> None:
        self.asked: list[tuple[dict[str, Any], str]] = []
        self.hooked: list[str] = []
        app = web.Application()
        app.add_routes([web.post("/verify", self._verify), web.post("/hook", self._hook)])
        self._runner = web.AppRunner(app, access_log=None)
        self.port = 0

    async def start(self) -> None:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _verify(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.asked.append((body, request.headers["X-Card"]))
        right = body["pin"] == PIN and body["card"] == CARD
        await asyncio.sleep(1)  # long enough for the caller to hear the filler
        return web.json_response({"verified": right})

    async def _hook(self, request: web.Request) -> web.Response:
        self.hooked.append(await request.text())
        return web.Response(status=204)


@pytest.fixture
async def outside() -> AsyncIterator[Outside]:
    made = Outside()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
def surroundings(
    outside: Outside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Path, dict[str, str]]:
    """A center whose service is ours, and what the product has to be told."""
    folder = tmp_path / "center"
    shutil.copytree(CENTER, folder)
    flow = folder / "main.yaml"
    flow.write_text(flow.read_text().replace("PORT", str(outside.port)))
    settings = tmp_path / "settings.yaml"
    settings.write_text(
        f"webhooks: [{{name: crm, url: 'http://127.0.0.1:{outside.port}/hook',"
        " secret_env: HOOK_SECRET}]\n"
    )
    environment = {
        "CC_SETTINGS": str(settings),
        "CC_LOG_LEVEL": "debug",
        "CC_LOG_FORMAT": "json",
        "CC_LOOKUP_PRIVATE_HOSTS": f"127.0.0.1:{outside.port}",
        "HOOK_SECRET": HOOK_SECRET,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return folder / "center.yaml", environment


def parts_of(digits: str, length: int = 8) -> set[str]:
    return {digits[i : i + length] for i in range(len(digits) - length + 1)}


HIDDEN = parts_of(PIN) | parts_of(CARD) | parts_of(WRONG_CARD)
ONE_DIGIT = re.compile(r"""(?:digit|key|keys|dtmf)["']?\s*[:=]\s*["']?(\d)\b""", re.IGNORECASE)


def assert_no_digits(text: str, where: str) -> None:
    for part in HIDDEN:
        assert part not in text, f"{part} in {where}"
    single = {found for found in ONE_DIGIT.findall(text) if found != MENU_KEY}
    assert not single, f"single digits in {where}: {single}"


def assert_no_digits_in_files(folder: Path) -> int:
    """Look through every file below a folder, whatever is in it; gives how many there were."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    for path in files:
        content = path.read_bytes()
        for part in HIDDEN:
            assert part.encode() not in content, f"{part} in {path}"
            assert part not in path.name
    return len(files)


def assert_no_digits_in_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        dump = "\n".join(database.iterdump())
        query = "SELECT count(*) FROM interactions WHERE party = ?"
        (calls,) = database.execute(query, (CALLER,)).fetchone()
    assert calls == 1, "the database has the call"
    assert_no_digits(dump, "the database")


def assert_no_digits_in_journal(folder: Path) -> None:
    """Keys one by one: only those of the menu are there, every other digit is a stand-in."""
    keys: list[str] = []
    kinds: list[str] = []
    for file in sorted(folder.glob("*.journal")):
        text = file.read_text(encoding="utf-8")
        for part in HIDDEN:
            assert part not in text
        for line in text.splitlines():
            if line.startswith("["):
                _, _, (kind, fields), _ = msgspec.json.decode(line)
                kinds.append(kind)
                if kind == "KeyPressed":
                    keys.append(msgspec.convert(fields, KeyPressed).key)
    assert {key for key in keys if not is_stand_in(key)} <= {MENU_KEY, "#", "*"}
    typed = len(PIN) + len(WRONG_CARD) + len(CARD)
    assert sum(map(is_stand_in, keys)) == typed, "every digit was pressed, and masked"
    assert kinds.index("RecordingPaused") < kinds.index("RecordingResumed"), "a gap in the tape"


async def assert_no_digits_on_pages(product: Product, operator: str) -> None:
    headers = {"Authorization": f"Bearer {operator}"}
    async with aiohttp.ClientSession(headers=headers) as http:
        for path in ("/metrics", "/readyz", "/api/queues", "/api/agents"):
            async with http.get(f"{product.url}{path}") as answer:
                text = await answer.text()
                assert answer.status == 200, path
            assert_no_digits(text, path)
            if path == "/metrics":
                assert (
                    'contact_center_lookups_total{outcome="ok",service="main/verify"} 1.0' in text
                )


async def look_everywhere(
    product: Product, outside: Outside, frames: Iterable[object], capsys: Any
) -> None:
    """Every sink of a product that has had its call; stops it."""
    state = product.folder / "state"
    await until(lambda: "CallFinished" in "".join(outside.hooked), within=60, what="the hook")
    await assert_no_digits_on_pages(product, (state / "admin-token").read_text().strip())
    assert await product.stop() == 0
    assert_no_digits("".join(outside.hooked), "the webhook")
    shown = [msgspec.json.encode(frame).decode() for frame in frames]
    assert any("Proved who they are" in frame for frame in shown), "the screen-pop"
    assert_no_digits("\n".join(shown), "the agent's screen")
    assert "a lookup ended" in product.log, "the log is at debug level"
    assert_no_digits(product.log, "the log")
    assert_no_digits_in_database(state / "contact-center.db")
    assert_no_digits_in_journal(state / "journal")
    assert assert_no_digits_in_files(product.folder) > 3
    assert replay_command([str(state / "journal")]) == 0
    replayed = capsys.readouterr()
    assert_no_digits(replayed.out + replayed.err, "the replay")


def assert_given(outside: Outside) -> None:
    """The service, and it alone, got what was typed."""
    assert outside.asked == [({"caller": CALLER, "pin": PIN, "card": CARD}, CARD)]


# --- on the simulated network -------------------------------------------------------------------


class DemoPhone:
    """The product's own phone in a browser, without the browser."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http = http
        self._url = f"{url}/demo/api"
        self.leg = ""

    async def call(self, ani: str = CALLER, did: str = NUMBER) -> None:
        body = {"ani": ani, "did": did}
        async with self._http.post(f"{self._url}/calls", json=body) as answer:
            assert answer.status == 201
            self.leg = (await answer.json())["leg"]

    async def press(self, keys: str) -> None:
        url = f"{self._url}/calls/{self.leg}/keys"
        async with self._http.post(url, json={"keys": keys}) as answer:
            assert answer.status == 204, await answer.text()

    async def hears(self, *any_of: str) -> str:
        """Wait for the first of some words; gives which."""
        heard = ""
        try:
            async with asyncio.timeout(60):
                while True:
                    async with self._http.get(f"{self._url}/calls/{self.leg}") as answer:
                        heard = await answer.text()
                    for words in any_of:
                        if words in heard:
                            return words
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise TimeoutError(f"never heard {any_of}: {heard}") from None

    async def hang_up(self) -> None:
        async with self._http.delete(f"{self._url}/calls/{self.leg}") as answer:
            assert answer.status == 204

    async def pick_up(self, device: str) -> None:
        url = f"{self._url}/phones/{device}/answer"
        async with asyncio.timeout(60):
            while True:
                async with self._http.post(url, json={}) as answer:
                    if answer.status == 204:
                        return
                await asyncio.sleep(0.05)


async def test_on_the_simulated_network_no_digit_is_anywhere(
    outside: Outside,
    surroundings: tuple[Path, dict[str, str]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    center, environment = surroundings
    folder = tmp_path / "product"
    folder.mkdir()
    product = Product(folder, {**environment, "CC_PROVIDER": "simulated"}, center)
    frames: list[Any] = []
    async with AsyncExitStack() as stack:
        stack.push_async_callback(product.kill)
        await product.start()
        http = await stack.enter_async_context(aiohttp.ClientSession())
        token = await log_in(product.url, "ana", product.password)
        desk = DeskClient(socket_url(product.url), token, frames.append)
        task = asyncio.ensure_future(desk.run())
        stack.callback(task.cancel)
        await until(lambda: frames, within=60, what="the desk is open")
        await desk.command("cmd.ready")
        phone = DemoPhone(http, product.url)
        await phone.call()
        await phone.hears("press one")
        await phone.press(MENU_KEY)
        await phone.hears("eight digit code")
        await phone.press(PIN)
        await phone.hears("number of your card")
        await phone.press(WRONG_CARD + "#")
        await phone.hears("That is no card")
        await phone.press(CARD + "#")
        await phone.hears("One moment please")
        await phone.hears(RIGHT)
        assert_given(outside)
        await phone.pick_up("1001")
        await until(
            lambda: any("talking" in str(frame) for frame in frames), within=60, what="they talk"
        )
        await phone.hang_up()
        await look_everywhere(product, outside, frames, capsys)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


# --- on a real Asterisk, with real digits ------------------------------------------------------


@pytest.fixture
async def floor(
    surroundings: tuple[Path, dict[str, str]], make_floor: Callable[..., Any], asterisk_tree: Tree
) -> Floor:
    assert asterisk_tree.libraries.is_dir()
    made: Floor = await make_floor(center=surroundings[0])
    return made


async def test_on_asterisk_no_digit_is_anywhere(
    outside: Outside, floor: Floor, capsys: pytest.CaptureFixture[str]
) -> None:
    ana = await floor.agent("ana")
    call = await floor.caller.dial(NUMBER, number=CALLER)
    await call.answered(within=60)

    async def hears(words: str) -> None:
        await call.hears_prompt(await floor.prompt(words), within=60)

    await hears("Welcome to the bank. To prove who you are press one.")
    await call.media.send_digits(MENU_KEY)
    await hears("Please enter your eight digit code.")
    await call.media.send_digits(PIN)
    await hears("Please enter the number of your card and then the pound key.")
    await call.media.send_digits(WRONG_CARD + "#")
    await hears("That is no card.")
    await call.media.send_digits(CARD + "#")
    await hears(RIGHT)
    assert_given(outside)
    leg = await floor.phones["ana"].called(within=60)
    await leg.accept()
    await ana.is_("ready talking")
    await call.hang_up()
    await ana.is_("ready wrap_up")
    frames = [message for _, message in ana.messages]
    await look_everywhere(floor.product, outside, frames, capsys)
    assert_no_digits(floor.asterisk.log(), "Asterisk's log")
    assert assert_no_digits_in_files(floor.asterisk.folder) > 0


# --- the shipped demo ----------------------------------------------------------------------------


async def test_in_the_demo_a_caller_hears_the_balance_and_how_an_order_stands(
    tmp_path: Path,
) -> None:
    for name, number in (("bank", "+14155550110"), ("retailer", "+14155550100")):
        folder = tmp_path / name
        folder.mkdir()
        center = Path(__file__).parents[2] / "config" / name / "center.yaml"
        environment = {"CC_PROVIDER": "simulated", "CC_DIALER_ENABLED": "false"}
        product = Product(folder, environment, center)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(product.kill)
            await product.start()
            http = await stack.enter_async_context(aiohttp.ClientSession())
            phone = DemoPhone(http, product.url)
            await phone.call("+14155550101", number)
            if name == "bank":
                await phone.hears("Tidewater Savings Bank")
                # Closed or not, the balance can be asked for: by another key.
                menu = await phone.hears("accounts and balances, press 2", "your balance, press 3")
                await phone.press("2" if menu.startswith("accounts") else "3")
                await phone.hears("four digit telephone code")
                await phone.press(DEMO_PINS["+14155550101"])
                await phone.hears("Your balance is")
            else:
                await phone.hears("To order plants")
                await phone.press("24711#")
                await phone.hears("It is packed")
            await phone.hang_up()
            assert await product.stop() == 0
