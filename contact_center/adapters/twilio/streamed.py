"""What is known of a leg whose sound goes over a media stream. Pure."""

from collections import deque
from dataclasses import dataclass, field

from contact_center.core.commands import HoldMusic, PlaySequence, Silence, StopPlayback
from contact_center.core.ids import PlaybackId

Order = PlaySequence | StopPlayback | HoldMusic | Silence
"""What a stream carries out; everything else is a document's."""


@dataclass(frozen=True, slots=True)
class ToStream:
    """Something that the leg's stream is to do."""

    order: Order


@dataclass(slots=True, kw_only=True)
class Streamed:
    """How a leg is with its stream. ``playing``: prompts that it was given, or will be given.

    ``closed``: the last stream opened, and is over. ``opens``: how many there were. ``heard``:
    words of the caller are understood from it, not in a document.
    """

    open: bool = False
    closed: bool = False
    opens: int = 0
    heard: bool = False
    music: HoldMusic | None = None
    pending: deque[PlaySequence] = field(default_factory=deque)
    playing: set[PlaybackId] = field(default_factory=set)
