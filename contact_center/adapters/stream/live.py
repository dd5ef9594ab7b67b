"""``GET /api/live``: the numbers of now, as JSON.

Facts are counted a little after they are decided, in small portions between other work, so that a
storm of them never keeps the center from its callers. ``behind`` says how many wait to be counted.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any, Final

import msgspec
from aiohttp import web

from contact_center.adapters.stream.feed import Guard
from contact_center.core.facts import Fact
from contact_center.core.permissions import Permission, needs
from contact_center.reporting.live import LiveNumbers

PATH: Final = "/api/live"
BOUND: Final = 200_000
PORTION: Final = 20
"""Facts counted in one go: about a millisecond on a slow machine."""
MOST_AGENTS: Final = 500
FRESH_US: Final = 1_000_000
"""An answer is good for so long: hundreds of wall boards cost no more than one."""


class LiveBoard:
    """A reader of facts with a door. ``dropped``: facts that came while `bound` waited already."""

    def __init__(
        self,
        numbers: LiveNumbers,
        clock: Callable[[], int],
        guard: Guard,
        bound: int = BOUND,
    ) -> None:
        self.dropped = 0
        self.numbers = numbers
        self._clock = clock
        self._guard = guard
        self._bound = bound
        self._waiting: deque[Fact] = deque()
        self._wake = asyncio.Event()
        self._turn = asyncio.Lock()
        self._answer: tuple[int, bytes] | None = None

    @property
    def behind(self) -> int:
        """Facts not counted yet."""
        return len(self._waiting)

    def publish(self, facts: Sequence[Fact]) -> None:
        """Take facts; over the bound the new ones are dropped and counted."""
        room = max(0, self._bound - len(self._waiting))
        self._waiting.extend(facts[:room])
        self.dropped += len(facts) - min(room, len(facts))
        self._wake.set()

    async def run(self) -> None:
        """Count for ever; to be run as a task."""
        while True:
            await self._wake.wait()
            while self._waiting:
                portion = list(islice(self._waiting, PORTION))
                self.numbers.take(portion)
                for _ in portion:
                    self._waiting.popleft()
                await asyncio.sleep(0)
            self._wake.clear()

    def routes(self) -> list[web.AbstractRouteDef]:
        """The door: ``?agents=a,b`` asks for these agents, who may be too many to tell all."""
        return [web.get(PATH, self._serve)]

    @needs(Permission.SEE_FACTS)
    async def _serve(self, request: web.Request) -> web.Response:
        refusal = self._guard(request)
        if refusal is not None:
            return refusal
        agents = request.query.get("agents")
        if agents is not None:
            body = await self._told(agents.split(","))
        else:
            async with self._turn:  # whoever comes meanwhile gets the same answer
                now = self._clock()
                if self._answer is None or now - self._answer[0] >= FRESH_US:
                    self._answer = (now, await self._told(None))
                body = self._answer[1]
        return web.Response(body=body, content_type="application/json")

    async def _told(self, agents: list[str] | None) -> bytes:
        """Put the answer together with rests in between: others have work to do."""
        wanted = None if agents is None else frozenset(agents[:MOST_AGENTS])
        told: dict[str, Any] = {"behind": self.behind}
        for group, name, value in self.numbers.parts(self._clock(), wanted, MOST_AGENTS):
            if group:
                told.setdefault(group, {})[name] = value
                await asyncio.sleep(0)
            else:
                told[name] = value
        return msgspec.json.encode(told)
