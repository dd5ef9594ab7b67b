"""What is alive after a connect: pure."""

import json
from typing import Any

import msgspec
import pytest

from contact_center.adapters.asterisk.book import Book
from contact_center.adapters.asterisk.reconcile import Snapshot, resync
from contact_center.core.events import LegState, ProviderResynced
from contact_center.core.ids import LegId

CALLER, OTHER = "1732240000.7", "1732240000.10"
AGENT = f"a-{CALLER}-e1-n1"
TALK = f"t-{CALLER}"


def channel(channel_id: str, **changes: Any) -> dict[str, Any]:
    made = {
        "id": channel_id,
        "name": "PJSIP/x-1",
        "state": "Up",
        "caller": {"name": "Ann", "number": "15551230001"},
        "dialplan": {"app_name": "Stasis", "app_data": "acd,inbound,5550100", "exten": "enter"},
        "creationtime": "2026-11-22T02:00:00.000+0000",
    }
    return {**made, **changes}


def ringing(name: str) -> dict[str, Any]:
    dialplan = {"app_name": "AppDial2", "app_data": "(Outgoing Line)"}
    return channel(name, state="Ringing", dialplan=dialplan)


def snapshot(
    channels: list[dict[str, Any]],
    bridges: list[dict[str, Any]] | None = None,
    mine: tuple[str, ...] = (CALLER, AGENT),
) -> Snapshot:
    application = {"name": "acd", "channel_ids": mine, "bridge_ids": [TALK]}
    return Snapshot.read(json.dumps(application), json.dumps(channels), json.dumps(bridges or []))


def told(
    taken: Snapshot, book: Book | None = None, began: tuple[str, ...] = ()
) -> ProviderResynced:
    return resync("asterisk", taken, book or Book(), frozenset(map(LegId, began)))


def test_callers_and_dialled_legs_are_told_in_order_of_creation() -> None:
    later = channel(OTHER, creationtime="2026-11-22T02:00:00.000+0000")
    agent = ringing(AGENT) | {"creationtime": "2026-11-22T02:00:01.000+0000"}
    event = told(snapshot([agent, later, channel(CALLER)]))
    assert [(leg.leg, leg.state) for leg in event.legs] == [
        (CALLER, LegState.UP),
        (OTHER, LegState.UP),
        (AGENT, LegState.RINGING),
    ]
    assert (event.legs[0].ani, event.legs[0].did) == ("15551230001", "5550100")
    assert event.legs[2].did == ""


@pytest.mark.parametrize(
    "stranger",
    [
        channel("9.1", dialplan={"app_name": "Playback", "app_data": "acd"}),
        channel("9.1", dialplan={"app_name": "Stasis", "app_data": "another,inbound,1"}),
        channel("9.1", name="Snoop/1.7-0001"),
        channel("9.1", name="Recorder/ARI-1"),
        channel("a b"),
        ringing("a-9.1-e1-n1"),
    ],
)
def test_channels_that_are_not_ours_are_left_alone(stranger: dict[str, Any]) -> None:
    book = Book()
    assert told(snapshot([stranger]), book).legs == ()
    assert book.legs == {}


def test_legs_are_told_with_the_talk_they_are_in() -> None:
    bridge = {"id": TALK, "channels": [CALLER, AGENT], "creationtime": "x"}
    foreign = {"id": "conference", "channels": ["9.9"]}
    agent = channel(AGENT, dialplan={"app_name": "Stasis", "app_data": "acd,dialled"})
    event = told(snapshot([channel(CALLER), agent], [foreign, bridge]))
    assert [leg.talk for leg in event.legs] == [TALK, TALK]
    assert event.talks == (TALK,)


def test_what_the_book_knows_is_kept_and_what_is_gone_is_forgotten() -> None:
    book = Book()
    book.begin(LegId(CALLER), up=True).music = "jazz"
    book.begin(LegId(OTHER), up=True)
    event = told(snapshot([channel(CALLER)]), book)
    assert [leg.leg for leg in event.legs] == [CALLER]
    assert book.legs[LegId(CALLER)].music == "jazz"
    assert book.has_ended(LegId(OTHER))


def test_a_leg_that_ended_while_the_answer_was_on_its_way_is_not_told() -> None:
    book = Book()
    book.begin(LegId(CALLER), up=True)
    book.end(LegId(CALLER))
    assert told(snapshot([channel(CALLER)]), book).legs == ()


def test_a_leg_that_began_while_the_answer_was_on_its_way_is_told() -> None:
    book = Book()
    book.begin(LegId(OTHER))
    event = told(snapshot([]), book, began=(OTHER, CALLER))
    assert [(leg.leg, leg.state) for leg in event.legs] == [(OTHER, LegState.RINGING)]


def test_a_dialled_leg_that_is_up_but_not_yet_with_us_still_rings() -> None:
    dialplan = {"app_name": "AppDial2", "app_data": ""}
    event = told(snapshot([channel(AGENT, dialplan=dialplan)]))
    assert [leg.state for leg in event.legs] == [LegState.RINGING]


@pytest.mark.parametrize("bodies", [("", "", ""), ("{}", "[]", "[]"), ('{"name":"x"}', "{}", "[]")])
def test_an_answer_that_is_not_understood_is_an_error(bodies: tuple[str, str, str]) -> None:
    with pytest.raises(msgspec.DecodeError):
        Snapshot.read(*bodies)
