"""The table of pacers."""

from __future__ import annotations

import pytest

from dialer.floor import AgentSeen, AgentWork, CallSeen, CallStage, Floor
from dialer.ids import AgentId, AttemptId
from dialer.pacers import PACERS, pacer_of
from dialer.pacing import Ask

ALL = [*PACERS, "ratio_2.5", "per_agent_1.5"]


def asked(now: int, room: int = 50) -> Ask:
    return Ask(now=now, room=room, target=0.027)


@pytest.mark.parametrize("name", ALL)
def test_a_pacer_has_the_name_it_is_found_by(name: str) -> None:
    assert pacer_of(name).name == name


@pytest.mark.parametrize("name", ALL)
def test_none_dials_without_agents_or_beyond_the_room(name: str) -> None:
    pacer, floor = pacer_of(name), Floor()
    assert pacer.decide(floor, asked(0)).dial == 0
    for number in range(30):
        seen = AgentSeen(at=10_000_000, agent=AgentId(f"a{number}"), work=AgentWork.IDLE)
        floor.see(seen)
        pacer.observe(seen, floor)
    assert pacer.decide(floor, asked(20_000_000, room=7)).dial == 7
    assert pacer.decide(floor, asked(30_000_000, room=0)).dial == 0


@pytest.mark.parametrize("name", ALL)
def test_cold_each_dials_for_every_idle_agent_at_least(name: str) -> None:
    pacer, floor = pacer_of(name), Floor()
    for number in range(5):
        seen = AgentSeen(at=0, agent=AgentId(f"a{number}"), work=AgentWork.IDLE)
        floor.see(seen)
        pacer.observe(seen, floor)
    call = CallSeen(at=0, attempt=AttemptId("d-1-1"), stage=CallStage.DIALLED)
    floor.see(call)
    pacer.observe(call, floor)
    assert pacer.decide(floor, asked(500_000)).dial >= 4


@pytest.mark.parametrize(
    "name", ["ratio_", "ratio_x", "ratio_0.5", "per_agent_0.5", "per_agent_", "predictive", ""]
)
def test_a_name_that_is_not_in_the_table_is_refused_with_those_that_are(name: str) -> None:
    with pytest.raises(ValueError, match="look_ahead, mean_matching"):
        pacer_of(name)
