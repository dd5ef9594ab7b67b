"""Numbers outside that are asked whether they take a caller, before the two hear each other.

Whoever answers hears what the flow says to them, and presses a key to take the caller, who hears
music meanwhile. A telephone that nobody holds, such as a machine's, presses nothing: the caller
comes back to the flow instead of talking to a tape.
"""

from contact_center.core.call import Call, CallPhase, Leg
from contact_center.core.commands import EndCause, Listen, PlaySequence, StopListen, StopPlayback
from contact_center.core.events import (
    CallEvent,
    CommandFailed,
    KeyPressed,
    KeysCollected,
    PlaybackFailed,
    PlaybackFinished,
)
from contact_center.core.ids import LegId
from contact_center.core.ivr.session import TransferExit
from contact_center.core.output import Outbox
from contact_center.core.outside import Outside
from contact_center.core.parties import Acceptance

ASKED_AT_MOST = 3
"""How often the question is put; silence after the last one is a no."""
ANSWER_US = 4_000_000
"""How long there is for a key once the question has been heard."""
_LONGEST_QUESTION_US = 60_000_000
DECLINED = "declined"


class Accepting(Outside):
    """Transfers to a number that has to say yes first."""

    def lead_outside(self, call: Call, exit_: TransferExit, now: int, out: Outbox) -> None:
        """Call the number, and keep in mind what it is to be asked."""
        super().lead_outside(call, exit_, now, out)
        call.acceptance = Acceptance(items=exit_.ask, key=exit_.accept) if exit_.ask else None

    def number_answered(self, call: Call, leg: Leg, now: int, out: Outbox) -> None:
        """Ask whoever answered, or connect them when nothing is to be asked."""
        asked = call.acceptance
        if asked is None or call.phase is not CallPhase.DIALING or not self.is_wanted(call, leg):
            super().number_answered(call, leg, now, out)
            return
        asked.leg = leg.leg
        self._put_question(call, asked, now, out)

    def is_asked(self, call: Call, leg: LegId) -> bool:
        """Say whether a number is asked now whether it takes the caller, and has this leg."""
        asked = call.acceptance
        return asked is not None and asked.leg == leg and call.phase is CallPhase.DIALING

    def asked_again(self, call: Call, now: int, out: Outbox) -> None:
        """Events were lost for a while: put the question once more, if one had been put."""
        asked = call.acceptance
        if asked is not None and asked.leg in call.legs:
            asked.times = min(asked.times, ASKED_AT_MOST - 1)
            self._put_question(call, asked, now, out)

    def accepted(self, call: Call, event: CallEvent, now: int, out: Outbox) -> bool:
        """Act on what comes from a number that is asked; False when `event` is about another."""
        asked = call.acceptance
        if asked is None or not self.is_asked(call, event.leg):
            return False
        match event:
            case KeyPressed():
                self._replied(call, asked, event.key, now, out)
            case KeysCollected() if event.keys:
                self._replied(call, asked, event.keys[0], now, out)
            case PlaybackFinished() | PlaybackFailed() if event.playback == asked.playback:
                self.media_deadlines.set("dial", call.call, now + ANSWER_US)
            case CommandFailed():
                self.media_deadlines.set("dial", call.call, now + ANSWER_US)
            case _:
                pass
        return True

    def dial_over(self, call: Call, cause: EndCause, now: int, out: Outbox) -> None:
        """The number was not reached, hung up, or kept silent: then it is asked again."""
        asked, call.acceptance = call.acceptance, None
        if call.phase is not CallPhase.DIALING or asked is None or asked.leg is None:
            super().dial_over(call, cause, now, out)
        elif asked.leg in call.legs and asked.times < ASKED_AT_MOST:
            call.acceptance = asked
            self._put_question(call, asked, now, out)
        else:
            self.not_reached(call, DECLINED, now, out)

    def _put_question(self, call: Call, asked: Acceptance, now: int, out: Outbox) -> None:
        assert asked.leg is not None
        self._ask_no_more(call, asked, out)
        asked.times += 1
        asked.playback, asked.listen = call.ids.playback(), call.ids.listen()
        out.emit(
            Listen(
                cmd=call.ids.command(),
                call=call.call,
                leg=asked.leg,
                listen=asked.listen,
                first_timeout_us=ANSWER_US,
            )
        )
        out.emit(
            PlaySequence(
                cmd=call.ids.command(),
                call=call.call,
                leg=asked.leg,
                playback=asked.playback,
                items=asked.items,
            )
        )
        self.media_deadlines.set("dial", call.call, now + _LONGEST_QUESTION_US)

    def _ask_no_more(self, call: Call, asked: Acceptance, out: Outbox) -> None:
        """Stop what the number hears, and listen to it no more."""
        if asked.leg is None or asked.playback is None or asked.listen is None:
            return
        cmd, leg = call.ids.command, asked.leg
        out.emit(StopPlayback(cmd=cmd(), call=call.call, leg=leg, playback=asked.playback))
        out.emit(StopListen(cmd=cmd(), call=call.call, leg=leg, listen=asked.listen))

    def _replied(self, call: Call, asked: Acceptance, key: str, now: int, out: Outbox) -> None:
        assert asked.leg is not None
        self._ask_no_more(call, asked, out)
        call.acceptance = None
        if key == asked.key:
            super().number_answered(call, call.legs[asked.leg], now, out)
        else:
            self.not_reached(call, DECLINED, now, out)
