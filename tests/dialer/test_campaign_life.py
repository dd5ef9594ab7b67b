"""A campaign's life: its moves, its counts, whose agents it wants, what its agents may skip."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialer.attempt import AttemptEnd, Verdict
from dialer.campaign import MOVES, CampaignState, CampaignTrigger, External, Limits, Mode
from dialer.campaign_life import CampaignOn, pool_of
from dialer.ids import AgentId, AttemptId, CampaignId, PoolId
from dialer.messages import CampaignMoved, CampaignSet
from dialer.pacers import pacer_of
from dialer.pacing import Window
from tests.dialer.dialing_world import SECOND, campaign

ANN = AgentId("ann")


def on(state: CampaignState = CampaignState.RUNNING, **rest: object) -> CampaignOn:
    said = CampaignSet(at=0, settings=campaign(**rest), state=state)  # type: ignore[arg-type]
    return CampaignOn(said, pacer_of("progressive"))


def moved(trigger: CampaignTrigger, at: int = 5) -> CampaignMoved:
    return CampaignMoved(at=at, campaign=CampaignId("c"), trigger=trigger, by="rose")


def ended(verdict: Verdict) -> AttemptEnd:
    return AttemptEnd(attempt=AttemptId("d-l-1"), at=1, verdict=verdict)


@pytest.mark.parametrize("state", list(CampaignState))
@pytest.mark.parametrize("trigger", list(CampaignTrigger))
def test_every_move_is_made_or_refused_as_the_table_says(
    state: CampaignState, trigger: CampaignTrigger
) -> None:
    here = on(state)
    told = here.move(moved(trigger))
    to = MOVES.get((state, trigger))
    assert here.state is (to or state)
    assert told.state is here.state
    assert bool(told.refused) is (to is None)
    assert (told.by, told.at) == ("rose", 5)


def test_a_new_start_counts_anew_and_a_resumed_run_goes_on() -> None:
    here = on(CampaignState.DRAFT)
    here.move(moved(CampaignTrigger.START, at=10))
    here.ended(ended(Verdict.CONNECTED))
    here.successes = 1
    here.move(moved(CampaignTrigger.PAUSE))
    here.move(moved(CampaignTrigger.RESUME, at=50))
    assert (here.started_at, here.live, here.successes) == (10, 1, 1)
    here.move(moved(CampaignTrigger.STOP))
    here.move(moved(CampaignTrigger.RESET))
    here.move(moved(CampaignTrigger.START, at=90))
    assert (here.started_at, here.live, here.successes) == (90, 0, 0)


def test_live_answers_count_in_every_ledger_and_others_in_none() -> None:
    here = on()
    here.windows = (
        Window(policy="us", cap=0.03, live=100, abandoned=2),
        Window(policy="gb", cap=0.03, live=10, abandoned=0, strict=True),
    )
    for verdict in Verdict:
        here.ended(ended(verdict))
    assert [(each.live, each.abandoned) for each in here.windows] == [(104, 4), (14, 2)]
    assert here.windows[1].strict
    assert (here.live, here.abandoned) == (4, 2)


def test_while_no_ledger_is_known_its_own_counts_are_one() -> None:
    here = on()
    here.ended(ended(Verdict.ABANDONED))
    (own,) = here.ledgers()
    assert (own.live, own.abandoned, own.cap) == (1, 1, 0.03)


def test_its_agents_are_those_of_its_pool_queue_ports_or_places() -> None:
    assert pool_of(campaign()) == "sales"
    assert pool_of(campaign(pool=PoolId("shared"))) == "shared"
    assert pool_of(campaign(mode=Mode.AGENTLESS)) == "agentless.c"
    ends = (External(agent=AgentId("bot"), to="number:+442079460900"),)
    assert pool_of(campaign(external=ends)) == "outside.c"


def test_new_limits_hold_from_then_on() -> None:
    here = on(limits=Limits(lines=5))
    assert here.bucket.room(0) == 5
    here.set(campaign(limits=Limits(lines=2)), here.pacer)
    assert here.bucket.room(0) == 2


def test_an_agent_may_skip_so_many_previews_an_hour() -> None:
    here = on(skips=2)
    assert here.may_skip(ANN, 0)
    here.skipped(ANN, 0)
    here.skipped(ANN, 60 * SECOND)
    assert not here.may_skip(ANN, 61 * SECOND)
    assert here.may_skip(AgentId("bob"), 61 * SECOND)
    assert here.may_skip(ANN, 3600 * SECOND)
    assert on(skips=0).may_skip(ANN, 0)


def test_what_was_taken_for_a_machine_is_no_live_answer_until_its_agent_says_so() -> None:
    here = on()
    here.ended(replace(ended(Verdict.CONNECTED), machine=True))
    assert here.live == 0
    here.ended(ended(Verdict.CONNECTED))
    assert here.live == 1
