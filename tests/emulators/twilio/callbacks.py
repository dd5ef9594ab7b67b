"""Telling how calls go on: status callbacks, and everything that can go wrong with them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.emulators.twilio.dates import rfc2822
from tests.emulators.twilio.model import TERMINAL, Callback, CallStatus, EmulatedCall

if TYPE_CHECKING:
    from tests.emulators.twilio.emulator import TwilioEmulator

EVENTS = {
    CallStatus.INITIATED: "initiated",
    CallStatus.RINGING: "ringing",
    CallStatus.IN_PROGRESS: "answered",
    **dict.fromkeys(TERMINAL, "completed"),
}


SIGNED = (CallStatus.RINGING, CallStatus.IN_PROGRESS)
"""When it is told how a call was signed that the account made."""


class StatusCallbacks:
    """One ordered lane per call, which the faults of the emulator disturb."""

    def __init__(self, twilio: TwilioEmulator) -> None:
        self._twilio = twilio
        self._numbers: dict[str, int] = {}
        self._lanes: dict[str, asyncio.Queue[tuple[Callback, dict[str, str]]]] = {}
        self._kept: dict[str, list[tuple[Callback, dict[str, str]]]] = {}

    def tell(self, call: EmulatedCall) -> None:
        """Tell those who want to know that the call has its present status."""
        event = EVENTS.get(call.status)
        callback = call.callback
        if callback is None or event is None or event not in callback.events:
            return
        params = self._params(call)
        faults = self._twilio.faults
        last = event == "completed"
        if event in faults.drop or call.status in faults.drop:
            self._twilio.log.note("dropped callback", call, event=event)
            if not last:
                return
            self._release(call)
            return
        kept = self._kept.setdefault(call.sid, [])
        kept.append((callback, params))
        if faults.reorder:
            if len(kept) < 2 and not last:
                return
            kept.reverse()
        elif faults.burst and not last:
            return
        self._release(call)

    def _release(self, call: EmulatedCall) -> None:
        for callback, params in self._kept.pop(call.sid, []):
            times = 2 if self._twilio.faults.duplicate else 1
            for _ in range(times):
                self._send(call, callback, params)

    def _send(self, call: EmulatedCall, callback: Callback, params: dict[str, str]) -> None:
        if delay_s := self._twilio.faults.delay_s:
            self._twilio.clock.call_later(delay_s, lambda: self._enqueue(call, callback, params))
        else:
            self._enqueue(call, callback, params)

    def _enqueue(self, call: EmulatedCall, callback: Callback, params: dict[str, str]) -> None:
        lane = self._lanes.get(call.sid)
        if lane is None:
            lane = self._lanes[call.sid] = asyncio.Queue()
            lane.put_nowait((callback, params))
            self._twilio.spawn(self._drain(call, lane))
        else:
            lane.put_nowait((callback, params))

    async def _drain(
        self, call: EmulatedCall, lane: asyncio.Queue[tuple[Callback, dict[str, str]]]
    ) -> None:
        while not lane.empty():
            callback, params = lane.get_nowait()
            await self._twilio.webhooks.tell(callback.url, callback.method, params, call)
        del self._lanes[call.sid]

    def _params(self, call: EmulatedCall) -> dict[str, str]:
        number = self._numbers.get(call.sid, 0)
        self._numbers[call.sid] = number + 1
        params = {
            **self._twilio.calls.standard_params(call),
            "Timestamp": rfc2822(self._twilio.clock.now()),
            "CallbackSource": "call-progress-events",
        }
        ours = call.direction.startswith("outbound") and call.to.startswith("+")
        if ours and call.status in SIGNED:
            params["StirStatus"] = "A"
        if self._twilio.manner.numbered:
            params["SequenceNumber"] = str(number)
        if call.ended:
            params["CallDuration"] = str(call.duration_s)
            params["Duration"] = str(-(-call.duration_s // 60))
            if call.sip_code:
                params["SipResponseCode"] = str(call.sip_code)
            if call.error_code:
                params["ErrorCode"] = str(call.error_code)
        return params
