"""The demonstration and its traffic."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from contact_center.adapters.simulated.demo import Demo, DemoNumber
from contact_center.adapters.simulated.network import Network
from contact_center.adapters.simulated.telephony import SteppedTelephony
from contact_center.adapters.simulated.traffic import Traffic
from contact_center.core.commands import Answer, Originate
from contact_center.core.events import CallAnswered, CallOffered, Event, KeyPressed
from contact_center.core.ids import CallId, CommandId, LegId


class Stage:
    def __init__(self) -> None:
        self.telephony = SteppedTelephony(Network(leg_prefix="demo"))
        self.events: list[Event] = []
        self.demo = Demo(
            self.telephony,
            devices=["1001", "1002"],
            dids=[DemoNumber(number="100", label="Shop")],
            callers=[DemoNumber(number="+1555", label="Dana")],
            behaviours={"1002": "answer after 2 s"},
        )

    async def do(self, kind: type[Answer | Originate], leg: LegId, **fields: str) -> None:
        await self.telephony.submit(
            [kind(cmd=CommandId("c"), call=CallId("demo-1"), leg=leg, **fields)]  # type: ignore[arg-type]
        )

    def seen(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage()
    await stage.telephony.start(stage.events.append)
    yield stage
    await stage.telephony.stop()


async def test_a_visitor_calls_presses_and_hangs_up(stage: Stage) -> None:
    leg = stage.demo.call("+1555", "100", "Dana")
    assert not stage.demo.press(leg, "1")
    await stage.do(Answer, leg)
    assert stage.demo.press(leg, "1")
    assert [type(event) for event in stage.events[-3:]] == [CallOffered, CallAnswered, KeyPressed]
    view = stage.demo.view(leg)
    assert view is not None
    assert (view["state"], view["hears"]["kind"]) == ("up", "silence")
    assert [sound["kind"] for sound in view["heard"]] == ["ringing", "silence"]
    assert stage.demo.hang_up(leg)
    assert not stage.demo.hang_up(leg)
    over = stage.demo.view(leg, after=view["next"])
    assert over is not None
    assert (over["state"], over["cause"], over["heard"], over["hears"]) == (
        "ended", "normal", [], None,
    )  # fmt: skip


async def test_an_unknown_call_has_no_view(stage: Stage) -> None:
    assert stage.demo.view(LegId("nobody")) is None


async def test_phones_ring_until_somebody_picks_up_unless_told_otherwise(stage: Stage) -> None:
    stage.demo.call("+1555", "100")
    first, second = LegId("a-demo-1-e1-n1"), LegId("a-demo-1-e1-n2")
    await stage.do(Originate, first, to="device:1001")
    await stage.do(Originate, second, to="device:1002")
    stage.telephony.advance(5)
    assert [event.leg for event in stage.seen(CallAnswered)] == [second]  # type: ignore[attr-defined]
    calls = {phone["device"]: phone["calls"][0]["state"] for phone in stage.demo.phones()}
    assert calls == {"1001": "ringing", "1002": "up"}
    assert stage.demo.pick_up("1001")
    assert not stage.demo.pick_up("1001")
    assert len(stage.seen(CallAnswered)) == 2


async def test_traffic_comes_only_when_asked_for_and_stops(stage: Stage) -> None:
    stage.telephony.advance(600)
    assert stage.seen(CallOffered) == []
    stage.demo.set_traffic(6)
    stage.telephony.advance(600)
    came = len(stage.seen(CallOffered))
    assert 30 < came < 90
    stage.demo.set_traffic(0)
    stage.telephony.advance(600)
    assert len(stage.seen(CallOffered)) == came


async def test_traffic_is_bounded(stage: Stage) -> None:
    network = Network()
    network.connect(0)
    traffic = Traffic(network, dids=["100"], live_bound=3)
    traffic.start(60, 0)
    most = 0
    for second in range(120):
        network.advance(second * 1_000_000)
        most = max(most, len(network.legs()))
    assert most == 3


@pytest.mark.parametrize("rate", [-1, 61, float("nan")])
async def test_an_absurd_rate_of_traffic_is_refused(stage: Stage, rate: float) -> None:
    with pytest.raises(ValueError, match="from 0 to 60"):
        stage.demo.set_traffic(rate)
    assert stage.demo.traffic.per_minute == 0


async def test_another_center_brings_its_phones_and_numbers_and_keeps_calls(stage: Stage) -> None:
    leg = stage.demo.call("+1555", "100")
    stage.demo.refit(devices=["1001", "1009"], dids=[DemoNumber(number="200")], outside=["911"])
    assert {phone["device"] for phone in stage.demo.phones()} == {"1001", "1002", "1009", "911"}
    assert [did.number for did in stage.demo.dids] == ["200"]
    view = stage.demo.view(leg)
    assert view is not None
    assert view["did"] == "100"
    assert stage.demo.traffic.dids == ("200",)
