"""The live dialer: drives `Dialing` with facts, ticks and answers of storage.

One inbox and one consumer, as the center's loop. What the rules ask for is carried out here: calls
go to the center as events, everything about leads is an errand to storage. Storage that is away
never stops a call that goes on; it stops new ones.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, Protocol

from contact_center.core.dialing import AskToDial, DialRefused, DialRequested, RingOffRequested
from contact_center.core.errors import InboxFullError
from contact_center.core.facts import Fact, ProviderChanged
from contact_center.core.ids import CallId
from contact_center.core.live_changes import AgentChangedLive, LiveChangeEnded
from contact_center.ports import Post
from contact_center.runtime.dialing.calls import dial_request, least_ring_us
from contact_center.runtime.dialing.errands import Errands
from contact_center.runtime.dialing.event_log import EventLog
from contact_center.runtime.dialing.reading import FactReader
from contact_center.runtime.dialing.store import LeadStore, StoreAwayError
from contact_center.runtime.supervise import Supervisor
from dialer.attempt import Attempt, AttemptEnd, Verdict
from dialer.campaign import CampaignSettings
from dialer.floor import CallStage
from dialer.ids import AgentId, AttemptId, CampaignId, LeadId
from dialer.messages import (
    AttemptAdopted,
    AttemptOver,
    AttemptRefused,
    CampaignSet,
    ClaimLeads,
    CloseAttempt,
    DialAsked,
    In,
    OfferPreview,
    OpenAttempt,
    Out,
    PlaceCall,
    ReleaseLeads,
    RingOff,
    RoomSeen,
    StateChanged,
    Ticked,
)
from dialer.pacing import TICK_US
from dialer.policy import StartPoint

MOST_UNWRITTEN: Final = 10_000
"""Ends of attempts that wait for storage; beyond it nothing new is dialled."""
LEDGER_EVERY_US: Final = 60_000_000
FORECAST_EVERY_US: Final = 5_000_000

log = logging.getLogger(__name__)


class Rules(Protocol):
    """The dialing reducer, as it is driven."""

    def handle(self, message: In) -> list[Out]:
        """Act on one message."""


class Watcher(Protocol):
    """Somebody who looks on: the API's memory, metrics. Must not block and must not raise."""

    def see(self, told: In, asked: Sequence[Out]) -> None:
        """Take what was told and what was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What trunk and account allow all campaigns together."""

    lines: int
    calls_per_s: float


class Dialer:
    """Drives the rules of one process. `clock` gives microseconds UTC and never goes back.

    ``alive``: the attempts whose calls the center has now, and how far they are. ``starts``: from
    when each policy counts the seconds that somebody may wait for an agent; ``rings``: how long it
    wants a phone to ring at least (microseconds).
    """

    def __init__(
        self,
        *,
        rules: Rules,
        store: LeadStore,
        reader: FactReader,
        post: Post,
        clock: Callable[[], int],
        event_log: EventLog,
        bounds: Bounds,
        alive: Callable[[], Mapping[AttemptId, CallStage]],
        supervisor: Supervisor,
        watchers: Sequence[Watcher] = (),
        starts: Mapping[str, StartPoint] = MappingProxyType({}),
        rings: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        self.starts = starts
        self.rings = rings
        self.reader = reader
        self.campaigns: dict[CampaignId, CampaignSettings] = {}
        self.errands = Errands(store, self.tell, clock, supervisor)
        self._rules = rules
        self._post = post
        self._clock = clock
        self._log = event_log
        self._bounds = bounds
        self._alive = alive
        self._supervisor = supervisor
        self._watchers = watchers
        self._inbox: deque[In] = deque()
        self._wake = asyncio.Event()
        self._connected = asyncio.Event()
        self._open: dict[AttemptId, int] = {}
        self._clicks: dict[LeadId, AskToDial] = {}
        self._tokens = bounds.calls_per_s
        self._at = 0
        self._tick_at = 0
        self._ledger_at = 0
        self._forecast_at = 0
        self._running = False
        self.relearn: Callable[[], None] = lambda: None
        """Called when agents belong to other queues than before; see `read_by`."""

    # --- what it is told ------------------------------------------------------------------------

    def publish(self, facts: Sequence[Fact]) -> None:
        """Read along with the center."""
        for fact in facts:
            if isinstance(fact, ProviderChanged) and fact.up:
                self._connected.set()
        if any(isinstance(fact, AgentChangedLive | LiveChangeEnded) for fact in facts):
            self.relearn()
        for told in self.reader.read(facts):
            self.tell(told)

    def read_by(self, new: FactReader) -> None:
        """Read facts by other settings from now on; who belongs to a pool no longer is away."""
        self.reader, before = self.reader.again(new), self.reader
        for told in before.left(new, self._clock()):
            self.tell(told)

    def tell(self, told: In) -> None:
        """Put a message into the inbox; a time behind the last one's is mended."""
        self._inbox.append(told)
        self._wake.set()

    def set_campaign(self, message: CampaignSet) -> None:
        """Add a campaign, or change its settings."""
        self.campaigns[message.settings.campaign] = message.settings
        if self._running:
            self.tell(message)
        else:
            # So that people see campaigns while the switch is still being connected.
            self._handle(message)

    def submit(self, command: AskToDial) -> None:
        """An agent asks to call a number: find the lead, and leave the rest to the rules."""
        self._supervisor.start("dialer click", self._click(command))

    @property
    def open_calls(self) -> int:
        """Count calls that were placed and are not over."""
        return len(self._open)

    # --- running --------------------------------------------------------------------------------

    async def run(self) -> None:
        """Recover what an earlier process left, then drive until cancelled."""
        await self._connected.wait()
        self.errands.begin()
        alive = self._alive()
        found = await self.errands.recover(alive)
        for attempt, lead in found.adopted:
            self._open[attempt.attempt] = 0
            # Before anything that was heard of it meanwhile.
            stage = alive[attempt.attempt]
            self._handle(AttemptAdopted(at=self._clock(), attempt=attempt, lead=lead, stage=stage))
        self._running = True
        while True:
            await self._wait()
            self._turn()

    async def _wait(self) -> None:
        due = (self._tick_at + TICK_US - self._clock()) / 1_000_000
        if not self._inbox and due > 0:
            try:
                async with asyncio.timeout(due):
                    await self._wake.wait()
            except TimeoutError:
                pass
        self._wake.clear()
        # A full inbox must not keep the others of the process from running.
        await asyncio.sleep(0)

    def _turn(self) -> None:
        now = self._clock()
        for _ in range(len(self._inbox)):
            self._handle(self._inbox.popleft())
        if now - self._tick_at >= TICK_US:
            self._tick(now)
        self._log.flush()

    def _tick(self, now: int) -> None:
        passed = min(now - self._tick_at, 1_000_000) / 1_000_000
        self._tick_at = now
        most = max(1.0, self._bounds.calls_per_s)
        self._tokens = min(most, self._tokens + passed * self._bounds.calls_per_s)
        if now - self._forecast_at >= FORECAST_EVERY_US:
            self._forecast_at = now
            for told in self.reader.forecast(now):
                self._handle(told)
        if now - self._ledger_at >= LEDGER_EVERY_US:
            self._ledger_at = now
            for settings in self.campaigns.values():
                self.errands.read_ledger(settings)
            self.errands.read_answers(tuple(self.campaigns.values()))
        full = self.errands.unwritten >= MOST_UNWRITTEN
        lines = 0 if full else max(0, self._bounds.lines - len(self._open))
        calls = 0 if full else int(self._tokens)
        trunk = self._bounds.lines
        self._handle(RoomSeen(at=now, lines=lines, calls_now=calls, trunk=trunk))
        self._handle(Ticked(at=now))

    def _handle(self, told: In) -> None:
        self._at = max(self._at, told.at)
        if told.at < self._at:
            told = replace(told, at=self._at)
        if isinstance(told, AttemptOver):
            self._open.pop(told.end.attempt, None)
        asked = self._rules.handle(told)
        self._log.append(told, asked)
        for watcher in self._watchers:
            watcher.see(told, asked)
        for out in asked:
            self._carry_out(out)
        if isinstance(told, AttemptRefused) and told.lead in self._clicks:
            self._refuse(self._clicks.pop(told.lead), *told.reasons)

    # --- carrying out ---------------------------------------------------------------------------

    def _request(self, settings: CampaignSettings, out: PlaceCall | OfferPreview) -> DialRequested:
        preview = out if isinstance(out, OfferPreview) else None
        return dial_request(settings, out.attempt, out.lead, preview, self.starts, self.rings)

    def _carry_out(self, out: Out) -> None:
        match out:
            case PlaceCall():
                self._tokens -= 1
                settings = self.campaigns[out.campaign]
                self._dial(out.attempt, self._request(settings, out))
            case OfferPreview():
                settings = self.campaigns[out.campaign]
                self._dial(out.attempt, self._request(settings, out))
            case OpenAttempt() | ClaimLeads():
                self.errands.run(self.campaigns[out.campaign], out)
            case ReleaseLeads():
                self.errands.release(out)
            case CloseAttempt():
                self.errands.close(out)
            case RingOff():
                self._ring_off(out)
            case StateChanged() if not out.refused:
                self.errands.save(out)
            case _:
                pass

    def _ring_off(self, out: RingOff) -> None:
        """Hang up; what is taken back for want of agents, not before the law lets it go."""
        request = RingOffRequested(call=CallId(out.attempt), why=out.why)
        left_us = self._open.get(out.attempt, 0) - self._clock()
        if out.why != "shed" or left_us <= 0:
            self._post(request)
            return
        asyncio.get_running_loop().call_later(left_us / 1_000_000, self._post_late, request)

    def _post_late(self, request: RingOffRequested) -> None:
        if AttemptId(request.call) in self._open:
            self._post(request)

    def _dial(self, attempt: Attempt, request: DialRequested) -> None:
        clicked = self._clicks.pop(attempt.lead, None)
        if clicked is not None:
            request = replace(request, request=clicked.cmd)
        try:
            self._post(request)
        except InboxFullError:
            end = AttemptEnd(
                attempt=attempt.attempt,
                at=self._at,
                verdict=Verdict.FAILED,
                cause="the center is overloaded",
            )
            self.tell(AttemptOver(at=self._at, campaign=attempt.campaign, end=end))
            return
        self._open[attempt.attempt] = self._clock() + least_ring_us(attempt, self.rings)

    # --- click-to-dial --------------------------------------------------------------------------

    async def _click(self, command: AskToDial) -> None:
        named = CampaignId(command.campaign) if command.campaign else next(iter(self.campaigns))
        settings = self.campaigns.get(named)
        if settings is None:
            self._refuse(command, "no_such_campaign")
            return
        try:
            lead = await self.errands.claim_number(settings, command)
        except StoreAwayError as problem:
            log.warning("a number cannot be looked up: %s", problem)
            self._refuse(command, "storage")
            return
        if lead is None:
            self._refuse(command, "being_called")
            return
        self._clicks[lead.lead] = command
        self.tell(
            DialAsked(
                at=self._clock(),
                campaign=settings.campaign,
                agent=AgentId(command.agent),
                lead=lead,
                number=command.number,
                shown=command.shown,
            )
        )

    def _refuse(self, command: AskToDial, *reasons: str) -> None:
        self._post(DialRefused(agent=command.agent, request=command.cmd, reasons=reasons))
