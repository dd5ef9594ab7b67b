"""The simulated network: what the contract for every provider does not say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contact_center.adapters.simulated import network as network_module
from contact_center.adapters.simulated.hearing import Heard, HeardKind
from contact_center.adapters.simulated.network import Network, NetworkFullError
from contact_center.adapters.simulated.people import Caller, caller
from contact_center.adapters.simulated.phones import phone
from contact_center.adapters.simulated.scripts import read_script
from contact_center.core.commands import (
    Answer,
    BlindTransfer,
    CreateTalk,
    EndCause,
    EnterWaiting,
    Join,
    Originate,
    PlaySequence,
    PromptItem,
    PromptKind,
    RecordingScope,
    Role,
    StartRecording,
    TelephonyCommand,
)
from contact_center.core.events import (
    CallAnswered,
    CallEnded,
    CallOffered,
    CommandFailed,
    Event,
    KeyPressed,
    RecordingFinished,
    TransferResult,
)
from contact_center.core.ids import CallId, CommandId, LegId, PlaybackId, RecordingId, talk_of

S = 1_000_000
AGENT = LegId("a-sim-1-e1-n1")


class Table:
    """A network, its clock and what came out of it."""

    def __init__(self, **settings: Any) -> None:
        self.network = Network(**settings)
        self.now = 0
        self.events: list[Event] = []
        self.network.connect(0)
        self.listen()

    def listen(self) -> None:
        self.events.extend(self.network.events())

    def do(self, kind: type[TelephonyCommand], leg: LegId, **fields: Any) -> None:
        command = kind(cmd=CommandId("c"), call=CallId("sim-1"), leg=leg, **fields)
        self.network.handle(command, self.now)
        self.listen()

    def wait(self, seconds: float) -> None:
        self.now += round(seconds * S)
        self.network.advance(self.now)
        self.listen()

    def call(self, *script: str, patience_s: float | None = None) -> LegId:
        who = Caller(ani="+1555", did="100", script=read_script(script), patience_s=patience_s)
        leg = self.network.place_call(who, self.now)
        self.listen()
        return leg

    def seen(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    def sounds(self, leg: LegId) -> list[tuple[float, str, str]]:
        heard = self.network.heard(leg)
        return [(sound.at / S, sound.kind.value, sound.text) for sound in heard]


def text(words: str) -> PromptItem:
    return PromptItem(kind=PromptKind.TEXT, text=words)


def test_a_transcript_says_what_was_heard_when() -> None:
    table = Table()
    leg = table.call()
    table.wait(1)
    table.do(Answer, leg)
    items = (text("x" * 50), PromptItem(kind=PromptKind.SILENCE, ms=500), text("hi"))
    table.do(PlaySequence, leg, playback=PlaybackId("p"), items=items)
    table.wait(10)
    table.do(EnterWaiting, leg, queue="q", music="jazz")
    assert table.sounds(leg) == [
        (0, "ringing", ""),
        (1, "prompt", "x" * 50),
        (4, "silence", ""),
        (4.5, "prompt", "hi"),
        (4.8, "silence", ""),
        (11, "music", "jazz"),
    ]


def test_the_same_words_twice_are_heard_twice() -> None:
    table = Table()
    leg = table.call()
    table.do(Answer, leg)
    table.do(PlaySequence, leg, playback=PlaybackId("p"), items=(text("one"), text("one")))
    table.wait(5)
    assert [words for _, kind, words in table.sounds(leg) if kind == "prompt"] == ["one", "one"]


def test_prompts_last_as_long_as_they_were_rendered() -> None:
    class Rendered:
        def media_url(self, text: str, language: str) -> str | None:
            return None

        def file_url(self, name: str, language: str) -> str | None:
            return None

        def duration_ms(self, text: str, language: str) -> int | None:
            return 7_000

    table = Table(prompts=Rendered())
    leg = table.call()
    table.do(Answer, leg)
    table.do(PlaySequence, leg, playback=PlaybackId("p"), items=(text("hello"),))
    assert table.network.next_deadline() == 7 * S


def test_a_caller_follows_their_script() -> None:
    table = Table()
    leg = table.call(
        "wait until hearing press two", "press 2 after 3 s", "wait for music", "hang up after 40 s"
    )
    table.do(Answer, leg)
    table.do(PlaySequence, leg, playback=PlaybackId("p"), items=(text("Press TWO now"),))
    table.wait(2.9)
    assert table.seen(KeyPressed) == []
    table.wait(0.1)
    assert [event.key for event in table.seen(KeyPressed)] == ["2"]
    table.wait(60)
    assert table.seen(CallEnded) == []
    table.do(EnterWaiting, leg, queue="q")
    table.wait(39.9)
    assert table.seen(CallEnded) == []
    table.wait(0.1)
    assert [event.cause for event in table.seen(CallEnded)] == [EndCause.NORMAL]


def test_who_waits_to_hear_something_for_so_long_goes_on_afterwards() -> None:
    table = Table()
    leg = table.call("wait until hearing cake for at most 5 s", "press 9")
    table.do(Answer, leg)
    table.wait(4.9)
    assert table.seen(KeyPressed) == []
    table.wait(0.2)
    assert [event.key for event in table.seen(KeyPressed)] == ["9"]


def test_a_caller_without_patience_gives_up_unless_somebody_talks_to_them() -> None:
    table = Table()
    table.call(patience_s=10)
    table.wait(11)
    assert [event.cause for event in table.seen(CallEnded)] == [EndCause.CANCELED]
    patient = connected(table := Table(), patience_s=10)
    table.wait(60)
    assert table.network.hears(patient) is not None


def connected(table: Table, *script: str, patience_s: float | None = None) -> LegId:
    leg = table.call(*script, patience_s=patience_s)
    talk = talk_of(CallId("sim-1"))
    table.network.plug_in(phone("ana", "answer after 1 s"))
    table.do(Answer, leg)
    table.do(Originate, AGENT, to="device:ana")
    table.wait(1)
    table.do(CreateTalk, leg, talk=talk)
    table.do(Join, leg, talk=talk, role=Role.CUSTOMER)
    table.do(Join, AGENT, talk=talk, role=Role.AGENT)
    return leg


def test_what_is_said_is_heard_by_those_who_hear_the_speaker() -> None:
    table = Table()
    leg = connected(table, "wait for somebody", "say my parcel is lost after 1 s")
    table.wait(2)
    said = [sound for sound in table.network.heard(AGENT) if sound.kind is HeardKind.SPEECH]
    assert said == [Heard(at=2 * S, kind=HeardKind.SPEECH, text="my parcel is lost", whom=(leg,))]
    assert HeardKind.SPEECH not in {sound.kind for sound in table.network.heard(leg)}


def test_an_agent_follows_the_script_of_their_phone() -> None:
    table = Table()
    script = read_script(["wait for somebody", "hang up after 5 s"])
    leg = connected(table)
    table.network.plug_in(replace(phone("ben", "answer"), then=script))
    other = LegId("a-sim-1-e1-n2")
    table.do(Originate, other, to="device:ben")
    table.wait(0)
    table.do(Join, other, talk=talk_of(CallId("sim-1")), role=Role.AGENT)
    table.wait(4.9)
    assert table.seen(CallEnded) == []
    table.wait(0.1)
    assert [event.leg for event in table.seen(CallEnded)] == [other]
    assert leg in {live.leg for live in table.network.legs()}


def test_a_phone_has_one_line() -> None:
    table = Table()
    connected(table)
    second = LegId("a-sim-1-e1-n2")
    table.do(Originate, second, to="device:ana")
    assert [(event.leg, event.cause) for event in table.seen(CallEnded)] == [
        (second, EndCause.BUSY)
    ]


def test_a_phone_with_two_lines_takes_two_calls() -> None:
    table = Table()
    table.network.plug_in(replace(phone("ana", "answer"), lines=2))
    for number in (1, 2):
        table.do(Originate, LegId(f"a-sim-1-e1-n{number}"), to="device:ana")
    table.wait(0)
    assert len(table.seen(CallAnswered)) == 2


def test_an_unplugged_phone_is_not_registered() -> None:
    table = Table()
    table.network.plug_in(phone("ana"))
    table.network.unplug("ana")
    table.do(Originate, AGENT, to="device:ana")
    assert [event.cause for event in table.seen(CallEnded)] == [EndCause.UNREGISTERED]


def test_a_leg_that_has_ended_cannot_be_dialled_again() -> None:
    table = Table()
    table.network.plug_in(phone("ana", "busy"))
    table.do(Originate, AGENT, to="device:ana")
    table.do(Originate, AGENT, to="device:ana")
    assert len(table.seen(CallEnded)) == 1
    assert table.network.rung("ana") == 1


def test_transferred_parties_end_together_and_without_a_word_to_us() -> None:
    table = Table()
    table.network.plug_in(phone("+1999", "answer after 1 s"))
    leg = table.call()
    table.do(Answer, leg)
    table.do(BlindTransfer, leg, to="number:+1999")
    assert [event.result for event in table.seen(TransferResult)] == ["accepted"]
    table.wait(2)
    told = len(table.events)
    (away,) = table.network.at_phone("+1999")
    assert table.network.hears(leg) == Heard(at=table.now, kind=HeardKind.TALK, whom=(away.leg,))
    assert table.network.hang_up(leg, table.now)
    table.listen()
    assert table.network.legs() == ()
    assert len(table.events) == told


def test_a_transfer_to_nowhere_fails_and_the_leg_stays_ours() -> None:
    table = Table()
    leg = table.call()
    table.do(Answer, leg)
    table.do(BlindTransfer, leg, to="number:+1000")
    assert [event.result for event in table.seen(TransferResult)] == ["failed"]
    assert table.seen(CallEnded) == []


def test_silence_ends_a_recording_only_after_the_speech_is_over() -> None:
    table = Table()
    leg = table.call("say " + "x" * 50 + " after 1 s")
    table.do(Answer, leg)
    table.do(
        StartRecording, leg, recording=RecordingId("r"), scope=RecordingScope.LEG, silence_us=2 * S
    )
    table.wait(30)
    # From 0 s; spoken from 1 s to 4 s; two seconds of silence.
    assert [event.ms for event in table.seen(RecordingFinished)] == [6_000]


def test_keys_after_the_end_of_a_leg_are_dropped() -> None:
    table = Table()
    leg = table.call()
    table.do(Answer, leg)
    table.network.hang_up(leg, table.now)
    assert not table.network.press(leg, "1", table.now)
    table.listen()
    assert table.seen(KeyPressed) == []


def test_what_is_no_key_is_refused() -> None:
    table = Table()
    leg = table.call()
    table.do(Answer, leg)
    with pytest.raises(ValueError, match="0-9"):
        table.network.press(leg, "2x", table.now)
    table.listen()
    assert table.seen(KeyPressed) == []


def test_a_full_network_takes_no_caller_and_dials_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_module, "LEGS_BOUND", 2)
    monkeypatch.setattr("contact_center.adapters.simulated.calls.LEGS_BOUND", 2)
    table = Table()
    table.call()
    table.call()
    with pytest.raises(NetworkFullError):
        table.call()
    table.do(Originate, AGENT, to="device:ana")
    assert [(event.code, event.retryable) for event in table.seen(CommandFailed)] == [
        ("overload", True)
    ]
    assert [event.leg for event in table.seen(CallEnded)] == [AGENT]


def test_the_same_seed_gives_the_same_story() -> None:
    def story() -> list[Event]:
        table = Table(seed=5)
        leg = table.call("press 1 after 1..9 s", "say hello after 1..9 s", "hang up after 1..9 s")
        table.do(Answer, leg)
        for _ in range(40):
            table.wait(1)
        return table.events

    assert story() == story()
    assert len([event for event in story() if isinstance(event, KeyPressed)]) == 1


def test_the_clock_never_goes_back() -> None:
    table = Table()
    leg = table.call()
    table.wait(5)
    table.network.advance(1 * S)
    table.network.handle(Answer(cmd=CommandId("c"), call=CallId(leg), leg=leg), 2 * S)
    assert [at for at, *_ in table.sounds(leg)] == [0, 5]


def test_ids_of_callers_begin_as_told() -> None:
    table = Table(leg_prefix="demo-7")
    assert table.call() == "demo-7-1"
    assert [offer.call for offer in table.seen(CallOffered)] == ["demo-7-1"]


def test_plain_data_places_a_call() -> None:
    network = Network()
    network.connect(0)
    network.place_call(caller({"ani": "Private", "did": "100\x07"}), 0)
    offers = [event for event in network.events() if isinstance(event, CallOffered)]
    assert [(offer.ani, offer.did) for offer in offers] == [("", "100")]
