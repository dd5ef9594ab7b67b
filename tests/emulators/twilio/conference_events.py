"""Telling how conferences go on, and everything that can go wrong with it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.emulators.twilio.dates import rfc2822
from tests.emulators.twilio.model import Callback

if TYPE_CHECKING:
    from tests.emulators.twilio.conferences import Conference
    from tests.emulators.twilio.emulator import TwilioEmulator

GROUPS = {
    "conference-start": "start",
    "conference-end": "end",
    "participant-join": "join",
    "participant-leave": "leave",
    "participant-mute": "mute",
    "participant-unmute": "mute",
    "participant-hold": "hold",
    "participant-unhold": "hold",
    "participant-modify": "modify",
    "participant-speech-start": "speaker",
    "participant-speech-stop": "speaker",
    "announcement-end": "announcement",
    "announcement-fail": "announcement",
}
"""What is told, and the word by which it is subscribed to."""
DEFAULT = frozenset({"start", "end"})
Told = tuple[Callback, dict[str, str]]


class ConferenceEvents:
    """One ordered lane per conference, which the faults of the emulator disturb."""

    def __init__(self, twilio: TwilioEmulator) -> None:
        self._twilio = twilio
        self._numbers: dict[str, int] = {}
        self._lanes: dict[str, asyncio.Queue[Told]] = {}
        self._kept: dict[str, list[Told]] = {}

    def tell(self, conference: Conference, event: str, params: dict[str, str]) -> None:
        """Tell who subscribed to it that this has happened."""
        number = self._numbers[conference.sid] = self._numbers.get(conference.sid, 0) + 1
        self._twilio.log.note("conference", None, event=event, sid=conference.sid, **params)
        callback = conference.callback
        if callback is None or GROUPS[event] not in callback.events:
            return
        told = {
            "AccountSid": self._twilio.account_sid,
            "ConferenceSid": conference.sid,
            "FriendlyName": conference.name,
            "Timestamp": rfc2822(self._twilio.clock.now()),
            "StatusCallbackEvent": event,
            **params,
        }
        if self._twilio.manner.numbered:
            told["SequenceNumber"] = str(number)
        faults = self._twilio.faults
        last = event == "conference-end"
        kept = self._kept.setdefault(conference.sid, [])
        if event in faults.drop:
            self._twilio.log.note("dropped callback", None, event=event, sid=conference.sid)
        else:
            kept.append((callback, told))
        if not last and (faults.burst or (faults.reorder and len(kept) < 2)):
            return
        if faults.reorder:
            kept.reverse()
        del self._kept[conference.sid]
        for each in kept:
            for _ in range(2 if faults.duplicate else 1):
                self._send(conference.sid, each)

    def _send(self, sid: str, told: Told) -> None:
        if delay_s := self._twilio.faults.delay_s:
            self._twilio.clock.call_later(delay_s, lambda: self._enqueue(sid, told))
        else:
            self._enqueue(sid, told)

    def _enqueue(self, sid: str, told: Told) -> None:
        lane = self._lanes.get(sid)
        if lane is None:
            lane = self._lanes[sid] = asyncio.Queue()
            lane.put_nowait(told)
            self._twilio.spawn(self._drain(sid, lane))
        else:
            lane.put_nowait(told)

    async def _drain(self, sid: str, lane: asyncio.Queue[Told]) -> None:
        while not lane.empty():
            callback, params = lane.get_nowait()
            await self._twilio.webhooks.tell(callback.url, callback.method, params)
        del self._lanes[sid]
