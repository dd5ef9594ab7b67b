"""The database's counts against the fold over the same facts, on both databases."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contact_center.adapters.sql.call_store import CallStore
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.history import History, Report
from contact_center.adapters.sql.migrate import open_database
from contact_center.core.events import Direction
from contact_center.core.facts import (
    AgentChanged,
    CallFact,
    CallOutcome,
    Fact,
    OfferResult,
    Presence,
    QueueOutcome,
    Work,
)
from contact_center.core.ids import AgentId, CallId, QueueId
from contact_center.reporting.books import CENTER, Attribution, Books, Grid, Of
from contact_center.reporting.fold import Fold
from contact_center.reporting.measures import measured
from contact_center.reporting.tally import Tally, Thresholds
from tests.adapters.sql.stories import wipe
from tests.reporting.histories import Caller, Day, S, days

LIMITS = {
    QueueId("cards"): Thresholds(answer_us=20 * S, short_us=5 * S),
    QueueId("loans"): Thresholds(answer_us=60 * S, short_us=10 * S),
}
BASE = 1_763_780_000 * S
"""A time of these years: it does not fit into 32 bits."""
BY_LOG_ORDER = {"overtaken"}
"""Of one instant the fold goes by the order of the log, which tables do not keep."""


def folded(facts: list[Fact], report: Report) -> Books:
    grid = Grid(length_us=report.length_us, origin=report.begin, begin=report.begin, end=report.end)
    books = Books(grid=grid, attribution=report.attribution, thresholds=report.thresholds)
    fold = Fold(books)
    fold.take(facts)
    fold.close(min(report.until, report.end))
    return books


async def store(database: Database, log: list[Fact]) -> None:
    kept = [fact for fact in log if isinstance(fact, CallFact | AgentChanged)]
    await CallStore(database, "US").write(kept)


def told(books: Books, but: set[str]) -> dict[tuple[object, ...], dict[str, object]]:
    """Every tally in which anything was counted, by key and interval, as measures."""
    nothing = measured(Tally())
    found = {
        (*key, start): measured(tally)
        for key, tallies in books.tallies.items()
        for start, tally in tallies.items()
    }
    return {
        key: {name: value for name, value in numbers.items() if name not in but}
        for key, numbers in found.items()
        if {n: v for n, v in numbers.items() if n not in but}
        != {n: v for n, v in nothing.items() if n not in but}
    }


async def compare(database: Database, day: Day, report: Report, but: set[str]) -> None:
    await wipe(database)
    log = day.log()
    await store(database, log)
    counted = await History(database).books(report)
    ours, expected = told(counted, but), told(folded(log, report), but)
    assert ours.keys() == expected.keys()
    differ = {
        (*key, name): (value, expected[key][name])
        for key, numbers in ours.items()
        for name, value in numbers.items()
        if value != expected[key][name]
    }
    assert differ == {}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[asyncio.Runner, Database]]:
    """One database for many examples: making one takes longer than an example."""
    with asyncio.Runner() as runner:
        path = tmp_path_factory.mktemp("history") / "center.db"
        database = runner.run(open_database(f"sqlite:///{path}"))
        yield runner, database
        runner.run(database.close())


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), day=days())
def test_the_database_counts_what_the_fold_counts(
    shared: tuple[asyncio.Runner, Database], data: st.DataObject, day: Day
) -> None:
    runner, database = shared
    begin = data.draw(st.integers(0, 200 * S))
    report = Report(
        begin=begin,
        end=begin + data.draw(st.integers(1, 600 * S)),
        length_us=data.draw(st.integers(10 * S, 400 * S)),
        until=day.end,
        attribution=data.draw(st.sampled_from(Attribution)),
        thresholds=LIMITS,
    )
    runner.run(compare(database, day, report, BY_LOG_ORDER))


def busy_day(seed: int, callers: int = 120) -> Day:
    """Many callers, no two things at one instant, so that order is never in doubt."""
    chance, day = random.Random(seed), Day()
    instants = iter(sorted(chance.sample(range(BASE, BASE + 3600 * S), callers * 8)))
    waiting: list[tuple[Caller, int]] = []
    number = 0
    for at in instants:
        if number < callers and (not waiting or chance.random() < 0.4):
            queue = chance.choice(["cards", "loans"])
            caller = Caller(day, f"k{number}", queue, "", Direction.INBOUND, at)
            caller.begin()
            waiting.append((caller, at))
            number += 1
        elif waiting:
            caller, _ = waiting.pop(chance.randrange(len(waiting)))
            ring = next(instants, at + 1)
            result = chance.choice(list(OfferResult))
            taken = result is OfferResult.CONNECTED
            reservation = caller.offer("ann", at, ring, result, pick_up=taken)
            if taken:
                caller.leave(ring, QueueOutcome.ANSWERED)
                caller.talk("ann", reservation, ring, 40 * S, 5 * S, 0)
                caller.finish(ring + 45 * S, CallOutcome.ANSWERED)
            else:
                waiting.append((caller, ring))
    for work in (Work.IDLE, Work.TALKING):
        day.facts.append(
            AgentChanged(
                at=day.facts[0].at + 5,
                agent=AgentId("ann"),
                presence=Presence.READY,
                reason="",
                work=work,
                since=0,
                call=CallId("k0"),
            )
        )
    day.end = max(fact.at for fact in day.facts) + 1
    return day


@pytest.mark.parametrize("attribution", Attribution)
@pytest.mark.parametrize("seed", [1, 2])
async def test_both_databases_count_a_busy_hour_as_the_fold_does_overtaking_included(
    database: Database, seed: int, attribution: Attribution
) -> None:
    day = busy_day(seed)
    report = Report(
        begin=BASE + 600 * S,
        end=BASE + 3000 * S,
        length_us=900 * S,
        until=day.end,
        attribution=attribution,
        thresholds=LIMITS,
    )
    await compare(database, day, report, set())
    books = await History(database).books(report)
    assert books.total(CENTER).overtaken > 10
    assert books.total(CENTER).ended.total() > 10


async def test_the_last_of_several_states_of_one_instant_lasts(database: Database) -> None:
    day = busy_day(3, callers=3)
    await store(database, day.log())
    await store(database, day.log())  # told again: nothing changes
    report = Report(begin=BASE, end=day.end, length_us=3600 * S, until=day.end)
    tally = (await History(database).books(report)).total((Of.AGENT, "ann"))
    spent = {kind.value for kind, us in tally.time_us.items() if us}
    assert spent == {"handling"}


async def test_nothing_stored_is_nothing_counted(database: Database) -> None:
    report = Report(begin=0, end=S, length_us=S, until=S)
    books = await History(database).books(report)
    assert books.tallies == {}
    assert books.total(CENTER).ended == Counter()
