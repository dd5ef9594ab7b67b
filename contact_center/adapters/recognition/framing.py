"""What the service and the process of the engine say to each other, as bytes.

To the engine: a kind, the number of a hearing, a length, and so many bytes. ``OPEN`` has the
phrases, one a line; ``SOUND`` has sound; ``CLOSE`` and ``PING`` have none. From the engine: a line
of JSON each,
``{"did": "ready" | "pong"}``, ``{"did": "began", "hearing": 7}``,
``{"did": "understood", "hearing": 7, "text": "", "confidence": 0.1}``.
"""

import struct
from enum import Enum

_HEAD = struct.Struct("<cII")
HEAD_BYTES = _HEAD.size
LONGEST = 1_000_000
"""Nothing is longer; whoever says so is not to be believed."""


class Kind(Enum):
    """What a message to the engine is."""

    OPEN = b"O"
    SOUND = b"S"
    CLOSE = b"C"
    PING = b"P"


def packed(kind: Kind, hearing: int, body: bytes = b"") -> bytes:
    """Write a message."""
    return _HEAD.pack(kind.value, hearing, len(body)) + body


def head(data: bytes) -> tuple[Kind, int, int]:
    """Read the head of a message: its kind, the hearing, how many bytes follow.

    Raises ValueError for anything else.
    """
    kind, hearing, length = _HEAD.unpack(data)
    if length > LONGEST:
        raise ValueError(f"a message of {length} bytes")
    return Kind(kind), hearing, length
