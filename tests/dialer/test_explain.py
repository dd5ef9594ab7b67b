"""Why so many calls, and why not this lead: in codes and words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialer.campaign import CampaignState, ListShare, Mode, Schedule
from dialer.explain import gate_reason, why_not, why_so_many
from dialer.ids import AgentId, CampaignId, LeadId, ListId, PartyId
from dialer.lead import Callback, Lead, LeadNumber, LeadState
from dialer.messages import Told
from dialer.pacers import PACERS
from dialer.pacing import Decision, Window
from dialer.policy import GateVerdict
from tests.dialer.dialing_world import (
    SECOND,
    START,
    DialWorld,
    campaign,
    everybody_answers,
    nobody_answers,
)

HOUR = 3600 * SECOND
LEAD = Lead(
    lead=LeadId("l"),
    party=PartyId("p"),
    list=ListId("c-list"),
    token=1,
    numbers=(LeadNumber(number="+442079460100", zones=("Europe/London",)),),
)
RUNNING = CampaignState.RUNNING


def codes(lead: Lead = LEAD, state: LeadState = LeadState.OPEN, **rest: object) -> list[str]:
    settings = rest.pop("settings", campaign())
    where = rest.pop("campaign_state", RUNNING)
    found = why_not(settings, where, lead, state, START, **rest)  # type: ignore[arg-type]
    assert all(each.words.endswith(".") for each in found)
    return [each.code for each in found]


def test_a_lead_that_only_waits_for_its_turn_has_no_reason() -> None:
    assert codes() == []


@pytest.mark.parametrize("state", [each for each in LeadState if each is not LeadState.OPEN])
def test_a_lead_tells_how_it_stands(state: LeadState) -> None:
    assert codes(state=state)[0] == f"lead:{state.value}"


def test_everything_that_keeps_a_lead_from_being_dialled_is_told_at_once() -> None:
    lead = replace(
        LEAD,
        due_at=START + HOUR,
        numbers=(replace(LEAD.numbers[0], dead=True),),
        callback=Callback(
            lead=LEAD.lead,
            due_at=START + HOUR,
            local="2025-11-24T17:00",
            zone="Europe/London",
            number="+442079460100",
            agent=AgentId("ann"),
        ),
    )
    gate = GateVerdict(
        allowed=False, reasons=("hours", "cap:us-fl", "suppressed:seller"), next_at=START + HOUR
    )
    closed = campaign(lists=(ListShare(list=ListId("c-list"), on=False),))
    found = codes(
        lead,
        settings=closed,
        campaign_state=CampaignState.PAUSED,
        gate=gate,
        held_out=True,
    )
    assert found == [
        "held_out",
        "campaign:paused",
        "list:off",
        "due_later",
        "promised",
        "no_number",
        "gate:hours",
        "gate:cap:us-fl",
        "gate:suppressed:seller",
        "gate:next",
    ]


def test_a_closed_schedule_tells_when_it_opens_in_its_own_zone() -> None:
    settings = campaign(
        schedule=Schedule(zone="America/New_York", windows=tuple((d, 540, 1020) for d in range(7)))
    )
    midnight = START - START % (24 * HOUR) + 5 * HOUR
    found = why_not(settings, RUNNING, LEAD, LeadState.OPEN, midnight)
    assert [each.code for each in found] == ["schedule"]
    assert "09:00 (America/New_York)" in found[0].words


def test_reasons_of_the_gate_name_what_they_are_about() -> None:
    assert "us-fl" in gate_reason("cap:us-fl").words
    assert gate_reason("caller_id").words == (
        "The gate says no: there is no number that may be shown."
    )
    assert "morning" in gate_reason("day_part:morning").words
    assert gate_reason("no_day_part").words != "The gate says no: no_day_part."
    assert gate_reason("something_new").words == "The gate says no: something_new."


def test_a_decision_is_told_with_what_it_was_computed_from() -> None:
    told = Told(
        campaign=CampaignId("c"),
        at=START,
        decision=Decision(
            dial=3, why="risk", numbers={"risk": 0.021, "alpha": 0.02, "answer_rate": 0.25}
        ),
        idle=2,
        agents=20,
        ringing=30,
        waiting=1,
        talking=18,
        buffered=40,
    )
    found = why_so_many(campaign(mode=Mode.PREDICTIVE), RUNNING, told, START)
    assert [each.code for each in found] == ["dial", "risk", "numbers", "answer_rate"]
    assert found[0].words.startswith("3 calls dialled: 2 of 20 agents are idle, 30 calls ring")
    assert "2.1%" in found[2].words


def test_people_taken_for_machines_are_told_where_a_cap_counts_them() -> None:
    world = DialWorld()
    world.start(campaign())
    world.run(1)
    told = world.told[-1]
    windows = [
        Window(policy="us", cap=0.03, live=200, abandoned=5, false_machines=0),
        Window(policy="gb", cap=0.03, live=204, abandoned=9, false_machines=4),
    ]
    *_, last = why_so_many(campaign(), RUNNING, told, world.now, windows)
    assert last.code == "false_machines"
    assert "Of 9 abandoned calls that gb counts, 4 are people" in last.words
    silent = why_so_many(campaign(), RUNNING, told, world.now, windows[:1])
    assert "false_machines" not in {reason.code for reason in silent}


def test_whatever_was_decided_last_in_a_live_campaign_can_be_told() -> None:
    world = DialWorld()
    world.start(campaign(mode=Mode.PREDICTIVE))
    world.run(2)
    settings = world.dialing.campaigns[CampaignId("c")].settings
    found = why_so_many(settings, world.state(), world.told[-1], world.now)
    assert [each.code for each in found][:2] == ["dial", "no_agents"]
    before = why_so_many(settings, CampaignState.DRAFT, None, world.now)
    assert [each.code for each in before] == ["campaign:draft", "undecided"]


@pytest.mark.parametrize("pacer", [*PACERS, "ratio_2"])
def test_every_reason_of_every_pacer_has_words(pacer: str) -> None:
    world = DialWorld(seed=2, room=60, talk_us=20 * SECOND, check_every=100)
    world.outcome = lambda attempt: (
        everybody_answers(attempt) if world.random.random() < 0.4 else nobody_answers(attempt)
    )
    settings = campaign(mode=Mode.PREDICTIVE, pacer=pacer)
    world.start(settings, leads=400)
    world.run(2)
    world.come(8)
    world.run(120)
    whys = {each.decision.why for each in world.told if each.decision.why}
    assert len(whys) > 1
    for told in world.told:
        reasons = why_so_many(settings, RUNNING, told, world.now)
        assert not any("bound by" in each.words for each in reasons), told.decision.why
