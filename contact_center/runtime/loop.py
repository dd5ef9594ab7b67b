"""The loop: one inbox, one consumer, one timer.

Everything that changes state goes through here, one event at a time, so there are no locks and the
journal is a total order. For a batch of events: handle each, write all of them to the journal, and
only then tell the facts and send the commands. Facts go first, so that a screen has its pop before
the dial command leaves.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from contact_center.core.acd_events import (
    ConfigurationReloaded,
    ScoresGiven,
    WorkOffered,
    WorkWithdrawn,
)
from contact_center.core.center import Center
from contact_center.core.commands import TelephonyCommand
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.errors import InboxFullError
from contact_center.core.events import DeadlinePassed, Event
from contact_center.core.facts import Fact, FaultFound
from contact_center.core.lookups import KeepSecret
from contact_center.core.output import Output
from contact_center.core.requests import AgentRequest
from contact_center.core.snapshot import (
    CenterSnapshot,
    flows_in_use,
    release_flows,
    restore,
    snapshot,
)
from contact_center.core.supervisor_requests import SupervisorRequest
from contact_center.ports import CommandSink, FactSink, TelephonyPort
from contact_center.runtime.codec import encoder
from contact_center.runtime.earlier import as_earlier, needed
from contact_center.runtime.journal import Earlier, Journal, JournalError
from contact_center.runtime.vault import Vault

REQUESTS_BOUND = 10_000
"""Inbox depth over which people's requests are refused ("try again")."""
INBOX_BOUND = 500_000
"""Inbox depth at which the process gives up: it is restarted and re-adopts the live calls."""
BATCH = 256
RELEASE_US = 1_000_000
"""How often is looked for versions of flows that no call is in any more."""
_CAN_WAIT = (AgentRequest, SupervisorRequest, ScoresGiven, WorkOffered, WorkWithdrawn)
"""What may be refused when the inbox is over its first bound: whoever asked can ask again."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What the center was loaded from, for the headers of the journal's segments.

    ``earlier``: what it was loaded from before, as far as calls are in flows of it.
    """

    center: str
    sources: Mapping[str, str]
    earlier: Sequence[Earlier] = ()


class CenterLoop:
    """Drives a center. `clock` gives microseconds UTC and never goes back.

    Keys that are secret go into the `vault` before anything else happens with them.
    """

    def __init__(
        self,
        center: Center,
        journal: Journal,
        telephony: TelephonyPort,
        commands: CommandSink,
        sinks: Sequence[FactSink],
        clock: Callable[[], int],
        content: Content,
        vault: Vault | None = None,
    ) -> None:
        self.center = center
        self._vault = vault if vault is not None else Vault()
        self._journal = journal
        self._telephony = telephony
        self._commands = commands
        self._sinks = sinks
        self._clock = clock
        self._content = content
        self._inbox: deque[Event] = deque()
        self._wake = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._timer_due: int | None = None
        self._idle = asyncio.Event()
        self._end: JournalError | None = None
        self._release_at = 0
        self.handled = 0

    @property
    def depth(self) -> int:
        """How many events wait in the inbox."""
        return len(self._inbox)

    def post(self, event: Event) -> None:
        """Put an event into the inbox. Raises InboxFullError (see the two bounds)."""
        depth = len(self._inbox)
        if depth >= REQUESTS_BOUND and (isinstance(event, _CAN_WAIT) or depth >= INBOX_BOUND):
            raise InboxFullError(f"{depth} events wait already")
        self._inbox.append(event)
        self._idle.clear()
        self._wake.set()

    def begin_segment(self) -> None:
        """Start a segment of the journal with the state of now; the first one before `run`."""
        content, taken = self._content, snapshot(self.center)
        release_flows(self.center)
        earlier = needed(self.center.calls.flows.earlier, content.earlier)
        self._journal.begin(content.center, content.sources, taken, earlier)

    def reload(self, configuration: CenterConfiguration, content: Content, version: str) -> None:
        """Go on under another configuration, between two events. Calls finish on their versions.

        A new segment begins with the state of now and the new content, so a replay swaps at the
        same place. The first event in it is ConfigurationReloaded. What goes wrong before the
        journal is written leaves everything as it was; a journal that cannot be written raises
        JournalError, and ends `run`.
        """
        taken = snapshot(self.center)
        # Of a copy, as a replay will make it: the center of now stays whole until this one stands.
        copy = msgspec.json.decode(encoder.encode(taken), type=CenterSnapshot)
        old, kept = self._content, flows_in_use(self.center, configuration)
        last = as_earlier(self.center.configuration, old.center, old.sources)
        content = replace(content, earlier=needed(kept, [last, *old.earlier]))
        center = restore(configuration, copy, kept)
        try:
            self._journal.begin(content.center, content.sources, taken, content.earlier)
        except JournalError as problem:
            self._end = problem
            self._wake.set()
            raise
        self.center, self._content = center, content
        self._inbox.appendleft(ConfigurationReloaded(version=version))
        self._idle.clear()
        self._wake.set()

    async def run(self) -> None:
        """Consume until cancelled. A journal that cannot be written ends it with JournalError."""
        while True:
            if not self._inbox:
                self._arm()
                self._idle.set()
                await self._wake.wait()
            if self._end is not None:
                raise self._end
            self._wake.clear()
            await self._turn()
            # Let sockets be read between batches, however full the inbox is.
            await asyncio.sleep(0)

    async def settle(self) -> None:
        """Wait until the inbox is empty and everything in it was carried out."""
        await self._idle.wait()

    async def _turn(self) -> None:
        outputs: list[Output] = []
        now = self._clock()
        for _ in range(min(len(self._inbox), BATCH)):
            outputs += self._handle(self._inbox.popleft(), now)
        due = self.center.next_deadline()
        if due is not None and due <= now:
            outputs += self._handle(DeadlinePassed(), now)
        self._journal.flush()
        await self._carry_out(outputs)
        if self._journal.is_long:
            self.begin_segment()
        if self.center.calls.flows.has_earlier and now >= self._release_at:
            release_flows(self.center)
            self._release_at = now + RELEASE_US

    def _handle(self, event: Event, now: int) -> list[Output]:
        event = self._vault.masked(self.center, event)
        outputs = self.center.handle(event, now)
        self._journal.append(event, now, outputs)
        self.handled += 1
        return outputs

    async def _carry_out(self, outputs: list[Output]) -> None:
        facts: list[Fact] = []
        telephony: list[TelephonyCommand] = []
        for output in outputs:
            if isinstance(output, Fact):
                facts.append(output)
                self._vault.told(output)
                if isinstance(output, FaultFound):
                    log.error("a bug was contained", extra={"fault": output.message})
            elif isinstance(output, TelephonyCommand):
                command = self._vault.unmasked(output)
                if command is None:
                    log.warning("keys of an agent are gone before they were sent")
                else:
                    telephony.append(command)
            elif isinstance(output, KeepSecret):
                self.post(self._vault.keep(output))
            else:
                self._commands.submit(output)
        if facts:
            for sink in self._sinks:
                sink.publish(facts)
        if telephony:
            await self._telephony.submit(telephony)

    def _arm(self) -> None:
        due = self.center.next_deadline()
        if due == self._timer_due:
            return
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._timer_due = due
        if due is not None:
            delay = max(0, due - self._clock()) / 1_000_000
            self._timer = asyncio.get_running_loop().call_later(delay, self._ring)

    def _ring(self) -> None:
        self._timer = None
        self._timer_due = None
        self._wake.set()
