"""Passing a caller on without a word: to a queue, to an agent, to a number, or back to the queue.

The agent's part is over at once and their notes begin. The caller hears music, keeps the age they
had in line, and is never left alone: what cannot be reached leads back to the queue.
"""

import re
from abc import abstractmethod
from dataclasses import replace

from contact_center.core import recording
from contact_center.core.acd import AgentReserved, EnterQueue, ReserveAgent, ReserveRefused
from contact_center.core.call import Call, CallPhase, CallTrigger, Leg, LegKind
from contact_center.core.commands import EndCause, Hangup, HoldMusic, Originate, Silence
from contact_center.core.events import RecordingFailed, RecordingFinished
from contact_center.core.facts import CallQueued, OfferResult, RequestAnswered
from contact_center.core.ids import AgentId, LegId, QueueId, transfer_leg
from contact_center.core.ivr.flow import Queue, Transfer
from contact_center.core.ivr.session import LEFT, Phase
from contact_center.core.journey import Journeys
from contact_center.core.offers import WITH_AGENT
from contact_center.core.outcomes import TransferKind
from contact_center.core.output import Outbox
from contact_center.core.parties import Part, Reserving
from contact_center.core.requests import AgentRequest, RequeueRequested, TransferRequested
from contact_center.core.talk_facts import CallTransferred
from contact_center.core.waiting import entry_of

DIAL_US = 30_000_000
"""How long a number rings that an agent wants to talk to, or pass the caller on to."""
_DIAL_MARGIN_US = 5_000_000
_NUMBER = re.compile(r"\+?[0-9]{2,15}\Z")
TRANSFER, CONSULT, RETRIEVE, RETURN = "transfer", "consult", "retrieve", "return"


class Transfers(Journeys):
    """Callers on their way from one agent to somebody else."""

    @abstractmethod
    def consult_reserved(self, call: Call, message: AgentReserved, now: int, out: Outbox) -> None:
        """The agent who is to be consulted can be rung."""

    # --- requests -------------------------------------------------------------------------------

    def transfer(self, call: Call, request: TransferRequested, now: int, out: Outbox) -> None:
        """Pass the caller on. To an agent it is answered when the router has said yes or no."""
        problem = self.cannot_pass_on(call, request) or self.bad_target(request, request.to)
        if problem:
            self.answer(request, problem, now, out)
            return
        scheme, _, name = request.to.partition(":")
        if scheme == "agent":
            self.ask_for(call, TRANSFER, AgentId(name), request, out)
            return
        self.answer(request, "", now, out)
        if scheme == "queue":
            entry = replace(self.entry_for(call, QueueId(name)), not_agent=request.agent)
            self.give_back(call, entry, TransferKind.BLIND, request.to, now, out)
        else:
            self.release(call, TransferKind.BLIND, request.to, now, out)
            self.dial_away(call, name, now, out)

    def requeue(self, call: Call, request: RequeueRequested, now: int, out: Outbox) -> None:
        """Give the caller back to the queue, ahead of whoever came later."""
        problem = self.cannot_pass_on(call, request)
        self.answer(request, problem, now, out)
        if not problem:
            entry = replace(self._entry_again(call), not_agent=request.agent)
            self.give_back(call, entry, TransferKind.BACK, f"queue:{entry.queue}", now, out)

    def cannot_pass_on(self, call: Call, request: AgentRequest) -> str:
        """Say why this agent cannot give the caller to somebody now; empty when they can."""
        if not self.has_caller(call, request):
            return "not_talking"
        return "consulting" if call.consult is not None or call.reserving is not None else ""

    def bad_target(self, request: AgentRequest, to: str) -> str:
        """Say what is wrong with an address; empty when it is fine."""
        scheme, _, name = to.partition(":")
        match scheme:
            case "agent":
                known = name in self.configuration.agents and name != request.agent
            case "queue":
                known = name in self.configuration.queues
            case "number":
                if not _NUMBER.match(name):
                    return "bad_number"
                return "" if self.configuration.dials(name) else "not_dialled"
            case _:
                known = False
        return "" if known else "unknown_target"

    # --- agents asked for by name -----------------------------------------------------------------

    def ask_for(
        self, call: Call, purpose: str, agent: AgentId, request: AgentRequest | None, out: Outbox
    ) -> None:
        """Ask the router for an agent; `reserved` or `refused` follows in the same step."""
        queue = call.part.queue if call.part is not None else call.queue
        assert queue is not None
        call.reserving = Reserving(
            purpose=purpose,
            agent=agent,
            by=request.agent if request is not None else None,
            cmd=request.cmd if request is not None else None,
        )
        out.tell(ReserveAgent(call=call.call, agent=agent, queue=queue))

    def reserved(self, call: Call, message: AgentReserved, now: int, out: Outbox) -> None:
        """An agent may be rung: by name, or because it is the turn of somebody who waits."""
        if message.consult:
            self._reserved_by_name(call, message, now, out)
        elif call.phase in WITH_AGENT and call.consult is not None and call.consult.in_line:
            self.offer(call, message, now, out)
        elif call.phase in {CallPhase.WAITING, CallPhase.OFFERING}:
            if call.phase is CallPhase.WAITING:
                call.move(CallTrigger.RESERVE)
            self.offer(call, message, now, out)
        else:
            # Somebody else was faster.
            self.report_failed(call, message.reservation, OfferResult.REVOKED, out)

    def _reserved_by_name(self, call: Call, message: AgentReserved, now: int, out: Outbox) -> None:
        asked, call.reserving = call.reserving, None
        if asked is None or asked.agent != message.agent or not self._still_meant(call, asked):
            self.report_failed(call, message.reservation, OfferResult.REVOKED, out)
            if asked is not None:
                self._answer_asked(asked, "not_talking", now, out)
            return
        self._answer_asked(asked, "", now, out)
        if asked.purpose == CONSULT:
            self.consult_reserved(call, message, now, out)
            return
        if asked.purpose == TRANSFER:
            self.release(call, TransferKind.BLIND, f"agent:{message.agent}", now, out)
            call.move(CallTrigger.RESERVE)
            call.queued_at = now
            self.enter_waiting(call, out)
        self.offer(call, message, now, out)

    def _still_meant(self, call: Call, asked: Reserving) -> bool:
        if asked.purpose in (RETRIEVE, RETURN):
            return call.phase is CallPhase.PARKED and not call.offers
        part = call.part
        return part is not None and part.agent == asked.by and call.phase in WITH_AGENT

    def refused(self, call: Call, message: ReserveRefused, now: int, out: Outbox) -> None:
        """The agent asked for by name cannot be had: everything stays as it was."""
        asked, call.reserving = call.reserving, None
        if asked is not None:
            self._answer_asked(asked, message.code or "busy", now, out)
            if asked.purpose == RETURN:
                self.nobody_came(call, OfferResult.BUSY, now, out)

    def _answer_asked(self, asked: Reserving, code: str, now: int, out: Outbox) -> None:
        if asked.by is not None and asked.cmd is not None:
            out.emit(RequestAnswered(at=now, agent=asked.by, cmd=asked.cmd, code=code))

    # --- back in line -----------------------------------------------------------------------------

    def entry_for(self, call: Call, queue: QueueId) -> EnterQueue:
        """Say how the caller waits in a queue that an agent chose, with the age they have.

        What their flow asked for, a language above all, is asked for there too.
        """
        entry = entry_of(call, self.place_in(call, queue), returns=True)
        since = call.since if call.since is not None else call.queued_at
        return replace(entry, since=since, named=None, named_us=0)

    def _entry_again(self, call: Call) -> EnterQueue:
        """Say how the caller waits once more as they did, with the same skills."""
        if call.entry is None:
            assert call.queue is not None
            return self.entry_for(call, call.queue)
        since = call.since if call.since is not None else call.queued_at
        return replace(
            call.entry,
            since=since,
            returns=True,
            named=None,
            named_us=0,
            position=None,
            not_agent=None,
            strict=False,
            only=False,
            offer_us=0,
        )

    def give_back(
        self, call: Call, entry: EnterQueue, how: TransferKind, to: str, now: int, out: Outbox
    ) -> None:
        """Let the caller of an agent wait in line. They stand there before the agent is free, so
        that another one who is free gets them first."""
        self.stand_in_line(call, entry, out)
        self.release(call, how, to, now, out)
        call.move(CallTrigger.REQUEUE)
        self._waits(call, entry, now, out)

    def back_in_line(self, call: Call, now: int, out: Outbox) -> None:
        """Let a caller whom nobody took wait in the queue they came from."""
        entry = self._entry_again(call)
        if call.phase is not CallPhase.WAITING:
            call.move(CallTrigger.REQUEUE)
        self._waits(call, entry, now, out)
        self.stand_in_line(call, entry, out)

    def _waits(self, call: Call, entry: EnterQueue, now: int, out: Outbox) -> None:
        call.queue, call.queued_at, call.passed_on = entry.queue, now, False
        if call.session is not None:
            # Should the wait fail, the flow goes on from the node that led to a queue.
            call.session.phase = Phase.AWAY
        self.tell_queued(call, entry, now, out)
        self.plan_telling(call, now)
        self.enter_waiting(call, out)

    def tell_queued(self, call: Call, entry: EnterQueue, now: int, out: Outbox) -> None:
        """State that a wait begins."""
        out.emit(
            CallQueued(
                at=now,
                call=call.call,
                seq=call.ids.fact(),
                queue=entry.queue,
                priority=entry.priority,
                since=entry.since if entry.since is not None else now,
                requirement=entry.requirement,
            )
        )

    def agent_gone(self, call: Call, now: int, out: Outbox) -> None:
        """The agent who has the caller hung up: the talk is over, if there can have been one.

        Whoever is gone as soon as they are connected (a slip, a phone that fails) has missed the
        caller, who waits on with the age they have, and no longer than they would have.
        """
        part = call.part
        assert part is not None
        assert part.since is not None
        if now - part.since >= self.configuration.timing.least_talk_us or call.lost:
            self.left_alone(call, now, out)
            return
        entry = self._entry_again(call)
        left_us = entry.max_wait_us - (part.since - call.queued_at)
        entry = replace(entry, not_agent=part.agent, max_wait_us=max(left_us, 1))
        if call.connected_at == part.since:
            call.connected_at = call.served_by = None
        self.stand_in_line(call, entry, out)
        self.release(call, None, "", now, out, missed=True)
        call.move(CallTrigger.REQUEUE)
        self._waits(call, entry, now, out)

    def left_alone(
        self, call: Call, now: int, out: Outbox, after: type[Queue] | type[Transfer] = Queue
    ) -> None:
        """Whoever talked with the caller has left: the flow goes on if it says how, or it ends.

        `after`: what had connected them; a flow that sent its caller to an agent has nothing to say
        of a number that the agent sent them on to.
        """
        if call.lost or call.caller not in call.legs or not self.flows.goes_on(call.session, after):
            self.end(call, now, out)
            return
        self.supervisors_over(call, "call_over", now, out)
        self.consult_over(call, "call_over", now, out)
        self.parts_over(call, now, out)
        if call.dial is not None and call.dial.asked.external:
            call.dial.talk_us = now - (call.dial.connected_at or now)
        for leg in list(call.legs.values()):
            if leg.kind in {LegKind.AGENT, LegKind.NUMBER}:
                self.hang_up_leg(call, leg.leg, out, EndCause.NORMAL)
        self.end_talk(call, out)
        caller = call.legs[call.caller]
        if caller.held:
            caller.held = False
            out.emit(Silence(cmd=call.ids.command(), call=call.call, leg=call.caller))
        call.move(CallTrigger.RETURN)
        self.back_to_flow(call, LEFT, now, out)

    def recording_over(
        self, call: Call, event: RecordingFinished | RecordingFailed, now: int, out: Outbox
    ) -> None:
        """A recording is kept, or came to nothing; the flow is told of the one it had asked for."""
        if isinstance(event, RecordingFinished):
            recording.finished(call, event, now, out)
        else:
            del call.recordings[event.recording]
        session = call.session
        if session is not None and session.tape == event.recording:
            if call.phase is CallPhase.IVR:
                self.step(call, event, now, out)
            else:
                session.tape = None

    def release(
        self,
        call: Call,
        how: TransferKind | None,
        to: str,
        now: int,
        out: Outbox,
        *,
        missed: bool = False,
    ) -> None:
        """End the part of the agent who has the caller, and the talk with it."""
        part = call.part
        assert part is not None
        self.supervisors_over(call, "transferred", now, out)
        self.part_over(call, part, now, out, missed=missed)
        if how is not None:
            self.tell_transfer(call, part, how, to, None, now, out)
        self.hang_up_leg(call, part.leg, out, EndCause.NORMAL)
        self.end_talk(call, out)

    def tell_transfer(
        self,
        call: Call,
        part: Part,
        how: TransferKind,
        to: str,
        to_agent: AgentId | None,
        now: int,
        out: Outbox,
    ) -> None:
        """State that an agent passed the caller on."""
        out.emit(
            CallTransferred(
                at=now,
                call=call.call,
                seq=call.ids.fact(),
                agent=part.agent,
                how=how,
                to=to,
                to_agent=to_agent,
            )
        )

    def nobody_came(self, call: Call, result: OfferResult, now: int, out: Outbox) -> None:
        """An agent who was asked for by name did not answer: the queue is asked again."""
        if call.phase is CallPhase.WAITING and not call.in_line:
            self.back_in_line(call, now, out)

    # --- numbers ----------------------------------------------------------------------------------

    def dial_away(self, call: Call, number: str, now: int, out: Outbox) -> None:
        """Dial a number for a caller whose agent has gone."""
        call.move(CallTrigger.DIAL)
        call.passed_on = True
        call.legs[call.caller].held = False
        out.emit(HoldMusic(cmd=call.ids.command(), call=call.call, leg=call.caller))
        self.dial_number(call, number, now, out)

    def dial_number(self, call: Call, number: str, now: int, out: Outbox) -> LegId:
        """Dial a number on an agent's behalf, for a bounded time."""
        call.transfers += 1
        leg = transfer_leg(call.call, call.transfers)
        call.legs[leg] = Leg(leg=leg, kind=LegKind.NUMBER)
        self.leg_started(call, leg, now, out)
        out.emit(
            Originate(
                cmd=call.ids.command(),
                call=call.call,
                leg=leg,
                to=f"number:{number}",
                caller_id=call.did,
                timeout_us=DIAL_US,
            )
        )
        self.media_deadlines.set("dial", call.call, now + DIAL_US + _DIAL_MARGIN_US)
        return leg

    def dial_over(self, call: Call, cause: EndCause, now: int, out: Outbox) -> None:
        """A number did not answer, and a caller whom an agent sent there goes back to the queue; or
        it hung up after talking."""
        if call.phase is CallPhase.BRIDGED:
            in_place = call.dial is not None and call.dial.asked.external != ""
            self.left_alone(call, now, out, Queue if in_place else Transfer)
            return
        if call.phase is not CallPhase.DIALING or not call.passed_on:
            super().dial_over(call, cause, now, out)
            return
        self.media_deadlines.cancel("dial", call.call)
        for leg in [leg for leg in call.legs.values() if leg.kind is LegKind.NUMBER]:
            out.emit(Hangup(cmd=call.ids.command(), call=call.call, leg=leg.leg))
        self.back_in_line(call, now, out)
