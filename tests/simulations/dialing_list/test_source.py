"""The file of a telemarketing campaign, as leads with numbers that nobody has."""

from __future__ import annotations

from pathlib import Path

import phonenumbers
import pytest

from simulations.dialing_list.source import UnusableListError, fictional, half, read_source
from tests.simulations.dialing_list.made import write_list


def test_every_row_becomes_a_lead_with_what_was_known_before_the_call(tmp_path: Path) -> None:
    source = read_source(write_list(tmp_path / "list.csv", 30))
    assert (len(source.people), source.rejected) == (30, ())
    fields = source.people[0].row.fields
    assert {"age", "contact", "poutcome"} <= fields.keys()
    assert not {"duration", "campaign", "y"} & source.definition.kinds.keys()
    assert all("job" not in p.row.fields or p.row.fields["job"] != "unknown" for p in source.people)
    assert any("pdays" not in p.row.fields for p in source.people)
    assert len(read_source(write_list(tmp_path / "list.csv", 30), most=7).people) == 7


def test_numbers_are_those_kept_for_fiction_and_each_is_another() -> None:
    numbers = [fictional(number) for number in range(0, 30_000, 7)]
    assert len(set(numbers)) == len(numbers)
    assert all(number[5:10] == "55501" and len(number) == 12 for number in numbers)
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(n)) for n in numbers[::50])


def test_a_row_that_is_no_lead_is_told_of_and_left_out(tmp_path: Path) -> None:
    path = write_list(tmp_path / "list.csv", 5)
    path.write_text(path.read_text().replace('"cellular"', '"pigeon"', 1))
    source = read_source(path)
    assert (len(source.people), len(source.rejected)) == (4, 1)
    assert source.rejected[0].remarks[0].column == "contact"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [(";duration;", ";seconds;", "no column duration"), ("age;", "years;", "no column age")],
)
def test_a_file_of_another_kind_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    path = write_list(tmp_path / "list.csv", 5)
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(UnusableListError, match=words):
        read_source(path)


def test_outcomes_that_cannot_be_are_refused(tmp_path: Path) -> None:
    path = write_list(tmp_path / "list.csv", 5)
    path.write_text(path.read_text().replace(';"no"\n', ';"maybe"\n', 1))
    with pytest.raises(UnusableListError, match="neither yes nor no"):
        read_source(path)


def test_a_person_is_always_in_the_same_half(tmp_path: Path) -> None:
    path = write_list(tmp_path / "list.csv", 100)
    one, other = read_source(path).people, read_source(path).people
    assert [half(p) for p in one] == [half(p) for p in other]
    assert 30 < sum(half(p) for p in one) < 70
