"""The section `floor` of a center: ages, alerts, the wall board."""

from __future__ import annotations

from typing import Any

import pytest

from contact_center.content.center import load_content
from contact_center.content.problems import ContentError
from contact_center.core.alerts import Measure, Severity
from tests.content.samples import CENTER, sources


def center_with(floor: str) -> Any:
    return load_content(sources(f"{CENTER}\nfloor:\n{floor}"))


def test_a_center_that_says_nothing_has_ages_and_no_alerts() -> None:
    floor = load_content(sources(CENTER)).floor
    assert floor.ages["talking"] == (600_000_000, 1_200_000_000)
    assert "free" not in floor.ages
    assert floor.alerts == ()


def test_alerts_are_read_with_times_shares_and_counts() -> None:
    floor = center_with(
        "  alerts:\n"
        "    long: {measure: longest_wait, above: 90s, clear: 60s, for: 10s, severity: critical}\n"
        "    level: {measure: service_level, below: 80%, queues: [sales], whom: [ann]}\n"
        "    crowd: {measure: waiting, above: 10}\n"
    ).floor
    long, level, crowd = floor.alerts
    assert (long.measure, long.above, long.limit, long.clear, long.for_us) == (
        Measure.LONGEST_WAIT,
        True,
        90_000_000,
        60_000_000,
        10_000_000,
    )
    assert long.severity is Severity.CRITICAL
    assert (level.above, level.limit, level.clear, level.whom) == (False, 0.8, 0.8, ("ann",))
    assert level.queues == ("sales",)
    assert (crowd.limit, crowd.for_us) == (10, 0)
    assert set(crowd.queues) == set(load_content(sources(CENTER)).configuration.queues)


@pytest.mark.parametrize(
    ("floor", "code", "word"),
    [
        ("  alerts: {a: {measure: waiting, above: 5, queues: [slaes]}}", "E024", "slaes"),
        ("  alerts: {a: {measure: waiting, above: 5, whom: [nobody]}}", "E036", "nobody"),
        ("  alerts: {a: {measure: waiting}}", "E012", "above or below"),
        ("  alerts: {a: {measure: waiting, above: 5, below: 2}}", "E012", "above or below"),
        ("  alerts: {a: {measure: waiting, above: 5s}}", "E012", "not a number"),
        ("  alerts: {a: {measure: service_level, below: 0.8}}", "E012", ""),
        ("  alerts: {a: {measure: longest_wait, above: 60}}", "E015", "not a duration"),
        ("  alerts: {a: {measure: waiting, above: 5, clear: 7}}", "E012", "clear"),
        ("  ages: {talking: {long: 9m, too_long: 3m}}", "E012", "too_long"),
        ("  ages: {asleep: {long: 1m, too_long: 3m}}", "", ""),
    ],
)
def test_a_mistake_is_told_with_its_place(floor: str, code: str, word: str) -> None:
    with pytest.raises(ContentError) as caught:
        center_with(floor)
    problem = caught.value.problems[0]
    assert problem.code == code or not code
    assert word in problem.message
    assert problem.line > CENTER.count("\n")


def test_forms_of_evaluations_are_read_in_order() -> None:
    (form,) = center_with(
        "  evaluations:\n"
        "    call:\n"
        "      label: A call\n"
        "      questions: {greeting: {ask: Greeted?, most: 1}, helped: {ask: Helped?, weight: 2}}\n"
    ).floor.forms.values()
    assert (form.form, form.label) == ("call", "A call")
    assert [(q.code, q.ask, q.most, q.weight) for q in form.questions] == [
        ("greeting", "Greeted?", 1, 1),
        ("helped", "Helped?", 5, 2),
    ]
