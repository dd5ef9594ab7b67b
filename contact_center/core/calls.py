"""The call reducer: every event of a call's life, from the offer to the last leg.

This is the upper layer: the dispatch of events and the caller's leg. Below it lie, from top to
bottom, ``afterwards`` (what agents add), ``outbound``, ``clicks``, ``previews`` and ``dialling``
(whom a dialer calls), ``supervision``, ``parking``, ``consultations``, ``transfers`` (what agents
and supervisors do with a call), ``journey`` (the caller's way through flow and queue), ``outside``
(to a number), ``work``, ``callbacks``, ``waiting`` (what is heard and done in line),
``conversation`` (the agent who has the caller), ``offers`` (the phones that ring) and ``ending``.
"""

from dataclasses import replace

from contact_center.core import recording
from contact_center.core.acd import (
    AgentReserved,
    PlaceResumed,
    QueueLeft,
    QueueMoved,
    ReservationEnded,
    ReserveRefused,
    ToCall,
    WaitNews,
    WrapUpEnded,
)
from contact_center.core.afterwards import Afterwards
from contact_center.core.call import Call, CallPhase, Leg, LegKind
from contact_center.core.commands import Answer, EndCause, FindCustomer, Hangup, Reject
from contact_center.core.events import (
    CallAnswered,
    CallEnded,
    CallEvent,
    CallOffered,
    CallProgress,
    CommandFailed,
    KeyPressed,
    KeysCollected,
    PlaybackFailed,
    PlaybackFinished,
    RecordingFailed,
    RecordingFinished,
    RecordingPaused,
    RecordingResumed,
    RecordingStarted,
    SpeechFinal,
    SpeechStarted,
    TalkJoined,
    TalkLeft,
    TimerFired,
)
from contact_center.core.facts import (
    CallFinished,
    CallOutcome,
    CallStarted,
    LegAnswered,
    LegStarted,
    OfferResult,
)
from contact_center.core.ids import CallId, CallIds, CommandId, LegId, call_of_leg, is_our_leg
from contact_center.core.offers import WITH_AGENT
from contact_center.core.output import Outbox
from contact_center.core.visits import is_visit
from contact_center.core.waiting import LISTENING

MAX_CALLS = 20_000
"""Bound on live calls; one more is refused with congestion, so that upstream can go elsewhere."""
ATTESTATION, MOST_ATTESTATION = "attestation", 100
"""The attribute of a caller that is kept with the call, and how much of it."""
OUT_OF_FLOW = {
    CallPhase.CONNECTING,
    CallPhase.TALKING,
    CallPhase.HELD,
    CallPhase.BRIDGED,
    CallPhase.PARKED,
}
FLOW_READS = (
    *(KeyPressed, KeysCollected, SpeechStarted, SpeechFinal, PlaybackFinished, PlaybackFailed),
    *(RecordingStarted, RecordingPaused, RecordingResumed, RecordingFinished, RecordingFailed),
    TimerFired,
)
"""What a caller's flow is told of their leg."""


def ghost_hangup(leg: LegId) -> Hangup:
    """End a leg that was dialled for nobody we know."""
    cmd = CommandId(f"{leg}:ghost")
    return Hangup(cmd=cmd, call=call_of_leg(leg), leg=leg, cause=EndCause.CANCELED)


class Calls(Afterwards):
    """All calls of a pool."""

    def handle(self, event: CallEvent, now: int, out: Outbox) -> None:
        """Act on an event of a leg. Events of calls and legs that are over are ignored."""
        call = self.calls.get(event.call)
        begins = isinstance(event, CallProgress | CallAnswered)
        if call is None or (begins and event.leg not in call.legs):
            self._stranger(event, call, now, out)
            return
        self.dial_news(call, event, now, out)
        if isinstance(event, RecordingStarted):
            recording.started(call, event, now)
        match event:
            case CallAnswered():
                self._answered(call, event, now, out)
            case CallEnded():
                self._leg_ended(call, event, now, out)
            case TalkJoined() | TalkLeft():
                self._talk_changed(call, event, now, out)
            case CommandFailed():
                self._command_failed(call, event, now, out)
            case RecordingFinished() | RecordingFailed() if event.recording in call.recordings:
                self.recording_over(call, event, now, out)
            case KeyPressed() | KeysCollected() if call.session is None:
                self.keep_early_keys(call, event)
            case _:
                self._for_the_flow(call, event, now, out)

    def _for_the_flow(self, call: Call, event: CallEvent, now: int, out: Outbox) -> None:
        """Act on what is heard and pressed: the flow's business, and the whisper announcement's."""
        match event:
            case RecordingFinished() if call.is_over:
                self.message_left(call, event, now, out)
            case PlaybackFinished() | PlaybackFailed() if self.whispered(call, event, now, out):
                pass
            case _ if self.accepted(call, event, now, out):
                pass
            case _ if event.leg == call.caller and call.phase not in OUT_OF_FLOW:
                if isinstance(event, FLOW_READS):
                    self.step(call, event, now, out)
            case _:
                pass

    def _stranger(self, event: CallEvent, call: Call | None, now: int, out: Outbox) -> None:
        """Act on an event of a call or a leg that is not on the books."""
        if isinstance(event, CallOffered) and call is None:
            self._offered(event, now, out)
        elif isinstance(event, CallProgress | CallAnswered) and is_our_leg(event.leg):
            # Else somebody's phone rings, or is silent, for nobody.
            out.emit(ghost_hangup(event.leg))
        else:
            out.ignore()

    def _talk_changed(
        self, call: Call, event: TalkJoined | TalkLeft, now: int, out: Outbox
    ) -> None:
        leg = call.legs.get(event.leg)
        if leg is None:
            out.ignore()
        elif isinstance(event, TalkLeft):
            leg.joined = False
        else:
            self._joined(call, leg, now, out)

    def _joined(self, call: Call, leg: Leg, now: int, out: Outbox) -> None:
        self.joined(call, leg, now, out)
        if call.consult is not None and call.consult.leg == leg.leg:
            self.consult_joined(call, now, out)
        elif leg.kind is LegKind.SUPERVISOR:
            self.supervisor_joined(call, leg, now, out)

    def told(self, message: ToCall, now: int, out: Outbox) -> None:
        """Act on what the router says."""
        call = self.calls.get(message.call)
        if call is None:
            out.ignore()
            return
        match message:
            case AgentReserved() if not call.is_over:
                self.reserved(call, message, now, out)
            case ReservationEnded():
                self.reservation_ended(call, message, now, out)
            case ReserveRefused():
                self.refused(call, message, now, out)
            case QueueLeft() if call.phase in {CallPhase.WAITING, *WITH_AGENT}:
                self.queue_left(call, message, now, out)
            case QueueMoved() | PlaceResumed() | WaitNews() if call.phase in LISTENING:
                self.told_in_line(call, message, now, out)
            case WrapUpEnded():
                call.wrappers.pop(message.agent, None)
                if call.phase is CallPhase.ENDED and not call.wrappers:
                    self.people_deadlines.cancel("forget", call.call)
                    del self.calls[call.call]
            case _:
                out.ignore()

    def deadline(self, kind: str, owner: str, now: int, out: Outbox) -> None:
        """Act on a deadline of a call."""
        call = self.calls.get(CallId(owner))
        if call is None:
            self.asked_in_vain(kind, owner, now, out)
            return
        match kind:
            case "ivr" if call.session is not None and call.session.timer is not None:
                fired = TimerFired(call=call.call, leg=call.caller, timer=call.session.timer)
                self.step(call, fired, now, out)
            case "lookup":
                call.looked_up = True
                self.begin_if_ready(call, now, out)
            case "call":
                self.end(call, now, out)
            case "ending":
                self.ending_unconfirmed(call, now, out)
            case "forget" if not call.wrappers:
                del self.calls[call.call]
            case _:
                self._talking_deadline(kind, call, now, out)

    def _talking_deadline(self, kind: str, call: Call, now: int, out: Outbox) -> None:
        match kind:
            case "tell":
                self.tell_more(call, now, out)
            case "callback":
                self.callback_due(call, now, out)
            case "dial":
                self.dial_over(call, EndCause.NO_ANSWER, now, out)
            case "whisper":
                self.whispered_enough(call, now, out)
            case "park":
                self.parked_long_enough(call, now, out)
            case "supervise":
                self.supervisors_unanswered(call, now, out)
            case _:
                self.dialled_deadline(kind, call, now, out)

    # --- the caller's leg ---------------------------------------------------------------------

    def _offered(self, event: CallOffered, now: int, out: Outbox) -> None:
        visit, stranger = None, is_visit(event.did)
        if stranger:
            visit = self.arrived(event.did, now)
            # A browser says of itself what it likes: nobody is looked up by that.
            event = replace(event, ani="", ani_name="", did=visit.did if visit else "")
        call = Call(
            call=event.call,
            ids=CallIds(call=event.call),
            direction=event.direction,
            ani=event.ani,
            did=event.did,
            ani_name=event.ani_name,
            started_at=now,
            visit=visit,
        )
        bundle = self.flows.for_number(event.did)
        out.emit(
            CallStarted(
                at=now,
                call=call.call,
                seq=call.ids.fact(),
                ani=event.ani,
                did=event.did,
                ani_name=event.ani_name,
                direction=event.direction,
                flow=bundle.flow,
                attestation=dict(event.attributes).get(ATTESTATION, "")[:MOST_ATTESTATION],
            )
        )
        if self.draining or len(self.calls) >= MAX_CALLS or (stranger and visit is None):
            self._refuse(call, now, out)
            return
        self.calls[call.call] = call
        leg = call.legs[call.caller] = Leg(leg=call.caller, kind=LegKind.CALLER)
        out.emit(LegStarted(at=now, call=call.call, seq=call.ids.fact(), leg=leg.leg))
        self.media_deadlines.set("call", call.call, now + self.configuration.timing.max_call_us)
        if event.ani:
            out.emit(FindCustomer(cmd=call.ids.command(), call=call.call, ani=event.ani))
            self.media_deadlines.set("lookup", call.call, now + self.configuration.timing.lookup_us)
        else:
            call.looked_up = True
        if event.answered:
            leg.up = True
            self.begin_if_ready(call, now, out)
        else:
            out.emit(Answer(cmd=call.ids.command(), call=call.call, leg=call.caller))

    def _refuse(self, call: Call, now: int, out: Outbox) -> None:
        cause = EndCause.CONGESTION
        out.emit(Reject(cmd=call.ids.command(), call=call.call, leg=call.caller, cause=cause))
        out.emit(
            CallFinished(at=now, call=call.call, seq=call.ids.fact(), outcome=CallOutcome.REFUSED)
        )

    def _answered(self, call: Call, event: CallAnswered, now: int, out: Outbox) -> None:
        leg = call.legs.get(event.leg)
        if leg is None or leg.up:
            out.ignore()
            return
        leg.up = True
        out.emit(LegAnswered(at=now, call=call.call, seq=call.ids.fact(), leg=leg.leg))
        match leg.kind:
            case LegKind.CALLER:
                self.begin_if_ready(call, now, out)
            case LegKind.AGENT:
                self.agent_answered(call, leg, now, out)
            case LegKind.NUMBER:
                self.number_answered(call, leg, now, out)
            case LegKind.SUPERVISOR:
                self.supervisor_answered(call, leg, now, out)

    def _leg_ended(self, call: Call, event: CallEnded, now: int, out: Outbox) -> None:
        leg = call.legs.get(event.leg)
        if leg is None:
            out.ignore()
            return
        wanted = self.is_wanted(call, leg)
        self.leg_gone(call, leg.leg, event.cause, now, out)
        if call.is_over:
            self.finish_if_gone(call, now, out)
        elif leg.kind is LegKind.CALLER:
            self.caller_gone(call, leg, event.cause, now, out)
        elif wanted:
            self._lost_leg(call, leg, event.cause, now, out)

    def _lost_leg(self, call: Call, leg: Leg, cause: EndCause, now: int, out: Outbox) -> None:
        """Somebody who had a part in the call is gone."""
        part = call.part
        if leg.kind is LegKind.SUPERVISOR:
            self.supervisor_gone(call, leg.leg, cause, now, out)
        elif call.consult is not None and call.consult.leg == leg.leg:
            self.consulted_gone(call, cause, now, out)
        elif leg.kind is LegKind.NUMBER:
            self.dial_over(call, cause, now, out)
        elif part is None or part.since is None or part.leg != leg.leg:
            self.agent_leg_failed(call, leg.leg, cause, now, out)
        elif call.consult is not None:
            self.leave_consult(call, now, out)
        else:
            self.agent_gone(call, now, out)

    def _command_failed(self, call: Call, event: CommandFailed, now: int, out: Outbox) -> None:
        taken = (
            self.accept_failed(call, event, now, out)
            or self.whispered(call, event, now, out)
            or self.supervisor_failed(call, event, now, out)
            or self.digits_failed(call, event, now, out)
            or self.accepted(call, event, now, out)
            or self._consult_failed(call, event, now, out)
        )
        if taken:
            return
        if call.phase in OUT_OF_FLOW:
            self._talk_failed(call, event, now, out)
        elif call.phase is CallPhase.OFFERED and event.code != "unreachable":
            # Whoever cannot be answered never hears anything; what is cut off is asked for again.
            caller = call.legs.get(call.caller)
            if caller is not None and not caller.up:
                call.outcome = CallOutcome.FAILED
                self.end(call, now, out, EndCause.FAILED)
        else:
            self.step(call, event, now, out)

    def _talk_failed(self, call: Call, event: CommandFailed, now: int, out: Outbox) -> None:
        """The talk could not be made, so the two do not hear each other.

        What is merely out of reach is repaired when the switch is back, and a lost leg reports its
        own end.
        """
        if event.cmd not in call.joining or event.code in {"unreachable", "no_such_leg"}:
            return
        if call.phase is CallPhase.BRIDGED:
            self.end(call, now, out, EndCause.FAILED)
        elif call.phase is CallPhase.CONNECTING and call.part is not None:
            part = call.part
            self.report_failed(call, part.reservation, OfferResult.FAILED, out)
            self.hang_up_leg(call, part.leg, out, EndCause.NORMAL)
            self.back_in_place(call, OfferResult.FAILED, now, out)

    def _consult_failed(self, call: Call, event: CommandFailed, now: int, out: Outbox) -> bool:
        """Whoever was consulted could not be joined; False when it is about somebody else."""
        consult = call.consult
        if consult is None or consult.leg != event.leg:
            return False
        leg = call.legs.get(event.leg)
        if leg is not None and leg.up and not leg.joined and event.code != "unreachable":
            self.consult_over(call, "failed", now, out)
        return True
