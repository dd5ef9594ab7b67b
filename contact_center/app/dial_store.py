"""The dialer's storage as its runner, its control and its doors want it: names and plain data."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from contact_center.adapters.sql.dialing.campaigns import Kept
from contact_center.adapters.sql.dialing.looking import Looking
from contact_center.adapters.sql.dialing.store import DialStore
from contact_center.app.storage_away import away_as, for_the_runner
from contact_center.content.called_party import lead_number
from contact_center.runtime.dialing.store import Recovered
from dialer.answer_prior import AnswerHistory
from dialer.campaign import CampaignSettings, CampaignState
from dialer.ids import AgentId, AttemptId, CampaignId, PartyId
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

DECISIONS_US: Final = 30 * 86_400_000_000
"""How long is known why so many were dialled at a tick."""


class LiveStore:
    """One process's storage. ``sole``: no other process dials from this database."""

    def __init__(self, store: DialStore, looking: Looking) -> None:
        self.sql = store
        self._looking = looking

    async def claim(self, campaign: CampaignSettings, count: int, now: int) -> LeadsClaimed:
        """Claim leads that are due."""
        with away_as(for_the_runner):
            return await self.sql.claim(campaign, count, now)

    async def claim_number(
        self, campaign: CampaignSettings, number: str, agent: AgentId, now: int
    ) -> Lead | None:
        """Claim the lead who has a number, for an agent who asks; one is made when nobody has it.

        The number alone is the party then: caps and suppressions of it hold as for everybody.
        """
        with away_as(for_the_runner):
            found = await self.sql.claim_lead(campaign, now, number=number)
            if found is not None or not campaign.lists:
                return found
            if await self._looking.has(campaign, number):
                return None  # somebody holds it, or it may not be called
            try:
                known = lead_number(number)
            except ValueError:
                return None
            list_, party = campaign.lists[0].list, PartyId(f"number:{number}")
            lead = await self.sql.add_lead(list_, party, known, now)
            return await self.sql.claim_lead(campaign, now, lead=lead)

    async def keep_house(self, now: int) -> int:
        """Tell people of promises that nobody keeps, and let go of what is too old to explain.

        Gives how many promises are newly on the list of tasks.
        """
        with away_as(for_the_runner):
            await self.sql.forget_decisions(now - DECISIONS_US)
            return await self.sql.escalate_promises(now)

    async def release(self, out: ReleaseLeads, now: int) -> None:
        """Give leads back."""
        with away_as(for_the_runner):
            await self.sql.release(out, now)

    async def open_attempt(
        self, campaign: CampaignSettings, wanted: OpenAttempt, now: int
    ) -> AttemptOpened | AttemptRefused:
        """Ask the gate and put the attempt on the books."""
        with away_as(for_the_runner):
            return await self.sql.open_attempt(campaign, wanted, now)

    async def close_attempt(self, close: CloseAttempt, now: int) -> None:
        """Write down an end."""
        with away_as(for_the_runner):
            await self.sql.close_attempt(close, now)

    async def recover(self, alive: Collection[AttemptId], now: int) -> Recovered:
        """Close what is not alive, adopt what is, free every claim: no other process dials."""
        with away_as(for_the_runner):
            ended = await self.sql.recover(alive, now, sole=True)
            adopted = await self.sql.adopted(alive, now)
        return Recovered(
            adopted=tuple((one.attempt, one.lead) for one in adopted), ended=tuple(ended)
        )

    async def finish_imports(self, now: int) -> None:
        """Carry on imports that were cut off while they were switched in."""
        with away_as(for_the_runner):
            await self.sql.finish_imports(now)

    async def windows(self, campaign: CampaignSettings, now: int) -> tuple[Window, ...]:
        """Say where a campaign stands with every cap."""
        with away_as(for_the_runner):
            return await self.sql.windows(campaign, now)

    async def answers(self, now: int) -> AnswerHistory:
        """Give how many answered on days before."""
        with away_as(for_the_runner):
            return await self.sql.answers(now)

    async def kept(self, campaign: CampaignId) -> Kept | None:
        """Give what is kept of a campaign."""
        with away_as(for_the_runner):
            return await self.sql.campaign_state(campaign)

    async def successes(self, campaign: CampaignId, since: int) -> int:
        """Count the successes of a campaign's run."""
        with away_as(for_the_runner):
            return await self.sql.successes(campaign, since)

    async def save_state(
        self, campaign: CampaignId, state: CampaignState, by: str, why: str, now: int
    ) -> None:
        """Keep a state."""
        with away_as(for_the_runner):
            await self.sql.save_state(campaign, state, by, why, now)

    async def save_changes(
        self, campaign: CampaignId, wishes: Mapping[str, Any], by: str, why: str, now: int
    ) -> None:
        """Keep live changes."""
        with away_as(for_the_runner):
            for name, value in wishes.items():
                await self.sql.save_override(campaign, name, value, by, why, now)
