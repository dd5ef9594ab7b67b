"""Claiming: the best leads that are due, each by one dialer at a time, and only for a while.

Everything happens in one transaction. A lead that is claimed has a new `version`, the token that
every later step has to show; a lease that has ended is found by the next claim, whoever makes it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    func,
    literal_column,
    or_,
    select,
    update,
)

from contact_center.adapters.sql.dialing import leads as book
from contact_center.adapters.sql.dialing import promises
from contact_center.adapters.sql.dialing.choosing import Wanted
from contact_center.adapters.sql.dialing.leads import chunks, may_be_called
from contact_center.adapters.sql.dialing.mix import Mix
from contact_center.adapters.sql.dialing.tables import callbacks, leads
from dialer.campaign import CampaignSettings, ListShare
from dialer.lead import Lead, LeadState
from dialer.messages import LeadsClaimed

WAKE_MOST = 5_000
"""Leads that become ready in one claim, at most, of each list."""
EXPIRE_MOST = 1_000
ROUNDS = 3
"""How often a claim looks again when the gate has nothing left of what it took."""
SPARE = 8
"""So many more than wanted are looked at, as some may be of one party."""
AGAIN_US = 1_000_000
"""When to ask again for what was ready and not to be had: another dialer was looking at it, a party
is on the line, or the gate had too much to say."""

Condition = ColumnElement[bool]
Conditions = Mapping[str, Sequence[Condition]]
"""What leads of each list have to meet, beside being due: the filter, quotas, the called arm."""
Screen = Callable[[Connection, Sequence[Lead]], list[Lead]]
_Found = list[tuple[str, str]]
"""Leads and their parties."""

# Written out, not parameters: a partial index is used only where the query is seen to imply it.
READY = leads.c.ready == literal_column("1")
OPEN = leads.c.state == literal_column("'open'")
WAITING = OPEN & (leads.c.ready == literal_column("0"))
CLAIMED = leads.c.state == literal_column("'claimed'")
_held = leads.alias("held")
PARTY_IS_FREE = ~(
    select(_held.c.lead)
    .where(
        _held.c.party == leads.c.party,
        _held.c.state.in_([literal_column("'claimed'"), literal_column("'dialling'")]),
    )
    .exists()
)


def claim(
    connection: Connection,
    campaign: CampaignSettings,
    count: int,
    now: int,
    lease_us: int,
    mix: Mix,
    wanted: Wanted,
    screen: Screen,
) -> LeadsClaimed:
    """Claim up to `count` leads; see the module.

    ``screen`` keeps those of a few claimed leads that may be called now, and moves the others on.
    """
    on = [share for share in campaign.lists if share.on]
    expire(connection, now)
    promises.wake(connection, campaign.campaign, now)
    for share in on:
        wake(connection, share, now)
    kept: list[Lead] = []
    for _ in range(ROUNDS):
        names = _best(connection, campaign, on, count - len(kept), now, mix, wanted)
        taken = take(connection, names, campaign, now, lease_us)
        kept += screen(connection, taken)
        if len(kept) >= count or not taken:
            break
    more = None
    if len(kept) < count:
        more = next_due_at(connection, campaign, on, now, wanted.conditions)
        if wanted.switching:  # the import that is being switched in may bring more
            more = now + AGAIN_US if more is None else min(more, now + AGAIN_US)
    return LeadsClaimed(at=now, campaign=campaign.campaign, leads=tuple(kept), next_due_at=more)


def _best(
    connection: Connection,
    campaign: CampaignSettings,
    on: Sequence[ListShare],
    count: int,
    now: int,
    mix: Mix,
    wanted: Wanted,
) -> list[str]:
    """Name the next leads: promises first, then by the mix of lists; each of another party."""
    parties: set[str] = set()
    first = _once(_promised(connection, campaign, count, now), parties)
    offered: dict[str, Sequence[str]] = {}
    if len(first) < count:
        for share in on:
            found = _ready(connection, campaign, share, count - len(first), wanted)
            offered[str(share.list)] = [lead for lead, _ in _once(found, parties)]
    weights = {str(share.list): share.weight for share in on}
    return [lead for lead, _ in first] + mix.draw(offered, weights, count - len(first))


def expire(connection: Connection, now: int, everything: bool = False) -> int:
    """Open claims again whose lease has ended (or all of them); return how many, a bound at once.

    What has been claimed is due, and is ready at once.
    """
    query = select(leads.c.lead).where(CLAIMED)
    if not everything:
        query = query.where(leads.c.lease_until <= now)
    query = query.limit(EXPIRE_MOST).with_for_update(skip_locked=True)
    names = list(connection.execute(query).scalars())
    if names:
        book.give_back(connection, names)
    return len(names)


def wake(connection: Connection, share: ListShare, now: int) -> None:
    """Make what has become due ready, the longest due first."""
    due = (
        select(leads.c.lead)
        .where(
            leads.c.list == share.list,
            WAITING,
            leads.c.due_at <= now,
        )
        .order_by(leads.c.due_at)
        .limit(WAKE_MOST)
        .with_for_update(skip_locked=True)
    )
    names = list(connection.execute(due).scalars())
    for part in chunks(names):
        connection.execute(update(leads).where(leads.c.lead.in_(part)).values(ready=1))


def take(
    connection: Connection,
    names: Sequence[str],
    campaign: CampaignSettings,
    now: int,
    lease_us: int,
    states: Sequence[LeadState] = (LeadState.OPEN,),
) -> list[Lead]:
    """Claim these, as far as they are still open (or in one of `states`); in their order.

    Raises IntegrityError when another dialer took one of the same party in the same instant.
    """
    if not names:
        return []
    values = {
        "state": LeadState.CLAIMED.value,
        "ready": 0,
        "version": leads.c.version + 1,
        "lease_until": now + lease_us,
        "claimed_by": campaign.campaign,
        "was": leads.c.state,
    }
    got: dict[str, Row[Any]] = {}
    for part in chunks(names):
        of = leads.c.state.in_([state.value for state in states])
        change = update(leads).where(leads.c.lead.in_(part), of)
        for row in connection.execute(change.values(values).returning(*leads.c)):
            got[row.lead] = row
    return book.load(connection, [got[name] for name in names if name in got], now)


def _promised(connection: Connection, campaign: CampaignSettings, count: int, now: int) -> _Found:
    """Leads with a promise that is due: whatever list is on, and whoever is held out."""
    query = (
        select(leads.c.lead, leads.c.party)
        .join(callbacks, callbacks.c.lead == leads.c.lead)
        .where(
            callbacks.c.campaign == campaign.campaign,
            book.IS_LIVE,
            callbacks.c.due_at <= now,
            OPEN,
            leads.c.due_at <= now,
            PARTY_IS_FREE,
        )
        .order_by(callbacks.c.due_at)
        .limit(count)
        .with_for_update(skip_locked=True, of=leads)
    )
    return [(row.lead, row.party) for row in connection.execute(query)]


def _ready(
    connection: Connection,
    campaign: CampaignSettings,
    share: ListShare,
    count: int,
    wanted: Wanted,
) -> _Found:
    """The best of a list: of its shortlist, and if that has not enough, of all of it."""
    short = wanted.shortlists.get(str(share.list), ())
    for names in (short, ()) if short else ((),):
        query = (
            of_list(campaign, share, wanted.conditions, names)
            .where(PARTY_IS_FREE)
            .order_by(*wanted.orders[str(share.list)])
            .limit(count + SPARE)
            .with_for_update(skip_locked=True, of=leads)
        )
        found = [(row.lead, row.party) for row in connection.execute(query)]
        if len(found) >= count:
            break
        wanted.spent = wanted.spent or bool(names)
    return found


def of_list(
    campaign: CampaignSettings,
    share: ListShare,
    conditions: Conditions,
    names: Sequence[str] = (),
) -> Select[Any]:
    """Ask for the leads of a list (or those of `names` in it) that are ready and wanted."""
    query = select(leads.c.lead, leads.c.party)
    if names:
        # Said so that no index but that of names fits: databases would rather walk the list.
        ready = leads.c.ready + literal_column("0") == literal_column("1")
        here = func.coalesce(leads.c.list, literal_column("''")) == share.list
        query = query.where(leads.c.lead.in_(names), ready, here)
    else:
        query = query.where(leads.c.list == share.list, READY)
    called = may_be_called(campaign)
    if called is not None:
        query = query.where(called)
    return query.where(*conditions.get(str(share.list), ()))


def _once(rows: _Found, parties: set[str]) -> _Found:
    """Keep the first of each party."""
    kept = []
    for lead, party in rows:
        if party not in parties:
            parties.add(party)
            kept.append((lead, party))
    return kept


def next_due_at(
    connection: Connection,
    campaign: CampaignSettings,
    on: Sequence[ListShare],
    now: int,
    conditions: Conditions,
) -> int | None:
    """Say when there will be something to claim; None for never.

    What others hold comes back when their lease ends, at the latest.
    """
    lists = [share.list for share in on]
    waiting = [
        connection.execute(
            select(func.min(leads.c.due_at)).where(leads.c.list == each, WAITING)
        ).scalar_one()
        for each in lists
    ]
    promised = select(func.min(callbacks.c.due_at)).where(
        callbacks.c.campaign == campaign.campaign, book.IS_LIVE
    )
    waiting.append(connection.execute(promised).scalar_one())
    leased = select(func.min(leads.c.lease_until)).where(
        CLAIMED,
        or_(leads.c.claimed_by == campaign.campaign, leads.c.list.in_(lists)),
    )
    waiting.append(connection.execute(leased).scalar_one())
    for share in on:
        ready = of_list(campaign, share, conditions).limit(1)
        if connection.execute(ready).first() is not None:
            waiting.append(now + AGAIN_US)
    known = [at for at in waiting if at is not None]
    return max(min(known), now + 1) if known else None


def release(
    connection: Connection, held: Sequence[tuple[str, int]], now: int, due_at: int | None
) -> None:
    """Give leads back whose token is still good."""
    tokens = dict(held)
    good: list[str] = []
    for part in chunks(list(tokens)):
        query = select(leads.c.lead, leads.c.version).where(leads.c.lead.in_(part), CLAIMED)
        rows = connection.execute(query.with_for_update())
        good += [row.lead for row in rows if row.version == tokens[row.lead]]
    later = due_at if due_at is not None and due_at > now else None
    book.give_back(connection, good, later)
