"""The dialer's event log: what it was told and what it asked for, line by line, to be replayed.

A line is ``[told, [asked, ...]]``, each a pair of a type's name and its fields. Files are readable
by their owner only: leads have names and numbers. Replayed, the same messages ask for the same.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from dialer import messages
from dialer.floor import AgentSeen, CallSeen
from dialer.ids import PoolId
from dialer.messages import In, Out, PoolSeen

MOST_BYTES = 64 * 1024 * 1024
KEPT_FILES = 10
_KINDS = {
    kind.__name__: kind
    for kind in vars(messages).values()
    if isinstance(kind, type) and issubclass(kind, In | Out)
}
_encoder = msgspec.json.Encoder()
Line = tuple[tuple[str, msgspec.Raw], list[tuple[str, msgspec.Raw]]]
_decoder = msgspec.json.Decoder(Line)


class EventLogError(Exception):
    """A line that this version cannot read; says which."""


class EventLog:
    """Appends to files in a folder. A process writes one story, in parts of a bounded size."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder
        self._story = max((place(file)[0] for file in files(folder)), default=0) + 1
        self._part = 0
        self._open()

    def append(self, told: In, asked: Sequence[Out]) -> None:
        """Write a line; `flush` hands it to the operating system."""
        line = _encoder.encode([tag(told), [tag(out) for out in asked]])
        self._file.write(line + b"\n")
        self._bytes += len(line) + 1

    def flush(self) -> None:
        """Hand over what was written; begins another part when this one is long enough."""
        self._file.flush()
        if self._bytes >= MOST_BYTES:
            self._file.close()
            self._open()

    def close(self) -> None:
        """End."""
        self._file.close()

    def _open(self) -> None:
        self._part += 1
        path = self._folder / f"dialer-{self._story:06}-{self._part:03}.jsonl"
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")
        self._bytes = 0
        for old in files(self._folder)[:-KEPT_FILES]:
            old.unlink(missing_ok=True)


def files(folder: Path) -> list[Path]:
    """The files of a log, oldest first."""
    return sorted(folder.glob("dialer-*-*.jsonl"), key=place)


def place(file: Path) -> tuple[int, int]:
    """The numbers of story and part in a file's name."""
    _, story, part = file.stem.split("-")
    return int(story), int(part)


def tag(message: object) -> tuple[str, object]:
    """Put a message beside its name."""
    return (type(message).__name__, message)


def read(file: Path) -> Iterator[tuple[In, list[Any]]]:
    """Give what was told, and what was asked for then, as plain data.

    Raises EventLogError. The last line may be cut short by a crash, and is then left out.
    """
    with file.open("rb") as opened:
        for number, line in enumerate(opened, 1):
            if not line.endswith(b"\n"):
                return
            try:
                (name, fields), asked = _decoder.decode(line)
                told = _told(name, fields)
            except (msgspec.DecodeError, KeyError) as problem:
                raise EventLogError(f"{file}:{number}: cannot be read: {problem}") from problem
            yield told, [[kind, msgspec.json.decode(raw)] for kind, raw in asked]


def _told(name: str, fields: msgspec.Raw) -> In:
    if name != PoolSeen.__name__:
        kind: Any = _KINDS[name]
        told: In = msgspec.json.decode(fields, type=kind)
        return told
    plain = msgspec.json.decode(fields)
    # A union of two dataclasses has no tag; only agents have work.
    seen: Any = AgentSeen if "work" in plain["seen"] else CallSeen
    return PoolSeen(
        at=plain["at"],
        pool=PoolId(plain["pool"]),
        seen=msgspec.convert(plain["seen"], seen),
        campaign=plain["campaign"],
    )


def written(out: Out) -> Any:
    """Give what was asked for as it is read from a log. Numbers compare by value: 1 is 1.0."""
    return msgspec.json.decode(_encoder.encode(tag(out)))
