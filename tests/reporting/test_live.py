"""The numbers of now, while a day goes on."""

from __future__ import annotations

import json

from hypothesis import given, settings

from contact_center.core.facts import AgentChanged, CallQueued, Presence, QueueChanged, Work
from contact_center.core.ids import AgentId, CallId, QueueId
from contact_center.reporting.books import Books, Grid, Of
from contact_center.reporting.fold import Fold
from contact_center.reporting.live import DAY_US, LiveNumbers
from contact_center.reporting.measures import measured
from contact_center.reporting.tally import Thresholds
from tests.reporting.histories import Day, S, days

LIMITS = {QueueId("cards"): Thresholds(answer_us=20 * S)}
SKETCHED = {"wait_p50_us", "wait_p90_us", "wait_p95_us"}


@settings(max_examples=40, deadline=None)
@given(day=days())
def test_today_is_what_the_books_say_at_every_moment_of_it(day: Day) -> None:
    live = LiveNumbers(LIMITS)
    log = day.log()
    for cut in (len(log) // 2, len(log)):
        live.take(log[:cut])  # all again each time: nothing is counted twice
        at = log[cut - 1].at
        books = Books(grid=Grid(length_us=DAY_US), thresholds=LIMITS)
        fold = Fold(books)
        fold.take(log[:cut])
        fold.close(at)
        told = json.loads(json.dumps(live.now(at)))
        for queue, numbers in told["queues"].items():
            exact = measured(books.total((Of.QUEUE, queue)))
            assert without(numbers["today"]) == without(exact)
            assert numbers["waiting"] == len(fold.orders.get(QueueId(queue), ()))
        for agent, numbers in told["agents"].items():
            exact = measured(books.total((Of.AGENT, agent)))
            assert without(numbers["today"]) == without(exact)


def without(numbers: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in numbers.items() if name not in SKETCHED}


def test_who_waits_now_and_how_long_is_told() -> None:
    live = LiveNumbers({})
    queue = QueueId("cards")
    live.take(
        [
            CallQueued(at=10 * S, call=CallId("k1"), seq=1, queue=queue, priority=0),
            CallQueued(at=12 * S, call=CallId("k2"), seq=1, queue=queue, priority=0),
            QueueChanged(
                at=12 * S,
                queue=queue,
                waiting=2,
                offering=0,
                idle=0,
                logged_in=3,
                oldest_since=10 * S,
            ),
        ]
    )
    told = live.now(25 * S)["queues"]["cards"]
    assert (told["waiting"], told["longest_waiting_us"]) == (2, 15 * S)
    assert told["agents_logged_in"] == 3
    assert told["recent_wait_us"] is None


def test_time_that_goes_on_counts_from_midnight() -> None:
    live = LiveNumbers({})
    live.take(
        [
            AgentChanged(
                at=DAY_US - 30 * S,
                agent=AgentId("ann"),
                presence=Presence.READY,
                reason="",
                work=Work.IDLE,
                since=0,
            )
        ]
    )
    told = live.now(DAY_US + 5 * S)["agents"]["ann"]
    assert told["today"]["idle_us"] == 5 * S
    assert live.now(DAY_US + 5 * S)["center"]["today"]["idle_us"] == 5 * S
