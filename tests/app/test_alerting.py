"""Alerts of a process: looked at, told, acknowledged, over; and what queues measure for them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

import pytest

from contact_center.app.alerting import Alerting
from contact_center.app.floor_numbers import FloorNumbers
from contact_center.content.center_floor import NO_WORDS
from contact_center.core.alerts import AlertChanged, AlertRule, Measure
from contact_center.core.facts import Fact
from contact_center.core.hours import Calendar
from contact_center.core.ids import QueueId
from contact_center.reporting.live import LiveNumbers
from tests.adapters.api.conftest import Bench
from tests.core.bare import SECOND
from tests.stories.centers import ALWAYS

SALES = QueueId("sales")


def rule(**fields: object) -> AlertRule:
    made: dict[str, object] = {
        "name": "crowd",
        "queues": (SALES,),
        "measure": Measure.WAITING,
        "above": True,
        "limit": 1,
        "clear": 1,
        **fields,
    }
    return AlertRule(**made)  # type: ignore[arg-type]


def numbers(bench: Bench) -> FloorNumbers:
    return FloorNumbers(lambda: bench.bare.center, LiveNumbers({}), lambda: bench.bare.now)


def alerting(bench: Bench, *rules: AlertRule) -> tuple[Alerting, list[Fact]]:
    told: list[Fact] = []

    def tell(facts: Sequence[Fact]) -> None:
        told.extend(facts)

    words = replace(NO_WORDS, alerts=rules)
    made = Alerting(lambda: words, numbers(bench).value, lambda: bench.bare.now, tell)
    return made, told


def test_an_alert_is_told_seen_by_a_supervisor_and_over(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    bench = Bench()
    watch, told = alerting(bench, rule())
    bench.enter("c1")
    watch.look()
    assert watch.rows() == []
    bench.enter("c2")
    watch.look()
    [row] = watch.rows()
    assert (row["alert"], row["value"], row["seen_by"]) == ("crowd.sales", 2, "")
    assert watch.acknowledge("crowd.sales", "dana")
    assert not watch.acknowledge("crowd.sales", "sam")
    assert watch.rows()[0]["seen_by"] == "dana"
    bench.bare.center.router.forget(next(iter(bench.bare.center.router.waiting)), bench.bare.now)
    watch.look()
    assert watch.on == 0
    facts = [fact for fact in told if isinstance(fact, AlertChanged)]
    assert [(fact.on, fact.by) for fact in facts] == [(True, ""), (True, "dana"), (False, "dana")]
    lines = [(record.message, record.queue) for record in caplog.records]  # type: ignore[attr-defined]
    assert lines == [
        ("an alert came on", "sales"),
        ("an alert was acknowledged", "sales"),
        ("an alert is over", "sales"),
    ]


def test_an_alert_that_the_file_does_not_know_any_more_is_told_to_be_over() -> None:
    bench, told, words = Bench(), [], [replace(NO_WORDS, alerts=(rule(),))]
    watch = Alerting(
        lambda: words[0], numbers(bench).value, lambda: bench.bare.now, lambda f: told.extend(f)
    )
    bench.enter("c1")
    bench.enter("c2")
    watch.look()
    assert watch.on == 1
    words[0] = NO_WORDS
    watch.look()
    assert watch.on == 0
    assert [(fact.rule, fact.on) for fact in told] == [("crowd", True), ("crowd", False)]


def test_times_are_told_in_milliseconds() -> None:
    bench = Bench()
    wait = {"measure": Measure.LONGEST_WAIT, "limit": 20 * SECOND, "clear": 20 * SECOND}
    watch, _ = alerting(bench, rule(**wait))
    bench.enter("c1")
    bench.bare.now += 30 * SECOND
    watch.look()
    [row] = watch.rows()
    assert (row["value"], row["limit"]) == (30_000, 20_000)


def test_a_queue_that_is_closed_alarms_nobody() -> None:
    bench = Bench()
    watch, _ = alerting(bench, rule(measure=Measure.LOGGED_IN, above=False, limit=1))
    watch.look()
    assert watch.on == 1
    center = bench.bare.center
    closed = Calendar(name="never", zone=ALWAYS.zone, weekly=((),) * 7)
    sales = replace(center.configuration.queues[SALES], calendar="never")
    center.router.configuration = replace(
        center.configuration,
        queues={**center.configuration.queues, SALES: sales},
        calendars={"never": closed},
    )
    watch.look()
    assert watch.on == 0


@pytest.mark.parametrize("measure", list(Measure))
def test_every_measure_can_be_asked_for(measure: Measure) -> None:
    bench = Bench()
    value = numbers(bench).value(SALES, measure)
    assert value is None or value >= 0
    assert numbers(bench).value(QueueId("gone"), measure) is None
