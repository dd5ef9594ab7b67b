"""What a campaign achieved, and how sure that is."""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.analysis import Tried, analyse, lift, wilson
from dialer.attempt import Attempt, AttemptEnd, Source, Verdict
from dialer.campaign import DispositionRule
from dialer.ids import AgentId, AttemptId, CampaignId, LeadId, ListId, PartyId
from tests.dialer.dialing_world import SECOND, campaign

NINE = 1_767_258_000_000_000  # 2026-01-01 09:00 UTC
HOUR = 3600 * SECOND
RULES = {
    "sold": DispositionRule(code="sold", success=True, contact=True),
    "no": DispositionRule(code="no", contact=True),
}


def tried(
    lead: str,
    verdict: Verdict | None,
    at: int = NINE,
    *,
    list_name: str = "a",
    disposition: str = "",
    agent: str | None = None,
    rang: bool = True,
) -> Tried:
    name = AttemptId(f"d-{lead}-{at}")
    attempt = Attempt(
        attempt=name,
        campaign=CampaignId("c"),
        list=ListId(list_name),
        lead=LeadId(lead),
        party=PartyId(lead),
        number="+442079460100",
        caller_id="+442079460001",
        source=Source.AUTO,
        opened_at=at,
    )
    end = None
    if verdict is not None:
        end = AttemptEnd(
            attempt=name,
            at=at + SECOND,
            verdict=verdict,
            ringing_at=at if rang else None,
            agent=AgentId(agent) if agent else None,
            talk_us=HOUR if agent else 0,
        )
    return Tried(attempt=attempt, end=end, disposition=disposition, success=disposition == "sold")


def test_attempts_are_counted_by_list_hour_caller_id_agent_and_turn() -> None:
    rows = [
        tried("l1", Verdict.NO_ANSWER),
        tried("l2", Verdict.CONNECTED, disposition="sold", agent="ann"),
        tried("l1", Verdict.CONNECTED, NINE + HOUR, disposition="no", agent="ann"),
        tried("l3", Verdict.ABANDONED, list_name="b"),
        tried("l3", Verdict.MACHINE, NINE + HOUR, list_name="b"),
    ]
    found = analyse(campaign(dispositions=RULES, cost_per_hour=30.0), rows)
    total = found.total
    assert (total.attempts, total.leads, total.live, total.connected) == (5, 3, 3, 2)
    assert (total.contacts, total.successes, total.abandoned, total.machines) == (2, 1, 1, 1)
    assert {k: v.attempts for k, v in found.by["list"].items()} == {"a": 3, "b": 2}
    assert {k: v.leads for k, v in found.by["list"].items()} == {"a": 2, "b": 1}
    assert {k: v.attempts for k, v in found.by["hour"].items()} == {"09": 3, "10": 2}
    assert {k: v.attempts for k, v in found.by["attempt"].items()} == {"1": 3, "2": 2}
    assert found.by["agent"]["ann"].conversion().value == 0.5
    assert found.by["caller_id"]["+442079460001"].attempts == 5
    assert found.cost_per_success() == 60.0
    assert found.cost_per_success(staffed_us=3 * HOUR) == 90.0


def test_hours_are_those_of_the_zone_that_is_named() -> None:
    found = analyse(campaign(), [tried("l1", Verdict.BUSY)], zone="America/New_York")
    assert list(found.by["hour"]) == ["04"]


def test_what_never_rang_and_what_goes_on_is_no_attempt() -> None:
    rows = [tried("l1", Verdict.CANCELLED, rang=False), tried("l2", None)]
    assert analyse(campaign(), rows).total.attempts == 0


def test_penetration_is_of_leads_and_not_of_attempts() -> None:
    rows = [tried("l1", Verdict.BUSY, NINE + n) for n in range(5)]
    rows.append(tried("l2", Verdict.BUSY, list_name="b"))
    sizes = {ListId("a"): 4, ListId("b"): 1, ListId("none"): 5}
    found = analyse(campaign(), rows).penetration(sizes)
    assert {name: (share.count, share.of) for name, share in found.items()} == {
        "a": (1, 4),
        "b": (1, 1),
        "none": (0, 5),
        "": (2, 10),
    }


def test_without_success_or_cost_there_is_no_cost_of_a_success() -> None:
    row = tried("l1", Verdict.CONNECTED, disposition="sold", agent="ann")
    assert analyse(campaign(dispositions=RULES), [row]).cost_per_success() is None
    assert analyse(campaign(cost_per_hour=9.0), []).cost_per_success() is None


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (5, 10, 0.2366, 0.7634),
        (81, 263, 0.2553, 0.3662),
    ],
)
def test_wilsons_interval_is_as_published(count: int, of: int, low: float, high: float) -> None:
    share = wilson(count, of)
    assert share.low == pytest.approx(low, abs=5e-4)
    assert share.high == pytest.approx(high, abs=5e-4)


def test_nothing_of_nothing_is_unknown_and_more_than_all_is_refused() -> None:
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0.0, 1.0)
    with pytest.raises(ValueError, match="no share"):
        wilson(3, 2)


def test_newcombes_interval_is_as_published() -> None:
    """Newcombe 1998, method 10, example (a): 56 of 70 against 48 of 80."""
    found = lift(56, 70, 48, 80)
    assert found.value == pytest.approx(0.2)
    assert found.low == pytest.approx(0.0524, abs=5e-4)
    assert found.high == pytest.approx(0.3339, abs=5e-4)
    assert found.certain
    assert not lift(5, 10, 5, 10).certain


@given(st.integers(0, 200), st.integers(1, 200), st.integers(0, 200), st.integers(1, 200))
def test_an_interval_holds_its_value(count: int, of: int, other: int, other_of: int) -> None:
    found = lift(min(count, of), of, min(other, other_of), other_of)
    assert -1.0 <= found.low <= found.value <= found.high <= 1.0
    assert lift(min(other, other_of), other_of, min(count, of), of).value == -found.value


def test_the_interval_of_a_lift_covers_the_truth_about_as_often_as_it_says() -> None:
    random, hits, runs = Random(7), 0, 400
    for _ in range(runs):
        called = sum(random.random() < 0.12 for _ in range(300))
        held = sum(random.random() < 0.05 for _ in range(100))
        found = lift(called, 300, held, 100)
        hits += found.low <= 0.07 <= found.high
    assert 0.92 <= hits / runs <= 0.985
    assert not math.isnan(found.value)


def test_a_machine_that_an_agent_heard_is_a_machine_unless_they_found_a_person() -> None:
    settings, heard = campaign(), tried("a", Verdict.CONNECTED)
    assert heard.end is not None
    heard = replace(heard, end=replace(heard.end, machine=True, sampled=True))
    found = analyse(settings, [heard, replace(heard, person=True), replace(heard, person=False)])
    assert (found.total.machines, found.total.live, found.total.connected) == (2, 1, 1)
