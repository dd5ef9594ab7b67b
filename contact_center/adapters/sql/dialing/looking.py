"""Looking at one lead: how it stands, and what the gate would say now. Nothing is changed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, func, select

from contact_center.adapters.sql.dialing import arms, promised, upcoming
from contact_center.adapters.sql.dialing import facts as known
from contact_center.adapters.sql.dialing import leads as book
from contact_center.adapters.sql.dialing.tables import lead_numbers, leads
from contact_center.adapters.sql.dialing.transactions import Transactions
from dialer import gate
from dialer.analysis import Lift
from dialer.attempt import Source
from dialer.campaign import CampaignSettings, Mode
from dialer.ids import AgentId, CampaignId, LeadId, ListId, PartyId
from dialer.lead import Lead, LeadState
from dialer.policy import GateVerdict, Policy
from dialer.recycling import choose_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A lead as it stands. ``gate``: None when it has no number that could be called."""

    lead: Lead
    state: LeadState
    held_out: bool
    gate: GateVerdict | None


class Looking(Transactions):
    """Answers about leads."""

    async def list_of(self, lead: LeadId) -> ListId | None:
        """Give the list a lead is on; None for no such lead."""
        found = await self._read(
            lambda c: c.execute(select(leads.c.list).where(leads.c.lead == lead)).scalar()
        )
        return ListId(found) if found is not None else None

    async def look(
        self, campaign: CampaignSettings, policies: Sequence[Policy], lead: LeadId, now: int
    ) -> Look | None:
        """Look at a lead as a campaign would; None for no such lead."""
        return await self._read(
            partial(_look, campaign=campaign, policies=policies, lead=lead, now=now)
        )

    async def ahead(
        self,
        campaign: CampaignSettings,
        policies: Sequence[Policy],
        count: int,
        now: int,
        *,
        anew: bool,
    ) -> tuple[upcoming.Ahead, list[Look]]:
        """Say whom a campaign would dial next, and look at each; `anew` as in `upcoming.ahead`."""
        return await self._read(
            partial(_ahead, campaign=campaign, policies=policies, count=count, now=now, anew=anew)
        )

    async def has(self, campaign: CampaignSettings, number: str) -> bool:
        """Say whether a lead of the campaign's lists has a number."""
        names = [share.list for share in campaign.lists]
        query = (
            select(lead_numbers.c.number)
            .join(leads, leads.c.lead == lead_numbers.c.lead)
            .where(lead_numbers.c.number == number, leads.c.list.in_(names))
            .limit(1)
        )
        return await self._read(lambda c: c.execute(query).first()) is not None

    async def parties_at(self, number: str) -> list[PartyId]:
        """Name every party who has a number."""
        query = (
            select(leads.c.party)
            .join(lead_numbers, leads.c.lead == lead_numbers.c.lead)
            .where(lead_numbers.c.number == number)
            .distinct()
            .order_by(leads.c.party)
        )
        return [PartyId(party) for party in await self._read(lambda c: list(c.scalars(query)))]

    async def whom(self, lead: LeadId) -> promised.Whom | None:
        """Say who a lead is to somebody who makes a promise; None for no such lead."""
        return await self._read(partial(promised.whom, lead=lead))

    async def called(self, attempt: str) -> tuple[LeadId, CampaignId, str] | None:
        """Say of a call that was dialled whose it is: lead, campaign, and the number."""
        return await self._read(partial(promised.called, attempt=attempt))

    async def with_number(self, lists: Sequence[ListId], number: str) -> LeadId | None:
        """Name the lead of these lists who has a number; the newest of several."""
        return await self._read(partial(promised.with_number, lists=lists, number=number))

    async def promise(self, callback: str) -> promised.Named | None:
        """Give a promise by its name, as long as it is not kept."""
        return await self._read(partial(promised.named, callback=callback))

    async def promises_of(self, agents: Collection[AgentId]) -> dict[AgentId, list[promised.Named]]:
        """Give the promises that agents are to keep, soonest first."""
        return await self._read(partial(promised.of_agents, agents=agents))

    async def due_times(self, campaigns: Collection[CampaignId], until: int) -> list[int]:
        """Say when campaigns have promised calls, until then, soonest first."""
        return await self._read(partial(promised.due_times, campaigns=campaigns, until=until))

    async def compare(self, campaign: CampaignSettings, since: int, until: int) -> Lift | None:
        """Compare who may be called with who is held out, as `arms.compare` does."""
        return await self._read(partial(arms.compare, campaign=campaign, since=since, until=until))

    async def sizes(self, campaign: CampaignSettings) -> dict[ListId, dict[str, int]]:
        """Count the leads of each list of a campaign, by state."""
        names = [share.list for share in campaign.lists]
        query = (
            select(leads.c.list, leads.c.state, func.count())
            .where(leads.c.list.in_(names))
            .group_by(leads.c.list, leads.c.state)
        )
        found: dict[ListId, dict[str, int]] = {name: {} for name in names}
        for name, state, count in await self._read(lambda c: c.execute(query).all()):
            found[ListId(name)][state] = count
        return found


def _look(
    connection: Connection,
    campaign: CampaignSettings,
    policies: Sequence[Policy],
    lead: LeadId,
    now: int,
) -> Look | None:
    rows = connection.execute(select(leads).where(leads.c.lead == lead)).all()
    if not rows:
        return None
    (found,) = book.load(connection, rows, now)
    return Look(
        lead=found,
        state=LeadState(rows[0].state),
        held_out=book.held_out(campaign, found.party),
        gate=_ask(connection, campaign, policies, found, now),
    )


def _ahead(
    connection: Connection,
    campaign: CampaignSettings,
    policies: Sequence[Policy],
    count: int,
    now: int,
    anew: bool,
) -> tuple[upcoming.Ahead, list[Look]]:
    found = upcoming.ahead(connection, campaign, count, now, anew=anew)
    names = [LeadId(name) for name in found.names]
    looks = [_look(connection, campaign, policies, name, now) for name in names]
    return found, [look for look in looks if look is not None]


def _ask(
    connection: Connection,
    campaign: CampaignSettings,
    policies: Sequence[Policy],
    lead: Lead,
    now: int,
) -> GateVerdict | None:
    number = choose_number(lead)
    if number is None:
        return None
    caller_id = campaign.caller_ids[0].number if campaign.caller_ids else ""
    asked = known.whom(lead.party, number.number, lead.list)
    back_us = known.horizon_us(policies)
    facts = known.load(connection, [asked], campaign, now, caller_id, back_us)[asked]
    agentless = campaign.mode is Mode.AGENTLESS
    source = Source.AGENTLESS if agentless else Source.AUTO
    return gate.check(
        number, lead.party, campaign, policies, facts, now, source, caller_id=caller_id
    )
