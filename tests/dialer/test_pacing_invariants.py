"""What holds of pacing whatever happens; for every way of pacing where it is said of all."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.floor import AgentSeen, AgentWork, CallSeen, CallStage, Floor, Seen
from dialer.ids import AgentId, AttemptId
from dialer.look_ahead import LookAhead
from dialer.pacers import PACERS, pacer_of
from dialer.pacing import Ask, Decision, Pacer, Window

S = 1_000_000
NOW = 1_767_603_600 * S
NAMES = [*PACERS, "ratio_2.5"]

ROOMY = Window(policy="p", cap=0.03, live=2000, abandoned=20)
SPENT = Window(policy="p", cap=0.03, live=2000, abandoned=200, strict=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A floor, said in seconds before now. ``agents``: work and for how long, leaving or not."""

    agents: tuple[tuple[AgentWork, float, bool], ...]
    ringing: tuple[float, ...] = ()
    queued: int = 0
    waiting: int = 0

    def events(self) -> list[Seen]:
        """Say what must have happened, in order."""
        seen: list[Seen] = []
        for k, (work, age, leaving) in enumerate(self.agents):
            at = NOW - round(age * S)
            agent = AgentId(f"a{k}")
            seen.append(AgentSeen(at=at, agent=agent, work=work, leaving=leaving))
        for k, age in enumerate(self.ringing):
            seen.append(_call(f"r{k}", CallStage.DIALLED, age))
        seen.extend(_call(f"q{k}", CallStage.QUEUED, 1.0) for k in range(self.queued))
        for k in range(self.waiting):
            seen.append(_call(f"w{k}", CallStage.DIALLED, 9.0))
            seen.append(_call(f"w{k}", CallStage.WAITING, 0.2))
        return sorted(seen, key=lambda each: each.at)


def _call(name: str, stage: CallStage, age: float) -> CallSeen:
    return CallSeen(at=NOW - round(age * S), attempt=AttemptId(name), stage=stage)


WORK = st.sampled_from([AgentWork.IDLE, AgentWork.TALKING, AgentWork.WRAP_UP])
AGENT = st.tuples(WORK, st.floats(0, 400), st.sampled_from([False, False, False, True]))
PICTURES = st.builds(
    Picture,
    agents=st.lists(AGENT, max_size=40).map(tuple),
    ringing=st.lists(st.floats(0, 30), max_size=60).map(tuple),
    queued=st.integers(0, 4),
    waiting=st.integers(0, 3),
)
STAFFED = PICTURES.filter(lambda p: sum(not leaving for _, _, leaving in p.agents) >= 2)


def _show(pacer: Pacer, picture: Picture) -> Floor:
    floor = Floor()
    for seen in picture.events():
        floor.see(seen)
        pacer.observe(seen, floor)
    return floor


def _ask(room: int = 1000, windows: tuple[Window, ...] = (ROOMY,), reserved: int = 0) -> Ask:
    return Ask(now=NOW, room=room, target=0.03, windows=windows, reserved=reserved)


class Known:
    """An answer rate that is known, and how well; it learns nothing more."""

    changes = 0

    def __init__(self, rate: float, spread: float) -> None:
        self.rate, self.spread = rate, spread

    def answered(self, odds: float = 1.0) -> None:
        """Learn nothing."""

    def exposed(self, calls: float, elapsed_s: float, out: int = 0) -> None:
        """Learn nothing."""


def _settled(rate: float = 0.25, spread: float = 0.1) -> LookAhead:
    """Make a look-ahead that learns no more: only the floor tells its decisions apart."""
    pacer = LookAhead()
    pacer.decide(Floor(), _ask())
    pacer.rate = Known(rate, spread)  # type: ignore[assignment]
    pacer._settle_at = NOW * 2
    pacer._judged = 1000
    return pacer


def _dials(picture: Picture, ask: Ask | None = None, **known: float) -> int:
    """Tell how many lines more there will be: dials, less calls rung off."""
    pacer = _settled(**known)
    decision = pacer.decide(_show(pacer, picture), ask or _ask())
    return decision.dial - len(decision.shed)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=20, deadline=None)
@given(picture=PICTURES, room=st.integers(0, 50))
def test_nothing_dials_more_than_there_is_room_for(name: str, picture: Picture, room: int) -> None:
    pacer = pacer_of(name)
    assert 0 <= pacer.decide(_show(pacer, picture), _ask(room)).dial <= room


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=30, deadline=None)
@given(picture=PICTURES)
def test_without_agents_nothing_dials(name: str, picture: Picture) -> None:
    pacer = pacer_of(name)
    floor = _show(pacer, replace(picture, agents=()))
    assert pacer.decide(floor, _ask()).dial == 0


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=30, deadline=None)
@given(pictures=st.lists(PICTURES, min_size=1, max_size=3))
def test_the_same_events_give_the_same_decisions(name: str, pictures: list[Picture]) -> None:
    def decided(pacer: Pacer) -> list[Decision]:
        return [pacer.decide(_show(pacer, picture), _ask()) for picture in pictures]

    first = pacer_of(name)
    twin = copy.deepcopy(first)
    assert decided(first) == decided(twin) == decided(pacer_of(name))


@pytest.mark.parametrize("name", ["look_ahead", "progressive"])
@settings(max_examples=30, deadline=None)
@given(picture=PICTURES, reserved=st.integers(0, 3))
def test_without_a_budget_there_is_one_call_for_each_idle_agent(
    name: str, picture: Picture, reserved: int
) -> None:
    pacer = pacer_of(name)
    floor = _show(pacer, picture)
    decision = pacer.decide(floor, _ask(windows=(SPENT,), reserved=reserved))
    idle = max(floor.idle() - reserved, 0)
    assert decision.dial == max(idle - floor.in_flight() + len(decision.shed), 0)


@settings(max_examples=40, deadline=None)
@given(picture=STAFFED, age=st.floats(0, 25))
def test_one_more_ringing_call_never_makes_it_dial_more(picture: Picture, age: float) -> None:
    more = replace(picture, ringing=(*picture.ringing, age))
    assert _dials(more) <= _dials(picture)


@settings(max_examples=30, deadline=None)
@given(picture=STAFFED)
def test_one_more_who_waits_or_is_queued_never_makes_it_dial_more(picture: Picture) -> None:
    before = _dials(picture)
    assert _dials(replace(picture, waiting=picture.waiting + 1)) <= before
    assert _dials(replace(picture, queued=picture.queued + 1)) <= before


@settings(max_examples=40, deadline=None)
@given(picture=STAFFED, data=st.data())
def test_an_agent_who_asks_for_a_pause_never_makes_it_dial_more(
    picture: Picture, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(picture.agents) - 1))
    agents = list(picture.agents)
    agents[place] = (agents[place][0], agents[place][1], True)
    assert _dials(replace(picture, agents=tuple(agents))) <= _dials(picture)


@settings(max_examples=40, deadline=None)
@given(picture=STAFFED)
def test_one_more_idle_agent_never_makes_it_dial_less(picture: Picture) -> None:
    more = replace(picture, agents=(*picture.agents, (AgentWork.IDLE, 1.0, False)))
    if len(picture.agents) != 12:  # there folding gives way to the normal law
        assert _dials(more) >= _dials(picture)


@settings(max_examples=30, deadline=None)
@given(picture=STAFFED, rate=st.floats(0.05, 0.6), spread=st.floats(0.0, 0.3))
def test_more_answers_or_more_doubt_never_make_it_dial_more(
    picture: Picture, rate: float, spread: float
) -> None:
    before = _dials(picture, rate=rate, spread=spread)
    assert _dials(picture, rate=rate * 1.2, spread=spread) <= before
    if len(picture.agents) > 12:
        assert _dials(picture, rate=rate, spread=spread + 0.2) <= before


@settings(max_examples=30, deadline=None)
@given(picture=STAFFED, inbound=st.floats(0.01, 1.0), reserved=st.integers(1, 3))
def test_what_agents_are_needed_for_otherwise_is_no_supply(
    picture: Picture, inbound: float, reserved: int
) -> None:
    before = _dials(picture)
    assert _dials(picture, replace(_ask(), inbound_per_s=inbound)) <= before
    assert _dials(picture, _ask(reserved=reserved)) <= before


@settings(max_examples=30, deadline=None)
@given(picture=STAFFED)
def test_people_who_wait_longer_never_make_it_dial_less(picture: Picture) -> None:
    short, long = (_dials(picture, replace(_ask(), hold_us=hold_s * S)) for hold_s in (1, 5))
    assert short <= long


@settings(max_examples=30, deadline=None)
@given(picture=STAFFED, abandoned=st.integers(0, 100))
def test_a_tighter_ledger_never_makes_it_dial_more(picture: Picture, abandoned: int) -> None:
    tighter = replace(ROOMY, abandoned=ROOMY.abandoned + abandoned)
    assert _dials(picture, _ask(windows=(tighter,))) <= _dials(picture)
    assert _dials(picture, _ask(windows=(ROOMY, tighter))) <= _dials(picture)


@settings(max_examples=30, deadline=None)
@given(ringing=st.lists(st.floats(0, 30), max_size=6), work=WORK, age=st.floats(0, 300))
def test_a_team_of_one_has_one_call_for_the_idle_agent(
    ringing: list[float], work: AgentWork, age: float
) -> None:
    picture = Picture(agents=((work, age, False),), ringing=tuple(ringing))
    idle = work is AgentWork.IDLE
    pacer = _settled()
    decision = pacer.decide(_show(pacer, picture), _ask())
    assert decision.dial == max((1 if idle else 0) - len(ringing) + len(decision.shed), 0)


@settings(max_examples=30, deadline=None)
@given(picture=STAFFED)
def test_only_who_has_rung_long_enough_is_rung_off_and_nobody_who_answered(
    picture: Picture,
) -> None:
    pacer = _settled()
    floor = _show(pacer, picture)
    ask = _ask(windows=(SPENT,))
    for attempt in pacer.decide(floor, ask).shed:
        call = floor.flying[attempt]
        assert call.stage is CallStage.DIALLED
        assert call.dialled_at is not None
        assert NOW - call.dialled_at >= ask.min_ring_us


def test_when_all_agents_leave_what_rings_long_enough_is_rung_off() -> None:
    leaving = tuple((AgentWork.TALKING, 30.0, True) for _ in range(19))
    picture = Picture(
        agents=(*leaving, (AgentWork.TALKING, 30.0, False)), ringing=(5.0, 19.0, 24.0)
    )
    pacer = _settled()
    assert pacer.decide(_show(pacer, picture), _ask()).shed == ("r2", "r1")


def test_nothing_is_dared_before_thirty_verdicts_and_never_more_lines_than_answers_allow() -> None:
    agents = tuple((AgentWork.IDLE, 1.0, False) for _ in range(100))
    pacer = LookAhead()
    decision = pacer.decide(_show(pacer, Picture(agents=agents)), _ask())
    assert decision.numbers["alpha"] <= 0.02
    rate, spread = decision.numbers["answer_rate"], decision.numbers["answer_rate_spread"]
    assert decision.dial <= 100 / (rate * (1 - spread))


def test_a_ledger_that_fills_up_takes_effect_at_the_next_decision() -> None:
    agents = tuple((AgentWork.IDLE, 1.0, False) for _ in range(20))
    pacer = _settled()
    floor = _show(pacer, Picture(agents=agents))
    assert pacer.decide(floor, _ask()).dial > 20
    decision = pacer.decide(floor, _ask(windows=(SPENT,)))
    assert (decision.dial, decision.why) == (20, "ledger_hard")


def test_a_pacer_that_was_told_nothing_takes_up_what_is_on_the_floor() -> None:
    picture = Picture(
        agents=((AgentWork.IDLE, 5.0, False), (AgentWork.TALKING, 50.0, False)),
        ringing=(3.0, 8.0),
        queued=1,
        waiting=1,
    )
    told, fresh = LookAhead(), LookAhead()
    floor = _show(told, picture)
    decisions = [pacer.decide(floor, _ask()) for pacer in (told, fresh)]
    for name in ("ringing", "queued", "waiting"):
        assert decisions[0].numbers[name] == decisions[1].numbers[name]
    assert decisions[0].dial == decisions[1].dial
