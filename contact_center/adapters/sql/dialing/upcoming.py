"""Whom a campaign would dial next, and how many there are: by its lists, filters and orders.

Asked by people, also about lists as they might be changed; nothing is claimed, and the order of
the mix begins anew, so of lists that take turns another may have the first one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, select

from contact_center.adapters.sql.dialing import leads as book
from contact_center.adapters.sql.dialing.choosing import Wanted
from contact_center.adapters.sql.dialing.claims import CLAIMED, OPEN, Condition
from contact_center.adapters.sql.dialing.mix import Mix
from contact_center.adapters.sql.dialing.tables import callbacks, leads
from dialer.campaign import CampaignSettings, ListShare


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAhead:
    """Leads of a list: all of them, those still to be called that the campaign wants, and of
    these the ones whose time has come."""

    list: str
    leads: int
    wanted: int
    due: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """Each list by count, the names of the next leads, and what is wrong with a filter or order."""

    lists: tuple[ListAhead, ...]
    names: tuple[str, ...]
    problems: tuple[str, ...]


def ahead(
    connection: Connection, campaign: CampaignSettings, count: int, now: int, *, anew: bool
) -> Ahead:
    """Look. ``anew``: what is at hand would go back, and stands in line with the others."""
    wanted = Wanted(connection, campaign)
    free = OPEN | and_(CLAIMED, leads.c.claimed_by == campaign.campaign)
    counts, offered = [], {}
    for share in campaign.lists:
        counts.append(_counted(connection, campaign, share, wanted, free, now))
        if share.on:
            offered[str(share.list)] = _best(connection, campaign, share, wanted, free, count, now)
    weights = {str(share.list): share.weight for share in campaign.lists if share.on}
    promised = _promised(connection, campaign, free, count, now)
    first = list(dict.fromkeys(promised + ([] if anew else _at_hand(connection, campaign, count))))
    rest = {list_: [n for n in names if n not in first] for list_, names in offered.items()}
    drawn = Mix().draw(rest, weights, max(0, count - len(first)))
    return Ahead(
        lists=tuple(counts), names=tuple([*first, *drawn][:count]), problems=tuple(wanted.problems)
    )


def _wanted(campaign: CampaignSettings, share: ListShare, wanted: Wanted) -> Sequence[Condition]:
    called = book.may_be_called(campaign)
    kept = [] if called is None else [called]
    return [leads.c.list == share.list, *kept, *wanted.conditions.get(str(share.list), ())]


def _counted(
    connection: Connection,
    campaign: CampaignSettings,
    share: ListShare,
    wanted: Wanted,
    free: Condition,
    now: int,
) -> ListAhead:
    def of(*conditions: Condition) -> int:
        query = select(func.count()).select_from(leads).where(*conditions)
        return int(connection.execute(query).scalar_one())

    mine = _wanted(campaign, share, wanted)
    return ListAhead(
        list=str(share.list),
        leads=of(leads.c.list == share.list),
        wanted=of(*mine, free) if share.on else 0,
        due=of(*mine, free, leads.c.due_at <= now) if share.on else 0,
    )


def _best(
    connection: Connection,
    campaign: CampaignSettings,
    share: ListShare,
    wanted: Wanted,
    free: Condition,
    count: int,
    now: int,
) -> list[str]:
    query = (
        select(leads.c.lead)
        .where(*_wanted(campaign, share, wanted), free, leads.c.due_at <= now)
        .order_by(*wanted.orders[str(share.list)])
        .limit(count * 2)
    )
    return list(connection.execute(query).scalars())


def _at_hand(connection: Connection, campaign: CampaignSettings, count: int) -> list[str]:
    query = (
        select(leads.c.lead)
        .where(CLAIMED, leads.c.claimed_by == campaign.campaign)
        .order_by(leads.c.lease_until, leads.c.lead)
        .limit(count)
    )
    return list(connection.execute(query).scalars())


def _promised(
    connection: Connection, campaign: CampaignSettings, free: Condition, count: int, now: int
) -> list[str]:
    query = (
        select(leads.c.lead)
        .join(callbacks, callbacks.c.lead == leads.c.lead)
        .where(
            callbacks.c.campaign == campaign.campaign,
            book.IS_LIVE,
            callbacks.c.due_at <= now,
            free,
            leads.c.due_at <= now,
        )
        .order_by(callbacks.c.due_at)
        .limit(count)
    )
    return list(connection.execute(query).scalars())
