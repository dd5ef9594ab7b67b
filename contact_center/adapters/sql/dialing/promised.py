"""Promises as agents see them: theirs, whom a call is about, and what was promised to them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from contact_center.adapters.sql.dialing import leads as book
from contact_center.adapters.sql.dialing.leads import IS_LIVE
from contact_center.adapters.sql.dialing.promises import Promise, promise_of
from contact_center.adapters.sql.dialing.tables import attempts, callbacks, lead_numbers, leads
from dialer.ids import AgentId, CampaignId, LeadId, ListId
from dialer.lead import LeadNumber, LeadState

MOST_OF_AN_AGENT = 50
MOST_DUE = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A promise that is not kept yet, and the name of whom it was made to."""

    promise: Promise
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Whom:
    """Who may be promised a call. ``numbers``: by rank, without those that are dead.

    ``promised``: what was promised before and is not kept yet, by the call itself neither.
    """

    lead: LeadId
    list: ListId
    state: LeadState
    name: str
    numbers: tuple[LeadNumber, ...]
    promised: Promise | None


_NAMED = (
    select(callbacks, leads.c.name.label("who"))
    .join(leads, leads.c.lead == callbacks.c.lead)
    .where(IS_LIVE)
)


def of_agents(connection: Connection, agents: Collection[AgentId]) -> dict[AgentId, list[Named]]:
    """Give the promises that agents are to keep, soonest first, so many of each at most."""
    found: dict[AgentId, list[Named]] = {agent: [] for agent in agents}
    for part in book.chunks(sorted(agents)):
        query = _NAMED.where(callbacks.c.agent.in_(part)).order_by(callbacks.c.due_at)
        for row in connection.execute(query):
            mine = found[AgentId(row.agent)]
            if len(mine) < MOST_OF_AN_AGENT:
                mine.append(Named(promise=promise_of(row), name=row.who))
    return found


def due_times(connection: Connection, campaigns: Collection[CampaignId], until: int) -> list[int]:
    """Say when campaigns have promised calls, until then; soonest first, so many at most."""
    query = (
        select(callbacks.c.due_at)
        .where(IS_LIVE, callbacks.c.campaign.in_(sorted(campaigns)), callbacks.c.due_at <= until)
        .order_by(callbacks.c.due_at)
        .limit(MOST_DUE)
    )
    return list(connection.scalars(query))


def named(connection: Connection, callback: str) -> Named | None:
    """Give a promise by its name, as long as it is not kept."""
    row = connection.execute(_NAMED.where(callbacks.c.callback == callback)).one_or_none()
    return None if row is None else Named(promise=promise_of(row), name=row.who)


def called(connection: Connection, attempt: str) -> tuple[LeadId, CampaignId, str] | None:
    """Say of a call that was dialled whose it is: lead, campaign, and the number."""
    columns = (attempts.c.lead, attempts.c.campaign, attempts.c.number)
    row = connection.execute(select(*columns).where(attempts.c.attempt == attempt)).one_or_none()
    return None if row is None else (LeadId(row.lead), CampaignId(row.campaign), row.number)


def with_number(connection: Connection, lists: Sequence[ListId], number: str) -> LeadId | None:
    """Name the lead of these lists who has a number; the newest of several."""
    query = (
        select(leads.c.lead)
        .join(lead_numbers, lead_numbers.c.lead == leads.c.lead)
        .where(lead_numbers.c.number == number, leads.c.list.in_(lists))
        .order_by(leads.c.added_at.desc())
        .limit(1)
    )
    found = connection.execute(query).scalar()
    return None if found is None else LeadId(found)


def whom(connection: Connection, lead: LeadId) -> Whom | None:
    """Say who a lead is to somebody who makes a promise; None for no such lead."""
    row = connection.execute(select(leads).where(leads.c.lead == lead)).one_or_none()
    if row is None:
        return None
    numbers = book.numbers_of(connection, [lead]).get(lead, [])
    held = connection.execute(select(callbacks).where(callbacks.c.lead == lead, IS_LIVE))
    before = held.one_or_none()
    return Whom(
        lead=LeadId(row.lead),
        list=ListId(row.list),
        state=LeadState(row.state),
        name=row.name,
        numbers=tuple(number for number in numbers if not number.dead),
        promised=None if before is None else promise_of(before),
    )
