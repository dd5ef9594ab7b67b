"""Simple ways of pacing."""

from __future__ import annotations

from dialer.baselines import FixedRatio, PerAgent
from dialer.floor import AgentSeen, AgentWork, CallSeen, CallStage, Floor
from dialer.ids import AgentId, AttemptId
from dialer.pacing import Ask


def floor(idle: int, ringing: int = 0, talking: int = 0) -> Floor:
    made = Floor()
    for number in range(idle + talking):
        work = AgentWork.IDLE if number < idle else AgentWork.TALKING
        made.see(AgentSeen(at=0, agent=AgentId(f"a{number}"), work=work))
    for number in range(ringing):
        made.see(CallSeen(at=0, attempt=AttemptId(f"c{number}"), stage=CallStage.DIALLED))
    return made


def ask(room: int = 100, reserved: int = 0) -> Ask:
    return Ask(now=0, room=room, target=0.027, reserved=reserved)


def test_progressive_dials_once_for_each_idle_agent() -> None:
    assert FixedRatio().decide(floor(idle=5, ringing=2, talking=7), ask()).dial == 3
    assert FixedRatio().decide(floor(idle=2, ringing=5), ask()).dial == 0


def test_a_ratio_is_of_lines_that_ring_to_agents_who_are_idle() -> None:
    assert FixedRatio(2.5).decide(floor(idle=4, ringing=3), ask()).dial == 7
    assert FixedRatio(2.5).name == "ratio_2.5"


def test_there_is_no_dialling_beyond_the_room_or_for_agents_who_are_kept_back() -> None:
    decision = FixedRatio(3.0).decide(floor(idle=4), ask(room=5))
    assert (decision.dial, decision.why) == (5, "room")
    decision = FixedRatio().decide(floor(idle=4), ask(reserved=4))
    assert (decision.dial, decision.why) == (0, "no_agents")


def test_a_ratio_to_agents_who_are_there_counts_talks_as_lines_and_leavers_as_nobody() -> None:
    made = floor(idle=2, ringing=1, talking=2)
    made.see(CallSeen(at=0, attempt=AttemptId("t0"), stage=CallStage.CONNECTED))
    assert PerAgent(2.0).decide(made, ask()).dial == 2 * 4 - 2
    assert PerAgent(2.0).name == "per_agent_2"
    made.see(AgentSeen(at=0, agent=AgentId("a3"), work=AgentWork.TALKING, leaving=True))
    assert PerAgent(2.0).decide(made, ask()).dial == 2 * 3 - 2
    assert PerAgent(2.0).decide(made, ask(reserved=3)).why == "no_agents"
    assert PerAgent(9.0).decide(made, ask(room=4)).why == "room"
