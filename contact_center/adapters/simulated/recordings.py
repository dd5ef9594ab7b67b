"""Commands about recordings, and what ends them by itself: length, silence, keys."""

from contact_center.adapters.simulated.hearing import MS
from contact_center.adapters.simulated.parties import Leg, Recording
from contact_center.adapters.simulated.switch import Switch
from contact_center.core.commands import (
    DiscardRecording,
    PauseRecording,
    RecordingScope,
    ResumeRecording,
    StartRecording,
    StopRecording,
)
from contact_center.core.events import RecordingPaused, RecordingResumed, RecordingStarted

BEEP_US = 250 * MS


class Recordings:
    """Records legs and talks."""

    def __init__(self, switch: Switch) -> None:
        self._switch = switch

    def start(self, command: StartRecording) -> None:
        """Record, after a beep if one is asked for."""
        switch = self._switch
        leg = switch.ours(command)
        if leg is None or command.recording in switch.recordings:
            return
        if command.scope is RecordingScope.TALK and command.talk not in switch.talks:
            switch.fail(command, "no_such_talk")
            return
        recording = Recording(
            recording=command.recording, call=command.call, leg=command.leg, scope=command.scope,
            talk=command.talk, max_us=command.max_us, silence_us=command.silence_us,
            terminator=command.terminator, since=None,
        )  # fmt: skip
        switch.recordings[recording.recording] = recording
        if not command.beep:
            self._begin(recording)
            return
        leg.beeping = True
        switch.changed(leg)
        recording.limit = switch.deadlines.set(
            switch.now + BEEP_US, lambda: self._after_beep(leg, recording)
        )

    def pause(self, command: PauseRecording) -> None:
        """Leave a gap from now on; in a recording that is over there is nothing to leave out."""
        recording = self._switch.recordings.get(command.recording)
        if recording is None or recording.since is None:
            return
        recording.kept_us += self._switch.now - recording.since
        recording.since = None
        for deadline in (recording.limit, recording.hush):
            if deadline is not None:
                deadline.cancel()
        paused = RecordingPaused(
            call=recording.call, leg=recording.leg, recording=recording.recording
        )
        self._switch.tell(paused)

    def resume(self, command: ResumeRecording) -> None:
        """Go on recording."""
        recording = self._switch.recordings.get(command.recording)
        if recording is None or recording.since is not None:
            return
        self._run(recording)
        resumed = RecordingResumed(
            call=recording.call, leg=recording.leg, recording=recording.recording
        )
        self._switch.tell(resumed)

    def stop(self, command: StopRecording) -> None:
        """End a recording and keep it; one that is over is kept already."""
        recording = self._switch.recordings.get(command.recording)
        if recording is not None:
            self._switch.finish_recording(recording)

    def discard(self, command: DiscardRecording) -> None:
        """Throw away what was kept."""
        self._switch.kept.pop(command.recording, None)

    def key(self, leg: Leg, key: str) -> None:
        """End what this key ends."""
        for recording in tuple(self._switch.recordings.values()):
            if recording.leg == leg.leg and key in recording.terminator:
                self._switch.finish_recording(recording)

    def voice(self, leg: Leg, until: int) -> None:
        """Note that the leg is heard until then, so that no silence ends the recording before."""
        for recording in self._switch.recordings.values():
            if leg.leg in (recording.leg, *self._members(recording)):
                recording.voice_until = max(recording.voice_until, until)
                self._watch_silence(recording)

    def _members(self, recording: Recording) -> tuple[str, ...]:
        talk = self._switch.talks.get(recording.talk) if recording.talk is not None else None
        return tuple(talk.members) if talk is not None else ()

    def _after_beep(self, leg: Leg, recording: Recording) -> None:
        leg.beeping = False
        self._switch.changed(leg)
        self._begin(recording)

    def _begin(self, recording: Recording) -> None:
        started = RecordingStarted(
            call=recording.call, leg=recording.leg, recording=recording.recording
        )
        self._switch.tell(started)
        self._run(recording)

    def _run(self, recording: Recording) -> None:
        switch = self._switch
        recording.since = recording.voice_until = switch.now
        leg = switch.legs.get(recording.leg)
        if leg is not None:
            switch.changed(leg)  # what is heard already is recorded too
        if recording.max_us:
            left = max(0, recording.max_us - recording.kept_us)
            recording.limit = switch.deadlines.set(
                switch.now + left, lambda: switch.finish_recording(recording)
            )
        self._watch_silence(recording)

    def _watch_silence(self, recording: Recording) -> None:
        if not recording.silence_us or recording.since is None:
            return
        if recording.hush is not None:
            recording.hush.cancel()
        recording.hush = self._switch.deadlines.set(
            recording.voice_until + recording.silence_us,
            lambda: self._switch.finish_recording(recording),
        )
