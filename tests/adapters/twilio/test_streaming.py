"""The port over media streams: every key at once, prompts and music without a document each."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from contact_center.adapters.twilio.streams import PATH
from contact_center.adapters.twilio.telephony import TwilioTelephony
from contact_center.adapters.twilio.tones import tone
from contact_center.adapters.twilio.ulaw import from_wav
from contact_center.core.commands import (
    Answer,
    CreateTalk,
    EnterWaiting,
    Hangup,
    HoldMusic,
    Join,
    LeaveWaiting,
    Listen,
    PlaySequence,
    PromptItem,
    PromptKind,
    RecordingScope,
    Role,
    Silence,
    StartRecording,
    StopListen,
    StopPlayback,
    StopRecording,
)
from contact_center.core.events import (
    CallAnswered,
    CallEnded,
    CommandFailed,
    KeyPressed,
    PlaybackFailed,
    PlaybackFinished,
    PlaybackStarted,
    RecordingStarted,
    WaitingEntered,
)
from contact_center.core.ids import LegId, ListenId, PlaybackId, RecordingId, TalkId
from contact_center.ports import KeyMode
from tests.adapters.twilio.lines import HELLO, LONG, MENU, Lines, Prompts, media
from tests.emulators.twilio.parties import Party
from tests.emulators.twilio.streams import MediaStream
from tests.real.ports import free_port

FIRST, SECOND = PlaybackId("p-1"), PlaybackId("p-2")
LISTEN = ListenId("l-1")
BEEP = PromptItem(kind=PromptKind.TONE)
UNSAID = PromptItem(kind=PromptKind.TEXT, text="nobody rendered this", language="en")
MISSING = PromptItem(kind=PromptKind.FILE, text="missing")


class StreamLines(Lines):
    """Lines whose sound goes over streams; ``reachable`` False: Twilio does not find them."""

    reachable = True

    def make(self) -> TwilioTelephony:
        port = free_port()
        public = port if self.reachable else free_port()
        self.settings = dataclasses.replace(
            self.settings, stream_port=port, stream_url=f"ws://127.0.0.1:{public}{PATH}"
        )
        return TwilioTelephony(self.settings, Prompts(), media=media, **self.options)

    async def answered(self) -> tuple[Party, LegId]:
        party, leg = await self.caller()
        await self.do(Answer, leg)
        await self.event(CallAnswered, leg)
        return party, leg

    async def streamed(self) -> tuple[Party, LegId]:
        """A caller whose stream is there."""
        party, leg = await self.answered()
        await self.do(Listen, leg, listen=LISTEN, first_timeout_us=1_000_000)
        await self.until(lambda: self.is_open(leg), "the stream is there")
        return party, leg

    def is_open(self, leg: LegId) -> bool:
        known = self.telephony.machine.book.legs.get(leg)
        return known is not None and known.streamed is not None and known.streamed.open

    def stream(self) -> MediaStream:
        return list(self.twilio.streams.values())[-1]

    def keys(self, leg: LegId) -> str:
        return "".join(event.key for event in self.seen(KeyPressed, leg))


@pytest_asyncio.fixture
async def lines() -> AsyncIterator[StreamLines]:
    async with StreamLines() as lines:
        yield lines


async def test_a_caller_may_type_ahead_of_everything_and_no_key_is_lost(
    lines: StreamLines,
) -> None:
    assert lines.telephony.capabilities.keys is KeyMode.STREAM
    party, leg = await lines.streamed()
    party.press("1234567890*#")
    await lines.until(lambda: len(lines.keys(leg)) == 12, "all keys came")
    assert lines.keys(leg) == "1234567890*#"
    assert lines.twilio.dropped_keys == []


async def test_what_is_asked_before_the_stream_is_there_waits_for_it(lines: StreamLines) -> None:
    _, leg = await lines.answered()
    await lines.telephony.submit(
        [
            lines.command(PlaySequence, leg, playback=FIRST, items=(BEEP,)),
            lines.command(PlaySequence, leg, playback=SECOND, items=(LONG,)),
            lines.command(Listen, leg, listen=ListenId("l-1")),
            lines.command(StopPlayback, leg, playback=SECOND),
        ]
    )
    await lines.event(PlaybackFinished, leg, playback=FIRST)
    assert lines.seen(PlaybackStarted, leg, playback=FIRST)
    assert lines.seen(PlaybackFinished, leg, playback=SECOND)
    assert not lines.seen(PlaybackStarted, leg, playback=SECOND)
    assert bytes(lines.stream().heard) == from_wav(tone("beep.wav") or b"")


async def test_a_key_stops_a_prompt_at_once_and_the_next_follows(lines: StreamLines) -> None:
    party, leg = await lines.streamed()
    await lines.do(PlaySequence, leg, playback=FIRST, items=(HELLO, LONG))
    await lines.event(PlaybackStarted, leg, playback=FIRST)
    party.press("2")
    await lines.event(KeyPressed, leg, key="2")
    await lines.do(StopPlayback, leg, playback=FIRST)
    await lines.event(PlaybackFinished, leg, playback=FIRST)
    await lines.do(PlaySequence, leg, playback=SECOND, items=(BEEP,))
    await lines.event(PlaybackFinished, leg, playback=SECOND)
    assert lines.seen(PlaybackFailed) == []
    await lines.do(Hangup, leg)
    await lines.event(CallEnded, leg)
    await lines.until(lambda: party.over, "the caller's phone says so")
    assert lines.events[-1] == lines.seen(CallEnded, leg)[0]
    assert len(lines.twilio.streams) == 1


async def test_music_goes_over_the_stream(lines: StreamLines) -> None:
    party, leg = await lines.answered()
    await lines.do(HoldMusic, leg, music="default")
    await lines.until(lambda: lines.is_open(leg), "the stream is there")
    music = from_wav(tone("music.wav") or b"")
    await lines.until(lambda: len(lines.stream().heard) > 4000, "music is heard")
    assert bytes(lines.stream().heard[:4000]) == music[:4000]
    await lines.do(Silence, leg)
    await lines.until(lambda: not party.hears_now, "it is silent")
    assert len(lines.twilio.streams) == 1


async def test_waiting_and_recording_have_documents_and_the_stream_comes_back(
    lines: StreamLines,
) -> None:
    party, leg = await lines.streamed()
    await lines.do(StopListen, leg, listen=LISTEN)
    await lines.do(EnterWaiting, leg, queue="sales")
    await lines.event(WaitingEntered, leg)
    await lines.until(lambda: lines.music() in party.hears_now, "waiting music is heard")
    assert not lines.is_open(leg)
    await lines.do(LeaveWaiting, leg)
    await lines.until(lambda: lines.is_open(leg), "the stream is back")
    party.press("7")
    await lines.event(KeyPressed, leg, key="7")
    await lines.do(
        StartRecording,
        leg,
        recording=RecordingId("r-1"),
        scope=RecordingScope.LEG,
        beep=True,
    )
    await lines.event(RecordingStarted, leg)
    await lines.until(lambda: not lines.is_open(leg), "a document records")
    await lines.do(StopRecording, leg, recording=RecordingId("r-1"))
    await lines.until(lambda: lines.is_open(leg), "the stream is back again")
    await lines.do(PlaySequence, leg, playback=FIRST, items=(BEEP,))
    await lines.event(PlaybackFinished, leg, playback=FIRST)
    assert lines.seen(CommandFailed) == []


async def test_a_talk_has_its_document(lines: StreamLines) -> None:
    _, leg = await lines.streamed()
    talk = TalkId(f"t-{leg}")
    await lines.do(CreateTalk, leg, talk=talk)
    await lines.do(Join, leg, talk=talk, role=Role.CUSTOMER)
    await lines.until(lambda: not lines.is_open(leg), "the stream makes way")
    await lines.do(Hangup, leg)
    await lines.event(CallEnded, leg)


async def test_a_text_that_nobody_rendered_is_said_by_a_document(lines: StreamLines) -> None:
    party, leg = await lines.streamed()
    await lines.do(PlaySequence, leg, playback=FIRST, items=(UNSAID,))
    await lines.until(lambda: party.has_heard("say", UNSAID.text), "it is said")
    await lines.event(PlaybackFinished, leg, playback=FIRST)
    await lines.until(lambda: lines.is_open(leg), "the stream is back")
    await lines.do(PlaySequence, leg, playback=SECOND, items=(MISSING,))
    failed = await lines.event(CommandFailed, leg)
    assert failed.code == "media_missing"
    await lines.event(PlaybackFailed, leg, playback=SECOND)


async def test_words_are_listened_for_by_a_document_behind_the_prompt(lines: StreamLines) -> None:
    party, leg = await lines.streamed()
    await lines.do(PlaySequence, leg, playback=FIRST, items=(MENU,))
    await lines.do(Listen, leg, listen=ListenId("l-2"), words=("yes", "no"), language="en")
    await lines.event(PlaybackFinished, leg, playback=FIRST)
    await lines.until(lambda: not lines.is_open(leg), "a document listens")
    await lines.do(PlaySequence, leg, playback=SECOND, items=(HELLO,))
    await lines.until(lambda: party.has_heard("play", lines.sound(HELLO)), "hello is played")


async def test_a_caller_who_hangs_up_ends_once_and_last(lines: StreamLines) -> None:
    party, leg = await lines.streamed()
    await lines.do(PlaySequence, leg, playback=FIRST, items=(LONG,))
    await lines.event(PlaybackStarted, leg, playback=FIRST)
    party.hang_up()
    await lines.event(CallEnded, leg)
    await lines.until(lambda: lines.telephony.door, "the door is there")
    door = lines.telephony.door
    assert door is not None
    await lines.until(lambda: door.streams.counts.open == 0, "the stream is over")
    assert len(lines.seen(CallEnded, leg)) == 1
    assert isinstance(lines.events[-1], CallEnded)


async def test_a_stream_that_breaks_in_mid_prompt_is_opened_again_and_no_prompt_hangs(
    lines: StreamLines,
) -> None:
    """Neither side says goodbye: the prompt is over, the call is not, and keys go on counting."""
    party, leg = await lines.streamed()
    await lines.do(PlaySequence, leg, playback=FIRST, items=(LONG,))
    await lines.event(PlaybackStarted, leg, playback=FIRST)
    broken = lines.stream()
    broken.cut()
    await lines.until(
        lambda: [
            event
            for event in [*lines.seen(PlaybackFinished, leg), *lines.seen(PlaybackFailed, leg)]
            if event.playback == FIRST
        ],
        "the prompt is over",
    )
    await lines.until(lambda: lines.stream() is not broken and lines.is_open(leg), "a new stream")
    party.press("7")
    await lines.event(KeyPressed, leg, key="7")
    await lines.do(PlaySequence, leg, playback=SECOND, items=(HELLO,))
    await lines.event(PlaybackFinished, leg, playback=SECOND)
    assert not party.over
    assert lines.seen(CallEnded, leg) == []


async def test_without_a_stream_the_leg_goes_on_with_documents() -> None:
    class Unreachable(StreamLines):
        reachable = False

    async with Unreachable() as lines:
        party, leg = await lines.answered()
        await lines.telephony.submit(
            [
                lines.command(PlaySequence, leg, playback=FIRST, items=(HELLO,)),
                lines.command(Listen, leg, listen=ListenId("l-1"), first_timeout_us=1_000_000),
            ]
        )
        await lines.until(lambda: party.has_heard("play", lines.sound(HELLO)), "it is played")
        party.press("5")
        await lines.event(KeyPressed, leg, key="5")
        await lines.event(PlaybackFinished, leg, playback=FIRST)
        await lines.do(PlaySequence, leg, playback=SECOND, items=(MENU,))
        await lines.event(PlaybackFinished, leg, playback=SECOND)
        assert len(lines.twilio.streams) == 1


async def test_a_port_that_is_taken_is_told_at_the_start(lines: StreamLines) -> None:
    again = TwilioTelephony(
        dataclasses.replace(lines.settings, listen_port=0), Prompts(), media=media
    )
    with pytest.raises(OSError, match="in use"):
        await again.start(lambda _event: None)
