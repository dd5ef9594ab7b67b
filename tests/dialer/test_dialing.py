"""Campaigns as they run: what the reducer dials, and what it never does."""

from __future__ import annotations

from cmath import exp
from dataclasses import replace
from math import pi

import pytest

from dialer.attempt import Source, Verdict
from dialer.campaign import (
    CampaignState,
    CampaignTrigger,
    DispositionRule,
    External,
    Limits,
    ListShare,
    Mode,
    RetryRule,
    Schedule,
)
from dialer.floor import AgentWork, CallStage
from dialer.ids import AgentId, CampaignId, LeadId, ListId
from dialer.lead import LeadState
from dialer.messages import (
    Barred,
    CampaignSet,
    DialAsked,
    Disposed,
    In,
    OpenAttempt,
    PoolForecast,
)
from tests.dialer.dialing_world import (
    QUEUE,
    SECOND,
    START,
    DialWorld,
    campaign,
    everybody_answers,
    nobody_answers,
)

C = CampaignId("c")


def test_a_progressive_campaign_rings_one_phone_for_each_idle_agent() -> None:
    world = DialWorld()
    world.come(3)
    world.start(campaign())
    world.run(15)
    assert len(world.placed) == 3
    world.run(10)
    assert len(world.placed) == 6


def test_nothing_is_dialled_when_nobody_is_there() -> None:
    world = DialWorld()
    world.start(campaign(mode=Mode.PREDICTIVE))
    world.run(30)
    assert not world.placed
    world.come(2)
    world.run(2)
    assert world.placed


def test_a_slow_storage_does_not_make_it_dial_twice_for_an_agent() -> None:
    world = DialWorld(storage_us=3 * SECOND)
    world.come(4)
    world.start(campaign())
    world.run(20)
    assert len(world.placed) == 4


def test_a_list_is_dialled_to_its_end_and_the_campaign_completes() -> None:
    once = {Verdict.NO_ANSWER.value: RetryRule(delay_us=0, attempts=0)}
    world = DialWorld()
    world.come(5)
    world.start(campaign(verdicts=once), leads=40)
    world.run(600)
    assert world.state() is CampaignState.COMPLETE
    assert len(world.placed) == 40
    assert {row.state for row in world.rows.values()} == {LeadState.EXHAUSTED}
    assert world.changes[-1].why == "out_of_leads"


def test_a_campaign_is_not_complete_while_a_lead_is_due_later() -> None:
    twice = {Verdict.NO_ANSWER.value: RetryRule(delay_us=300 * SECOND, attempts=1)}
    world = DialWorld()
    world.come(2)
    world.start(campaign(verdicts=twice), leads=2)
    world.run(200)
    assert world.state() is CampaignState.RUNNING
    world.run(500)
    assert world.state() is CampaignState.COMPLETE
    assert len(world.placed) == 4


def test_leads_that_pass_the_question_on_their_way_back_are_not_missed() -> None:
    world = DialWorld(outcome=everybody_answers, talk_us=50 * SECOND, storage_us=SECOND)
    slow, world.release_us = world.storage_us, 3 * SECOND
    assert slow < world.release_us
    world.come(1)
    world.start(campaign(), leads=2)
    world.run(600)
    assert len(world.placed) == 2
    assert world.state() is CampaignState.COMPLETE


def test_the_emergency_stop_rings_off_what_nobody_has_answered_at_once() -> None:
    world = DialWorld(storage_us=SECOND)
    world.come(6)
    world.start(campaign())
    world.run(4)
    assert len(world.live) == 6
    world.agent(AgentId("a0"), AgentWork.IDLE)
    world.move(C, CampaignTrigger.STOP)
    assert len(world.rung_off) == 6
    world.run(60)
    assert not world.live
    assert len(world.placed) == 6
    assert world.state() is CampaignState.STOPPED
    assert all(row.state is not LeadState.DIALLING for row in world.rows.values())
    assert all(row.state is not LeadState.CLAIMED for row in world.rows.values())


def test_what_the_gate_lets_pass_after_the_stop_is_not_dialled() -> None:
    world = DialWorld(storage_us=SECOND)
    world.come(3)
    world.start(campaign())
    world.run(1.6)
    assert not world.placed
    assert any(f.opened is None for f in world.dialing.flights.by_attempt.values())
    world.move(C, CampaignTrigger.STOP)
    world.run(10)
    assert not world.placed
    assert [each.end.cause for each in world.closed] == ["stopped"] * 3
    assert all(row.state is LeadState.OPEN for row in world.rows.values())


def test_a_paused_campaign_lets_calls_end_and_begins_none() -> None:
    world = DialWorld()
    world.come(2)
    world.start(campaign())
    world.run(2)
    world.move(C, CampaignTrigger.PAUSE)
    world.run(60)
    assert len(world.placed) == 2
    assert not world.rung_off
    world.move(C, CampaignTrigger.RESUME)
    world.run(3)
    assert len(world.placed) == 4


def test_a_draining_campaign_stops_when_its_last_talk_is_over() -> None:
    world = DialWorld(outcome=everybody_answers)
    world.come(2)
    world.start(campaign())
    world.run(10)
    world.move(C, CampaignTrigger.DRAIN)
    world.run(20)
    assert world.state() is CampaignState.DRAINING
    world.run(60)
    assert world.state() is CampaignState.STOPPED
    assert world.verdicts() == {Verdict.CONNECTED: 2}


def test_an_impossible_move_is_answered_and_ignored() -> None:
    world = DialWorld()
    world.start(campaign())
    world.move(C, CampaignTrigger.RESUME)
    assert world.changes[-1].refused == "resume is not possible in running"
    assert world.state() is CampaignState.RUNNING
    world.move(CampaignId("nobody"), CampaignTrigger.STOP)
    assert world.changes[-1].refused == "no such campaign"


def test_a_refused_lead_leaves_the_buffer_and_is_not_asked_for_again_at_once() -> None:
    world = DialWorld(gate=lambda _: ("hours",))
    world.come(2)
    world.start(campaign(), leads=30)
    world.run(300)
    assert not world.placed
    assert world.counts["OpenAttempt"] == 30


def test_a_gate_that_does_not_answer_is_given_up_and_its_late_answer_not_dialled() -> None:
    world = DialWorld()
    world.come(1)
    world.start(campaign(), leads=1)
    asked: list[OpenAttempt] = []
    world.open = asked.append  # type: ignore[method-assign]
    world.run(8)
    assert len(asked) == 1
    assert not world.dialing.flights.by_attempt
    DialWorld.open(world, asked[0])
    assert not world.placed
    assert [each.end.cause for each in world.closed] == ["late"]
    assert world.rows[LeadId("l0")].state is LeadState.OPEN


def test_what_the_gate_let_pass_more_than_a_second_ago_is_not_dialled() -> None:
    world = DialWorld()
    world.come(1)
    world.start(campaign(), leads=1)
    asked: list[OpenAttempt] = []
    world.open = asked.append  # type: ignore[method-assign]
    world.run(2)
    answers: list[In] = []
    world.answer = answers.append  # type: ignore[method-assign]
    DialWorld.open(world, asked[0])
    (told,) = answers
    DialWorld.answer(world, replace(told, at=told.at + SECOND + 1))
    assert not world.placed
    assert [each.end.cause for each in world.closed] == ["late"]


def test_leads_that_are_not_dialled_soon_go_back() -> None:
    world = DialWorld(outcome=everybody_answers, talk_us=600 * SECOND)
    world.come(1)
    world.start(campaign())
    world.run(120)
    released = world.counts["ReleaseLeads"]
    assert released >= 3
    assert len(world.dialing.campaigns[C].hopper) <= 2


def test_a_list_that_is_turned_off_is_not_dialled_from_then_on() -> None:
    world = DialWorld(outcome=everybody_answers, talk_us=20 * SECOND)
    world.come(2)
    settings = campaign()
    world.start(settings)
    world.run(10)
    before = len(world.placed)
    off = replace(settings, lists=(ListShare(list=ListId("c-list"), on=False),))
    world.tell(CampaignSet(at=world.now, settings=off, state=CampaignState.RUNNING))
    assert len(world.dialing.campaigns[C].hopper) == 0
    world.run(5)
    assert len(world.placed) == before


def test_a_change_of_mode_acts_within_a_tick() -> None:
    world = DialWorld()
    world.come(10)
    settings = campaign()
    world.start(settings, leads=500)
    world.run(3)
    assert len(world.live) == 10
    power = replace(settings, mode=Mode.PREDICTIVE, pacer="ratio_3")
    world.tell(CampaignSet(at=world.now, settings=power, state=CampaignState.RUNNING))
    world.run(2)
    assert 20 <= len(world.live) <= 30


def test_two_campaigns_of_one_pool_count_its_agents_once() -> None:
    world = DialWorld()
    world.come(6)
    world.start(campaign("c"))
    world.start(campaign("d", weight=2))
    world.run(15)
    assert len(world.live) == 6


def test_campaigns_of_one_pool_share_it_by_weight() -> None:
    world = DialWorld()
    world.come(6)
    world.start(campaign("c"), leads=700)
    world.start(campaign("d", weight=2), leads=700)
    world.run(2000)
    dialled = [each.campaign for each in world.placed]
    share = dialled.count(CampaignId("d")) / len(dialled)
    assert len(dialled) > 400
    assert 0.6 < share < 0.73


def test_agents_who_are_kept_back_are_no_supply() -> None:
    world = DialWorld()
    world.come(5)
    world.tell(PoolForecast(at=START, pool=QUEUE, reserved=2))
    world.start(campaign())
    world.run(10)
    assert len(world.live) == 3


def test_an_agent_who_will_pause_is_no_supply_from_then_on() -> None:
    world = DialWorld()
    world.come(2)
    world.start(campaign())
    world.agent(AgentId("a1"), AgentWork.IDLE, leaving=True)
    world.run(10)
    assert len(world.live) == 1


def test_limits_of_lines_and_calls_per_second_hold() -> None:
    world = DialWorld()
    world.come(50)
    world.start(campaign(limits=Limits(lines=20, calls_per_s=4)), leads=500)
    world.run(1)
    assert 4 <= len(world.placed) <= 8
    world.run(10)
    assert len(world.live) == 20


def test_the_room_of_trunk_and_account_holds_over_all_campaigns() -> None:
    world = DialWorld(room=7, storage_us=SECOND)
    world.come(50)
    world.start(campaign("c"), leads=500)
    world.start(campaign("d"), leads=500)
    world.run(15)
    assert len(world.live) == 7


def test_a_power_campaign_dials_its_ratio_while_the_risk_allows() -> None:
    world = DialWorld()
    world.come(1)
    world.start(campaign(mode=Mode.POWER, ratio=3.0))
    world.run(3)
    assert len(world.placed) == 1, "the risk of a second line is too high for one agent"
    world.come(40, "b")
    world.run(3)
    assert len(world.placed) > 41


def test_a_predictive_campaign_keeps_agents_busier_than_a_progressive_one() -> None:
    def talks(mode: Mode) -> int:
        world = DialWorld(seed=3, check_every=50)
        world.outcome = lambda _: (
            everybody_answers(_) if world.random.random() < 0.25 else nobody_answers(_)
        )
        world.come(20)
        world.start(campaign(mode=mode), leads=1500)
        world.run(600)
        return world.verdicts()[Verdict.CONNECTED]

    assert talks(Mode.PREDICTIVE) > 1.3 * talks(Mode.PROGRESSIVE)


def test_previews_are_shown_to_idle_agents_one_each() -> None:
    world = DialWorld()
    world.come(3)
    world.start(campaign(mode=Mode.PREVIEW))
    world.run(20)
    assert not world.placed
    assert sorted(each.agent or "" for each in world.previews) == ["a0", "a1", "a2"]


def test_who_has_skipped_enough_previews_gets_the_call_itself() -> None:
    world = DialWorld()
    world.come(1)
    world.start(campaign(mode=Mode.PREVIEW, skips=2))
    for _ in range(2):
        world.run(1)
        world.skip(world.previews[-1].attempt.attempt)
    world.run(1)
    assert len(world.previews) == 2
    assert [each.attempt.agent for each in world.placed] == ["a0"]
    world.run(30)
    assert len(world.previews) == 2


def test_a_callback_waits_for_who_promised_it_and_then_anybody_makes_it() -> None:
    world = DialWorld(outcome=everybody_answers, talk_us=40 * SECOND)
    world.come(1)
    settings = campaign()
    world.give(settings, 1)
    world.promise(LeadId("l0"), AgentId("b0"), world.now)
    world.start(settings, leads=0)
    world.run(120)
    assert not world.placed
    world.come(1, "b")
    world.run(7)
    assert [(p.attempt.agent, p.attempt.source) for p in world.placed] == [("b0", Source.CALLBACK)]


def test_a_callback_of_an_absent_agent_is_anybodys_after_the_fallback_time() -> None:
    world = DialWorld(outcome=everybody_answers)
    world.come(1)
    settings = campaign()
    world.give(settings, 1)
    world.promise(LeadId("l0"), AgentId("b0"), world.now)
    world.start(settings, leads=0)
    world.run(14 * 60)
    assert not world.placed
    world.run(2 * 60)
    assert [each.attempt.agent for each in world.placed] == [None]


def test_callbacks_of_absent_agents_do_not_keep_others_from_being_dialled() -> None:
    world = DialWorld()
    world.come(2)
    settings = campaign()
    world.give(settings, 60)
    for number in range(60):
        world.promise(LeadId(f"l{number}"), AgentId("b0"), world.now)
    world.start(settings, leads=20)
    world.run(120)
    assert len(world.placed) >= 8


def test_more_promises_than_can_be_kept_here_keep_nobody_from_being_dialled() -> None:
    world = DialWorld()
    world.come(2)
    settings = campaign()
    world.give(settings, 400)
    for number in range(400):
        world.promise(LeadId(f"l{number}"), AgentId("b0"), world.now)
    world.start(settings, leads=20)
    world.run(120)
    assert len(world.placed) >= 6
    assert world.counts["ClaimLeads"] < 250


def test_a_promise_is_kept_though_its_list_was_turned_off() -> None:
    world = DialWorld()
    world.come(1)
    off = campaign(lists=(ListShare(list=ListId("c-list"), on=False),))
    world.give(off, 2)
    world.promise(LeadId("l1"), None, world.now)
    world.start(off, leads=0)
    world.run(10)
    assert [each.lead.lead for each in world.placed] == ["l1"]
    assert world.sources() == [Source.CALLBACK]


def test_who_may_not_be_called_any_more_is_taken_out_of_buffer_and_preview() -> None:
    world = DialWorld()
    world.come(1)
    world.start(campaign(mode=Mode.PREVIEW), leads=3)
    world.run(1)
    shown = world.previews[0].lead
    held = world.dialing.campaigns[C].hopper.everybody()[0]
    world.tell(Barred(at=world.now, party=shown.party))
    world.tell(Barred(at=world.now, number=held.numbers[0].number))
    assert [each.why for each in world.rung_off] == ["barred"]
    assert held.lead not in world.dialing.campaigns[C].hopper


def test_who_opts_out_in_one_campaign_is_taken_back_from_the_preview_of_another() -> None:
    world = DialWorld(outcome=everybody_answers, talk_us=20 * SECOND)
    world.dispose = lambda _: "stop"
    rules = {"stop": DispositionRule(code="stop", suppress="seller")}
    world.come(1)
    world.start(campaign(dispositions=rules), leads=1)
    world.run(10)
    world.come(1, "b")
    other = campaign("d", mode=Mode.PREVIEW)
    world.give(other, 1)
    row = world.rows[LeadId("l1")]
    row.lead = replace(row.lead, party=world.rows[LeadId("l0")].lead.party)
    world.start(other, leads=0)
    world.run(5)
    assert [each.lead.lead for each in world.previews] == ["l1"]
    world.run(30)
    assert [each.why for each in world.rung_off] == ["barred"]


def test_a_call_that_rings_goes_on_when_its_party_is_barred() -> None:
    world = DialWorld()
    world.come(1)
    world.start(campaign())
    world.run(2)
    world.tell(Barred(at=world.now, party=world.placed[0].lead.party))
    assert not world.rung_off


def test_an_agent_who_asks_for_a_call_gets_it_first_and_is_no_supply_meanwhile() -> None:
    world = DialWorld()
    world.come(2)
    settings = campaign(mode=Mode.MANUAL)
    world.start(settings, leads=3)
    world.run(3)
    assert not world.placed
    asked = world.take_for_agent(LeadId("l1"))
    agent = AgentId("a1")
    number = asked.numbers[0].number
    world.tell(DialAsked(at=world.now, campaign=C, agent=agent, lead=asked, number=number))
    assert world.dialing.pools[QUEUE].kept() == 1
    world.run(1)
    assert [(each.attempt.agent, each.attempt.source) for each in world.placed] == [
        ("a1", Source.MANUAL)
    ]


def test_a_call_that_is_asked_for_while_the_campaign_is_stopped_is_given_back() -> None:
    world = DialWorld()
    settings = campaign(mode=Mode.MANUAL)
    world.start(settings, leads=1)
    world.move(C, CampaignTrigger.STOP)
    asked = world.take_for_agent(LeadId("l0"))
    number = asked.numbers[0].number
    world.tell(DialAsked(at=world.now, campaign=C, agent=AgentId("a0"), lead=asked, number=number))
    world.run(1)
    assert world.rows[LeadId("l0")].state is LeadState.OPEN
    assert not world.placed


def test_after_a_restart_what_rings_is_in_flight_again_and_nobody_is_dialled_twice() -> None:
    world = DialWorld(outcome=everybody_answers, talk_us=30 * SECOND)
    world.come(4)
    world.start(campaign(), leads=50)
    world.run(2)
    world.outcome = nobody_answers
    assert len(world.live) == 4
    world.restart()
    world.run(2)
    assert len(world.live) == 4, "the phones that ring are enough for the idle agents"
    world.run(60)
    leads = [each.lead.lead for each in world.placed]
    assert len(leads) == len(set(leads))
    assert world.verdicts()[Verdict.CONNECTED] == 4


def test_what_is_told_of_a_call_too_late_is_no_news() -> None:
    world = DialWorld(outcome=everybody_answers)
    world.come(1)
    world.start(campaign())
    world.run(8)
    name = world.placed[0].attempt.attempt
    assert world.dialing.campaigns[C].talking == 1
    for stage in (CallStage.WAITING, CallStage.DIALLED, CallStage.QUEUED):
        world.tell_call(name, stage)
    assert world.dialing.campaigns[C].talking == 1
    assert world.dialing.pools[QUEUE].floor.in_flight() == 0


def test_a_mass_break_is_followed_by_no_call_while_more_ring_than_agents_are_there() -> None:
    world = DialWorld(seed=4, talk_us=40 * SECOND, check_every=20)
    world.outcome = lambda attempt: (
        everybody_answers(attempt) if world.random.random() < 0.3 else nobody_answers(attempt)
    )
    world.come(20)
    world.start(campaign(mode=Mode.PREDICTIVE), leads=1500)
    world.run(300)
    for agent in sorted(world.staff)[:18]:
        world.go(agent)
    before, ringing = len(world.placed), len(world.live)
    assert ringing > 4
    world.run(1)
    assert len(world.placed) == before
    for agent in sorted(world.staff):
        world.go(agent)
    world.run(60)
    assert len(world.placed) <= before + 2, "nobody is there any more"


def test_the_pace_does_not_swing_when_nothing_changes() -> None:
    """A pace that is locked and let go in turn swings by its mean; chance alone by a third."""
    world = DialWorld(seed=9, check_every=200)
    draw = world.random
    world.outcome = lambda _: (
        (CallStage.WAITING, int(draw.uniform(3, 16) * SECOND))
        if draw.random() < 0.25
        else (CallStage.NO_ANSWER, int(draw.uniform(2, 24) * SECOND))
    )
    world.talk = lambda: int(draw.expovariate(1 / 60) * SECOND)
    world.come(15)
    world.start(campaign(mode=Mode.PREDICTIVE), leads=2000)
    world.run(600 + 1200)
    halves = [0] * 40
    for each in world.placed:
        half = (each.attempt.opened_at - START) // (30 * SECOND) - 20
        if 0 <= half < 40:
            halves[half] += 1
    mean = sum(halves) / 40
    assert mean > 10
    for cycles in range(1, 21):
        wave = sum(
            count * exp(-2j * pi * cycles * place / 40) for place, count in enumerate(halves)
        )
        assert 2 * abs(wave) / 40 < 0.5 * mean, f"a cycle of {20 / cycles:.1f} minutes"


def test_a_campaign_without_agents_is_paced_by_its_ports() -> None:
    world = DialWorld()
    world.start(campaign(mode=Mode.AGENTLESS, limits=Limits(lines=12)), leads=200)
    world.run(15)
    assert len(world.live) == 12
    assert set(world.sources()) == {Source.AGENTLESS}


def test_endpoints_outside_take_as_many_calls_as_they_have_places() -> None:
    world = DialWorld(outcome=everybody_answers, talk_us=30 * SECOND)
    ends = (
        External(agent=AgentId("bot"), to="number:+442079460900", most=3),
        External(agent=AgentId("partner"), to="number:+442079460901", most=1),
    )
    world.start(campaign(external=ends))
    world.run(20)
    assert sorted(each.attempt.agent or "" for each in world.placed) == [
        "bot",
        "bot",
        "bot",
        "partner",
    ]
    world.run(30)
    assert len(world.placed) == 8


def test_a_scheduled_campaign_starts_and_stops_at_its_times() -> None:
    plan = Schedule(start_at=START + 60 * SECOND, stop_at=START + 300 * SECOND)
    world = DialWorld()
    world.come(2)
    settings = campaign(schedule=plan)
    world.tell(CampaignSet(at=START, settings=settings, state=CampaignState.SCHEDULED))
    world.give(settings, 100)
    world.run(59)
    assert world.state() is CampaignState.SCHEDULED
    world.run(5)
    assert world.state() is CampaignState.RUNNING
    assert world.placed
    world.run(300)
    assert world.state() is CampaignState.STOPPED
    assert world.changes[-2].why == "stop_at"


def test_a_campaign_stops_after_as_many_successes_as_were_wanted() -> None:
    world = DialWorld(outcome=everybody_answers, talk_us=20 * SECOND)
    world.dispose = lambda _: "sold"
    world.come(1)
    world.start(
        campaign(
            schedule=Schedule(stop_after=3),
            dispositions={"sold": DispositionRule(code="sold", success=True)},
        )
    )
    world.run(600)
    assert world.state() is CampaignState.STOPPED
    assert 3 <= sum(each.success for each in world.closed) <= 4


def test_an_opt_out_stands_whatever_the_agent_says_later() -> None:
    world = DialWorld(outcome=everybody_answers, talk_us=20 * SECOND)
    world.dispose = lambda _: "take_me_off"
    world.come(1)
    world.start(
        campaign(
            dispositions={
                "take_me_off": DispositionRule(code="take_me_off", suppress="seller"),
                "later": DispositionRule(
                    code="later", retry=RetryRule(delay_us=SECOND, attempts=9)
                ),
            }
        ),
        leads=1,
    )
    world.run(60)
    attempt = world.placed[0].attempt
    world.tell(
        Disposed(
            at=world.now,
            campaign=C,
            attempt=attempt.attempt,
            agent=AgentId("a0"),
            disposition="later",
        )
    )
    assert world.closed[-1].suppress == "seller"
    assert world.closed[-1].state is LeadState.SUPPRESSED


@pytest.mark.parametrize("mode", [Mode.PROGRESSIVE, Mode.PREDICTIVE, Mode.POWER])
def test_what_is_asked_in_a_tick_is_bounded(mode: Mode) -> None:
    world = DialWorld(gate=lambda _: ("suppressed:internal",))
    world.come(20)
    world.start(campaign(mode=mode, ratio=2.0), leads=3000)
    for _ in range(60):
        before = world.counts["OpenAttempt"]
        world.run(0.5)
        assert world.counts["OpenAttempt"] - before <= 200


def test_without_word_from_the_ledgers_the_house_holds_its_own_cap() -> None:
    world = DialWorld(seed=5, talk_us=40 * SECOND, check_every=50)
    world.outcome = lambda attempt: (
        everybody_answers(attempt) if world.random.random() < 0.3 else nobody_answers(attempt)
    )
    world.come(20)
    world.start(campaign(mode=Mode.PREDICTIVE), leads=1500)
    world.run(700)
    ends = world.verdicts()
    live = ends[Verdict.CONNECTED] + ends[Verdict.ABANDONED]
    assert live > 150
    assert ends[Verdict.ABANDONED] <= 0.03 * live + 8
