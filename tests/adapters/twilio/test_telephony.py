"""The port on an emulated Twilio: callers, prompts, keys, and how calls end."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from contact_center.core.commands import (
    Answer,
    EndCause,
    Hangup,
    Listen,
    PlaySequence,
    Reject,
    StopPlayback,
)
from contact_center.core.events import (
    CallAnswered,
    CallEnded,
    CallOffered,
    EndedBy,
    KeyPressed,
    KeysCollected,
    PlaybackFinished,
    PlaybackStarted,
)
from contact_center.core.ids import ListenId, PlaybackId
from tests.adapters.twilio.lines import HELLO, LONG, MENU, NUMBER, Lines

FIRST, SECOND = PlaybackId("p-1"), PlaybackId("p-2")


@pytest_asyncio.fixture
async def lines() -> AsyncIterator[Lines]:
    async with Lines() as lines:
        yield lines


async def test_a_caller_is_answered_hears_a_prompt_presses_a_key_and_is_let_go(
    lines: Lines,
) -> None:
    party, leg = await lines.caller()
    await lines.do(Answer, leg)
    await lines.event(CallAnswered, leg)
    await lines.telephony.submit(
        [
            lines.command(Listen, leg, listen=ListenId("l-1"), first_timeout_us=3_000_000),
            lines.command(PlaySequence, leg, playback=FIRST, items=(HELLO, LONG)),
        ]
    )
    await lines.event(PlaybackStarted, leg, playback=FIRST)
    await lines.until(lambda: party.has_heard("play", lines.sound(HELLO)), "hello is heard")
    party.press("2")
    await lines.event(KeyPressed, leg, key="2")
    await lines.event(PlaybackFinished, leg, playback=FIRST)
    await lines.do(Hangup, leg)
    end = await lines.event(CallEnded, leg)
    assert (end.cause, end.by) == (EndCause.NORMAL, EndedBy.US)
    await lines.until(lambda: party.over, "the caller's phone says so")
    assert lines.twilio.dropped_keys == []


async def test_a_visitors_browser_is_who_its_token_says_and_dials_nothing_else(
    lines: Lines,
) -> None:
    visit = "talk" + "0123456789abcdef" * 2
    _, leg = await lines.caller(f"client:{visit}")
    (offered,) = lines.seen(CallOffered, leg)
    assert (offered.ani, offered.did) == ("", visit), "not the number that it asked for"
    _, leg = await lines.caller("client:talk-with-me")
    assert lines.seen(CallOffered, leg)[0].did == NUMBER


async def test_a_caller_whom_nobody_answers_hears_it_ring_for_long(lines: Lines) -> None:
    party, leg = await lines.caller()
    await lines.until(
        lambda: len(lines.twilio.log.entries) > 12, "Twilio has come several times", 30
    )
    assert not party.over
    assert lines.seen(CallAnswered, leg) == []
    await lines.do(Reject, leg, cause=EndCause.BUSY)
    assert (await lines.event(CallEnded, leg)).by is EndedBy.US
    assert party.call.status.value == "busy"


async def test_a_stopped_prompt_makes_way_for_the_next(lines: Lines) -> None:
    party, leg = await lines.caller()
    await lines.do(Answer, leg)
    await lines.do(PlaySequence, leg, playback=FIRST, items=(LONG,))
    await lines.event(PlaybackStarted, leg, playback=FIRST)
    await lines.telephony.submit(
        [
            lines.command(StopPlayback, leg, playback=FIRST),
            lines.command(PlaySequence, leg, playback=SECOND, items=(MENU,)),
        ]
    )
    await lines.event(PlaybackFinished, leg, playback=SECOND)
    assert party.has_heard("play", lines.sound(MENU))
    assert not party.has_heard("play", lines.sound(LONG))
    ends = [event.playback for event in lines.seen(PlaybackFinished, leg)]
    assert ends == [FIRST, SECOND]


async def test_who_says_nothing_is_told_of_with_no_keys(lines: Lines) -> None:
    _, leg = await lines.caller()
    await lines.do(Answer, leg)
    await lines.telephony.submit(
        [
            lines.command(Listen, leg, listen=ListenId("l-1"), first_timeout_us=900_000),
            lines.command(PlaySequence, leg, playback=FIRST, items=(MENU,)),
        ]
    )
    collected = await lines.event(KeysCollected, leg)
    assert (collected.listen, collected.keys, collected.reason) == ("l-1", "", "timeout")
    events = [type(event) for event in lines.events]
    assert events.index(PlaybackFinished) < events.index(KeysCollected)


async def test_a_caller_who_hangs_up_has_ended_from_the_far_end(lines: Lines) -> None:
    party, leg = await lines.caller()
    await lines.do(Answer, leg)
    await lines.do(PlaySequence, leg, playback=FIRST, items=(LONG,))
    await lines.event(PlaybackStarted, leg)
    party.hang_up()
    end = await lines.event(CallEnded, leg)
    assert (end.cause, end.by) == (EndCause.NORMAL, EndedBy.FAR_END)
    assert lines.events[-1] is end
