"""Work that is no phone call: chats, e-mails, tasks, messages that callers left.

A piece of work is a call without legs. It waits in the same lines, is offered by the same router
and shown on the same screens; an agent takes it at the desk, where no phone rings, and says when it
is done.
"""

from dataclasses import replace

from contact_center.core.acd_events import WorkOffered, WorkWithdrawn
from contact_center.core.call import Call, CallPhase, CallTrigger
from contact_center.core.events import Customer, Direction
from contact_center.core.facts import (
    CallOutcome,
    CallStarted,
    QueueOutcome,
    VoicemailLeft,
)
from contact_center.core.ids import CallIds, CustomerId, FlowId, is_safe_id, work_of_recording
from contact_center.core.output import Outbox
from contact_center.core.parties import Offer
from contact_center.core.place import Place, Task
from contact_center.core.placing import Ask, place
from contact_center.core.requests import AcceptRequested, WorkDoneRequested
from contact_center.core.visitors import Visitors
from contact_center.core.waiting import LISTENING

MAX_CALLS = 20_000
"""Bound on calls and pieces of work at a time; one more is refused."""
MAX_SUBJECT = 200
"""Bound on what an agent is shown of a piece of work, in characters."""
RETRY_US = 300_000_000
"""When work comes back to a queue that would not have it, because nobody was there."""
OLDEST_US = 30 * 24 * 3_600_000_000
"""Work waits for so long at most; then it is closed as not reached."""


class Works(Visitors):
    """Pieces of work, from coming in to being done."""

    def work(self, event: WorkOffered | WorkWithdrawn, now: int, out: Outbox) -> None:
        """A piece of work has come, or is needed no more."""
        if isinstance(event, WorkOffered):
            self._work_offered(event, now, out)
        else:
            self._work_withdrawn(event, now, out)

    def _work_offered(self, event: WorkOffered, now: int, out: Outbox) -> None:
        """Let a piece of work wait; one that is known already is not taken twice."""
        known = event.queue in self.configuration.queues
        if event.call in self.calls or not known or not is_safe_id(event.call):
            out.ignore()
            return
        ask = Ask(priority=event.priority, boost_us=event.boost_us, require=event.requirement)
        call = self._new_work(event, now)
        self._take_work(call, place(self.configuration, call, event.queue, ask), now, out)

    def message_work(self, origin: Call, message: VoicemailLeft, now: int, out: Outbox) -> None:
        """A caller left a message for a queue: hearing it is work, as old as their wait."""
        assert message.queue is not None
        name = work_of_recording(message.recording)
        if name in self.calls:
            return
        call = Call(
            call=name,
            ids=CallIds(call=name),
            direction=Direction.INBOUND,
            ani=origin.ani,
            did=origin.did,
            ani_name=origin.ani_name,
            started_at=now,
            looked_up=True,
            customers=origin.customers,
            history=origin.history,
            since=origin.since,
            task=Task(subject=f"Voicemail of {message.ms // 1000} s", channel="task"),
        )
        had = origin.place
        ask = Ask(require=had.own, boost_us=had.own_boost_us) if had is not None else Ask()
        self._take_work(call, place(self.configuration, call, message.queue, ask), now, out)

    def _new_work(self, event: WorkOffered, now: int) -> Call:
        settings = self.configuration.queues[event.queue]
        customers: tuple[Customer, ...] = ()
        if event.customer:
            customers = (Customer(customer=CustomerId(event.customer), name=""),)
        return Call(
            call=event.call,
            ids=CallIds(call=event.call),
            direction=Direction.INBOUND,
            ani="",
            did="",
            ani_name="",
            started_at=now,
            looked_up=True,
            customers=customers,
            task=Task(subject=event.subject[:MAX_SUBJECT], channel=settings.channel.value),
        )

    def _take_work(self, call: Call, where: Place, now: int, out: Outbox) -> None:
        assert call.task is not None
        out.emit(
            CallStarted(
                at=now,
                call=call.call,
                seq=call.ids.fact(),
                ani=call.ani,
                did=call.did,
                ani_name=call.ani_name,
                direction=call.direction,
                flow=FlowId(""),
                channel=call.task.channel,
                subject=call.task.subject,
            )
        )
        call.reason = call.task.subject or self.configuration.queues[where.queue].label
        self.calls[call.call] = call
        if len(self.calls) > MAX_CALLS:
            call.outcome = CallOutcome.REFUSED
            self.end(call, now, out)
            return
        self.enter_queue(call, replace(where, max_wait_us=OLDEST_US), now, out, returns=True)

    def _work_withdrawn(self, event: WorkWithdrawn, now: int, out: Outbox) -> None:
        """Nobody need do it any more; whoever is at it already finishes in peace."""
        call = self.calls.get(event.call)
        if call is None or call.task is None or call.phase not in LISTENING:
            out.ignore()
            return
        self.out_of_line(call, QueueOutcome.WITHDRAWN, now, out)
        self.work_left(call, CallOutcome.WITHDRAWN, now, out)

    def work_left(self, call: Call, outcome: CallOutcome, now: int, out: Outbox) -> None:
        """End a piece of work that is out of the line, and that nobody is at."""
        call.outcome = outcome
        self.end(call, now, out)

    def work_left_queue(self, call: Call, outcome: QueueOutcome, now: int, out: Outbox) -> None:
        """The queue let a piece of work go: close it, or let it come back later."""
        if outcome is QueueOutcome.WITHDRAWN:
            self.work_left(call, CallOutcome.WITHDRAWN, now, out)
        elif outcome is QueueOutcome.TIMED_OUT:
            self.work_left(call, CallOutcome.NOT_REACHED, now, out)
        else:
            call.move(CallTrigger.POSTPONE)
            self.media_deadlines.set("callback", call.call, now + RETRY_US)

    def callback_due(self, call: Call, now: int, out: Outbox) -> None:
        """The time of a call back has come, or of work that its queue had let go."""
        if call.task is None:
            super().callback_due(call, now, out)
        elif call.place is not None and call.phase is CallPhase.SCHEDULED:
            self.enter_queue(call, call.place, now, out, returns=True)

    def accept(self, call: Call, request: AcceptRequested, now: int, out: Outbox) -> None:
        """An agent takes a piece of work at the desk; of a call, the phone is answered."""
        offer = call.offers.get(request.reservation)
        if call.task is None:
            super().accept(call, request, now, out)
        elif offer is None or offer.agent != request.agent or call.phase is not CallPhase.OFFERING:
            self.answer(request, "offer_is_over", now, out)
        else:
            self.answer(request, "", now, out)
            self._begin_work(call, offer, now, out)

    def _begin_work(self, call: Call, offer: Offer, now: int, out: Outbox) -> None:
        call.move(CallTrigger.AGENT_ANSWERED)
        part = call.part = self.won(call, offer, now, out)
        call.move(CallTrigger.CONNECT)
        call.queue = part.queue
        self.part_begins(call, part, now, out)

    def work_done(self, call: Call, request: WorkDoneRequested, now: int, out: Outbox) -> None:
        """The agent is done with a piece of work."""
        if call.task is None or not self.has_caller(call, request):
            self.answer(request, "not_your_work", now, out)
            return
        self.answer(request, "", now, out)
        self.end(call, now, out)
