"""People are judged by others, never by what became of themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulations.dialing_list.odds import Judge, judged, truly_answers
from simulations.dialing_list.source import Person, half, read_source
from tests.simulations.dialing_list.made import write_list


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> tuple[Person, ...]:
    return read_source(write_list(tmp_path_factory.mktemp("list") / "list.csv", 1_000)).people


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def test_what_becomes_of_somebody_does_not_change_what_is_known_of_them(
    people: tuple[Person, ...],
) -> None:
    before = judged(people)
    other = [replace(p, buys=not p.buys, tries=9) if half(p) == 0 else p for p in people]
    after = judged(other)
    same = [half(p) == 0 and one == two for p, one, two in zip(people, before, after, strict=True)]
    assert sum(same) == sum(half(p) == 0 for p in people)
    assert before != after


def test_groups_that_answer_and_buy_more_are_known_to(people: tuple[Person, ...]) -> None:
    known = judged(people)
    by = list(zip(people, known, strict=True))
    mobile = mean([k.answers for p, k in by if p.row.fields["contact"] == "cellular"])
    landline = mean([k.answers for p, k in by if p.row.fields["contact"] == "telephone"])
    assert mobile > 1.5 * landline
    before = mean([k.buys for p, k in by if p.row.fields["poutcome"] == "success"])
    never = mean([k.buys for p, k in by if p.row.fields["poutcome"] == "nonexistent"])
    assert before > 2.5 * never
    assert all(0 < k.answers < 1 and 0 < k.buys < 1 and k.worth < k.buys for k in known)


def test_as_many_calls_are_expected_as_there_were(people: tuple[Person, ...]) -> None:
    judge = Judge(people)
    assert judge.answers == pytest.approx(len(people) / sum(p.tries for p in people))
    expected = mean([1 / known.answers for known in judged(people)])
    assert expected == pytest.approx(mean([p.tries for p in people]), rel=0.15)


def test_who_took_many_calls_answers_more_rarely(people: tuple[Person, ...]) -> None:
    known = judged(people)[0]
    odds = [truly_answers(replace(people[0], tries=tries), known) for tries in (1, 2, 5, 12)]
    assert odds == sorted(odds, reverse=True)
    assert 0.03 <= odds[-1] < known.answers < odds[0] <= 0.9


def test_nobody_to_learn_from_is_said() -> None:
    with pytest.raises(ValueError, match="nobody"):
        Judge([])
