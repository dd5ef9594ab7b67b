"""Callers whom a flow connects with a number outside: it is dialled, answers or does not."""

from abc import abstractmethod

from contact_center.core.call import Call, CallPhase, CallTrigger, Leg, LegKind
from contact_center.core.commands import EndCause, Hangup, HoldMusic, Originate, Silence
from contact_center.core.facts import LegStarted
from contact_center.core.ids import transfer_leg
from contact_center.core.ivr.session import TransferExit
from contact_center.core.output import Outbox
from contact_center.core.work import Works

_DIAL_OUTCOME = {EndCause.BUSY: "busy", EndCause.REJECTED: "busy", EndCause.NO_ANSWER: "no_answer"}


class Outside(Works):
    """Transfers to a number."""

    @abstractmethod
    def back_to_flow(self, call: Call, outcome: str, now: int, out: Outbox) -> None:
        """The flow goes on by this outcome."""

    def lead_outside(self, call: Call, exit_: TransferExit, now: int, out: Outbox) -> None:
        """Call the number for the flow, while the caller hears music."""
        call.move(CallTrigger.DIAL)
        call.transfers += 1
        leg = Leg(leg=transfer_leg(call.call, call.transfers), kind=LegKind.NUMBER)
        call.legs[leg.leg] = leg
        out.emit(LegStarted(at=now, call=call.call, seq=call.ids.fact(), leg=leg.leg))
        out.emit(HoldMusic(cmd=call.ids.command(), call=call.call, leg=call.caller))
        out.emit(
            Originate(
                cmd=call.ids.command(),
                call=call.call,
                leg=leg.leg,
                to=f"number:{exit_.to}",
                caller_id=exit_.caller_id or call.did,
                timeout_us=exit_.timeout_us,
            )
        )
        self.media_deadlines.set("dial", call.call, now + exit_.timeout_us + 5_000_000)

    def number_answered(self, call: Call, leg: Leg, now: int, out: Outbox) -> None:
        """Connect the caller with the number."""
        if call.phase is not CallPhase.DIALING or not self.is_wanted(call, leg):
            out.emit(Hangup(cmd=call.ids.command(), call=call.call, leg=leg.leg))
            return
        call.move(CallTrigger.BRIDGE)
        self.media_deadlines.cancel("dial", call.call)
        out.emit(Silence(cmd=call.ids.command(), call=call.call, leg=call.caller))
        self.join_all(call, out)
        self.handed_over(call, now, out)

    def dial_over(self, call: Call, cause: EndCause, now: int, out: Outbox) -> None:
        """The number did not answer."""
        if call.phase is not CallPhase.DIALING:
            out.ignore()
            return
        self.not_reached(call, _DIAL_OUTCOME.get(cause, "failed"), now, out)

    def not_reached(self, call: Call, outcome: str, now: int, out: Outbox) -> None:
        """Let the flow go on with a caller whom the number does not get."""
        self.media_deadlines.cancel("dial", call.call)
        for leg in [leg for leg in call.legs.values() if leg.kind is LegKind.NUMBER]:
            out.emit(Hangup(cmd=call.ids.command(), call=call.call, leg=leg.leg))
        call.move(CallTrigger.RETURN)
        out.emit(Silence(cmd=call.ids.command(), call=call.call, leg=call.caller))
        self.back_to_flow(call, outcome, now, out)
