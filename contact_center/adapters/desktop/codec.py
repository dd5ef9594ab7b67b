"""Frames to messages and back: one decoder, one encoder, one way to say that a frame is bad."""

from typing import Final, get_args

from msgspec import UNSET, DecodeError, Struct, UnsetType, json

from contact_center.adapters.desktop.messages import ClientMessage, ClientUnion, Message

_ENCODER: Final = json.Encoder()
_OPCODE_TEXT: Final = 0x81


class MalformedError(Exception):
    """A frame that makes no sense. `code` goes into the answer, `re` names the frame if it can."""

    def __init__(self, code: str, detail: str, re: str | UnsetType = UNSET) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.re = re


class _Head(Struct):
    """Just enough of a frame to know what it is."""

    t: str
    id: object = UNSET
    must: object = False


_HEAD: Final = json.Decoder(_Head)
_DECODERS: Final = {
    kind.__struct_config__.tag: json.Decoder(kind) for kind in get_args(ClientUnion)
}


def decode(text: str) -> ClientMessage | None:
    """Read one inbound frame; None for an unknown type, which is to be ignored.

    Raises MalformedError for everything that is not a message of ours.
    """
    # RecursionError: nothing but brackets, thousands deep.
    try:
        head = _HEAD.decode(text)
    except (DecodeError, RecursionError) as error:
        raise MalformedError("malformed", str(error)) from error
    re = head.id if isinstance(head.id, str) and 0 < len(head.id) <= 64 else UNSET
    decoder = _DECODERS.get(head.t)
    if decoder is None:
        if head.must:
            raise MalformedError("unknown_type", f"unknown type {head.t[:60]!r}", re)
        return None
    try:
        message: ClientMessage = decoder.decode(text)
    except (DecodeError, RecursionError) as error:
        raise MalformedError("malformed", str(error), re) from error
    return message


def encode(message: Message) -> bytes:
    """Write one outbound message, ready for the wire: header of the frame and JSON in one piece.

    The same object goes to every socket that gets it. Frames from a server are not masked and we
    negotiate no compression, so the header depends on the length alone.
    """
    body = _ENCODER.encode(message)
    size = len(body)
    if size < 126:
        return bytes((_OPCODE_TEXT, size)) + body
    if size < 65_536:
        return bytes((_OPCODE_TEXT, 126)) + size.to_bytes(2, "big") + body
    return bytes((_OPCODE_TEXT, 127)) + size.to_bytes(8, "big") + body


def body_of(frame: bytes) -> bytes:
    """Take the JSON back out of a frame made by `encode`."""
    length = frame[1]
    return frame[2:] if length < 126 else frame[4:] if length == 126 else frame[10:]
