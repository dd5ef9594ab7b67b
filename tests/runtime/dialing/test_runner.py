"""The live dialer: what the rules ask for is done, in order, and nothing is lost on the way."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

from contact_center.core.dialing import AskToDial, DialRefused, DialRequested, RingOffRequested
from contact_center.core.errors import InboxFullError
from contact_center.core.ids import AgentId, CallId, CommandId
from dialer.attempt import AttemptEnd, Verdict
from dialer.campaign import CampaignState
from dialer.floor import CallStage
from dialer.ids import AttemptId, PoolId
from dialer.lead import LeadState
from dialer.messages import (
    AttemptAdopted,
    AttemptOpened,
    AttemptOver,
    AttemptRefused,
    CampaignSet,
    ClaimLeads,
    CloseAttempt,
    DialAsked,
    LeadsClaimed,
    LedgerSet,
    OpenAttempt,
    PlaceCall,
    PoolForecast,
    RingOff,
    RoomSeen,
    StateChanged,
    Ticked,
)
from tests.runtime.dialing.parts import ATTEMPT, LEAD, SPRING, Rig, Rules, Store

C = SPRING.campaign
SAID = ("windows", "answers")
"""What is asked beside, of every campaign."""


def once(*outs: Any) -> Any:
    """Ask for these at the first message of a kind only."""
    left = list(outs)

    def answer(_: Any) -> list[Any]:
        given, left[:] = list(left), []
        return given

    return answer


OPEN = OpenAttempt(
    campaign=C,
    attempt=ATTEMPT.attempt,
    lead=LEAD,
    number=ATTEMPT.number,
    caller_id=ATTEMPT.caller_id,
    source=ATTEMPT.source,
)


def dials() -> dict[Any, Any]:
    """Claim at the first tick, and dial whoever is claimed."""
    return {
        Ticked: once(ClaimLeads(campaign=C, count=5)),
        LeadsClaimed: lambda told: [OPEN] if told.leads else [],
        AttemptOpened: lambda told: [PlaceCall(campaign=C, attempt=told.attempt, lead=LEAD)],
    }


async def test_a_lead_is_claimed_checked_and_dialled(tmp_path: Path) -> None:
    async with Rig(tmp_path, Rules(dials())) as rig:
        rig.connect()
        await rig.until(lambda: rig.posted, "a call is asked for")
    (request,) = rig.posted
    assert isinstance(request, DialRequested)
    assert (request.call, request.number) == (CallId("d-l1-1"), "+14155550123")
    assert request.fields == (("garden", "roof"), ("age", "41"))
    assert [word for word in rig.store.asked if word not in SAID] == ["recover", "claim 5", "open"]
    assert rig.dialer.open_calls == 1


async def test_nothing_is_dialled_before_the_switch_said_what_is_alive(tmp_path: Path) -> None:
    async with Rig(tmp_path, Rules(dials())) as rig:
        for _ in range(5):
            await asyncio.sleep(0)
        assert rig.store.asked == []
        assert [type(told) for told in rig.rules.told] == [CampaignSet]


async def test_what_lives_on_after_a_restart_is_told_before_anything_else_of_it(
    tmp_path: Path,
) -> None:
    store = Store()
    store.adopted = ((ATTEMPT, LEAD),)
    async with Rig(tmp_path, Rules({}), store) as rig:
        rig.alive = {ATTEMPT.attempt: CallStage.WAITING}
        rig.connect()
        await rig.until(lambda: rig.rules.of(Ticked), "it ticks")
    kinds = [type(told) for told in rig.rules.told[:2]]
    assert kinds == [CampaignSet, AttemptAdopted]
    assert rig.rules.of(AttemptAdopted)[0].stage is CallStage.WAITING
    assert store.alive == (ATTEMPT.attempt,)
    assert rig.dialer.open_calls == 1


async def test_storage_that_is_away_refuses_the_attempt_and_takes_it_off_the_books_later(
    tmp_path: Path,
) -> None:
    async with Rig(tmp_path, Rules({Ticked: once(OPEN)})) as rig:
        rig.store.away_after_recovery = True
        rig.connect()
        await rig.until(lambda: rig.rules.of(AttemptRefused), "refused")
        assert rig.posted == []
        assert rig.dialer.errands.unwritten == 1
        rig.store.away = False
        await rig.until(lambda: rig.store.closed, "written after all")
    (close,) = rig.store.closed
    assert (close.end.attempt, close.end.verdict) == (ATTEMPT.attempt, Verdict.CANCELLED)
    assert rig.dialer.errands.refusals == {"storage": 1}


async def test_ends_are_written_in_order_however_long_storage_is_away(tmp_path: Path) -> None:
    ends = [
        CloseAttempt(
            campaign=C,
            end=AttemptEnd(attempt=AttemptId(f"d-l1-{n}"), at=1, verdict=Verdict.BUSY),
            lead=LEAD.lead,
            state=LeadState.OPEN,
            due_at=1,
        )
        for n in range(1, 4)
    ]
    async with Rig(tmp_path, Rules({Ticked: once(*ends)})) as rig:
        rig.store.away_after_recovery = True
        rig.connect()
        await rig.until(lambda: rig.store.asked.count("close") >= 1, "it was tried")
        rig.store.away = False
        await rig.until(lambda: len(rig.store.closed) == 3, "all are written")
    assert [one.end.attempt for one in rig.store.closed] == ["d-l1-1", "d-l1-2", "d-l1-3"]


async def test_a_call_the_center_cannot_take_ends_as_failed(tmp_path: Path) -> None:
    async with Rig(tmp_path, Rules(dials())) as rig:
        rig.post_error = InboxFullError("full")
        rig.connect()
        await rig.until(lambda: rig.rules.of(AttemptOver), "it is over")
    (over,) = rig.rules.of(AttemptOver)
    assert over.end.verdict is Verdict.FAILED
    assert rig.dialer.open_calls == 0


async def test_room_counts_open_calls_and_calls_per_second(tmp_path: Path) -> None:
    async with Rig(tmp_path, Rules(dials())) as rig:
        rig.connect()
        await rig.until(lambda: len(rig.rules.of(RoomSeen)) >= 2 and rig.posted, "two ticks")
        await rig.until(lambda: rig.rules.of(RoomSeen)[-1].lines == 9, "one line is taken")
    assert rig.rules.of(RoomSeen)[0].lines == 10
    assert all(seen.calls_now <= 4 for seen in rig.rules.of(RoomSeen))
    assert rig.rules.of(PoolForecast)
    assert rig.rules.of(LedgerSet)[0].windows[0].policy == "us-tsr"


async def test_ringing_off_and_changes_of_state_are_carried_out(tmp_path: Path) -> None:
    outs = (
        RingOff(campaign=C, attempt=ATTEMPT.attempt, why="shed"),
        StateChanged(campaign=C, at=1, state=CampaignState.PAUSED, by="mia", why="lunch"),
        StateChanged(campaign=C, at=1, state=CampaignState.PAUSED, by="mia", refused="no"),
    )
    async with Rig(tmp_path, Rules({Ticked: once(*outs)})) as rig:
        rig.connect()
        await rig.until(lambda: rig.posted and rig.store.saved, "both are done")
    assert rig.posted == [RingOffRequested(call=CallId("d-l1-1"), why="shed")]
    assert rig.store.saved == [(CampaignState.PAUSED, "mia")]


async def test_times_told_never_go_back(tmp_path: Path) -> None:
    async with Rig(tmp_path, Rules({})) as rig:
        rig.connect()
        await rig.until(lambda: rig.rules.of(Ticked), "it ticks")
        rig.dialer.tell(PoolForecast(at=5, pool="sales"))
        await rig.until(lambda: len(rig.rules.of(PoolForecast)) >= 2, "it was told")
    times = [told.at for told in rig.rules.told]
    assert times == sorted(times)


ASKED = AskToDial(
    cmd=CommandId("c-9"),
    call=CallId(""),
    agent=AgentId("ana"),
    number="+14155550123",
    campaign="",
    shown="+14155550100",
)


async def test_an_agent_who_asks_to_call_a_number_has_it_claimed_and_checked(
    tmp_path: Path,
) -> None:
    rules = Rules(dials() | {Ticked: lambda _: [], DialAsked: lambda _: [OPEN]})
    async with Rig(tmp_path, rules) as rig:
        rig.connect()
        await rig.until(lambda: rules.of(Ticked), "it ticks")
        rig.dialer.submit(ASKED)
        await rig.until(lambda: rig.posted, "dialled")
    assert "number +14155550123 for ana" in rig.store.asked
    (asked,) = rules.of(DialAsked)
    assert (asked.agent, asked.lead.lead, asked.shown) == ("ana", "l1", "+14155550100")


async def test_an_agent_is_told_why_a_number_is_not_dialled(tmp_path: Path) -> None:
    rules = Rules({DialAsked: lambda _: [OPEN]})
    async with Rig(tmp_path, rules) as rig:
        rig.connect()
        rig.store.refuse = ("hours", "cap:US-FL")
        rig.dialer.submit(ASKED)
        await rig.until(lambda: rig.posted, "answered")
        rig.store.known = None
        rig.dialer.submit(ASKED)
        await rig.until(lambda: len(rig.posted) == 2, "answered again")
    assert rig.posted == [
        DialRefused(agent=AgentId("ana"), request=CommandId("c-9"), reasons=("hours", "cap:US-FL")),
        DialRefused(agent=AgentId("ana"), request=CommandId("c-9"), reasons=("being_called",)),
    ]


async def test_what_is_taken_back_for_want_of_agents_rings_as_long_as_the_law_wants(
    tmp_path: Path,
) -> None:
    shed = RingOff(campaign=C, attempt=ATTEMPT.attempt, why="shed")
    stop = RingOff(campaign=C, attempt=ATTEMPT.attempt, why="stopped")
    strict = replace(ATTEMPT, policies=("us-tsr",))
    rules = Rules(
        {
            Ticked: once(PlaceCall(campaign=C, attempt=strict, lead=LEAD), shed),
            PoolForecast: lambda told: [stop] if told.pool == "stop" else [],
        }
    )
    async with Rig(tmp_path, rules) as rig:
        rig.dialer.rings = {"us-tsr": 3_600_000_000}
        rig.connect()
        await rig.until(lambda: rig.posted, "it is dialled")
        assert [type(event) for event in rig.posted] == [DialRequested]
        rig.dialer.tell(PoolForecast(at=rig.now, pool=PoolId("stop")))
        await rig.until(lambda: len(rig.posted) > 1, "an emergency stop waits for nothing")
    assert rig.posted[1:] == [RingOffRequested(call=CallId("d-l1-1"), why="stopped")]
