"""The state of the network and what all its rules share: legs, events, ears, the end of a leg."""

import unicodedata
from collections import OrderedDict, deque
from collections.abc import Callable

from contact_center.adapters.simulated.deadlines import Deadlines
from contact_center.adapters.simulated.hearing import Heard, HeardKind, sound_of
from contact_center.adapters.simulated.parties import Leg, Playback, Recording, Stage, Talk
from contact_center.core.commands import NO_MUSIC, EndCause, RecordingScope, TelephonyCommand
from contact_center.core.events import (
    CallEnded,
    CommandFailed,
    EndedBy,
    Event,
    LegState,
    LiveLeg,
    ProviderGap,
    ProviderResynced,
    RecordingFinished,
    TalkEnded,
    TalkLeft,
)
from contact_center.core.ids import LegId, PlaybackId, RecordingId, TalkId
from contact_center.ports import PromptSource

LEGS_BOUND = 5_000
"""Legs alive at once; more are refused with ``overload``."""
REMEMBERED_BOUND = 1_000
"""Legs that ended and can still be looked at."""
KEPT_BOUND = 5_000
"""Recordings that are over and can still be played; the oldest are forgotten first."""
CALLER_ID_BOUND = 80

_SIP = {
    EndCause.BUSY: (17, 486),
    EndCause.NO_ANSWER: (19, 480),
    EndCause.REJECTED: (21, 603),
    EndCause.INVALID_NUMBER: (1, 404),
    EndCause.UNREGISTERED: (20, 480),
    EndCause.CONGESTION: (42, 503),
    EndCause.CANCELED: (16, 487),
}
_NOBODY = frozenset({"", "anonymous", "private", "restricted", "unavailable", "unknown"})


class Switch:
    """Everything that is alive on the network. Callers set `now` (microseconds) before acting."""

    def __init__(self, *, name: str, prompts: PromptSource | None, events_survive_gap: bool):
        self.name = name
        self.prompts = prompts
        self.events_survive_gap = events_survive_gap
        self.now = 0
        self.legs: dict[LegId, Leg] = {}
        self.ended: dict[LegId, Leg] = {}
        self.talks: dict[TalkId, Talk] = {}
        self.playbacks: dict[PlaybackId, Playback] = {}
        self.recordings: dict[RecordingId, Recording] = {}
        self.kept: OrderedDict[RecordingId, tuple[LegId, ...]] = OrderedDict()
        self.deadlines = Deadlines()
        self.connected = False
        self.out: deque[Event] = deque()
        self._held_back: deque[Event] = deque()
        self._changed: dict[LegId, None] = {}
        self.on_hearing: Callable[[Leg], None] = lambda leg: None
        self.on_end: Callable[[Leg], None] = lambda leg: None

    # --- events ------------------------------------------------------------------------------

    def tell(self, event: Event) -> None:
        """Send an event of the switch's; during a gap it is kept or lost as was chosen."""
        if self.connected:
            self.out.append(event)
        elif self.events_survive_gap:
            self._held_back.append(event)

    def fail(self, command: TelephonyCommand, code: str, detail: str = "") -> None:
        """Say that a command could not be carried out; the gap does not hide this."""
        self.out.append(
            CommandFailed(
                call=command.call,
                leg=command.leg,
                cmd=command.cmd,
                code=code,
                retryable=code in ("unreachable", "overload"),
                detail=detail,
            )
        )

    def cut(self) -> None:
        """Lose the stream of events; calls live on."""
        if self.connected:
            self.connected = False
            self.out.append(ProviderGap(provider=self.name))

    def connect(self) -> None:
        """Get the stream (back): what was kept first, then everything that is alive."""
        if self.connected:
            return
        self.connected = True
        self.out.extend(self._held_back)
        self._held_back.clear()
        alive = tuple(_live(leg) for leg in self.legs.values() if leg.ours)
        talks = tuple(talk.talk for talk in self.talks.values() if talk.ours)
        self.out.append(ProviderResynced(provider=self.name, legs=alive, talks=talks))

    # --- legs --------------------------------------------------------------------------------

    def ours(self, command: TelephonyCommand) -> Leg | None:
        """Find the live leg of a command; None after saying that there is none."""
        leg = self.legs.get(command.leg)
        if leg is not None and leg.ours:
            return leg
        self.fail(command, "no_such_leg")
        return None

    def known(self, leg: LegId) -> Leg | None:
        """Find a leg, alive or lately ended."""
        return self.legs.get(leg) or self.ended.get(leg)

    def end(self, leg: Leg, cause: EndCause, by: EndedBy) -> None:
        """End a leg: out of its talk, its recordings kept, CallEnded as its last event."""
        if not leg.alive:
            return
        if leg.no_answer is not None:
            leg.no_answer.cancel()
        for playback in tuple(leg.playbacks):
            self.drop_playback(playback)
        for recording in tuple(self.recordings.values()):
            if recording.leg == leg.leg:
                self.finish_recording(recording)
        self.leave_talk(leg, "ended")
        if leg.ours:
            q850, sip = _SIP.get(cause, (16, None))
            self.tell(
                CallEnded(call=leg.call, leg=leg.leg, cause=cause, by=by, q850=q850, sip_code=sip)
            )
        leg.stage = Stage.ENDED
        leg.cause, leg.ended_by = cause, by
        del self.legs[leg.leg]
        self.ended[leg.leg] = leg
        if len(self.ended) > REMEMBERED_BOUND:
            del self.ended[next(iter(self.ended))]
        self.on_end(leg)

    # --- talks, playbacks, recordings: what several rules need ----------------------------------

    def leave_talk(self, leg: Leg, reason: str) -> None:
        """Take a leg out of the talk it is in, if any."""
        talk = self.talks.get(leg.talk) if leg.talk is not None else None
        if talk is None:
            return
        self.changed_talk(talk)
        del talk.members[leg.leg]
        leg.talk = leg.held = None
        if leg.ours:
            self.tell(TalkLeft(call=leg.call, leg=leg.leg, talk=talk.talk, reason=reason))

    def end_talk(self, talk: Talk, reason: str) -> None:
        """Take a talk apart; its legs stay up."""
        for playback in tuple(talk.playbacks):
            self.drop_playback(playback)
        for recording in tuple(self.recordings.values()):
            if recording.scope is RecordingScope.TALK and recording.talk == talk.talk:
                self.finish_recording(recording)
        for member in tuple(talk.members):
            self.leave_talk(self.legs[member], reason)
        del self.talks[talk.talk]
        if talk.ours:
            self.tell(TalkEnded(call=talk.call, leg=talk.leg, talk=talk.talk, reason=reason))

    def drop_playback(self, playback: Playback) -> None:
        """Stop a playback without a word."""
        self.playbacks.pop(playback.playback, None)
        if playback.next is not None:
            playback.next.cancel()
        queue = self.playing_queue(playback)
        if playback in queue:
            queue.remove(playback)

    def playing_queue(self, playback: Playback) -> list[Playback]:
        """Return the queue that a playback plays in: its talk's or its leg's."""
        if playback.talk is not None:
            talk = self.talks.get(playback.talk)
            return talk.playbacks if talk else []
        leg = self.legs.get(playback.leg)
        return leg.playbacks if leg else []

    def finish_recording(self, recording: Recording) -> None:
        """End a recording and keep it."""
        del self.recordings[recording.recording]
        leg = self.legs.get(recording.leg)
        if leg is not None and leg.beeping:
            leg.beeping = False
            self.changed(leg)
        for deadline in (recording.limit, recording.hush):
            if deadline is not None:
                deadline.cancel()
        if recording.since is not None:
            recording.kept_us += max(0, self.now - recording.since)
        self.kept[recording.recording] = (recording.leg, *sorted(recording.others))
        if len(self.kept) > KEPT_BOUND:
            self.kept.popitem(last=False)
        self.tell(
            RecordingFinished(
                call=recording.call,
                leg=recording.leg,
                recording=recording.recording,
                url=f"{self.name}:{recording.recording}",
                ms=recording.kept_us // 1_000,
            )
        )

    # --- ears --------------------------------------------------------------------------------

    def changed(self, leg: Leg) -> None:
        """Note that what a leg hears may have changed."""
        self._changed[leg.leg] = None

    def changed_talk(self, talk: Talk) -> None:
        """Note that what the members of a talk hear may have changed."""
        for member in talk.members:
            self._changed[member] = None

    def listen_again(self) -> bool:
        """Bring the transcripts up to date; False when nobody's hearing had changed."""
        changed, self._changed = self._changed, {}
        for name in changed:
            leg = self.legs.get(name)
            if leg is None:
                continue
            heard = self.hears(leg)
            self._record(leg, heard)
            if leg.transcript.hear(heard):
                self.on_hearing(leg)
        return bool(changed)

    def _record(self, leg: Leg, heard: Heard) -> None:
        """Note whose voices come into the recordings that take what the leg hears."""
        if heard.kind is not HeardKind.TALK:
            return
        for recording in self.recordings.values():
            hears_leg = recording.leg == leg.leg and recording.scope is not RecordingScope.LEG
            if hears_leg and recording.since is not None:
                recording.others.update(heard.whom)

    def hears(self, leg: Leg) -> Heard:
        """Say what a leg hears now."""
        talk = self.talks.get(leg.talk) if leg.talk is not None else None
        playing = leg.playbacks[:1] or (talk.playbacks[:1] if talk and leg.held is None else [])
        if leg.beeping:
            return Heard(at=self.now, kind=HeardKind.BEEP)
        if playing:
            return sound_of(playing[0].items[playing[0].item], self.now, self.kept)
        if talk is not None and leg.held is None:
            voices = self.voices(talk, leg)
            kind = HeardKind.TALK if voices else HeardKind.SILENCE
            return Heard(at=self.now, kind=kind, whom=voices)
        for music in (leg.held, leg.waiting, leg.music):
            if music == NO_MUSIC:
                return Heard(at=self.now, kind=HeardKind.SILENCE)
            if music is not None:
                return Heard(at=self.now, kind=HeardKind.MUSIC, text=music)
        ringing = leg.stage in (Stage.OFFERED, Stage.RINGING)
        return Heard(at=self.now, kind=HeardKind.RINGING if ringing else HeardKind.SILENCE)

    def voices(self, talk: Talk, ear: Leg) -> tuple[LegId, ...]:
        """Say whose voices of a talk arrive at `ear`, a member of it."""
        return tuple(
            member.leg
            for member in talk.members.values()
            if member.leg != ear.leg
            and member.coach_of in (None, ear.leg)
            and not self.legs[member.leg].muted
            and self.legs[member.leg].held is None
        )


def caller_id(text: str) -> str:
    """Take control characters out of a number or name, and bound it."""
    clean = "".join(c for c in text if unicodedata.category(c)[0] != "C")
    return clean.strip()[:CALLER_ID_BOUND]


def number(text: str) -> str:
    """Clean the number a call comes from; empty for somebody who does not show one."""
    clean = caller_id(text)
    return "" if clean.lower() in _NOBODY else clean


def _live(leg: Leg) -> LiveLeg:
    return LiveLeg(
        leg=leg.leg,
        state=LegState.UP if leg.stage is Stage.UP else LegState.RINGING,
        ani=leg.ani,
        did=leg.did,
        ani_name=leg.ani_name,
        talk=leg.talk,
    )
