"""``<Record>``: the caller's voice, until silence, a key, the end of the call or of the time."""

from __future__ import annotations

import asyncio

from tests.emulators.twilio.clock import Timer
from tests.emulators.twilio.execution import EXECUTORS, Execution
from tests.emulators.twilio.model import BEEP, Callback, RecordingInProgress
from tests.emulators.twilio.twiml import Document, Verb

_BEEP_S = 0.5


class _Recorder:
    """One recording that goes on. Silence is timed while the caller does not talk."""

    def __init__(self, run: Execution, verb: Verb, recording: RecordingInProgress) -> None:
        self.run = run
        self.verb = verb
        self.recording = recording
        self.key = ""
        self.heard = False
        self._ended = asyncio.get_running_loop().create_future()
        self._silence: Timer | None = None
        self._silent_since = run.twilio.clock.now()

    async def record(self) -> None:
        """Returns when it is over."""
        party, clock = self.run.call.party, self.run.twilio.clock
        longest = clock.call_later(self.verb.number("maxLength", 3600), self._end)
        self._talk(party.talking)
        try:
            with party.keys_to(self._press), party.talk_to(self._talk):
                await self._ended
        finally:
            longest.cancel()
            self._stop_silence()

    def params(self) -> dict[str, str]:
        """Stop the recording; the parameters of the action."""
        trim = self.verb.get("trim", "trim-silence") == "trim-silence"
        quiet_s = 0.0
        if trim and not self.run.call.party.talking:
            quiet_s = self.run.twilio.clock.now() - self._silent_since
        lasted_s = self.recording.stop(quiet_s)
        return {
            "RecordingUrl": self.recording.url,
            "RecordingSid": self.recording.sid,
            "RecordingDuration": str(lasted_s),
            "Digits": "hangup" if self.run.call.ended else self.key,
        }

    def _press(self, key: str) -> None:
        if self._ended.done() or key not in self.verb.get("finishOnKey", "1234567890*#"):
            self.run.call.party.drop(key)
            return
        self.key = key
        self._end()

    def _talk(self, on: bool) -> None:
        self._stop_silence()
        self.heard = self.heard or on
        if not on:
            clock = self.run.twilio.clock
            self._silent_since = clock.now()
            self._silence = clock.call_later(self.verb.number("timeout", 5), self._end)

    def _stop_silence(self) -> None:
        if self._silence is not None:
            self._silence.cancel()

    def _end(self) -> None:
        if not self._ended.done():
            self._ended.set_result(None)


async def record(run: Execution, verb: Verb) -> Document | None:
    """``<Record>``: asks its ``action``, also when the caller hangs up; of an empty recording
    nothing is told, and the document goes on."""
    if verb.flag("playBeep", True):
        with run.call.party.hearing(BEEP):
            await run.twilio.clock.sleep(_BEEP_S)
    told = verb.get("recordingStatusCallback")
    callback = None
    if told:
        events = verb.get("recordingStatusCallbackEvent", "completed").replace(",", " ").split()
        callback = Callback(
            url=run.absolute(told),
            method=verb.get("recordingStatusCallbackMethod", "POST"),
            events=frozenset(events),
        )
    recorder = _Recorder(
        run, verb, run.twilio.recordings.start(run.call, source="RecordVerb", callback=callback)
    )
    try:
        await recorder.record()
    except asyncio.CancelledError:
        params = recorder.params()
        if recorder.heard:
            run.last_word(verb.get("action"), verb.get("method"), params, when="over")
        raise
    params = recorder.params()
    if not recorder.heard:
        return None
    return await run.ask(verb.get("action"), verb.get("method"), params)


EXECUTORS["Record"] = record
