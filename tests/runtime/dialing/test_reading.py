"""From the center's facts to what the dialer is told."""

from __future__ import annotations

import dataclasses

from contact_center.content.center_files import load_center_file
from contact_center.core.dialing import DialEnded, DialStage, DialStaged
from contact_center.core.events import Direction
from contact_center.core.facts import (
    AgentChanged,
    CallQueued,
    CallStarted,
    DispositionRecorded,
    Presence,
    Work,
)
from contact_center.core.ids import AgentId, CallId, FlowId, QueueId
from contact_center.runtime.dialing.reading import FactReader, reader
from dialer.attempt import Verdict
from dialer.floor import AgentWork, CallStage
from dialer.messages import AttemptOver, Disposed, PoolForecast, PoolSeen
from tests.runtime.dialing.parts import SPRING
from tests.tidy.project import ROOT

ANA, CALL = AgentId("ana"), CallId("d-l1-1")


def made() -> FactReader:
    center = load_center_file(ROOT / "config/retailer/center.yaml").configuration
    return reader(center, [SPRING])


def agent(work: Work = Work.IDLE, **fields: object) -> AgentChanged:
    plain = AgentChanged(at=5, agent=ANA, presence=Presence.READY, reason="", work=work, since=5)
    return dataclasses.replace(plain, **fields)


def staged(stage: DialStage, at: int = 5, **fields: object) -> DialStaged:
    plain = DialStaged(at=at, call=CALL, seq=1, campaign="spring", stage=stage)
    return dataclasses.replace(plain, **fields)


def works(of: FactReader, *facts: object) -> list[AgentWork]:
    told = of.read(facts)  # type: ignore[arg-type]
    return [m.seen.work for m in told if isinstance(m, PoolSeen) and hasattr(m.seen, "work")]


def test_agents_of_the_queue_are_the_pool_and_others_are_not() -> None:
    of = made()
    assert set(of.agents) == {"ana", "ben", "dev"}
    assert of.read([agent(), dataclasses.replace(agent(), agent=AgentId("chloe"))]) == [
        PoolSeen(at=5, pool="sales", seen=of.read([agent()])[0].seen)
    ]


def test_who_is_paused_or_on_another_phone_is_away_and_who_asked_for_a_break_is_leaving() -> None:
    of = made()
    found = works(of, agent(presence=Presence.PAUSED), agent(outside=True), agent(Work.WRAP_UP))
    assert found == [AgentWork.AWAY, AgentWork.AWAY, AgentWork.WRAP_UP]
    (told,) = of.read([agent(Work.TALKING, next_presence=Presence.PAUSED)])
    assert (told.seen.work, told.seen.leaving) == (AgentWork.TALKING, True)
    (told,) = of.read([agent(next_presence=Presence.READY)])
    assert not told.seen.leaving


def test_who_is_on_a_break_from_the_campaigns_queue_is_no_supply_of_its_own() -> None:
    of = made()
    sales = QueueId(SPRING.queue)
    others = tuple(queue for queue in (QueueId("support"), QueueId("other")) if queue != sales)
    assert works(of, agent(paused_in=others)) == [AgentWork.IDLE]
    assert works(of, agent(paused_in=(sales,))) == [AgentWork.AWAY]
    [talking] = of.read([agent(Work.TALKING, paused_in=(sales,))])
    assert isinstance(talking, PoolSeen)
    assert talking.seen.leaving, "no supply after the call either"  # type: ignore[union-attr]


def test_who_leaves_the_campaigns_queue_is_away_from_its_pool_at_once() -> None:
    before = made()
    center = load_center_file(ROOT / "config/retailer/center.yaml").configuration
    ana = dataclasses.replace(center.agents[ANA], queues=(QueueId("orders"),))
    without = dataclasses.replace(center, agents={**center.agents, ANA: ana})
    after = before.again(reader(without, [SPRING]))
    (gone,) = before.left(after, 9)
    assert isinstance(gone, PoolSeen)
    assert (gone.pool, gone.seen.agent) == ("sales", ANA)  # type: ignore[union-attr]
    assert gone.seen.work is AgentWork.AWAY  # type: ignore[union-attr]
    assert works(after, agent()) == []
    assert after.left(made(), 9) == [], "who comes is told when they change"


def test_whose_phone_rings_for_our_own_waiting_person_still_counts_as_their_supply() -> None:
    of = made()
    of.read([staged(DialStage.QUEUED)])
    ours, other = agent(Work.OFFERED, call=CALL), agent(Work.OFFERED, call=CallId("in-1"))
    assert works(of, ours, other) == [AgentWork.IDLE, AgentWork.TALKING]
    of.read([staged(DialStage.CONNECTED, agent=ANA)])
    assert works(of, agent(Work.CONNECTING, call=CALL)) == [AgentWork.TALKING]


def test_stages_of_calls_are_told_with_their_agents() -> None:
    of = made()
    stages = [
        m.seen.stage
        for m in of.read(
            [
                staged(DialStage.RINGING),
                staged(DialStage.ANSWERED),
                staged(DialStage.QUEUED),
                staged(DialStage.CONNECTED, agent=ANA),
                staged(DialStage.DONE),
            ]
        )
        if isinstance(m, PoolSeen)
    ]
    assert stages == [CallStage.WAITING, CallStage.CONNECTED, CallStage.DONE]


def test_an_end_carries_everything_and_its_disposition_finds_the_campaign_later() -> None:
    of = made()
    of.read([staged(DialStage.QUEUED)])
    ended = DialEnded(
        at=9,
        call=CALL,
        seq=3,
        campaign="spring",
        number="+14155550123",
        end=DialStage.DONE,
        answered_at=6,
        connected_at=7,
        agent=ANA,
        opted_out=True,
        talk_us=2,
        machine=True,
        sampled=True,
    )
    (over,) = of.read([staged(DialStage.DONE), ended])[-1:]
    assert isinstance(over, AttemptOver)
    assert over.end.verdict is Verdict.CONNECTED
    assert (over.end.answered_at, over.end.opted_out, over.end.talk_us) == (6, True, 2)
    assert (over.end.machine, over.end.sampled) == (True, True)
    noted = DispositionRecorded(at=12, call=CALL, seq=4, agent=ANA, code="sold", notes="")
    (disposed,) = of.read([noted])
    assert isinstance(disposed, Disposed)
    assert (disposed.campaign, disposed.disposition) == ("spring", "sold")
    assert of.read([dataclasses.replace(noted, call=CallId("in-7"))]) == []


def test_calls_from_outside_to_any_queue_of_the_agents_are_forecast_and_own_calls_are_not() -> None:
    of = made()
    for number, (queue, direction) in enumerate(
        [("sales", Direction.INBOUND), ("orders", Direction.INBOUND), ("sales", Direction.OUTBOUND)]
    ):
        call = CallId(f"c-{number}")
        of.read(
            [
                CallStarted(
                    at=1,
                    call=call,
                    seq=1,
                    ani="",
                    did="",
                    ani_name="",
                    direction=direction,
                    flow=FlowId("x"),
                ),
                CallQueued(at=1_000_000, call=call, seq=2, queue=QueueId(queue), priority=0),
            ]
        )
    (told,) = of.forecast(2_000_000)
    assert told == PoolForecast(at=2_000_000, pool="sales", inbound_per_s=2 / 900)
    (later,) = of.forecast(902_000_000)
    assert later == PoolForecast(at=902_000_000, pool="sales", inbound_per_s=0.0)


def test_a_call_that_is_no_campaigns_is_none_of_the_dialers_business() -> None:
    of = made()
    ended = DialEnded(
        at=9, call=CALL, seq=3, campaign="", number="+14155550123", end=DialStage.DONE,
    )  # fmt: skip
    told = [staged(DialStage.RINGING, campaign=""), staged(DialStage.DONE, campaign=""), ended]
    assert of.read(told) == []
