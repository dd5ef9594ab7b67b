"""The two arms of a campaign that holds people out: how many are in each, and who came to buy.

Both are counted alike, by what agents said of any conversation with any number of theirs, whoever
called whom: who was held out may call by themselves, and who was called may call back.
"""

from collections.abc import Collection

from sqlalchemy import Connection, and_, func, select
from sqlalchemy.sql.elements import ColumnElement

from contact_center.adapters.sql.dialing import leads as book
from contact_center.adapters.sql.dialing.tables import lead_numbers, leads
from contact_center.adapters.sql.tables import interactions
from dialer.analysis import Lift, lift
from dialer.campaign import CampaignSettings


def compare(
    connection: Connection, campaign: CampaignSettings, since: int, until: int
) -> Lift | None:
    """Compare who may be called with who is held out; None when nobody is held out.

    A success is a conversation that began in ``[since, until)`` (microseconds UTC) and ended with
    a disposition that is one of the campaign's successes; a party has one or none.
    """
    callable_ = book.may_be_called(campaign)
    if callable_ is None:
        return None
    goals = [code for code, rule in campaign.dispositions.items() if rule.success]
    counts = []
    for arm in (callable_, ~callable_):
        people = _parties(connection, campaign, arm)
        counts += [_successes(connection, campaign, arm, goals, since, until), people]
    return lift(*counts)


def _parties(connection: Connection, campaign: CampaignSettings, arm: ColumnElement[bool]) -> int:
    found = select(func.count(leads.c.party.distinct())).where(_of(campaign), arm)
    return int(connection.execute(found).scalar_one())


def _successes(
    connection: Connection,
    campaign: CampaignSettings,
    arm: ColumnElement[bool],
    goals: Collection[str],
    since: int,
    until: int,
) -> int:
    if not goals:
        return 0
    talked = and_(
        interactions.c.party == lead_numbers.c.number,
        interactions.c.started_at >= since,
        interactions.c.started_at < until,
        interactions.c.disposition.in_(goals),
    )
    found = (
        select(func.count(leads.c.party.distinct()))
        .join(lead_numbers, lead_numbers.c.lead == leads.c.lead)
        .join(interactions, talked)
        .where(_of(campaign), arm)
    )
    return int(connection.execute(found).scalar_one())


def _of(campaign: CampaignSettings) -> ColumnElement[bool]:
    return leads.c.list.in_([share.list for share in campaign.lists])
