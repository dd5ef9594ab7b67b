"""The door to the dialer's storage: what its runner needs of whoever keeps leads and attempts."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from dialer.answer_prior import AnswerHistory
from dialer.attempt import Attempt, AttemptEnd
from dialer.campaign import CampaignSettings, CampaignState
from dialer.ids import AgentId, AttemptId, CampaignId
from dialer.lead import Lead
from dialer.messages import (
    AttemptOpened,
    AttemptRefused,
    CloseAttempt,
    LeadsClaimed,
    OpenAttempt,
    ReleaseLeads,
)
from dialer.pacing import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """What an earlier process left: attempts that live on, and how the others ended."""

    adopted: tuple[tuple[Attempt, Lead], ...] = ()
    ended: tuple[AttemptEnd, ...] = ()


class StoreAwayError(Exception):
    """Storage cannot be asked just now; what was asked for may or may not have happened."""


class LeadStore(Protocol):
    """Leads, attempts and ledgers. Every method may raise StoreAwayError, and may be repeated."""

    async def claim(self, campaign: CampaignSettings, count: int, now: int) -> LeadsClaimed:
        """Claim leads that are due, for a while."""

    async def claim_number(
        self, campaign: CampaignSettings, number: str, agent: AgentId, now: int
    ) -> Lead | None:
        """Claim the lead who has `number` (E.164) for an agent who asks to call it; one is made
        when nobody has it. None: it is being called, or may never be."""

    async def release(self, out: ReleaseLeads, now: int) -> None:
        """Give claimed leads back as they were."""

    async def open_attempt(
        self, campaign: CampaignSettings, wanted: OpenAttempt, now: int
    ) -> AttemptOpened | AttemptRefused:
        """Ask the gate and put the attempt on the books, in one transaction."""

    async def close_attempt(self, close: CloseAttempt, now: int) -> None:
        """Write down how an attempt ended and how its lead stands."""

    async def recover(self, alive: Collection[AttemptId], now: int) -> Recovered:
        """Close what a process that died left open and is not alive, and free what it held."""

    async def windows(self, campaign: CampaignSettings, now: int) -> tuple[Window, ...]:
        """Say where a campaign stands with every cap."""

    async def answers(self, now: int) -> AnswerHistory:
        """Say how many answered on days before, by list and hour. Asked once at a time."""

    async def save_state(
        self, campaign: CampaignId, state: CampaignState, by: str, why: str, now: int
    ) -> None:
        """Keep a campaign's state, and who changed it and why."""
