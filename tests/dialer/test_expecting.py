"""Campaigns told what was learned on days before: where their pacers begin, and where not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialer.answer_prior import COLD_RATE, Expected
from dialer.campaign import Mode
from dialer.ids import PoolId
from dialer.look_ahead import LookAhead
from dialer.messages import AnswersExpected
from dialer.modes import Power
from tests.dialer.dialing_world import DialWorld, campaign

LOW = Expected(rate=0.1, spread=0.1, calls=300.0)
HIGH = replace(LOW, rate=0.5)


def told(world: DialWorld, name: str, expected: Expected) -> None:
    settings = campaign(name)
    world.tell(AnswersExpected(at=world.now, campaign=settings.campaign, expected=expected))


def rate(world: DialWorld, name: str = "c") -> float:
    pacer = world.dialing.campaigns[campaign(name).campaign].pacer
    assert isinstance(pacer, LookAhead)
    return pacer.rate.rate


def test_a_pacer_begins_from_what_its_campaign_is_expected_to_answer() -> None:
    world = DialWorld()
    world.start(campaign(mode=Mode.PREDICTIVE))
    assert rate(world) == pytest.approx(COLD_RATE)
    told(world, "c", LOW)
    assert rate(world) == pytest.approx(0.1)


def test_a_new_pacer_of_the_campaign_begins_from_it_too() -> None:
    world = DialWorld()
    world.start(campaign())
    told(world, "c", LOW)
    world.start(campaign(mode=Mode.PREDICTIVE), leads=0)
    assert rate(world) == pytest.approx(0.1)
    world.start(campaign(mode=Mode.POWER, ratio=2.0), leads=0)
    pacer = world.dialing.campaigns[campaign().campaign].pacer
    assert isinstance(pacer, Power)
    assert isinstance(pacer.risk, LookAhead)
    assert pacer.risk.rate.rate == pytest.approx(0.1)


def test_what_was_seen_live_is_not_overridden() -> None:
    world = DialWorld()
    world.come(3)
    world.start(campaign(mode=Mode.PREDICTIVE))
    world.run(60)
    seen = rate(world)
    told(world, "c", LOW)
    assert rate(world) == seen


def test_who_shares_a_pool_begins_from_the_list_that_answers_most() -> None:
    world = DialWorld()
    pool = PoolId("together")
    for name in ("c", "d"):
        world.start(campaign(name, mode=Mode.PREDICTIVE, pool=pool))
    told(world, "c", LOW)
    assert rate(world, "c") == pytest.approx(COLD_RATE), "nobody knows of the other"
    told(world, "d", HIGH)
    assert rate(world, "c") == rate(world, "d") == pytest.approx(0.5)


def test_what_is_told_of_a_campaign_that_is_not_there_does_no_harm() -> None:
    world = DialWorld()
    told(world, "nobody", LOW)
    world.start(campaign())
    told(world, "c", LOW)  # one call for each idle agent: nothing to expect
    world.come(2)
    world.run(10)
    assert world.placed
