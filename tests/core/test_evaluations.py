"""Forms of evaluations: what fits, and what answers come to."""

from __future__ import annotations

import pytest

from contact_center.core.evaluations import EvaluationForm, FormQuestion

FORM = EvaluationForm(
    form="call",
    label="A call",
    questions=(
        FormQuestion(code="greeting", ask="Greeted?", most=1),
        FormQuestion(code="helped", ask="Helped?", most=5, weight=2),
    ),
)


@pytest.mark.parametrize(
    ("answers", "score"),
    [
        ({"greeting": 1, "helped": 5}, 1.0),
        ({"greeting": 0, "helped": 0}, 0.0),
        ({"greeting": 1, "helped": 3}, 0.6364),
        ({"helped": 2}, 0.4),
    ],
)
def test_points_count_by_weight_and_what_was_not_asked_does_not_count(
    answers: dict[str, int], score: float
) -> None:
    assert FORM.problem(answers) == ""
    assert FORM.score(answers) == score


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [({}, "answers"), ({"greeting": 2}, "greeting"), ({"helped": -1}, "helped"), ({"x": 0}, "x")],
)
def test_answers_that_do_not_fit_the_form_are_named(answers: dict[str, int], wrong: str) -> None:
    assert FORM.problem(answers) == wrong
