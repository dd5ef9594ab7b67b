"""Outbound calls: what a dialer asks for, who answered, and what they go through from then on.

A person who answers begins the campaign's flow at once. At its queue node they wait, in silence and
before callers, for as long as the node's `max_wait` allows, counted from the answer; then the
flow's `timeout` edge says what the law wants said. That wait ends on time also when a phone is
ringing. Who may be a person is a person.
"""

from dataclasses import replace

from contact_center.core.acd import QueueLeft
from contact_center.core.call import Call, CallPhase, CallTrigger, Leg, LegKind
from contact_center.core.clicks import Clicks
from contact_center.core.commands import EndCause, FindCustomer, Hangup, Originate
from contact_center.core.dialing import (
    DialRefused,
    DialRequested,
    DialStage,
    MachineAction,
    RingOffRequested,
)
from contact_center.core.dialled import FIRST_BAND, Dialled
from contact_center.core.events import AmdResult, AmdVerdict, Direction, Event
from contact_center.core.facts import CallStarted, QueueOutcome
from contact_center.core.ids import (
    CallIds,
    QueueId,
    is_safe_id,
    transfer_leg,
)
from contact_center.core.ivr.session import ExitReturned
from contact_center.core.output import Outbox
from contact_center.core.parties import Part
from contact_center.core.place import Place
from contact_center.core.previews import EXAMINE_US
from contact_center.core.work import MAX_CALLS

BEEP_US = 30_000_000
"""How long a machine may talk before it takes a message; then the message is left all the same."""
ENDPOINT_LEAST_US = 1_000_000
_MACHINES = frozenset({AmdVerdict.MACHINE, AmdVerdict.FAX})


class Outbound(Clicks):
    """Calls that a dialer asks for."""

    # --- what is asked for ----------------------------------------------------------------------

    def dial(
        self, event: DialRequested | RingOffRequested | DialRefused, now: int, out: Outbox
    ) -> None:
        """Act on what the dialer says."""
        match event:
            case DialRequested():
                self._dial_requested(event, now, out)
            case RingOffRequested():
                self._ring_off(event, now, out)
            case DialRefused():
                reasons = ", ".join(event.reasons)
                self.asked_to_dial(event.agent, event.request, "refused", reasons, now, out)

    def _dial_requested(self, asked: DialRequested, now: int, out: Outbox) -> None:
        if asked.call in self.calls or not is_safe_id(asked.call):
            out.ignore()
            return
        dial = Dialled(asked=asked, flow=asked.flow)
        call = self._new_call(dial, now, out)
        if asked.request is not None and asked.agent is not None:
            self.asked_to_dial(asked.agent, asked.request, "", "", now, out)
        queue = asked.queue
        agent = self.configuration.agents.get(asked.agent) if asked.agent is not None else None
        if queue is None and agent is not None:
            queue = next(iter(agent.queues), None)
        dial.cause = self._problem(dial, queue)
        if dial.cause:
            self.end(call, now, out)
            return
        out.emit(FindCustomer(cmd=call.ids.command(), call=call.call, ani=asked.number))
        timing = self.configuration.timing
        self.media_deadlines.set("lookup", call.call, now + timing.lookup_us)
        self.media_deadlines.set("call", call.call, now + timing.max_call_us)
        if dial.agent_first and queue is not None:
            self.ask_agent(call, dial, queue, now, out)
            return
        call.move(CallTrigger.RING)
        if asked.agent is not None and queue is not None and not asked.external:
            self.keep_agent(call, dial, asked.agent, queue, out)
        else:
            self.dial_customer(call, dial, now, out)

    def _new_call(self, dial: Dialled, now: int, out: Outbox) -> Call:
        asked = dial.asked
        call = self.calls[asked.call] = Call(
            call=asked.call,
            ids=CallIds(call=asked.call),
            direction=Direction.OUTBOUND,
            ani=asked.number,
            did=asked.caller_id,
            ani_name=asked.name,
            started_at=now,
            reason=asked.reason,
            dial=dial,
        )
        out.emit(
            CallStarted(
                at=now,
                call=call.call,
                seq=call.ids.fact(),
                # Of an outbound call, `did` is who was called.
                ani=asked.caller_id,
                did=asked.number,
                ani_name=asked.name,
                direction=Direction.OUTBOUND,
                flow=asked.flow,
            )
        )
        return call

    def _problem(self, dial: Dialled, queue: QueueId | None) -> str:
        """Say why the call cannot even be begun; "" when it can."""
        asked, known = dial.asked, self.configuration
        if self.draining or len(self.calls) > MAX_CALLS:
            return "draining" if self.draining else "overload"
        flows = [] if dial.agent_first else [asked.flow]
        flows += [asked.machine_flow] if asked.machine_flow is not None else []
        if any(flow not in known.flows for flow in flows):
            return "unknown_flow"
        if asked.agent is not None and asked.agent not in known.agents and not asked.external:
            return "unknown_agent"
        if queue is not None and queue not in known.queues:
            return "unknown_queue"
        return "no_queue" if dial.agent_first and queue is None else ""

    def _ring_off(self, event: RingOffRequested, now: int, out: Outbox) -> None:
        call = self.calls.get(event.call)
        dial = call.dial if call is not None else None
        if call is None or dial is None or call.is_over or dial.answered_at is not None:
            out.ignore()
            return
        self.release_kept(call, dial, out)
        self.call_off(call, dial, event.why, now, out)

    # --- who answered ---------------------------------------------------------------------------

    def begin_if_ready(self, call: Call, now: int, out: Outbox) -> None:
        """Somebody whom we dialled picked up: find out who it is, or begin at once."""
        dial, leg = call.dial, call.legs.get(call.caller)
        if dial is None or call.phase is not CallPhase.RINGING or leg is None or not leg.up:
            super().begin_if_ready(call, now, out)
        elif dial.asked.amd and dial.verdict is None:
            call.move(CallTrigger.SCREEN)
            self.media_deadlines.set("screen", call.call, now + EXAMINE_US)
        else:
            self._judge(call, dial, now, out)

    def examined(self, call: Call, dial: Dialled, event: AmdResult, now: int, out: Outbox) -> None:
        """The switch says who answered, or that a machine takes messages now."""
        if dial.verdict is not None:
            if event.beep and call.phase is CallPhase.SCREENING:
                self._leave_message(call, dial, now, out)
            return
        dial.verdict = event.verdict
        if dial.answered_at is not None:
            speech, greeting = event.speech_ms, event.greeting_ms
            dial.speech_at = None if speech is None else dial.answered_at + speech * 1_000
            dial.greeting_at = None if greeting is None else dial.answered_at + greeting * 1_000
        if call.phase is CallPhase.SCREENING:
            self._judge(call, dial, now, out, beep=event.beep)

    def _judge(
        self, call: Call, dial: Dialled, now: int, out: Outbox, *, beep: bool = False
    ) -> None:
        """Go on by who answered. Who may be a person is one."""
        self.media_deadlines.cancel("screen", call.call)
        dial.machine = dial.verdict in _MACHINES
        if dial.answered_at is not None and dial.verdict in (None, AmdVerdict.UNKNOWN):
            # Whoever was listened to in vain has not had their greeting yet: counted from the
            # answer, every one of them would be abandoned in the moment of the verdict.
            dial.unsure_at = now
        action = dial.asked.on_machine
        talks = dial.machine and dial.verdict is not AmdVerdict.FAX
        if talks and dial.asked.machine_sample and action is not MachineAction.AGENT:
            dial.sampled, dial.unsure_at = True, now
        if not dial.machine or dial.sampled or (talks and action is MachineAction.AGENT):
            self._person(call, dial, now, out)
            return
        self.stage(call, dial, DialStage.MACHINE, now, out)
        self.release_kept(call, dial, out)
        drops = action is MachineAction.DROP and dial.asked.machine_flow is not None
        if not drops or dial.verdict is AmdVerdict.FAX:
            self.end(call, now, out, EndCause.AMD_MACHINE)
            return
        if call.phase is CallPhase.RINGING:
            call.move(CallTrigger.SCREEN)
        if beep:
            self._leave_message(call, dial, now, out)
        else:
            self.media_deadlines.set("screen", call.call, now + BEEP_US)

    def _leave_message(self, call: Call, dial: Dialled, now: int, out: Outbox) -> None:
        """The machine takes a message: let the flow for machines say it."""
        if not dial.machine or dial.asked.machine_flow is None:
            return
        self.media_deadlines.cancel("screen", call.call)
        dial.flow = dial.asked.machine_flow
        self.begin_flow(call, now, out)

    def _person(self, call: Call, dial: Dialled, now: int, out: Outbox) -> None:
        """Let whoever answered go through the flow of the campaign."""
        call.since = dial.counts_from
        if dial.agentless:
            self.connected_with(call, dial, None, now, out)
        self.begin_flow(call, now, out)

    def dialled_deadline(self, kind: str, call: Call, now: int, out: Outbox) -> None:
        """Act on a deadline of a dialled call."""
        dial = call.dial
        if dial is None or call.is_over:
            return
        if kind == "ring":
            self.release_kept(call, dial, out)
            self.switch_silent(call, dial, now, out)
        elif kind == "preview":
            self.preview_over(call, dial, now, out)
        elif kind == "screen" and dial.machine:
            self._leave_message(call, dial, now, out)
        elif kind == "screen":
            dial.verdict = AmdVerdict.UNKNOWN
            self._judge(call, dial, now, out)

    def caller_gone(self, call: Call, leg: Leg, cause: EndCause, now: int, out: Outbox) -> None:
        """The customer did not answer, or hung up."""
        dial = call.dial
        if dial is None:
            super().caller_gone(call, leg, cause, now, out)
            return
        self.release_kept(call, dial, out)
        if dial.answered_at is None and call.in_line:
            # The agent who came first has nothing to write notes about.
            self.out_of_line(call, QueueOutcome.FAILED, now, out)
        self.end(call, now, out)

    # --- waiting for an agent -------------------------------------------------------------------

    def enter_queue(
        self,
        call: Call,
        place: Place,
        now: int,
        out: Outbox,
        *,
        returns: bool = False,
        position: int | None = None,
    ) -> None:
        """Let somebody who answered wait for an agent, as long as they may."""
        dial = call.dial
        if dial is None or not dial.waits:
            super().enter_queue(call, place, now, out, returns=returns, position=position)
            return
        left_us = max(place.max_wait_us - (now - dial.counts_from), 0)
        own = place.own_priority is not None or dial.sampled  # whoever is a person comes first
        priority = place.priority if own else FIRST_BAND
        place = replace(place, max_wait_us=left_us, priority=max(priority, place.priority))
        if not dial.queued:
            dial.queued = True
            self.stage(call, dial, DialStage.QUEUED, now, out)
        if dial.asked.external:
            self._dial_endpoint(call, dial, place, now, out)
            return
        if dial.kept is not None:
            place = replace(place, named=dial.asked.agent, named_us=left_us)
        super().enter_queue(call, place, now, out, returns=returns, position=position)
        # Only now, or others might be given the agent first.
        self.release_kept(call, dial, out)

    def music_of(self, call: Call, queue: QueueId) -> str:
        """Somebody who answered and waits hears what their campaign chose: by default nothing."""
        dial = call.dial
        return (
            dial.asked.music if dial is not None and dial.waits else super().music_of(call, queue)
        )

    def plan_telling(self, call: Call, now: int) -> None:
        """Nothing is announced to somebody whom we dialled, before they are with an agent."""
        if call.dial is not None and call.dial.waits:
            call.told = None
            self.media_deadlines.cancel("tell", call.call)
        else:
            super().plan_telling(call, now)

    def serve(self, call: Call, now: int, out: Outbox) -> None:
        """Whoever waits on the line comes first: the agent is told nothing beforehand."""
        if call.dial is not None and call.dial.waits:
            self.bring_together(call, now, out)
        else:
            super().serve(call, now, out)

    def queue_left(self, call: Call, message: QueueLeft, now: int, out: Outbox) -> None:
        """Nobody came in time: whoever answered is told so by the flow."""
        dial = call.dial
        if dial is not None and dial.sampled and dial.waits:
            # It stays what it was taken for: no agent came who could have heard what it is.
            self.wait_ended(call, message.outcome, now, out)
            self.stage(call, dial, DialStage.MACHINE, now, out)
            self.end(call, now, out, EndCause.AMD_MACHINE)
            return
        self._abandoned(call, now, out)
        super().queue_left(call, message, now, out)

    def _abandoned(self, call: Call, now: int, out: Outbox) -> None:
        dial = call.dial
        if dial is not None and dial.waits and not dial.machine:
            self.stage(call, dial, DialStage.ABANDONED, now, out)

    def part_begins(self, call: Call, part: Part, now: int, out: Outbox) -> None:
        """An agent has whom we dialled; should they pass them on, that is a caller like others."""
        super().part_begins(call, part, now, out)
        if call.dial is None:
            return
        self.connected_with(call, call.dial, part.agent, now, out)
        longest = self.configuration.queues[part.queue].max_wait_us
        if call.place is not None:
            call.place = replace(call.place, max_wait_us=longest, named=None, named_us=0)
        if call.entry is not None:
            call.entry = replace(call.entry, max_wait_us=longest, counted=True)

    # --- an endpoint in an agent's place ----------------------------------------------------------

    def _dial_endpoint(
        self, call: Call, dial: Dialled, place: Place, now: int, out: Outbox
    ) -> None:
        """Let an endpoint outside have the person who answered."""
        call.move(CallTrigger.DIAL)
        call.transfers += 1
        leg = Leg(leg=transfer_leg(call.call, call.transfers), kind=LegKind.NUMBER)
        call.legs[leg.leg] = leg
        self.leg_started(call, leg.leg, now, out)
        out.emit(
            Originate(
                cmd=call.ids.command(),
                call=call.call,
                leg=leg.leg,
                to=dial.asked.external,
                caller_id=call.ani,
                timeout_us=max(place.max_wait_us, ENDPOINT_LEAST_US),
                auto_answer=True,
            )
        )
        self.media_deadlines.set("dial", call.call, now + place.max_wait_us)

    def number_answered(self, call: Call, leg: Leg, now: int, out: Outbox) -> None:
        """The endpoint is there."""
        super().number_answered(call, leg, now, out)
        if call.dial is not None and call.phase is CallPhase.BRIDGED:
            self.connected_with(call, call.dial, call.dial.asked.agent, now, out)

    def dial_over(self, call: Call, cause: EndCause, now: int, out: Outbox) -> None:
        """The endpoint did not answer in time, or hung up after talking."""
        dial = call.dial
        if dial is None or not dial.asked.external or not dial.waits:
            super().dial_over(call, cause, now, out)
            return
        self._abandoned(call, now, out)
        self.media_deadlines.cancel("dial", call.call)
        for leg in [leg for leg in call.legs.values() if leg.kind is LegKind.NUMBER]:
            out.emit(Hangup(cmd=call.ids.command(), call=call.call, leg=leg.leg))
        call.move(CallTrigger.RETURN)
        back: Event = ExitReturned(outcome="timeout")
        self.step(call, back, now, out)
