"""Webhooks: facts posted to somebody's URL, signed, in order for each call, at least once.

Facts go out in batches over a few lanes; all facts of a call take the same lane, and a lane sends
one batch at a time. What is not taken (anything but 2xx) is sent again, the same batch with the
same delivery id, after a rest that doubles, and given up in the end. A batch is::

    {"delivery": "...", "facts": [{"type": ..., "id": "CALL/SEQ", "fact": {...}}, ...]}

The header ``X-Contact-Center-Signature: t=UNIX,v1=HEX`` holds the HMAC-SHA256, keyed with the
secret, of the time, a dot and the body, so that neither can be made up nor replayed much later.
"""

import asyncio
import hashlib
import hmac
import logging
import zlib
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

import aiohttp
import msgspec

from contact_center.adapters.stream.plain import is_told, plain
from contact_center.core.facts import AgentChanged, CallFact, Fact

SIGNATURE: Final = "X-Contact-Center-Signature"
DELIVERY: Final = "X-Contact-Center-Delivery"
_REFUSED_FOR_GOOD: Final = frozenset(range(400, 500)) - {408, 425, 429}

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSettings:
    """Where facts go. ``types``: which; empty for all of calls and agents. ``lanes``: batches on
    their way at a time. ``max_waiting``: facts in memory; beyond that new ones are dropped.
    ``tries``: of one batch, with rests from `back_off_s` doubling to `max_back_off_s`."""

    name: str
    url: str
    secret: bytes = field(repr=False)
    types: frozenset[str] = frozenset()
    lanes: int = 4
    max_batch: int = 100
    max_waiting: int = 20_000
    timeout_s: float = 10.0
    tries: int = 12
    back_off_s: float = 0.5
    max_back_off_s: float = 60.0


@dataclass(slots=True)
class WebhookCounts:
    """Since the start, in facts: ``delivered``; ``dropped`` because too many waited; ``given_up``
    after all tries, or because the other side refused for good."""

    delivered: int = 0
    dropped: int = 0
    given_up: int = 0


class _Lane:
    def __init__(self) -> None:
        self.waiting: deque[Fact] = deque()
        self.wake = asyncio.Event()


class Webhook:
    """One receiver. `clock` gives microseconds UTC."""

    def __init__(self, settings: WebhookSettings, clock: Callable[[], int]) -> None:
        self.counts = WebhookCounts()
        self._settings = settings
        self._clock = clock
        self._lanes = [_Lane() for _ in range(settings.lanes)]
        self._sent = 0
        self._newest = 0

    @property
    def name(self) -> str:
        """What it is called in settings."""
        return self._settings.name

    @property
    def waiting(self) -> int:
        """Facts that are not delivered yet."""
        return sum(len(lane.waiting) for lane in self._lanes)

    @property
    def all_before(self) -> int:
        """Everything decided before this instant is delivered, dropped or given up; 0 at first."""
        oldest = [lane.waiting[0].at for lane in self._lanes if lane.waiting]
        return min([*oldest, self._newest])

    def publish(self, facts: Sequence[Fact]) -> None:
        """Take facts; returns at once."""
        room = self._settings.max_waiting - self.waiting
        for fact in facts:
            if not self._is_wanted(fact):
                continue
            self._newest = max(self._newest, fact.at)
            if room <= 0:
                self.counts.dropped += 1
                continue
            room -= 1
            lane = self._lanes[zlib.crc32(_owner(fact).encode()) % len(self._lanes)]
            lane.waiting.append(fact)
            lane.wake.set()

    async def run(self) -> None:
        """Deliver for ever; to be run as a task."""
        timeout = aiohttp.ClientTimeout(total=self._settings.timeout_s)
        async with aiohttp.ClientSession(timeout=timeout) as session, asyncio.TaskGroup() as group:
            for number, lane in enumerate(self._lanes):
                group.create_task(self._drive(session, lane, number))

    def _is_wanted(self, fact: Fact) -> bool:
        types = self._settings.types
        if types:
            return is_told(fact) and type(fact).__name__ in types
        return is_told(fact) and isinstance(fact, CallFact | AgentChanged)

    async def _drive(self, session: aiohttp.ClientSession, lane: _Lane, number: int) -> None:
        while True:
            await lane.wake.wait()
            while lane.waiting:
                batch = list(islice(lane.waiting, self._settings.max_batch))
                self._sent += 1
                delivery = f"{self.name}-{self._clock()}-{number}-{self._sent}"
                if await self._deliver(session, batch, delivery):
                    self.counts.delivered += len(batch)
                else:
                    self.counts.given_up += len(batch)
                for _ in batch:
                    lane.waiting.popleft()
            lane.wake.clear()

    async def _deliver(
        self, session: aiohttp.ClientSession, batch: list[Fact], delivery: str
    ) -> bool:
        """Send a batch as often as it takes; whether it was taken."""
        told = {"delivery": delivery, "facts": [plain(fact) for fact in batch]}
        body = msgspec.json.encode(told)
        rest_s = self._settings.back_off_s
        for attempt in range(1, self._settings.tries + 1):
            status, problem = await self._post(session, body, delivery)
            if 200 <= status < 300:
                return True
            if status in _REFUSED_FOR_GOOD:
                break
            if attempt == 1:
                _log.warning("the webhook %s does not take facts: %s", self.name, problem)
            if attempt < self._settings.tries:
                await asyncio.sleep(rest_s)
                rest_s = min(rest_s * 2, self._settings.max_back_off_s)
        _log.error("the webhook %s: %d facts are given up: %s", self.name, len(batch), problem)
        return False

    async def _post(
        self, session: aiohttp.ClientSession, body: bytes, delivery: str
    ) -> tuple[int, str]:
        """Send once; gives the status (0 without an answer) and what to tell the operator."""
        headers = {
            "Content-Type": "application/json",
            DELIVERY: delivery,
            SIGNATURE: signature(self._settings.secret, self._clock() // 1_000_000, body),
        }
        try:
            async with session.post(
                self._settings.url, data=body, headers=headers, allow_redirects=False
            ) as response:
                return response.status, f"status {response.status}"
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return 0, type(error).__name__


def signature(secret: bytes, at_s: int, body: bytes) -> str:
    """The header's value for a body sent at a time, in seconds since 1970."""
    digest = hmac.new(secret, f"{at_s}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at_s},v1={digest}"


def _owner(fact: Fact) -> str:
    if isinstance(fact, CallFact):
        return fact.call
    return getattr(fact, "agent", "") or type(fact).__name__
