"""Facts that history may have missed are told again, and those it has are not."""

from pathlib import Path

from contact_center.core.facts import CallStarted, Fact
from contact_center.core.snapshot import snapshot
from contact_center.runtime.journal import Journal, segments
from contact_center.runtime.recovery import recover
from contact_center.runtime.untold import mark, marked_in, untold
from tests.runtime.recording import SOURCES, load, record


def restarted(folder: Path) -> None:
    """A process that began its segment and was killed before it did anything."""
    found = recover(folder, "small", SOURCES, load, 7)
    journal = Journal(folder, found.epoch)
    journal.begin("small", SOURCES, snapshot(found.center))
    journal.close()


def calls(facts: list[Fact]) -> int:
    return sum(isinstance(fact, CallStarted) for fact in facts)


def test_what_was_killed_twice_before_history_had_it_is_told_again(tmp_path: Path) -> None:
    first = record(tmp_path).path.name
    assert untold(tmp_path, first) == []  # the newest segment is told by recovery
    restarted(tmp_path)
    assert recover(tmp_path, "small", SOURCES, load, 7).facts == []
    assert calls(untold(tmp_path, first)) == 2
    restarted(tmp_path)
    assert calls(untold(tmp_path, first)) == 2


def test_what_history_has_is_not_told_again(tmp_path: Path) -> None:
    record(tmp_path)
    restarted(tmp_path)
    newest = segments(tmp_path)[-1].path.name
    restarted(tmp_path)
    assert untold(tmp_path, newest) == []


def test_a_folder_without_a_mark_has_nothing_to_tell(tmp_path: Path) -> None:
    assert untold(tmp_path / "none", "") == []
    record(tmp_path)
    restarted(tmp_path)
    assert untold(tmp_path, "") == []


def test_a_mark_is_read_as_it_was_written_and_missing_it_is_fine(tmp_path: Path) -> None:
    file = tmp_path / "history.mark"
    assert marked_in(file) == ""
    mark(file, "00000001-000001.journal")
    mark(file, "00000002-000001.journal")
    assert marked_in(file) == "00000002-000001.journal"


def test_a_line_that_cannot_be_read_costs_only_itself(tmp_path: Path) -> None:
    path = record(tmp_path).path
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"CallStarted"', '"CallBegun"', 1), encoding="utf-8")
    (tmp_path / "99999999-000001.journal").write_text("{}\n")
    assert calls(untold(tmp_path, path.name)) == 1
