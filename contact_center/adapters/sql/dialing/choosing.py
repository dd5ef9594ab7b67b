"""Which leads of a list a campaign wants, and in what order: filters, quotas and orders as SQL."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, false, func, literal_column, not_, select

from contact_center.adapters.sql.dialing.filters import (
    ListFacts,
    UnknownListError,
    field_value,
    list_facts,
    where,
)
from contact_center.adapters.sql.dialing.tables import leads
from dialer.campaign import CampaignSettings, ListShare, Quota
from dialer.lead_filter import FilterError

_PRIME = 10_007
_ORDERS = {
    "priority": leads.c.priority.desc(),
    "fresh": leads.c.added_at.desc(),
    "oldest": leads.c.added_at.asc(),
    "attempts": leads.c.tried.asc(),
    "best_time": leads.c.odds.desc(),
}


class Wanted:
    """What a campaign wants of each list, made anew for each claim: a picture would be stale."""

    def __init__(self, connection: Connection, campaign: CampaignSettings) -> None:
        self.conditions: dict[str, Sequence[ColumnElement[bool]]] = {}
        self.orders: dict[str, Sequence[ColumnElement[Any]]] = {}
        self.switching = False
        """An import is being switched into one of the lists: in a moment there is more."""
        self.shortlists: Mapping[str, Sequence[str]] = {}
        """The first of lists whose order no index has."""
        self.spent = False
        """A shortlist had not enough."""
        self.problems: list[str] = []
        backend = connection.dialect.name
        for share in campaign.lists:
            if not share.on:
                continue
            try:
                facts = list_facts(connection, share.list)
                wanted = [where(share.filter, facts, backend)] if share.filter else []
                wanted += _below_quota(connection, campaign, facts)
                order = order_of(share, facts, campaign.seed, backend)
                if facts.switching:  # an import is seen whole, or not at all
                    wanted, self.switching = [false()], True
            except (FilterError, UnknownListError) as problem:
                # Nothing rather than everything: a filter may be what keeps people from calls.
                self.problems.append(f"campaign {campaign.campaign} gets no leads: {problem}")
                wanted, order = [false()], (leads.c.lead,)
            self.conditions[str(share.list)] = wanted
            self.orders[str(share.list)] = order


def _below_quota(
    connection: Connection, campaign: CampaignSettings, facts: ListFacts
) -> list[ColumnElement[bool]]:
    """Leave leads out whose quota is reached by the campaign's successes in all of its lists."""
    kept: list[ColumnElement[bool]] = []
    for quota in campaign.quotas:
        matches = _matching(connection, quota, facts)
        if matches is None:
            continue
        won = 0
        for share in campaign.lists:
            of = facts if share.list == facts.list else list_facts(connection, share.list)
            counted = _matching(connection, quota, of)
            if counted is not None:
                query = select(func.count()).where(
                    leads.c.list == share.list,
                    leads.c.won_by != literal_column("''"),  # said for the index
                    leads.c.won_by == campaign.campaign,
                    counted,
                )
                won += connection.execute(query).scalar_one()
        if won >= quota.most:
            kept.append(not_(func.coalesce(matches, false())))
    return kept


def _matching(connection: Connection, quota: Quota, facts: ListFacts) -> ColumnElement[bool] | None:
    """Make the condition of a quota; None for a list that has not what it speaks of."""
    try:
        return where(quota.filter, facts, connection.dialect.name)
    except FilterError:
        return None


def order_of(
    share: ListShare, facts: ListFacts, seed: int, backend: str
) -> tuple[ColumnElement[Any], ...]:
    """Make what leads of a list are sorted by; leads that are alike come in a fixed order.

    Raises FilterError for a field that the list does not have.
    """
    made: list[ColumnElement[Any]] = []
    for name in share.order:
        if name in _ORDERS:
            made.append(_ORDERS[name])
        elif name == "random":
            made.append((leads.c.bucket * _PRIME + seed * 7_919) % 10_009)
        else:
            made.append(_by_field(name, facts, backend))
    newest = "fresh" in share.order and "oldest" not in share.order
    made.append(leads.c.lead.desc() if newest else leads.c.lead.asc())
    return tuple(made)


def _by_field(name: str, facts: ListFacts, backend: str) -> ColumnElement[Any]:
    down = name.startswith("-")
    word = name.removeprefix("-").removeprefix("field:")
    if word not in facts.kinds:
        known = ", ".join(sorted(facts.kinds)) or "none"
        raise FilterError(f'there is no order "{name}"', 1, f"fields of the list: {known}")
    value = field_value(word, facts.kinds[word], backend)
    return value.desc().nulls_last() if down else value.asc().nulls_last()
