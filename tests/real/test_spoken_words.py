"""Words that a caller says on a real Asterisk, to the real engine; espeak-ng is the caller."""

from __future__ import annotations

import asyncio
import shutil
from array import array
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from contact_center.adapters.asterisk.local import Instance
from contact_center.adapters.asterisk.settings import AsteriskSettings
from contact_center.adapters.asterisk.telephony import AsteriskTelephony
from contact_center.adapters.recognition.process import RecogniserProcess
from contact_center.core.center import Center
from contact_center.core.configuration import CenterConfiguration, NumberSettings
from contact_center.core.events import Event, ProviderResynced, SpeechFinal
from contact_center.core.facts import NodeLeft
from contact_center.core.ids import FlowId
from contact_center.core.ivr.flow import (
    Confidence,
    Edge,
    Failure,
    FlowBundle,
    HangUp,
    Menu,
    Speech,
    SpeechKind,
)
from simulations.bench.speech import PROGRAM, on_the_telephone, speech
from simulations.streams import Streams
from tests.contracts.telephony.asterisk_world import PromptServer
from tests.contracts.telephony.test_flows import Story
from tests.contracts.telephony.world import DID, HELLO, MENU
from tests.real import asterisk, sip

pytestmark = [pytest.mark.real, pytest.mark.asyncio]

SECOND = 1_000_000
WORDS = {
    "1": {"en": ("lost card", "stolen card")},
    "2": {"en": ("balance", "account")},
    "3": {"en": ("mortgage", "loan")},
}


def say(text: str) -> tuple[Speech, ...]:
    return (Speech(kind=SpeechKind.TEXT, texts={"en": text}),)


def flow(words: Any = WORDS) -> FlowBundle:
    leave = (Failure(say=say(MENU.text)), Failure(edge=Edge(goto="person")))
    main = Menu(
        name="main",
        say=say(HELLO.text) * 4,
        keys={
            key: Edge(goto=to) for key, to in zip("123", ("card", "account", "loan"), strict=True)
        },
        words=words,
        # What is shown here is the way of the words, not how well the engine hears.
        confidence=Confidence(reject=0.1, accept=0.15),
        on_no_input=leave,
        on_no_match=leave,
        first_timeout_us=10 * SECOND,
        inter_digit_us=2 * SECOND,
    )
    ends = [HangUp(name=name) for name in ("card", "account", "loan", "person")]
    nodes = {node.name: node for node in (main, *ends)}
    return FlowBundle(
        flow=FlowId("spoken"), version="1", entry="main", nodes=nodes, language="en", variables={}
    )


class Spoken(Story):
    """The same driver, with a flow of words."""

    def __init__(self, world: Any, bundle: FlowBundle) -> None:
        super().__init__(world)
        made: CenterConfiguration = self._center.configuration
        number = NumberSettings(did=DID, flow=bundle.flow)
        flows = {**made.flows, bundle.flow: bundle}
        self._center = Center(replace(made, flows=flows, numbers={DID: number}))

    @property
    def left(self) -> NodeLeft:
        return next(fact for fact in self.facts if isinstance(fact, NodeLeft))

    @property
    def heard(self) -> list[SpeechFinal]:
        return [event for event in self.world.events if isinstance(event, SpeechFinal)]


@dataclass
class World:
    """What the driver needs: a network, its events, and somebody who dials."""

    asterisk: Instance
    telephony: AsteriskTelephony
    callers: sip.Caller
    events: list[Event]

    async def dial(self) -> sip.Call:
        return await self.callers.dial(DID)

    async def pass_time(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@pytest_asyncio.fixture
async def world() -> AsyncIterator[World]:
    assert shutil.which(PROGRAM), f"{PROGRAM} is not there: apt-get install {PROGRAM}"
    recogniser = RecogniserProcess()
    running = asyncio.ensure_future(recogniser.run())
    async with PromptServer() as prompts, Instance(asterisk.settings(), asterisk.tree()) as switch:
        known = switch.settings
        chosen = AsteriskSettings(
            url=f"http://127.0.0.1:{known.http_port}",
            user=known.ari_user,
            password=known.ari_password,
            app=known.app,
        )
        telephony = AsteriskTelephony(chosen, prompts, recogniser=recogniser)
        events: list[Event] = []
        async with sip.Caller(switch.sip_port) as callers:
            await telephony.start(events.append)
            try:
                await sip.until(
                    lambda: (
                        recogniser.is_ready
                        and any(isinstance(event, ProviderResynced) for event in events)
                    ),
                    within=60,
                    what="Asterisk and the engine are there",
                )
                yield World(switch, telephony, callers, events)
            finally:
                for call in callers.calls:
                    if call.ended_at is None:
                        await call.hang_up()
                await telephony.stop()
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)


def spoken(text: str, voice: str = "en-us") -> array[int]:
    samples = array("h")
    samples.frombytes(on_the_telephone(speech(text, voice), Streams(1).of("noise")))
    return samples


async def ears(world: World) -> list[str]:
    """Channels and bridges that listen for words."""
    known = world.asterisk.settings
    login = aiohttp.encode_basic_auth(known.ari_user, known.ari_password)
    found = []
    async with aiohttp.ClientSession(headers={"Authorization": login}) as http:
        for kind in ("channels", "bridges"):
            async with http.get(f"{world.asterisk.ari_url}/{kind}") as answer:
                found += [t["id"] for t in await answer.json() if t["id"].startswith("ear-")]
    return found


async def test_a_word_ends_the_prompt_and_takes_the_option(world: World) -> None:
    story = Spoken(world, flow())
    caller: Any = await story.begin()
    await story.until(lambda: caller.media.heard.frames, "the caller hears something")
    await story.pump()
    caller.media.say(spoken("mortgage"))
    await story.until(lambda: story.is_over, "the word is understood")
    assert story.left.edge == "choice:loan"
    assert story.left.spoken
    assert story.left.barged
    assert story.heard[0].text == "mortgage"
    async with asyncio.timeout(20):
        while await ears(world):  # noqa: ASYNC110 - Asterisk does not say so
            await asyncio.sleep(0.1)


async def test_a_key_that_is_pressed_beside_a_word_wins(world: World) -> None:
    story = Spoken(world, flow())
    caller: Any = await story.begin()
    await story.until(lambda: caller.media.heard.frames, "the caller hears something")
    caller.media.say(spoken("mortgage"))
    await caller.media.send_digits("1")
    await story.until(lambda: story.is_over, "the key is taken")
    assert story.left.edge == "choice:card"
    assert not story.left.spoken


async def test_nobody_listens_where_a_menu_has_no_words(world: World) -> None:
    story = Spoken(world, flow(words={}))
    caller: Any = await story.begin()
    await story.until(lambda: caller.media.heard.frames, "the caller hears something")
    caller.media.say(spoken("mortgage"))
    await asyncio.sleep(2.5)  # as long as it would have taken to be understood
    assert await ears(world) == []
    assert story.heard == []
    await caller.media.send_digits("2")
    await story.until(lambda: story.is_over, "the key is taken")
    assert story.left.edge == "choice:account"
