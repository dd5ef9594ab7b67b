"""The journal: what is written can be read, and what cannot be written or read says so."""

import errno
import os
import stat
from pathlib import Path

import msgspec
import pytest

from contact_center.core.events import CallOffered, CenterStarted, DeadlinePassed
from contact_center.runtime import journal as module
from contact_center.runtime.codec import event_from
from contact_center.runtime.journal import FORMAT, Journal, JournalError, Segment, segments
from tests.runtime.recording import SOURCES, START, a_day, record


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    record(tmp_path)
    [segment] = segments(tmp_path)
    header = segment.header()
    assert (header.format, header.epoch, header.segment) == (FORMAT, 1, 1)
    assert (header.center, header.sources) == ("small", SOURCES)
    assert header.snapshot is not None
    lines = list(segment.lines())
    assert [line.number for line in lines] == [1, 2, 3, 4, 5, 6]
    assert [event_from(*line.event) for line in lines] == a_day()
    assert [line.at for line in lines] == [START + n * 1_000_000 for n in range(6)]


def test_files_are_for_their_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    record(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(segments(folder)[0].path.stat().st_mode) == 0o600


def test_nothing_is_in_the_file_before_it_is_flushed(tmp_path: Path) -> None:
    journal = Journal(tmp_path, 1)
    journal.begin("small", {}, None)
    journal.append(CenterStarted(epoch=1), START, [])
    assert list(segments(tmp_path)[0].lines()) == []
    journal.flush()
    assert len(list(segments(tmp_path)[0].lines())) == 1
    assert journal.bytes_written == journal.path.stat().st_size
    journal.close()
    journal.close()


@pytest.mark.parametrize("cut", [1, 7, 40])
def test_a_torn_last_line_is_left_out(tmp_path: Path, cut: int) -> None:
    path = record(tmp_path).path
    path.write_bytes(path.read_bytes()[:-cut])
    assert [line.number for line in Segment(path).lines()] == [1, 2, 3, 4, 5]


def test_a_broken_line_in_the_middle_is_named(tmp_path: Path) -> None:
    path = record(tmp_path).path
    lines = path.read_bytes().splitlines(keepends=True)
    lines[3] = b'[3,"late",{}]\n'
    path.write_bytes(b"".join(lines))
    with pytest.raises(JournalError, match=r"\.journal:4: "):
        list(Segment(path).lines())


@pytest.mark.parametrize("first", [b"", b"hello\n", b'{"format": 1}\n', b'[1,2,["Event",{}],[]]\n'])
def test_a_file_that_is_no_journal_is_refused(tmp_path: Path, first: bytes) -> None:
    path = tmp_path / "00000001-000001.journal"
    path.write_bytes(first)
    with pytest.raises(JournalError, match=":1: this is no journal header"):
        Segment(path).header()


def test_a_newer_format_is_refused_with_both_numbers(tmp_path: Path) -> None:
    path = record(tmp_path).path
    header = msgspec.json.decode(path.read_bytes().splitlines()[0])
    header["format"] = FORMAT + 1
    path.write_bytes(msgspec.json.encode(header) + b"\n")
    with pytest.raises(JournalError, match=f"format {FORMAT + 1}, this version reads {FORMAT}"):
        Segment(path).header()


def test_a_full_disk_is_told_and_what_was_written_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = record(tmp_path, close=False)
    real = os.write
    room = 10

    def write(fd: int, data: bytes) -> int:
        nonlocal room
        if room == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = real(fd, bytes(data[:room]))
        room -= written
        return written

    monkeypatch.setattr(module.os, "write", write)
    journal.append(DeadlinePassed(), START, [])
    with pytest.raises(JournalError, match=r"cannot write .*: .*No space left"):
        journal.flush()
    assert len(list(segments(tmp_path)[0].lines())) == 6
    monkeypatch.undo()
    journal.close()
    assert len(list(segments(tmp_path)[0].lines())) == 6


def test_writing_goes_on_when_the_system_takes_a_piece_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    monkeypatch.setattr(module.os, "write", lambda fd, data: real(fd, bytes(data[:100])))
    record(tmp_path)
    assert len(list(segments(tmp_path)[0].lines())) == 6


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "journal").write_text("a file is in the way")
    with pytest.raises(JournalError, match="cannot write the journal in"):
        Journal(tmp_path / "journal", 1).begin("small", {}, None)


def test_a_segment_without_its_header_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_fd: int, _data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module.os, "write", full)
    with pytest.raises(JournalError):
        Journal(tmp_path, 1).begin("small", {}, None)
    assert segments(tmp_path) == []


def test_a_long_segment_is_followed_by_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_EVENTS_A_SEGMENT", 2)
    journal = Journal(tmp_path, 3)
    journal.begin("small", {}, None)
    for n in range(5):
        journal.append(CenterStarted(epoch=n), START, [])
        if journal.is_long:
            journal.begin("small", {}, None)
    journal.close()
    assert [s.path.name for s in segments(tmp_path)] == [
        "00000003-000001.journal",
        "00000003-000002.journal",
        "00000003-000003.journal",
    ]
    assert [len(list(s.lines())) for s in segments(tmp_path)] == [2, 2, 1]


def test_only_the_newest_segments_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT_SEGMENTS", 2)
    for epoch in (9, 10, 11):
        journal = Journal(tmp_path, epoch)
        journal.begin("small", {}, None)
        journal.close()
    assert [s.path.name[:8] for s in segments(tmp_path)] == ["00000010", "00000011"]


def test_a_line_names_its_messages(tmp_path: Path) -> None:
    path = record(tmp_path).path
    line = msgspec.json.decode(path.read_bytes().splitlines()[5])
    assert line[2][0] == CallOffered.__name__
    assert "CallStarted" in [name for name, _ in line[3]]
