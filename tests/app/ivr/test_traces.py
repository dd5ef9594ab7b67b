"""The stories that every provider is told, in the terminal: the same keys take the same edges."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contact_center.app.ivr.hearing import What
from contact_center.app.ivr.tryout import Tryout
from contact_center.core.ivr.scenario import Given
from contact_center.core.ivr.session import Phase
from tests.app.ivr.shop import TEN
from tests.contracts.telephony import test_flows
from tests.contracts.telephony.traces import (
    STORIES,
    TRACES,
    Asked,
    HangUp,
    Press,
    Recorded,
    Until,
    center,
)
from tests.contracts.telephony.world import DID


def trace(them: Tryout) -> tuple[str, ...]:
    return tuple(f"{m.node}/{m.text}" for m in them.moments if m.what is What.LEFT)


def asked(them: Tryout, step: Asked) -> bool:
    said = [m for m in them.moments if m.what is What.SAYS and m.node == step.node]
    return them.waits_for_caller and them.node == step.node and len(said) >= step.times


def recording(them: Tryout) -> bool:
    return them.session is not None and them.session.phase is Phase.RECORDING


def until(them: Tryout, condition: Callable[[], bool]) -> None:
    for _ in range(1_000):
        if condition():
            return
        them.wait(100_000)
    pytest.fail(f"never; trace: {trace(them)}")


@pytest.mark.parametrize("name", STORIES)
def test_the_same_keys_take_the_same_edges(name: str) -> None:
    story = STORIES[name]
    them = Tryout(center(), TRACES, Given(at=TEN, number="+14155550123", dialled=DID, agents=False))
    them.call()
    for step in story.does:
        if isinstance(step, Press):
            them.press(step.keys)
        elif isinstance(step, Until):
            until(them, lambda edge=step.edge: edge in trace(them))  # type: ignore[misc]
        elif isinstance(step, Asked):
            until(them, lambda step=step: asked(them, step))  # type: ignore[misc]
        elif isinstance(step, Recorded):
            until(them, lambda: recording(them))
            them.wait(round(step.seconds * 1_000_000))
        elif isinstance(step, HangUp):
            them.hang_up()
    until(them, lambda: them.over)
    assert trace(them) == story.trace
    assert them.session is not None
    assert them.session.variables["number"] == story.number


@pytest.mark.parametrize("name", test_flows.WAYS)
def test_the_ways_through_a_flow_that_calls_another_are_the_same(name: str) -> None:
    does, left = test_flows.WAYS[name]
    given = Given(at=TEN, number="+14155550123", dialled=DID)
    them = Tryout(test_flows.center(), test_flows.OUTER.flow, given)
    them.call()
    for step in does:
        if step == "hang up":
            them.hang_up()
        elif step.startswith("@"):
            until(them, lambda wanted=step[1:]: them.node == wanted)  # type: ignore[misc]
        elif step in test_flows.PROMPTS:
            until(them, lambda: them.waits_for_caller)
        else:
            them.press(step)
    until(them, lambda: them.over)
    assert trace(them) == tuple(left)
