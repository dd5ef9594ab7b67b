"""What supervisors ask of the pacing in the trade's words, and that it is what happens."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialer.campaign import CampaignState, Limits, Mode, Schedule
from dialer.changes import ChangeError, changed
from dialer.explain import why_so_many
from dialer.floor import AgentWork, CallSeen, CallStage, Floor
from dialer.ids import AttemptId
from dialer.limits import UNLIMITED, of_trunk
from dialer.messages import CampaignSet, PoolForecast
from dialer.modes import pacer_for
from dialer.pacers import pacer_of
from dialer.pacing import Ask, Decision, Window
from dialer.scheduling import target_at
from dialer.what_if import rehearsed
from tests.dialer.dialing_world import QUEUE, SECOND, START, DialWorld, campaign
from tests.dialer.test_pacing_invariants import NOW, Picture, S, _settled, _show
from tests.dialer.test_what_if import present
from tests.runtime.dialing.parts import SPRING

WINDOW = Window(policy="p", cap=0.03, live=2000, abandoned=20)
MONDAY_13 = 1_767_618_000 * SECOND
SHIFT = Schedule(zone="UTC", windows=((0, 9 * 60, 17 * 60),))
HARD = Mode.PREDICTIVE


def decided(idle: int, talking: int = 0, **asked: object) -> Decision:
    """Decide for agents of whom some talk, with an answer rate that is known to be a quarter."""
    agents = [(AgentWork.IDLE, 5.0, False)] * idle + [(AgentWork.TALKING, 30.0, False)] * talking
    ask = replace(Ask(now=NOW, room=1_000, target=0.03, windows=(WINDOW,)), **asked)  # type: ignore[arg-type]
    pacer = _settled()
    return pacer.decide(_show(pacer, Picture(agents=tuple(agents))), ask)


@pytest.mark.parametrize("team", [8, 30])
def test_the_more_agents_are_to_be_left_free_the_less_is_dialled(team: int) -> None:
    dials = [decided(team, keep_free=free) for free in range(0, team + 1, 2)]
    counts = [each.dial for each in dials]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > 2 * team  # a quarter answers
    # A few are left free by the risk alone. A quarter of the calls takes those beyond the others.
    assert counts[1] == counts[0]
    assert counts[-2] < 0.6 * counts[0]
    assert (counts[-1], dials[-1].why) == (0, "keep_free")


def test_agents_left_free_hold_in_every_way_of_dialling() -> None:
    for mode in (Mode.PROGRESSIVE, Mode.POWER, Mode.RATIO, Mode.PREDICTIVE, Mode.PREVIEW):
        world = DialWorld()
        world.come(6)
        world.start(campaign(mode=mode, keep_free=6))
        world.run(15)
        assert not world.placed + world.previews, mode  # type: ignore[operator]
        world.come(2, "b")
        world.run(5)
        assert world.placed or world.previews, mode


def test_nobody_abandoned_while_agents_are_left_free_makes_it_no_bolder_afterwards() -> None:
    pacer, floor = _settled(), Floor()
    show = Picture(agents=((AgentWork.IDLE, 5.0, False),) * 10)
    floor = _show(pacer, show)
    before = pacer.appetite.alpha
    ask = Ask(now=NOW, room=1_000, target=0.03, windows=(WINDOW,))
    for number in range(60):
        pacer.decide(floor, replace(ask, now=NOW + number * S, keep_free=9))
        for stage in (CallStage.DIALLED, CallStage.WAITING, CallStage.CONNECTED, CallStage.DONE):
            seen = CallSeen(at=NOW + number * S, attempt=AttemptId(f"x{number}"), stage=stage)
            floor.see(seen)
            pacer.observe(seen, floor)
    assert pacer.appetite.alpha == before


def test_under_so_many_agents_there_is_one_call_for_each_idle_one_and_above_more() -> None:
    for mode in (Mode.POWER, Mode.RATIO, Mode.PREDICTIVE):
        world = DialWorld()
        world.come(19)
        settings = campaign(mode=mode, ratio=3.0, predictive_from=20)
        world.start(settings, leads=500)
        world.run(10)
        assert len(world.live) == 19, mode
        last = world.told[-1]
        reasons = why_so_many(settings, CampaignState.RUNNING, last, world.now)
        codes = [each.code for each in reasons]
        assert "one_to_one" in codes, mode
        assert "numbers" not in codes, "no risk was looked at"
        world.come(1, "b")
        world.run(3)
        assert len(world.live) > 25, mode
        lower = replace(settings, predictive_from=0)
        world.tell(CampaignSet(at=world.now, settings=lower, state=CampaignState.RUNNING))
        world.run(3)
        assert "predictive_from" not in world.told[-1].decision.numbers, mode


def test_calls_from_outside_count_as_they_are_weighed() -> None:
    def dials(weight: float) -> int:
        world = DialWorld()
        world.come(30)
        world.tell(PoolForecast(at=START, pool=QUEUE, inbound_per_s=0.5))
        world.start(campaign(mode=HARD, inbound_weight=weight), leads=500)
        world.run(1)
        return len(world.placed)

    first, as_they_come, double = dials(0.0), dials(1.0), dials(2.0)
    assert first > as_they_come > double


def test_a_share_of_all_lines_is_kept_to_and_said() -> None:
    world = DialWorld(room=40)
    world.come(50)
    settings = campaign(limits=Limits(trunk_share=0.25))
    world.start(settings, leads=500)
    world.run(10)
    assert len(world.live) == 10
    assert world.told[-1].decision.why == "trunk_share"
    assert [of_trunk(share, 40) for share in (0.01, 0.5, 1.0)] == [1, 20, UNLIMITED]
    assert of_trunk(0.5, 0) == UNLIMITED


def test_what_is_aimed_at_comes_down_to_the_end_of_the_shift() -> None:
    settings = replace(SPRING, target=0.01, target_early=0.025, schedule=SHIFT)
    hour = 3600 * SECOND
    aims = [target_at(settings, MONDAY_13 + hours * hour) for hours in (-4, 0, 2, 4, 30)]
    assert aims == pytest.approx([0.025, 0.0175, 0.01375, 0.01, 0.01])
    assert target_at(replace(settings, target_early=0.0), MONDAY_13) == 0.01
    assert target_at(replace(settings, target_early=0.005), MONDAY_13) == 0.01


def test_no_aim_early_in_a_shift_is_over_the_law_or_without_a_shift() -> None:
    wish = {"target_early": 0.03}
    for settings, words in ((replace(SPRING, schedule=SHIFT), "under the cap"), (SPRING, "hours")):
        with pytest.raises(ChangeError, match=words):
            changed(settings, wish, cap=0.03, pacers={"look_ahead": None})
    early = changed(
        replace(SPRING, schedule=SHIFT), {"target_early": 0.029}, cap=0.03, pacers={"look_ahead": 1}
    )
    assert early.target_early == 0.029


def test_a_what_if_runs_forward_what_was_asked_for() -> None:
    now = present(12, trunk=200)
    as_it_is, free, few, lines = (
        rehearsed(now, settings, pacer_of, 1)
        for settings in (
            SPRING,
            replace(SPRING, keep_free=6),
            replace(SPRING, predictive_from=13),
            replace(SPRING, limits=Limits(trunk_share=0.02)),
        )
    )
    assert as_it_is.utilisation > free.utilisation + 0.1
    assert as_it_is.dials > 1.3 * few.dials
    assert lines.dials < 0.5 * as_it_is.dials
    one_each = rehearsed(now, replace(SPRING, mode=Mode.PROGRESSIVE), pacer_of, 1)
    assert few.abandoned == one_each.abandoned == 0


def test_what_people_asked_for_is_told_with_every_decision() -> None:
    world = DialWorld()
    world.come(5)
    world.tell(PoolForecast(at=START, pool=QUEUE, inbound_per_s=0.05))
    settings = campaign(mode=HARD, keep_free=4, target_early=0.02, schedule=SHIFT, target=0.01)
    world.start(settings)
    world.now = max(world.now, MONDAY_13)
    world.run(2)
    codes = {
        each.code: each.words
        for each in why_so_many(settings, CampaignState.RUNNING, world.told[-1], world.now)
    }
    assert codes["kept_free"].startswith("4 agents are to be left free")
    assert codes["inbound"].startswith("Agents are left for 3.0 calls from outside a minute")
    assert codes["tapers"].startswith("1.5% abandoned are aimed at now")


def test_the_ratio_alone_keeps_agents_free_as_well() -> None:
    make = pacer_for(replace(SPRING, mode=Mode.PROGRESSIVE), pacer_of)
    floor = _show(_settled(), Picture(agents=((AgentWork.IDLE, 5.0, False),) * 5))
    ask = Ask(now=NOW, room=9, target=0.03, keep_free=2)
    assert make.decide(floor, ask).dial == 3
