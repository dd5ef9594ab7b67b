"""What the gate let pass, when things have changed since it was asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialer.campaign import CampaignState, Mode
from dialer.ids import AgentId, LeadId
from dialer.lead import LeadState
from dialer.messages import CampaignSet
from tests.dialer.dialing_world import SECOND, DialWorld, campaign


def test_a_progressive_call_is_not_made_when_its_agent_has_left_meanwhile() -> None:
    world = DialWorld(storage_us=SECOND)
    world.come(3)
    world.start(campaign())
    world.run(1.6)
    assert world.counts["OpenAttempt"] == 3
    world.go(AgentId("a0"))
    world.run(1)
    assert len(world.placed) == 2
    assert [each.end.cause for each in world.closed] == ["agents left"]
    assert world.rows[world.closed[0].lead].state is LeadState.OPEN


@pytest.mark.parametrize("mode", [Mode.PREDICTIVE, Mode.POWER])
def test_nobody_is_dialled_when_everybody_has_left_meanwhile(mode: Mode) -> None:
    world = DialWorld(storage_us=SECOND)
    world.come(3)
    world.start(campaign(mode=mode))
    world.run(1.6)
    assert world.counts["OpenAttempt"] >= 3
    for agent in sorted(world.staff):
        world.go(agent)
    world.run(5)
    assert not world.placed
    assert all(row.state is not LeadState.DIALLING for row in world.rows.values())


def test_a_preview_is_not_shown_to_an_agent_who_has_left_meanwhile() -> None:
    world = DialWorld(storage_us=SECOND)
    world.come(2)
    world.start(campaign(mode=Mode.PREVIEW))
    world.run(1.6)
    world.go(AgentId("a0"))
    world.run(1)
    assert [each.agent for each in world.previews] == ["a1"]


def test_a_promise_waits_when_its_agent_has_left_meanwhile() -> None:
    world = DialWorld(storage_us=SECOND)
    world.come(1)
    settings = campaign()
    world.give(settings, 1)
    world.promise(LeadId("l0"), AgentId("a0"), world.now)
    world.start(settings, leads=0)
    world.run(1.6)
    assert world.counts["OpenAttempt"] == 1
    world.go(AgentId("a0"))
    world.run(2)
    assert not world.placed
    assert world.rows[LeadId("l0")].state in (LeadState.OPEN, LeadState.CLAIMED)


def test_a_campaign_without_agents_needs_none_when_the_gate_answers() -> None:
    world = DialWorld(storage_us=SECOND)
    world.start(campaign(mode=Mode.AGENTLESS), leads=5)
    world.run(5)
    assert len(world.placed) == 5


def test_previews_leave_agents_for_the_calls_that_ring_when_the_mode_changes() -> None:
    world = DialWorld()
    world.come(4)
    settings = campaign()
    world.start(settings)
    world.run(2)
    assert len(world.live) == 4
    preview = replace(settings, mode=Mode.PREVIEW)
    world.tell(CampaignSet(at=world.now, settings=preview, state=CampaignState.RUNNING))
    world.run(2)
    assert len(world.previews) == 2, "two of four agents are for the four phones that ring"
    world.run(30)
    assert len(world.previews) == 4
