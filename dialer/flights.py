"""Attempts that are under way, from the question to the gate to their end, and those just over."""

from collections import OrderedDict
from dataclasses import dataclass

from dialer.attempt import Attempt, AttemptEnd, Source, Verdict
from dialer.floor import CallStage
from dialer.ids import AgentId, AttemptId, CampaignId, LeadId
from dialer.lead import Lead
from dialer.supply import Pool

OPENING_US = 5_000_000
"""How long the gate may take; an answer after that is not dialled any more."""
LATE_KEPT_US = 300_000_000
_LATE_MOST = 2000
_FINISHED_MOST = 5000
_MARGIN_US = 30_000_000
_HOLD_US = 2_000_000

STAGES = {
    Verdict.CONNECTED: CallStage.DONE,
    Verdict.ABANDONED: CallStage.ABANDONED,
    Verdict.LEFT: CallStage.LEFT,
    Verdict.MACHINE: CallStage.MACHINE,
    Verdict.BUSY: CallStage.BUSY,
    Verdict.NO_ANSWER: CallStage.NO_ANSWER,
    Verdict.INVALID: CallStage.INVALID,
    Verdict.CANCELLED: CallStage.CANCELLED,
    Verdict.FAILED: CallStage.FAILED,
    Verdict.LOST: CallStage.CANCELLED,
}
"""How a verdict looks to a pacer, who learns nothing from what nobody can say."""


@dataclass(slots=True, kw_only=True)
class Flight:
    """An attempt under way.

    ``directed``: `agent` has it from the beginning (previews, callbacks of one agent, asked dials).
    ``opened``: what the gate let pass, None while it is asked. ``shown``: an agent looks at it.
    ``placed_at``: when it was dialled, or shown. ``stage``: None before that.
    ``disposition``: an agent's, if it came before the end.
    """

    attempt: AttemptId
    campaign: CampaignId
    lead: Lead
    number: str
    source: Source
    pool: Pool
    asked_at: int
    agent: AgentId | None = None
    directed: bool = False
    opened: Attempt | None = None
    shown: bool = False
    placed_at: int | None = None
    stage: CallStage | None = None
    staged_at: int = 0
    rung_off_at: int | None = None
    disposition: str = ""

    @property
    def unanswered(self) -> bool:
        """Say whether it was dialled or shown and nobody has answered."""
        return self.stage in (CallStage.QUEUED, CallStage.DIALLED)

    def overdue(self, now: int, ring_us: int, preview_us: int) -> bool:
        """Say whether its end should have been heard of long ago. Talks have no such time."""
        if self.placed_at is None or self.stage is CallStage.CONNECTED:
            return False
        if self.stage is CallStage.WAITING:
            return now - self.staged_at > _HOLD_US + _MARGIN_US
        if self.stage is CallStage.DIALLED or not self.shown:
            return now - self.staged_at > ring_us + _MARGIN_US
        return now - self.placed_at > preview_us + ring_us + _MARGIN_US


@dataclass(slots=True, kw_only=True)
class Finished:
    """An attempt that is over, kept a while for the agent's disposition."""

    campaign: CampaignId
    lead: Lead
    number: str
    end: AttemptEnd
    disposition: str = ""
    suppress: str = ""
    success: bool = False
    person: bool | None = None


class Flights:
    """All attempts under way, by name and by lead, and those just over, boundedly many."""

    def __init__(self) -> None:
        self.by_attempt: dict[AttemptId, Flight] = {}
        self._by_lead: dict[LeadId, Flight] = {}
        self._late: OrderedDict[AttemptId, Flight] = OrderedDict()
        self._finished: OrderedDict[AttemptId, Finished] = OrderedDict()

    def has_lead(self, lead: LeadId) -> bool:
        """Say whether an attempt on a lead is under way."""
        return lead in self._by_lead

    def add(self, flight: Flight) -> None:
        """Begin an attempt."""
        self.by_attempt[flight.attempt] = flight
        self._by_lead[flight.lead.lead] = flight
        self._late.pop(flight.attempt, None)

    def end(self, flight: Flight) -> None:
        """Let go of an attempt."""
        self.by_attempt.pop(flight.attempt, None)
        self._by_lead.pop(flight.lead.lead, None)

    def give_up(self, flight: Flight) -> None:
        """Let go of an attempt whose gate does not answer; a late answer is still known as its."""
        self.end(flight)
        self._late[flight.attempt] = flight
        while len(self._late) > _LATE_MOST:
            self._late.popitem(last=False)

    def late(self, attempt: AttemptId) -> Flight | None:
        """Take an attempt that was given up."""
        return self._late.pop(attempt, None)

    def forget_late(self, now: int) -> None:
        """Forget what was given up long ago."""
        while self._late:
            attempt, flight = next(iter(self._late.items()))
            if now - flight.asked_at < LATE_KEPT_US:
                return
            del self._late[attempt]

    def finish(self, attempt: AttemptId, finished: Finished) -> None:
        """Keep an attempt that is over for its disposition."""
        self._finished[attempt] = finished
        while len(self._finished) > _FINISHED_MOST:
            self._finished.popitem(last=False)

    def finished(self, attempt: AttemptId) -> Finished | None:
        """Give an attempt that is over."""
        return self._finished.get(attempt)
