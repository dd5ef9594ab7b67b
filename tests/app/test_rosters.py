"""What screens are told of a center."""

from __future__ import annotations

import pytest

from contact_center.app.rosters import roster_of
from contact_center.content.center import any_file, load_content
from contact_center.content.problems import ContentError
from tests.content.samples import CENTER, broken, sources

OWN = broken(CENTER, "schema: 1", "schema: 1\npause_reasons: {tea: Cup of tea, lunch: Lunch}")


def reasons(center: str) -> list[tuple[str, str]]:
    found = roster_of(load_content(sources(center), any_file)).pause_reasons
    return [(reason.code, reason.label) for reason in found]


def test_agents_choose_from_the_reasons_of_their_center() -> None:
    assert reasons(OWN) == [("tea", "Cup of tea"), ("lunch", "Lunch")]


def test_a_center_that_names_no_reasons_has_the_usual_ones() -> None:
    assert [code for code, _ in reasons(CENTER)] == [
        *("break", "lunch", "training", "meeting", "paperwork")
    ]


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("{no_answer: Away}", "the center itself uses"),
        ("{Tea Time: Tea}", "3:17"),
        ("{}", "3:16"),
        ("{tea: ''}", "3:22"),
    ],
)
def test_reasons_that_cannot_be_are_told_with_their_place(written: str, says: str) -> None:
    wrong = broken(CENTER, "schema: 1", f"schema: 1\npause_reasons: {written}")
    with pytest.raises(ContentError) as raised:
        load_content(sources(wrong), any_file)
    assert says in str(raised.value)
