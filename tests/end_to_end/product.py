"""The product as its users have it: a process of its own, a real Asterisk, phones and desks.

`Floor` puts them together. Asterisk belongs to the test, so it outlives the product's process.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Self

import aiohttp

from contact_center.adapters.asterisk.local import Instance, OutboundWebsocket, SipAccount, Tree
from contact_center.adapters.asterisk.local import Settings as AsteriskSettings
from contact_center.adapters.prompts.engines import choose
from contact_center.adapters.prompts.store import PromptStore
from contact_center.app.phones import sip_password
from contact_center.app.replay import replay_command
from contact_center.desk_client.connection import DeskClient, log_in, socket_url
from contact_center.desk_client.screen import Screen
from tests.real.asterisk import PASSWORD
from tests.real.dialog import until
from tests.real.ports import free_port
from tests.real.proxy import Proxy
from tests.real.sip import Behaviour, Caller, Manual, Phone

CENTER = Path(__file__).parent / "center" / "center.yaml"
EXTENSIONS = {
    "ana": "1001",
    "ben": "1002",
    "eve": "1003",
    "fay": "1004",
    "gus": "1005",
    "hal": "1006",
    "ida": "1007",
    "jon": "1008",
    "kim": "1009",
    "lea": "1010",
}
LISTEN_PASSWORD = "asterisk-to-us"
PHONES_SECRET = "of which passwords of browsers are made"
START_S = 180.0
"""How long the start may take on a machine that is busy with other things: it makes the prompts."""


class Product:
    """One process of the contact center, started, killed and started again on the same state."""

    def __init__(self, folder: Path, environment: dict[str, str], center: Path = CENTER) -> None:
        self.port = free_port()
        self.folder = folder
        self.center = center
        self.password = ""
        self._environment = {
            **os.environ,
            "CC_CENTER": str(center),
            "CC_STATE_DIR": str(folder / "state"),
            "CC_HTTP_PORT": str(self.port),
            "CC_DESK_DEMO": "true",
            "CC_LOG_LEVEL": os.environ.get("CC_LOG_LEVEL", "info"),
            "CC_FASTAGI_PORT": str(free_port()),
            **environment,
        }
        self._process: asyncio.subprocess.Process | None = None
        self._log = folder / "product.log"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    async def start(self, *arguments: str, takes_calls: bool = True) -> None:
        """Start, and wait until it takes calls; fails with its log when it does not.

        Before that, who calls is answered by the dial plan, and what they press is heard by nobody.
        ``takes_calls``: False for one that cannot, because its switch is away.
        """
        seen = len(self.log)
        with self._log.open("ab") as out:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "contact_center",
                "run",
                *arguments,
                stdout=out,
                stderr=out,
                env=self._environment,
            )

        def ready() -> bool:
            assert self._process is not None
            return "\nready;" in self.log[seen:] or self._process.returncode is not None

        await until(ready, within=START_S, what="the product is ready")
        told = self.log[seen:]
        assert "\nready;" in told, f"it did not start:\n{told}"
        found = re.search(r"password for all: (\S+)", told)
        assert found is not None
        self.password = found[1]
        if takes_calls:
            await self._takes_calls()

    async def _takes_calls(self) -> None:
        told = ""
        try:
            async with asyncio.timeout(START_S), aiohttp.ClientSession() as http:
                while True:
                    async with http.get(f"{self.url}/readyz") as answer:
                        told = await answer.text()
                        if answer.status == 200:
                            return
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise TimeoutError(f"not ready within {START_S} s: {told}") from None

    async def kill(self) -> None:
        """As the kernel would in need: no goodbye."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """As an operator would."""
        return await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        if process.returncode is None:
            process.send_signal(how)
        return await asyncio.wait_for(process.wait(), 60)


class DeskPerson:
    """An agent at a screen, over the product's own protocol, by an independent client."""

    def __init__(self, client: DeskClient, screen: Screen) -> None:
        self.client = client
        self.screen = screen
        self.messages: list[tuple[float, dict[str, Any]]] = []

    @property
    def state(self) -> str:
        return f"{self.screen.state.get('presence')} {self.screen.state.get('work')}"

    @property
    def pop(self) -> dict[str, Any] | None:
        return self.screen.call["pop"] if self.screen.call else None

    @property
    def more(self) -> dict[str, Any] | None:
        return self.screen.call["more"] if self.screen.call else None

    async def until(self, condition: Callable[[], object], what: str, within: float = 60) -> None:
        try:
            await until(condition, within=within, what=what)
        except TimeoutError as late:
            raise TimeoutError(f"{late}; the desk shows {self.screen}") from None

    async def is_(self, state: str, within: float = 60) -> None:
        await self.until(lambda: self.state == state, f"state {state!r}", within)

    async def ready(self) -> None:
        await self.client.command("cmd.ready")
        await self.until(lambda: self.screen.state.get("presence") == "ready", "ready")

    async def dispose(self, code: str, notes: str = "") -> None:
        assert self.screen.call is not None
        call = self.screen.call["call"]
        await self.client.command("cmd.disposition", {"code": code, "notes": notes}, call=call)


async def sit_down(product: Product, name: str, tasks: list[asyncio.Task[int]]) -> DeskPerson:
    """Log in and open a desk; its connection runs in a task that is added to `tasks`."""
    token = await log_in(product.url, name, product.password)
    screen = Screen()
    client = DeskClient(socket_url(product.url), token, lambda _m: None, back_off_s=0.2)
    person = DeskPerson(client, screen)
    loop = asyncio.get_running_loop()

    def hear(message: dict[str, Any]) -> None:
        person.messages.append((loop.time(), message))
        screen.apply(message)

    client.on_message = hear
    tasks.append(loop.create_task(client.run(), name=f"desk {name}"))
    await person.until(lambda: screen.agent == name, "signed in")
    return person


class Floor:
    """Asterisk, the product, phones and desks, in one place."""

    def __init__(
        self,
        folder: Path,
        tree: Tree,
        mode: str = "inbound",
        line: Proxy | None = None,
        center: Path = CENTER,
        **changes: Any,
    ) -> None:
        self.folder = folder
        self._center = center
        self.mode = mode
        self._stack = AsyncExitStack()
        listen = free_port()
        outbound = None
        if mode == "outbound":
            uri = f"ws://127.0.0.1:{line.port if line else listen}/ari"
            outbound = OutboundWebsocket(uri=uri, password=LISTEN_PASSWORD)
        browsers = (f"{extension}-browser" for extension in EXTENSIONS.values())
        accounts = (
            *(SipAccount(name=e, password=PASSWORD) for e in EXTENSIONS.values()),
            *(
                SipAccount(name=b, password=sip_password(PHONES_SECRET, b), browser=True)
                for b in browsers
            ),
        )
        self.asterisk = Instance(
            AsteriskSettings(
                accounts=accounts,
                outbound_websocket=outbound,
                globals=(("ACD_RETRY_S", "1"),),
                **changes,
            ),
            tree,
        )
        self.tree = tree
        self.ari_port = self.asterisk.settings.http_port
        if line is not None:
            line.target = listen if mode == "outbound" else self.ari_port
            if mode == "inbound":
                self.ari_port = line.port
        self._listen = listen
        self.phones: dict[str, Phone] = {}
        self.desks: dict[str, DeskPerson] = {}
        self._tasks: list[asyncio.Task[int]] = []

    def environment(self) -> dict[str, str]:
        known = self.asterisk.settings
        return {
            "CC_PROVIDER": "asterisk",
            "CC_ARI_CONNECTION": self.mode,
            "CC_ARI_URL": f"http://127.0.0.1:{self.ari_port}",
            "CC_ARI_PASSWORD": known.ari_password,
            "CC_ARI_LISTEN_PORT": str(self._listen),
            "CC_ARI_LISTEN_PASSWORD": LISTEN_PASSWORD,
            "CC_AMI_PORT": str(known.manager_port),
            "CC_AMI_PASSWORD": known.manager_password,
            "CC_PHONES_SECRET": PHONES_SECRET,
            "CC_PROMPTS_DIR": str(self.folder.parent / "prompts"),
        }

    async def __aenter__(self) -> Self:
        try:
            await self._open()
        except BaseException:
            # Nothing that was started may outlive a product that did not start.
            await self._stack.aclose()
            raise
        return self

    async def _open(self) -> None:
        await self._stack.enter_async_context(self.asterisk)
        self.product = Product(self.folder, self.environment(), self._center)
        self._stack.push_async_callback(self.product.kill)
        await self.product.start()
        self.caller = await self._stack.enter_async_context(Caller(self.asterisk.sip_port))
        self.prompts = PromptStore(
            cache=self.folder.parent / "prompts",
            engine=choose(private=self.tree.command("espeak-ng")),
            base_url="http://127.0.0.1:1",
        )

    async def __aexit__(self, *exc: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._stack.aclose()
        if exc[0] is not None:
            sys.stderr.write(f"--- product\n{self.product.log}\n")

    async def agent(
        self, name: str, behaviour: Behaviour | None = None, hz: float | None = None
    ) -> DeskPerson:
        """Seat an agent: a registered phone, a desk, ready."""
        phone = Phone(
            EXTENSIONS[name],
            self.asterisk.sip_port,
            password=PASSWORD,
            behaviour=behaviour or Manual(),
            tone_hz=hz,
        )
        self.phones[name] = await self._stack.enter_async_context(phone)
        await phone.register()
        desk = await self.desk(name)
        await desk.ready()
        return desk

    async def desk(self, name: str) -> DeskPerson:
        """Let an agent sit down at a screen."""
        self.desks[name] = await sit_down(self.product, name, self._tasks)
        return self.desks[name]

    async def prompt(self, text: str) -> Path:
        """The sound that the product plays for a text."""
        problems = await self.prompts.publish([(text, "en-US")])
        assert not problems
        url = self.prompts.media_url(text, "en-US")
        assert url is not None
        path = self.prompts.path_of(url.rsplit("/", 1)[1].removesuffix(".wav"))
        assert path is not None
        return path

    async def replayed(self) -> None:
        """Stop the product and replay its journal: no difference."""
        await self.product.stop()
        assert replay_command([str(self.folder / "state" / "journal")]) == 0
