"""The agent's half of a call: reservation, ringing, talk, hold, requests from the desk, the end.

The lower half of the call reducer. Everything here checks that a reservation is still the call's
current one before it acts: an agent who answers for a caller who has gone is hung up on, never
connected to somebody else.
"""

from abc import abstractmethod

from contact_center.core import screen_pop
from contact_center.core.acd import (
    AgentReserved,
    ReportAnswered,
    ReportConnected,
    ReportFailed,
    ReportHold,
    ReservationEnded,
)
from contact_center.core.call import Call, CallPhase, CallTrigger, Leg, LegKind
from contact_center.core.commands import (
    CreateTalk,
    EndCause,
    EnterWaiting,
    Hangup,
    Hold,
    Join,
    LeaveWaiting,
    Originate,
    PickUp,
    Role,
    Unhold,
)
from contact_center.core.ending import Endings
from contact_center.core.facts import (
    AgentOffered,
    CallConnected,
    HoldChanged,
    LegStarted,
    OfferResult,
    QueueOutcome,
    RequestAnswered,
)
from contact_center.core.ids import LegId, agent_leg, talk_of, transfer_leg
from contact_center.core.output import Outbox
from contact_center.core.requests import (
    AcceptRequested,
    AgentRequest,
    HangupRequested,
    HoldRequested,
)

OFFER_RESULT = {
    EndCause.BUSY: OfferResult.BUSY,
    EndCause.REJECTED: OfferResult.DECLINED,
    EndCause.NO_ANSWER: OfferResult.NO_ANSWER,
    EndCause.UNREGISTERED: OfferResult.UNREGISTERED,
    EndCause.INVALID_NUMBER: OfferResult.UNREGISTERED,
    # The agent answered and hung up before the caller was there, or the leg was lost.
    EndCause.NORMAL: OfferResult.DECLINED,
}
PHASES_WITH = {
    LegKind.AGENT: {CallPhase.OFFERING, CallPhase.CONNECTING, CallPhase.TALKING, CallPhase.HELD},
    LegKind.NUMBER: {CallPhase.DIALING, CallPhase.BRIDGED},
}
"""When a leg we dialled has a part in the call."""
ANSWER_MARGIN_US = 2_000_000
"""The switch gives up ringing this long after us: our own expiry decides."""


class Conversations(Endings):
    """What happens between a call and an agent."""

    @abstractmethod
    def handed_over(self, call: Call, now: int, out: Outbox) -> None:
        """Tell the flow that its caller is with somebody."""

    # --- offers -------------------------------------------------------------------------------

    def reserved(self, call: Call, message: AgentReserved, now: int, out: Outbox) -> None:
        """Show the agent who calls, then ring their phone."""
        call.move(CallTrigger.RESERVE)
        call.reservation, call.agent = message.reservation, message.agent
        queue = self.configuration.queues[message.queue]
        agent = self.configuration.agents[message.agent]
        leg = Leg(leg=agent_leg(message.reservation), kind=LegKind.AGENT, agent=message.agent)
        call.legs[leg.leg] = leg
        out.emit(screen_pop.pop(call, queue, agent, message.reservation, now))
        if call.looked_up:
            out.emit(screen_pop.completion(call, agent, message.reservation, now))
        out.emit(
            AgentOffered(
                at=now,
                call=call.call,
                seq=call.ids.fact(),
                reservation=message.reservation,
                agent=message.agent,
                queue=message.queue,
                expires_at=message.expires_at,
            )
        )
        out.emit(
            LegStarted(
                at=now, call=call.call, seq=call.ids.fact(), leg=leg.leg, agent=message.agent
            )
        )
        name = call.customers[0].name if len(call.customers) == 1 else call.ani_name
        out.emit(
            Originate(
                cmd=call.ids.command(),
                call=call.call,
                leg=leg.leg,
                to=f"device:{agent.device}",
                caller_id=call.ani,
                caller_name=name,
                timeout_us=message.expires_at - now + ANSWER_MARGIN_US,
                correlation=message.reservation,
            )
        )

    def complete_pop(self, call: Call, now: int, out: Outbox) -> None:
        """Send the second part of the pop to the agent who has the call."""
        agent_id = call.wrapping if call.is_over else call.agent
        if agent_id is not None and call.reservation is not None:
            agent = self.configuration.agents[agent_id]
            out.emit(screen_pop.completion(call, agent, call.reservation, now))

    def pop_again(self, call: Call, now: int, out: Outbox) -> None:
        """Show the agent who has the call, or wraps it up, once more: their screen was away."""
        agent_id = call.wrapping if call.is_over else call.agent
        if agent_id is None or call.reservation is None or call.queue is None:
            return
        queue = self.configuration.queues[call.queue]
        agent = self.configuration.agents[agent_id]
        out.emit(screen_pop.pop(call, queue, agent, call.reservation, now))
        out.emit(screen_pop.completion(call, agent, call.reservation, now))

    def reservation_ended(
        self, call: Call, message: ReservationEnded, now: int, out: Outbox
    ) -> None:
        """The router took the offer back (nobody answered, or the agent declined)."""
        if call.reservation != message.reservation or call.is_over:
            out.ignore()
            return
        leg = agent_leg(message.reservation)
        cause = EndCause.NO_ANSWER if message.result is OfferResult.NO_ANSWER else EndCause.CANCELED
        out.emit(Hangup(cmd=call.ids.command(), call=call.call, leg=leg, cause=cause))
        self.back_in_place(call, message.result, now, out)

    def agent_leg_failed(self, call: Call, cause: EndCause, now: int, out: Outbox) -> None:
        """The agent's leg ended before they talked."""
        result = OFFER_RESULT.get(cause, OfferResult.FAILED)
        if call.lost:
            result = OfferResult.REVOKED
        assert call.reservation is not None
        out.tell(ReportFailed(call=call.call, reservation=call.reservation, result=result))
        self.back_in_place(call, result, now, out)

    def back_in_place(self, call: Call, result: OfferResult, now: int, out: Outbox) -> None:
        """The caller waits on as if nothing had happened."""
        was_connecting = call.phase is CallPhase.CONNECTING
        call.move(CallTrigger.OFFER_FAILED)
        self.offer_over(call, result, now, out)
        if was_connecting:
            # The music had stopped when the agent picked up.
            self.end_talk(call, out)
            self.enter_waiting(call, out)

    def agent_answered(self, call: Call, leg: Leg, now: int, out: Outbox) -> None:
        """Connect, if the reservation is still the call's current one."""
        if call.phase is not CallPhase.OFFERING or leg.leg != self.current_agent_leg(call):
            out.emit(
                Hangup(cmd=call.ids.command(), call=call.call, leg=leg.leg, cause=EndCause.CANCELED)
            )
            return
        assert call.reservation is not None
        call.move(CallTrigger.AGENT_ANSWERED)
        self.answer_accept(call, now, out, "")
        out.tell(ReportAnswered(call=call.call, reservation=call.reservation))
        out.emit(LeaveWaiting(cmd=call.ids.command(), call=call.call, leg=call.caller))
        self.join_all(call, out)

    def join_all(self, call: Call, out: Outbox) -> None:
        """Put every leg that should talk into the talk."""
        talk = talk_of(call.call)
        call.has_talk = True
        commands: list[CreateTalk | Join] = [
            CreateTalk(cmd=call.ids.command(), call=call.call, leg=call.caller, talk=talk)
        ]
        for leg in call.legs.values():
            if leg.kind is not LegKind.CALLER and not self.is_wanted(call, leg):
                continue
            leg.joined = False
            role = Role.AGENT if leg.kind is LegKind.AGENT else Role.CUSTOMER
            commands.append(
                Join(cmd=call.ids.command(), call=call.call, leg=leg.leg, talk=talk, role=role)
            )
        call.joining = tuple(command.cmd for command in commands)
        for command in commands:
            out.emit(command)

    def joined(self, call: Call, leg: Leg, now: int, out: Outbox) -> None:
        """A leg is in the talk; the second one makes it a conversation."""
        leg.joined = True
        if call.phase is not CallPhase.CONNECTING:
            return
        other = call.legs.get(self.current_agent_leg(call) or call.caller)
        caller = call.legs.get(call.caller)
        if other is None or caller is None or not (other.joined and caller.joined):
            return
        assert call.reservation is not None
        assert call.agent is not None
        assert call.queue is not None
        call.move(CallTrigger.CONNECT)
        call.connected_at = now
        out.tell(ReportConnected(call=call.call, reservation=call.reservation))
        self.wait_ended(call, QueueOutcome.ANSWERED, now, out)
        out.emit(
            CallConnected(
                at=now,
                call=call.call,
                seq=call.ids.fact(),
                reservation=call.reservation,
                agent=call.agent,
                queue=call.queue,
                waited_us=now - call.queued_at,
            )
        )
        self.handed_over(call, now, out)

    def enter_waiting(self, call: Call, out: Outbox) -> None:
        """Let the caller hear that they wait."""
        assert call.queue is not None
        music = self.configuration.queues[call.queue].music
        out.emit(
            EnterWaiting(
                cmd=call.ids.command(),
                call=call.call,
                leg=call.caller,
                queue=call.queue,
                music=music,
            )
        )

    def current_agent_leg(self, call: Call) -> LegId | None:
        """Name the only agent leg that may talk in this call."""
        return agent_leg(call.reservation) if call.reservation is not None else None

    def is_wanted(self, call: Call, leg: Leg) -> bool:
        """Say whether a leg we dialled is the one dialled last, and not a former one."""
        if leg.kind is LegKind.AGENT:
            return leg.leg == self.current_agent_leg(call)
        return leg.leg == transfer_leg(call.call, call.transfers)

    def may_talk(self, call: Call, leg: Leg) -> bool:
        """Say whether a leg we dialled has anything to do in the call as it is now."""
        return call.phase in PHASES_WITH[leg.kind] and self.is_wanted(call, leg)

    # --- requests from the desk ---------------------------------------------------------------

    def accept(self, call: Call, request: AcceptRequested, now: int, out: Outbox) -> None:
        """Answer the agent's phone for them; the request is answered when that is known."""
        leg = call.legs.get(agent_leg(request.reservation))
        if call.phase is not CallPhase.OFFERING or call.agent != request.agent or leg is None:
            self.answer(request, "offer_is_over", now, out)
            return
        self.answer_accept(call, now, out, "asked_again")
        call.accept, call.accept_sent = request.cmd, call.ids.command()
        out.emit(PickUp(cmd=call.accept_sent, call=call.call, leg=leg.leg))

    def accept_failed(self, call: Call, now: int, out: Outbox) -> None:
        """The provider cannot answer the phone from here."""
        self.answer_accept(call, now, out, "answer_on_the_phone")

    def hang_up(self, call: Call, request: HangupRequested, now: int, out: Outbox) -> None:
        """The agent ends the conversation."""
        if call.agent != request.agent or call.phase not in {CallPhase.TALKING, CallPhase.HELD}:
            self.answer(request, "not_talking", now, out)
            return
        self.answer(request, "", now, out)
        self.end(call, now, out)

    def hold(self, call: Call, request: HoldRequested, now: int, out: Outbox) -> None:
        """Put the caller on hold, or bring them back; asking for what is already so is fine."""
        wanted = CallPhase.TALKING if request.on else CallPhase.HELD
        if call.agent != request.agent or call.phase not in {CallPhase.TALKING, CallPhase.HELD}:
            self.answer(request, "not_talking", now, out)
            return
        self.answer(request, "", now, out)
        if call.phase is not wanted:
            return
        assert call.reservation is not None
        talk, leg = talk_of(call.call), call.caller
        if request.on:
            call.move(CallTrigger.HOLD)
            call.held_at = now
            out.emit(Hold(cmd=call.ids.command(), call=call.call, leg=leg, talk=talk))
        else:
            call.move(CallTrigger.UNHOLD)
            self.count_hold(call, now)
            out.emit(Unhold(cmd=call.ids.command(), call=call.call, leg=leg, talk=talk))
        out.tell(ReportHold(call=call.call, reservation=call.reservation, on=request.on))
        out.emit(
            HoldChanged(
                at=now, call=call.call, seq=call.ids.fact(), agent=request.agent, on=request.on
            )
        )

    def answer(self, request: AgentRequest, code: str, now: int, out: Outbox) -> None:
        """Tell an agent what became of a request; an empty code means it was carried out."""
        out.emit(RequestAnswered(at=now, agent=request.agent, cmd=request.cmd, code=code))
