"""Words of callers over media streams: their sound to a recogniser of ours.

A listening begins and ends with commands of the core. What the caller says meanwhile goes from the
stream to the recogniser, and what that understands to the core; prompts and keys go on as ever.
Where the recogniser cannot listen (not there yet, another language), or a leg has no stream, words
are Twilio's to understand, in a document.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from contact_center.adapters.twilio.audio_tap import AudioTap
from contact_center.adapters.twilio.streams import MediaStreams
from contact_center.adapters.twilio.ulaw import decode, silence
from contact_center.core.commands import Listen, StopListen, TelephonyCommand
from contact_center.core.events import CallEvent, SpeechFinal, SpeechStarted
from contact_center.core.ids import CallId, LegId, ListenId
from contact_center.ports import Hearing, Recogniser

FRAME_MS = 20
_LONGEST_GAP = 50
"""Frames that are made up for with silence, where some never came."""
CALLER = "inbound"
"""The track that is what the caller says, not what is said to them."""


@dataclass(slots=True, kw_only=True)
class _Ear:
    """One listening. ``carrier``: brings it the sound, while there is a stream."""

    call: CallId
    leg: LegId
    listen: ListenId
    hearing: Hearing | None = None
    carrier: asyncio.Task[None] | None = None


class StreamEars:
    """Listens for words on legs with streams. `tell` takes events for the core.

    All of it is called in the owner's loop.
    """

    def __init__(
        self,
        recogniser: Recogniser,
        streams: MediaStreams,
        tell: Callable[[CallEvent], None],
    ) -> None:
        self._recogniser = recogniser
        self._streams = streams
        self._tell = tell
        self._ears: dict[LegId, _Ear] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def hears(self, leg: LegId) -> bool:
        """Say whether words of this leg are for us to understand now."""
        return leg in self._ears

    def take(self, command: TelephonyCommand) -> None:
        """Begin and end listening as a command says; all others are not for us."""
        if isinstance(command, Listen):
            self.close(command.leg)
            if command.words:
                self._open(command)
        elif isinstance(command, StopListen):
            ear = self._ears.get(command.leg)
            if ear is not None and ear.listen == command.listen:
                self.close(command.leg)

    def _open(self, command: Listen) -> None:
        ear = _Ear(call=command.call, leg=command.leg, listen=command.listen)
        ear.hearing = self._recogniser.listen(
            command.words,
            command.language,
            partial(self._began, ear),
            partial(self._understood, ear),
        )
        if ear.hearing is None:
            return
        self._ears[command.leg] = ear
        self.stream_opened(command.leg)

    def stream_opened(self, leg: LegId) -> None:
        """Listen to a leg's stream, if somebody wants that and there is one."""
        ear = self._ears.get(leg)
        tap = self._streams.listen(leg) if ear is not None else None
        if ear is None or tap is None:
            return
        if ear.carrier is not None:
            ear.carrier.cancel()  # of a stream that is over
        work = self._carry(ear, tap)
        ear.carrier = asyncio.get_running_loop().create_task(work, name=f"words of {leg}")
        self._tasks.add(ear.carrier)
        ear.carrier.add_done_callback(self._tasks.discard)

    async def _carry(self, ear: _Ear, tap: AudioTap) -> None:
        """Carry sound until the stream or the listening is over."""
        while (frame := await tap.get()) is not None:
            if ear.hearing is None:
                return
            if frame.lost:
                gap = silence(FRAME_MS * min(frame.lost, _LONGEST_GAP))
                ear.hearing.feed(decode(gap))
            if frame.track == CALLER:
                ear.hearing.feed(decode(frame.ulaw))

    def close(self, leg: LegId) -> None:
        """Listen to a leg no more."""
        ear = self._ears.pop(leg, None)
        if ear is None:
            return
        if ear.hearing is not None:
            ear.hearing.close()
        ear.hearing = None
        if ear.carrier is not None:
            ear.carrier.cancel()
        self._streams.listen_no_more(leg)

    async def stop(self) -> None:
        """Let go of everything."""
        for leg in list(self._ears):
            self.close(leg)
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _is_open(self, ear: _Ear) -> bool:
        return self._ears.get(ear.leg) is ear

    def _began(self, ear: _Ear) -> None:
        if self._is_open(ear):
            self._tell(SpeechStarted(call=ear.call, leg=ear.leg, listen=ear.listen))

    def _understood(self, ear: _Ear, text: str, confidence: float) -> None:
        if self._is_open(ear):
            self._tell(
                SpeechFinal(
                    call=ear.call,
                    leg=ear.leg,
                    listen=ear.listen,
                    text=text,
                    confidence=confidence,
                )
            )
