"""A whole core with the adapter on an emulated Twilio, in real time or on a clock moved by hand."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from typing import Any

from contact_center.adapters.twilio.intents import RememberedIntents
from contact_center.adapters.twilio.telephony import TwilioTelephony
from contact_center.core.center import Center
from contact_center.core.commands import FindCustomer, TelephonyCommand
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.events import CenterStarted, CustomerLookedUp, DeadlinePassed, Event
from contact_center.core.facts import CallConnected, CallFinished, Fact
from contact_center.core.ids import AgentId
from contact_center.core.queue_settings import WrapUp
from contact_center.core.requests import DeskConnected, PresenceRequested, PresenceWish
from contact_center.core.snapshot import restore, snapshot
from contact_center.ports import IntentStore
from tests.contracts.telephony.twilio_world import (
    QUICK,
    on_one_clock,
    passes,
    prompt_sound,
    settings_for,
    timing_of,
    until,
)
from tests.emulators.twilio.clock import Clock, Timer, VirtualClock
from tests.emulators.twilio.emulator import TwilioEmulator
from tests.stories.centers import MAIN_NUMBER, agent, small_center

SECOND = 1_000_000
AGENT = "client:1000"
"""The phone of the first agent."""


class SpokenPrompts:
    """Nothing is rendered: Twilio says it all."""

    def media_url(self, text: str, language: str) -> str | None:
        return None

    def file_url(self, name: str, language: str) -> str | None:
        return None

    def duration_ms(self, text: str, language: str) -> int | None:
        return None


def center(agents: int, **queue: Any) -> CenterConfiguration:
    """So many agents at softphones, and a menu that leads to them by 1."""
    staff = [agent(f"agent{number}", 1000 + number) for number in range(agents)]
    return small_center(*staff, wrap_up=WrapUp(us=2 * SECOND), **queue)


class House:
    """One process: a core, the adapter, and what it would have on its disk."""

    def __init__(
        self,
        twilio: TwilioEmulator,
        configuration: CenterConfiguration,
        port: int,
        intents: IntentStore,
        before: House | None = None,
    ) -> None:
        self.twilio = twilio
        self.facts: list[Fact] = before.facts if before is not None else []
        self.intents = intents
        self._clock: Clock = twilio.clock
        self._inbox: list[Event] = []
        self._busy: asyncio.Task[None] | None = None
        self._timer: Timer | None = None
        self.lookup_s = 0.0
        """How long the look-up of a caller takes."""
        if before is None:
            self.center = Center(configuration)
        else:
            self.center = restore(configuration, snapshot(before.center))
        self.telephony = TwilioTelephony(
            settings_for(twilio, port, max_calls_per_s=1000.0, request_deadline_s=30.0),
            SpokenPrompts(),
            media=prompt_sound,
            intents=intents,
            clock=self._now,
            probe_s=3.0,
            breaker=QUICK,
            timing=timing_of(twilio.clock),
        )
        self._stack = ExitStack()

    async def start(self, epoch: int = 1) -> None:
        self._stack.enter_context(on_one_clock(self._clock, self.telephony))
        if isinstance(self._clock, VirtualClock):
            self._clock.quiet_when.append(self._is_quiet)
            self._stack.callback(self._clock.quiet_when.remove, self._is_quiet)
        self.post(CenterStarted(epoch=epoch))
        await self.telephony.start(self.post)

    async def stop(self) -> None:
        """As a process that is killed: live calls are left alone."""
        if self._timer is not None:
            self._timer.cancel()
        if self._busy is not None:
            await self._busy
        await self.telephony.stop()
        self._stack.close()

    def _is_quiet(self) -> bool:
        """Whether nothing waits to be handled."""
        return self._busy is None and not self._inbox

    def post(self, event: Event) -> None:
        self._inbox.append(event)
        if self._busy is None:
            self._busy = asyncio.get_running_loop().create_task(self._drain())

    async def _drain(self) -> None:
        try:
            while self._inbox:
                await self._handle(self._inbox.pop(0))
        finally:
            self._busy = None
        self._arm()

    async def _handle(self, event: Event) -> None:
        outputs = self.center.handle(event, self._now())
        self.facts += [output for output in outputs if isinstance(output, Fact)]
        commands = [output for output in outputs if isinstance(output, TelephonyCommand)]
        if commands:
            await self.telephony.submit(commands)
        for output in outputs:
            if isinstance(output, FindCustomer):
                answer = CustomerLookedUp(call=output.call, customers=())
                self._clock.call_later(self.lookup_s, lambda answer=answer: self.post(answer))

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        due = self.center.next_deadline()
        if due is not None:
            delay_s = max(0, due - self._now()) / SECOND
            self._timer = self._clock.call_later(delay_s, lambda: self.post(DeadlinePassed()))

    def _now(self) -> int:
        return round(self._clock.now() * SECOND)

    # --- what tests ask ----------------------------------------------------------------------

    def ready(self, *agents: str) -> None:
        for name in agents:
            who: dict[str, Any] = {"agent": AgentId(name)}
            self.post(DeskConnected(**who))
            self.post(PresenceRequested(**who, cmd=f"r-{name}", presence=PresenceWish.READY))

    def seen(self, kind: type[Fact]) -> list[Any]:
        return [fact for fact in self.facts if isinstance(fact, kind)]

    def ends(self) -> Counter[str]:
        """How often each call was finished."""
        return Counter(str(fact.call) for fact in self.seen(CallFinished))

    def connected(self) -> int:
        return len(self.seen(CallConnected))

    def busy_agents(self) -> list[str]:
        """Agents who are at something that has to do with a call."""
        last: dict[str, Any] = {}
        for fact in self.facts:
            if type(fact).__name__ == "AgentChanged":
                last[str(fact.agent)] = fact  # type: ignore[attr-defined]
        return [name for name, fact in last.items() if fact.work.value != "idle"]


class Street:
    """An emulated Twilio, and processes on it, one after the other."""

    def __init__(self, twilio: TwilioEmulator, port: int) -> None:
        self.twilio = twilio
        self.port = port
        self.house: House
        self._intents = RememberedIntents()
        base = f"http://127.0.0.1:{port}"
        twilio.number(
            MAIN_NUMBER,
            voice_url=f"{base}/twilio/voice",
            status_callback=f"{base}/twilio/status",
        )

    async def open(self, configuration: CenterConfiguration, ready: Sequence[str] = ()) -> House:
        self.house = House(self.twilio, configuration, self.port, self._intents)
        await self.house.start()
        await self.until(lambda: self.house.center.router.up, "connected")
        self.house.ready(*ready)
        return self.house

    async def restart(self, configuration: CenterConfiguration, away_s: float = 0.0) -> House:
        """Kill the process, and start another one with what it had written down."""
        before = self.house
        await before.stop()
        await self.pass_time(away_s)
        self.house = House(self.twilio, configuration, self.port, self._intents, before)
        await self.house.start(epoch=2)
        return self.house

    async def until(
        self, condition: Callable[[], object], what: str, within_s: float = 40.0
    ) -> None:
        try:
            await until(self.twilio.clock, condition, what, within_s)
        except TimeoutError as late:
            trace = "\n".join(self.twilio.log.trace()[-40:])
            raise TimeoutError(f"{late}; {self.twilio.errors}\n{trace}") from None

    async def pass_time(self, seconds: float) -> None:
        await passes(self.twilio.clock, seconds)

    async def close(self) -> None:
        if hasattr(self, "house"):
            await self.house.stop()


@asynccontextmanager
async def street(port: int, clock: Clock | None = None) -> AsyncIterator[Street]:
    async with TwilioEmulator(clock=clock) as twilio:
        made = Street(twilio, port)
        try:
            yield made
        finally:
            await made.close()
        assert twilio.spec_violations == []
