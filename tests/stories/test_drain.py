"""Draining: new callers are sent away, those who are here stay, and a new process takes calls."""

from contact_center.core.commands import Hangup, Reject
from contact_center.core.events import DrainRequested
from contact_center.core.facts import CallFinished, CallOutcome
from tests.stories.world import World


def refused(world: World) -> int:
    finished = [fact for fact in world.said(CallFinished) if isinstance(fact, CallFinished)]
    return sum(fact.outcome is CallOutcome.REFUSED for fact in finished)


def test_a_draining_center_sends_new_callers_away_and_keeps_those_who_are_here(
    world: World,
) -> None:
    here = world.call()
    world.wait(1)
    world.tell(DrainRequested())
    world.call()
    world.wait(1)
    assert refused(world) == 1
    assert "For sales press 1" in world.hears(here)
    assert any(isinstance(output, Reject | Hangup) for output in world.outputs)


def test_the_process_after_a_drained_one_takes_calls_again(world: World) -> None:
    world.tell(DrainRequested())
    world.restart()
    world.reconnect()
    call = world.call()
    world.wait(1)
    assert refused(world) == 0
    assert "For sales press 1" in world.hears(call)
