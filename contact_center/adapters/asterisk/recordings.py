"""Commands about recordings to ARI requests. Pure.

Asterisk stops a recording at any key or at one of ``*`` and ``#``; other sets of keys stop at any.
"""

from contact_center.adapters.asterisk import tapes
from contact_center.adapters.asterisk.ari_link import Ask
from contact_center.adapters.asterisk.book import Book, LegNote, Sound
from contact_center.adapters.asterisk.plans import CONFLICT, NOT_FOUND, NOTHING, Plan, Refusal, Step
from contact_center.core import commands as c
from contact_center.core.events import Event, RecordingPaused, RecordingResumed

_SECOND_US = 1_000_000


class Recordings:
    """Says what Asterisk is asked for commands about recordings, keeping the book."""

    def __init__(self, book: Book, app: str) -> None:
        self._book = book
        self._app = app

    def start(self, command: c.StartRecording, note: LegNote) -> Plan | Refusal:
        """Begin to record, as a wav file."""
        known = self._book.recordings.get(command.recording)
        if known is not None and known.sure:
            return NOTHING
        if command.scope is c.RecordingScope.CALL:
            paused = known is not None and known.paused
            self._book.recordings[command.recording] = Sound(command.call, command.leg, paused)
            return tapes.listen(command.recording, note, self._app)
        to = f"channels/{note.leg}"
        if command.scope is c.RecordingScope.TALK:
            if command.talk is None:
                return Refusal(code="no_such_talk")
            to = f"bridges/{command.talk}"
        paused = known is not None and known.paused
        self._book.recordings[command.recording] = Sound(command.call, command.leg, paused)
        terminator = command.terminator
        query = [
            ("name", str(command.recording)),
            ("format", "wav"),
            ("maxDurationSeconds", str(-(-command.max_us // _SECOND_US))),
            ("maxSilenceSeconds", str(-(-command.silence_us // _SECOND_US))),
            ("ifExists", "fail"),
            ("beep", "true" if command.beep else "false"),
        ]
        if terminator:
            query.append(("terminateOn", terminator if terminator in ("*", "#") else "any"))
        return Plan.of(Step(Ask("POST", f"{to}/record", tuple(query)), CONFLICT))

    def stop(self, command: c.StopRecording) -> Plan:
        """End it and keep it."""
        return Plan.of(Step(Ask("POST", f"recordings/live/{command.recording}/stop"), NOT_FOUND))

    def discard(self, command: c.DiscardRecording) -> Plan:
        """Throw away what was kept."""
        return Plan.of(Step(Ask("DELETE", f"recordings/stored/{command.recording}"), NOT_FOUND))

    def pause(self, command: c.PauseRecording) -> Plan:
        """Leave a gap."""
        paused = RecordingPaused(call=command.call, leg=command.leg, recording=command.recording)
        return self._gap(command, "POST", paused, wanted=True)

    def resume(self, command: c.ResumeRecording) -> Plan:
        """End the gap."""
        resumed = RecordingResumed(call=command.call, leg=command.leg, recording=command.recording)
        return self._gap(command, "DELETE", resumed, wanted=False)

    def _gap(
        self,
        command: c.PauseRecording | c.ResumeRecording,
        method: str,
        done: Event,
        *,
        wanted: bool,
    ) -> Plan:
        sound = self._book.recordings.get(command.recording)
        if sound is not None:
            if sound.paused is wanted:
                return NOTHING
            sound.paused = wanted
        ask = Ask(method, f"recordings/live/{command.recording}/pause")
        return Plan(steps=(Step(ask, NOT_FOUND),), done=(done,))

    def take_back(self, command: c.StartRecording | c.PauseRecording | c.ResumeRecording) -> None:
        """Forget what was noted for a command that failed."""
        sound = self._book.recordings.get(command.recording)
        if isinstance(command, c.StartRecording):
            self._book.recordings.pop(command.recording, None)
        elif sound is not None:
            sound.paused = isinstance(command, c.ResumeRecording)
