"""Alerts: when one begins, holds, is seen and is over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contact_center.core.alert_watch import Alerts
from contact_center.core.alerts import AlertRule, Measure, Severity
from contact_center.core.ids import QueueId

SALES, SUPPORT = QueueId("sales"), QueueId("support")
SECOND = 1_000_000
RULE = AlertRule(
    name="long",
    queues=(SALES, SUPPORT),
    measure=Measure.WAITING,
    above=True,
    limit=10,
    clear=6,
    for_us=30 * SECOND,
    severity=Severity.CRITICAL,
)


class Watch:
    """Alerts over values that a test sets, one second after the other."""

    def __init__(self, *rules: AlertRule) -> None:
        self.alerts = Alerts(rules or (RULE,))
        self.values: dict[QueueId, float | None] = {SALES: 0, SUPPORT: 0}
        self.now = 1_000 * SECOND

    def run(self, seconds: int, **values: float | None) -> list[tuple[str, bool]]:
        self.values.update({QueueId(name): value for name, value in values.items()})
        told: list[tuple[str, bool]] = []
        for _ in range(seconds):
            self.now += SECOND
            changed = self.alerts.look(lambda queue, _measure: self.values[queue], self.now)
            told += [(fact.queue, fact.on) for fact in changed]
        return told

    @property
    def on(self) -> list[str]:
        return [alert.name for alert in self.alerts.on]


def test_an_alert_comes_on_when_a_value_was_beyond_for_as_long_as_the_rule_says() -> None:
    watch = Watch()
    assert watch.run(30, sales=11) == []
    assert watch.run(1) == [("sales", True)]
    assert watch.on == ["long.sales"]


def test_a_value_at_the_limit_is_not_beyond() -> None:
    watch = Watch()
    assert watch.run(100, sales=10) == []


def test_a_value_that_comes_back_in_time_begins_anew() -> None:
    watch = Watch()
    watch.run(25, sales=20)
    watch.run(1, sales=5)
    assert watch.run(25, sales=20) == []


def test_a_value_that_trembles_around_the_limit_is_one_alert() -> None:
    watch = Watch()
    watch.run(31, sales=11)
    told = []
    for _ in range(50):
        told += watch.run(2, sales=9)
        told += watch.run(2, sales=12)
    assert told == []
    assert watch.run(40, sales=7) == [], "between the limits it stays on"
    assert watch.run(31, sales=6) == [("sales", False)]
    assert watch.on == []


def test_each_queue_has_an_alert_of_its_own() -> None:
    watch = Watch()
    assert watch.run(31, sales=11, support=12) == [("sales", True), ("support", True)]
    assert watch.run(31, sales=0) == [("sales", False)]
    assert watch.on == ["long.support"]


def test_what_cannot_be_measured_any_more_is_over_in_the_end() -> None:
    watch = Watch()
    watch.run(31, sales=11)
    assert watch.run(31, sales=None) == [("sales", False)]
    assert watch.run(100, sales=None) == []


@pytest.mark.parametrize(("value", "on"), [(0.79, True), (0.8, False), (0.9, False)])
def test_a_rule_may_look_below(value: float, on: bool) -> None:
    level = AlertRule(
        name="level",
        queues=(SALES,),
        measure=Measure.SERVICE_LEVEL,
        above=False,
        limit=0.8,
        clear=0.85,
    )
    watch = Watch(level)
    assert watch.run(1, sales=value) == ([("sales", True)] if on else [])


def test_an_alert_is_seen_by_one_and_comes_unseen_the_next_time() -> None:
    watch = Watch()
    assert watch.alerts.acknowledge("long.sales", "dana", watch.now) is None
    watch.run(31, sales=11)
    told = watch.alerts.acknowledge("long.sales", "dana", watch.now)
    assert told is not None
    assert (told.on, told.by, told.value, told.limit) == (True, "dana", 11, 10)
    assert watch.alerts.acknowledge("long.sales", "sam", watch.now) is None
    assert [alert.seen_by for alert in watch.alerts.on] == ["dana"]
    watch.run(31, sales=0)
    watch.run(31, sales=11)
    assert [alert.seen_by for alert in watch.alerts.on] == [""]


def test_a_rule_that_stays_the_same_keeps_its_alert_over_a_reload() -> None:
    watch = Watch()
    watch.run(31, sales=11)
    assert watch.alerts.use([RULE], watch.now) == []
    assert watch.on == ["long.sales"]
    watch.alerts.use([], watch.now)
    assert watch.on == []
    assert watch.run(50) == []


@pytest.mark.parametrize(
    "rules", [[], [replace(RULE, limit=100)], [replace(RULE, queues=(SUPPORT,))]]
)
def test_an_alert_whose_rule_is_gone_or_another_is_told_to_be_over(rules: list[AlertRule]) -> None:
    watch = Watch()
    watch.run(31, sales=11)
    watch.alerts.acknowledge("long.sales", "dana", watch.now)
    told = watch.alerts.use(rules, watch.now)
    assert [(fact.rule, fact.queue, fact.on, fact.by) for fact in told] == [
        ("long", "sales", False, "dana")
    ]
    assert watch.on == []
