"""Words over media streams: the caller's sound to our recogniser, and nobody else's to Twilio."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import pytest_asyncio

from contact_center.adapters.twilio.stream_ears import FRAME_MS
from contact_center.adapters.twilio.streams import PATH
from contact_center.adapters.twilio.telephony import TwilioTelephony
from contact_center.adapters.twilio.ulaw import decode, encode
from contact_center.core.commands import (
    Answer,
    CreateTalk,
    Join,
    LeaveTalk,
    Listen,
    PlaySequence,
    Role,
    StopListen,
)
from contact_center.core.events import (
    CallAnswered,
    CallEnded,
    KeyPressed,
    PlaybackFinished,
    SpeechFinal,
    SpeechStarted,
    TalkJoined,
)
from contact_center.core.ids import LegId, ListenId, PlaybackId, TalkId
from tests.adapters.twilio.lines import HELLO, Lines, Prompts, media
from tests.emulators.twilio.parties import Party
from tests.real.ports import free_port

WORDS = ("balance", "mortgage")
FIRST, SECOND = ListenId("l-1"), ListenId("l-2")
SAID = encode(b"".join(sample.to_bytes(2, "little") for sample in range(0, 16_000, 10)))
"""A fifth of a second that nobody mistakes for silence."""


class Ear:
    def __init__(self, began: Callable[[], None], understood: Callable[[str, float], None]) -> None:
        self.began, self.understood = began, understood
        self.fed = bytearray()
        self.closed = False

    def feed(self, sound: bytes) -> None:
        assert not self.closed
        self.fed += sound

    def close(self) -> None:
        self.closed = True


class Recogniser:
    """Keeps what it hears. ``away``: it cannot listen now."""

    def __init__(self) -> None:
        self.ears: list[Ear] = []
        self.away = False

    def listen(
        self,
        words: Sequence[str],
        language: str,
        began: Callable[[], None],
        understood: Callable[[str, float], None],
    ) -> Ear | None:
        if self.away:
            return None
        assert (tuple(words), language) == (WORDS, "en")
        self.ears.append(Ear(began, understood))
        return self.ears[-1]


class EarLines(Lines):
    """Lines whose callers are heard by a recogniser of ours."""

    def __init__(self) -> None:
        super().__init__()
        self.recogniser = Recogniser()

    def make(self) -> TwilioTelephony:
        port = free_port()
        url = f"ws://127.0.0.1:{port}{PATH}"
        self.settings = dataclasses.replace(self.settings, stream_port=port, stream_url=url)
        options: dict[str, Any] = {**self.options, "recogniser": self.recogniser}
        return TwilioTelephony(self.settings, Prompts(), media=media, **options)

    async def listening(self, listen: ListenId = FIRST) -> tuple[Party, LegId, Ear]:
        """A caller for whose words somebody waits, and who is heard."""
        party, leg = await self.caller()
        await self.do(Answer, leg)
        await self.event(CallAnswered, leg)
        await self.do(Listen, leg, listen=listen, words=WORDS, language="en")
        ear = self.recogniser.ears[-1]
        await self.until(lambda: ear.fed, "the caller is heard")
        return party, leg, ear

    def speech_documents(self) -> list[str]:
        """Documents in which Twilio was to understand words."""
        return [
            entry.body for entry in self.twilio.log.entries if 'input="dtmf speech"' in entry.body
        ]


@pytest_asyncio.fixture
async def lines() -> AsyncIterator[EarLines]:
    async with EarLines() as lines:
        yield lines


async def test_what_a_caller_says_is_heard_here_and_what_was_understood_is_told(
    lines: EarLines,
) -> None:
    party, leg, ear = await lines.listening()
    party.voice += SAID
    await lines.until(lambda: decode(SAID) in bytes(ear.fed), "all of it is heard, in its order")
    assert len(decode(SAID)) > 2 * 8 * FRAME_MS
    ear.began()
    await lines.event(SpeechStarted, leg, listen=FIRST)
    ear.understood("mortgage", 0.7)
    told = await lines.event(SpeechFinal, leg, listen=FIRST)
    assert (told.text, told.confidence) == ("mortgage", 0.7)
    assert lines.speech_documents() == []


async def test_prompts_and_keys_go_on_while_words_are_listened_for(lines: EarLines) -> None:
    party, leg, ear = await lines.listening()
    playback = PlaybackId("p-1")
    await lines.do(PlaySequence, leg, playback=playback, items=(HELLO,))
    await lines.event(PlaybackFinished, leg, playback=playback)
    party.press("5")
    await lines.event(KeyPressed, leg, key="5")
    party.voice += SAID
    await lines.until(lambda: decode(SAID) in bytes(ear.fed), "still heard")
    assert lines.speech_documents() == []


async def test_nobody_is_heard_after_listening_is_over_and_another_one_is_another(
    lines: EarLines,
) -> None:
    party, leg, ear = await lines.listening()
    await lines.do(StopListen, leg, listen=FIRST)
    assert ear.closed
    ear.understood("too late", 1.0)
    await lines.do(Listen, leg, listen=SECOND, words=WORDS, language="en")
    other = lines.recogniser.ears[-1]
    assert other is not ear
    await lines.until(lambda: other.fed, "heard again")
    ear.understood("much too late", 1.0)
    other.understood("balance", 0.9)
    told = await lines.event(SpeechFinal, leg)
    assert (told.listen, told.text) == (SECOND, "balance")
    party.hang_up()
    await lines.event(CallEnded, leg)
    assert other.closed
    assert len(lines.seen(SpeechFinal)) == 1


async def test_a_talk_between_takes_the_stream_away_and_behind_it_the_caller_is_heard_again(
    lines: EarLines,
) -> None:
    party, leg, ear = await lines.listening()
    talk = {"talk": TalkId(f"{leg}-t")}
    await lines.do(CreateTalk, leg, **talk)
    await lines.do(Join, leg, role=Role.CUSTOMER, **talk)
    await lines.event(TalkJoined, leg)
    await lines.do(LeaveTalk, leg, **talk)
    ear.fed.clear()
    party.voice += SAID
    await lines.until(lambda: ear.fed, "heard over another stream")
    assert len(lines.twilio.streams) >= 2


async def test_where_our_engine_is_away_words_are_understood_by_twilio(lines: EarLines) -> None:
    lines.recogniser.away = True
    party, leg = await lines.caller()
    await lines.do(Answer, leg)
    await lines.event(CallAnswered, leg)
    await lines.do(Listen, leg, listen=FIRST, words=WORDS, language="en")
    await lines.until(lines.speech_documents, "Twilio listens")
    party.say("balance", 0.8)
    told = await lines.event(SpeechFinal, leg, listen=FIRST)
    assert (told.text, told.confidence) == ("balance", 0.8)
