"""A flow published in a running product while callers go through it, and what of them was lost.

The whole product runs, on its simulated network: callers call and press keys without a pause, and
in the middle of that a text is published over HTTP as anybody would: it is read, checked, its tests
are run, what is new in it is rendered, and it is swapped. What the network told is held against the
journal, and the way of each call against the one it has to go.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from contact_center.adapters.simulated.hearing import HeardKind
from contact_center.adapters.simulated.people import Caller
from contact_center.app.providers import SimulatedProvider
from contact_center.app.service import Service
from contact_center.core.events import CallEvent, Event, KeyPressed
from contact_center.core.facts import Fact, NodeLeft
from contact_center.core.ids import CallId, LegId
from contact_center.ports import FactSink
from contact_center.runtime.journal import segments
from contact_center.settings import load_settings
from simulations.bench.ivr import FLOW, NUMBER, sources
from tests.real.ports import free_port

PART = ("1", "#", *"12345678")
"""The keys that lead through one part of the flow."""
AT_ONCE = 25
NEW_CALLS = 10
LONGEST_S = 300
_TESTS = """\
tests:
  - name: a caller comes through the first part
    steps:
      - {expect: {heard: This is part 0}}
      - {keys: "1#12345678"}
      - {expect: {edges: p0_count/next}}
  - name: who wants somebody waits for them
    steps:
      - {keys: "0"}
      - {expect: {queue: sales}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """How it went.

    ``events`` the network told of ``live`` callers and a few later ones; ``events_lost`` of them
    the core never handled. ``calls_astray`` did not go the way they had to, or not to its end, or
    not on the version that they began with. ``during``: events told while the flow was published,
    which took ``publish_s``; ``pause_ms``: the longest that the process did nothing else.
    """

    live: int
    events: int
    during: int
    events_lost: int
    calls_astray: int
    publish_s: float
    pause_ms: float


class Watched(Service):
    """The product, and what came into its core and out of it."""

    told: list[Event]
    left: list[NodeLeft]

    def post(self, event: Event) -> None:
        """Note what the network tells, and go on."""
        self.told.append(event)
        super().post(event)

    def publish(self, facts: Sequence[Fact]) -> None:
        """Note which nodes were left."""
        self.left += [fact for fact in facts if isinstance(fact, NodeLeft)]

    def _sinks(self) -> list[FactSink]:
        self.left = []
        return [*super()._sinks(), self]


def lost(told: Sequence[Event], handled: Sequence[Event]) -> int:
    """Count events of calls that were told and never handled."""
    of_calls: list[Event] = [event for event in told if isinstance(event, CallEvent)]
    return (Counter(of_calls) - Counter(handled)).total()


def way(parts: int) -> list[str]:
    """The way of a caller through so many parts, up to where they ask for somebody."""
    through = (
        "menu/choice:p{n}_ask", "ask/next", "look/else", "count/next", "tell/next", "note/next",
    )  # fmt: skip
    gone = [f"p{n}_{step.format(n=n)}" for n in range(parts) for step in through]
    return [*gone, f"p{parts}_menu/global:operator", "operator/no_agents"]


def astray(left: Sequence[NodeLeft], calls: Sequence[CallId], parts: int, version: str) -> int:
    """Count calls that went another way, or in another version."""
    ways: dict[CallId, list[str]] = {call: [] for call in calls}
    versions: dict[CallId, set[str]] = {call: set() for call in calls}
    for fact in left:
        if fact.call in ways:
            ways[fact.call].append(f"{fact.node}/{fact.edge}")
            versions[fact.call].add(fact.version)
    wanted = way(parts)
    return sum(
        not (gone[: len(wanted)] == wanted and gone[-1].startswith("bye/"))
        or versions[call] != {version}
        for call, gone in ways.items()
    )


def _texts(nodes: int, words: str) -> dict[str, str]:
    texts = sources(nodes, words)
    return {**texts, "long.yaml": texts["long.yaml"] + _TESTS}


class Crowd:
    """Callers who are in the flow at the same time."""

    def __init__(self, service: Watched) -> None:
        provider = service.provider
        assert isinstance(provider, SimulatedProvider)
        self._service, self._telephony = service, provider.telephony
        self._network = provider.telephony.network
        self.legs: list[LegId] = []
        self.parts = 0

    @property
    def calls(self) -> list[CallId]:
        return [CallId(leg) for leg in self.legs]

    async def come(self, count: int) -> None:
        """Call, so many, and wait until each hears the first words."""
        for n in range(count):
            caller = Caller(ani=f"+1415555{100 + n % 100:04}", did=NUMBER)
            self.legs.append(self._network.place_call(caller, self._telephony.now()))
            await self._breathe(n)
        await until(lambda: all(self._is_spoken_to(leg) for leg in self.legs))

    def _is_spoken_to(self, leg: LegId) -> bool:
        return any(sound.kind is HeardKind.PROMPT for sound in self._network.heard(leg))

    async def press(self, keys: Sequence[str]) -> None:
        """Press keys, everybody the first, then everybody the next."""
        for key in keys:
            for n, leg in enumerate(self.legs):
                assert self._network.press(leg, key, self._telephony.now()), leg
                await self._breathe(n)

    async def pass_a_part(self) -> None:
        """Go through one part of the flow."""
        await self.press(PART)
        self.parts += 1

    async def ask_for_somebody(self) -> None:
        """End: nobody is there, so there is a farewell."""
        await self.press("0")
        await until(lambda: all(self._network.hears(leg) is None for leg in self.legs))
        await self._service.loop.settle()

    async def _breathe(self, n: int) -> None:
        if n % AT_ONCE == 0:
            self._telephony.pump()
            await asyncio.sleep(0)
            await until(lambda: self._service.loop.depth <= 10 * AT_ONCE, look_s=0)


async def publish_among(folder: Path, live: int, nodes: int, engine: str = "none") -> Published:
    """Run the product in `folder`, let `live` callers in, and publish among them."""
    async with _running(folder, nodes, engine) as service, asyncio.timeout(LONGEST_S):
        old = service.content.configuration.flows[FLOW].version
        crowd, late = Crowd(service), Crowd(service)
        await crowd.come(live)
        await crowd.pass_a_part()
        before = len(service.told)
        began, pauses = time.monotonic(), Pauses()
        async with asyncio.TaskGroup() as both:
            publishing = both.create_task(_publish(service, _texts(nodes, "Thank you very much.")))
            watching = both.create_task(pauses.watch())
            while not publishing.done():
                await crowd.pass_a_part()
            done, after = publishing.result()
            watching.cancel()
        new = service.content.configuration.flows[FLOW].version
        assert new != old, "nothing was published"
        await late.come(NEW_CALLS)
        for each in (crowd, late):
            await each.pass_a_part()
            await each.ask_for_somebody()
        strays = astray(service.left, crowd.calls, crowd.parts, old)
        strays += astray(service.left, late.calls, late.parts, new)
    handled = [event for one in segments(folder / "state" / "journal") for _, event in one.events()]
    told = service.told
    assert any(isinstance(event, KeyPressed) for event in told)
    return Published(
        live=live,
        events=len(told),
        during=after - before,
        events_lost=lost(told, handled),
        calls_astray=strays,
        publish_s=done - began,
        pause_ms=pauses.longest_s * 1_000,
    )


class Pauses:
    """How long the process had no time for anything else, at the most."""

    def __init__(self) -> None:
        self.longest_s = 0.0

    async def watch(self) -> None:
        """Look again and again, until cancelled."""
        last = time.monotonic()
        while True:
            await asyncio.sleep(0.001)
            now = time.monotonic()
            self.longest_s, last = max(self.longest_s, now - last), now


@asynccontextmanager
async def _running(folder: Path, nodes: int, engine: str) -> AsyncIterator[Watched]:
    for name, text in _texts(nodes, "Thank you.").items():
        (folder / name).write_text(text, encoding="utf-8")
    said = {
        "CC_CENTER": str(folder / "center.yaml"),
        "CC_STATE_DIR": str(folder / "state"),
        "CC_HTTP_PORT": str(free_port()),
        "CC_PROMPTS_ENGINE": engine,
    }
    kept = {name: text for name, text in os.environ.items() if not name.startswith("CC_")}
    service = Watched(load_settings({**kept, **said}, None))
    service.told = []
    try:
        await service.start()
        yield service
    finally:
        await service.stop()


async def _publish(service: Watched, texts: dict[str, str]) -> tuple[float, int]:
    """Publish over HTTP; gives when it was done, and how many events were told by then."""
    token = (service.settings.state_dir / "admin-token").read_text(encoding="ascii").strip()
    url = f"{service.web.url}/api/flows/{FLOW}/publish"
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(url, json={"text": texts["long.yaml"]}) as answer,
    ):
        assert answer.status == 200, await answer.text()
    return time.monotonic(), len(service.told)


async def until(condition: Callable[[], object], look_s: float = 0.02) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(LONGEST_S):
        while True:
            if condition():
                return
            await asyncio.sleep(look_s)
