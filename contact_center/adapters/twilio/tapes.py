"""Recordings: what is wanted of each, and what Twilio has made of it. Pure.

A voicemail with a beep, or one that ends by itself in silence, is a document's Record. Everything
else is recorded beside what the leg does, so that it can be paused; what a talk's recording hears
is what the caller says and hears in it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from contact_center.adapters.twilio.asks import (
    Answer,
    Ask,
    Discard,
    LookTape,
    Outcome,
    TapeState,
)
from contact_center.adapters.twilio.asks import Tape as TapeAsk
from contact_center.adapters.twilio.book import Book, Tape
from contact_center.adapters.twilio.documents import Documents
from contact_center.adapters.twilio.leg import Leg
from contact_center.adapters.twilio.wishes import Events, failed
from contact_center.core import commands as c
from contact_center.core.events import (
    RecordingFailed,
    RecordingFinished,
    RecordingPaused,
    RecordingResumed,
    RecordingStarted,
)
from contact_center.core.ids import LegId, RecordingId

RUNS, PAUSED, STOPPED, OVER, ASKED = "in-progress", "paused", "stopped", "over", "asked"
MOST_AT_ONCE = 10
EMPTY_WITHIN_US = 5_000_000
"""So long it may yet be said that a recording of nothing is kept."""
LOOK_US = 10_000_000
"""So long Twilio has to say where a recording is that was stopped; then it is asked."""
MOST_LOOKS = 6


class Tapes:
    """Recordings of all legs."""

    def __init__(self, book: Book, documents: Documents) -> None:
        self._book = book
        self._documents = documents
        self._take: dict[type[Any], Callable[[Any, int], Events]] = {
            c.StartRecording: self._start,
            c.PauseRecording: self._pause,
            c.ResumeRecording: self._resume,
            c.StopRecording: self._stop,
            c.DiscardRecording: self._discard,
        }

    def takes(self, command: c.TelephonyCommand) -> bool:
        """Say whether a command is dealt with here."""
        return type(command) in self._take

    def __call__(self, command: c.TelephonyCommand, now: int) -> Events:
        """Take a command down; gives what is to be told at once."""
        return self._take[type(command)](command, now)

    # --- commands ------------------------------------------------------------------------------

    def _start(self, command: c.StartRecording, now: int) -> Events:
        kept = self._book.kept.get(command.recording)
        if kept is not None:
            return [self._finished(kept)]
        if command.recording in self._book.tapes:
            return []
        leg = self._book.legs.get(command.leg)
        if leg is None or leg.ended is not None:
            return [failed(command, "no_such_leg")]
        if command.scope is c.RecordingScope.TALK and command.talk not in self._book.talks:
            return [failed(command, "no_such_talk")]
        if len(self._of(leg)) >= MOST_AT_ONCE:
            return [failed(command, "overload")]
        tape = Tape(recording=command.recording, call=command.call, leg=leg.leg, start=command)
        is_own = command.scope is c.RecordingScope.LEG
        tape.verb = is_own and (command.beep or command.silence_us > 0)
        self._book.tapes[command.recording] = tape
        if tape.verb:
            leg.wanted.tape = command
        return []

    def _pause(self, command: c.PauseRecording, now: int) -> Events:
        tape = self._book.tapes.get(command.recording)
        if tape is None:
            return [failed(command, "no_such_leg", "no such recording")]
        if tape.verb:
            return [failed(command, "not_supported", "a voicemail cannot be paused")]
        if tape.wish == RUNS:
            tape.wish = PAUSED
        return []

    def _resume(self, command: c.ResumeRecording, now: int) -> Events:
        tape = self._book.tapes.get(command.recording)
        if tape is None:
            return [failed(command, "no_such_leg", "no such recording")]
        if tape.wish == PAUSED:
            tape.wish = RUNS
        return []

    def _stop(self, command: c.StopRecording, now: int) -> Events:
        kept = self._book.kept.get(command.recording)
        if kept is not None:
            return [] if kept.told else [self._finished(kept)]
        tape = self._book.tapes.get(command.recording)
        if tape is not None:
            self._stop_tape(tape, now)
        return []

    def _stop_tape(self, tape: Tape, now: int) -> None:
        leg = self._book.legs.get(tape.leg)
        if tape.wish != STOPPED:
            tape.wish, tape.due = STOPPED, now + LOOK_US
        if leg is not None and leg.wanted.tape is tape.start:
            leg.wanted.tape = None

    def _discard(self, command: c.DiscardRecording, now: int) -> Events:
        tape = self._book.kept.pop(command.recording, None)
        leg = self._book.legs.get(command.leg)
        if tape is not None and tape.sid:
            ask = Discard(
                leg=command.leg, tape=tape.sid, recording=command.recording, cmd=command.cmd
            )
            (leg.errands if leg is not None else self._book.errands).append(ask)
        return []

    # --- what is asked -------------------------------------------------------------------------

    def _of(self, leg: Leg) -> list[Tape]:
        return [tape for tape in self._book.tapes.values() if tape.leg == leg.leg]

    def runs(self, leg: Leg) -> bool:
        """Say whether something of the leg is recorded, or not known yet to be over."""
        return any(tape.sid or tape.verb for tape in self._of(leg))

    def ask(self, leg: Leg) -> Ask | None:
        """Say what is to be asked so that the leg's recordings are as they should be."""
        if not leg.up or not leg.sid:
            return None
        for tape in self._of(leg):
            if tape.verb:
                continue
            if not tape.state and tape.wish != STOPPED:
                return TapeAsk(
                    leg=leg.leg,
                    sid=leg.sid,
                    recording=tape.recording,
                    status_url=self._documents.recording_url(leg.leg, tape.recording),
                    one_side=tape.start.scope is c.RecordingScope.LEG,
                )
            if tape.sid and tape.state in (RUNS, PAUSED) and tape.wish != tape.state:
                return TapeState(
                    leg=leg.leg,
                    sid=leg.sid,
                    tape=tape.sid,
                    recording=tape.recording,
                    state=tape.wish,
                )
        return None

    def asked(self, ask: TapeAsk | TapeState, answer: Answer, now: int) -> Events:
        """Twilio answered."""
        tape = self._book.tapes.get(ask.recording)
        leg = self._book.legs.get(ask.leg)
        if tape is None or leg is None:
            return []
        if answer.outcome is Outcome.DONE:
            if isinstance(ask, TapeAsk):
                tape.sid = tape.sid or str(answer.body.get("sid", ""))
                return self._began(tape, leg, now)
            return self._changed(tape, leg, ask.state)
        if isinstance(ask, TapeAsk):
            if answer.outcome is Outcome.BUSY:
                return []
            return self._lost(tape, "refused")
        if answer.outcome in (Outcome.REFUSED, Outcome.GONE):
            # It is over by itself: with the word of that comes where it is.
            tape.state = STOPPED
            tape.due = tape.due or now + LOOK_US
        return []

    def _began(self, tape: Tape, leg: Leg, now: int) -> Events:
        if tape.state:
            return []
        tape.state = RUNS
        if tape.start.max_us and not tape.verb:
            tape.due = now + tape.start.max_us
        return [leg.event(RecordingStarted, recording=tape.recording)]

    def _changed(self, tape: Tape, leg: Leg, state: str) -> Events:
        before, tape.state = tape.state, state
        if state == PAUSED and before != PAUSED:
            return [leg.event(RecordingPaused, recording=tape.recording)]
        if state == RUNS and before == PAUSED:
            return [leg.event(RecordingResumed, recording=tape.recording)]
        return []

    def silent(self, recording: RecordingId, now: int) -> None:
        """A document's recording is over, and it was not said what it has: perhaps nothing."""
        tape = self._book.tapes.get(recording)
        if tape is not None:
            self._stop_tape(tape, now)
            tape.due = min(tape.due, now + EMPTY_WITHIN_US)

    # --- what happens --------------------------------------------------------------------------

    def key(self, leg: Leg, key: str, now: int) -> None:
        """A key ends recordings that it is to end."""
        for tape in self._of(leg):
            if key in tape.start.terminator and not tape.verb:
                self._stop_tape(tape, now)

    def heard(self, recording: RecordingId, params: Mapping[str, str], now: int) -> Events:
        """Read a word about a recording: of its own, or with the end of the verb that made it."""
        tape = self._book.tapes.get(recording)
        if tape is None:
            return []
        tape.sid = params.get("RecordingSid", "") or tape.sid
        status = params.get("RecordingStatus", "completed" if "RecordingUrl" in params else "")
        leg = self._book.legs.get(tape.leg)
        if status == "in-progress":
            return self._began(tape, leg, now) if leg is not None else []
        if status in ("absent", "failed"):
            return self._lost(tape, status)
        if status != "completed" or not tape.sid:
            return []
        tape.ms = 1000 * _seconds(params.get("RecordingDuration", ""))
        started: Events = [] if tape.state or leg is None else self._began(tape, leg, now)
        self._over(tape)
        tape.told = True
        return [*started, self._finished(tape)]

    def _over(self, tape: Tape) -> None:
        tape.state = OVER
        self._book.keep(tape)
        leg = self._book.legs.get(tape.leg)
        if leg is not None and leg.wanted.tape is tape.start:
            leg.wanted.tape = None

    def _lost(self, tape: Tape, cause: str) -> Events:
        self._book.tapes.pop(tape.recording, None)
        leg = self._book.legs.get(tape.leg)
        if leg is not None and leg.wanted.tape is tape.start:
            leg.wanted.tape = None
        event = RecordingFailed(call=tape.call, leg=tape.leg, recording=tape.recording, cause=cause)
        return [event]

    @staticmethod
    def _finished(tape: Tape) -> RecordingFinished:
        return RecordingFinished(
            call=tape.call,
            leg=tape.leg,
            recording=tape.recording,
            url=f"recordings/{tape.sid}",
            ms=tape.ms,
        )

    def legs_over(self, leg: LegId, now: int) -> Events:
        """The leg is over: so are its recordings, and Twilio has a minute to say where they are."""
        events: Events = []
        for tape in [tape for tape in self._book.tapes.values() if tape.leg == leg]:
            if tape.sid or tape.verb:
                self._stop_tape(tape, now)
                tape.state = STOPPED
            else:
                events.extend(self._lost(tape, "the leg is over"))
        return events

    @property
    def next_due(self) -> int:
        """When `due` is to be asked next; 0 for never."""
        return min((tape.due for tape in self._book.tapes.values() if tape.due), default=0)

    def due(self, now: int) -> Events:
        """Stop what is long enough; give up what Twilio says nothing about."""
        events: Events = []
        for tape in list(self._book.tapes.values()):
            if not tape.due or tape.due > now:
                continue
            leg = self._book.legs.get(tape.leg)
            if tape.wish != STOPPED:
                self._stop_tape(tape, now)
            elif tape.sid and tape.looks < MOST_LOOKS:
                tape.looks, tape.due = tape.looks + 1, now + LOOK_US
                look = LookTape(leg=tape.leg, tape=tape.sid, recording=tape.recording)
                (leg.errands if leg is not None else self._book.errands).append(look)
            else:
                events.extend(self._lost(tape, "Twilio does not say where it is"))
            if leg is not None:
                leg.settle_at = now
        return events

    def looked(self, ask: LookTape, answer: Answer, now: int) -> Events:
        """Twilio said how a recording is."""
        if answer.outcome is Outcome.GONE:
            tape = self._book.tapes.get(ask.recording)
            return self._lost(tape, "it is not there") if tape is not None else []
        if answer.outcome is not Outcome.DONE:
            return []
        params = {
            "RecordingSid": ask.tape,
            "RecordingStatus": str(answer.body.get("status", "")),
            "RecordingDuration": str(answer.body.get("duration", "")),
        }
        return self.heard(ask.recording, params, now)


def _seconds(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0
