"""Parts of the day in a campaign's file: the usual ones, one's own, and mistakes in their place."""

from __future__ import annotations

import pytest

from contact_center.content.campaigns import load_campaigns
from contact_center.content.problems import ContentError, Problem
from dialer.day_parts import DayPart, DayParts, usual
from tests.content.test_campaigns import AROUND, HEAD


def read(day_parts: str) -> DayParts | None:
    (spring,) = load_campaigns("campaigns.yaml", HEAD + f"    day_parts: {day_parts}\n", AROUND)
    return spring.day_parts


def told(day_parts: str) -> list[Problem]:
    with pytest.raises(ContentError) as caught:
        read(day_parts)
    return list(caught.value.problems)


def test_a_campaign_without_parts_calls_at_any_time() -> None:
    (spring,) = load_campaigns("campaigns.yaml", HEAD, AROUND)
    assert spring.day_parts is None


def test_the_usual_parts_need_no_names() -> None:
    assert read("{days: 5, attempts: 2}") == DayParts(days=5, parts=usual(most=2))


def test_a_campaign_may_name_its_own_parts_in_any_order() -> None:
    found = read(
        "{days: 7, attempts: 1, parts: {"
        'evening: {hours: "17:00-20:30", attempts: 3}, morning: {hours: "08:00-12:00"}}}'
    )
    assert found == DayParts(
        days=7,
        parts=(
            DayPart(name="morning", begins=480, ends=720, most=1),
            DayPart(name="evening", begins=1020, ends=1230, most=3),
        ),
    )


@pytest.mark.parametrize(
    ("written", "code", "column"),
    [
        ("{attempts: 2}", "E011", 16),
        ("{days: 40, attempts: 2}", "E012", 23),
        ("{days: 5}", "E011", 16),
        ('{days: 5, parts: {late: {hours: "17:00-20:00"}}}', "E011", 40),
        ('{days: 5, attempts: 0, parts: {late: {hours: "17:00-20:00"}}}', "E012", 36),
        ('{days: 5, attempts: 1, parts: {late: {hours: "20:00-17:00"}}}', "E060", 61),
        ('{days: 5, attempts: 1, parts: {late: {hours: "5pm-8pm"}}}', "E012", 61),
        (
            '{days: 5, attempts: 1, parts: {a: {hours: "08:00-12:00"}, b: {hours: "11:00-13:00"}}}',
            "E060",
            85,
        ),
    ],
)
def test_a_mistake_is_told_where_it_stands_and_how_to_mend_it(
    written: str, code: str, column: int
) -> None:
    problems = told(written)
    assert {each.code for each in problems} == {code}
    assert (problems[0].line, problems[0].column) == (11, column)
    assert all(each.hint for each in problems)
