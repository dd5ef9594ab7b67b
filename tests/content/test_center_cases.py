"""The section `cases` of a center: until when cases are answered and solved."""

from __future__ import annotations

from typing import Any

import pytest

from contact_center.content.center import load_content
from contact_center.content.problems import ContentError
from contact_center.core.case_clocks import TARGETS
from contact_center.core.cases import CasePriority
from tests.content.samples import CENTER, sources

HOUR_US = 3_600_000_000
HOURS = """\
calendars:
  office: {weekly: {mon: ["09:00-17:00"]}}
  cases: {weekly: {tue: ["09:00-17:00"]}}
"""


def center_with(cases: str) -> Any:
    return load_content(sources(CENTER.replace("calendars:\n", HOURS) + cases))


def test_a_center_says_until_when_cases_are_answered() -> None:
    urgent = "{first_answer: 30m, update: 2h, solve: 4h}"
    promised = center_with(
        f"cases:\n  hours: office\n  acknowledge: 8h\n  targets: {{urgent: {urgent}}}"
    ).cases
    assert promised.calendar.name == "office"
    assert promised.acknowledge_us == 8 * HOUR_US
    one = promised.targets[CasePriority.URGENT]
    assert (one.first_answer_us, one.update_us, one.solve_us) == (
        HOUR_US // 2,
        2 * HOUR_US,
        4 * HOUR_US,
    )
    assert promised.targets[CasePriority.LOW] == TARGETS[CasePriority.LOW]


def test_without_it_a_calendar_called_cases_counts_or_every_hour() -> None:
    assert center_with("").cases.calendar.name == "cases"
    plain = load_content(sources(CENTER)).cases
    assert plain.calendar is None
    assert plain.targets == TARGETS


@pytest.mark.parametrize(
    ("cases", "code", "word"),
    [
        ("hours: ofice", "E025", "office"),
        ("acknowledge: 0s", "E012", "acknowledge|greater"),
        ("targets: {urgant: {}}", "E010|E012", "urgent"),
        ("targets: {low: {first_answer: 4h, update: 4h, solve: 2h}}", "E012", "solved before"),
        ("targets: {low: {first_answer: 0s, update: 4h, solve: 2h}}", "E012", "no time"),
        ("targets: {low: {first_answer: 4h}}", "E011", "update"),
    ],
)
def test_what_cannot_be_promised_is_told_with_its_line(cases: str, code: str, word: str) -> None:
    with pytest.raises(ContentError, match=word) as caught:
        center_with(f"cases: {{{cases}}}")
    problem = caught.value.problems[0]
    assert problem.code in code.split("|")
    assert problem.line > 0
