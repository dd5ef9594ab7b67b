"""Recordings that ended behind our back."""

import asyncio

import pytest

from contact_center.adapters.asterisk.ari_link import Ask, OnReply, Reply
from contact_center.adapters.asterisk.book import Book
from contact_center.adapters.asterisk.errors import AriRequestError
from contact_center.adapters.asterisk.keeping import Keeping, length_ms
from contact_center.core.commands import StopRecording
from contact_center.core.events import Event, RecordingFinished
from contact_center.core.ids import CallId, CommandId, LegId, RecordingId
from tests.real import audio

MESSAGE = audio.wav(audio.tone(440, 1.5))
COMMAND = StopRecording(
    cmd=CommandId("c1:1"), call=CallId("c1"), leg=LegId("c1"), recording=RecordingId("r-c1-1")
)


class Shelf:
    """An Asterisk of which only the recordings matter."""

    def __init__(self, sound: bytes = MESSAGE, live: int = 404) -> None:
        self.book = Book()
        self.told: list[Event] = []
        self.asked: list[str] = []
        self.downloaded = asyncio.Event()
        self.keeping = Keeping(self.book, self.request, self.download, self.told.append)
        self._sound = sound
        self._live = live

    def request(self, ask: Ask, on_reply: OnReply) -> None:
        self.asked.append(ask.uri)
        on_reply(Reply(self._live, "", ""))

    async def download(self, url: str) -> bytes:
        self.downloaded.set()
        if not self._sound:
            raise AriRequestError("HTTP 404")
        return self._sound

    async def looked(self) -> None:
        self.keeping.look(COMMAND)
        async with asyncio.timeout(5):
            await self.downloaded.wait()
            await asyncio.sleep(0)


async def test_a_message_that_ended_while_we_were_away_is_told_with_its_length() -> None:
    shelf = Shelf()
    await shelf.looked()
    (finished,) = shelf.told
    assert isinstance(finished, RecordingFinished)
    assert (finished.recording, finished.ms) == (COMMAND.recording, 1500)
    assert finished.url == "recordings/stored/r-c1-1/file"
    assert shelf.asked == ["recordings/live/r-c1-1"]


async def test_what_was_told_once_is_not_told_again() -> None:
    shelf = Shelf()
    assert shelf.book.recorded(COMMAND.recording)
    shelf.keeping.look(COMMAND)
    assert shelf.asked == []


async def test_its_end_may_be_told_while_it_is_fetched() -> None:
    shelf = Shelf()
    shelf.keeping.look(COMMAND)
    assert shelf.book.recorded(COMMAND.recording)
    await shelf.looked()
    assert shelf.told == []


async def test_a_recording_that_runs_is_left_to_run() -> None:
    shelf = Shelf(live=200)
    shelf.keeping.look(COMMAND)
    await shelf.keeping.stop()
    assert not shelf.downloaded.is_set()
    assert shelf.told == []


@pytest.mark.parametrize("sound", [b"", b"RIFF", b"no sound at all" * 9])
async def test_what_is_not_there_or_no_sound_is_not_told(sound: bytes) -> None:
    shelf = Shelf(sound)
    await shelf.looked()
    assert shelf.told == []


def test_the_length_of_a_sound_is_measured() -> None:
    assert length_ms(MESSAGE) == 1500
