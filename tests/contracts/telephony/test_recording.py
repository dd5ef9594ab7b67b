"""The contract: recordings."""

from __future__ import annotations

from contact_center.core.commands import (
    EndTalk,
    EnterWaiting,
    LeaveWaiting,
    PauseRecording,
    PlaySequence,
    PromptItem,
    PromptKind,
    RecordingScope,
    ResumeRecording,
    StartRecording,
    StopRecording,
)
from contact_center.core.events import (
    CallEnded,
    CallEvent,
    CommandFailed,
    KeyPressed,
    ProviderGap,
    ProviderResynced,
    RecordingFailed,
    RecordingFinished,
    RecordingPaused,
    RecordingResumed,
    RecordingStarted,
)
from contact_center.core.ids import LegId, PlaybackId, QueueId, RecordingId, TalkId
from tests.contracts.telephony.steps import answered_caller, conversation, ended
from tests.contracts.telephony.world import HELLO, Contract

LATE_MS = 30_000
"""A busy switch may hear late that it is to stop; a length in other units would be far from it."""


def tape(leg: LegId) -> RecordingId:
    """A name that no other test has used on the same switch."""
    return RecordingId(f"r-{leg}-1")


async def record(contract: Contract, leg: LegId, **fields: object) -> None:
    fields.setdefault("scope", RecordingScope.LEG)
    await contract.do(StartRecording, leg, recording=tape(leg), **fields)
    await contract.event(RecordingStarted, leg, recording=tape(leg))


def endings(contract: Contract) -> int:
    return len(contract.seen(RecordingFinished)) + len(contract.seen(RecordingFailed))


async def test_a_stopped_recording_is_kept_with_its_length_and_ends_once(
    contract: Contract,
) -> None:
    party, leg = await answered_caller(contract)
    party.start_talking()
    await record(contract, leg)
    await contract.quiet(2)
    await contract.do(StopRecording, leg, recording=tape(leg))
    kept = await contract.event(RecordingFinished, leg, recording=tape(leg))
    assert kept.url
    assert 1_000 <= kept.ms <= LATE_MS
    await contract.do(StopRecording, leg, recording=tape(leg))
    await contract.quiet(0.5)
    assert endings(contract) == 1
    assert contract.seen(CommandFailed) == []


async def test_a_recording_ends_by_itself_at_its_longest_length(contract: Contract) -> None:
    party, leg = await answered_caller(contract)
    party.start_talking()
    await record(contract, leg, max_us=2_000_000)
    kept = await contract.event(RecordingFinished, leg, recording=tape(leg))
    assert 1_000 <= kept.ms <= 3_000


async def test_a_recording_ends_at_the_key_which_is_reported_too(contract: Contract) -> None:
    party, leg = await answered_caller(contract)
    party.start_talking()
    await record(contract, leg, terminator="#", max_us=120_000_000)
    await contract.quiet(1)
    await party.press("#")
    await contract.event(RecordingFinished, leg, recording=tape(leg))
    await contract.event(KeyPressed, leg, key="#")


async def test_a_recording_ends_after_silence(contract: Contract) -> None:
    party, leg = await answered_caller(contract)
    party.stop_talking()
    await record(contract, leg, silence_us=2_000_000, max_us=120_000_000)
    await contract.event(RecordingFinished, leg, recording=tape(leg), within=15)


async def test_a_beep_sounds_before_the_recording(contract: Contract) -> None:
    party, leg = await answered_caller(contract)
    await contract.do(StartRecording, leg, recording=tape(leg), scope=RecordingScope.LEG, beep=True)
    await contract.world.until(lambda: not party.hears_nothing(), "something beeps", 3)
    await contract.event(RecordingStarted, leg, recording=tape(leg))
    await contract.world.until(party.hears_nothing, "the beep is over", 3)


async def test_the_recording_of_a_caller_who_hangs_up_is_kept_before_their_end(
    contract: Contract,
) -> None:
    party, leg = await answered_caller(contract)
    party.start_talking()
    await record(contract, leg, max_us=120_000_000)
    await contract.quiet(1.5)
    await party.hang_up()
    await ended(contract, leg)
    await contract.event(RecordingFinished, leg, recording=tape(leg))
    await contract.quiet(0.5)
    events = [e for e in contract.world.events if isinstance(e, CallEvent) and e.leg == leg]
    assert isinstance(events[-1], CallEnded)
    assert endings(contract) == 1


async def test_a_paused_recording_has_a_gap_where_the_provider_can(contract: Contract) -> None:
    party, leg = await answered_caller(contract)
    party.start_talking()
    await record(contract, leg)
    cmd = await contract.do(PauseRecording, leg, recording=tape(leg))
    if not contract.world.telephony.capabilities.recording_pause:
        assert (await contract.event(CommandFailed, cmd=cmd)).code == "not_supported"
        return
    await contract.event(RecordingPaused, leg, recording=tape(leg))
    await contract.quiet(1)
    await contract.do(ResumeRecording, leg, recording=tape(leg))
    await contract.event(RecordingResumed, leg, recording=tape(leg))
    await contract.do(StopRecording, leg, recording=tape(leg))
    await contract.event(RecordingFinished, leg, recording=tape(leg))


async def test_a_talk_can_be_recorded(contract: Contract) -> None:
    both = await conversation(contract)
    await record(contract, both.caller_leg, scope=RecordingScope.TALK, talk=both.talk)
    await contract.quiet(1.5)
    await contract.do(StopRecording, both.caller_leg, recording=tape(both.caller_leg))
    kept = await contract.event(RecordingFinished, both.caller_leg, recording=tape(both.caller_leg))
    assert 500 <= kept.ms <= LATE_MS


async def test_recording_what_is_not_there_fails(contract: Contract) -> None:
    _, leg = await answered_caller(contract)
    talk = TalkId("t-never-made")
    first = await contract.do(
        StartRecording, leg, recording=tape(leg), scope=RecordingScope.TALK, talk=talk
    )
    assert (await contract.event(CommandFailed, cmd=first)).code == "no_such_talk"
    second = await contract.do(
        StartRecording, LegId("never-was"), recording=tape(leg), scope=RecordingScope.LEG
    )
    assert (await contract.event(CommandFailed, cmd=second)).code == "no_such_leg"


async def test_stopping_a_recording_that_never_was_is_no_failure(contract: Contract) -> None:
    _, leg = await answered_caller(contract)
    await contract.do(StopRecording, leg, recording=tape(leg))
    await contract.quiet(0.5)
    assert contract.seen(CommandFailed) == []


async def test_all_that_a_caller_says_and_hears_can_be_recorded(contract: Contract) -> None:
    party, leg = await answered_caller(contract)
    party.start_talking()
    await record(contract, leg, scope=RecordingScope.CALL)
    await contract.quiet(1.5)
    party.stop_talking()
    await contract.do(PlaySequence, leg, playback=PlaybackId(f"p-{leg}-1"), items=(HELLO,))
    await contract.world.until(lambda: party.has_heard(HELLO), "the prompt, heard beside it", 20)
    await contract.do(PauseRecording, leg, recording=tape(leg))
    await contract.event(RecordingPaused, leg, recording=tape(leg))
    await contract.do(ResumeRecording, leg, recording=tape(leg))
    await contract.event(RecordingResumed, leg, recording=tape(leg))
    await contract.do(StopRecording, leg, recording=tape(leg))
    kept = await contract.event(RecordingFinished, leg, recording=tape(leg))
    assert 2_500 <= kept.ms <= LATE_MS
    assert contract.seen(CommandFailed) == []
    await contract.quiet(0.5)
    sound = PromptItem(kind=PromptKind.RECORDING, text=tape(leg), ms=kept.ms)
    await contract.do(PlaySequence, leg, playback=PlaybackId(f"p-{leg}-2"), items=(sound,))
    await contract.world.until(
        lambda: party.hears_recording_of(party), "what they had said themselves", 15
    )


async def test_the_recording_of_a_call_goes_on_in_a_talk_and_ends_with_the_caller(
    contract: Contract,
) -> None:
    both = await conversation(contract)
    await record(contract, both.caller_leg, scope=RecordingScope.CALL)
    await contract.world.until(lambda: both.caller.hears(both.agent), "they talk on")
    await contract.quiet(1.5)
    await both.caller.hang_up()
    await ended(contract, both.caller_leg)
    kept = await contract.event(RecordingFinished, recording=tape(both.caller_leg))
    assert 500 <= kept.ms <= LATE_MS
    assert endings(contract) == 1


async def test_the_recording_of_a_call_has_the_agent_too_after_music(contract: Contract) -> None:
    party, leg = await answered_caller(contract)
    await record(contract, leg, scope=RecordingScope.CALL)
    await contract.do(EnterWaiting, leg, queue=QueueId("sales"), music="default")
    await contract.world.until(party.hears_music, "music", 15)
    await contract.do(LeaveWaiting, leg)
    both = await conversation(contract, caller=(party, leg))
    await contract.world.until(lambda: party.hears(both.agent), "they talk")
    await contract.quiet(4)
    await contract.do(StopRecording, leg, recording=tape(leg))
    kept = await contract.event(RecordingFinished, leg, recording=tape(leg))
    both.agent.stop_talking()
    party.stop_talking()
    await contract.do(EndTalk, leg, talk=both.talk)
    await contract.world.until(party.hears_nothing, "silence", 10)
    sound = PromptItem(kind=PromptKind.RECORDING, text=tape(leg), ms=kept.ms)
    await contract.do(PlaySequence, leg, playback=PlaybackId(f"p-{leg}-1"), items=(sound,))
    await contract.world.until(
        lambda: party.hears_recording_of(both.agent), "what the agent had said", 20
    )
    assert contract.seen(CommandFailed) == []


async def test_the_recording_of_a_call_is_there_after_a_gap(contract: Contract) -> None:
    _, leg = await answered_caller(contract)
    await record(contract, leg, scope=RecordingScope.CALL)
    await contract.world.cut()
    await contract.event(ProviderGap, within=30)
    before = len(contract.seen(ProviderResynced))
    contract.world.restore()
    await contract.world.until(
        lambda: len(contract.seen(ProviderResynced)) > before, "the stream is back", 30
    )
    await contract.do(StartRecording, leg, recording=tape(leg), scope=RecordingScope.CALL)
    await contract.quiet(1)
    assert contract.seen(CommandFailed) == []
    await contract.do(StopRecording, leg, recording=tape(leg))
    await contract.event(RecordingFinished, leg, recording=tape(leg))
    assert endings(contract) == 1
