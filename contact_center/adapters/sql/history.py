"""Historical measures: counted by the database, put into the books of `contact_center.reporting`.

What is counted and when is as in the fold over facts, so that both give the same numbers (a test
compares them). Two things are the fold's alone: dispositions, and who was overtaken; see
`contact_center.adapters.sql.overtaken` for the latter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Select, Subquery, and_, case, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from contact_center.adapters.sql.agent_time import count_time, start_of, us, wrap_ups
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.overtaken import count_overtaken
from contact_center.adapters.sql.tables import events, interactions, legs, segments
from contact_center.core.events import Direction
from contact_center.core.facts import OfferResult, QueueOutcome
from contact_center.core.ids import QueueId
from contact_center.reporting.books import CENTER, Attribution, Books, Grid, Of, whose
from contact_center.reporting.tally import ATTEMPTED, REGISTERED, Thresholds
from contact_center.reporting.waits import ExactWaits

_OUTCOMES = [outcome.value for outcome in QueueOutcome]
_RESULTS = [result.value for result in OfferResult]
_LENGTH = segments.c.ended_at - segments.c.started_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is asked for: ``[begin, end)`` in microseconds UTC, cut into intervals of `length_us`.

    ``until``: now; what goes on is counted up to there and no further than `end`.
    """

    begin: int
    end: int
    length_us: int
    until: int
    attribution: Attribution = Attribution.COHORT
    thresholds: Mapping[QueueId, Thresholds] = field(default_factory=dict)

    @property
    def flow(self) -> bool:
        """Whether the event that ended a thing decides where it counts."""
        return self.attribution is Attribution.FLOW


class History:
    """Asks the database. Raises what the database's driver raises when it cannot be reached."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def books(self, report: Report) -> Books:
        """Count everything that a report asks for."""
        return await self._database.read(lambda connection: _counted(connection, report))


def _counted(connection: Connection, report: Report) -> Books:
    grid = Grid(length_us=report.length_us, origin=report.begin, begin=report.begin, end=report.end)
    books = Books(grid=grid, attribution=report.attribution, thresholds=report.thresholds)
    _count_waits(connection, report, books)
    _count_offers(connection, report, books)
    _count_talks(connection, report, books)
    count_time(connection, books, report.begin, min(report.end, report.until))
    _count_callbacks(connection, report, books)
    count_overtaken(connection, books, report.begin, report.end)
    return books


def _kept(report: Report, kind: str, at: ColumnElement[int]) -> ColumnElement[bool]:
    return and_(segments.c.kind == kind, at >= report.begin, at < report.end)


def _start(report: Report, at: ColumnElement[int]) -> ColumnElement[int]:
    """Where the interval of an instant begins. Nothing before `begin` comes here."""
    return start_of(at, report.begin, report.length_us).label("start")


def _at(report: Report) -> ColumnElement[int]:
    return segments.c.ended_at if report.flow else segments.c.started_at


def _limit(report: Report, name: str) -> ColumnElement[int]:
    """A threshold, by queue."""
    plain = us(getattr(Thresholds(), name))
    known = {queue: us(getattr(limits, name)) for queue, limits in report.thresholds.items()}
    return case(known, value=segments.c.queue, else_=plain) if known else plain


def _waits(report: Report) -> Subquery:
    outcome = segments.c.result
    return (
        select(
            interactions.c.channel,
            segments.c.queue,
            segments.c.requirement,
            _start(report, _at(report)),
            case((outcome.in_(_OUTCOMES), outcome), else_="").label("outcome"),
            _LENGTH.label("us"),
            case((_limit(report, "answer_us") >= _LENGTH, 1), else_=0).label("in_time"),
            case((_limit(report, "short_us") >= _LENGTH, 1), else_=0).label("short"),
        )
        .join(interactions, interactions.c.call == segments.c.call)
        .where(_kept(report, "wait", _at(report)))
        # In a request for a call back nobody hangs on the line.
        .where(interactions.c.direction == Direction.INBOUND.value)
        .subquery()
    )


def _count_waits(connection: Connection, report: Report, books: Books) -> None:
    waits = _waits(report)
    of = list(waits.c)[:5]
    us, in_time, short = waits.c.us, waits.c.in_time, waits.c.short
    sums = (func.count(), func.sum(us), func.max(us), func.sum(in_time), func.sum(short))
    query = select(*of, *sums).group_by(*of)
    for channel, queue, needed, begin, name, count, waited, longest, timely, brief in _all(
        connection, query
    ):
        if not name and report.flow:
            continue
        for key in whose(channel, queue, needed):
            tally = books.tally(key, begin)
            tally.entered += count
            if not name:
                continue
            outcome = QueueOutcome(name)
            tally.ended[outcome] += count
            tally.waited_us[outcome] += int(waited)
            tally.longest_us = max(tally.longest_us, longest)
            tally.within[outcome] += int(timely)
            if outcome is QueueOutcome.ABANDONED:
                tally.short_abandons += int(brief)
    # The lengths themselves, for percentiles.
    lengths = (waits.c.channel, waits.c.queue, waits.c.requirement, waits.c.start, waits.c.us)
    answered = waits.c.outcome == QueueOutcome.ANSWERED.value
    query = select(*lengths, func.count()).where(answered).group_by(*lengths)
    for channel, queue, needed, begin, waited, times in _all(connection, query):
        for key in whose(channel, queue, needed):
            kept = books.tally(key, begin).answered_waits
            assert isinstance(kept, ExactWaits)
            kept.add(waited, times)


def _count_offers(connection: Connection, report: Report, books: Books) -> None:
    wait = segments.alias()
    gone = (
        select(1)
        .where(
            wait.c.call == segments.c.call,
            wait.c.kind == "wait",
            wait.c.result == QueueOutcome.ABANDONED.value,
            wait.c.ended_at == segments.c.ended_at,
        )
        .exists()
    )
    picked_up = (
        select(1)
        .where(
            legs.c.call == segments.c.call,
            legs.c.agent == segments.c.agent,
            legs.c.answered_at.between(segments.c.started_at, segments.c.ended_at),
        )
        .exists()
    )
    offers = (
        select(
            interactions.c.channel,
            segments.c.queue,
            segments.c.agent,
            _start(report, _at(report)),
            segments.c.result,
            gone.label("gone"),
            picked_up.label("picked_up"),
        )
        .join(interactions, interactions.c.call == segments.c.call)
        .where(_kept(report, "offer", _at(report)), segments.c.result.in_(_RESULTS))
        .subquery()
    )
    query = select(*offers.c, func.count()).group_by(*offers.c)
    for channel, queue, agent, begin, name, caller_left, answered, count in _all(connection, query):
        result = OfferResult(name)
        left = result is OfferResult.REVOKED and bool(caller_left)
        taken_back = result is OfferResult.REVOKED and not left
        for key in whose(channel, queue, agent=agent):
            tally = books.tally(key, begin)
            tally.offers[result] += count
            if not (answered or taken_back or result is OfferResult.CONNECTED):
                tally.unanswered += count
                tally.unanswered_caller_left += count * left


def _count_talks(connection: Connection, report: Report, books: Books) -> None:
    hold, later = segments.alias("hold"), segments.alias("later")
    held = (
        select(func.coalesce(func.sum(hold.c.ended_at - hold.c.started_at), 0))
        .where(
            hold.c.call == segments.c.call,
            hold.c.kind == "hold",
            hold.c.agent == segments.c.agent,
            hold.c.started_at.between(segments.c.started_at, segments.c.ended_at),
        )
        .scalar_subquery()
    )
    went_on = and_(later.c.kind == "wait", later.c.started_at >= segments.c.ended_at)
    with_another = and_(
        later.c.kind == "talk",
        later.c.agent != segments.c.agent,
        or_(later.c.ended_at.is_(None), later.c.ended_at > segments.c.ended_at),
    )
    passed_on = (
        select(1)
        .where(
            later.c.call == segments.c.call,
            later.c.seq > segments.c.seq,
            or_(went_on, with_another),
        )
        .exists()
    )
    talks = (
        select(
            interactions.c.channel,
            segments.c.queue,
            segments.c.requirement,
            segments.c.agent,
            interactions.c.direction,
            _start(report, _at(report)),
            _LENGTH.label("length"),
            held.label("held"),
            case((passed_on, 1), else_=0).label("passed_on"),
        )
        .join(interactions, interactions.c.call == segments.c.call)
        .where(_kept(report, "talk", _at(report)), segments.c.ended_at.is_not(None))
        .subquery()
    )
    of = list(talks.c)[:6]
    sums = (func.count(), *(func.sum(talks.c[name]) for name in ("length", "held", "passed_on")))
    for channel, queue, needed, agent, way, begin, count, length, hold_us, passed in _all(
        connection, select(*of, *sums).group_by(*of)
    ):
        for key in whose(channel, queue, needed, agent):
            tally, direction = books.tally(key, begin), Direction(way)
            tally.handled[direction] += count
            tally.talk_us[direction] += int(length) - int(hold_us)
            tally.hold_us[direction] += int(hold_us)
            tally.transfers += int(passed)
    query = wrap_ups(_start(report, _at(report)), _kept(report, "talk", _at(report)))
    for channel, queue, needed, agent, way, begin, spent in _all(
        connection, query(report.begin, min(report.until, report.end + _DAY_US))
    ):
        for key in whose(channel, queue, needed, agent):
            books.tally(key, begin).wrap_up_us[Direction(way)] += int(spent)


def _count_callbacks(connection: Connection, report: Report, books: Books) -> None:
    names = {"CallbackRegistered": REGISTERED, "CallbackAttempted": ATTEMPTED, "CallbackDone": ""}
    body = events.c.body
    rows = (
        select(
            body["queue"].as_string().label("queue"),
            start_of(events.c.at, report.begin, report.length_us).label("start"),
            events.c.kind,
            case((events.c.kind == "CallbackDone", body["result"].as_string()), else_="").label(
                "end"
            ),
        )
        .where(events.c.at >= report.begin, events.c.at < report.end, events.c.kind.in_(names))
        .subquery()
    )
    query = select(*rows.c, func.count()).group_by(*rows.c)
    for queue, begin, kind, result, count in _all(connection, query):
        for key in (CENTER, (Of.QUEUE, queue)):
            books.tally(key, begin).callbacks[names[kind] or result] += count


def _all(connection: Connection, query: Select[Any]) -> Sequence[Any]:
    return connection.execute(query).all()


_DAY_US = 86_400_000_000
"""No wrap-up begins, or ends, later than that after its conversation began."""
