"""What Asterisk is asked so that a caller's words are heard, and what the core is told of them."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from contact_center.adapters.asterisk import ari_messages as wire
from contact_center.adapters.asterisk.ari_link import Ask, Reply
from contact_center.adapters.asterisk.book import Book
from contact_center.adapters.asterisk.listening import Listening
from contact_center.adapters.asterisk.translate import Translation
from contact_center.core.commands import Listen, StopListen
from contact_center.core.events import Event, SpeechFinal, SpeechStarted
from contact_center.core.ids import CallId, CommandId, LegId, ListenId

CALLER = LegId("1732240000.7")
CALL = CallId(CALLER)


class Ear:
    """A hearing that notes what happens to it."""

    def __init__(self, began: Callable[[], None], understood: Callable[[str, float], None]) -> None:
        self.began, self.understood = began, understood
        self.closed = False

    def feed(self, sound: bytes) -> None:
        raise AssertionError("there is no sound here")

    def close(self) -> None:
        self.closed = True


class Recogniser:
    def __init__(self, *, away: bool = False) -> None:
        self.ears: list[Ear] = []
        self.asked: list[tuple[tuple[str, ...], str]] = []
        self.away = away

    def listen(
        self,
        words: Sequence[str],
        language: str,
        began: Callable[[], None],
        understood: Callable[[str, float], None],
    ) -> Ear | None:
        self.asked.append((tuple(words), language))
        if self.away:
            return None
        self.ears.append(Ear(began, understood))
        return self.ears[-1]


class Desk:
    """Listening with an Asterisk that only notes what it is asked."""

    def __init__(self, recogniser: Recogniser | None = None) -> None:
        self.asks: list[Ask] = []
        self.replies: list[Callable[[Any], None]] = []
        self.told: list[Event] = []
        self.recogniser = recogniser or Recogniser()
        self.book = Book()
        self.book.begin(CALLER, up=True)
        self.listening = Listening(
            self.book,
            self.recogniser,
            "http://127.0.0.1:8088",
            "acd",
            self._request,
            lambda *events: self.told.extend(events),
            "n",
        )

    def _request(self, ask: Ask, on_reply: Callable[[Any], None], *_: object) -> None:
        self.asks.append(ask)
        self.replies.append(on_reply)

    def take_asked(self) -> list[str]:
        asked = [f"{ask.method} {ask.uri}" for ask in self.asks]
        self.asks.clear()
        return asked

    def listen(self, listen: str = "l-1", *words: str) -> None:
        self.listening.take([listening(listen, *words)])


def listening(listen: str, *words: str) -> Listen:
    return Listen(
        cmd=CommandId("c1"),
        call=CALL,
        leg=CALLER,
        listen=ListenId(listen),
        words=words,
        language="en-US",
    )


def stop(listen: str = "l-1") -> StopListen:
    return StopListen(cmd=CommandId("c2"), call=CALL, leg=CALLER, listen=ListenId(listen))


def began(channel: str, name: str) -> Any:
    body = {
        "type": "StasisStart",
        "timestamp": "2026-11-22T10:00:00.000+0000",
        "args": [],
        "channel": {"id": channel, "name": name, "state": "Up"},
    }
    return wire.decode(json.dumps(body).encode())


NAME = f"ear-n1-{CALLER}"
ENDING = [
    f"DELETE channels/{NAME}-s",
    f"DELETE channels/{NAME}-m",
    f"DELETE bridges/{NAME}-b",
]


@pytest.fixture
def desk() -> Desk:
    one = Desk()
    one.listen("l-1", "balance", "card")
    return one


def test_a_channel_hears_the_caller_and_another_carries_the_sound(desk: Desk) -> None:
    assert desk.recogniser.asked == [(("balance", "card"), "en-US")]
    media, snoop = desk.asks
    assert (media.method, media.uri) == ("POST", "channels/externalMedia")
    assert dict(media.query)["transport"] == "websocket"
    assert dict(media.query)["format"] == "slin"
    assert snoop.uri == f"channels/{CALLER}/snoop/{NAME}-s"
    assert dict(snoop.query)["spy"] == "in"


def test_the_two_meet_when_both_are_there_and_are_nobody_who_calls_us(desk: Desk) -> None:
    desk.take_asked()
    media = began(f"{NAME}-m", "WebSocket/INCOMING/0x1")
    snoop = began(f"{NAME}-s", f"Snoop/{CALLER}-0")
    desk.listening.heard(media)
    assert desk.take_asked() == []
    desk.listening.heard(snoop)
    assert desk.take_asked() == [f"POST bridges/{NAME}-b", f"POST bridges/{NAME}-b/addChannel"]
    assert Translation(desk.book)(media) == Translation(desk.book)(snoop) == []


def test_the_core_is_told_what_was_said_while_it_listens(desk: Desk) -> None:
    (ear,) = desk.recogniser.ears
    ear.began()
    ear.understood("balance", 0.8)
    common = {"call": CALL, "leg": CALLER, "listen": ListenId("l-1")}
    assert desk.told == [
        SpeechStarted(**common),  # type: ignore[arg-type]
        SpeechFinal(text="balance", confidence=0.8, **common),  # type: ignore[arg-type]
    ]
    desk.listening.take([stop()])
    ear.understood("card", 0.9)
    ear.began()
    assert len(desk.told) == 2


def test_all_of_it_ends_with_the_listening(desk: Desk) -> None:
    desk.take_asked()
    desk.listening.take([stop("l-0")])
    assert desk.take_asked() == []
    desk.listening.take([stop()])
    assert desk.take_asked() == ENDING
    assert desk.recogniser.ears[0].closed
    desk.listening.take([stop()])
    assert desk.take_asked() == []


def test_it_ends_with_the_leg_with_another_listening_and_with_the_connection(desk: Desk) -> None:
    desk.take_asked()
    desk.listen("l-2", "balance")
    assert desk.take_asked()[:3] == ENDING
    desk.listening.gone(CALLER)
    assert len(desk.take_asked()) == 3
    desk.listen("l-3", "balance")
    desk.take_asked()
    desk.listening.disconnected()
    assert len(desk.take_asked()) == 3
    assert all(ear.closed for ear in desk.recogniser.ears)


def test_a_channel_that_comes_too_late_is_ended(desk: Desk) -> None:
    desk.listening.take([stop()])
    desk.take_asked()
    desk.listening.heard(began(f"{NAME}-s", f"Snoop/{CALLER}-0"))
    assert desk.take_asked() == [f"DELETE channels/{NAME}-s"]


@pytest.mark.parametrize("number", [0, 1])
def test_without_one_of_its_parts_there_is_no_listening(
    desk: Desk, number: int, caplog: pytest.LogCaptureFixture
) -> None:
    desk.take_asked()
    desk.replies[number](Reply(500, "no"))
    assert desk.take_asked() == ENDING
    assert "words cannot be listened for" in caplog.text


def test_an_asterisk_without_media_over_websockets_is_told_of(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.take_asked()
    desk.replies[0](Reply(200, "OK", '{"id": "x"}'))
    assert desk.take_asked() == ENDING
    assert "no media over websockets" in caplog.text


def test_keys_alone_and_legs_that_are_gone_need_none_of_it() -> None:
    desk = Desk()
    desk.listen("l-1")
    desk.book.end(CALLER)
    desk.listen("l-2", "balance")
    assert desk.take_asked() == []
    assert desk.recogniser.asked == []
    away = Desk(Recogniser(away=True))
    away.listen("l-1", "balance")
    assert away.take_asked() == []


def test_bridges_that_an_earlier_process_left_are_taken_apart(desk: Desk) -> None:
    asks = desk.listening.left_behind(["ear-old-1-b", f"{NAME}-b", "t-talk"])
    assert [ask.uri for ask in asks] == ["bridges/ear-old-1-b"]
