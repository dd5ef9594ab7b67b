"""ARI events to core events: pure, trap by trap."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.adapters.asterisk import ari_messages as wire
from contact_center.adapters.asterisk.book import ENDED_BOUND, Book
from contact_center.adapters.asterisk.causes import Q850, REASON_CODE, SIP, end_cause
from contact_center.adapters.asterisk.translate import Translation, clean_number, clean_text
from contact_center.core.commands import EndCause
from contact_center.core.events import (
    CallAnswered,
    CallEnded,
    CallEvent,
    CallOffered,
    CallProgress,
    EndedBy,
    Event,
    KeyPressed,
    PlaybackFailed,
    PlaybackFinished,
    ProgressKind,
    RecordingFinished,
    TalkEnded,
    TalkJoined,
    TalkLeft,
    WaitingLeft,
)
from contact_center.core.ids import LegId, TalkId

CALLER = "1732240000.7"
AGENT = f"a-{CALLER}-e1-n1"
TALK = f"t-{CALLER}"


class Wired:
    """A translation, fed with JSON as Asterisk sends it."""

    def __init__(self) -> None:
        self.book = Book()
        self.translate = Translation(self.book)
        self.events: list[Event] = []

    def tell(self, kind: str, channel: str = CALLER, state: str = "Up", **more: Any) -> list[Event]:
        caller = more.pop("caller", {"name": "Ann", "number": "15551230001"})
        body = {"id": channel, "name": more.pop("name", "PJSIP/x"), "state": state}
        message = {"type": kind, "channel": {**body, "caller": caller}, **more}
        decoded = wire.decode(msgspec.json.encode(message))
        assert not isinstance(decoded, wire.OtherMessage)
        events = self.translate(decoded)  # type: ignore[arg-type]
        self.events += events
        return events

    def offered(self, **more: Any) -> CallOffered:
        more.setdefault("state", "Ring")
        (event,) = self.tell("StasisStart", args=["inbound", "5550100"], **more)
        assert isinstance(event, CallOffered)
        return event

    def dialled(self) -> None:
        self.book.begin(LegId(AGENT))

    def bridge(self, kind: str, channel: str, bridge: str = TALK) -> list[Event]:
        return self.tell(kind, channel, bridge={"id": bridge, "channels": []})


@pytest.fixture
def wired() -> Wired:
    return Wired()


def test_an_offered_call_says_who_and_what(wired: Wired) -> None:
    event = wired.offered()
    assert (event.call, event.leg) == (CALLER, CALLER)
    assert (event.ani, event.did, event.ani_name) == ("15551230001", "5550100", "Ann")
    assert not event.answered


def test_a_call_that_was_answered_by_the_dial_plan_is_offered_as_answered(wired: Wired) -> None:
    assert wired.offered(state="Up").answered
    assert wired.tell("ChannelStateChange", state="Up") == []


def test_a_call_is_offered_once(wired: Wired) -> None:
    wired.offered()
    assert wired.tell("StasisStart", args=["inbound", "5550100"]) == []


@pytest.mark.parametrize("name", ["Snoop/x", "Announcer/ARI-1", "Recorder/ARI-1"])
def test_channels_that_asterisk_makes_for_itself_are_no_calls(wired: Wired, name: str) -> None:
    assert wired.tell("StasisStart", args=[], name=name) == []


def test_a_leg_that_somebody_dials_in_our_name_is_told(wired: Wired) -> None:
    (ringing,) = wired.tell("ChannelStateChange", AGENT, "Ringing")
    assert isinstance(ringing, CallProgress)
    assert wired.tell("ChannelStateChange", "a-stranger", "Ringing") == []
    wired.book.end(LegId(AGENT))
    assert wired.tell("ChannelStateChange", AGENT, "Ringing") == []


@pytest.mark.parametrize("channel", ["a b", "x;2", "x/../y", "ü", "x" * 200, ""])
def test_a_channel_with_an_unsafe_id_is_left_alone(wired: Wired, channel: str) -> None:
    assert wired.tell("StasisStart", channel, args=["inbound", "1"]) == []
    assert wired.book.legs == {}


def test_an_answered_caller_is_told_once(wired: Wired) -> None:
    wired.offered()
    (event,) = wired.tell("ChannelStateChange", state="Up")
    assert isinstance(event, CallAnswered)
    assert wired.tell("ChannelStateChange", state="Up") == []


def test_a_dialled_leg_is_answered_when_it_takes_commands_not_when_it_is_up(wired: Wired) -> None:
    wired.dialled()
    (ringing,) = wired.tell("ChannelStateChange", AGENT, state="Ringing")
    assert isinstance(ringing, CallProgress)
    assert ringing.kind is ProgressKind.RINGING
    assert wired.tell("ChannelStateChange", AGENT, state="Ringing") == []
    assert wired.tell("ChannelStateChange", AGENT, state="Up") == []
    (answered,) = wired.tell("StasisStart", AGENT, args=["dialled"])
    assert isinstance(answered, CallAnswered)
    assert answered.call == CALLER


def test_a_leg_we_dialled_before_a_restart_is_not_offered_as_a_call(wired: Wired) -> None:
    (answered,) = wired.tell("StasisStart", AGENT, args=["dialled"])
    assert isinstance(answered, CallAnswered)


def test_a_caller_who_hangs_up_ended_by_the_far_end(wired: Wired) -> None:
    wired.offered()
    wired.tell("ChannelStateChange", state="Up")
    assert wired.tell("ChannelHangupRequest") == []
    (ended,) = wired.tell("StasisEnd")
    assert isinstance(ended, CallEnded)
    assert (ended.cause, ended.by) == (EndCause.NORMAL, EndedBy.FAR_END)


def test_the_end_comes_once_and_last_whatever_follows(wired: Wired) -> None:
    wired.offered()
    wired.tell("ChannelHangupRequest", cause=127, tech_cause=487)
    (ended,) = wired.tell("StasisEnd")
    assert isinstance(ended, CallEnded)
    assert ended.cause is EndCause.CANCELED
    assert wired.tell("ChannelHangupRequest", cause=16) == []
    assert wired.tell("ChannelDestroyed", cause=0) == []
    assert wired.tell("ChannelDtmfReceived", digit="1") == []
    assert wired.tell("StasisStart", args=["inbound", "1"]) == []


def test_the_flags_of_a_soft_request_are_no_cause(wired: Wired) -> None:
    wired.dialled()
    wired.book.legs[LegId(AGENT)].wanted = EndCause.NORMAL
    wired.tell("ChannelHangupRequest", AGENT, cause=32, soft=True)
    (ended,) = wired.tell("ChannelDestroyed", AGENT, cause=16)
    assert isinstance(ended, CallEnded)
    assert (ended.cause, ended.by, ended.q850) == (EndCause.CANCELED, EndedBy.US, 16)


def test_the_first_informative_cause_counts(wired: Wired) -> None:
    wired.dialled()
    wired.tell("ChannelHangupRequest", AGENT, cause=0)
    wired.tell("ChannelHangupRequest", AGENT, cause=17, tech_cause=486)
    (ended,) = wired.tell("ChannelDestroyed", AGENT, cause=0)
    assert isinstance(ended, CallEnded)
    assert (ended.cause, ended.q850, ended.sip_code) == (EndCause.BUSY, 17, 486)


def test_a_channel_that_goes_back_to_the_dial_plan_has_ended_for_us(wired: Wired) -> None:
    wired.offered(state="Up")
    (ended,) = wired.tell("StasisEnd")
    assert isinstance(ended, CallEnded)
    assert (ended.cause, ended.by) == (EndCause.NORMAL, EndedBy.SWITCH)


@pytest.mark.parametrize("status", sorted(SIP))
def test_every_sip_status_of_a_refusal_has_a_cause(status: int) -> None:
    note = Book().begin(LegId(AGENT))
    note.sip, note.q850 = status, 16
    assert end_cause(note) is SIP[status]


@pytest.mark.parametrize("cause", [*sorted(Q850), 99])
def test_every_q850_cause_of_an_unanswered_leg_has_a_cause(cause: int) -> None:
    note = Book().begin(LegId(AGENT))
    note.q850 = cause
    assert end_cause(note) is Q850.get(cause, EndCause.FAILED)


def test_an_answered_leg_that_the_far_end_hangs_up_ended_normally_whatever_it_says() -> None:
    note = Book().begin(LegId(AGENT), up=True)
    note.far_end, note.q850 = True, 17
    assert end_cause(note) is EndCause.NORMAL
    note.q850 = 41
    assert end_cause(note) is EndCause.FAILED


def test_every_cause_has_a_code_to_hang_up_with() -> None:
    assert set(REASON_CODE) == set(EndCause)


@pytest.mark.parametrize("key", list("0123456789*#ABCD"))
def test_keys_are_passed_on(wired: Wired, key: str) -> None:
    wired.offered()
    (event,) = wired.tell("ChannelDtmfReceived", digit=key, duration_ms=80)
    assert isinstance(event, KeyPressed)
    assert (event.key, event.duration_ms) == (key, 80)


@pytest.mark.parametrize("key", ["E", "", "12", "\x00"])
def test_what_is_no_key_is_not(wired: Wired, key: str) -> None:
    wired.offered()
    assert wired.tell("ChannelDtmfReceived", digit=key, duration_ms=80) == []


def test_joining_ends_waiting_and_leaving_is_told(wired: Wired) -> None:
    wired.offered(state="Up")
    wired.book.legs[LegId(CALLER)].music = "default"
    wired.book.talks[TalkId(TALK)] = set()
    left_waiting, joined = wired.bridge("ChannelEnteredBridge", CALLER)
    assert isinstance(left_waiting, WaitingLeft)
    assert isinstance(joined, TalkJoined)
    (left,) = wired.bridge("ChannelLeftBridge", CALLER)
    assert isinstance(left, TalkLeft)
    (ended,) = wired.bridge("BridgeDestroyed", CALLER)
    assert isinstance(ended, TalkEnded)
    assert wired.bridge("BridgeDestroyed", CALLER) == []


def test_holding_is_neither_leaving_nor_joining(wired: Wired) -> None:
    wired.offered(state="Up")
    wired.bridge("ChannelEnteredBridge", CALLER)
    wired.book.legs[LegId(CALLER)].held = True
    assert wired.bridge("ChannelLeftBridge", CALLER) == []
    assert wired.bridge("ChannelEnteredBridge", CALLER) == []
    assert not wired.book.legs[LegId(CALLER)].held


def test_bridges_of_others_do_not_concern_us(wired: Wired) -> None:
    wired.offered(state="Up")
    assert wired.bridge("ChannelEnteredBridge", CALLER, "conference-1") == []
    assert wired.bridge("BridgeDestroyed", CALLER, "conference-1") == []


def test_a_playback_ends_once(wired: Wired) -> None:
    wired.offered(state="Up")
    playback = {"id": f"p-{CALLER}-1", "target_uri": f"channel:{CALLER}", "state": "done"}
    (event,) = wired.tell("PlaybackFinished", playback=playback)
    assert isinstance(event, PlaybackFinished)
    assert event.call == CALLER
    failed = {**playback, "id": f"p-{CALLER}-2", "state": "failed", "media_uri": "sound:x\ny"}
    (event2,) = wired.tell("PlaybackFinished", playback=failed)
    assert isinstance(event2, PlaybackFailed)
    assert event2.cause == "could not play sound:x y"


def test_a_playback_of_a_leg_that_is_gone_is_not_told(wired: Wired) -> None:
    playback = {"id": f"p-{CALLER}-1", "target_uri": f"channel:{CALLER}", "state": "done"}
    assert wired.tell("PlaybackFinished", playback=playback) == []


def test_a_recording_begun_before_a_restart_is_known_by_its_name(wired: Wired) -> None:
    wired.offered(state="Up")
    recording = {"name": f"r-{CALLER}-1", "target_uri": f"channel:{CALLER}", "duration": 7}
    (event,) = wired.tell("RecordingFinished", recording=recording)
    assert isinstance(event, RecordingFinished)
    assert (event.call, event.leg, event.ms) == (CALLER, CALLER, 7000)
    assert event.url == f"recordings/stored/r-{CALLER}-1/file"


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("", ""),
        ("anonymous", ""),
        ("Anonymous", ""),
        ("Restricted", ""),
        ("+1 555", "+1 555"),
        ("sip:alice@example.org", "alice"),
        ("<sips:+1555;phone-context=x@h>", "+1555"),
        ("tel:+15551230001", "+15551230001"),
        ("15\r\n55\x00", "15 55"),
        ("\u202e1555\u2069", "1555"),
        ("9" * 500, "9" * 80),
    ],
)
def test_odd_numbers_are_made_fit(given: str, wanted: str) -> None:
    assert clean_number(given) == wanted


@given(st.text())
def test_cleaned_text_is_printable_and_bounded(text: str) -> None:
    cleaned = clean_text(text, 40)
    assert len(cleaned) <= 40
    assert cleaned == cleaned.strip()
    assert all(c.isprintable() or c == " " for c in cleaned.replace("\ue000", ""))


def test_the_memory_of_ended_legs_is_bounded() -> None:
    book = Book()
    for number in range(ENDED_BOUND + 5):
        book.begin(LegId(str(number)))
        book.end(LegId(str(number)))
    assert not book.has_ended(LegId("4"))
    assert book.has_ended(LegId("5"))
    assert book.legs == {}


_KINDS = [
    "StasisStart",
    "StasisEnd",
    "ChannelDestroyed",
    "ChannelHangupRequest",
    "ChannelStateChange",
    "ChannelDtmfReceived",
    "PlaybackFinished",
    "RecordingFinished",
    "ChannelEnteredBridge",
    "ChannelLeftBridge",
    "BridgeDestroyed",
]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(_KINDS),
            st.sampled_from([CALLER, AGENT, "1.2", "x-1.2-n1"]),
            st.sampled_from(["Down", "Ring", "Ringing", "Up"]),
            st.integers(0, 130),
            st.booleans(),
        ),
        max_size=60,
    )
)
def test_in_any_order_of_events_nothing_follows_a_legs_end(steps: list[tuple[Any, ...]]) -> None:
    wired = Wired()
    for kind, channel, state, cause, soft in steps:
        wired.tell(
            kind,
            channel,
            state,
            args=["inbound", "1"],
            cause=cause,
            soft=soft,
            digit="1",
            bridge={"id": TALK},
            playback={"id": f"p-{CALLER}-1", "target_uri": f"channel:{channel}"},
            recording={"name": "other"},
        )
    ended: set[LegId] = set()
    for event in wired.events:
        assert isinstance(event, CallEvent)
        assert event.leg not in ended, event
        if isinstance(event, CallEnded):
            ended.add(event.leg)
