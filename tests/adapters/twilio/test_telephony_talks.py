"""The port on an emulated Twilio: waiting, dialling, and who hears whom."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from contact_center.core.commands import (
    Announce,
    Answer,
    BlindTransfer,
    CreateTalk,
    EndCause,
    EndTalk,
    EnterWaiting,
    Hangup,
    Hold,
    Join,
    LeaveTalk,
    LeaveWaiting,
    Mute,
    Originate,
    PlaySequence,
    Role,
    Unhold,
)
from contact_center.core.events import (
    CallAnswered,
    CallEnded,
    CallProgress,
    CommandFailed,
    EndedBy,
    KeyPressed,
    PlaybackFinished,
    TalkEnded,
    TalkJoined,
    TalkLeft,
    TransferResult,
    WaitingEntered,
    WaitingLeft,
)
from contact_center.core.ids import CallId, LegId, PlaybackId, agent_leg, reservation_id, talk_of
from tests.adapters.twilio.lines import ANA, HELLO, MENU, OUTSIDE, Lines
from tests.emulators.twilio.parties import Party

P1 = PlaybackId("p-1")


@pytest_asyncio.fixture
async def lines() -> AsyncIterator[Lines]:
    async with Lines() as lines:
        yield lines


def agents_leg(leg: LegId, attempt: int = 1) -> LegId:
    return agent_leg(reservation_id(CallId(leg), 1, attempt))


async def answered(lines: Lines) -> tuple[Party, LegId]:
    party, leg = await lines.caller()
    await lines.do(Answer, leg)
    await lines.event(CallAnswered, leg)
    return party, leg


async def reached(lines: Lines, leg: LegId, to: str, address: str) -> Party:
    """Somebody whom we dialled has answered."""
    lines.twilio.callee(address, "answer after 0.1 s")
    await lines.do(Originate, leg, to=to)
    await lines.event(CallAnswered, leg)
    return lines.twilio.calls_to(address)[-1].party


async def talking(lines: Lines) -> tuple[Party, LegId, Party, LegId]:
    """A caller and ana who hear each other."""
    caller, leg = await answered(lines)
    agent = agents_leg(leg)
    ana = await reached(lines, agent, "device:ana", lines.ana)
    talk = talk_of(CallId(leg))
    await lines.telephony.submit(
        [
            lines.command(CreateTalk, leg, talk=talk),
            lines.command(Join, leg, talk=talk, role=Role.CUSTOMER),
            lines.command(Join, agent, talk=talk, role=Role.AGENT),
        ]
    )
    await lines.event(TalkJoined, leg, talk=talk)
    await lines.event(TalkJoined, agent, talk=talk)
    caller.start_talking()
    ana.start_talking()
    await lines.until(lambda: hears(caller, ana) and hears(ana, caller), "they hear each other")
    return caller, leg, ana, agent


def hears(one: Party, other: Party) -> bool:
    return ("voice", other.call.sid) in one.hears_now


async def test_a_caller_waits_with_music_and_keys_and_leaves_for_a_talk(lines: Lines) -> None:
    caller, leg = await answered(lines)
    await lines.do(EnterWaiting, leg, queue="sales")
    await lines.event(WaitingEntered, leg)
    await lines.until(lambda: lines.music() in caller.hears_now, "music")
    caller.press("7")
    await lines.event(KeyPressed, leg, key="7")
    await lines.until(lambda: lines.music() in caller.hears_now, "music goes on")
    agent, talk = agents_leg(leg), talk_of(CallId(leg))
    ana = await reached(lines, agent, "device:ana", lines.ana)
    await lines.telephony.submit(
        [
            lines.command(LeaveWaiting, leg),
            lines.command(CreateTalk, leg, talk=talk),
            lines.command(Join, leg, talk=talk, role=Role.CUSTOMER),
            lines.command(Join, agent, talk=talk, role=Role.AGENT),
        ]
    )
    await lines.event(TalkJoined, leg)
    await lines.event(TalkJoined, agent)
    ana.start_talking()
    await lines.until(lambda: hears(caller, ana), "the caller hears ana")
    assert lines.music() not in caller.hears_now
    assert len(lines.seen(WaitingLeft, leg)) == 1
    assert lines.seen(CommandFailed) == []


async def test_an_announcement_in_the_line_is_followed_by_music(lines: Lines) -> None:
    caller, leg = await answered(lines)
    await lines.do(EnterWaiting, leg, queue="sales")
    await lines.until(lambda: lines.music() in caller.hears_now, "music")
    await lines.do(PlaySequence, leg, playback=P1, items=(MENU,))
    await lines.event(PlaybackFinished, leg, playback=P1)
    assert caller.has_heard("play", lines.sound(MENU))
    await lines.until(lambda: lines.music() in caller.hears_now, "music again")
    assert len(lines.seen(WaitingEntered, leg)) == 1
    await lines.do(LeaveWaiting, leg)
    await lines.event(WaitingLeft, leg)
    await lines.until(lambda: caller.hears_now == frozenset(), "silence")


async def test_hold_mute_and_back(lines: Lines) -> None:
    caller, leg, ana, agent = await talking(lines)
    talk = talk_of(CallId(leg))
    await lines.do(Hold, leg, talk=talk)
    await lines.until(lambda: lines.music() in caller.hears_now, "music")
    await lines.until(lambda: not hears(caller, ana) and not hears(ana, caller), "apart")
    await lines.do(Unhold, leg, talk=talk)
    await lines.until(lambda: hears(caller, ana) and hears(ana, caller), "together")
    await lines.do(Mute, agent, on=True)
    await lines.until(lambda: not hears(caller, ana) and hears(ana, caller), "ana is muted")
    await lines.do(Mute, agent, on=False)
    await lines.until(lambda: hears(caller, ana), "ana is heard")
    assert lines.seen(CommandFailed) == []


async def test_a_supervisor_whispers_listens_and_barges(lines: Lines) -> None:
    caller, leg, ana, agent = await talking(lines)
    third = agents_leg(leg, 2)
    ben = await reached(lines, third, "device:ben", lines.ben)
    ben.start_talking()
    role = {"talk": talk_of(CallId(leg)), "role": Role.SUPERVISOR}
    await lines.do(Join, third, muted=True, coach_of=agent, **role)
    await lines.event(TalkJoined, third)
    await lines.until(lambda: hears(ben, caller) and hears(ben, ana), "ben listens")
    assert not hears(ana, ben)
    await lines.do(Join, third, coach_of=agent, **role)
    await lines.until(lambda: hears(ana, ben) and not hears(caller, ben), "ben whispers")
    await lines.do(Join, third, **role)
    await lines.until(lambda: hears(ana, ben) and hears(caller, ben), "ben barges in")
    await lines.do(Hangup, third)
    assert (await lines.event(CallEnded, third)).by is EndedBy.US
    assert lines.seen(CommandFailed) == []


async def test_the_end_of_a_talk_leaves_its_legs_up_and_ready(lines: Lines) -> None:
    caller, leg, _, agent = await talking(lines)
    await lines.do(EndTalk, leg, talk=talk_of(CallId(leg)))
    await lines.event(TalkLeft, leg)
    await lines.event(TalkLeft, agent)
    await lines.event(TalkEnded)
    await lines.until(lambda: caller.hears_now == frozenset(), "silence")
    caller.stop_talking()
    await lines.do(PlaySequence, leg, playback=P1, items=(HELLO,))
    await lines.event(PlaybackFinished, leg, playback=P1)
    assert lines.seen(CallEnded) == []
    assert len(lines.seen(TalkEnded)) == 1


async def test_one_leaves_a_talk_and_comes_back(lines: Lines) -> None:
    caller, leg, ana, _ = await talking(lines)
    talk = talk_of(CallId(leg))
    await lines.do(LeaveTalk, leg, talk=talk)
    await lines.event(TalkLeft, leg, talk=talk)
    await lines.until(lambda: caller.hears_now == frozenset(), "silence")
    await lines.do(Join, leg, talk=talk, role=Role.CUSTOMER)
    await lines.until(lambda: hears(caller, ana), "they hear each other again")
    await lines.until(lambda: len(lines.seen(TalkJoined, leg)) == 2, "it is told again")


async def test_an_announcement_is_heard_by_everybody_in_a_talk(lines: Lines) -> None:
    caller, leg, ana, _ = await talking(lines)
    await lines.do(Announce, leg, talk=talk_of(CallId(leg)), playback=P1, items=(MENU,))
    await lines.event(PlaybackFinished, leg, playback=P1)
    for party in (caller, ana):
        assert party.has_heard("play", lines.sound(MENU))


async def test_who_hangs_up_leaves_the_talk_before_the_end(lines: Lines) -> None:
    caller, leg, _, agent = await talking(lines)
    caller.hang_up()
    await lines.event(CallEnded, leg)
    kinds = [type(e) for e in lines.events if getattr(e, "leg", "") == leg]
    assert kinds[-2:] == [TalkLeft, CallEnded]
    assert lines.seen(CallEnded, agent) == []


@pytest.mark.parametrize(
    ("how", "cause"),
    [
        ("busy", EndCause.BUSY),
        ("decline", EndCause.REJECTED),
        ("ignore", EndCause.NO_ANSWER),
        ("unregistered", EndCause.UNREGISTERED),
    ],
)
async def test_a_phone_that_is_not_answered_says_why(
    lines: Lines, how: str, cause: EndCause
) -> None:
    lines.twilio.callee(ANA, how)
    leg = LegId("a-c1-e1-n1")
    await lines.do(Originate, leg, to="device:ana", timeout_us=1_000_000)
    assert (await lines.event(CallEnded, leg)).cause is cause
    assert lines.seen(CommandFailed) == []


async def test_how_twilio_signed_a_call_that_we_make_is_told_when_it_rings(lines: Lines) -> None:
    leg = LegId("a-c1-e1-n1")
    lines.twilio.callee(OUTSIDE, "answer")
    await lines.do(Originate, leg, to=f"number:{OUTSIDE}")
    assert (await lines.event(CallProgress, leg)).attestation == "A"


async def test_a_phone_rings_once_however_often_it_is_asked_for_and_is_rung_off(
    lines: Lines,
) -> None:
    leg = LegId("a-c1-e1-n1")
    for _ in range(3):
        await lines.do(Originate, leg, to="device:ana")
    await lines.event(CallProgress, leg)
    await lines.do(Hangup, leg, cause=EndCause.CANCELED)
    end = await lines.event(CallEnded, leg)
    assert (end.cause, end.by) == (EndCause.CANCELED, EndedBy.US)
    assert len(lines.twilio.calls_to(ANA)) == 1


async def test_a_caller_sent_away_is_gone_from_here_and_talks_there(lines: Lines) -> None:
    lines.twilio.callee(OUTSIDE, "answer after 0.1 s")
    caller, leg = await answered(lines)
    await lines.do(BlindTransfer, leg, to=f"number:{OUTSIDE}")
    assert (await lines.event(TransferResult, leg)).result == "accepted"
    await lines.event(CallEnded, leg)
    other = lines.twilio.calls_to(OUTSIDE)[0].party
    other.start_talking()
    await lines.until(lambda: hears(caller, other), "they talk there")
    caller.hang_up()
    await lines.until(lambda: other.over, "both are done")
    assert lines.events[-1].__class__ is CallEnded


async def test_a_caller_whom_nobody_takes_elsewhere_is_back(lines: Lines) -> None:
    lines.twilio.callee(OUTSIDE, "busy")
    _, leg = await answered(lines)
    await lines.do(BlindTransfer, leg, to=f"number:{OUTSIDE}")
    assert (await lines.event(TransferResult, leg)).result == "failed"
    await lines.do(PlaySequence, leg, playback=P1, items=(HELLO,))
    await lines.event(PlaybackFinished, leg, playback=P1)


async def test_who_whispers_to_an_agent_who_leaves_is_not_heard_by_the_caller(
    lines: Lines,
) -> None:
    caller, leg, ana, agent = await talking(lines)
    third = agents_leg(leg, 2)
    ben = await reached(lines, third, "device:ben", lines.ben)
    ben.start_talking()
    talk = talk_of(CallId(leg))
    await lines.do(Join, third, talk=talk, role=Role.SUPERVISOR, coach_of=agent)
    await lines.event(TalkJoined, third)
    await lines.until(lambda: hears(ana, ben) and not hears(caller, ben), "ben whispers")
    ana.hang_up()
    await lines.event(CallEnded, agent)
    for _ in range(20):
        assert not hears(caller, ben)
        await asyncio.sleep(0.05)
    await lines.do(Join, third, talk=talk, role=Role.SUPERVISOR)
    await lines.until(lambda: hears(caller, ben), "ben takes over")
