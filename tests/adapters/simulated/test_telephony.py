"""The shells: real time, and a clock moved by hand."""

from __future__ import annotations

import asyncio

from contact_center.adapters.simulated.network import Network
from contact_center.adapters.simulated.people import Caller
from contact_center.adapters.simulated.telephony import SimulatedTelephony, SteppedTelephony
from contact_center.core.commands import Answer, PlaySequence, PromptItem, PromptKind
from contact_center.core.events import Event, PlaybackFinished, ProviderGap, ProviderResynced
from contact_center.core.ids import CallId, CommandId, LegId, PlaybackId


def play(leg: LegId, ms: int) -> list[Answer | PlaySequence]:
    pause = PromptItem(kind=PromptKind.SILENCE, ms=ms)
    cmd, call = CommandId("c"), CallId(leg)
    return [
        Answer(cmd=cmd, call=call, leg=leg),
        PlaySequence(cmd=cmd, call=call, leg=leg, playback=PlaybackId("p"), items=(pause,)),
    ]


async def test_in_real_time_the_timer_brings_what_is_due() -> None:
    finished = asyncio.Event()

    def post(event: Event) -> None:
        if isinstance(event, PlaybackFinished):
            finished.set()

    telephony = SimulatedTelephony(Network())
    await telephony.start(post)
    leg = telephony.network.place_call(Caller(ani="1", did="2"), telephony.now())
    await telephony.submit(play(leg, ms=50))
    assert not finished.is_set()
    async with asyncio.timeout(10):
        await finished.wait()
    await telephony.stop()


async def test_after_stop_nothing_is_posted() -> None:
    events: list[Event] = []
    telephony = SimulatedTelephony(Network())
    await telephony.start(events.append)
    await telephony.stop()
    told = len(events)
    telephony.network.place_call(Caller(ani="1", did="2"), telephony.now())
    telephony.pump()
    assert len(events) == told


async def test_by_hand_time_passes_only_when_told_and_events_come_at_their_moment() -> None:
    telephony = SteppedTelephony(Network())
    came: list[tuple[int, Event]] = []
    began = telephony.clock.now
    await telephony.start(lambda event: came.append((telephony.clock.now - began, event)))
    leg = telephony.network.place_call(Caller(ani="1", did="2"), telephony.now())
    await telephony.submit(play(leg, ms=50))
    telephony.advance(0.049)
    assert not any(isinstance(event, PlaybackFinished) for _, event in came)
    telephony.advance(10)
    assert [at for at, event in came if isinstance(event, PlaybackFinished)] == [50_000]
    assert telephony.clock.now - began == 10_049_000


async def test_the_stream_is_cut_and_restored_once_however_often_it_is_asked() -> None:
    events: list[Event] = []
    telephony = SimulatedTelephony(Network())
    await telephony.start(events.append)
    for _ in range(2):
        telephony.cut()
    for _ in range(2):
        telephony.restore()
    await telephony.stop()
    assert [type(event) for event in events] == [ProviderResynced, ProviderGap, ProviderResynced]
