"""When a campaign will be done, by simulation with its own pacer and rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from dialer.attempt import Verdict
from dialer.campaign import CampaignSettings, Mode, RetryRule, Schedule
from dialer.completion import ByPass, Completion, Retried, completion
from dialer.day_parts import DayParts, usual
from dialer.floor import CallStage
from dialer.pacers import pacer_of
from dialer.planning import HOUR_US, plan, volume
from dialer.rehearsal_parts import Lead
from dialer.what_if import SampledWorld, Sampler
from tests.dialer.dialing_world import SECOND, campaign

MINUTE = 60 * SECOND
ZONE = "Europe/London"


def at(*local: int) -> int:
    when = datetime(*local, tzinfo=ZoneInfo(ZONE))  # type: ignore[arg-type,misc]
    return int(when.timestamp() * 1e6)


def settings(attempts: int, **rest: object) -> CampaignSettings:
    """Every kind of failure is tried again ten minutes later, so often altogether."""
    rule = RetryRule(delay_us=10 * MINUTE, attempts=attempts)
    kinds = ("no_answer", "machine", "busy", "abandoned", "left")
    return campaign(mode=Mode.PREDICTIVE, verdicts=dict.fromkeys(kinds, rule), **rest)


def run(here: CampaignSettings, now: int, leads: int = 150, agents: int = 14) -> Completion:
    return completion(
        settings=here,
        make=pacer_of,
        leads=leads,
        rates=(0.3, 0.2),
        agents=agents,
        world=lambda seed: SampledWorld(Sampler(), seed),
        now=now,
        runs=2,
    )


def test_a_list_is_run_to_its_end_and_everybody_is_accounted_for() -> None:
    nine = at(2026, 11, 23, 9)
    found = run(settings(0), nine)
    assert found.done_at is not None
    low, middle, high = found.done_at
    assert nine < low <= middle <= high
    assert found.reached[0] + found.used_up[2] == 150
    assert found.reached[2] + found.used_up[0] == 150
    assert found.dials[0] >= 150, "who is rung off for want of agents is dialled again"
    whole = volume(150, (0.3,), attempts=1)
    assert found.reached[1] == pytest.approx(whole.talks, abs=15)


def test_it_agrees_with_the_plan_that_knows_no_chance() -> None:
    nine = at(2026, 11, 23, 9)
    found = run(settings(0), nine, leads=450)
    assert found.done_at is not None
    expected = plan(
        volume(450, (0.3,), attempts=1),
        Schedule(),
        nine,
        agents=lambda _: 14,
        handle_us=165 * SECOND,
        utilisation=found.utilisation[1],
    )
    assert expected.done_at is not None
    # The last talks go on when the last lead has been dialled, and some agents wait meanwhile.
    assert found.done_at[1] - nine == pytest.approx(expected.done_at - nine, rel=0.35)


def test_nothing_happens_while_the_schedule_is_closed_and_nobody_is_paid_then() -> None:
    windows = tuple((day, 9 * 60, 9 * 60 + 8) for day in range(7))
    here = settings(0, schedule=Schedule(zone=ZONE, windows=windows))
    found = run(here, at(2026, 11, 23, 12))
    assert found.done_at is not None
    assert found.done_at[0] > at(2026, 11, 24, 9, 8), "eight minutes are not enough"
    assert found.staffed_us[2] < 14 * HOUR_US


def test_leads_come_back_by_the_campaigns_rules() -> None:
    list_ = Retried(settings(2), 1, (0.5, 0.25))
    lead = list_.take(0)
    assert not list_.ready(0)
    list_.over(0, lead, CallStage.BUSY)
    due = list_.next_due()
    assert due is not None
    assert 10 * MINUTE <= due <= 11 * MINUTE
    assert list_.ready(due) == 1
    assert list_.odds(due, 9) == (0.5,)
    list_.over(due, list_.take(due), CallStage.BUSY)
    assert list_.left()
    due = list_.next_due() or 0
    assert list_.ready(due) == 1
    list_.over(due, list_.take(due), CallStage.BUSY)
    assert (list_.left(), list_.used_up, list_.reached) == (False, 1, 0)


def test_each_pass_reaches_its_own_share() -> None:
    world = ByPass(SampledWorld(Sampler(), 1), lambda lead: (0.6, 0.1)[lead.number], 5)
    for number, rate in ((0, 0.6), (1, 0.1)):
        stages = [world.outcome(0, Lead(number)).stage for _ in range(500)]
        assert stages.count(CallStage.WAITING) / 500 == pytest.approx(rate, abs=0.07)


def test_what_cannot_be_simulated_is_said() -> None:
    with pytest.raises(ValueError, match="too large"):
        run(settings(0), 0, leads=1_000_000)
    with pytest.raises(ValueError, match="needs agents"):
        run(settings(0), 0, agents=0)
    closed = run(settings(0, schedule=Schedule(stop_at=1)), 2, leads=5)
    assert closed.done_at is None
    assert closed.dials == (0, 0, 0)


def test_every_end_of_a_call_has_a_verdict() -> None:
    list_ = Retried(settings(0), 20, (0.5,))
    for stage in CallStage:
        if stage.value in {verdict.value for verdict in Verdict} - {"connected"}:
            list_.over(0, list_.take(0), stage)
    list_.over(0, list_.take(0), CallStage.DONE)
    assert list_.reached == 1


def test_leads_wait_for_a_part_of_the_day_that_has_an_attempt_left() -> None:
    here = settings(
        9, schedule=Schedule(zone=ZONE), day_parts=DayParts(days=2, parts=usual(most=1))
    )
    list_ = Retried(here, 1, (0.5,))
    nine = at(2026, 11, 23, 9)
    assert list_.ready(at(2026, 11, 23, 7)) == 0, "between the parts nobody is dialled"
    assert list_.next_due() == at(2026, 11, 23, 8)
    assert list_.ready(nine) == 1
    for expected in ((23, 12), (23, 17), (25, 8)):
        list_.over(nine, list_.take(nine), CallStage.NO_ANSWER)
        due = list_.next_due()
        assert due == at(2026, 11, expected[0], expected[1])
        nine = due or 0
        assert list_.ready(nine) == 1
    assert list_.ready(at(2026, 11, 25, 22)) == 0, "who waited through the end of a part goes on"
    assert list_.left()


def test_a_plan_takes_longer_where_parts_of_the_day_are_few() -> None:
    nine = at(2026, 11, 23, 9)
    free = settings(2, schedule=Schedule(zone=ZONE))
    found = run(free, nine, leads=60)
    slow = run(replace(free, day_parts=DayParts(days=2, parts=usual(most=1)[:1])), nine, leads=60)
    assert found.done_at is not None
    assert slow.done_at is not None
    assert slow.done_at[0] - nine > 24 * HOUR_US > found.done_at[2] - nine
    assert slow.reached[0] + slow.used_up[2] == 60
