"""The journal: every event and what came of it, in order, in plain files.

A segment is one file. Its first line, the header, says how to begin: the texts of the content (so
that a journal can be replayed anywhere) and a snapshot of the state. Every further line is one
event with its time and its outputs. Lines reach the operating system *before* their commands are
carried out: a process that is killed knows afterwards at least everything it ever asked for.
A machine that loses power may lose the last moments; the switch then knows better, and is asked.

Segments are named by the epoch of the process that wrote them and a number within it. Files are
readable by their owner only: events hold what callers keyed into menus (and stand-ins for what is
secret, see ``vault``).
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from contact_center.core.configuration import CenterConfiguration
from contact_center.core.events import Event
from contact_center.core.ids import FlowId
from contact_center.core.output import Output
from contact_center.core.snapshot import CenterSnapshot
from contact_center.runtime.codec import CodecError, Tagged, encoder, event_from, tag

Load = Callable[[str, Mapping[str, str]], CenterConfiguration]
"""Builds a configuration of a center file's name and the texts of its content."""
FORMAT = 1
MAX_EVENTS_A_SEGMENT = 40_000
"""Bounds the replay after a crash, and keeps the facts of a segment (about 1.6 an event, told to
history again then) well under what the queue to the database takes at once."""
KEPT_SEGMENTS = 50


class Earlier(msgspec.Struct, kw_only=True, frozen=True):
    """Content of before: `flows` (with version) are those of it that calls are still in."""

    flows: list[tuple[FlowId, str]]
    center: str
    sources: dict[str, str]


class Header(msgspec.Struct, kw_only=True, frozen=True):
    """How a segment begins: what the center was loaded from, and its state."""

    format: int
    epoch: int
    segment: int
    center: str
    sources: dict[str, str]
    snapshot: CenterSnapshot | None
    earlier: list[Earlier] = []


class Line(msgspec.Struct, array_like=True, frozen=True):
    """One event: its number, the time it was handled at, the event, and what came of it."""

    number: int
    at: int
    event: tuple[str, msgspec.Raw]
    outputs: msgspec.Raw


class JournalError(Exception):
    """The journal cannot be written, or what is there cannot be read."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One file of a journal."""

    path: Path

    def header(self) -> Header:
        """Read the first line. Raises JournalError."""
        with self.path.open("rb") as file:
            first = file.readline()
        try:
            header = msgspec.json.decode(first, type=Header)
        except msgspec.MsgspecError as problem:
            raise JournalError(f"{self.path}:1: this is no journal header: {problem}") from problem
        if header.format != FORMAT:
            raise JournalError(
                f"{self.path}:1: written in format {header.format}, this version reads {FORMAT}"
            )
        return header

    def lines(self) -> Iterator[Line]:
        """Go through the events. A torn last line (the machine went down) is left out."""
        decoder = msgspec.json.Decoder(Line)
        with self.path.open("rb") as file:
            file.readline()
            for number, text in enumerate(file, 2):
                if not text.endswith(b"\n"):
                    return
                try:
                    line = decoder.decode(text)
                except msgspec.MsgspecError as problem:
                    raise JournalError(f"{self.path}:{number}: {problem}") from problem
                if line.number != number - 1:
                    raise JournalError(
                        f"{self.path}:{number}: event {number - 1} is missing,"
                        f" here is event {line.number}"
                    )
                yield line

    def events(self) -> Iterator[tuple[Line, Event]]:
        """Go through the lines with their events decoded. Raises JournalError."""
        for line in self.lines():
            try:
                event = event_from(*line.event)
            except CodecError as problem:
                raise JournalError(f"{self.path}:{line.number + 1}: {problem}") from problem
            yield line, event


class Journal:
    """Writes segments into a folder. Raises JournalError when it cannot (full, read-only)."""

    def __init__(self, folder: Path, epoch: int) -> None:
        self._folder = folder
        self._epoch = epoch
        self._segment = 0
        self._number = 0
        self._fd = -1
        self._pending: list[bytes] = []
        self.bytes_written = 0

    @property
    def is_long(self) -> bool:
        """Whether it is time for a new segment."""
        return self._number >= MAX_EVENTS_A_SEGMENT

    @property
    def path(self) -> Path:
        """The current segment's file."""
        return self._folder / f"{self._epoch:08d}-{self._segment:06d}.journal"

    def begin(
        self,
        center: str,
        sources: Mapping[str, str],
        snapshot: CenterSnapshot | None,
        earlier: Sequence[Earlier] = (),
    ) -> None:
        """Open the next segment; the old one, complete by now, is closed."""
        self.flush()
        old = self._fd
        self._segment += 1
        self._number = 0
        header = Header(
            format=FORMAT,
            epoch=self._epoch,
            segment=self._segment,
            center=center,
            sources=dict(sources),
            snapshot=snapshot,
            earlier=list(earlier),
        )
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Written aside and renamed, so that a segment without its header never counts.
            aside = self.path.with_suffix(".new")
            self._fd = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            self._write(encoder.encode(header) + b"\n")
            # Without its state a segment is worth nothing: this line must outlive a power cut.
            os.fsync(self._fd)
            aside.rename(self.path)
        except OSError as problem:
            raise JournalError(
                f"cannot write the journal in {self._folder}: {problem}"
            ) from problem
        if old >= 0:
            os.close(old)
        self._prune()

    def append(self, event: Event, at: int, outputs: Sequence[Output]) -> None:
        """Note one event; it is on its way to the file with the next `flush`."""
        self._number += 1
        line = (self._number, at, tag(event), encode_outputs(outputs))
        self._pending.append(encoder.encode(line))

    def flush(self) -> None:
        """Hand everything noted to the operating system."""
        if not self._pending:
            return
        data = b"\n".join(self._pending) + b"\n"
        self._pending.clear()
        try:
            self._write(data)
        except OSError as problem:
            raise JournalError(f"cannot write {self.path}: {problem}") from problem

    def close(self) -> None:
        """Write out what is noted and close the file."""
        self.flush()
        if self._fd >= 0:
            os.fsync(self._fd)
            os.close(self._fd)
            self._fd = -1

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._fd, view) :]
        self.bytes_written += len(data)

    def _prune(self) -> None:
        for old in segments(self._folder)[:-KEPT_SEGMENTS]:
            old.path.unlink(missing_ok=True)


def encode_outputs(outputs: Sequence[Output]) -> msgspec.Raw:
    """Encode outputs the way the journal holds them, for writing and for comparing."""
    tagged: list[Tagged] = [tag(output) for output in outputs]
    return msgspec.Raw(encoder.encode(tagged))


def segments(folder: Path) -> list[Segment]:
    """List a folder's segments, oldest first."""
    return [Segment(path) for path in sorted(folder.glob("*.journal"))]
