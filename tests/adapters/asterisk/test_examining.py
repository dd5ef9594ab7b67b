"""Who answered, as Asterisk's AMD() words it."""

from typing import Any

import msgspec
import pytest

from contact_center.adapters.asterisk import ari_messages as wire
from contact_center.adapters.asterisk.book import Book, LegNote
from contact_center.adapters.asterisk.examining import await_quiet, examine, result, unknown
from contact_center.adapters.asterisk.translate import Translation
from contact_center.core.commands import EndCause
from contact_center.core.events import (
    AmdResult,
    AmdVerdict,
    CallAnswered,
    CallEnded,
    Event,
)
from contact_center.core.ids import CallId, LegId, transfer_leg

LEG = transfer_leg(CallId("d-1"), 1)
ANSWERED, LATER = "2026-11-22T09:00:00.100+0000", "2026-11-22T09:00:01.900+0000"
V = AmdVerdict


def note() -> LegNote:
    made = Book().begin(LEG)
    made.answered_at = ANSWERED
    return made


@pytest.mark.parametrize(
    ("status", "cause", "verdict"),
    [
        ("HUMAN", "HUMAN-820-800", V.HUMAN),
        ("MACHINE", "LONGGREETING-1520-1500", V.MACHINE),
        ("MACHINE", "MAXWORDS-7-6", V.MACHINE),
        ("MACHINE", "INITIALSILENCE-2520-2500", V.UNKNOWN),
        ("NOTSURE", "TOOLONG-4500", V.UNKNOWN),
        ("HANGUP", "", V.UNKNOWN),
        ("", "", V.UNKNOWN),
    ],
)
def test_what_is_not_sure_is_not_known(status: str, cause: str, verdict: AmdVerdict) -> None:
    assert result(note(), ("examined", status, cause), LATER).verdict is verdict


def test_the_greeting_ends_where_the_silence_after_it_begins() -> None:
    found = result(note(), ("examined", "HUMAN", "HUMAN-820-800"), LATER)
    assert (found.after_ms, found.greeting_ms) == (1_800, 980)


@pytest.mark.parametrize(
    ("args", "timestamp"),
    [
        (("examined",), LATER),
        (("examined", "HUMAN"), "yesterday"),
        (("examined", "HUMAN", "HUMAN-x-y"), ""),
        (("examined", "HUMAN", "HUMAN-820-800"), "2026-11-22T09:00:01.900"),
    ],
)
def test_what_cannot_be_read_is_left_out(args: tuple[str, ...], timestamp: str) -> None:
    assert result(note(), args, timestamp).greeting_ms is None


def test_a_leg_is_sent_to_the_dial_plan_and_its_silence_waited_for() -> None:
    ask = examine(note(), "acd-amd")
    assert (ask.method, ask.uri) == ("POST", f"channels/{LEG}/continue")
    assert dict(ask.query) == {"context": "acd-amd", "extension": "listen", "priority": "1"}
    assert dict(await_quiet(note()).query)["variable"] == "TALK_DETECT(set)"
    assert unknown(note()).verdict is V.UNKNOWN


class Wired:
    """A translation of what Asterisk says of one dialled leg."""

    def __init__(self) -> None:
        self.book = Book()
        self.note = self.book.begin(LEG)
        self._translate = Translation(self.book)

    def tell(self, kind: str, state: str = "Up", **more: Any) -> list[Event]:
        message = {"type": kind, "channel": {"id": LEG, "name": "PJSIP/x", "state": state}, **more}
        decoded = wire.decode(msgspec.json.encode(message))
        assert not isinstance(decoded, wire.OtherMessage)
        return self._translate(decoded)  # type: ignore[arg-type]


def test_a_leg_that_is_listened_to_lives_on_and_comes_back_with_what_was_found() -> None:
    wired = Wired()
    (answered,) = wired.tell("StasisStart", args=["dialled"], timestamp=ANSWERED)
    assert isinstance(answered, CallAnswered)
    wired.note.examining = True
    assert wired.tell("StasisEnd") == []
    args = ["examined", "MACHINE", "LONGGREETING-1520-1500"]
    (found,) = wired.tell("StasisStart", args=args, timestamp=LATER)
    assert isinstance(found, AmdResult)
    assert (found.verdict, found.beep) == (V.MACHINE, False)
    (beep,) = wired.tell("ChannelTalkingFinished")
    assert isinstance(beep, AmdResult)
    assert beep.beep
    assert wired.tell("ChannelTalkingFinished") == [], "it is told once"
    (ended,) = wired.tell("StasisEnd")
    assert isinstance(ended, CallEnded)


def test_a_leg_that_is_gone_while_it_is_listened_to_has_ended() -> None:
    wired = Wired()
    wired.tell("StasisStart", args=["dialled"], timestamp=ANSWERED)
    wired.note.examining = True
    wired.tell("StasisEnd")
    wired.tell("ChannelHangupRequest", cause=16)
    (ended,) = wired.tell("ChannelDestroyed", cause=16, cause_txt="")
    assert isinstance(ended, CallEnded)
    assert ended.cause is EndCause.NORMAL


def test_a_process_that_starts_meanwhile_hears_of_the_answer_and_of_what_was_found() -> None:
    wired = Wired()
    args = ["examined", "HUMAN", "HUMAN-820-800"]
    events = wired.tell("StasisStart", args=args, timestamp=LATER)
    assert [type(event) for event in events] == [CallAnswered, AmdResult]


def test_a_person_who_stops_talking_is_nothing_to_tell() -> None:
    wired = Wired()
    wired.tell("StasisStart", args=["dialled"], timestamp=ANSWERED)
    assert wired.tell("ChannelTalkingFinished") == []
    assert LegId(LEG) in wired.book.legs
