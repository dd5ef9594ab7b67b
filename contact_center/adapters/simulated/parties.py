"""What the network knows of legs, talks, playbacks and recordings. State only; rules elsewhere."""

from dataclasses import dataclass, field
from enum import Enum

from contact_center.adapters.simulated.deadlines import Deadline
from contact_center.adapters.simulated.hearing import Transcript
from contact_center.core.commands import EndCause, PromptItem, RecordingScope, Role
from contact_center.core.events import EndedBy
from contact_center.core.ids import CallId, LegId, ListenId, PlaybackId, RecordingId, TalkId


class Stage(Enum):
    """Where a leg is in its life."""

    OFFERED = "offered"
    RINGING = "ringing"
    UP = "up"
    ENDED = "ended"


@dataclass(slots=True, kw_only=True)
class Leg:
    """One party's connection. `device` is the phone it rings at; empty for a caller.

    ``ours`` is False once the leg was transferred away: it lives on, and no event tells of it.
    ``amd``: who answers is listened to. ``auto``: the phone was asked to pick up by itself.
    ``listening``: somebody listens for words.
    """

    leg: LegId
    call: CallId
    stage: Stage
    ani: str = ""
    did: str = ""
    ani_name: str = ""
    device: str = ""
    ours: bool = True
    music: str | None = None
    waiting: str | None = None
    held: str | None = None
    muted: bool = False
    beeping: bool = False
    amd: bool = False
    auto: bool = False
    listening: ListenId | None = None
    talk: TalkId | None = None
    playbacks: list["Playback"] = field(default_factory=list)
    transcript: Transcript = field(default_factory=Transcript)
    no_answer: Deadline | None = None
    cause: EndCause | None = None
    ended_by: EndedBy | None = None

    @property
    def alive(self) -> bool:
        """Say whether the leg has not ended."""
        return self.stage is not Stage.ENDED


@dataclass(slots=True, kw_only=True)
class Member:
    """A leg in a talk. With `coach_of` it is heard by that leg alone."""

    leg: LegId
    role: Role
    coach_of: LegId | None = None


@dataclass(slots=True, kw_only=True)
class Talk:
    """Where legs hear each other. `call` and `leg` are those of the command that made it."""

    talk: TalkId
    call: CallId
    leg: LegId
    ours: bool = True
    members: dict[LegId, Member] = field(default_factory=dict)
    playbacks: list["Playback"] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Playback:
    """A sequence being played, or waiting for the one before it. `talk`: to the whole talk."""

    playback: PlaybackId
    call: CallId
    leg: LegId
    items: tuple[PromptItem, ...]
    talk: TalkId | None = None
    item: int = -1
    next: Deadline | None = None


@dataclass(slots=True, kw_only=True)
class Recording:
    """A recording that runs. Times are microseconds; `kept_us` is what was recorded so far.

    ``others``: whose voices are in it besides its own leg's.
    """

    recording: RecordingId
    call: CallId
    leg: LegId
    scope: RecordingScope
    talk: TalkId | None
    max_us: int
    silence_us: int
    terminator: str
    since: int | None
    kept_us: int = 0
    voice_until: int = 0
    others: set[LegId] = field(default_factory=set)
    limit: Deadline | None = None
    hush: Deadline | None = None
