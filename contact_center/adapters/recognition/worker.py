"""The process of the engine: sound in by standard input, words out by standard output.

It is a process of its own because an engine is C that may crash or hang, and because it keeps a
core busy while it thinks. It knows nothing of calls, and writes nothing down.
"""

import json
import os
import sys
from collections.abc import Sequence
from typing import BinaryIO, Protocol

from contact_center.adapters.recognition.framing import HEAD_BYTES, Kind, head
from contact_center.adapters.recognition.utterances import Utterances

MOST_HEARINGS = 500
_NICE = 5


class Engine(Protocol):
    """What understands one utterance."""

    def understand(self, sound: bytes, phrases: Sequence[str]) -> tuple[str, float]:
        """Give the phrase that was said, or "", and a confidence."""


class Worker:
    """All hearings of the process."""

    def __init__(self, engine: Engine, out: BinaryIO) -> None:
        self._engine = engine
        self._out = out
        self._hearings: dict[int, tuple[tuple[str, ...], Utterances]] = {}

    def take(self, kind: Kind, hearing: int, body: bytes) -> None:
        """Do what one message says. What concerns a hearing that is not there is ignored."""
        if kind is Kind.OPEN:
            if len(self._hearings) < MOST_HEARINGS:
                phrases = tuple(body.decode().split("\n"))
                self._hearings[hearing] = phrases, Utterances()
        elif kind is Kind.CLOSE:
            self._hearings.pop(hearing, None)
        elif kind is Kind.PING:
            self.tell(did="pong")
        elif hearing in self._hearings:
            self._hear(hearing, body)

    def _hear(self, hearing: int, sound: bytes) -> None:
        phrases, utterances = self._hearings[hearing]
        spoke = utterances.speaking
        over = utterances.feed(sound)
        if not spoke and (utterances.speaking or over):
            self.tell(did="began", hearing=hearing)
        for one in over:
            text, confidence = self._engine.understand(one, phrases)
            self.tell(did="understood", hearing=hearing, text=text, confidence=round(confidence, 3))

    def tell(self, **what: object) -> None:
        """Say a line."""
        self._out.write(json.dumps(what).encode() + b"\n")
        self._out.flush()


def serve(engine: Engine, into: BinaryIO, out: BinaryIO) -> None:
    """Work until the input ends."""
    worker = Worker(engine, out)
    worker.tell(did="ready")
    while len(first := into.read(HEAD_BYTES)) == HEAD_BYTES:
        kind, hearing, length = head(first)
        body = into.read(length) if length else b""
        if len(body) < length:
            return
        worker.take(kind, hearing, body)


def main() -> None:
    """Load the engine, and serve."""
    os.nice(_NICE)
    from contact_center.adapters.recognition.sphinx import Sphinx

    serve(Sphinx(), sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
