"""The caller's way: through the flow, into a queue and back, out to a number.

The middle layer of the call reducer, between the dispatch of events (``calls``) and the agent's
half (``conversation``).
"""

from contact_center.core.acd import EnterQueue, QueueLeft
from contact_center.core.call import Call, CallPhase, CallTrigger, Leg, LegKind
from contact_center.core.commands import (
    EndCause,
    Hangup,
    HoldMusic,
    LeaveWaiting,
    Originate,
    Silence,
)
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.conversation import Conversations
from contact_center.core.deadlines import Deadlines
from contact_center.core.events import (
    CustomerLookedUp,
    Event,
    KeyPressed,
    KeysCollected,
    RecordingFinished,
)
from contact_center.core.facts import (
    CallOutcome,
    CallQueued,
    CustomerIdentified,
    LegStarted,
    QueueOutcome,
    VoicemailLeft,
)
from contact_center.core.flows import Flows
from contact_center.core.ids import transfer_leg
from contact_center.core.ivr.session import (
    CallerHungUp,
    CustomerKnown,
    Exit,
    ExitReturned,
    HangUpExit,
    IvrStarted,
    Phase,
    QueueExit,
    TransferExit,
)
from contact_center.core.output import Outbox
from contact_center.core.skills import joined, text_of

MAX_EARLY_KEYS = 32
"""Bound on keys pressed before the flow begins; newer ones are dropped."""
_DIAL_OUTCOME = {EndCause.BUSY: "busy", EndCause.REJECTED: "busy", EndCause.NO_ANSWER: "no_answer"}


class Journeys(Conversations):
    """Callers on their way through flows, queues and transfers."""

    def __init__(
        self, configuration: CenterConfiguration, media: Deadlines, people: Deadlines
    ) -> None:
        super().__init__(configuration, media, people)
        self.flows = Flows(configuration)

    # --- the flow -----------------------------------------------------------------------------

    def looked_up(self, event: CustomerLookedUp, now: int, out: Outbox) -> None:
        """Storage says who calls: tell the flow, and the screen if an agent looks at it already."""
        call = self.calls.get(event.call)
        if call is None:
            out.ignore()
            return
        call.looked_up = True
        call.customers, call.history = event.customers, event.history
        self.media_deadlines.cancel("lookup", call.call)
        if len(event.customers) == 1:
            customer = event.customers[0]
            out.emit(
                CustomerIdentified(
                    at=now,
                    call=call.call,
                    seq=call.ids.fact(),
                    customer=customer.customer,
                    name=customer.name,
                )
            )
        if call.session is not None and not call.is_over:
            self.step(call, self._customer_known(call), now, out)
        self.complete_pop(call, now, out)
        self.begin_if_ready(call, now, out)

    def _customer_known(self, call: Call) -> CustomerKnown:
        one = call.customers[0] if len(call.customers) == 1 else None
        return CustomerKnown(
            values=(
                ("known", one is not None),
                ("name", one.name if one else ""),
                ("tier", one.tier if one else ""),
                ("language", one.language if one else ""),
            )
        )

    def begin_if_ready(self, call: Call, now: int, out: Outbox) -> None:
        """Start the flow once the caller can hear it and storage had its chance to answer."""
        caller = call.legs.get(call.caller)
        ready = caller is not None and caller.up and call.looked_up
        if not ready or call.phase is not CallPhase.OFFERED:
            return
        self.media_deadlines.cancel("lookup", call.call)
        call.move(CallTrigger.BEGIN)
        call.session = self.flows.begin(call)
        self.step(call, self._customer_known(call), now, out)
        self.step(call, IvrStarted(), now, out)
        keys, call.early_keys = call.early_keys, ""
        for key in keys:
            self.step(call, KeyPressed(call=call.call, leg=call.caller, key=key), now, out)

    def keep_early_keys(self, call: Call, event: KeyPressed | KeysCollected) -> None:
        """Remember what a caller in a hurry presses before the flow has begun."""
        if event.leg == call.caller and not call.is_over:
            keys = event.key if isinstance(event, KeyPressed) else event.keys
            call.early_keys = (call.early_keys + keys)[:MAX_EARLY_KEYS]

    def step(self, call: Call, event: Event, now: int, out: Outbox) -> None:
        """Let the flow go on with an event, and do what it decides."""
        session = call.session
        if session is None:
            return
        step = self.flows.step(session, call.ids, event, now)
        for output in step.outputs:
            out.emit(output)
            if isinstance(output, VoicemailLeft) and call.connected_at is None:
                call.outcome = CallOutcome.VOICEMAIL
        if session.timer_due is None or call.is_over:
            self.media_deadlines.cancel("ivr", call.call)
        elif self.media_deadlines.due("ivr", call.call) != session.timer_due:
            self.media_deadlines.set("ivr", call.call, session.timer_due)
        if step.exit is not None and call.phase is CallPhase.IVR:
            self._leave_flow(call, step.exit, now, out)

    def message_left(self, call: Call, event: RecordingFinished, now: int, out: Outbox) -> None:
        """A caller hung up while leaving a message, and here it is."""
        if call.session is None:
            return
        message = self.flows.message_left(call.session, call.ids, event, now)
        if message is not None:
            call.outcome = CallOutcome.VOICEMAIL
            out.emit(message)

    def handed_over(self, call: Call, now: int, out: Outbox) -> None:
        """Tell the flow that its caller is with somebody."""
        self.step(call, ExitReturned(outcome="connected"), now, out)

    def _leave_flow(self, call: Call, exit_: Exit, now: int, out: Outbox) -> None:
        match exit_:
            case QueueExit():
                self._queue(call, exit_, now, out)
            case TransferExit():
                self._dial(call, exit_, now, out)
            case HangUpExit():
                self.end(call, now, out)

    def _return(self, call: Call, outcome: str, now: int, out: Outbox) -> None:
        """The flow goes on; one that was replaced meanwhile begins (see `Flows.refit`)."""
        session = call.session
        if session is not None and session.phase is Phase.NEW:
            self.step(call, self._customer_known(call), now, out)
            self.step(call, IvrStarted(), now, out)
        else:
            self.step(call, ExitReturned(outcome=outcome), now, out)

    def caller_left_flow(self, call: Call, now: int, out: Outbox) -> None:
        """Tell the flow that its caller is gone."""
        self.step(call, CallerHungUp(), now, out)

    # --- the queue ----------------------------------------------------------------------------

    def _queue(self, call: Call, exit_: QueueExit, now: int, out: Outbox) -> None:
        settings = self.configuration.queues[exit_.queue]
        priority = settings.priority if exit_.priority is None else exit_.priority
        call.move(CallTrigger.QUEUE)
        call.queue, call.queued_at = exit_.queue, now
        call.reason = exit_.reason or settings.label
        needed = joined(settings.requirement, text_of(dict(exit_.skills)))
        out.emit(
            CallQueued(
                at=now,
                call=call.call,
                seq=call.ids.fact(),
                queue=exit_.queue,
                priority=priority,
                since=now,
                requirement=needed,
            )
        )
        self.enter_waiting(call, out)
        longest = settings.max_wait_us if exit_.max_wait_us is None else exit_.max_wait_us
        if call.since is None:
            call.since = now
        self.stand_in_line(
            call,
            EnterQueue(
                call=call.call,
                queue=exit_.queue,
                priority=priority,
                requirement=needed,
                max_wait_us=min(longest, settings.max_wait_us),
            ),
            out,
        )

    def queue_left(self, call: Call, message: QueueLeft, now: int, out: Outbox) -> None:
        """The router ended the wait: the flow goes on."""
        self.wait_ended(call, message.outcome, now, out)
        call.move(CallTrigger.RETURN)
        out.emit(LeaveWaiting(cmd=call.ids.command(), call=call.call, leg=call.caller))
        edges = {QueueOutcome.FULL: "full", QueueOutcome.NO_AGENTS: "no_agents"}
        edges |= {QueueOutcome.EVICTED: "no_agents", QueueOutcome.CLOSED: "no_agents"}
        self._return(call, edges.get(message.outcome, "timeout"), now, out)

    # --- transfers to a number ----------------------------------------------------------------

    def _dial(self, call: Call, exit_: TransferExit, now: int, out: Outbox) -> None:
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
                caller_id=call.did,
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
        """The number did not answer, or hung up after talking."""
        if call.phase is CallPhase.BRIDGED:
            self.end(call, now, out)
            return
        if call.phase is not CallPhase.DIALING:
            out.ignore()
            return
        self.media_deadlines.cancel("dial", call.call)
        for leg in [leg for leg in call.legs.values() if leg.kind is LegKind.NUMBER]:
            out.emit(Hangup(cmd=call.ids.command(), call=call.call, leg=leg.leg))
        call.move(CallTrigger.RETURN)
        out.emit(Silence(cmd=call.ids.command(), call=call.call, leg=call.caller))
        self._return(call, _DIAL_OUTCOME.get(cause, "failed"), now, out)
