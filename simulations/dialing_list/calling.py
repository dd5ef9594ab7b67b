"""The list as a rehearsal dials it: who is next, who answers, and what becomes of each lead.

Who is dialled again, and when, is decided by the rules of the live dialer (`dialer.recycling`).
"""

from collections import deque
from dataclasses import dataclass, replace
from heapq import heappop, heappush

from dialer import rehearsal_parts as rehearsed
from dialer.analysis import Tried
from dialer.attempt import Attempt, AttemptEnd, Source, Verdict
from dialer.campaign import CampaignSettings
from dialer.floor import CallSeen, CallStage, Floor, Seen
from dialer.ids import AttemptId, LeadId, PartyId, attempt_id
from dialer.lead import Lead, LeadState
from dialer.pacing import Ask, Decision, Pacer
from dialer.recycling import after_disposition, after_verdict
from simulations.dialing.callees import SECOND_US, Callees, Manners
from simulations.dialing_list.odds import Known, truly_answers
from simulations.dialing_list.source import Person

SOLD, DECLINED = "sold", "declined"
_VERDICTS = {
    CallStage.DONE: Verdict.CONNECTED,
    CallStage.ABANDONED: Verdict.ABANDONED,
    CallStage.LEFT: Verdict.LEFT,
    CallStage.MACHINE: Verdict.MACHINE,
    CallStage.BUSY: Verdict.BUSY,
    CallStage.NO_ANSWER: Verdict.NO_ANSWER,
    CallStage.INVALID: Verdict.INVALID,
    CallStage.FAILED: Verdict.FAILED,
    CallStage.CANCELLED: Verdict.CANCELLED,
}


@dataclass(slots=True)
class _Called:
    """Somebody of the list, and how the lead stands."""

    person: Person
    known: Known
    lead: Lead
    opened_at: int = 0
    state: LeadState = LeadState.OPEN


class ListedPeople:
    """Leads for a rehearsal. ``order``: places in `people`, first to last.

    ``tried``: every attempt, as storage would have it, with what came of it.
    """

    def __init__(
        self,
        people: list[tuple[Person, Known]],
        order: list[int],
        settings: CampaignSettings,
        average: float,
    ) -> None:
        self._settings = settings
        self._average = average
        self._called = [_Called(person, known, _lead(person, settings)) for person, known in people]
        self._fresh = deque(order)
        self._later: list[tuple[int, int]] = []
        self.closes_at = 0
        self.fresh_until: int | None = None
        """When the last of them was called for the first time."""
        self._first_calls = len(order)
        self.tried: list[Tried] = []

    def person(self, number: int) -> Person:
        """Give the person of a lead's number."""
        return self._called[number].person

    def true_odds(self, number: int) -> float:
        """Give how probably they answer, as a multiple of the average."""
        called = self._called[number]
        return truly_answers(called.person, called.known) / self._average

    def states(self) -> dict[str, int]:
        """Count leads by how they stand."""
        counts: dict[str, int] = {}
        for each in self._called:
            counts[each.state.value] = counts.get(each.state.value, 0) + 1
        return counts

    def ready(self, at: int) -> int:
        """Count those that may be dialled now; none when the day is over."""
        if at >= self.closes_at:
            return 0
        while self._later and self._later[0][0] <= at:
            self._fresh.appendleft(heappop(self._later)[1])
        return len(self._fresh)

    def odds(self, at: int, most: int) -> tuple[float, ...]:
        """Give what is known of the next ones, as multiples of the average."""
        several = min(most, len(self._fresh))
        return tuple(self._odds(self._fresh[place]) for place in range(several))

    def take(self, at: int) -> rehearsed.Lead:
        """Take the next one."""
        number = self._fresh.popleft()
        called = self._called[number]
        called.opened_at = at
        if not called.lead.tried:
            self._first_calls -= 1
            if not self._first_calls:
                self.fresh_until = at
        return rehearsed.Lead(number, self._odds(number))

    def over(self, at: int, lead: rehearsed.Lead, stage: CallStage) -> None:
        """Write the attempt down, and see when the lead is due again."""
        called = self._called[lead.number]
        end = self._end(called, at, stage)
        number = called.lead.numbers[0].number
        following = after_verdict(self._settings, called.lead, number, end)
        disposition = ""
        if end.verdict is Verdict.CONNECTED:
            disposition = SOLD if called.person.buys else DECLINED
            following = after_disposition(self._settings, called.lead, number, end, disposition)
        self.tried.append(
            Tried(
                attempt=self._attempt(called, end.attempt, lead.odds),
                end=end,
                disposition=disposition,
                success=following.success,
            )
        )
        outcomes = dict(called.lead.outcomes)
        outcomes[end.verdict.value] = outcomes.get(end.verdict.value, 0) + 1
        called.lead = replace(called.lead, tried=called.lead.tried + 1, outcomes=outcomes)
        called.state = following.state
        if following.state is LeadState.OPEN and following.due_at is not None:
            heappush(self._later, (following.due_at, lead.number))

    def left(self) -> bool:
        """Say whether any will be ready before the day is over."""
        return bool(self._fresh) or bool(self._later and self._later[0][0] < self.closes_at)

    def next_due_at(self) -> int | None:
        """Say when there is something to dial; 0 for now."""
        if self._fresh:
            return 0
        return self._later[0][0] if self._later else None

    def _odds(self, number: int) -> float:
        return self._called[number].known.answers / self._average

    def _attempt(self, called: _Called, attempt: AttemptId, odds: float) -> Attempt:
        return Attempt(
            attempt=attempt,
            campaign=self._settings.campaign,
            list=called.lead.list,
            lead=called.lead.lead,
            party=called.lead.party,
            number=called.lead.numbers[0].number,
            caller_id=self._settings.caller_ids[0].number,
            source=Source.AUTO,
            opened_at=called.opened_at,
            odds=odds,
        )

    def _end(self, called: _Called, at: int, stage: CallStage) -> AttemptEnd:
        talked = called.person.talk_s * SECOND_US if stage is CallStage.DONE else 0
        return AttemptEnd(
            attempt=attempt_id(called.lead.lead, called.lead.tried + 1),
            at=at,
            verdict=_VERDICTS[stage],
            ringing_at=called.opened_at,
            talk_us=talked,
        )


def _lead(person: Person, settings: CampaignSettings) -> Lead:
    return Lead(
        lead=LeadId(person.row.key),
        party=PartyId(person.row.key),
        list=settings.lists[0].list,
        token=0,
        numbers=person.row.numbers,
        fields=person.row.fields,
    )


class PeopleWhoAnswer(Callees):
    """A world in which everybody of the list answers as they do, and talks as long as they did.

    Who does not answer is busy, a machine or nobody, as in every other simulation of dialing.
    """

    def __init__(self, manners: Manners, seed: int, start_at: int, leads: ListedPeople) -> None:
        super().__init__(manners, seed, start_at)
        self._leads = leads
        self._waiting: dict[AttemptId, None] = {}

    def outcome(self, at: int, lead: rehearsed.Lead) -> rehearsed.Outcome:
        """Say what comes of dialling this lead, by how they truly are."""
        truly = rehearsed.Lead(lead.number, self._leads.true_odds(lead.number))
        return super().outcome(at, truly)

    def see(self, seen: Seen) -> None:
        """Follow who waits for an agent: the first of them is talked to next."""
        if not isinstance(seen, CallSeen):
            return
        if seen.stage is CallStage.WAITING:
            self._waiting[seen.attempt] = None
        else:
            self._waiting.pop(seen.attempt, None)

    def talk_us(self, at: int) -> int:
        """Give the talk of whoever has waited longest."""
        attempt = next(iter(self._waiting))
        number = int(attempt.split("-")[1])
        return max(1, self._leads.person(number).talk_s) * SECOND_US


class Following:
    """A pacer, and beside it somebody who sees what it sees."""

    def __init__(self, pacer: Pacer, world: PeopleWhoAnswer) -> None:
        self.name = pacer.name
        self._pacer, self._world = pacer, world

    def observe(self, seen: Seen, floor: Floor) -> None:
        """Pass on what happened."""
        self._world.see(seen)
        self._pacer.observe(seen, floor)

    def decide(self, floor: Floor, ask: Ask) -> Decision:
        """Pass on the question, where there is one: nobody to dial and no call is none."""
        if not ask.room and not floor.calls:
            return Decision(dial=0, why="room")
        return self._pacer.decide(floor, ask)
