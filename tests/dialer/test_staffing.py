from __future__ import annotations

from random import Random

from dialer.floor import AgentSeen, AgentWork, Floor
from dialer.free_up import stretch_of
from dialer.ids import AgentId
from dialer.staffing import Staffing

S = 1_000_000
IDLE, TALKING, WRAP_UP, AWAY = (
    AgentWork.IDLE,
    AgentWork.TALKING,
    AgentWork.WRAP_UP,
    AgentWork.AWAY,
)


def _seen(at_s: int, agent: str, work: AgentWork, *, leaving: bool = False) -> AgentSeen:
    return AgentSeen(at=at_s * S, agent=AgentId(agent), work=work, leaving=leaving)


def test_agents_are_counted_by_what_they_do_and_since_when() -> None:
    staffing = Staffing()
    for agent in ("ann", "bob", "cyd"):
        staffing.see(_seen(0, agent, IDLE))
    assert staffing.see(_seen(10, "ann", TALKING)) == (IDLE, 10 * S)
    assert staffing.see(_seen(70, "ann", WRAP_UP)) == (TALKING, 60 * S)
    staffing.see(_seen(70, "bob", TALKING))
    team = staffing.team(80 * S, 0)
    assert (team.idle, team.size) == (1, 3)
    assert team.talks == {stretch_of(int(9.5 * S)): 1}
    assert team.wraps == {stretch_of(int(9.5 * S)): 1}
    assert list(staffing.running(TALKING, 80 * S)) == [10 * S]


def test_who_is_leaving_is_no_supply_from_that_moment() -> None:
    staffing = Staffing()
    staffing.see(_seen(0, "ann", TALKING))
    assert staffing.see(_seen(5, "ann", TALKING, leaving=True)) is None
    assert staffing.team(6 * S, 0).size == 0
    staffing.see(_seen(8, "ann", TALKING))
    assert staffing.team(9 * S, 0).size == 1
    staffing.see(_seen(9, "ann", AWAY))
    assert staffing.team(9 * S, 0).size == 0
    assert not staffing.agents


def test_the_reserved_are_not_idle_for_us() -> None:
    staffing = Staffing()
    for agent in ("ann", "bob"):
        staffing.see(_seen(0, agent, IDLE))
    assert staffing.team(S, 1).idle == 1
    assert staffing.team(S, 5).idle == 0


def test_a_floor_that_it_was_not_told_of_is_taken_up() -> None:
    floor, staffing = Floor(), Staffing()
    for seen in (_seen(0, "ann", IDLE), _seen(3, "ann", TALKING), _seen(0, "bob", IDLE)):
        floor.see(seen)
    staffing.take_up(floor)
    team = staffing.team(20 * S, 0)
    assert (team.idle, team.size, sum(team.talks.values())) == (1, 2, 1)


def test_heads_move_from_stretch_to_stretch_as_seconds_pass() -> None:
    """Asked every second or seldom, and of who came and went between: it is the same count."""
    chance = Random(3)
    often, seldom = Staffing(), Staffing()
    for second in range(400):
        for _ in range(chance.randrange(3)):
            agent = str(chance.randrange(60))
            work = chance.choice((IDLE, TALKING, TALKING, WRAP_UP, AWAY))
            seen = _seen(second, agent, work, leaving=chance.random() < 0.1)
            often.see(seen)
            seldom.see(seen)
        team = often.team(second * S + S // 2, 0)
        if second % 97 == 0:
            assert team == seldom.team(second * S + S // 2, 0)
    assert sum(team.talks.values()) > 5
    now = 399 * S + S // 2
    expected: dict[int, int] = {}
    for work, since, leaving in often.agents.values():
        if work is TALKING and not leaving:
            stretch = stretch_of(now - S // 2 - since)
            expected[stretch] = expected.get(stretch, 0) + 1
    assert team.talks == expected
    assert list(team.talks) == sorted(expected, reverse=True)
