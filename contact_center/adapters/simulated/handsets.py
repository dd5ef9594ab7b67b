"""What a person can do with a telephone: press, speak, answer, decline, hang up."""

from contact_center.adapters.simulated.calls import Calls
from contact_center.adapters.simulated.hearing import Heard, HeardKind, speech_us
from contact_center.adapters.simulated.parties import Leg, Stage
from contact_center.adapters.simulated.recognising import Recognising, sureness
from contact_center.adapters.simulated.recordings import Recordings
from contact_center.adapters.simulated.switch import Switch
from contact_center.core.commands import EndCause
from contact_center.core.events import EndedBy, KeyPressed
from contact_center.core.ids import LegId

KEYS = frozenset("0123456789*#ABCD")


class Handsets:
    """The far ends of all legs. Acting on a leg that is gone does nothing, as in life."""

    def __init__(
        self, switch: Switch, calls: Calls, recordings: Recordings, recognising: Recognising
    ) -> None:
        self._switch = switch
        self._calls = calls
        self._recordings = recordings
        self._recognising = recognising

    def press(self, name: LegId, keys: str) -> bool:
        """Press keys on an answered leg; False when it is not up. Raises ValueError for others."""
        if not KEYS.issuperset(keys):
            raise ValueError("a telephone has the keys 0-9, *, # and A-D")
        leg = self._up(name)
        if leg is None:
            return False
        for key in keys:
            if leg.ours:
                self._switch.tell(KeyPressed(call=leg.call, leg=leg.leg, key=key))
                self._recordings.key(leg, key)
        return True

    def say(self, name: LegId, text: str) -> bool:
        """Say something on an answered leg, to those who hear it; False when it is not up.

        ``balance (0.5)`` is a word of which a recogniser is only half sure.
        """
        leg = self._up(name)
        if leg is None:
            return False
        text, sure = sureness(text)
        self._recognising.said(leg, text, sure)
        self._recordings.voice(leg, self._switch.now + speech_us(text))
        talk = self._switch.talks.get(leg.talk) if leg.talk is not None else None
        for member in talk.members if talk is not None else ():
            ear = self._switch.legs[member]
            heard = self._switch.hears(ear)
            if leg.leg in heard.whom:
                ear.transcript.moment(
                    Heard(at=self._switch.now, kind=HeardKind.SPEECH, text=text, whom=(leg.leg,))
                )
                self._switch.on_hearing(ear)
        return True

    def answer(self, name: LegId) -> bool:
        """Pick up a ringing phone; False when it does not ring."""
        leg = self._switch.legs.get(name)
        if leg is None or leg.stage is not Stage.RINGING:
            return False
        self._calls.up(leg)
        return True

    def decline(self, name: LegId, cause: EndCause = EndCause.REJECTED) -> bool:
        """Refuse a ringing call at the phone; False when it does not ring."""
        leg = self._switch.legs.get(name)
        if leg is None or leg.stage is not Stage.RINGING:
            return False
        self._switch.end(leg, cause, EndedBy.FAR_END)
        return True

    def hang_up(self, name: LegId) -> bool:
        """Hang up; a caller who was not answered yet gives up. False when the leg is gone."""
        leg = self._switch.legs.get(name)
        if leg is None or leg.stage is Stage.RINGING:
            return False
        offered = leg.stage is Stage.OFFERED
        self._switch.end(leg, EndCause.CANCELED if offered else EndCause.NORMAL, EndedBy.FAR_END)
        return True

    def _up(self, name: LegId) -> Leg | None:
        leg = self._switch.legs.get(name)
        return leg if leg is not None and leg.stage is Stage.UP else None
