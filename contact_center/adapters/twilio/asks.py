"""What Twilio's REST interface is asked for on behalf of a leg, and what comes of it. Pure.

One question of a leg is under way at a time, so they happen in order. None of them shows what a
caller hears or keys in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from contact_center.adapters.twilio.wanted import Activity, Playback
from contact_center.core.commands import Originate
from contact_center.core.ids import CommandId, LegId, RecordingId, TalkId


class Outcome(Enum):
    """How a question ended."""

    DONE = "done"
    REFUSED = "refused"
    """Twilio said no; asking again is no use."""
    GONE = "gone"
    """What it is about is not there (any more)."""
    BUSY = "busy"
    """Nothing was done, for there is too much to do."""
    AWAY = "away"
    """Nothing was done, for Twilio cannot be reached."""
    UNKNOWN = "unknown"
    """No answer: it may or may not have happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of a question. ``code`` is Twilio's own number for an error, 0 for none."""

    outcome: Outcome
    body: Mapping[str, Any] = field(default_factory=dict, repr=False)
    code: int = 0
    status: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A question on behalf of `leg`."""

    leg: LegId


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial(Ask):
    """Call somebody. Never asked twice."""

    to: str
    from_: str
    url: str
    status_url: str
    fallback_url: str
    timeout_s: int
    amd_url: str = ""
    command: Originate = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindDialled(Ask):
    """Look for a call of which it is not known whether it was made."""

    to: str
    since: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Redocument(Ask):
    """Let a live call do something else: the document itself, or the address to get it from."""

    sid: str
    activity: Activity
    twiml: str = field(default="", repr=False)
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch(Redocument):
    """The same for a call that waits in a queue."""

    queue_sid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish(Ask):
    """End a call."""

    sid: str
    unanswered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Look(Ask):
    """Find out whether a call is still there."""

    sid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(Ask):
    """How a leg is in its talk. ``coach`` is the call it whispers to."""

    conference: str
    sid: str
    muted: bool
    held: bool
    hold_url: str
    coach: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell(Ask):
    """Let a talk hear something, or only the call `sid` in it."""

    conference: str
    sid: str
    url: str
    playback: Playback


@dataclass(frozen=True, slots=True, kw_only=True)
class FindTalk(Ask):
    """See who is in a talk."""

    talk: TalkId


@dataclass(frozen=True, slots=True, kw_only=True)
class Tape(Ask):
    """Record a call from now on."""

    sid: str
    recording: RecordingId
    status_url: str
    one_side: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TapeState(Ask):
    """Let a recording be ``paused``, ``in-progress`` or ``stopped``."""

    sid: str
    tape: str
    recording: RecordingId
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LookTape(Ask):
    """Find out what became of a recording that was stopped."""

    tape: str
    recording: RecordingId


@dataclass(frozen=True, slots=True, kw_only=True)
class Discard(Ask):
    """Throw a recording away."""

    tape: str
    recording: RecordingId
    cmd: CommandId
