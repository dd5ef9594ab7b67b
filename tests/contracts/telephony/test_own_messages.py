"""The contract: what a caller recorded can be played to them, and thrown away."""

from __future__ import annotations

from contact_center.core.commands import (
    DiscardRecording,
    PlaySequence,
    PromptItem,
    PromptKind,
    RecordingScope,
    StartRecording,
    StopRecording,
)
from contact_center.core.events import (
    CommandFailed,
    PlaybackFinished,
    RecordingFinished,
    RecordingStarted,
)
from contact_center.core.ids import LegId, PlaybackId, RecordingId
from tests.contracts.telephony.steps import answered_caller
from tests.contracts.telephony.world import MENU, Contract, Party


async def recorded(contract: Contract) -> tuple[Party, LegId, PromptItem]:
    """A caller has spoken for some seconds, and is silent now."""
    party, leg = await answered_caller(contract)
    recording = RecordingId(f"r-{leg}-1")
    party.start_talking()
    await contract.do(StartRecording, leg, recording=recording, scope=RecordingScope.LEG)
    await contract.event(RecordingStarted, leg, recording=recording)
    await contract.quiet(4)
    await contract.do(StopRecording, leg, recording=recording)
    kept = await contract.event(RecordingFinished, leg, recording=recording)
    party.stop_talking()
    await contract.world.until(party.hears_nothing, "silence")
    return party, leg, PromptItem(kind=PromptKind.RECORDING, text=recording, ms=kept.ms)


async def test_a_caller_hears_what_they_recorded_and_then_the_words(contract: Contract) -> None:
    party, leg, sound = await recorded(contract)
    await contract.do(PlaySequence, leg, playback=PlaybackId(f"p-{leg}-1"), items=(sound, MENU))
    await contract.world.until(lambda: party.hears_recording_of(party), "their own voice", 15)
    await contract.world.until(lambda: party.has_heard(MENU), "the words after it", 30)
    await contract.event(PlaybackFinished, leg)
    assert contract.seen(CommandFailed) == []


async def test_what_was_thrown_away_is_not_heard(contract: Contract) -> None:
    """Whether it is said that it cannot be played differs: Asterisk says nothing."""
    party, leg, sound = await recorded(contract)
    recording = RecordingId(sound.text)
    await contract.do(DiscardRecording, leg, recording=recording)
    await contract.do(DiscardRecording, leg, recording=recording)
    await contract.quiet(0.5)
    assert contract.seen(CommandFailed) == []
    await contract.do(PlaySequence, leg, playback=PlaybackId(f"p-{leg}-1"), items=(sound,))
    for _ in range(20):
        await contract.quiet(0.15)
        assert not party.hears_recording_of(party)
