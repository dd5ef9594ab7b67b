"""The caller's way: through the flow, into a queue and back.

The middle layer of the call reducer, between the dispatch of events (``calls``) and the agent's
half (``conversation``, with ``waiting`` below it, ``callbacks``, ``work`` and ``outside`` above).
"""

from dataclasses import replace

from contact_center.core import recording
from contact_center.core.accepting import Accepting
from contact_center.core.acd import PlaceResumed, QueueLeft, QueueMoved, Rekey, WaitNews
from contact_center.core.call import Call, CallPhase, CallTrigger
from contact_center.core.callback_book import Registration
from contact_center.core.caller_facts import attributed
from contact_center.core.commands import (
    LeaveWaiting,
)
from contact_center.core.configuration import CenterConfiguration
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
    QueueOutcome,
    VoicemailLeft,
)
from contact_center.core.flows import Flows
from contact_center.core.ids import QueueId
from contact_center.core.ivr import phrases
from contact_center.core.ivr.names import customer_values
from contact_center.core.ivr.session import (
    CallbackExit,
    CallerHungUp,
    CustomerKnown,
    Exit,
    ExitReturned,
    HangUpExit,
    IvrStarted,
    Phase,
    QueueExit,
    Step,
    TransferExit,
)
from contact_center.core.output import Outbox
from contact_center.core.place import Place
from contact_center.core.placing import Ask, elsewhere, place, reweighed
from contact_center.core.skills import joined, text_of
from contact_center.core.waiting import LISTENING, entry_of

MAX_EARLY_KEYS = 32
"""Bound on keys pressed before the flow begins; newer ones are dropped."""
_EDGE = {
    QueueOutcome.TIMED_OUT: "timeout",
    QueueOutcome.NO_AGENTS: "no_agents",
    QueueOutcome.EVICTED: "no_agents",
    QueueOutcome.FULL: "full",
    QueueOutcome.CLOSED: "closed",
    QueueOutcome.OVERFLOWED: "overflow",
    QueueOutcome.WITHDRAWN: "withdrawn",
}
"""By which edge the flow goes on after a wait that came to nothing."""
LEAVE, VOICEMAIL, CALLBACK = "leave", "voicemail", "callback"
"""What keys do while waiting, beside leading to an edge of the caller's queue node by its name."""


class Journeys(Accepting):
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
        call.remembered = event.language
        self.media_deadlines.cancel("lookup", call.call)
        self.identified(call, now, out)
        if call.session is not None and not call.is_over:
            self.step(call, self._customer_known(call), now, out)
            self._reweigh(call, out)
        self.complete_pop(call, now, out)
        self.begin_if_ready(call, now, out)

    def _customer_known(self, call: Call) -> CustomerKnown:
        one = call.customers[0] if len(call.customers) == 1 else None
        lead = call.dial.asked if call.dial is not None else None
        return CustomerKnown(
            values=customer_values(one, lead.name if lead else "", lead.fields if lead else ()),
            remembered=call.remembered,
        )

    def begin_if_ready(self, call: Call, now: int, out: Outbox) -> None:
        """Start the flow once the caller can hear it and storage had its chance to answer."""
        caller = call.legs.get(call.caller)
        if call.phase is CallPhase.CALLING and caller is not None and caller.up:
            self.customer_answered(call, now, out)
            return
        ready = caller is not None and caller.up and call.looked_up
        if ready and call.phase is CallPhase.OFFERED:
            self.begin_flow(call, now, out)

    def begin_flow(self, call: Call, now: int, out: Outbox) -> None:
        """Start the flow of whoever is on the line."""
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
        if call.phase in LISTENING and self.while_waiting(call, event, now, out):
            return
        self._follow(call, self.flows.step(session, call.ids, event, now), now, out)

    def _follow(self, call: Call, step: Step, now: int, out: Outbox) -> None:
        """Do what the flow decided."""
        session = call.session
        assert session is not None
        for output in step.outputs:
            out.emit(attributed(output, call.queue, call.served_by))
            recording.asked_by_flow(call, output, now)
            if isinstance(output, VoicemailLeft):
                self._message_left(call, output, now, out)
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
            out.emit(message)
            self._message_left(call, message, now, out)

    def _message_left(self, call: Call, message: VoicemailLeft, now: int, out: Outbox) -> None:
        if call.connected_at is None:
            call.outcome = CallOutcome.VOICEMAIL
        if message.queue is not None:
            self.message_work(call, message, now, out)

    def handed_over(self, call: Call, now: int, out: Outbox) -> None:
        """Tell the flow that its caller is with somebody."""
        self.step(call, ExitReturned(outcome="connected"), now, out)
        self.withdraw_callbacks(call, now, out)

    def _leave_flow(self, call: Call, exit_: Exit, now: int, out: Outbox) -> None:
        match exit_:
            case QueueExit() | CallbackExit() if gone := self.flows.instead_of(exit_.queue, exit_):
                self.back_to_flow(call, gone, now, out)
            case QueueExit():
                self._queue(call, exit_, now, out)
            case CallbackExit():
                self._callback(call, exit_, now, out)
            case TransferExit():
                self.lead_outside(call, exit_, now, out)
            case HangUpExit():
                self.end(call, now, out)

    def back_to_flow(self, call: Call, outcome: str, now: int, out: Outbox) -> None:
        """The flow goes on; one that was replaced meanwhile begins (see `Flows.refit`).

        One that was over, since its caller had reached an agent, goes on where it had ended.
        """
        session = call.session
        if session is None:
            self.end(call, now, out)
        elif session.phase is Phase.NEW:
            self.step(call, self._customer_known(call), now, out)
            self.step(call, IvrStarted(), now, out)
        else:
            self.flows.reopen(session)
            self.step(call, ExitReturned(outcome=outcome), now, out)

    def caller_left_flow(self, call: Call, now: int, out: Outbox) -> None:
        """Tell the flow that its caller is gone."""
        self.step(call, CallerHungUp(), now, out)
        self.callback_over(call, now, out)

    # --- the queue ----------------------------------------------------------------------------

    def _queue(self, call: Call, exit_: QueueExit, now: int, out: Outbox) -> None:
        ask = Ask(
            priority=exit_.priority,
            boost_us=exit_.boost_us,
            require=joined(exit_.require, text_of(dict(exit_.skills))),
            steps=exit_.steps,
            max_wait_us=exit_.max_wait_us,
            prefer=exit_.prefer,
            prefer_us=exit_.prefer_us,
        )
        said = call.visit.reason if call.visit is not None else ""
        call.reason = said or exit_.reason or self.configuration.queues[exit_.queue].label
        where = place(self.configuration, call, exit_.queue, ask, self.language_of(call))
        self.enter_queue(call, where, now, out)

    def place_in(self, call: Call, queue: QueueId) -> Place:
        """Make the place the call would take in a queue, with all its flow had asked for."""
        return elsewhere(self.configuration, call, queue, self.language_of(call))

    def _reweigh(self, call: Call, out: Outbox) -> None:
        """Storage answered late: let what it knows count, in place."""
        if call.phase not in LISTENING:
            return
        new = reweighed(self.configuration, call, self.language_of(call))
        if new is None:
            return
        call.place = new
        out.tell(
            Rekey(
                call=call.call,
                priority=new.priority,
                boost_us=new.boost_us,
                requirement=new.requirement,
                steps=new.steps,
            )
        )

    def queue_left(self, call: Call, message: QueueLeft, now: int, out: Outbox) -> None:
        """The router ended the wait: the flow goes on."""
        self.wait_ended(call, message.outcome, now, out)
        if call.callback is not None and call.caller not in call.legs:
            self.callback_left(call, message, now, out)
        elif call.task is not None:
            self.work_left_queue(call, message.outcome, now, out)
        else:
            outcome = _EDGE.get(message.outcome, message.outcome.value)
            self._back_to_flow(call, outcome, now, out)

    def told_in_line(
        self, call: Call, message: QueueMoved | PlaceResumed | WaitNews, now: int, out: Outbox
    ) -> None:
        """The router says something to a caller who waits."""
        if isinstance(message, QueueMoved):
            self.queue_moved(call, message, now, out)
        elif isinstance(message, PlaceResumed):
            self.place_resumed(call, message, now, out)
        else:
            self.news(call, message, now, out)

    def queue_moved(self, call: Call, message: QueueMoved, now: int, out: Outbox) -> None:
        """The router, or a supervisor, let the caller wait in another queue."""
        self.hush(call, out)
        self.wait_ended(call, message.outcome, now, out)
        new = self.place_in(call, message.to)
        if call.session is None and call.place is not None:
            new = replace(new, max_wait_us=call.place.max_wait_us)
        self.queued(call, new, now, out)
        call.entry, call.in_line = entry_of(call, new, returns=True), True
        out.tell(
            Rekey(
                call=call.call,
                priority=new.priority,
                boost_us=new.boost_us,
                requirement=new.requirement,
                steps=new.steps,
                position=message.position,
            )
        )
        self.enter_waiting(call, out)

    def key_in_line(self, call: Call, action: str, now: int, out: Outbox) -> None:
        """Do what a waiting caller pressed a key for: leave by an edge, or be called back."""
        edges = self.flows.keys_of(call.session) if call.session is not None else {}
        if action in edges:
            outcome = action
        elif action in {LEAVE, VOICEMAIL}:
            outcome = "timeout"
        elif action == CALLBACK:
            self._callback_in_line(call, now, out)
            return
        else:
            return
        self.out_of_line(call, QueueOutcome.EXITED_KEY, now, out)
        self._back_to_flow(call, outcome, now, out)

    def _back_to_flow(self, call: Call, outcome: str, now: int, out: Outbox) -> None:
        self.hush(call, out)
        call.move(CallTrigger.RETURN)
        if call.caller in call.legs:
            out.emit(LeaveWaiting(cmd=call.ids.command(), call=call.call, leg=call.caller))
        self.back_to_flow(call, outcome, now, out)

    # --- calls back ---------------------------------------------------------------------------

    def _callback(self, call: Call, exit_: CallbackExit, now: int, out: Outbox) -> None:
        """The flow asks for a call back, in the place the caller has by now."""
        had = call.place
        ask = Ask(
            priority=exit_.priority,
            boost_us=exit_.boost_us,
            require=exit_.require or (had.own if had is not None else ""),
            steps=had.own_steps if had is not None else (),
        )
        where = place(self.configuration, call, exit_.queue, ask, self.language_of(call))
        outcome = self.register(call, where, exit_.number, now, out, exit_.span)
        kept = outcome in (Registration.REGISTERED, Registration.ALREADY)
        if kept and call.connected_at is None:
            call.outcome = CallOutcome.CALLBACK
        self.back_to_flow(call, outcome, now, out)

    def _callback_in_line(self, call: Call, now: int, out: Outbox) -> None:
        """A waiting caller asks to be called back: they keep the place, and need not wait."""
        language = self.language_of(call)
        assert call.place is not None
        outcome = self.register(call, call.place, call.ani, now, out)
        if outcome == Registration.REFUSED:
            self.say_in_line(call, phrases.say("callback_refused", language), now, out)
            return
        call.outcome = CallOutcome.CALLBACK
        self.out_of_line(call, QueueOutcome.CALLBACK, now, out)
        self.hush(call, out)
        call.move(CallTrigger.RETURN)
        out.emit(LeaveWaiting(cmd=call.ids.command(), call=call.call, leg=call.caller))
        name = "callback" if outcome == Registration.REGISTERED else "callback_again"
        if call.session is None:
            self.end(call, now, out)
            return
        words = phrases.say(name, language)
        self._follow(call, self.flows.part(call.session, call.ids, name, words, now), now, out)
