"""Listens to whoever answers a dialled leg, as a switch with answering-machine detection does.

A person says hello and waits for an answer; a machine talks on, and beeps; a person who says more
than hello is taken for one; of somebody who says nothing nothing can be said. The times are those
of a common switch on clear lines.
"""

from random import Random

from contact_center.adapters.simulated.parties import Leg
from contact_center.adapters.simulated.phones import Phone, Rings
from contact_center.adapters.simulated.switch import Switch
from contact_center.core.events import AmdResult, AmdVerdict

SPEECH_MS = 300
GREETING_MS = 800
QUIET_MS = 800
"""So much silence after a greeting says that a person waits for an answer."""
LONG_GREETING_MS = 1_500
"""Who talks for longer than that without a pause is a machine."""
MOST_MS = 5_000
"""For so long it is listened."""


class Examiner:
    """Says who answered."""

    def __init__(self, switch: Switch, rng: Random) -> None:
        self._switch = switch
        self._rng = rng

    def answered(self, leg: Leg, phone: Phone) -> None:
        """A phone was answered: say by whom, when it is plain, if that is asked for."""
        if not leg.amd:
            return
        if phone.rings is Rings.MACHINE:
            after = SPEECH_MS + LONG_GREETING_MS
            self._tell(leg, AmdVerdict.MACHINE, after, speech_ms=SPEECH_MS)
            beep_ms = max(phone.greets.draw_us(self._rng) // 1_000, after)
            self._tell(leg, AmdVerdict.MACHINE, beep_ms, beep=True, speech_ms=SPEECH_MS)
        elif phone.rings is Rings.WORDY:
            after = SPEECH_MS + LONG_GREETING_MS
            self._tell(leg, AmdVerdict.MACHINE, after, speech_ms=SPEECH_MS)
        elif phone.rings is Rings.SILENT:
            self._tell(leg, AmdVerdict.UNKNOWN, MOST_MS)
        else:
            after = GREETING_MS + QUIET_MS
            self._tell(leg, AmdVerdict.HUMAN, after, speech_ms=SPEECH_MS, greeting_ms=GREETING_MS)

    def _tell(
        self,
        leg: Leg,
        verdict: AmdVerdict,
        after_ms: int,
        *,
        beep: bool = False,
        speech_ms: int | None = None,
        greeting_ms: int | None = None,
    ) -> None:
        result = AmdResult(
            call=leg.call,
            leg=leg.leg,
            verdict=verdict,
            beep=beep,
            after_ms=after_ms,
            speech_ms=speech_ms,
            greeting_ms=greeting_ms,
        )

        def say() -> None:
            if leg.alive and leg.ours:
                self._switch.tell(result)

        self._switch.deadlines.set(self._switch.now + after_ms * 1_000, say)
