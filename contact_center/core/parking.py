"""Callers put aside in numbered slots, with music, from which any agent can take them.

Whoever is not taken in time comes back to the agent who parked them, if that one is free, else to
the queue they came from, with the age they have.
"""

from contact_center.core.call import Call, CallPhase, CallTrigger
from contact_center.core.consultations import Consultations
from contact_center.core.facts import OfferResult
from contact_center.core.ids import AgentId
from contact_center.core.output import Outbox
from contact_center.core.parties import Parked
from contact_center.core.requests import ParkRequested, RetrieveRequested
from contact_center.core.talk_facts import CallParked, ParkEnded
from contact_center.core.transfers import RETRIEVE, RETURN

MAX_PARKED = 100
"""Bound on callers parked at once, and so the highest slot; the lowest is 1."""


class Parking(Consultations):
    """Callers whom nobody has for a moment."""

    def park(self, call: Call, request: ParkRequested, now: int, out: Outbox) -> None:
        """Put the agent's caller aside; the agent is done with them."""
        part, slot = call.part, self._free_slot()
        problem = self.cannot_pass_on(call, request) or ("" if slot else "no_slot")
        self.answer(request, problem, now, out)
        if problem or part is None or slot is None:
            return
        self.release(call, None, "", now, out)
        call.move(CallTrigger.PARK)
        call.queue, call.queued_at = part.queue, now
        call.parked = Parked(slot=slot, agent=part.agent, queue=part.queue, since=now)
        self.enter_waiting(call, out)
        until = now + self.configuration.timing.park_us
        self.media_deadlines.set("park", call.call, until)
        out.emit(
            CallParked(
                at=now,
                call=call.call,
                seq=call.ids.fact(),
                agent=part.agent,
                slot=slot,
                until=until,
            )
        )

    def _free_slot(self) -> int | None:
        taken = {call.parked.slot for call in self.calls.values() if call.parked is not None}
        return next((slot for slot in range(1, MAX_PARKED + 1) if slot not in taken), None)

    def retrieve(self, request: RetrieveRequested, now: int, out: Outbox) -> None:
        """Ring the agent who asks for the caller of a slot. Answered when the router says so."""
        call = next(
            (
                call
                for call in self.calls.values()
                if call.parked is not None and call.parked.slot == request.slot
            ),
            None,
        )
        if call is None:
            self.answer(request, "nobody_parked", now, out)
        elif call.offers or call.reserving is not None:
            self.answer(request, "taken", now, out)
        else:
            self.ask_for(call, RETRIEVE, request.agent, request, out)

    def parked_long_enough(self, call: Call, now: int, out: Outbox) -> None:
        """Nobody took the caller: somebody is made to look after them."""
        parked = call.parked
        if parked is None or call.phase is not CallPhase.PARKED:
            return
        parked.returning = True
        if not call.offers:
            self.ask_for(call, RETURN, parked.agent, None, out)

    def nobody_came(self, call: Call, result: OfferResult, now: int, out: Outbox) -> None:
        """Whoever wanted the parked caller did not answer after all."""
        if call.parked is None:
            super().nobody_came(call, result, now, out)
        elif call.parked.returning:
            self.park_ended(call, None, now, out)
            self.back_in_line(call, now, out)

    def serve(self, call: Call, now: int, out: Outbox) -> None:
        """The agent answered; a parked caller leaves their slot."""
        if call.parked is not None and call.part is not None:
            self.park_ended(call, call.part.agent, now, out)
        super().serve(call, now, out)

    def park_ended(self, call: Call, agent: AgentId | None, now: int, out: Outbox) -> None:
        """Free the slot."""
        parked, call.parked = call.parked, None
        if parked is None:
            return
        self.media_deadlines.cancel("park", call.call)
        out.emit(
            ParkEnded(
                at=now,
                call=call.call,
                seq=call.ids.fact(),
                slot=parked.slot,
                agent=agent,
                parked_us=now - parked.since,
            )
        )
