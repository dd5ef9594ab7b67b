"""``<Gather>``: keys and speech, with prompts that they interrupt."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from dataclasses import dataclass

from tests.emulators.twilio.clock import Timer
from tests.emulators.twilio.execution import EXECUTORS, Execution
from tests.emulators.twilio.player import play_all
from tests.emulators.twilio.twiml import Document, Verb

_AUTO_S = 1.0
"""How long a silence ends speech when Twilio is to find that out by itself."""


@dataclass(frozen=True, slots=True)
class _Input:
    """Something that happened to a gather: ``key``, ``speech``, ``time`` or ``played``."""

    kind: str
    what: str = ""
    confidence: float = 0.0


class _Gathering:
    """One gather that goes on. The timer runs from the end of the prompts, or the latest key."""

    def __init__(self, run: Execution, verb: Verb) -> None:
        self.run = run
        self.verb = verb
        self.digits = ""
        self.finished_on = ""
        self.speech: list[str] = []
        self.confidence = 0.0
        self._inbox: asyncio.Queue[_Input] = asyncio.Queue()
        self._timer: Timer | None = None
        self._partials = 0
        kinds = verb.get("input", "dtmf").replace(",", " ").split()
        self.hears_keys = "dtmf" in kinds
        self.hears_speech = "speech" in kinds
        self.timeout_s = self._seconds("timeout", 5.0)
        self.speech_timeout_s = self._seconds("speechTimeout", self.timeout_s)

    def _seconds(self, name: str, default: float) -> float:
        return _AUTO_S if self.verb.get(name) == "auto" else self.verb.number(name, default)

    async def gather(self) -> None:
        """Returns when it is complete, or its time is over."""
        party = self.run.call.party
        with ExitStack() as listening:
            if self.hears_keys:
                listening.enter_context(party.keys_to(lambda key: self._put("key", key)))
            if self.hears_speech:
                listening.enter_context(
                    party.speech_to(lambda words, sure: self._put("speech", words, sure))
                )
            playing = asyncio.ensure_future(play_all(self.run, self.verb.children))
            playing.add_done_callback(lambda _task: self._put("played"))
            try:
                await self._listen(playing)
            finally:
                playing.cancel()
                self._stop_timer()
                self._drop_the_rest()
                await asyncio.wait({playing})
        if not playing.cancelled():
            playing.result()

    async def _listen(self, playing: asyncio.Future[None]) -> None:
        while True:
            event = await self._inbox.get()
            match event.kind:
                case "time":
                    return
                case "played":
                    if not self.digits and not self.speech:
                        self._start_timer(self.timeout_s)
                case "key" if not self.speech:
                    playing.cancel()
                    if self._press(event.what):
                        return
                    self._start_timer(self.timeout_s)
                case "speech" if not self.digits:
                    if self.verb.flag("bargeIn", True):
                        playing.cancel()
                    self._hear(event)
                    self._start_timer(self.speech_timeout_s)

    def _press(self, key: str) -> bool:
        """Take a key; whether that was the last one."""
        if key in self.verb.get("finishOnKey", "#"):
            self.finished_on = key
            return True
        self.digits += key
        return len(self.digits) >= self.verb.number("numDigits", float("inf"))

    def _hear(self, event: _Input) -> None:
        self.speech.append(event.what)
        self.confidence = event.confidence
        if url := self.verb.get("partialResultCallback"):
            run = self.run
            params = {
                **run.twilio.calls.standard_params(run.call),
                "UnstableSpeechResult": " ".join(self.speech),
                "StableSpeechResult": "",
                "Stability": "0.5",
                "SequenceNumber": str(self._partials),
            }
            self._partials += 1
            method = self.verb.get("partialResultCallbackMethod", "POST")
            run.twilio.spawn(run.twilio.webhooks.tell(run.absolute(url), method, params, run.call))

    def result(self) -> dict[str, str]:
        """The parameters of the action."""
        params = {"msg": "Gather End"}
        if self.speech:
            spoken = {"SpeechResult": " ".join(self.speech), "Confidence": str(self.confidence)}
            return params | spoken
        if self.hears_keys:
            params |= {"Digits": self.digits, "FinishedOnKey": self.finished_on}
        if self.hears_speech:
            params |= {"SpeechResult": ""}
        return params

    def _drop_the_rest(self) -> None:
        """What was pressed before anybody could notice that the gather is over."""
        while not self._inbox.empty():
            event = self._inbox.get_nowait()
            if event.kind == "key":
                self.run.call.party.drop(event.what)

    def _put(self, kind: str, what: str = "", confidence: float = 0.0) -> None:
        self._inbox.put_nowait(_Input(kind, what, confidence))

    def _start_timer(self, seconds: float) -> None:
        self._stop_timer()
        self._timer = self.run.twilio.clock.call_later(seconds, lambda: self._put("time"))

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()


async def gather(run: Execution, verb: Verb) -> Document | None:
    """``<Gather>``: with no input the document goes on, unless ``actionOnEmptyResult``."""
    gathering = _Gathering(run, verb)
    action, method = verb.get("action"), verb.get("method")
    try:
        await gathering.gather()
    except asyncio.CancelledError:
        run.last_word(action, method, gathering.result())
        raise
    if gathering.digits or gathering.speech or verb.flag("actionOnEmptyResult", False):
        return await run.ask(action, method, gathering.result())
    return None


EXECUTORS["Gather"] = gather
