"""What agents chose outlives the process."""

from __future__ import annotations

from pathlib import Path

import pytest

from contact_center.adapters.phone.choices import Choice, Choices, Way

NUMBER = Choice(way=Way.OUTSIDE, number="+14155550123")


def test_a_choice_is_there_after_a_restart_and_only_its_owner_reads_the_file(
    tmp_path: Path,
) -> None:
    file = tmp_path / "phones.json"
    choices = Choices(file)
    assert choices.of("ana") is None
    choices.choose("ana", NUMBER)
    choices.choose("ben", Choice(way=Way.BROWSER))
    again = Choices(file)
    assert (again.of("ana"), again.of("ben")) == (NUMBER, Choice(way=Way.BROWSER))
    assert file.stat().st_mode & 0o077 == 0


def test_a_file_that_is_broken_is_told_of_and_nobody_chose(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "phones.json"
    for text in ("{", '{"ana": "0900"}', "[]", '"x"'):
        file.write_text(text, encoding="utf-8")
        assert Choices(file).of("ana") is None
    assert len(caplog.records) == 4


@pytest.mark.parametrize("number", ["", "14155550123", "+0155501", "+1415555012x", "+1" * 20])
def test_a_phone_outside_has_a_whole_number(number: str) -> None:
    with pytest.raises(ValueError, match="number"):
        Choice(way=Way.OUTSIDE, number=number)


def test_where_a_phone_is_said_in_one_word() -> None:
    for text, at in (("desk", ""), ("browser", "browser"), ("+14155550123", "+14155550123")):
        choice = Choice.read(text)
        assert (choice.at, choice.written()) == (at, text)
