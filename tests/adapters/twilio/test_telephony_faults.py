"""The port on an emulated Twilio where something goes wrong, and recordings and machines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from contact_center.adapters.twilio.intents import RememberedIntents
from contact_center.core.commands import (
    AmdProfile,
    Answer,
    CreateTalk,
    EnterWaiting,
    Hangup,
    Join,
    Originate,
    PauseRecording,
    PlaySequence,
    RecordingScope,
    ResumeRecording,
    Role,
    StartRecording,
    StopRecording,
)
from contact_center.core.events import (
    AmdResult,
    AmdVerdict,
    CallAnswered,
    CallEnded,
    CallOffered,
    CommandFailed,
    LegState,
    PlaybackFinished,
    ProviderGap,
    ProviderResynced,
    RecordingFinished,
    RecordingPaused,
    RecordingResumed,
    RecordingStarted,
    TalkJoined,
    WaitingEntered,
)
from contact_center.core.ids import CallId, LegId, PlaybackId, RecordingId, talk_of
from tests.adapters.twilio.lines import ANA, HELLO, MENU, NUMBER, OUTSIDE, Lines
from tests.emulators.twilio.parties import Party

P1, P2 = PlaybackId("p-1"), PlaybackId("p-2")
DIALLED = LegId("x-d1-n1")


@pytest_asyncio.fixture
async def lines() -> AsyncIterator[Lines]:
    async with Lines() as lines:
        yield lines


async def answered(lines: Lines) -> tuple[Party, LegId]:
    party, leg = await lines.caller()
    await lines.do(Answer, leg)
    await lines.event(CallAnswered, leg)
    return party, leg


# --- recordings --------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", [RecordingScope.CALL, RecordingScope.LEG])
async def test_a_recording_is_paused_goes_on_and_is_kept(
    lines: Lines, scope: RecordingScope
) -> None:
    party, leg = await answered(lines)
    party.start_talking()
    tape = RecordingId(f"r-{leg}-1")
    await lines.do(StartRecording, leg, recording=tape, scope=scope)
    await lines.event(RecordingStarted, leg, recording=tape)
    await lines.do(PauseRecording, leg, recording=tape)
    await lines.event(RecordingPaused, leg)
    await lines.do(ResumeRecording, leg, recording=tape)
    await lines.event(RecordingResumed, leg)
    await lines.do(StopRecording, leg, recording=tape)
    kept = await lines.event(RecordingFinished, leg, recording=tape)
    assert (await lines.telephony.download(kept.url))[:4] == b"RIFF"
    await lines.do(StopRecording, leg, recording=tape)
    assert lines.seen(CommandFailed) == []


async def test_a_voicemail_ends_in_silence_and_is_kept(lines: Lines) -> None:
    party, leg = await answered(lines)
    party.start_talking()
    tape = RecordingId(f"r-{leg}-1")
    await lines.do(
        StartRecording,
        leg,
        recording=tape,
        scope=RecordingScope.LEG,
        silence_us=1_000_000,
        max_us=60_000_000,
        beep=True,
    )
    await lines.event(RecordingStarted, leg, recording=tape)
    party.stop_talking()
    await lines.event(RecordingFinished, leg, recording=tape)
    assert not party.over


async def test_who_hangs_up_while_leaving_a_message_has_left_it(lines: Lines) -> None:
    party, leg = await answered(lines)
    party.start_talking()
    tape = RecordingId(f"r-{leg}-1")
    await lines.do(
        StartRecording, leg, recording=tape, scope=RecordingScope.LEG, silence_us=9_000_000
    )
    await lines.event(RecordingStarted, leg, recording=tape)
    await asyncio.sleep(1)
    party.hang_up()
    end = await lines.event(CallEnded, leg)
    assert len(lines.seen(RecordingFinished, leg, recording=tape)) == 1
    assert lines.events[-1] is end


# --- who answered ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "verdict"),
    [("machine beep at 0.5 s", AmdVerdict.MACHINE), ("answer; talk at 0.1 s; fall silent at 0.5 s",
                                                     AmdVerdict.HUMAN)],
)  # fmt: skip
async def test_it_is_told_who_answered(lines: Lines, how: str, verdict: AmdVerdict) -> None:
    lines.twilio.callee(OUTSIDE, how)
    await lines.do(Originate, DIALLED, to=f"number:{OUTSIDE}", amd=AmdProfile.ASYNC)
    await lines.event(CallAnswered, DIALLED)
    assert (await lines.event(AmdResult, DIALLED)).verdict is verdict
    if verdict is AmdVerdict.MACHINE:
        await lines.event(AmdResult, DIALLED, beep=True)
    await lines.do(Hangup, DIALLED)
    await lines.event(CallEnded, DIALLED)


# --- faults ------------------------------------------------------------------------------------


async def test_a_call_of_which_it_is_not_known_whether_it_was_made_is_made_once(
    lines: Lines,
) -> None:
    lines.twilio.faults.rest_500_on_create = 1
    lines.twilio.callee(OUTSIDE, "answer after 0.3 s")
    await lines.do(Originate, DIALLED, to=f"number:{OUTSIDE}")
    await lines.event(CallAnswered, DIALLED)
    await lines.do(PlaySequence, DIALLED, playback=P1, items=(HELLO,))
    await lines.event(PlaybackFinished, DIALLED, playback=P1)
    assert len(lines.twilio.calls_to(OUTSIDE)) == 1
    assert lines.seen(CommandFailed) == []


async def test_everything_told_twice_and_out_of_order_is_told_the_core_once(lines: Lines) -> None:
    faults = lines.twilio.faults
    faults.duplicate = faults.reorder = faults.repeat_webhooks = faults.late_action = True
    party, leg = await answered(lines)
    lines.twilio.callee(ANA, "answer after 0.1 s")
    agent = LegId(f"a-{leg}-e1-n1")
    await lines.do(PlaySequence, leg, playback=P1, items=(HELLO,))
    await lines.event(PlaybackFinished, leg, playback=P1)
    await lines.do(EnterWaiting, leg, queue="sales")
    await lines.event(WaitingEntered, leg)
    await lines.do(Originate, agent, to="device:ana")
    await lines.event(CallAnswered, agent)
    talk = talk_of(CallId(leg))
    await lines.telephony.submit(
        [
            lines.command(CreateTalk, leg, talk=talk),
            lines.command(Join, leg, talk=talk, role=Role.CUSTOMER),
            lines.command(Join, agent, talk=talk, role=Role.AGENT),
        ]
    )
    await lines.event(TalkJoined, leg)
    await lines.event(TalkJoined, agent)
    await lines.do(Hangup, leg)
    await lines.do(Hangup, agent)
    await lines.event(CallEnded, leg)
    await lines.event(CallEnded, agent)
    assert party.over
    for kind in (CallOffered, CallAnswered, PlaybackFinished, TalkJoined, CallEnded):
        assert len(lines.seen(kind, leg)) == 1, kind
    assert lines.seen(CommandFailed) == []


async def test_a_caller_in_mid_call_is_known_to_the_process_that_comes_next(lines: Lines) -> None:
    party, leg = await answered(lines)
    await lines.do(PlaySequence, leg, playback=P1, items=(MENU,))
    await lines.event(PlaybackFinished, leg, playback=P1)
    await lines.telephony.stop()
    lines.events.clear()
    lines.telephony = lines.make()
    await lines.start()
    (live,) = lines.seen(ProviderResynced)[0].legs
    assert (live.leg, live.state) == (leg, LegState.UP)
    await lines.do(PlaySequence, leg, playback=P2, items=(HELLO,))
    await lines.event(PlaybackFinished, leg, playback=P2)
    assert party.has_heard("play", lines.sound(HELLO))
    party.hang_up()
    await lines.event(CallEnded, leg)


async def test_without_rest_there_is_a_gap_and_calls_go_on(lines: Lines) -> None:
    party, leg = await answered(lines)
    await lines.do(EnterWaiting, leg, queue="sales")
    await lines.until(lambda: lines.music() in party.hears_now, "music")
    lines.twilio.faults.rest_down = True
    await lines.event(ProviderGap)
    cmd = await lines.do(PlaySequence, leg, playback=P1, items=(HELLO,))
    failed = await lines.event(CommandFailed, leg, cmd=cmd)
    assert (failed.code, failed.retryable) == ("unreachable", True)
    assert lines.music() in party.hears_now
    lines.twilio.faults.rest_down = False
    await lines.until(lambda: len(lines.seen(ProviderResynced)) == 2, "it answers again", 30)
    assert [live.leg for live in lines.seen(ProviderResynced)[1].legs] == [leg]
    await lines.do(PlaySequence, leg, playback=P2, items=(HELLO,))
    await lines.event(PlaybackFinished, leg, playback=P2)


async def test_who_is_not_twilio_is_refused(lines: Lines) -> None:
    lines.twilio.faults.signature = "wrong"
    party = await lines.twilio.dial("+14155550199", NUMBER)
    await lines.until(lambda: party.over, "nobody serves that call")
    assert lines.seen(CallOffered) == []
    assert lines.telephony.webhooks.counts.refused["signature"] >= 1
    lines.twilio.faults.signature = "sha1"


async def test_a_recording_is_as_long_as_it_may_be(lines: Lines) -> None:
    party, leg = await answered(lines)
    party.start_talking()
    tape = RecordingId(f"r-{leg}-1")
    await lines.do(StartRecording, leg, recording=tape, scope=RecordingScope.CALL, max_us=1_200_000)
    kept = await lines.event(RecordingFinished, leg, recording=tape)
    assert 1_000 <= kept.ms <= 3_000


async def test_a_conversation_survives_the_process_that_made_it() -> None:
    async with Lines(intents=RememberedIntents()) as lines:
        party, leg = await answered(lines)
        lines.twilio.callee(ANA, "answer after 0.1 s")
        agent, talk = LegId(f"a-{leg}-e1-n1"), talk_of(CallId(leg))
        await lines.do(Originate, agent, to="device:ana")
        await lines.event(CallAnswered, agent)
        await lines.do(CreateTalk, leg, talk=talk)
        await lines.do(Join, leg, talk=talk, role=Role.CUSTOMER)
        await lines.do(Join, agent, talk=talk, role=Role.AGENT)
        await lines.event(TalkJoined, leg)
        await lines.event(TalkJoined, agent)
        ana = lines.twilio.calls_to(ANA)[0].party
        ana.start_talking()
        await lines.telephony.stop()
        lines.events.clear()
        lines.telephony = lines.make()
        await lines.start()
        resync = lines.seen(ProviderResynced)[0]
        assert {live.leg: live.talk for live in resync.legs} == {leg: talk, agent: talk}
        assert resync.talks == (talk,)
        await lines.do(Join, leg, talk=talk, role=Role.CUSTOMER)
        await lines.do(Join, agent, talk=talk, role=Role.AGENT)
        await asyncio.sleep(0.5)
        assert ("voice", ana.call.sid) in party.hears_now
        assert lines.seen(CommandFailed) == []
        await lines.do(Hangup, agent)
        assert (await lines.event(CallEnded, agent)).call == leg
        assert not party.over


async def test_a_caller_whose_first_request_fails_comes_by_the_second_way(lines: Lines) -> None:
    lines.twilio.number(
        NUMBER,
        voice_url="http://127.0.0.1:9/nobody",
        fallback_url=f"{lines.base}/twilio/fallback",
        status_callback=f"{lines.base}/twilio/status",
    )
    party, leg = await lines.caller()
    await lines.do(Answer, leg)
    await lines.do(PlaySequence, leg, playback=P1, items=(HELLO,))
    await lines.event(PlaybackFinished, leg, playback=P1)
    assert party.has_heard("play", lines.sound(HELLO))
    await lines.do(Hangup, leg)
    await lines.event(CallEnded, leg)
