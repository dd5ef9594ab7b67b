import io
import json

import pytest

from contact_center.adapters.recognition.framing import LONGEST, Kind, head, packed
from contact_center.adapters.recognition.worker import MOST_HEARINGS, Worker, serve
from tests.adapters.recognition.sounds import frames, quiet, vowel


class Echo:
    """Understands the first phrase, always."""

    def understand(self, sound, phrases):
        assert sound
        return phrases[0], 0.75


def told(*messages: bytes) -> list[dict]:
    out = io.BytesIO()
    serve(Echo(), io.BytesIO(b"".join(messages)), out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def sound(hearing: int, of: bytes) -> list[bytes]:
    return [packed(Kind.SOUND, hearing, frame) for frame in frames(of)]


def test_what_a_caller_says_is_told_when_it_begins_and_when_it_is_understood():
    said = quiet(1) + vowel(1) + quiet(2)
    found = told(packed(Kind.OPEN, 7, b"lost card\nbalance"), *sound(7, said))
    assert found == [
        {"did": "ready"},
        {"did": "began", "hearing": 7},
        {"did": "understood", "hearing": 7, "text": "lost card", "confidence": 0.75},
    ]


def test_callers_are_heard_apart_and_not_after_they_are_closed():
    one = sound(1, quiet(1) + vowel(1) + quiet(2))
    two = sound(2, quiet(1) + vowel(1) + quiet(2))
    mixed = [message for pair in zip(one, two, strict=True) for message in pair]
    opened = [packed(Kind.OPEN, 1, b"a"), packed(Kind.OPEN, 2, b"b")]
    texts = [line["text"] for line in told(*opened, *mixed) if line["did"] == "understood"]
    assert sorted(texts) == ["a", "b"]
    closed = told(*opened, packed(Kind.CLOSE, 2), *mixed)
    assert [line["text"] for line in closed if line["did"] == "understood"] == ["a"]


def test_a_question_whether_it_is_there_is_answered():
    assert told(packed(Kind.PING, 0)) == [{"did": "ready"}, {"did": "pong"}]


def test_a_message_that_breaks_off_ends_it_and_one_that_is_none_is_refused():
    assert told(packed(Kind.OPEN, 1, b"word")[:-2]) == [{"did": "ready"}]
    with pytest.raises(ValueError, match="X"):
        told(b"X" + bytes(8))
    with pytest.raises(ValueError, match="bytes"):
        head(packed(Kind.SOUND, 1)[:5] + (LONGEST + 1).to_bytes(4, "little"))


def test_callers_beyond_the_bound_are_not_heard():
    worker = Worker(Echo(), io.BytesIO())
    for number in range(MOST_HEARINGS + 5):
        worker.take(Kind.OPEN, number, b"a")
    worker.take(Kind.SOUND, MOST_HEARINGS + 1, quiet(1))
    assert len(worker._hearings) == MOST_HEARINGS
