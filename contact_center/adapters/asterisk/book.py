"""What the adapter knows about the legs, playbacks and recordings that are under way. Pure.

Only what cannot be read from an id or an event is kept, so that a new process that starts with an
empty book and fills it from the live channels is as good as one that was there all the time.
"""

from collections import OrderedDict
from dataclasses import dataclass, field

from contact_center.core.commands import EndCause
from contact_center.core.ids import (
    CallId,
    LegId,
    PlaybackId,
    RecordingId,
    TalkId,
    call_of_leg,
    is_our_leg,
)

ENDED_BOUND = 20_000
"""How many ended legs are remembered, to tell a late event from a new leg. The oldest go first."""


@dataclass(slots=True)
class LegNote:
    """One live leg.

    ``q850`` and ``sip``: the first informative cause seen. ``far_end``: the far end asked for the
    hang-up. ``wanted``: we did, and why. ``music``: what it hears while it waits, else empty.
    ``sounding``: music may play to it. ``muted``: nobody hears it, as far as we asked.
    ``joining``: the talk it was last asked into. ``amd``: who answers is to be found out;
    ``examining``: it is in the dial plan for that; ``awaits_quiet``: a machine talks to it.
    ``answered_at``: Asterisk's own time of it.
    """

    leg: LegId
    call: CallId
    dialled: bool
    up: bool = False
    ringing: bool = False
    talk: TalkId | None = None
    held: bool = False
    muted: bool = False
    music: str = ""
    sounding: bool = False
    joining: TalkId | None = None
    transferring: bool = False
    hanging_up: bool = False
    amd: bool = False
    examining: bool = False
    awaits_quiet: bool = False
    answered_at: str = ""
    far_end: bool = False
    wanted: EndCause | None = None
    q850: int | None = None
    sip: int | None = None
    playing: set[PlaybackId] = field(default_factory=set)


@dataclass(slots=True)
class Sound:
    """A playback or a recording under way, and whose it is.

    ``sure``: nothing was missed since we heard of it, so it is indeed under way. ``began``: it is
    heard. ``unwanted``: it was stopped.
    """

    call: CallId
    leg: LegId
    paused: bool = False
    sure: bool = True
    began: bool = False
    unwanted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Coach:
    """Whom a supervisor's leg listens to, and by which snoop channel.

    Without a snoop they are in the talk like anybody else, for now; their bridge waits for them.
    """

    talk: TalkId
    agent: LegId | None
    snoop: str


@dataclass(slots=True)
class Book:
    """All that is under way. Only the adapter's translation and requests write it."""

    legs: dict[LegId, LegNote] = field(default_factory=dict)
    playbacks: dict[PlaybackId, Sound] = field(default_factory=dict)
    recordings: dict[RecordingId, Sound] = field(default_factory=dict)
    talks: dict[TalkId, set[LegId]] = field(default_factory=dict)
    coaches: dict[LegId, Coach] = field(default_factory=dict)
    _ended: OrderedDict[LegId, None] = field(default_factory=OrderedDict)
    _recorded: OrderedDict[RecordingId, None] = field(default_factory=OrderedDict)

    def begin(self, leg: LegId, call: CallId | None = None, *, up: bool = False) -> LegNote:
        """Note a new leg."""
        note = LegNote(leg, call or call_of_leg(leg), is_our_leg(leg), up=up)
        self.legs[leg] = note
        return note

    def end(self, leg: LegId) -> None:
        """Forget a leg and what was played to it; remember that it ended."""
        note = self.legs.pop(leg, None)
        if note is not None:
            self.move(note, None)
            for playback in note.playing:
                self.playbacks.pop(playback, None)
        self._ended[leg] = None
        if len(self._ended) > ENDED_BOUND:
            self._ended.popitem(last=False)

    def move(self, note: LegNote, talk: TalkId | None) -> None:
        """Note which talk the leg is in, if any."""
        if note.talk is not None and note.talk in self.talks:
            self.talks[note.talk].discard(note.leg)
        note.talk = talk
        if talk is not None:
            self.talks.setdefault(talk, set()).add(note.leg)

    def play(self, playback: PlaybackId, note: LegNote) -> None:
        """Note a playback of the leg."""
        self.playbacks[playback] = Sound(note.call, note.leg)
        note.playing.add(playback)

    def played(self, playback: PlaybackId) -> None:
        """Forget a playback."""
        sound = self.playbacks.pop(playback, None)
        if sound is not None and sound.leg in self.legs:
            self.legs[sound.leg].playing.discard(playback)

    def recorded(self, recording: RecordingId) -> bool:
        """Note that a recording is over; False when that was known."""
        self.recordings.pop(recording, None)
        if recording in self._recorded:
            return False
        self._recorded[recording] = None
        if len(self._recorded) > ENDED_BOUND:
            self._recorded.popitem(last=False)
        return True

    def has_recorded(self, recording: RecordingId) -> bool:
        """Say whether the recording is known to be over."""
        return recording in self._recorded

    def has_ended(self, leg: LegId) -> bool:
        """Say whether the leg is known to be over."""
        return leg in self._ended

    def leg_of_call(self, call: CallId) -> LegId | None:
        """Name a live leg of the call, its caller's if that is up."""
        if LegId(call) in self.legs:
            return LegId(call)
        return next((note.leg for note in self.legs.values() if note.call == call), None)
