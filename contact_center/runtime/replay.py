"""Run a journal again and compare: the same events must give the same outputs, byte for byte."""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from contact_center.core.center import Center
from contact_center.core.snapshot import restore
from contact_center.runtime.earlier import made_again
from contact_center.runtime.journal import Header, Load, Segment, encode_outputs, segments


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Where a replay first departs from what was written down."""

    path: Path
    line: int
    event: str
    recorded: str
    replayed: str

    def __str__(self) -> str:
        """Say it for a person: the first output that differs, both ways."""
        return (
            f"{self.path}:{self.line}: after {self.event}\n"
            f"  recorded: {self.recorded}\n"
            f"  replayed: {self.replayed}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """How a replay went."""

    segments: int
    events: int
    difference: Difference | None


def center_of(header: Header, load: Load) -> Center:
    """Make the center that a segment begins with."""
    configuration = load(header.center, header.sources)
    if header.snapshot is None:
        return Center(configuration)
    return restore(configuration, header.snapshot, made_again(header.earlier, load))


def replay(path: Path, load: Load) -> Replayed:
    """Replay one segment, or every segment of a folder. Raises JournalError."""
    todo = segments(path) if path.is_dir() else [Segment(path)]
    events = 0
    for segment in todo:
        center = center_of(segment.header(), load)
        for line, event in segment.events():
            outputs = encode_outputs(center.handle(event, line.at))
            events += 1
            if bytes(outputs) != bytes(line.outputs):
                difference = _difference(segment, line.number, line.event[0], line.outputs, outputs)
                return Replayed(segments=len(todo), events=events, difference=difference)
    return Replayed(segments=len(todo), events=events, difference=None)


def _difference(
    segment: Segment, number: int, event: str, recorded: msgspec.Raw, replayed: msgspec.Raw
) -> Difference:
    before = msgspec.json.decode(recorded, type=list[msgspec.Raw])
    after = msgspec.json.decode(replayed, type=list[msgspec.Raw])
    nothing = msgspec.Raw(b"nothing")
    for index in range(max(len(before), len(after))):
        one = before[index] if index < len(before) else nothing
        other = after[index] if index < len(after) else nothing
        if bytes(one) != bytes(other):
            break
    return Difference(
        path=segment.path,
        line=number + 1,
        event=event,
        recorded=bytes(one).decode(),
        replayed=bytes(other).decode(),
    )
