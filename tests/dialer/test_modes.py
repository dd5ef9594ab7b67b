"""Modes: which pacer each means, and what no pacer may exceed in it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.baselines import FixedRatio, PerAgent
from dialer.campaign import Mode
from dialer.floor import AgentSeen, AgentWork, CallSeen, CallStage, Floor, Seen
from dialer.ids import AgentId, AttemptId
from dialer.modes import Power, pacer_for, same_pacer, within
from dialer.pacers import pacer_of
from dialer.pacing import Ask, Decision, Pacer
from tests.dialer.dialing_world import (
    QUEUE,
    DialWorld,
    campaign,
    everybody_answers,
    nobody_answers,
)


class Fixed:
    """Says always the same, and keeps what it was told."""

    name = "fixed"

    def __init__(self, dial: int, shed: Sequence[AttemptId] = (), why: str = "risk") -> None:
        self.says = Decision(dial=dial, shed=tuple(shed), why=why, numbers={"alpha": 0.02})
        self.seen: list[Seen] = []

    def observe(self, seen: Seen, floor: Floor) -> None:
        self.seen.append(seen)

    def decide(self, floor: Floor, ask: Ask) -> Decision:
        return self.says


def floor(idle: int, flying: int = 0) -> Floor:
    made = Floor()
    for number in range(idle):
        made.see(AgentSeen(at=0, agent=AgentId(f"a{number}"), work=AgentWork.IDLE))
    for number in range(flying):
        name = AttemptId(f"d-{number}-1")
        made.see(CallSeen(at=0, attempt=name, stage=CallStage.DIALLED))
    return made


def ask(room: int = 99, reserved: int = 0) -> Ask:
    return Ask(now=0, room=room, target=0.027, reserved=reserved)


@pytest.mark.parametrize(
    ("mode", "name"),
    [
        (Mode.PROGRESSIVE, "progressive"),
        (Mode.POWER, "power"),
        (Mode.RATIO, "ratio"),
        (Mode.PREDICTIVE, "vicidial_hard"),
        (Mode.AGENTLESS, "ports"),
    ],
)
def test_each_mode_has_its_pacer(mode: Mode, name: str) -> None:
    assert pacer_for(campaign(mode=mode, pacer="vicidial_hard"), pacer_of).name == name


def test_a_pacer_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="no pacer"):
        pacer_for(campaign(mode=Mode.PREDICTIVE, pacer="magic"), pacer_of)


def test_what_was_learned_is_kept_unless_another_pacer_is_wanted() -> None:
    here = campaign(mode=Mode.PREDICTIVE)
    assert same_pacer(here, campaign(mode=Mode.PREDICTIVE, target=0.01, weight=5))
    assert not same_pacer(here, campaign(mode=Mode.POWER))
    assert not same_pacer(here, campaign(mode=Mode.PREDICTIVE, pacer="mean_matching"))


def test_power_dials_its_ratio_unless_the_risk_allows_less() -> None:
    risk = Fixed(5, shed=[AttemptId("d-1-1")])
    power: Pacer = Power(FixedRatio(3.0), risk)
    bold = power.decide(floor(10), ask())
    assert (bold.dial, bold.why) == (5, "risk")
    assert bold.numbers["by_ratio"] == 30
    tame = power.decide(floor(1), ask())
    assert (tame.dial, tame.why, tame.shed) == (3, "ratio", (AttemptId("d-1-1"),))
    seen = AgentSeen(at=0, agent=AgentId("a"), work=AgentWork.IDLE)
    power.observe(seen, floor(1))
    assert risk.seen == [seen]


def test_a_ratio_to_agents_who_are_there_dials_for_those_who_talk_as_far_as_the_risk_allows() -> (
    None
):
    made = floor(2)
    for number in range(3):
        made.see(AgentSeen(at=0, agent=AgentId(f"t{number}"), work=AgentWork.TALKING))
        name = AttemptId(f"t-{number}-1")
        made.see(CallSeen(at=0, attempt=name, stage=CallStage.CONNECTED))
    there: Pacer = Power(PerAgent(2.0), Fixed(99))
    decision = there.decide(made, ask())
    assert (decision.dial, decision.why) == (2 * 5 - 3, "per_agent")
    assert Power(PerAgent(2.0), Fixed(1)).decide(made, ask()).dial == 1, (
        "the risk has the last word"
    )


@given(
    mode=st.sampled_from(
        [Mode.PROGRESSIVE, Mode.POWER, Mode.RATIO, Mode.PREDICTIVE, Mode.AGENTLESS]
    ),
    wild=st.integers(-5, 500),
    idle=st.integers(0, 20),
    flying=st.integers(0, 30),
    reserved=st.integers(0, 5),
    room=st.integers(0, 100),
)
def test_no_pacer_gets_more_than_mode_and_room_allow(
    mode: Mode, wild: int, idle: int, flying: int, reserved: int, room: int
) -> None:
    here = floor(idle, flying)
    said = within(mode, Decision(dial=wild), here, ask(room, reserved), staffed=idle)
    assert 0 <= said.dial <= room
    if mode is Mode.PROGRESSIVE:
        assert said.dial <= max(0, idle - reserved - flying)
    if mode is not Mode.AGENTLESS and not idle:
        assert (said.dial, said.why) == (0, "no_agents") or wild <= 0


def test_a_campaign_by_ratio_to_agents_there_dials_while_all_talk() -> None:
    def lines_while_all_talk(mode: Mode) -> int:
        world = DialWorld(seed=3, check_every=50)
        world.outcome = lambda _: (
            everybody_answers(_) if world.random.random() < 0.25 else nobody_answers(_)
        )
        world.come(20)
        world.start(campaign(mode=mode, ratio=3.0), leads=900)
        most = 0
        for _ in range(60):
            world.run(5)
            made = world.dialing.pools[QUEUE].floor
            if made.agents and not made.idle():
                most = max(most, made.in_flight())
        return most

    assert lines_while_all_talk(Mode.PROGRESSIVE) == 0
    assert lines_while_all_talk(Mode.RATIO) > 0
