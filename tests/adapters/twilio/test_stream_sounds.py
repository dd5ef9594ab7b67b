"""Prompts for streams: fetched once, kept while there is room, missing when they are not there."""

from __future__ import annotations

import asyncio

import pytest

from contact_center.adapters.twilio import stream_sounds
from contact_center.adapters.twilio.stream_sounds import StreamSounds
from contact_center.adapters.twilio.tones import tone
from contact_center.core.commands import PromptItem, PromptKind

HELLO = PromptItem(kind=PromptKind.TEXT, text="hello", language="en")
BYE = PromptItem(kind=PromptKind.TEXT, text="bye", language="en")
MISSING = PromptItem(kind=PromptKind.FILE, text="missing")
BROKEN = PromptItem(kind=PromptKind.FILE, text="broken")
NEVER = PromptItem(kind=PromptKind.FILE, text="never")
LOST = PromptItem(kind=PromptKind.FILE, text="lost")
MINE = PromptItem(kind=PromptKind.RECORDING, text="r-1")
PAUSE = PromptItem(kind=PromptKind.SILENCE, ms=250)


class Files:
    def __init__(self) -> None:
        self.asked: list[str] = []

    async def __call__(self, item: PromptItem) -> bytes | None:
        self.asked.append(item.text)
        if item is NEVER:
            await asyncio.Event().wait()
        if item is LOST:
            raise ConnectionResetError
        return {"missing": None, "broken": b"no wav"}.get(item.text, tone("beep.wav"))


async def test_a_prompt_is_the_sound_of_its_items() -> None:
    files = Files()
    sounds = StreamSounds(files)
    found = await sounds.find([HELLO, PAUSE, BYE, HELLO])
    assert found is not None
    assert len(found) == 3 * 3200 + 2000
    assert found[3200:5200] == b"\xff" * 2000
    assert files.asked == ["hello", "bye"]


@pytest.mark.parametrize("item", [MISSING, BROKEN, NEVER, LOST], ids=lambda item: item.text)
async def test_a_prompt_of_which_some_is_missing_is_missing(item: PromptItem) -> None:
    sounds = StreamSounds(Files(), within_s=0.05)
    assert await sounds.find([HELLO, item]) is None


async def test_nothing_is_no_prompt_and_too_much_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    sounds = StreamSounds(Files())
    assert await sounds.find([]) is None
    monkeypatch.setattr(stream_sounds, "MOST_BYTES", 5000)
    assert await sounds.find([HELLO]) is not None
    assert await sounds.find([HELLO, BYE]) is None


async def test_the_oldest_is_forgotten_when_there_is_no_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stream_sounds, "MOST_KEPT", 4 * 3200)
    files = Files()
    sounds = StreamSounds(files)
    many = [PromptItem(kind=PromptKind.TEXT, text=f"t{number}") for number in range(5)]
    for item in many:
        await sounds.find([item])
    await sounds.find([many[4]])
    await sounds.find([many[0]])
    assert files.asked == ["t0", "t1", "t2", "t3", "t4", "t0"]


async def test_what_a_caller_recorded_is_not_kept() -> None:
    files = Files()
    sounds = StreamSounds(files)
    await sounds.find([MINE])
    await sounds.find([MINE])
    assert files.asked == ["r-1", "r-1"]
