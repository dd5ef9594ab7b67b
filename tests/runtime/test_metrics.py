"""Facts become numbers: once each, with what is now, and without anybody's name."""

import asyncio

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from contact_center.core import facts
from contact_center.core.events import Direction
from contact_center.core.facts import (
    AgentChanged,
    CallOutcome,
    OfferResult,
    Presence,
    QueueOutcome,
    Work,
)
from contact_center.core.ids import AgentId, CallId, FlowId, QueueId, ReservationId
from contact_center.ports import FactSink
from contact_center.runtime.metrics import Metrics

NOW = 1_700_000_000_000_000
S = 1_000_000
SALES, ANA = QueueId("sales"), AgentId("ana")


class Told:
    """What is scraped."""

    def __init__(self, since: int = NOW) -> None:
        self.registry = CollectorRegistry()
        self.metrics = Metrics(self.registry, since=since)
        self.sink: FactSink = self.metrics

    def value(self, name: str, **labels: str) -> float | None:
        return self.registry.get_sample_value(f"contact_center_{name}", labels)


@pytest.fixture
def told() -> Told:
    return Told()


def started(call: str = "c1", at: int = NOW) -> facts.CallStarted:
    return facts.CallStarted(
        at=at,
        call=CallId(call),
        seq=1,
        ani="+4930123456",
        did="+4930654321",
        ani_name="Somebody",
        direction=Direction.INBOUND,
        flow=FlowId("main"),
    )


def finished(call: str = "c1", at: int = NOW, *, lost: bool = False) -> facts.CallFinished:
    outcome = CallOutcome.ANSWERED
    return facts.CallFinished(at=at, call=CallId(call), seq=9, outcome=outcome, lost=lost)


def agent(
    presence: Presence, work: Work, *, at: int = NOW, since: int = NOW, who: AgentId = ANA
) -> AgentChanged:
    return AgentChanged(at=at, agent=who, presence=presence, reason="", work=work, since=since)


def talked(seq: int = 5, talk_s: int = 60, hold_s: int = 10) -> facts.ConversationEnded:
    return facts.ConversationEnded(
        at=NOW,
        call=CallId("c1"),
        seq=seq,
        agent=ANA,
        queue=SALES,
        talk_us=talk_s * S,
        hold_us=hold_s * S,
    )


def test_calls_are_counted_by_how_they_ended(told):
    told.sink.publish([started("c1"), started("c2"), finished("c1"), started("c3")])
    told.sink.publish([finished("c3", lost=True)])
    assert told.value("calls_started_total", direction="inbound") == 3
    assert told.value("calls_finished_total", outcome="answered") == 2
    assert told.value("calls_lost_total") == 1


def test_facts_told_twice_count_once(told):
    for _ in range(3):
        told.sink.publish([started(), finished()])
    assert told.value("calls_started_total", direction="inbound") == 1
    assert told.value("calls_finished_total", outcome="answered") == 1


def test_what_was_decided_before_this_process_is_not_counted_again(told):
    told.sink.publish(
        [started("old", NOW - S), started("gone", NOW - S), finished("gone", NOW - 1)]
    )
    assert told.value("calls_started_total", direction="inbound") is None
    assert told.value("calls_finished_total", outcome="answered") is None
    told.sink.publish([finished("old", NOW + S)])
    assert told.value("calls_finished_total", outcome="answered") == 1


def test_prompts_that_could_not_be_played_are_counted_by_flow(told):
    for call, failed in (("c1", 2), ("c2", 0), ("c3", 1)):
        fact = facts.NodeLeft(
            at=NOW,
            call=CallId(call),
            seq=1,
            flow=FlowId("main"),
            node="menu",
            edge="next",
            entered_at=NOW,
            prompts_failed=failed,
        )
        told.sink.publish([fact, fact])
    assert told.value("prompts_failed_total", flow="main") == 3


def test_waits_are_counted_with_their_length_by_outcome(told):
    for seq, waited_s in ((1, 3), (2, 40)):
        told.sink.publish(
            [
                facts.WaitEnded(
                    at=NOW,
                    call=CallId("c1"),
                    seq=seq,
                    queue=SALES,
                    outcome=QueueOutcome.ANSWERED,
                    waited_us=waited_s * S,
                )
            ]
        )
    labels = {"queue": "sales", "outcome": "answered"}
    assert told.value("queue_wait_seconds_count", **labels) == 2
    assert told.value("queue_wait_seconds_sum", **labels) == 43
    assert told.value("queue_wait_seconds_bucket", **labels, le="20.0") == 1


def test_a_queue_shows_its_newest_state(told):
    for waiting, since in ((3, NOW), (0, None)):
        told.sink.publish(
            [
                facts.QueueChanged(
                    at=NOW,
                    queue=SALES,
                    waiting=waiting,
                    offering=1,
                    idle=2,
                    logged_in=4,
                    oldest_since=since,
                )
            ]
        )
        assert told.value("queue_waiting", queue="sales") == waiting
        assert told.value("queue_oldest_since_seconds", queue="sales") == (since or 0) / S
    assert told.value("queue_offering", queue="sales") == 1
    assert told.value("queue_agents_idle", queue="sales") == 2
    assert told.value("queue_agents_logged_in", queue="sales") == 4


def test_offers_are_counted_by_result(told):
    told.sink.publish(
        [
            facts.OfferEnded(
                at=NOW,
                call=CallId("c1"),
                seq=2,
                reservation=ReservationId("r"),
                agent=ANA,
                result=OfferResult.NO_ANSWER,
            )
        ]
    )
    assert told.value("offers_total", result="no_answer") == 1


def test_an_offer_that_was_taken_is_counted_as_connected(told):
    told.sink.publish(
        [
            facts.CallConnected(
                at=NOW,
                call=CallId("c1"),
                seq=2,
                reservation=ReservationId("r"),
                agent=ANA,
                queue=QueueId("sales"),
                waited_us=0,
            )
        ]
    )
    assert told.value("offers_total", result="connected") == 1


def test_each_agent_is_in_one_state(told):
    bob = AgentId("bob")
    told.sink.publish([agent(Presence.READY, Work.IDLE), agent(Presence.READY, Work.IDLE, who=bob)])
    assert told.value("agents", presence="ready", work="idle") == 2
    told.sink.publish([agent(Presence.READY, Work.TALKING), agent(Presence.READY, Work.TALKING)])
    assert told.value("agents", presence="ready", work="idle") == 1
    assert told.value("agents", presence="ready", work="talking") == 1


@pytest.mark.parametrize("talk_first", [True, False])
def test_handle_time_is_talk_hold_and_wrap_up_together(told, talk_first):
    wrapping = agent(Presence.READY, Work.WRAP_UP, since=NOW)
    order = [talked(), wrapping] if talk_first else [wrapping, talked()]
    told.sink.publish([agent(Presence.READY, Work.TALKING), *order])
    assert told.value("talk_seconds_sum", queue="sales") == 60
    assert told.value("handle_seconds_count", queue="sales") is None
    told.sink.publish([agent(Presence.READY, Work.IDLE, at=NOW + 25 * S, since=NOW + 25 * S)])
    assert told.value("handle_seconds_sum", queue="sales") == 95
    assert told.value("handle_seconds_count", queue="sales") == 1


def test_without_wrap_up_handle_time_is_talk_and_hold(told):
    told.sink.publish([agent(Presence.READY, Work.TALKING), talked()])
    told.sink.publish([agent(Presence.PAUSED, Work.IDLE, at=NOW + 90 * S)])
    assert told.value("handle_seconds_sum", queue="sales") == 70


def test_the_phone_system_is_up_or_down(told):
    for up in (True, False):
        told.sink.publish([facts.ProviderChanged(at=NOW, provider="asterisk", up=up)])
        assert told.value("provider_up", provider="asterisk") == up


def test_bugs_that_were_contained_are_counted(told):
    fault = facts.FaultFound(at=NOW, call=None, event="KeyPressed", message="no")
    told.sink.publish([fault, fault])
    assert told.value("faults_total") == 2


def test_gauges_that_others_add_are_read_when_scraped(told):
    depth = [3]
    told.metrics.watch("inbox_depth", "Events that wait", lambda: len(depth))
    assert told.value("inbox_depth") == 1
    depth.append(4)
    assert told.value("inbox_depth") == 2


async def test_the_loops_lag_is_measured(told, monkeypatch):
    measured = asyncio.Event()
    observe = told.metrics._lag.observe

    def noticed(value: float) -> None:
        observe(value)
        measured.set()

    monkeypatch.setattr(told.metrics._lag, "observe", noticed)
    task = asyncio.ensure_future(told.metrics.watch_loop(0.001))
    async with asyncio.timeout(10):
        await measured.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert told.value("loop_lag_seconds_count") >= 1
    assert told.value("loop_lag_seconds_sum") >= 0


def test_memory_is_bounded_however_many_calls_there_were(told, monkeypatch):
    monkeypatch.setattr("contact_center.runtime.metrics._MAX_CALLS", 100)
    for number in range(1000):
        told.sink.publish([started(f"c{number}")])
    assert len(told.metrics._seen) == 100
    assert told.value("calls_started_total", direction="inbound") == 1000


def test_nobodys_number_name_or_id_is_scraped(told):
    told.sink.publish([started(), agent(Presence.READY, Work.IDLE), talked(), finished()])
    scraped = generate_latest(told.registry).decode()
    for personal in ("4930", "Somebody", "ana", "c1"):
        assert f'"{personal}' not in scraped
    assert "process_cpu_seconds_total" in scraped
