"""What came of call scripts, counted by the database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Subquery, and_, case, func, select

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.errors import told_as_unavailable
from contact_center.adapters.sql.ranks import at_percents
from contact_center.adapters.sql.tables import script_runs, script_steps
from contact_center.reporting.script_book import (
    ARM,
    BACK,
    PERCENTS,
    RunTally,
    ScriptBook,
    ScriptQuestion,
)

_S = script_steps.c


class ScriptReports:
    """Asks the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def book(self, asked: ScriptQuestion) -> ScriptBook:
        """Count what is asked. Raises DatabaseUnavailableError."""
        with told_as_unavailable(self._database.url):
            return await self._database.read(lambda connection: _counted(connection, asked))


def _counted(connection: Connection, asked: ScriptQuestion) -> ScriptBook:
    book, mine = ScriptBook(asked), _mine(asked)
    _count_runs(connection, mine, book)
    _count_pages(connection, mine, book)
    _count_dwells(connection, mine, book)
    _count_what_came_up(connection, mine, book)
    _count_offers(connection, mine, book)
    return book


def _mine(asked: ScriptQuestion) -> Subquery:
    """The runs that are meant, with the name of the group that each belongs to."""
    r = script_runs.c
    kept: list[ColumnElement[bool]] = [
        r.script == asked.script,
        r.began_at >= asked.begin,
        r.began_at < asked.end,
    ]
    if asked.queue:
        kept.append(r.queue == asked.queue)
    if asked.agent:
        kept.append(r.agent == asked.agent)
    over = r.ended_at.is_not(None)
    return (
        select(
            r[asked.by].label("name"),
            *(r.call, r.began_at, r.page),
            _flag(over).label("over"),
            _flag(and_(over, r.complete)).label("complete"),
            case((over, r.disposition), else_="").label("disposition"),
        )
        .where(*kept)
        .subquery()
    )


def _steps(mine: Subquery, kind: str, *columns: Any) -> Select[Any]:
    """Steps of one kind of the runs that are meant."""
    same = and_(mine.c.call == _S.call, mine.c.began_at == _S.began_at)
    return select(mine.c.name, *columns).join_from(mine, script_steps, same).where(_S.kind == kind)


def _count_runs(connection: Connection, mine: Subquery, book: ScriptBook) -> None:
    m = mine.c
    of = (m.name, m.over, m.complete, m.disposition)
    for name, *came, times in _all(connection, select(*of, func.count()).group_by(*of)):
        _count(book.group(name), came, times)
    query = select(m.name, func.count(m.call.distinct())).group_by(m.name)
    for name, calls in _all(connection, query):
        book.group(name).calls = calls
    lost = select(m.name, m.page, func.count()).where(m.over == 1, m.complete == 0)
    for name, page, times in _all(connection, lost.group_by(m.name, m.page)):
        book.group(name).page(page).lost = times


def _count_pages(connection: Connection, mine: Subquery, book: ScriptBook) -> None:
    of = (mine.c.name, _S.page)
    back, calls = func.sum(_flag(_S.came == BACK)), func.count(_S.call.distinct())
    entered = _steps(mine, "PageEntered", _S.page, func.count(), back, calls).group_by(*of)
    for name, page, entries, backwards, of_calls in _all(connection, entered):
        tally = book.group(name).page(page)
        tally.entries, tally.back, tally.calls = entries, int(backwards), of_calls
    spent = func.sum(_S.dwell_us)
    left = _steps(mine, "PageLeft", _S.page, _S.way, func.count(), spent).group_by(*of, _S.way)
    for name, page, way, times, dwell_us in _all(connection, left):
        tally = book.group(name).page(page)
        tally.exits[way] += times
        tally.dwell_us += int(dwell_us)
    passed = _steps(mine, "PagePassed", _S.page, _S.way, func.count()).group_by(*of, _S.way)
    for name, page, way, times in _all(connection, passed):
        book.group(name).page(page).passed[way] += times
    for name, page, *came, times in _runs_with(connection, mine, "PageEntered", _S.page):
        _count(book.group(name).page(page), came, times)


def _count_dwells(connection: Connection, mine: Subquery, book: ScriptBook) -> None:
    rows = _steps(mine, "PageLeft", _S.page, _S.dwell_us.label("us")).subquery()
    for name, page, us, *flags in _all(connection, at_percents(rows, ("name", "page"), PERCENTS)):
        tally = book.group(name).page(page)
        tally.dwell_at |= {p: us for p, flag in zip(PERCENTS, flags, strict=True) if flag}


def _count_what_came_up(connection: Connection, mine: Subquery, book: ScriptBook) -> None:
    """Arms, objections and disclosures, and how the runs ended in which they came up."""
    is_arm = _S.way.startswith(ARM, autoescape=True)
    for name, page, way, *came, times in _runs_with(
        connection, mine, "PagePassed", _S.page, _S.way, only=is_arm
    ):
        _count(book.group(name).arm(page, way), came, times)
    met = _S.objection != ""
    for name, objection, *came, times in _runs_with(
        connection, mine, "ObjectionMet", _S.objection, only=met
    ):
        _count(book.group(name).objection(objection), came, times)
    query = _steps(mine, "ObjectionMet", _S.objection, func.count()).where(met)
    for name, objection, times in _all(connection, query.group_by(mine.c.name, _S.objection)):
        book.group(name).objection(objection).times = times
    for name, disclosure, *came, times in _runs_with(
        connection, mine, "DisclosureConfirmed", _S.disclosure
    ):
        _count(book.group(name).disclosure(disclosure), came, times)
    for name, disclosure, *_came, times in _runs_with(
        connection,
        mine,
        "DisclosureConfirmed",
        _S.disclosure,
        only=_S.recording.is_not(None),
    ):
        book.group(name).disclosure(disclosure).recorded += times


def _count_offers(connection: Connection, mine: Subquery, book: ScriptBook) -> None:
    for name, offer, *_came, times in _runs_with(connection, mine, "OfferShown", _S.offer):
        book.group(name).offer(offer).shown += times
    run = (mine.c.name, _S.call, _S.began_at, _S.offer)
    # What was said last in each run is what counts.
    last = (
        _steps(mine, "OfferAnswered", _S.call, _S.began_at, _S.offer, func.max(_S.n).label("n"))
        .group_by(*run)
        .subquery()
    )
    same = and_(*(last.c[name] == _S[name] for name in ("call", "began_at", "n")))
    of = (last.c.name, last.c.offer, _S.accepted)
    query = select(*of, func.count()).join_from(last, script_steps, same).group_by(*of)
    for name, offer, accepted, times in _all(connection, query):
        tally = book.group(name).offer(offer)
        if accepted:
            tally.accepted += times
        else:
            tally.declined += times


def _runs_with(
    connection: Connection,
    mine: Subquery,
    kind: str,
    *columns: ColumnElement[Any],
    only: ColumnElement[bool] | None = None,
) -> Sequence[Any]:
    """How many runs had a step of this kind, by what is in it and by how they ended."""
    m = mine.c
    steps = _steps(mine, kind, *columns, m.call, m.began_at, m.over, m.complete, m.disposition)
    if only is not None:
        steps = steps.where(only)
    runs = steps.distinct().subquery()
    names = ("name", *(column.key for column in columns), "over", "complete", "disposition")
    of = [runs.c[str(name)] for name in names]
    return _all(connection, select(*of, func.count()).group_by(*of))


def _count(tally: RunTally, came: Sequence[Any], times: int) -> None:
    over, complete, disposition = came
    tally.count(
        over=bool(over), complete=bool(complete), disposition=disposition, times=times
    )  # fmt: skip


def _flag(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def _all(connection: Connection, query: Select[Any]) -> Sequence[Any]:
    return connection.execute(query).all()
