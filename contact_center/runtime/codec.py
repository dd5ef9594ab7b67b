"""Messages as JSON and back. A message is written as ``["TypeName", {fields}]``.

The names are the class names of events, commands and facts, which are unique. msgspec encodes and
validates in one go; decoding an unknown name or a field of the wrong type raises CodecError.
"""

from typing import Any

import msgspec

from contact_center.core.events import Event
from contact_center.core.vocabulary import ROOTS, messages

Tagged = tuple[str, Any]

_KINDS = {kind.__name__: kind for root in ROOTS for kind in messages(root)}
_EVENTS = {kind.__name__: kind for kind in messages(Event)}

encoder = msgspec.json.Encoder()


class CodecError(ValueError):
    """What was read is not a message that this version knows."""


def tag(message: object) -> Tagged:
    """Put a message beside its name, ready for encoding."""
    return (type(message).__name__, message)


def event_from(name: str, fields: msgspec.Raw | dict[str, Any]) -> Event:
    """Make an event of its name and fields. Raises CodecError."""
    kind = _EVENTS.get(name)
    if kind is None:
        raise CodecError(f"there is no event called {name!r}")
    try:
        if isinstance(fields, msgspec.Raw):
            event: Event = msgspec.json.decode(fields, type=kind)
        else:
            event = msgspec.convert(fields, kind)
    except msgspec.ValidationError as problem:
        raise CodecError(f"{name}: {problem}") from problem
    return event


def message_from(name: str, fields: msgspec.Raw) -> object:
    """Make any message of its name and fields. Raises CodecError."""
    kind = _KINDS.get(name)
    if kind is None:
        raise CodecError(f"there is no message called {name!r}")
    try:
        message: object = msgspec.json.decode(fields, type=kind)
    except msgspec.ValidationError as problem:
        raise CodecError(f"{name}: {problem}") from problem
    return message
