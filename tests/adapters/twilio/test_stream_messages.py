"""Messages of media streams: what is known is read strictly, what is not is passed over."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.adapters.twilio import stream_messages as messages

START = {
    "event": "start",
    "sequenceNumber": "1",
    "streamSid": "MZ1",
    "start": {
        "accountSid": "AC1",
        "callSid": "CA1",
        "streamSid": "MZ1",
        "tracks": ["inbound"],
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        "customParameters": {"token": "secret-token"},
    },
}


def read(message: dict[str, Any]) -> messages.Message | None:
    return messages.read(json.dumps(message))


def test_the_beginning_says_whose_stream_it_is() -> None:
    start = read(START)
    assert isinstance(start, messages.Start)
    assert (start.start.call_sid, start.start.stream_sid) == ("CA1", "MZ1")
    assert start.start.custom_parameters == {"token": "secret-token"}
    assert start.start.media_format.sample_rate == 8000
    assert isinstance(read({"event": "connected", "protocol": "Call"}), messages.Connected)
    assert isinstance(read({"event": "stop", "stop": {}, "streamSid": "MZ1"}), messages.Stop)


def test_keys_sound_and_marks_are_read() -> None:
    key = read({"event": "dtmf", "dtmf": {"digit": "#", "track": "inbound_track"}})
    assert isinstance(key, messages.Dtmf)
    assert key.dtmf.digit == "#"
    payload = base64.b64encode(b"\xff" * 160).decode()
    sound = read({"event": "media", "media": {"payload": payload, "chunk": "1"}})
    assert isinstance(sound, messages.Media)
    assert messages.sound_of(sound) == b"\xff" * 160
    mark = read({"event": "mark", "mark": {"name": "p-1"}})
    assert isinstance(mark, messages.Mark)
    assert mark.mark.name == "p-1"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no json",
        "[]",
        "{}",
        '{"event": 1}',
        '{"event": "start"}',
        '{"event": "dtmf", "dtmf": {"digit": "12"}}',
        '{"event": "dtmf", "dtmf": {"digit": "E"}}',
        '{"event": "media", "media": {}}',
        '{"event": "mark", "mark": {"name": "' + "x" * 200 + '"}}',
        '{"event": "media", "media": {"payload": "' + "x" * 70_000 + '"}}',
        "[" * 5000,
    ],
    ids=lambda text: text[:40],
)
def test_what_is_wrong_is_refused(text: str) -> None:
    with pytest.raises(messages.MessageError):
        messages.read(text)


@given(st.one_of(st.text(), st.binary()))
def test_nothing_that_comes_raises_anything_else(text: str | bytes) -> None:
    with pytest.raises(messages.MessageError):
        messages.read(text)


def test_kinds_and_fields_that_we_do_not_know_are_passed_over() -> None:
    assert read({"event": "weather", "weather": {}}) is None
    assert isinstance(read({**START, "new": 1}), messages.Start)


def test_sound_that_is_no_base64_is_refused() -> None:
    sound = read({"event": "media", "media": {"payload": "***"}})
    assert isinstance(sound, messages.Media)
    with pytest.raises(messages.MessageError):
        messages.sound_of(sound)


def test_what_we_say_is_what_twilio_takes() -> None:
    assert json.loads(messages.media("MZ1", b"\xff")) == {
        "event": "media",
        "streamSid": "MZ1",
        "media": {"payload": "/w=="},
    }
    assert json.loads(messages.mark("MZ1", "p-1")) == {
        "event": "mark",
        "streamSid": "MZ1",
        "mark": {"name": "p-1"},
    }
    assert json.loads(messages.clear("MZ1")) == {"event": "clear", "streamSid": "MZ1"}


def test_no_repr_shows_a_key_a_token_or_a_sound() -> None:
    key = read({"event": "dtmf", "dtmf": {"digit": "7"}})
    sound = read({"event": "media", "media": {"payload": "c2VjcmV0"}})
    shown = repr(key) + repr(sound) + repr(read(START))
    for secret in ("7", "c2VjcmV0", "secret-token", "CA1"):
        assert secret not in shown
