"""The fold: facts in, one after the other; waits, offers, conversations and time into the books.

A fact of a call is known by ``(call, seq)``; one that was taken before is passed over, so that a
log may be told again from any point. Facts of one call are taken in the order of their numbers.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from contact_center.core.events import Direction
from contact_center.core.facts import (
    AgentChanged,
    AgentOffered,
    CallbackAttempted,
    CallbackDone,
    CallbackRegistered,
    CallConnected,
    CallFact,
    CallFinished,
    CallQueued,
    CallStarted,
    ConversationEnded,
    DispositionRecorded,
    Fact,
    LegAnswered,
    OfferEnded,
    OfferResult,
    QueueChanged,
    QueueOutcome,
    WaitEnded,
)
from contact_center.core.ids import AgentId, CallId, QueueId, ReservationId, reservation_of_leg
from contact_center.core.talk_facts import AgentJoined
from contact_center.reporting.agents import AgentTimes
from contact_center.reporting.books import Books
from contact_center.reporting.queue_order import QueueOrder
from contact_center.reporting.records import Offer, Talk, Wait
from contact_center.reporting.tally import ATTEMPTED, REGISTERED

REMEMBERED = 50_000
"""Calls that are over and still known, so that what is told of them again is recognised."""


@dataclass(slots=True)
class _Call:
    """What is open in one call."""

    seq: int = 0
    direction: Direction = Direction.INBOUND
    channel: str = "voice"
    requirement: str = ""
    wait: Wait | None = None
    offers: dict[ReservationId, Offer] = field(default_factory=dict)
    taken_back: list[Offer] = field(default_factory=list)
    began: dict[AgentId, int] = field(default_factory=dict)
    talked: Talk | None = None
    talks: dict[AgentId, Talk] = field(default_factory=dict)


class Fold:
    """Keeps `books` by what it is told. ``remembered`` bounds calls known after their end."""

    def __init__(self, *books: Books, remembered: int = REMEMBERED) -> None:
        self.books: Sequence[Books] = books
        self.agents = AgentTimes(books)
        self.orders: dict[QueueId, QueueOrder] = {}
        self.queues: dict[QueueId, QueueChanged] = {}
        self.at = 0
        self._calls: dict[CallId, _Call] = {}
        self._taken_back: list[_Call] = []
        self._over: OrderedDict[CallId, _Call] = OrderedDict()
        self._remembered = remembered

    def take(self, facts: Iterable[Fact]) -> None:
        """Take facts, in order."""
        for fact in facts:
            if self._taken_back and fact.at > self.at:
                self._settle_all()
            if isinstance(fact, CallFact):
                self._take_call_fact(fact)
            elif isinstance(fact, AgentChanged):
                self.agents.changed(fact)
            elif isinstance(fact, QueueChanged):
                self.queues[fact.queue] = fact
            self.at = max(self.at, fact.at)

    def close(self, at: int) -> None:
        """Count agents' time up to an instant; nothing is taken afterwards."""
        self._settle_all()
        self.agents.close(at)

    # --- calls ----------------------------------------------------------------------------------

    def _take_call_fact(self, fact: CallFact) -> None:
        call = self._calls.get(fact.call) or self._over.get(fact.call)
        if call is None:
            call = self._calls[fact.call] = _Call()
        if fact.seq <= call.seq:
            return
        call.seq = fact.seq
        handle = _HANDLE.get(type(fact))
        if handle is not None:
            handle(self, call, fact)

    def _settle_all(self) -> None:
        """What happened in one instant is known: count the offers that were taken back in it."""
        for call in self._taken_back:
            self._settle(call, caller_left=False)
        self._taken_back.clear()

    def _settle(self, call: _Call, *, caller_left: bool) -> None:
        for offer in call.taken_back:
            offer.caller_left = caller_left
            for books in self.books:
                books.offered(offer)
        call.taken_back.clear()

    def _started(self, call: _Call, fact: CallStarted) -> None:
        call.direction, call.channel = fact.direction, fact.channel

    def _queued(self, call: _Call, fact: CallQueued) -> None:
        self._leave_line(call)
        self._note_transfer(call, to=None)
        call.requirement = fact.requirement
        call.wait = Wait(
            call=fact.call,
            queue=fact.queue,
            requirement=fact.requirement,
            entered_at=fact.at,
            channel=call.channel,
        )
        self._order(fact.queue).enter(call.wait)
        if call.direction is Direction.OUTBOUND:
            return  # nobody hangs on the line; how it ends is counted of the request
        for books in self.books:
            books.entered(call.wait)

    def _wait_ended(self, call: _Call, fact: WaitEnded) -> None:
        wait = call.wait
        if wait is None:
            return
        self._leave_line(call)
        # Offers taken back and the end of the wait in one breath: the caller hung up.
        self._settle(call, caller_left=fact.outcome is QueueOutcome.ABANDONED)
        wait.ended_at, wait.outcome = fact.at, fact.outcome
        if call.direction is Direction.OUTBOUND:
            return
        for books in self.books:
            books.ended(wait)

    def _offered(self, call: _Call, fact: AgentOffered) -> None:
        overtook = self._order(call.wait.queue).offer(call.wait) if call.wait is not None else 0
        call.offers[fact.reservation] = Offer(
            reservation=fact.reservation,
            queue=fact.queue,
            agent=fact.agent,
            offered_at=fact.at,
            channel=call.channel,
            overtook=overtook,
        )

    def _leg_answered(self, call: _Call, fact: LegAnswered) -> None:
        reservation = reservation_of_leg(fact.leg)
        if reservation in call.offers:
            call.offers[reservation].picked_up = True

    def _offer_ended(self, call: _Call, fact: OfferEnded) -> None:
        offer = self._end_offer(call, fact.reservation, fact.result, fact.at)
        if offer is None:
            return
        if call.wait is not None and not call.offers:
            self._order(call.wait.queue).wait_on(call.wait)
        if fact.result is OfferResult.REVOKED:
            call.taken_back.append(offer)
            self._taken_back.append(call)
            return
        for books in self.books:
            books.offered(offer)

    def _connected(self, call: _Call, fact: CallConnected) -> None:
        self._part_begins(call, fact)
        self._note_transfer(call, to=fact.agent)

    def _part_begins(self, call: _Call, fact: CallConnected | AgentJoined) -> None:
        offer = self._end_offer(call, fact.reservation, OfferResult.CONNECTED, fact.at)
        if offer is not None:  # some tell the end of an offer that was taken, some do not
            for books in self.books:
                books.offered(offer)
        call.began.setdefault(fact.agent, fact.at)

    def _conversation_ended(self, call: _Call, fact: ConversationEnded) -> None:
        talk = Talk(
            call=fact.call,
            queue=fact.queue,
            agent=fact.agent,
            requirement=call.requirement,
            direction=call.direction,
            began_at=call.began.pop(fact.agent, fact.at - fact.talk_us - fact.hold_us),
            ended_at=fact.at,
            talk_us=fact.talk_us,
            hold_us=fact.hold_us,
            channel=call.channel,
        )
        call.talked = call.talks[fact.agent] = talk
        self.agents.talked(talk)
        for books in self.books:
            books.talked(talk)
        if any(began > talk.began_at for began in call.began.values()):
            self._note_transfer(call, to=None)  # whom they had called in stays with the caller

    def _disposed(self, call: _Call, fact: DispositionRecorded) -> None:
        talk = call.talks.get(fact.agent)
        if talk is not None:
            for books in self.books:
                books.disposed(talk, fact.code)

    def _callback_registered(self, call: _Call, fact: CallbackRegistered) -> None:
        self._called_back(fact.queue, REGISTERED, fact.at)

    def _callback_attempted(self, call: _Call, fact: CallbackAttempted) -> None:
        self._called_back(fact.queue, ATTEMPTED, fact.at)

    def _callback_done(self, call: _Call, fact: CallbackDone) -> None:
        self._called_back(fact.queue, fact.result.value, fact.at)

    def _called_back(self, queue: QueueId, what: str, at: int) -> None:
        for books in self.books:
            books.called_back(queue, what, at)

    def _finished(self, call: _Call, fact: CallFinished) -> None:
        self._leave_line(call)
        call.offers.clear()
        self._calls.pop(fact.call, None)
        self._over[fact.call] = call
        if len(self._over) > self._remembered:
            self._over.popitem(last=False)

    # --- parts ----------------------------------------------------------------------------------

    def _order(self, queue: QueueId) -> QueueOrder:
        order = self.orders.get(queue)
        if order is None:
            order = self.orders[queue] = QueueOrder()
        return order

    def _leave_line(self, call: _Call) -> None:
        if call.wait is not None:
            self._order(call.wait.queue).leave(call.wait)
            call.wait = None

    def _note_transfer(self, call: _Call, to: AgentId | None) -> None:
        """Whoever talked last passed the caller on, unless it is they who go on."""
        talk, call.talked = call.talked, None
        if talk is not None and talk.agent != to:
            for books in self.books:
                books.transferred(talk)

    def _end_offer(
        self, call: _Call, reservation: ReservationId, result: OfferResult, at: int
    ) -> Offer | None:
        offer = call.offers.pop(reservation, None)
        if offer is not None:
            offer.result, offer.ended_at = result, at
        return offer


_HANDLE: dict[type[CallFact], Callable[[Fold, _Call, Any], None]] = {
    CallStarted: Fold._started,
    CallQueued: Fold._queued,
    WaitEnded: Fold._wait_ended,
    AgentOffered: Fold._offered,
    LegAnswered: Fold._leg_answered,
    OfferEnded: Fold._offer_ended,
    CallConnected: Fold._connected,
    AgentJoined: Fold._part_begins,
    ConversationEnded: Fold._conversation_ended,
    DispositionRecorded: Fold._disposed,
    CallbackRegistered: Fold._callback_registered,
    CallbackAttempted: Fold._callback_attempted,
    CallbackDone: Fold._callback_done,
    CallFinished: Fold._finished,
}
