"""What the dialer has done by storage: in the background, so many at a time, each with a deadline.

Every errand ends in a message, also when storage is away. Ends of attempts are written one after
the other and until they are written; nothing else is repeated by itself.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Collection, Coroutine, Mapping
from dataclasses import replace
from typing import Any, Final

from contact_center.core.dialing import AskToDial
from contact_center.runtime.dialing.expecting import Expecting
from contact_center.runtime.dialing.store import LeadStore, Recovered, StoreAwayError
from contact_center.runtime.supervise import Supervisor
from dialer.attempt import AttemptEnd, Verdict
from dialer.campaign import CampaignSettings
from dialer.ids import AgentId, AttemptId
from dialer.lead import Lead, LeadState
from dialer.messages import (
    AttemptRefused,
    ClaimLeads,
    CloseAttempt,
    In,
    LeadsClaimed,
    LedgerSet,
    OpenAttempt,
    ReleaseLeads,
    StateChanged,
)

WITHIN_S: Final = 5.0
"""How long one question to storage may take."""
AGAIN_S: Final = 1.0
AT_ONCE: Final = 8
"""Questions to storage at a time."""

log = logging.getLogger(__name__)


class Errands:
    """Runs errands for one dialer; `tell` takes the answers."""

    def __init__(
        self,
        store: LeadStore,
        tell: Callable[[In], None],
        clock: Callable[[], int],
        supervisor: Supervisor,
    ) -> None:
        self._store = store
        self._tell = tell
        self._clock = clock
        self._supervisor = supervisor
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._closes: deque[CloseAttempt] = deque()
        self._to_close = asyncio.Event()
        self._expecting = Expecting()
        self._answering = False
        self.refusals: dict[str, int] = {}

    @property
    def unwritten(self) -> int:
        """Count ends of attempts that wait for storage."""
        return len(self._closes)

    def begin(self) -> None:
        """Begin to write ends of attempts."""
        self._supervisor.start("dialer's ends", self._write_ends(), essential=True)

    def run(self, settings: CampaignSettings, out: ClaimLeads | OpenAttempt) -> None:
        """Run an errand that is answered."""
        if isinstance(out, ClaimLeads):
            self._start("claim", self._claim(settings, out))
        else:
            self._start("open", self._open(settings, out))

    def release(self, out: ReleaseLeads) -> None:
        """Give leads back."""
        self._start("release", self._release(out))

    def close(self, out: CloseAttempt) -> None:
        """Write an end, after those before it."""
        self._closes.append(out)
        self._to_close.set()

    def save(self, out: StateChanged) -> None:
        """Write a campaign's state."""
        self._start("state", self._save(out))

    def read_ledger(self, settings: CampaignSettings) -> None:
        """Ask where a campaign stands with every cap."""
        self._start("ledger", self._ledger(settings))

    def read_answers(self, campaigns: Collection[CampaignSettings]) -> None:
        """Ask what is to be expected of campaigns' lists at this hour, if that is another."""
        if not self._answering:
            self._answering = True
            self._start("answers", self._answers(campaigns))

    async def recover(self, alive: Mapping[AttemptId, object]) -> Recovered:
        """Close what nobody can tell the end of; waits for storage as long as it takes."""
        while True:
            try:
                found: Recovered = await self._ask(self._store.recover(alive, self._clock()))
            except StoreAwayError as problem:
                log.warning("the dialer waits for its storage: %s", problem)
                await asyncio.sleep(AGAIN_S)
                continue
            if found.ended:
                log.warning("attempts that an earlier process left open: %d", len(found.ended))
            return found

    async def claim_number(self, settings: CampaignSettings, asked: AskToDial) -> Lead | None:
        """Claim the lead with a number, for an agent. Raises StoreAwayError."""
        agent = AgentId(asked.agent)
        question = self._store.claim_number(settings, asked.number, agent, self._clock())
        found: Lead | None = await self._ask(question)
        return found

    # --- one each -------------------------------------------------------------------------------

    def _start(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        self._supervisor.start(f"dialer {name}", work)

    async def _ask(self, question: Coroutine[Any, Any, Any]) -> Any:
        """Ask storage, in its turn and in time. Raises StoreAwayError."""
        try:
            async with self._turns, asyncio.timeout(WITHIN_S):
                return await question
        except TimeoutError as problem:
            raise StoreAwayError("no answer in time") from problem
        finally:
            question.close()

    async def _claim(self, settings: CampaignSettings, out: ClaimLeads) -> None:
        try:
            told: In = await self._ask(self._store.claim(settings, out.count, self._clock()))
        except StoreAwayError as problem:
            log.warning("no leads can be claimed: %s", problem)
            again = self._clock() + 1_000_000
            told = LeadsClaimed(at=again, campaign=out.campaign, leads=(), next_due_at=again)
        self._tell(told)

    async def _release(self, out: ReleaseLeads) -> None:
        try:
            await self._ask(self._store.release(out, self._clock()))
        except StoreAwayError as problem:
            # Their leases end by themselves.
            log.warning("leads were not given back: %s", problem)

    async def _open(self, settings: CampaignSettings, out: OpenAttempt) -> None:
        try:
            told: In = await self._ask(self._store.open_attempt(settings, out, self._clock()))
        except StoreAwayError as problem:
            log.warning("an attempt could not be opened: %s", problem)
            told = AttemptRefused(
                at=self._clock(),
                campaign=out.campaign,
                attempt=out.attempt,
                lead=out.lead.lead,
                reasons=("storage",),
            )
            # It may be on the books all the same, and nobody will dial it.
            self.close(never_dialled(out, self._clock()))
        if isinstance(told, AttemptRefused):
            for reason in told.reasons:
                self.refusals[reason] = self.refusals.get(reason, 0) + 1
        # As of now, not of when it was asked: what the gate said is good for a moment only.
        self._tell(replace(told, at=max(told.at, self._clock())))

    async def _ledger(self, settings: CampaignSettings) -> None:
        now = self._clock()
        try:
            windows = await self._ask(self._store.windows(settings, now))
        except StoreAwayError as problem:
            log.warning("the ledger cannot be read: %s", problem)
            return
        self._tell(LedgerSet(at=now, campaign=settings.campaign, windows=windows))

    async def _answers(self, campaigns: Collection[CampaignSettings]) -> None:
        now = self._clock()
        try:
            if self._expecting.are_news(campaigns, now):
                history = await self._ask(self._store.answers(now))
                for told in self._expecting.learn(history, campaigns, self._clock()):
                    self._tell(told)
        except StoreAwayError as problem:
            log.warning("how many answered on days before cannot be read: %s", problem)
        finally:
            self._answering = False

    async def _save(self, out: StateChanged) -> None:
        while True:
            question = self._store.save_state(out.campaign, out.state, out.by, out.why, out.at)
            try:
                await self._ask(question)
                return
            except StoreAwayError as problem:
                log.warning("a campaign's state is not written yet: %s", problem)
                await asyncio.sleep(AGAIN_S)

    async def _write_ends(self) -> None:
        while True:
            await self._to_close.wait()
            self._to_close.clear()
            while self._closes:
                try:
                    await self._ask(self._store.close_attempt(self._closes[0], self._clock()))
                except StoreAwayError as problem:
                    log.warning("the end of an attempt is not written yet: %s", problem)
                    await asyncio.sleep(AGAIN_S)
                else:
                    self._closes.popleft()


def never_dialled(out: OpenAttempt, now: int) -> CloseAttempt:
    """End an attempt of which nobody knows whether it was written, and that was not dialled."""
    end = AttemptEnd(
        attempt=out.attempt, at=now, verdict=Verdict.CANCELLED, cause="storage was away"
    )
    return CloseAttempt(
        campaign=out.campaign,
        end=end,
        lead=out.lead.lead,
        state=LeadState.OPEN,
        due_at=now + 60_000_000,
    )
