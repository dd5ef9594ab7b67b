"""A leg that another channel carries on: what is heard of it and asked of it, by which name."""

from __future__ import annotations

from typing import Any

import pytest

from contact_center.adapters.asterisk import ari_messages as wire
from contact_center.adapters.asterisk.ari_link import Ask
from contact_center.adapters.asterisk.book import Book
from contact_center.adapters.asterisk.reconcile import Snapshot, resync
from contact_center.adapters.asterisk.replacing import StandIns
from contact_center.core.events import LegState
from contact_center.core.ids import CallId, LegId, agent_leg, reservation_id, talk_of

CALL = CallId("1795.0")
LEG = agent_leg(reservation_id(CALL, 1, 1))
TALK = talk_of(CALL)
PHONE = "PJSIP/1001-browser"


def channel(name: str, number: int = 1, phone: str = PHONE, account: str = "") -> wire.Channel:
    return wire.Channel(
        id=name,
        name=f"{phone}-{number:08x}",
        state="Up",
        dialplan=wire.Dialplan(app_name="Stasis", app_data="acd"),
        accountcode=account,
    )


def start(new: wire.Channel, old: wire.Channel) -> wire.StasisStart:
    return wire.StasisStart(channel=new, replace_channel=old)


def bridge(*channels: str) -> wire.Bridge:
    return wire.Bridge(id=TALK, channels=channels)


class Line:
    """A caller and an agent in a talk, the agent's leg carried by another channel."""

    def __init__(self) -> None:
        self.book = Book()
        self.book.begin(LegId(CALL), up=True)
        self.note = self.book.begin(LEG, up=True)
        self.book.move(self.note, TALK)
        self.stand_ins = StandIns()

    def take(self, new: str = "1795.2", old: str = LEG, **changes: Any) -> tuple[Ask, ...]:
        return self.stand_ins.take(start(channel(new, 2, **changes), channel(old)), self.book)


def test_the_same_phones_new_channel_carries_the_leg_and_is_marked_with_it() -> None:
    line = Line()
    assert line.take() == (
        Ask(
            "POST",
            "channels/1795.2/variable",
            (("variable", "CHANNEL(accountcode)"), ("value", LEG)),
        ),
    )
    asked = line.stand_ins.ask(Ask("POST", f"bridges/{TALK}/addChannel", (("channel", LEG),)))
    assert asked.query == (("channel", "1795.2"),)
    both = Ask("POST", f"bridges/{TALK}/addChannel", (("channel", f"{CALL},{LEG}"),))
    assert line.stand_ins.ask(both).query == (("channel", f"{CALL},1795.2"),)
    for rest in ("", "/mute", "/snoop/s1"):
        assert (
            line.stand_ins.ask(Ask("POST", f"channels/{LEG}{rest}")).uri == f"channels/1795.2{rest}"
        )
    other = Ask("DELETE", f"channels/{CALL}", (("reason_code", "16"),))
    assert line.stand_ins.ask(other) == other


def test_who_is_muted_stays_so() -> None:
    line = Line()
    line.note.muted = True
    assert line.take()[1] == Ask("POST", "channels/1795.2/mute", (("direction", "in"),))


@pytest.mark.parametrize(
    ("new", "old"),
    [
        (channel("n", 2, phone="PJSIP/1002-browser"), channel(LEG)),
        (channel("n", 2, phone="PJSIP/1001"), channel(LEG)),
        (channel("n", 2, phone="Local/600@agents"), channel(LEG, phone="Local/600@agents")),
        (channel("n", 2), channel(CALL)),
        (channel("n", 2), channel("nobody's")),
    ],
)
def test_nobody_else_takes_the_place_of_a_leg(new: wire.Channel, old: wire.Channel) -> None:
    line = Line()
    assert line.stand_ins.take(start(new, old), line.book) == ()
    assert line.stand_ins.ask(Ask("DELETE", f"channels/{LEG}")).uri == f"channels/{LEG}"


def test_what_the_channel_before_does_is_not_heard_and_the_new_one_goes_by_the_legs_name() -> None:
    line = Line()
    line.take()
    heard = line.stand_ins.heard
    assert heard(wire.ChannelLeftBridge(bridge=bridge(CALL), channel=channel(LEG))) is None
    entered = wire.ChannelEnteredBridge(bridge=bridge(CALL, "1795.2"), channel=channel("1795.2", 2))
    assert heard(entered) is None
    assert heard(wire.ChannelHangupRequest(channel=channel(LEG))) is None
    assert heard(wire.StasisEnd(channel=channel(LEG))) is None
    left = heard(wire.ChannelLeftBridge(bridge=bridge(CALL), channel=channel("1795.2", 2)))
    assert left.channel.id == LEG
    again = heard(entered)
    assert again.channel.id == LEG
    caller = wire.ChannelHangupRequest(channel=channel(CALL))
    assert heard(caller) is caller
    assert heard(wire.StasisEnd(channel=channel("1795.2", 2))).channel.id == LEG
    # It is over: whatever comes now is of nobody who is known.
    assert heard(wire.ChannelDestroyed(channel=channel("1795.2", 2))).channel.id == "1795.2"


def test_a_page_may_be_loaded_again_twice() -> None:
    line = Line()
    line.take()
    assert line.take(new="1795.3", old="1795.2") != ()
    assert line.stand_ins.ask(Ask("DELETE", f"channels/{LEG}")).uri == "channels/1795.3"
    key = wire.ChannelDtmfReceived(digit="1", channel=channel("1795.3", 2))
    assert line.stand_ins.heard(key).channel.id == LEG


def snapshot(*channels: wire.Channel) -> Snapshot:
    ids = tuple(one.id for one in channels)
    return Snapshot(
        application=wire.Application(name="acd", channel_ids=ids, bridge_ids=(TALK,)),
        channels=channels,
        bridges=(bridge(*ids),),
    )


def test_a_later_process_learns_who_carries_which_leg() -> None:
    stand_ins, book = StandIns(), Book()
    caller = wire.Channel(
        id=CALL,
        name="PJSIP/trunk-00000000",
        state="Up",
        dialplan=wire.Dialplan(app_name="Stasis", app_data="acd,inbound,1"),
    )
    seen = stand_ins.seen(snapshot(caller, channel("1795.2", 2, account=LEG)))
    told = resync("asterisk", seen, book, frozenset())
    assert {(leg.leg, leg.state, leg.talk) for leg in told.legs} == {
        (CALL, LegState.UP, TALK),
        (LEG, LegState.UP, TALK),
    }
    assert stand_ins.ask(Ask("DELETE", f"channels/{LEG}")).uri == "channels/1795.2"
    # The channel before may still be on its way out, and the new one may go meanwhile.
    both = snapshot(caller, channel(LEG), channel("1795.2", 2, account=LEG))
    assert [one.id for one in stand_ins.seen(both).channels] == [CALL, LEG]
    assert stand_ins.seen(both).bridges[0].channels == (CALL, LEG)
    assert [one.id for one in stand_ins.seen(snapshot(caller)).channels] == [CALL]
    assert stand_ins.ask(Ask("DELETE", f"channels/{LEG}")).uri == f"channels/{LEG}"


def test_an_account_of_a_phones_own_means_nothing() -> None:
    stand_ins = StandIns()
    mine = snapshot(channel("1795.2", 2, account="sales"))
    assert stand_ins.seen(mine) == mine
