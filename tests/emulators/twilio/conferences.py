"""Conferences: who is in, who hears whom, when they start and end."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.emulators.twilio.conference_events import ConferenceEvents
from tests.emulators.twilio.conference_sounds import announce, announce_all, beep, music
from tests.emulators.twilio.model import (
    HOLD_MUSIC,
    Callback,
    EmulatedCall,
    Sound,
    Source,
    TwilioError,
)

if TYPE_CHECKING:
    from tests.emulators.twilio.emulator import TwilioEmulator

MOST_PARTICIPANTS = 250
LONGEST_NAME = 128
MUSIC = Source(url=HOLD_MUSIC)
"""Twilio's own, which is not fetched."""
_LEFT = {
    "hangup": "participant_hung_up",
    "redirected": "participant_updated_via_api",
    "kicked": "participant_updated_via_api",
    "star": "participant_hung_up",
    "ended via api": "conference_ended_via_api",
    "moderator left": "moderator_ended_conference",
}


@dataclass(slots=True, kw_only=True)
class Joining:
    """How somebody joins, as the attributes of ``<Conference>`` say."""

    muted: bool = False
    beep: str = "true"
    start_on_enter: bool = True
    end_on_exit: bool = False
    wait: Source = MUSIC
    """An empty URL is silence."""
    most: int = MOST_PARTICIPANTS
    label: str = ""
    coach: str = ""
    """Sid of the call that alone hears this one."""
    callback: Callback | None = None
    record: bool = False
    recording_callback: Callback | None = None


@dataclass(slots=True, kw_only=True, eq=False)
class Participant:
    """One call in a conference."""

    conference: Conference
    call: EmulatedCall
    label: str
    muted: bool
    coach: str
    coaching: bool
    start_on_enter: bool
    end_on_exit: bool
    beep_on_exit: bool
    wait: Source
    joined: float
    updated: float
    hold: bool = False
    hold_source: Source = MUSIC
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    background: asyncio.Task[None] | None = None
    """Music, while there is any."""
    listening: ExitStack = field(default_factory=ExitStack)

    def params(self) -> dict[str, str]:
        """What every event of a participant tells."""
        return {
            "CallSid": self.call.sid,
            "Muted": _flag(self.muted),
            "Hold": _flag(self.hold),
            "Coaching": _flag(self.coaching),
            "EndConferenceOnExit": _flag(self.end_on_exit),
            "StartConferenceOnEnter": _flag(self.start_on_enter),
            **({"CallSidToCoach": self.coach} if self.coaching else {}),
            **({"ParticipantLabel": self.label} if self.label else {}),
        }


@dataclass(slots=True, kw_only=True, eq=False)
class Conference:
    """One conference, over or not."""

    room: Conferences
    sid: str
    name: str
    created: float
    updated: float
    status: str = "init"
    callback: Callback | None = None
    participants: dict[str, Participant] = field(default_factory=dict)
    """By sid of the call; empty when it is over."""
    ended_by: str = ""
    reason: str = ""

    def sounds_for(self, call: EmulatedCall) -> frozenset[Sound]:
        """Whose voices this member hears now."""
        listener = self.participants.get(call.sid)
        if listener is None or listener.hold or self.status != "in-progress":
            return frozenset()
        return frozenset(
            ("voice", other.call.sid)
            for other in self.participants.values()
            if other is not listener
            and _audible(other)
            and (not other.coaching or other.coach == call.sid)
        )

    def voices(self) -> frozenset[str]:
        """Whose voices everybody hears now: those that a recording of the conference has."""
        if self.status != "in-progress":
            return frozenset()
        return frozenset(
            p.call.sid for p in self.participants.values() if _audible(p) and not p.coaching
        )

    def leave(self, call: EmulatedCall, why: str) -> None:
        """The call is no longer in; fine when it was out already."""
        participant = self.participants.get(call.sid)
        if participant is not None:
            self.room.left(participant, why)


class Conferences:
    """All conferences of the account."""

    def __init__(self, twilio: TwilioEmulator) -> None:
        self._twilio = twilio
        self.all: dict[str, Conference] = {}
        """By sid, in the order they were made."""
        self.events = ConferenceEvents(twilio)

    def named(self, name: str) -> Conference | None:
        """The one of this name that is not over."""
        return next((c for c in self.all.values() if c.name == name and _open(c)), None)

    def coaches(self) -> frozenset[str]:
        """Sids of all calls that whisper to one other only."""
        rooms = (c for c in self.all.values() if _open(c))
        return frozenset(p.call.sid for c in rooms for p in c.participants.values() if p.coaching)

    def create(self, name: str) -> Conference:
        """A new one that nobody is in yet."""
        now = self._twilio.clock.now()
        conference = Conference(
            room=self, sid=self._twilio.sids.new("CF"), name=name, created=now, updated=now
        )
        self.all[conference.sid] = conference
        return conference

    def join(self, call: EmulatedCall, name: str, how: Joining) -> Participant | None:
        """Put the call in the conference of this name; None when it is full."""
        conference = self.named(name) or self.create(name)
        if len(conference.participants) >= min(how.most, MOST_PARTICIPANTS):
            return None
        now = self._twilio.clock.now()
        if conference.callback is None and not conference.participants:
            conference.callback = how.callback
        participant = Participant(
            conference=conference,
            call=call,
            label=how.label,
            muted=how.muted,
            coach=how.coach,
            coaching=bool(how.coach),
            start_on_enter=how.start_on_enter,
            end_on_exit=how.end_on_exit,
            beep_on_exit=how.beep in {"true", "onExit"},
            wait=how.wait,
            joined=now,
            updated=now,
        )
        conference.participants[call.sid] = participant
        call.bridge = conference
        participant.listening.enter_context(call.party.talk_to(lambda on: self._spoke(call, on)))
        self._tell(participant, "participant-join")
        if conference.status == "init":
            self._begin_or_wait(conference, how)
        if how.beep in {"true", "onEnter"} and conference.status == "in-progress":
            beep(self._twilio, conference)
        self._changed(conference)
        return participant

    def left(self, participant: Participant, why: str) -> None:
        """The participant is out, and with it the conference may end. `why` is ``hangup``,
        ``redirected``, ``kicked``, ``star``, ``ended via api`` or ``moderator left``."""
        conference = participant.conference
        del conference.participants[participant.call.sid]
        self._silence(participant)
        participant.listening.close()
        if participant.call.bridge is conference:
            participant.call.bridge = None
        gone = "completed" if why == "hangup" else str(participant.call.status)
        more = {"ReasonParticipantLeft": _LEFT[why], "ParticipantCallStatus": gone}
        self._tell(participant, "participant-leave", more)
        participant.gone.set()
        if conference.status == "completed":
            return
        if participant.beep_on_exit and conference.participants:
            beep(self._twilio, conference)
        ending = "kicked" if why == "kicked" else "left"
        if participant.end_on_exit and conference.participants:
            self._end(conference, f"participant-with-end-conference-on-exit-{ending}", participant)
        elif not conference.participants:
            self._end(conference, f"last-participant-{ending}", participant)
        self._changed(conference)

    def end(self, conference: Conference) -> None:
        """End it from outside. Nothing when it is over."""
        if _open(conference):
            self._end(conference, "conference-ended-via-api", None)

    def kick(self, participant: Participant) -> None:
        """Put somebody out; the call goes on with what follows."""
        participant.conference.leave(participant.call, "kicked")

    def mute(self, participant: Participant, on: bool) -> None:
        """Whether the others hear this one."""
        if participant.muted != on:
            participant.muted = on
            self._modified(participant, "participant-mute" if on else "participant-unmute")

    def hold(self, participant: Participant, on: bool, source: Source = MUSIC) -> None:
        """Whether this one hears music instead of the others, and is not heard."""
        if on:
            participant.hold_source = source
        if participant.hold == on:
            return
        participant.hold = on
        self._silence(participant)
        if on:
            self._play(participant, participant.hold_source)
        elif participant.conference.status == "init":
            self._play(participant, participant.wait)
        self._modified(participant, "participant-hold" if on else "participant-unhold")

    def modify(
        self, participant: Participant, *, end_on_exit: bool | None, coach: str | None
    ) -> None:
        """What somebody may be, changed later; None is as before, an empty coach is none."""
        if end_on_exit is not None:
            participant.end_on_exit = end_on_exit
        if coach is not None:
            if coach and coach not in participant.conference.participants:
                raise TwilioError(400, 13221, f"{coach}, to be coached, is not in the conference")
            participant.coach = coach
            participant.coaching = bool(coach)
        self._modified(participant, "participant-modify")

    def announce(self, conference: Conference, source: Source) -> None:
        """Play something to everybody who is in."""
        self._twilio.spawn(announce_all(self._twilio, conference, source))

    def announce_to(self, participant: Participant, source: Source) -> None:
        """Play something to one of them."""
        self._twilio.spawn(announce(self._twilio, participant, source))

    def _begin_or_wait(self, conference: Conference, how: Joining) -> None:
        members = list(conference.participants.values())
        if len(members) < 2 or not any(m.start_on_enter for m in members):
            self._play(members[-1], members[-1].wait)
            return
        conference.status = "in-progress"
        conference.updated = self._twilio.clock.now()
        for member in members:
            if not member.hold:
                self._silence(member)
        self.events.tell(conference, "conference-start", {})
        if how.record:
            self._twilio.recordings.start_conference(conference, callback=how.recording_callback)

    def _end(self, conference: Conference, reason: str, by: Participant | None) -> None:
        conference.status = "completed"
        conference.updated = self._twilio.clock.now()
        conference.reason = reason
        conference.ended_by = by.call.sid if by is not None else ""
        why = "ended via api" if by is None else "moderator left"
        for participant in list(conference.participants.values()):
            conference.leave(participant.call, why)
        for recording in self._twilio.recordings.of_conference(conference):
            recording.stop()
        params = {"ReasonConferenceEnded": reason, "Reason": reason.replace("-", " ")}
        if by is not None:
            params["CallSidEndingConference"] = by.call.sid
            if by.label:
                params["ParticipantLabelEndingConference"] = by.label
        self.events.tell(conference, "conference-end", params)

    def _play(self, participant: Participant, source: Source) -> None:
        if source.url:
            participant.background = self._twilio.spawn(music(self._twilio, participant, source))

    def _silence(self, participant: Participant) -> None:
        if participant.background is not None:
            participant.background.cancel()
            participant.background = None

    def _modified(self, participant: Participant, event: str) -> None:
        participant.updated = self._twilio.clock.now()
        self._tell(participant, event)
        self._changed(participant.conference)

    def _spoke(self, call: EmulatedCall, on: bool) -> None:
        conference = call.bridge
        if isinstance(conference, Conference) and conference.status == "in-progress":
            participant = conference.participants[call.sid]
            if not participant.muted and not participant.hold:
                self._tell(participant, f"participant-speech-{'start' if on else 'stop'}")
            self._changed(conference)

    def _tell(
        self, participant: Participant, event: str, more: dict[str, str] | None = None
    ) -> None:
        self.events.tell(participant.conference, event, {**participant.params(), **(more or {})})

    def _changed(self, conference: Conference) -> None:
        conference.updated = self._twilio.clock.now()
        self._twilio.recordings.audio_changed()


def _audible(participant: Participant) -> bool:
    return participant.call.party.talking and not participant.muted and not participant.hold


def _open(conference: Conference) -> bool:
    return conference.status != "completed"


def _flag(value: bool) -> str:
    return "true" if value else "false"
