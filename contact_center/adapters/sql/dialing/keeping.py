"""Storage's door for campaigns, who changed them, and what was dialled for them."""

from collections.abc import AsyncIterator, Mapping
from functools import partial
from typing import Any

from contact_center.adapters.sql.audit import Tidy
from contact_center.adapters.sql.dialing import campaigns, evidence
from contact_center.adapters.sql.dialing.transactions import Transactions
from dialer.campaign import CampaignState
from dialer.ids import CampaignId
from dialer.ledger import LedgerRow
from dialer.machine_audit import Finding


class Keeping(Transactions):
    """Campaigns' states, live changes, audit, decisions, and attempts as evidence."""

    _tidy: Tidy

    async def states(self) -> dict[CampaignId, tuple[CampaignState, int | None]]:
        """Give every campaign's state, and when its present run began."""
        kept = await self._read(campaigns.all_kept)
        return {name: (each.state, each.started_at) for name, each in kept.items()}

    async def campaign_state(self, campaign: CampaignId) -> campaigns.Kept | None:
        """Give what is kept of a campaign, its live changes too; None when there is nothing."""
        return (await self._read(campaigns.all_kept)).get(campaign)

    async def save_state(
        self, campaign: CampaignId, state: CampaignState, by: str, why: str, now: int
    ) -> None:
        """Keep a campaign's state, and who changed it and why."""
        await self._write(
            partial(
                campaigns.save_state,
                campaign=campaign,
                state=state,
                by=by,
                why=why,
                now=now,
                tidy=self._tidy,
            )
        )

    async def save_override(
        self, campaign: CampaignId, name: str, value: Any, by: str, why: str, now: int
    ) -> None:
        """Keep a live change of a setting (plain JSON; None: as the file says), and who made it."""
        await self._write(
            partial(
                campaigns.save_override,
                campaign=campaign,
                name=name,
                value=value,
                by=by,
                why=why,
                now=now,
                tidy=self._tidy,
            )
        )

    async def audit(
        self,
        campaign: CampaignId,
        who: str,
        what: str,
        before: Any,
        after: Any,
        why: str,
        now: int,
    ) -> None:
        """Write down who did what, from what to what (plain JSON), and why."""
        await self._write(
            partial(
                campaigns.audit,
                campaign=campaign,
                who=who,
                what=what,
                before=before,
                after=after,
                why=why,
                now=now,
                tidy=self._tidy,
            )
        )

    async def audited(self, campaign: CampaignId, since: int = 0) -> list[campaigns.AuditRow]:
        """Give what was done to a campaign, oldest first."""
        return await self._read(partial(campaigns.audited, campaign=campaign, since=since))

    async def note_decision(
        self, campaign: CampaignId, at: int, dial: int, why: str, numbers: Mapping[str, Any]
    ) -> None:
        """Keep why so many were dialled at a tick."""
        await self._write(
            partial(
                campaigns.decided, campaign=campaign, at=at, dial=dial, why=why, numbers=numbers
            )
        )

    async def decisions(
        self, campaign: CampaignId, begin: int, end: int
    ) -> list[campaigns.DecisionRow]:
        """Give why so many were dialled at the ticks in [begin, end)."""
        return await self._read(
            partial(campaigns.decisions, campaign=campaign, begin=begin, end=end)
        )

    async def forget_decisions(self, before: int) -> int:
        """Let go of decisions that are older; return how many."""
        return await self._write(partial(campaigns.forget_decisions, before=before))

    async def attempts_between(
        self, begin: int, end: int, campaign: CampaignId | None = None
    ) -> AsyncIterator[evidence.AttemptRow]:
        """Give the attempts opened in [begin, end), in order; a page at a time."""
        after = (-1, "")
        while True:
            rows = await self._read(
                partial(evidence.page, begin=begin, end=end, campaign=campaign, after=after)
            )
            for row in rows:
                yield row
            if len(rows) < evidence.PAGE:
                return
            after = (rows[-1].attempt.opened_at, rows[-1].attempt.attempt)

    async def ledger_rows(self, campaign: CampaignId | None, since: int) -> list[LedgerRow]:
        """Give attempts opened since as ledgers want them; ``campaign`` None: of all."""
        return await self._read(
            lambda connection: list(evidence.ledger_rows(connection, since, campaign=campaign))
        )

    async def findings(self, campaign: CampaignId, begin: int, end: int) -> tuple[Finding, ...]:
        """Give what agents found of calls in [begin, end) that were taken for machines."""
        return await self._read(partial(evidence.findings, campaign=campaign, begin=begin, end=end))

    async def found(self, campaign: CampaignId, begin: int, end: int) -> tuple[int, int]:
        """Count what agents found of such calls: people, and machines."""
        return await self._read(partial(evidence.found, campaign=campaign, begin=begin, end=end))

    async def detected(self, campaign: CampaignId, begin: int, end: int) -> tuple[int, int, int]:
        """Count the calls in [begin, end) that were taken for machines: all, samples, and had by
        an agent."""
        return await self._read(partial(evidence.detected, campaign=campaign, begin=begin, end=end))

    async def successes(self, campaign: CampaignId, since: int) -> int:
        """Count the successes of a campaign since an instant."""
        return await self._read(partial(evidence.successes, campaign=campaign, since=since))
