"""What is made of device states: who is asked about, when, and which answers count."""

import asyncio
import json
from typing import Any

import pytest

from contact_center.adapters.asterisk import ari_messages as wire
from contact_center.adapters.asterisk import devices as module
from contact_center.adapters.asterisk.ari_link import Ask, OnReply, Reply
from contact_center.adapters.asterisk.devices import AT_A_TIME, Devices
from contact_center.adapters.asterisk.errors import AriDisconnectedError, AriRequestError
from contact_center.adapters.asterisk.settings import AsteriskSettings
from contact_center.core.acd_events import DeviceChanged, DeviceState


class Desk:
    """Devices whose requests wait to be answered."""

    def __init__(self, **changes: Any) -> None:
        settings = AsteriskSettings(url="http://127.0.0.1:1", password="x", **changes)
        self.asked: list[tuple[Ask, OnReply]] = []
        self.told: list[DeviceChanged] = []
        self.came = asyncio.Event()
        self.devices = Devices(settings, self._request, self.told.append)

    def _request(self, ask: Ask, on_reply: OnReply) -> None:
        self.asked.append((ask, on_reply))
        self.came.set()

    def answer(self, reply: Reply | AriRequestError) -> None:
        self.asked.pop(0)[1](reply)

    def say(self, state: str) -> None:
        name = self.asked[0][0].uri.removeprefix("deviceStates/").replace("%2F", "/")
        self.answer(Reply(200, body=json.dumps({"name": name, "state": state})))

    def change(self, name: str, state: str) -> None:
        self.devices.heard(wire.DeviceStateChanged(wire.DeviceState(name, state)))

    @property
    def states(self) -> list[tuple[str, str]]:
        return [(event.device, event.state.value) for event in self.told]


def connected(*names: str) -> Desk:
    desk = Desk()
    desk.devices.watch(names)
    desk.devices.connected()
    desk.answer(Reply(200))
    return desk


def test_it_subscribes_once_and_asks_about_each_phone() -> None:
    desk = Desk()
    desk.devices.watch(["ana", "b.c"])
    assert desk.asked == []
    desk.devices.connected()
    ask = desk.asked[0][0]
    assert (ask.method, ask.uri) == ("POST", "applications/acd/subscription")
    assert ask.query == (("eventSource", "deviceState:"),)
    desk.answer(Reply(200))
    assert [ask.uri for ask, _ in desk.asked] == [
        "deviceStates/PJSIP%2Fana",
        "deviceStates/PJSIP%2Fb.c",
    ]


@pytest.mark.parametrize(
    ("asterisk", "state"),
    [
        ("NOT_INUSE", DeviceState.IDLE),
        ("INUSE", DeviceState.IN_USE),
        ("BUSY", DeviceState.IN_USE),
        ("ONHOLD", DeviceState.IN_USE),
        ("RINGINUSE", DeviceState.IN_USE),
        ("RINGING", DeviceState.RINGING),
        ("UNAVAILABLE", DeviceState.UNAVAILABLE),
        ("INVALID", DeviceState.INVALID),
        ("UNKNOWN", DeviceState.UNKNOWN),
        ("SOMETHING_NEW", DeviceState.UNKNOWN),
    ],
)
def test_states_are_those_of_the_core(asterisk: str, state: DeviceState) -> None:
    desk = connected("ana")
    desk.say(asterisk)
    assert desk.told == [DeviceChanged(device="ana", state=state)]


def test_without_phones_nothing_is_asked() -> None:
    desk = Desk()
    desk.devices.connected()
    assert desk.asked == []


def test_devices_that_are_nobodys_phone_are_not_told_of() -> None:
    desk = connected("ana")
    desk.change("PJSIP/trunk", "INUSE")
    desk.change("Queue:sales", "NOT_INUSE")
    assert desk.told == []


def test_phones_behind_another_exchange_have_no_state_here() -> None:
    desk = Desk(device_address="PJSIP/{device}@office")
    desk.devices.watch(["ana"])
    desk.devices.connected()
    assert desk.asked == []


def test_a_change_that_overtakes_the_answer_counts() -> None:
    desk = connected("ana")
    desk.change("PJSIP/ana", "INUSE")
    desk.say("NOT_INUSE")
    assert desk.states == [("ana", "in_use")]


def test_a_phone_that_was_heard_of_is_not_asked_about() -> None:
    names = [f"p{n}" for n in range(AT_A_TIME + 1)]
    desk = connected(*names)
    assert len(desk.asked) == AT_A_TIME
    desk.change(f"PJSIP/{names[-1]}", "RINGING")
    for _ in range(AT_A_TIME):
        desk.say("NOT_INUSE")
    assert desk.asked == []
    assert len(desk.told) == AT_A_TIME + 1


def test_many_phones_are_asked_about_a_few_at_a_time() -> None:
    desk = connected(*(f"p{n}" for n in range(50)))
    most = 0
    while desk.asked:
        most = max(most, len(desk.asked))
        desk.say("NOT_INUSE")
    assert (most, len(desk.told)) == (AT_A_TIME, 50)


def test_answers_of_an_earlier_connection_do_not_count() -> None:
    desk = connected("ana")
    desk.devices.disconnected()
    desk.say("INUSE")
    assert desk.told == []
    desk.devices.connected()
    desk.answer(Reply(200))
    desk.say("NOT_INUSE")
    assert desk.states == [("ana", "idle")]


def test_a_lost_connection_ends_the_asking() -> None:
    desk = connected("ana")
    desk.answer(AriDisconnectedError("gone"))
    assert desk.asked == []


def test_new_phones_are_asked_about_and_known_ones_told_again() -> None:
    desk = connected("ana")
    desk.say("NOT_INUSE")
    desk.devices.watch(["ana"])
    assert desk.asked == []
    desk.devices.watch(["ana", "ben"])
    desk.answer(Reply(200))
    desk.say("NOT_INUSE")
    desk.say("UNAVAILABLE")
    assert desk.states[1:] == [("ana", "idle"), ("ben", "unavailable")]


def test_an_asterisk_without_device_states_is_used_without(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk = Desk()
    desk.devices.watch(["ana"])
    desk.devices.connected()
    desk.answer(Reply(404))
    assert desk.asked == []
    assert "calls go on without" in caplog.text


@pytest.mark.parametrize("reply", [Reply(404), Reply(200, body="[]")])
def test_one_phone_that_cannot_be_asked_about_keeps_nobody(
    reply: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    desk = connected(*(f"p{n}" for n in range(AT_A_TIME + 1)))
    desk.answer(reply)
    assert len(desk.asked) == AT_A_TIME
    assert "phone" in caplog.text


async def test_a_question_without_an_answer_is_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "AGAIN_S", 0.0)
    desk = connected("ana")
    desk.came.clear()
    desk.answer(AriRequestError("too many requests"))
    async with asyncio.timeout(5):
        await desk.came.wait()
    desk.say("INUSE")
    assert desk.states == [("ana", "in_use")]


def test_a_phone_that_is_elsewhere_is_asked_about_there_and_one_outside_is_reachable() -> None:
    at = {"ana": "", "ben": ""}
    desk = Desk(where=at.__getitem__)
    desk.devices.watch(["ana", "ben"])
    desk.devices.connected()
    desk.answer(Reply(200))
    desk.say("NOT_INUSE")
    desk.say("NOT_INUSE")
    at["ana"] = "browser"
    desk.devices.moved("ana")
    assert [ask.uri for ask, _ in desk.asked] == ["deviceStates/PJSIP%2Fana-browser"]
    desk.say("UNAVAILABLE")
    desk.change("PJSIP/ana", "INUSE")
    desk.change("PJSIP/ana-browser", "NOT_INUSE")
    at["ben"] = "+14155550123"
    desk.devices.moved("ben")
    desk.change("PJSIP/ben", "UNAVAILABLE")
    assert desk.asked == []
    assert desk.states[2:] == [("ana", "unavailable"), ("ana", "idle"), ("ben", "unknown")]
