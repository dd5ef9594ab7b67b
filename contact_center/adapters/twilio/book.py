"""All legs, talks and recordings that the adapter knows of. Pure.

What ended is remembered for a while, for Twilio tells late, twice, or in another order.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass, field

from contact_center.adapters.twilio.asks import Ask
from contact_center.adapters.twilio.leg import Leg
from contact_center.adapters.twilio.wanted import Playback
from contact_center.core.commands import StartRecording
from contact_center.core.ids import CallId, LegId, PlaybackId, RecordingId, TalkId, call_of_leg

ENDED_BOUND = 20_000
"""How many ended legs are remembered. The oldest go first."""
TAPES_BOUND = 5_000
"""How many recordings that are over can still be played or thrown away."""


@dataclass(slots=True, kw_only=True)
class Talk:
    """A talk, which is a conference of the same name while somebody is in it.

    ``conference`` is Twilio's name for it now, "" when nobody is there. ``seen``: the number of the
    last word about each call in each of its conferences.
    """

    talk: TalkId
    call: CallId
    leg: LegId
    conference: str = ""
    seen: dict[tuple[str, str], int] = field(default_factory=dict)
    ending: bool = False
    ending_leg: LegId | None = None


@dataclass(slots=True, kw_only=True)
class Tape:
    """One recording. ``wish``: ``in-progress``, ``paused`` or ``stopped``; ``state``: the same, as
    Twilio has it, ``asked`` before that, ``over`` behind it.

    ``verb``: a document makes it, and it cannot be paused. ``due``: when it is stopped by us.
    """

    recording: RecordingId
    call: CallId
    leg: LegId
    start: StartRecording
    verb: bool = False
    sid: str = ""
    wish: str = "in-progress"
    state: str = ""
    due: int = 0
    looks: int = 0
    told: bool = False
    ms: int = 0


@dataclass(slots=True)
class Book:
    """All that is under way, and a little of what was.

    ``first_epoch`` is greater than any of an earlier process. ``stale``
    counts requests about documents that are gone, ``never_found`` calls of which it is unknown for
    ever whether they were dialled.
    """

    first_epoch: int = 1
    legs: dict[LegId, Leg] = field(default_factory=dict)
    by_sid: dict[str, LegId] = field(default_factory=dict)
    talks: dict[TalkId, Talk] = field(default_factory=dict)
    tapes: dict[RecordingId, Tape] = field(default_factory=dict)
    kept: OrderedDict[RecordingId, Tape] = field(default_factory=OrderedDict)
    tellings: OrderedDict[PlaybackId, Playback] = field(default_factory=OrderedDict)
    errands: deque[Ask] = field(default_factory=deque)
    stale: int = 0
    never_found: int = 0
    _by_call: dict[CallId, dict[LegId, Leg]] = field(default_factory=dict)
    _ended: OrderedDict[str, None] = field(default_factory=OrderedDict)

    def begin(
        self, leg: LegId, now: int, *, call: CallId | None = None, dialled: bool, sid: str = ""
    ) -> Leg:
        """Note a new leg."""
        note = Leg(
            leg=leg,
            call=call or call_of_leg(leg),
            dialled=dialled,
            since=now,
            epoch=self.first_epoch,
            heard_at=now,
        )
        self.legs[leg] = note
        self._by_call.setdefault(note.call, {})[leg] = note
        if sid:
            self.bind(note, sid)
        return note

    def bind(self, note: Leg, sid: str) -> bool:
        """Note Twilio's name for a leg; False when the leg has another one already."""
        if note.sid:
            return note.sid == sid
        note.sid = sid
        self.by_sid[sid] = note.leg
        return True

    def of_sid(self, sid: str) -> Leg | None:
        """Find the live leg that Twilio calls so."""
        leg = self.by_sid.get(sid)
        return self.legs.get(leg) if leg is not None else None

    def end(self, note: Leg) -> None:
        """Forget a leg; remember that it ended."""
        self.legs.pop(note.leg, None)
        for name in {str(note.leg), note.sid} - {""}:
            self._ended[name] = None
        while len(self._ended) > ENDED_BOUND:
            self._ended.popitem(last=False)
        self.by_sid.pop(note.sid, None)
        left = self._by_call.get(note.call, {})
        left.pop(note.leg, None)
        if not left:
            self._by_call.pop(note.call, None)
            for talk in [talk.talk for talk in self.talks.values() if talk.call == note.call]:
                del self.talks[talk]

    def has_ended(self, name: str) -> bool:
        """Say whether the leg, by our name or Twilio's, is known to be over."""
        return name in self._ended

    def of_call(self, call: CallId) -> list[Leg]:
        """Give the live legs of a call."""
        return list(self._by_call.get(call, {}).values())

    def members(self, talk: TalkId) -> list[Leg]:
        """Give the legs that are in a talk."""
        return [leg for leg in self.legs.values() if leg.in_talk == talk]

    def keep(self, tape: Tape) -> None:
        """A recording is over: remember where it is."""
        self.tapes.pop(tape.recording, None)
        self.kept[tape.recording] = tape
        while len(self.kept) > TAPES_BOUND:
            self.kept.popitem(last=False)

    def tell_of(self, playback: Playback) -> None:
        """Remember what a talk is to hear until Twilio has fetched it."""
        self.tellings[playback.playback] = playback
        while len(self.tellings) > ENDED_BOUND:
            self.tellings.popitem(last=False)
