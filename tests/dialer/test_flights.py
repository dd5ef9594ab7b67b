"""What is under way, what was given up, and what is just over."""

from __future__ import annotations

from dialer.attempt import AttemptEnd, Source, Verdict
from dialer.flights import LATE_KEPT_US, STAGES, Finished, Flight, Flights
from dialer.floor import OPEN, CallStage
from dialer.ids import AttemptId, CampaignId, LeadId, ListId, PartyId, PoolId
from dialer.lead import Lead
from dialer.supply import Pool

SECOND = 1_000_000


def flight(name: str, **rest: object) -> Flight:
    lead = Lead(lead=LeadId(name), party=PartyId("p"), list=ListId("a"), token=1, numbers=())
    made = Flight(
        attempt=AttemptId(f"d-{name}-1"),
        campaign=CampaignId("c"),
        lead=lead,
        number="+442079460100",
        source=Source.AUTO,
        pool=Pool(PoolId("sales")),
        asked_at=0,
    )
    for field, value in rest.items():
        setattr(made, field, value)
    return made


def test_every_verdict_is_the_end_of_a_call() -> None:
    assert set(STAGES) == set(Verdict)
    assert not set(STAGES.values()) & OPEN


def test_a_lead_is_under_way_until_its_attempt_ends() -> None:
    flights, one = Flights(), flight("l1")
    flights.add(one)
    assert flights.has_lead(LeadId("l1"))
    flights.end(one)
    assert not flights.has_lead(LeadId("l1"))
    assert flights.by_attempt == {}


def test_a_late_answer_finds_what_was_given_up_once_and_not_for_ever() -> None:
    flights, one, other = Flights(), flight("l1"), flight("l2")
    for each in (one, other):
        flights.add(each)
        flights.give_up(each)
    assert flights.late(one.attempt) is one
    assert flights.late(one.attempt) is None
    flights.forget_late(LATE_KEPT_US - 1)
    flights.forget_late(LATE_KEPT_US)
    assert flights.late(other.attempt) is None


def test_what_is_over_is_kept_for_its_disposition_boundedly() -> None:
    flights = Flights()
    for number in range(6000):
        name = AttemptId(f"d-l{number}-1")
        end = AttemptEnd(attempt=name, at=0, verdict=Verdict.CONNECTED)
        kept = Finished(campaign=CampaignId("c"), lead=flight("l").lead, number="", end=end)
        flights.finish(name, kept)
    assert flights.finished(AttemptId("d-l0-1")) is None
    assert flights.finished(AttemptId("d-l5999-1")) is not None


def test_a_call_is_overdue_when_its_end_should_have_come_and_a_talk_never() -> None:
    ring, look = 25 * SECOND, 60 * SECOND

    def overdue(at: int, **rest: object) -> bool:
        return flight("l", placed_at=0, staged_at=0, **rest).overdue(at, ring, look)

    assert not flight("l").overdue(999 * SECOND, ring, look)
    assert not overdue(55 * SECOND, stage=CallStage.DIALLED)
    assert overdue(56 * SECOND, stage=CallStage.DIALLED)
    assert overdue(33 * SECOND, stage=CallStage.WAITING)
    assert not overdue(9999 * SECOND, stage=CallStage.CONNECTED)
    assert not overdue(115 * SECOND, stage=CallStage.QUEUED, shown=True)
    assert overdue(116 * SECOND, stage=CallStage.QUEUED, shown=True)
