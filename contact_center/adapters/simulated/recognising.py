"""Words that callers say while somebody listens for them: the recogniser of the simulated network.

It hears what the script says, and is as sure of it as the script says: ``balance (0.5)``.
"""

import re

from contact_center.adapters.simulated.hearing import speech_us
from contact_center.adapters.simulated.parties import Leg
from contact_center.adapters.simulated.switch import Switch
from contact_center.core.commands import Listen, StopListen
from contact_center.core.events import SpeechFinal, SpeechStarted
from contact_center.core.ids import ListenId

_SURE = re.compile(r"(?P<words>.*?)\s*\((?P<sure>0?\.\d{1,3}|[01](?:\.0{1,3})?)\)\Z", re.DOTALL)


def sureness(text: str) -> tuple[str, float]:
    """Part ``balance (0.5)`` into the words and how sure of them a recogniser is; else it is 1."""
    match = _SURE.match(text)
    return (match["words"], float(match["sure"])) if match else (text, 1.0)


class Recognising:
    """Which words are listened for on which leg."""

    def __init__(self, switch: Switch) -> None:
        self._switch = switch

    def listen(self, command: Listen) -> None:
        """Listen for words; keys stream, so there is nothing to do for them."""
        leg = self._switch.legs.get(command.leg)
        if leg is not None:
            leg.listening = command.listen if command.words else None

    def stop(self, command: StopListen) -> None:
        """Listen no more: what is just being said is not told any more."""
        leg = self._switch.legs.get(command.leg)
        if leg is not None and leg.listening == command.listen:
            leg.listening = None

    def said(self, leg: Leg, text: str, confidence: float) -> None:
        """The leg says something now, which takes its time."""
        listen = leg.listening
        if listen is None or not leg.ours:
            return
        switch = self._switch
        switch.tell(SpeechStarted(call=leg.call, leg=leg.leg, listen=listen))
        switch.deadlines.set(
            switch.now + speech_us(text), lambda: self._understood(leg, listen, text, confidence)
        )

    def _understood(self, leg: Leg, listen: ListenId, text: str, confidence: float) -> None:
        if leg.alive and leg.listening == listen:
            final = SpeechFinal(
                call=leg.call, leg=leg.leg, listen=listen, text=text, confidence=confidence
            )
            self._switch.tell(final)
