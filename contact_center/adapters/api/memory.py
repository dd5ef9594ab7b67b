"""What was decided lately and is over: offers with their reasons, and how calls ended.

Kept in memory, a bounded number; the oldest are forgotten first. History has the offers before.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from contact_center.core.facts import AgentOffered, CallFinished, Fact, OfferEnded, WaitEnded
from contact_center.core.ids import CallId, ReservationId

BOUND = 20_000


@dataclass(slots=True)
class PastOffer:
    """An offer as it was made, and how it ended; "" while it goes on."""

    made: AgentOffered
    result: str = ""


FindOffer = Callable[[ReservationId], Awaitable[PastOffer | None]]
"""Finds an offer in history; None when there was none. Raises HistoryAwayError."""


class HistoryAwayError(Exception):
    """History cannot be asked just now."""


@dataclass(slots=True)
class PastCall:
    """How a call's last wait and the call itself ended."""

    queue: str = ""
    wait: str = ""
    waited_us: int | None = None
    outcome: str = ""


class Memory:
    """A reader of facts."""

    def __init__(self, bound: int = BOUND) -> None:
        self._bound = bound
        self.offers: OrderedDict[ReservationId, PastOffer] = OrderedDict()
        self.calls: OrderedDict[CallId, PastCall] = OrderedDict()

    def publish(self, facts: Sequence[Fact]) -> None:
        """Take facts, in order; those told twice change nothing."""
        for fact in facts:
            match fact:
                case AgentOffered():
                    self.offers.setdefault(fact.reservation, PastOffer(fact))
                    if len(self.offers) > self._bound:
                        self.offers.popitem(last=False)
                case OfferEnded():
                    offer = self.offers.get(fact.reservation)
                    if offer is not None:
                        offer.result = fact.result.value
                case WaitEnded():
                    call = self._call(fact.call)
                    call.queue, call.wait = fact.queue, fact.outcome.value
                    call.waited_us = fact.waited_us
                case CallFinished():
                    self._call(fact.call).outcome = fact.outcome.value
                case _:
                    pass

    def _call(self, name: CallId) -> PastCall:
        call = self.calls.get(name)
        if call is None:
            call = self.calls[name] = PastCall()
            if len(self.calls) > self._bound:
                self.calls.popitem(last=False)
        return call
