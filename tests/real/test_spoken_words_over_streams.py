"""Words that a caller says on an emulated Twilio, over a media stream, to the real engine."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from contact_center.adapters.recognition.process import RecogniserProcess
from contact_center.adapters.twilio.ulaw import encode
from simulations.bench.speech import PROGRAM
from tests.contracts.telephony.streamed_world import StreamedWorld, streamed_world
from tests.contracts.telephony.twilio_world import EmulatedParty
from tests.contracts.telephony.world import Party
from tests.real import sip
from tests.real.test_spoken_words import Spoken, flow, spoken

pytestmark = [pytest.mark.real, pytest.mark.asyncio]


@pytest_asyncio.fixture
async def world() -> AsyncIterator[StreamedWorld]:
    assert shutil.which(PROGRAM), f"{PROGRAM} is not there: apt-get install {PROGRAM}"
    recogniser = RecogniserProcess()
    running = asyncio.ensure_future(recogniser.run())
    try:
        await sip.until(lambda: recogniser.is_ready, within=60, what="the engine is there")
        async with streamed_world(recogniser) as made:
            yield made
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def say(caller: Party, text: str) -> None:
    assert isinstance(caller, EmulatedParty)
    caller.party.voice += encode(spoken(text).tobytes())


def twilio_was_to_understand(world: StreamedWorld) -> bool:
    return any("speech" in entry.body for entry in world.twilio.log.entries)


async def test_a_word_said_over_a_stream_ends_the_prompt_and_takes_the_option(
    world: StreamedWorld,
) -> None:
    story = Spoken(world, flow())
    caller = await story.begin()
    await story.until(lambda: world.twilio.streams, "the caller hears something")
    await story.until(lambda: not caller.hears_nothing(), "the menu")
    say(caller, "mortgage")
    await story.until(lambda: story.is_over, "the word is understood", 60)
    assert story.left.edge == "choice:loan"
    assert story.left.spoken
    assert story.heard[0].text == "mortgage"
    assert not twilio_was_to_understand(world)


async def test_a_key_pressed_beside_a_word_wins_over_streams_too(world: StreamedWorld) -> None:
    story = Spoken(world, flow())
    caller = await story.begin()
    await story.until(lambda: not caller.hears_nothing(), "the menu")
    say(caller, "mortgage")
    await caller.press("1")
    await story.until(lambda: story.is_over, "the key is taken", 60)
    assert story.left.edge == "choice:card"
    assert not story.left.spoken
