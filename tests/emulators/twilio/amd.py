"""Answering machine detection, by what the person at the other end is known to be.

The emulator does not listen: the verdict follows from how the callee behaves, at the time at which
Twilio would be sure of it by its published thresholds. `script` says otherwise for one address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.emulators.twilio.model import EmulatedCall, MachineDetection

if TYPE_CHECKING:
    from tests.emulators.twilio.emulator import TwilioEmulator
    from tests.emulators.twilio.parties import Behaviour

GREETING_S = 0.6
"""How long a person says hello."""
MACHINE_GREETING_S = 8.0
"""How long a machine without a beep talks."""
VERDICTS = frozenset(
    {
        "human",
        "machine_start",
        "machine_end_beep",
        "machine_end_silence",
        "machine_end_other",
        "fax",
        "unknown",
    }
)


class MachineDetector:
    """Who finds out whether a person or a machine has answered."""

    def __init__(self, twilio: TwilioEmulator) -> None:
        self._twilio = twilio
        self._scripts: dict[str, tuple[str, float]] = {}

    def script(self, address: str, verdict: str, after_s: float) -> None:
        """Let this be found out about an address, so long after the answer."""
        if verdict not in VERDICTS:
            raise ValueError(f"{verdict} is no verdict of AMD")
        self._scripts[address] = (verdict, after_s)

    async def answered(self, call: EmulatedCall) -> dict[str, str]:
        """The call has just been answered. Waits for the verdict when that was asked for
        synchronously; gives the parameters to add to the first request (``AnsweredBy``)."""
        asked = call.machine_detection
        if asked is None or call.send_digits:
            return {}
        if asked.asynchronous:
            self._twilio.spawn(self._tell(call, asked))
            return {}
        return await self._verdict(call, asked)

    async def _tell(self, call: EmulatedCall, asked: MachineDetection) -> None:
        verdict = await self._verdict(call, asked)
        if asked.callback is not None and not call.ended:
            params = {"AccountSid": call.account_sid, "CallSid": call.sid, **verdict}
            await self._twilio.webhooks.tell(
                asked.callback.url, asked.callback.method, params, call
            )

    async def _verdict(self, call: EmulatedCall, asked: MachineDetection) -> dict[str, str]:
        verdict, after_s = self._scripts.get(call.to) or expected(call.party.behaviour, asked)
        if after_s > asked.timeout_s:
            verdict, after_s = "unknown", asked.timeout_s
        await self._twilio.clock.sleep(after_s)
        if not call.ended:
            call.answered_by = verdict
            self._twilio.log.note("amd", call, answered_by=verdict)
        return {"AnsweredBy": verdict, "MachineDetectionDuration": str(round(after_s * 1000))}


def expected(callee: Behaviour, asked: MachineDetection) -> tuple[str, float]:
    """The verdict about such a callee, and how long after the answer it is there."""
    match callee.kind:
        case "silent":
            return "unknown", asked.silence_s
        case "machine" if asked.mode == "DetectMessageEnd":
            if callee.beep_at_s is not None:
                return "machine_end_beep", callee.beep_at_s
            return "machine_end_silence", MACHINE_GREETING_S + asked.speech_end_s
        case "machine":
            return "machine_start", asked.speech_threshold_s
        case _:
            return "human", GREETING_S + asked.speech_end_s
