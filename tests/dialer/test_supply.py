"""A pool of agents: counted once, shared by weight, with places outside as agents."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dialer.campaign import External
from dialer.floor import AgentSeen, AgentWork, CallSeen, CallStage
from dialer.ids import AgentId, AttemptId, CampaignId, PoolId
from dialer.supply import Pool, place_name, share

ANN, BOB, CY = AgentId("ann"), AgentId("bob"), AgentId("cy")
ONE, OTHER = CampaignId("one"), CampaignId("other")


def agent(name: AgentId, work: AgentWork, at: int = 0, *, leaving: bool = False) -> AgentSeen:
    return AgentSeen(at=at, agent=name, work=work, leaving=leaving)


def pool(*idle: AgentId) -> Pool:
    made = Pool(PoolId("sales"))
    for at, name in enumerate(idle):
        made.see(agent(name, AgentWork.IDLE, at))
    return made


def test_an_agent_who_leaves_is_not_staffed_and_not_free() -> None:
    here = pool(ANN, BOB)
    here.see(agent(ANN, AgentWork.IDLE, leaving=True))
    assert here.staffed() == 1
    assert here.free_agents() == [BOB]
    assert not here.idle_for(ANN)


def test_the_longest_idle_agents_are_free_but_for_those_kept_back() -> None:
    here = pool(BOB, ANN, CY)
    assert here.free_agents() == [BOB, ANN, CY]
    here.reserved = 2
    assert here.free_agents() == [BOB]


def test_agents_whom_ringing_calls_will_likely_want_are_not_free() -> None:
    here = pool(ANN, BOB, CY)
    for number in range(3):
        name = AttemptId(f"d-l-{number}")
        here.see(CallSeen(at=0, attempt=name, stage=CallStage.DIALLED))
    assert here.needed() == 1, "about one of three answers"
    assert here.free_agents() == [ANN, BOB]
    here.see(CallSeen(at=1, attempt=AttemptId("d-l-0"), stage=CallStage.WAITING))
    assert here.needed() == 2


def test_an_agent_with_a_call_of_their_own_coming_is_kept() -> None:
    here = pool(ANN, BOB)
    here.directed[AttemptId("d-l-1")] = ANN
    assert here.kept() == 1
    assert here.free_agents() == [BOB]
    assert not here.idle_for(ANN)
    here.see(agent(ANN, AgentWork.TALKING, 9))
    assert here.kept() == 0, "busy agents are no idle ones to keep"


def test_an_end_of_a_call_that_is_not_on_the_floor_changes_nothing() -> None:
    here = pool(ANN)
    seen = CallSeen(at=0, attempt=AttemptId("d-l-1"), stage=CallStage.BUSY)
    assert here.see(seen) == []


def test_a_place_outside_is_an_agent_while_it_is_open_and_busy_while_it_has_a_call() -> None:
    here = pool()
    bot = External(agent=AgentId("bot"), to="number:+442079460900", most=2)
    assert len(here.open_places([bot], 0)) == 2
    assert here.open_places([bot], 1) == []
    name = AttemptId("d-l-1")
    here.see(CallSeen(at=2, attempt=name, stage=CallStage.DIALLED))
    told = here.see(CallSeen(at=3, attempt=name, stage=CallStage.CONNECTED, agent=bot.agent))
    assert [type(each) for each in told] == [CallSeen, AgentSeen]
    assert here.floor.idle() == 1
    here.see(CallSeen(at=9, attempt=name, stage=CallStage.DONE))
    assert here.floor.idle() == 2
    smaller = External(agent=AgentId("bot"), to="number:+442079460900", most=1)
    here.open_places([smaller], 10)
    assert list(here.floor.agents) == [place_name(bot.agent, 0)]


def test_who_was_given_less_for_its_weight_is_first() -> None:
    here = pool()
    weights = [(ONE, 1), (OTHER, 2)]
    assert here.turns(weights) == [ONE, OTHER]
    here.gave(ONE, 1, 3.0)
    assert here.turns(weights) == [OTHER, ONE]
    here.gave(OTHER, 2, 4.0)
    assert here.turns(weights) == [OTHER, ONE], "2 of each weight against 3"
    here.gave(OTHER, 2, 4.0)
    assert here.turns(weights) == [ONE, OTHER]


def test_who_had_nothing_to_dial_catches_up_a_little_and_takes_not_all() -> None:
    here = pool()
    for _ in range(1000):
        here.turns([(ONE, 1)])
        here.gave(ONE, 1, 1.0)
    turns = 0
    while here.turns([(ONE, 1), (OTHER, 1)])[0] == OTHER and turns < 500:
        here.gave(OTHER, 1, 1.0)
        turns += 1
    assert 1 <= turns <= 25


@given(st.integers(0, 500), st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_shares_of_a_wish_add_up_to_no_more_than_it(want: int, weights: list[int]) -> None:
    left = want
    for place, weight in enumerate(weights):
        given_now = share(left, weight, sum(weights[place + 1 :]))
        assert 0 <= given_now <= left
        left -= given_now
    assert left == 0, "the last one may take what is left"
