"""The call reducer: every event of a call's life, from the offer to the last leg.

This is the upper layer: the dispatch of events, the caller's leg, and what agents add afterwards.
Below it lie ``journey`` (flow, queue, transfer), ``conversation`` (the agent) and ``ending``.
"""

from contact_center.core.acd import (
    AgentReserved,
    QueueLeft,
    ReportFailed,
    ReportWrappedUp,
    ReservationEnded,
    ToCall,
    WrapUpEnded,
)
from contact_center.core.call import Call, CallPhase, Leg, LegKind
from contact_center.core.commands import (
    Answer,
    EndCause,
    FindCustomer,
    Hangup,
    Reject,
)
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
    TalkJoined,
    TalkLeft,
    TimerFired,
)
from contact_center.core.facts import (
    CallFinished,
    CallOutcome,
    CallStarted,
    DispositionRecorded,
    LegAnswered,
    LegStarted,
    NotesSaved,
    OfferResult,
)
from contact_center.core.ids import CallId, CallIds, CommandId, LegId, call_of_leg, is_our_leg
from contact_center.core.journey import Journeys
from contact_center.core.output import Outbox
from contact_center.core.requests import DispositionRequested, NotesRequested

MAX_CALLS = 20_000
"""Bound on live calls; one more is refused with congestion, so that upstream can go elsewhere."""
MAX_NOTES = 10_000
"""Bound on an agent's notes of one call, in characters."""

_OUT_OF_FLOW = {CallPhase.CONNECTING, CallPhase.TALKING, CallPhase.HELD, CallPhase.BRIDGED}


def ghost_hangup(leg: LegId) -> Hangup:
    """End a leg that was dialled for nobody we know."""
    cmd = CommandId(f"{leg}:ghost")
    return Hangup(cmd=cmd, call=call_of_leg(leg), leg=leg, cause=EndCause.CANCELED)


class Calls(Journeys):
    """All calls of a pool. ``draining``: new ones are refused."""

    draining = False

    def handle(self, event: CallEvent, now: int, out: Outbox) -> None:
        """Act on an event of a leg. Events of calls and legs that are over are ignored."""
        call = self.calls.get(event.call)
        begins = isinstance(event, CallProgress | CallAnswered)
        if call is None or (begins and event.leg not in call.legs):
            self._stranger(event, call, now, out)
            return
        match event:
            case CallAnswered():
                self._answered(call, event, now, out)
            case CallEnded():
                self._leg_ended(call, event, now, out)
            case TalkJoined() | TalkLeft():
                self._talk_changed(call, event, now, out)
            case CommandFailed():
                self._command_failed(call, event, now, out)
            case RecordingFinished() if call.is_over:
                self.message_left(call, event, now, out)
            case KeyPressed() | KeysCollected() if call.session is None:
                self.keep_early_keys(call, event)
            case (
                KeyPressed()
                | KeysCollected()
                | PlaybackFinished()
                | PlaybackFailed()
                | RecordingFinished()
                | RecordingFailed()
                | TimerFired()
            ) if event.leg == call.caller and call.phase not in _OUT_OF_FLOW:
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
            self.joined(call, leg, now, out)

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
            case QueueLeft() if call.phase is CallPhase.WAITING:
                self.queue_left(call, message, now, out)
            case WrapUpEnded():
                call.wrapping = None
                if call.phase is CallPhase.ENDED:
                    self.people_deadlines.cancel("forget", call.call)
                    del self.calls[call.call]
            case _:
                out.ignore()

    def deadline(self, kind: str, owner: str, now: int, out: Outbox) -> None:
        """Act on a deadline of a call."""
        call = self.calls.get(CallId(owner))
        if call is None:
            return
        match kind:
            case "ivr" if call.session is not None and call.session.timer is not None:
                fired = TimerFired(call=call.call, leg=call.caller, timer=call.session.timer)
                self.step(call, fired, now, out)
            case "lookup":
                call.looked_up = True
                self.begin_if_ready(call, now, out)
            case "dial":
                self.dial_over(call, EndCause.NO_ANSWER, now, out)
            case "call":
                self.end(call, now, out)
            case "ending":
                self.ending_unconfirmed(call, now, out)
            case "forget" if call.wrapping is None:
                del self.calls[call.call]

    # --- the caller's leg ---------------------------------------------------------------------

    def _offered(self, event: CallOffered, now: int, out: Outbox) -> None:
        call = Call(
            call=event.call,
            ids=CallIds(call=event.call),
            direction=event.direction,
            ani=event.ani,
            did=event.did,
            ani_name=event.ani_name,
            started_at=now,
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
            )
        )
        if self.draining or len(self.calls) >= MAX_CALLS:
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

    def _leg_ended(self, call: Call, event: CallEnded, now: int, out: Outbox) -> None:
        leg = call.legs.get(event.leg)
        if leg is None:
            out.ignore()
            return
        self.leg_gone(call, leg.leg, event.cause, now, out)
        if call.is_over:
            self.finish_if_gone(call, now, out)
        elif leg.kind is LegKind.CALLER:
            self.end(call, now, out)
        elif not self.is_wanted(call, leg):
            return
        elif leg.kind is LegKind.NUMBER:
            self.dial_over(call, event.cause, now, out)
        elif call.phase in {CallPhase.OFFERING, CallPhase.CONNECTING}:
            self.agent_leg_failed(call, event.cause, now, out)
        else:
            self.end(call, now, out)

    def _command_failed(self, call: Call, event: CommandFailed, now: int, out: Outbox) -> None:
        if event.cmd == call.accept_sent:
            self.accept_failed(call, now, out)
        elif call.phase in _OUT_OF_FLOW:
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
        elif call.phase is CallPhase.CONNECTING and call.reservation is not None:
            reservation, leg = call.reservation, self.current_agent_leg(call)
            out.tell(
                ReportFailed(call=call.call, reservation=reservation, result=OfferResult.FAILED)
            )
            if leg is not None:
                out.emit(Hangup(cmd=call.ids.command(), call=call.call, leg=leg))
            self.back_in_place(call, OfferResult.FAILED, now, out)

    # --- after the talk -----------------------------------------------------------------------

    def notes(self, call: Call, request: NotesRequested, now: int, out: Outbox) -> None:
        """Keep what the agent typed."""
        if request.agent not in {call.agent, call.wrapping}:
            self.answer(request, "not_your_call", now, out)
            return
        text = request.text[:MAX_NOTES]
        self.answer(request, "", now, out)
        out.emit(
            NotesSaved(at=now, call=call.call, seq=call.ids.fact(), agent=request.agent, text=text)
        )

    def disposition(self, call: Call, request: DispositionRequested, now: int, out: Outbox) -> None:
        """Keep how the call ended; this ends the wrap-up."""
        if request.agent not in {call.agent, call.wrapping} or call.connected_at is None:
            self.answer(request, "not_your_call", now, out)
            return
        allowed = self.configuration.queues[call.queue].dispositions if call.queue else ()
        if request.code not in (allowed or self.configuration.dispositions):
            self.answer(request, "unknown_disposition", now, out)
            return
        self.answer(request, "", now, out)
        out.emit(
            DispositionRecorded(
                at=now,
                call=call.call,
                seq=call.ids.fact(),
                agent=request.agent,
                code=request.code,
                notes=(request.notes or "")[:MAX_NOTES],
            )
        )
        if call.wrapping == request.agent:
            out.tell(ReportWrappedUp(call=call.call, agent=request.agent))
