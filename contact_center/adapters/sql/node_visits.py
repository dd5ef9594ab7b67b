"""What callers did in the nodes of flows: a row for each visit, and what the rows come to."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.sql.elements import ColumnElement

from contact_center.adapters.sql.agent_time import us
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing.bulk import among
from contact_center.adapters.sql.errors import told_as_unavailable
from contact_center.adapters.sql.ranks import at_percents
from contact_center.adapters.sql.tables import interactions, node_visits, segments
from contact_center.adapters.sql.text import clean_text
from contact_center.core.events import Direction
from contact_center.core.facts import NodeLeft
from contact_center.reporting.flow_book import (
    ARM,
    DAY_US,
    PERCENTS,
    SUCCESS,
    CallTally,
    FlowBook,
    FlowQuestion,
)

_V = node_visits.c
_CALLS = (interactions, interactions.c.call == _V.call)


def visit_row(fact: NodeLeft) -> dict[str, Any]:
    """Give the row of one visit."""
    return {
        "call": fact.call,
        "seq": fact.seq,
        "flow": fact.flow,
        "version": clean_text(fact.version),
        "node": clean_text(fact.node),
        "edge": clean_text(fact.edge),
        "entered_at": fact.entered_at,
        "at": fact.at,
        "failures": fact.failures,
        "no_inputs": fact.no_inputs,
        "barged": fact.barged,
        "typed_ahead": fact.typed_ahead,
        "spoken": fact.spoken,
        "milestone": clean_text(fact.milestone),
        "outcome": clean_text(fact.outcome),
        "contained": fact.contained,
    }


class NodeVisits:
    """Asks the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def book(self, asked: FlowQuestion) -> FlowBook:
        """Count what is asked. Raises DatabaseUnavailableError."""
        with told_as_unavailable(self._database.url):
            return await self._database.read(lambda connection: _counted(connection, asked))


def _counted(connection: Connection, asked: FlowQuestion) -> FlowBook:
    book = FlowBook(asked)
    _count_nodes(connection, asked, book)
    _count_lengths(connection, asked, book)
    calls = _calls(connection, asked)
    _count_calls(connection, calls, book)
    _count_arms(connection, asked, calls, book)
    return book


def _of_flow(asked: FlowQuestion) -> ColumnElement[bool]:
    """Which visits are meant; `interactions` has to be joined."""
    at = interactions.c.started_at
    return and_(_V.flow == asked.flow, at >= asked.begin, at < asked.end)


def _count_nodes(connection: Connection, asked: FlowQuestion, book: FlowBook) -> None:
    of = (_V.version, _V.node, _V.edge)
    sums = [
        func.count(),
        func.sum(_V.at - _V.entered_at),
        *(func.sum(_V[name]) for name in ("failures", "no_inputs")),
        *(func.sum(cast(_V[name], Integer)) for name in ("barged", "typed_ahead", "spoken")),
    ]
    query = select(*of, *sums).join(*_CALLS).where(_of_flow(asked)).group_by(*of)
    for version, name, edge, times, spent, failures, silent, *ways in _all(connection, query):
        node = book.version(version).node(name)
        node.edges[edge] += times
        node.spent_us += int(spent)
        node.no_inputs += int(silent)
        node.no_matches += int(failures) - int(silent)
        barged, ahead, spoken = map(int, ways)
        node.barged += barged
        node.typed_ahead += ahead
        node.spoken += spoken
    of_calls = (_V.version, _V.node)
    query = (
        select(*of_calls, func.count(_V.call.distinct()))
        .join(*_CALLS)
        .where(_of_flow(asked))
        .group_by(*of_calls)
    )
    for version, name, calls in _all(connection, query):
        book.version(version).node(name).calls = calls
    passed = (_V.version, _V.milestone)
    query = (
        select(*passed, func.count(_V.call.distinct()))
        .join(*_CALLS)
        .where(_of_flow(asked), _V.milestone != "")
        .group_by(*passed)
    )
    for version, milestone, calls in _all(connection, query):
        book.version(version).milestones[milestone] = calls


def _count_lengths(connection: Connection, asked: FlowQuestion, book: FlowBook) -> None:
    rows = (
        select(_V.version, _V.node, (_V.at - _V.entered_at).label("us"))
        .join(*_CALLS)
        .where(_of_flow(asked))
        .subquery()
    )
    query = at_percents(rows, ("version", "node"), PERCENTS)
    for version, name, spent, *flags in _all(connection, query):
        tally = book.version(version).node(name)
        tally.spent_at |= {p: spent for p, flag in zip(PERCENTS, flags, strict=True) if flag}


def _calls(connection: Connection, asked: FlowQuestion) -> Subquery:
    """A row for each call and version: what became of it, in zeros and ones."""
    mine = _mine(connection, asked)
    whole = _whole(connection, asked, mine)
    call, over = interactions.c, interactions.c.ended_at.is_not(None)
    waited = (
        select(1)
        .where(segments.c.call == call.call, segments.c.kind == "wait")
        .exists()
    )  # fmt: skip
    contained = and_(
        over,
        call.connected_at.is_(None),
        whole.c.outside == 0,
        or_(
            whole.c.yes == 1,
            and_(whole.c.success == 1, whole.c.no == 0, ~waited),
        ),
    )
    later = interactions.alias("later")
    inbound = Direction.INBOUND.value
    again = (
        select(1)
        .where(
            later.c.party == call.party,
            later.c.direction == inbound,
            later.c.started_at > call.started_at,
            later.c.started_at <= call.started_at + us(DAY_US),
        )
        .exists()
    )
    followed = and_(
        over,
        call.direction == inbound,
        call.party.is_not(None),
        call.started_at + us(DAY_US) <= us(asked.until),
    )
    return (
        select(
            mine.c.call,
            mine.c.version,
            _flag(over).label("finished"),
            _flag(contained).label("contained"),
            mine.c.zero_out,
            _flag(call.connected_at.is_not(None)).label("connected"),
            func.coalesce(call.connected_at - call.started_at, us(0)).label("to_agent_us"),
            _flag(followed).label("followed"),
            _flag(and_(followed, again)).label("repeated"),
        )
        .join(interactions, call.call == mine.c.call)
        .join(whole, whole.c.call == mine.c.call)
        .subquery()
    )


def _mine(connection: Connection, asked: FlowQuestion) -> Subquery:
    """The calls that came into the flow, by version, and whether they insisted on a person."""
    # Ways are nodes times keys that hold everywhere: more than a statement can have parameters.
    insisted = among(connection, _V.node + "/" + _V.edge, sorted(asked.zero_outs or ()))
    return (
        select(_V.call, _V.version, func.max(_flag(insisted)).label("zero_out"))
        .join(*_CALLS)
        .where(_of_flow(asked))
        .group_by(_V.call, _V.version)
        .subquery()
    )


def _whole(connection: Connection, asked: FlowQuestion, mine: Subquery) -> Subquery:
    """What the whole of each of these calls says of it, in all flows it went through."""
    milestones = among(connection, _V.milestone, sorted(asked.successes))
    succeeded = or_(_V.outcome == SUCCESS, milestones)
    return (
        select(
            _V.call,
            func.max(_flag(_V.contained.is_(True))).label("yes"),
            func.max(_flag(_V.contained.is_(False))).label("no"),
            func.max(_flag(succeeded)).label("success"),
            func.max(_flag(_V.edge == "answered")).label("outside"),
        )
        .where(_V.call.in_(select(mine.c.call)))
        .group_by(_V.call)
        .subquery()
    )


def _count_calls(connection: Connection, calls: Subquery, book: FlowBook) -> None:
    of = (calls.c.version, calls.c.contained)
    names = ("finished", "zero_out", "connected", "to_agent_us", "followed", "repeated")
    sums = (func.sum(calls.c[name]) for name in names)
    query = select(*of, func.count(), *sums).group_by(*of)
    for version, contained, times, over, insisted, connected, spent, followed, again in _all(
        connection, query
    ):
        tally = book.version(version)
        _add(tally, times, over, contained, insisted)
        tally.connected += int(connected)
        tally.to_agent_us += int(spent)
        tally.followed += int(followed)
        tally.repeated += int(again)
        tally.contained_followed += int(followed) * contained
        tally.contained_repeated += int(again) * contained


def _count_arms(
    connection: Connection, asked: FlowQuestion, calls: Subquery, book: FlowBook
) -> None:
    taken = (
        select(_V.call, _V.version, _V.node, _V.edge)
        .join(*_CALLS)
        .where(_of_flow(asked), _V.edge.startswith(ARM, autoescape=True))
        .distinct()
        .subquery()
    )
    same = and_(calls.c.call == taken.c.call, calls.c.version == taken.c.version)
    of = (taken.c.version, taken.c.node, taken.c.edge, calls.c.contained)
    query = (
        select(*of, func.count(), func.sum(calls.c.finished), func.sum(calls.c.zero_out))
        .join(calls, same)
        .group_by(*of)
    )
    for version, node, edge, contained, times, over, insisted in _all(connection, query):
        _add(book.version(version).arm(node, edge), times, over, contained, insisted)
    of_arm = (taken.c.version, taken.c.node, taken.c.edge, _V.milestone)
    query = (
        select(*of_arm, func.count(_V.call.distinct()))
        .join(taken, taken.c.call == _V.call)
        .where(_V.milestone != "")
        .group_by(*of_arm)
    )
    for version, node, edge, milestone, times in _all(connection, query):
        book.version(version).arm(node, edge).milestones[milestone] = times


def _add(tally: CallTally, times: int, over: int, contained: int, insisted: int) -> None:
    tally.calls += times
    tally.finished += int(over)
    tally.contained += times * contained
    tally.zero_outs += int(insisted)


def _flag(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, literal(1)), else_=literal(0))


def _all(connection: Connection, query: Select[Any]) -> Sequence[Any]:
    return connection.execute(query).all()
