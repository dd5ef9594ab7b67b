"""A journal run again gives the same, and the first difference is named by its line."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from contact_center.core.center import Center
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.snapshot import snapshot
from contact_center.runtime.journal import Journal, JournalError
from contact_center.runtime.replay import replay
from tests.runtime.recording import START, a_day, load, record
from tests.stories.centers import small_center


def test_the_same_events_give_the_same_outputs(tmp_path: Path) -> None:
    record(tmp_path)
    result = replay(tmp_path, load)
    assert (result.segments, result.events, result.difference) == (1, 6, None)


def test_a_single_segment_can_be_replayed(tmp_path: Path) -> None:
    journal = record(tmp_path)
    assert replay(journal.path, load).events == 6


def test_a_planted_difference_is_found_and_its_line_named(tmp_path: Path) -> None:
    path = record(tmp_path).path
    text = path.read_text().splitlines(keepends=True)
    assert '"agent":"anna"' in text[5]
    text[5] = text[5].replace('["AgentOffered",{', '["AgentOffered",{"planted":1,', 1)
    path.write_text("".join(text))
    result = replay(tmp_path, load)
    assert result.events == 5
    assert result.difference is not None
    assert result.difference.line == 6
    assert result.difference.event == "CallOffered"
    assert str(result.difference).startswith(f"{path}:6: after CallOffered\n  recorded: ")
    assert "planted" in result.difference.recorded
    assert "planted" not in result.difference.replayed


def test_an_output_that_is_missing_is_shown_as_nothing(tmp_path: Path) -> None:
    path = record(tmp_path).path
    text = path.read_text().splitlines(keepends=True)
    assert text[1].endswith("]]\n")
    text[1] = text[1][: text[1].index(',["QueueChanged"')] + "]]\n"
    path.write_text("".join(text))
    difference = replay(tmp_path, load).difference
    assert difference is not None
    assert difference.recorded == "nothing"
    assert "QueueChanged" in difference.replayed


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: lines.pop(3), r":4: event 3 is missing, here is event 4"),
        (lambda lines: lines.insert(3, lines[3]), r":5: event 4 is missing, here is event 3"),
        (lambda lines: lines.__setitem__(3, "\n"), r":4: "),
        (
            lambda lines: lines.__setitem__(3, '[3,1,["NoSuchEvent",{}],[]]\n'),
            r":4: there is no event called 'NoSuchEvent'",
        ),
    ],
)
def test_a_damaged_journal_is_refused_with_the_line(
    tmp_path: Path, change: Callable[[list[str]], None], said: str
) -> None:
    path = record(tmp_path).path
    lines = path.read_text().splitlines(keepends=True)
    change(lines)
    path.write_text("".join(lines))
    with pytest.raises(JournalError, match=re.escape(str(path)) + said):
        replay(tmp_path, load)


def test_other_content_gives_other_outputs(tmp_path: Path) -> None:
    record(tmp_path)

    def others(_name: str, _sources: Mapping[str, str]) -> CenterConfiguration:
        center = small_center()
        queues = {q: replace(s, label="Other") for q, s in center.queues.items()}
        return replace(center, queues=queues)

    difference = replay(tmp_path, others).difference
    assert difference is not None
    assert difference.line == 6


def test_each_segment_begins_with_its_own_snapshot(tmp_path: Path) -> None:
    center = Center(small_center())
    journal = Journal(tmp_path, 1)
    for second, event in enumerate(a_day()):
        journal.begin("small", {}, snapshot(center))
        now = START + second * 1_000_000
        journal.append(event, now, center.handle(event, now))
    journal.close()
    result = replay(tmp_path, load)
    assert (result.segments, result.events, result.difference) == (6, 6, None)
