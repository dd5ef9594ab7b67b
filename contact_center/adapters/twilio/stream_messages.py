"""What is said over a media stream: JSON, one message a frame, both ways. Pure.

Unknown kinds of messages and fields are passed over: the protocol grows. What is known and wrong is
refused. No repr shows a key, a sound or a token.
"""

import base64
from typing import Annotated, Any

import msgspec

LONGEST = 64 * 1024
"""Characters of one message; Twilio's own have 160 bytes of sound, which is 400."""

_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
_Name = Annotated[str, msgspec.Meta(max_length=128)]


class MessageError(ValueError):
    """A message that the protocol does not have."""


class _Quiet(msgspec.Struct, frozen=True, rename="camel"):
    """Shows nothing but its kind."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"


class MediaFormat(_Quiet, frozen=True, rename="camel"):
    """How sound is written."""

    encoding: str = ""
    sample_rate: int = 0
    channels: int = 0


class Beginning(_Quiet, frozen=True, rename="camel"):
    """What a stream is about."""

    account_sid: _Id
    call_sid: _Id
    stream_sid: _Id
    tracks: tuple[str, ...] = ()
    custom_parameters: dict[str, str] = {}
    media_format: MediaFormat = MediaFormat()


class Sound(_Quiet, frozen=True, rename="camel"):
    """Some of it. ``timestamp``: milliseconds since the stream began."""

    payload: str
    track: str = ""
    chunk: str = ""
    timestamp: str = ""


class Key(_Quiet, frozen=True, rename="camel"):
    """A key that the caller pressed."""

    digit: Annotated[str, msgspec.Meta(pattern=r"^[0-9*#A-Da-d]$")]
    track: str = ""


class Named(_Quiet, frozen=True, rename="camel"):
    """A mark of ours that comes back."""

    name: _Name = ""


class Connected(_Quiet, frozen=True, rename="camel", tag_field="event", tag="connected"):
    """The first message."""

    protocol: str = ""
    version: str = ""


class Start(_Quiet, frozen=True, rename="camel", tag_field="event", tag="start"):
    """The second: what the stream is about."""

    start: Beginning
    stream_sid: str = ""
    sequence_number: str = ""


class Media(_Quiet, frozen=True, rename="camel", tag_field="event", tag="media"):
    """Sound from the call."""

    media: Sound
    sequence_number: str = ""


class Dtmf(_Quiet, frozen=True, rename="camel", tag_field="event", tag="dtmf"):
    """A key."""

    dtmf: Key
    sequence_number: str = ""


class Mark(_Quiet, frozen=True, rename="camel", tag_field="event", tag="mark"):
    """What we sent before this mark was heard, or cleared."""

    mark: Named
    sequence_number: str = ""


class Stop(_Quiet, frozen=True, rename="camel", tag_field="event", tag="stop"):
    """The last message."""

    sequence_number: str = ""


Message = Connected | Start | Media | Dtmf | Mark | Stop
_KNOWN = frozenset({"connected", "start", "media", "dtmf", "mark", "stop"})
_decoder = msgspec.json.Decoder(Message)


class _Kind(msgspec.Struct):
    event: str = ""


_kind = msgspec.json.Decoder(_Kind)


def read(text: str | bytes) -> Message | None:
    """Read a message; None for a kind we do not know. Raises MessageError."""
    if len(text) > LONGEST:
        raise MessageError("too long")
    try:
        message: Message = _decoder.decode(text)
        return message
    except msgspec.MsgspecError:
        pass
    except (UnicodeError, RecursionError) as error:
        raise MessageError(type(error).__name__) from None
    try:
        kind = _kind.decode(text).event
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise MessageError("no message") from None
    if kind in _KNOWN or not kind:
        raise MessageError(f"a message of kind {kind!r} that is none" if kind else "no kind")
    return None


def sound_of(message: Media) -> bytes:
    """Give the mu-law of a message. Raises MessageError when it is no base64."""
    try:
        return base64.b64decode(message.media.payload, validate=True)
    except ValueError:
        raise MessageError("sound that is no base64") from None


def _write(message: dict[str, Any]) -> bytes:
    return msgspec.json.encode(message)


def media(stream_sid: str, ulaw: bytes) -> bytes:
    """Write sound for the caller."""
    payload = base64.b64encode(ulaw).decode()
    return _write({"event": "media", "streamSid": stream_sid, "media": {"payload": payload}})


def mark(stream_sid: str, name: str) -> bytes:
    """Ask to be told when everything sent so far was heard."""
    return _write({"event": "mark", "streamSid": stream_sid, "mark": {"name": name}})


def clear(stream_sid: str) -> bytes:
    """Let nothing be heard of what was sent and not heard yet."""
    return _write({"event": "clear", "streamSid": stream_sid})
