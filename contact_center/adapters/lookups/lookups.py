"""The command sink for RunLookup: each is answered by exactly one LookupAnswered, in time.

One deadline for everything: waiting for a place, resolving, all tries and the rests between them.
What is logged names flow, service and reason, and nothing of a caller: no URL, no answer.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import aiohttp

from contact_center.adapters.lookups.answer import MAX_BYTES, Answer, failed, read
from contact_center.adapters.lookups.breaker import Breaker, BreakerSettings
from contact_center.adapters.lookups.guard import (
    Guard,
    GuardedResolver,
    NotAllowedError,
    Rules,
    target_of,
)
from contact_center.adapters.lookups.metrics import LookupMetrics
from contact_center.adapters.lookups.request import HttpRequest, NotSentError, request_of
from contact_center.core.commands import Command
from contact_center.core.ids import FlowId, LookupId
from contact_center.core.ivr.services import Service
from contact_center.core.lookups import LookupAnswered, LookupOutcome, RunLookup
from contact_center.ports import Post, SecretSource

FindService = Callable[[FlowId, str, str], Service | None]
"""Gives a service by flow, version of the flow, and name."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupSettings:
    """Where lookups may go, and bounds: ``running`` lookups at a time, ``a_service`` of them asking
    one service; the others wait for a place. ``back_off_s``: the rest before the second try."""

    rules: Rules = field(default_factory=Rules)
    running: int = 1_000
    a_service: int = 32
    back_off_s: float = 0.05
    breaker: BreakerSettings = field(default_factory=BreakerSettings)
    tokens: Mapping[str, str] = field(default_factory=dict, repr=False)


class _Line:
    """What is kept of one service."""

    def __init__(self, settings: LookupSettings) -> None:
        self.places = asyncio.Semaphore(settings.a_service)
        self.breaker = Breaker(settings.breaker)


class Lookups:
    """Asks services. `start` before the first command, `close` at the end."""

    def __init__(
        self,
        settings: LookupSettings,
        find: FindService,
        secrets: SecretSource,
        post: Post,
        metrics: LookupMetrics | None = None,
        seed: int | None = None,
    ) -> None:
        self._settings = settings
        self._find = find
        self._secrets = secrets
        self._post = post
        self._metrics = metrics
        self._random = random.Random(seed)  # noqa: S311 - only spreads tries out
        self.guard = Guard(settings.rules)
        self._lines: dict[str, _Line] = {}
        self._running: dict[LookupId, asyncio.Task[None]] = {}
        self._session: aiohttp.ClientSession | None = None

    @property
    def running(self) -> int:
        """How many lookups are on their way."""
        return len(self._running)

    async def start(self) -> None:
        """Be ready to ask."""
        connector = aiohttp.TCPConnector(
            resolver=GuardedResolver(self.guard),
            use_dns_cache=False,
            limit=self._settings.running,  # no service waits for another's: each has its places
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            timeout=aiohttp.ClientTimeout(total=None),
            headers={"User-Agent": "contact-center"},
        )

    async def close(self) -> None:
        """Give up what is on its way; nobody is told, for nobody listens any more."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def submit(self, command: Command) -> None:
        """Take a RunLookup; one that runs already is not begun again."""
        if not isinstance(command, RunLookup) or command.lookup in self._running:
            return
        if len(self._running) >= self._settings.running:
            self._end(command, failed("too many lookups at once", well=True), 0.0, 0)
            return
        task = asyncio.get_running_loop().create_task(self._run(command), name="lookup")
        self._running[command.lookup] = task
        task.add_done_callback(lambda _: self._running.pop(command.lookup, None))

    # --- one lookup ---------------------------------------------------------------------------

    async def _run(self, command: RunLookup) -> None:
        clock = asyncio.get_running_loop().time
        began, tries = clock(), _Tries()
        try:
            async with asyncio.timeout(command.timeout_us / 1e6):
                answer = await self._look_up(command, tries)
        except TimeoutError:
            answer = Answer(outcome=LookupOutcome.TIMEOUT, reason="no answer in time", well=False)
        except Exception:
            log.exception("a lookup failed for a reason that nobody thought of")
            answer = failed("a bug")
        self._end(command, answer, clock() - began, tries.sent)

    def _end(self, command: RunLookup, answer: Answer, seconds: float, tries: int) -> None:
        name = _name(command)
        if self._metrics is not None:
            self._metrics.ended(name, answer.outcome.value, seconds, tries)
        good = answer.outcome in (LookupOutcome.OK, LookupOutcome.NOT_FOUND)
        log.log(
            logging.DEBUG if good else logging.WARNING,
            "a lookup ended",
            extra={
                "call": command.call,
                "service": name,
                "outcome": answer.outcome.value,
                "reason": answer.reason,
                "ms": round(seconds * 1000),
                "tries": tries,
            },
        )
        self._post(
            LookupAnswered(
                call=command.call,
                lookup=command.lookup,
                outcome=answer.outcome,
                values=answer.values,
            )
        )

    async def _look_up(self, command: RunLookup, tries: "_Tries") -> Answer:
        service = self._find(command.flow, command.version, command.service)
        if service is None:
            return failed("the flow has no such service", well=True)
        secrets = {key: self._secrets.reveal(command.call, of) for key, of in command.secrets}
        known = {key: value for key, value in secrets.items() if value is not None}
        if len(known) < len(secrets):
            return failed("a secret is not there any more", well=True)
        try:
            request = request_of(service, command, known)
            self.guard.check(request.url)
        except NotSentError as problem:
            outcome = LookupOutcome.NOT_FOUND if problem.nothing else LookupOutcome.ERROR
            return Answer(outcome=outcome, reason=problem.reason)
        except NotAllowedError as problem:
            return failed(f"not allowed: {problem}", well=True)
        answer = await self._try(_name(command), service, request, tries)
        if tries.answered:
            for _, secret in command.secrets:
                self._secrets.wipe(command.call, secret)
        return answer

    async def _try(
        self, name: str, service: Service, request: HttpRequest, tries: "_Tries"
    ) -> Answer:
        line = self._line(name)
        most = 1 + (service.retries if service.may_repeat else 0)
        rest_s = self._settings.back_off_s
        async with line.places:
            while True:
                answer = await self._through(line.breaker, service, request, tries)
                if not answer.again or tries.sent >= most:
                    return answer
                await asyncio.sleep(rest_s * self._random.uniform(0.5, 1.5))
                rest_s *= 2

    async def _through(
        self, breaker: Breaker, service: Service, request: HttpRequest, tries: "_Tries"
    ) -> Answer:
        """One try, if the breaker lets it through."""
        clock = asyncio.get_running_loop().time
        ticket = breaker.enter(clock())
        if ticket is None:
            return failed("the service is left alone for a while, for it failed too often")
        tries.sent += 1
        well: bool | None = None
        try:
            answer = await self._send(service, request, tries)
            well = answer.well
        except asyncio.CancelledError:
            well = False  # out of time
            raise
        finally:
            breaker.leave(ticket, clock(), well=well)
        return answer

    async def _send(self, service: Service, request: HttpRequest, tries: "_Tries") -> Answer:
        session = self._session
        if session is None:
            return failed("stopping", well=True)
        try:
            async with session.request(
                request.method,
                request.url,
                headers={**request.headers, **self._authorization(request.url)},
                data=request.body,
                allow_redirects=False,
            ) as response:
                tries.answered = True
                if response.headers.get("Content-Encoding", "identity").lower() != "identity":
                    return failed("the answer is compressed, which was not asked for")
                body = await _bounded(response)
                if body is None:
                    return failed(f"the answer is longer than {MAX_BYTES} bytes")
                return read(service, response.status, body)
        except (aiohttp.ClientError, OSError, ValueError) as problem:
            # Its text may hold the URL, and with it a caller's number.
            return failed(f"no answer: {type(problem).__name__}", again=True)

    def _authorization(self, url: str) -> Mapping[str, str]:
        _, target = target_of(url)
        tokens = self._settings.tokens
        token = tokens.get(f"{target.host}:{target.port}") or tokens.get(target.host)
        return {"Authorization": f"Bearer {token}"} if token else {}

    def _line(self, name: str) -> _Line:
        line = self._lines.get(name)
        if line is None:
            line = self._lines[name] = _Line(self._settings)
            if self._metrics is not None:
                clock = asyncio.get_running_loop().time
                self._metrics.watch_breaker(name, lambda: line.breaker.state(clock()))
        return line


@dataclass(slots=True)
class _Tries:
    """How often it was sent, and whether anybody answered."""

    sent: int = 0
    answered: bool = False


async def _bounded(response: aiohttp.ClientResponse) -> bytes | None:
    """Read a body; None when it is too long."""
    read_so_far = bytearray()
    async for chunk in response.content.iter_any():
        read_so_far += chunk
        if len(read_so_far) > MAX_BYTES:
            return None
    return bytes(read_so_far)


def _name(command: RunLookup) -> str:
    return f"{command.flow}/{command.service}"
