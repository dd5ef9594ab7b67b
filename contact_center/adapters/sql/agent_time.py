"""What agents' time went into, from the table of their states.

A state lasts until the agent's next one. Of several states of one instant the last lasts.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.sql.elements import ColumnElement

from contact_center.adapters.sql.tables import agent_states, interactions, segments
from contact_center.core.facts import Presence, Work
from contact_center.core.ids import AgentId
from contact_center.reporting.books import CENTER, Books, Key, Of
from contact_center.reporting.records import activity

_STATE = ("agent", "presence", "work", "outside")


def us(value: int) -> ColumnElement[int]:
    """A number of microseconds as a parameter; PostgreSQL would take a plain one for 32 bits."""
    return literal(value, BigInteger)


def start_of(at: ColumnElement[int], begin: int, length: int) -> ColumnElement[int]:
    """Where the interval of an instant begins; intervals are counted from `begin`."""
    return at - (at - us(begin)) % us(length)


def count_time(connection: Connection, books: Books, begin: int, end: int) -> None:
    """Count everybody's time from `begin` to `end` into the books.

    Most states begin and end in one interval, and are added up by the database; those that cross a
    border are fetched and cut.
    """
    if end <= begin:
        return
    spells = _spells(begin, end)
    first, last = spells.c.begin, spells.c.end
    length = books.grid.length_us
    start = start_of(first, begin, length)
    inside = start == start_of(last - 1, begin, length)
    within = (
        select(
            *(spells.c[name] for name in _STATE),
            start.label("start"),
            (last - first).label("spent"),
        )
        .where(first < last, inside)
        .subquery()
    )
    of = list(within.c)[:5]
    inner: Select[Any] = select(*of, func.sum(within.c.spent)).group_by(*of)
    for agent, presence, work, outside, at, spent in connection.execute(inner).all():
        kind = activity(Presence(presence), Work(work), outside=outside)
        for key in _whose(agent):
            books.tally(key, at).time_us[kind] += int(spent)
    crossing: Select[Any] = select(*(spells.c[name] for name in _STATE), first, last).where(
        first < last, ~inside
    )
    for agent, presence, work, outside, since, until in connection.execute(crossing).all():
        kind = activity(Presence(presence), Work(work), outside=outside)
        books.spent(AgentId(agent), kind, since, until)


def wrap_ups(
    start: ColumnElement[int], kept: ColumnElement[bool]
) -> Callable[[int, int], Select[Any]]:
    """Make the query for wrap-up by channel, queue, requirement, agent, direction and `start`.

    Wrap-up belongs to the agent's last conversation in the call before it. The query takes where
    to look for states: from, and to.
    """

    def query(begin: int, end: int) -> Select[Any]:
        spells = _raw_spells(begin, end)
        talks = (
            select(
                segments.c.call,
                segments.c.seq,
                segments.c.agent,
                segments.c.ended_at,
                func.lead(segments.c.ended_at)
                .over(
                    partition_by=(segments.c.call, segments.c.agent), order_by=segments.c.ended_at
                )
                .label("next"),
            )
            .where(segments.c.kind == "talk", segments.c.ended_at.is_not(None))
            .where(segments.c.ended_at >= begin)
            .subquery()
        )
        of_talk = and_(
            spells.c.agent == talks.c.agent,
            spells.c.call == talks.c.call,
            spells.c.begin >= talks.c.ended_at,
            or_(talks.c.next.is_(None), spells.c.begin < talks.c.next),
        )
        rows = (
            select(
                interactions.c.channel,
                segments.c.queue,
                segments.c.requirement,
                segments.c.agent,
                interactions.c.direction,
                start,
                (spells.c.end - spells.c.begin).label("us"),
            )
            .join(interactions, interactions.c.call == segments.c.call)
            .join(talks, and_(talks.c.call == segments.c.call, talks.c.seq == segments.c.seq))
            .join(spells, of_talk)
            .where(kept, spells.c.work == Work.WRAP_UP.value, spells.c.end.is_not(None))
            .subquery()
        )
        of = list(rows.c)[:6]
        return select(*of, func.sum(rows.c.us)).group_by(*of)

    return query


def _whose(agent: str) -> Sequence[Key]:
    return (CENTER, (Of.AGENT, agent))


def _raw_spells(begin: int, end: int) -> Subquery:
    """States that may matter from `begin` to `end`, with where each ends; null: not yet."""
    state = agent_states.c
    before = (
        select(state.agent, func.max(state.at).label("at"))
        .where(state.at <= begin)
        .group_by(state.agent)
        .subquery()
    )
    following = func.lead(state.at).over(partition_by=state.agent, order_by=(state.at, state.n))
    return (
        select(
            *(state[name] for name in _STATE),
            state.call,
            state.at.label("begin"),
            following.label("end"),
        )
        .outerjoin(before, before.c.agent == state.agent)
        .where(state.at >= func.coalesce(before.c.at, us(begin)), state.at < end)
        .subquery()
    )


def _spells(begin: int, end: int) -> Subquery:
    """The same, cut to ``[begin, end)``; what goes on lasts to the end."""
    raw = _raw_spells(begin, end)
    return select(
        *(raw.c[name] for name in _STATE),
        case((raw.c.begin < begin, us(begin)), else_=raw.c.begin).label("begin"),
        func.coalesce(raw.c.end, us(end)).label("end"),
    ).subquery()
