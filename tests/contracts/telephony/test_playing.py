"""The contract: prompts, music, waiting."""

from __future__ import annotations

from contact_center.core.commands import (
    NO_MUSIC,
    Announce,
    EnterWaiting,
    HoldMusic,
    LeaveWaiting,
    PlaySequence,
    SendDigits,
    Silence,
    StopPlayback,
)
from contact_center.core.events import (
    CallEnded,
    CommandFailed,
    PlaybackFailed,
    PlaybackFinished,
    PlaybackStarted,
    WaitingEntered,
    WaitingLeft,
)
from contact_center.core.ids import LegId, PlaybackId
from tests.contracts.telephony.steps import answered_caller, ended
from tests.contracts.telephony.world import HELLO, LONG, MENU, MISSING, PAUSE, Contract

FIRST, SECOND = PlaybackId("p-first"), PlaybackId("p-second")


def endings(contract: Contract, playback: PlaybackId) -> int:
    finished = contract.seen(PlaybackFinished, playback=playback)
    return len(finished) + len(contract.seen(PlaybackFailed, playback=playback))


async def play(
    contract: Contract, leg: LegId, *items: object, playback: PlaybackId = FIRST
) -> None:
    await contract.do(PlaySequence, leg, playback=playback, items=items)


async def test_a_prompt_is_heard_and_finishes_once(contract: Contract) -> None:
    party, leg = await answered_caller(contract)
    await play(contract, leg, HELLO)
    await contract.event(PlaybackStarted, leg, playback=FIRST)
    await contract.event(PlaybackFinished, leg, playback=FIRST)
    await contract.world.until(lambda: party.has_heard(HELLO), "the whole prompt is heard", 3)
    await contract.quiet()
    assert endings(contract, FIRST) == 1
    assert len(contract.seen(PlaybackStarted, leg)) == 1


async def test_a_sequence_is_heard_item_by_item_and_finishes_once(contract: Contract) -> None:
    party, leg = await answered_caller(contract)
    await play(contract, leg, HELLO, PAUSE, MENU)
    await contract.event(PlaybackFinished, leg, playback=FIRST)
    await contract.world.until(
        lambda: party.has_heard(HELLO) and party.has_heard(MENU), "both prompts are heard", 3
    )
    await contract.quiet()
    assert endings(contract, FIRST) == 1


async def test_a_pause_alone_is_played_too(contract: Contract) -> None:
    _, leg = await answered_caller(contract)
    await play(contract, leg, PAUSE)
    await contract.event(PlaybackFinished, leg, playback=FIRST)


async def test_a_prompt_played_before_the_answer_is_heard_as_early_media(
    contract: Contract,
) -> None:
    party, leg = await contract.caller()
    await play(contract, leg, HELLO)
    await contract.event(PlaybackFinished, leg, playback=FIRST)
    await contract.world.until(lambda: party.has_heard(HELLO), "the prompt is heard", 3)


async def test_a_stopped_prompt_finishes_at_once_and_silence_follows(contract: Contract) -> None:
    party, leg = await answered_caller(contract)
    await play(contract, leg, LONG)
    await contract.event(PlaybackStarted, leg)
    await contract.world.until(lambda: not party.hears_nothing(), "the prompt begins")
    await contract.do(StopPlayback, leg, playback=FIRST)
    await contract.event(PlaybackFinished, leg, playback=FIRST, within=3)
    await contract.world.until(party.hears_nothing, "the prompt is silent", 3)
    assert not party.has_heard(LONG)


async def test_stopping_again_is_no_failure_and_no_second_end(contract: Contract) -> None:
    _, leg = await answered_caller(contract)
    await play(contract, leg, LONG)
    await contract.event(PlaybackStarted, leg)
    for _ in range(3):
        await contract.do(StopPlayback, leg, playback=FIRST)
    await contract.event(PlaybackFinished, leg, playback=FIRST)
    await contract.do(StopPlayback, leg, playback=FIRST)
    await contract.quiet()
    assert endings(contract, FIRST) == 1
    assert contract.seen(CommandFailed) == []


async def test_stopping_a_prompt_and_playing_another_keeps_their_order(contract: Contract) -> None:
    party, leg = await answered_caller(contract)
    await play(contract, leg, LONG)
    await contract.event(PlaybackStarted, leg, playback=FIRST)
    stop = contract.command(StopPlayback, leg, playback=FIRST)
    next_one = contract.command(PlaySequence, leg, playback=SECOND, items=(MENU,))
    await contract.world.telephony.submit([stop, next_one])
    await contract.event(PlaybackFinished, leg, playback=SECOND)
    await contract.world.until(lambda: party.has_heard(MENU), "the second prompt is heard", 3)
    ends = [event.playback for event in contract.seen(PlaybackFinished, leg)]
    assert ends == [FIRST, SECOND]


async def test_a_prompt_played_during_another_is_heard_after_it(contract: Contract) -> None:
    party, leg = await answered_caller(contract)
    await play(contract, leg, HELLO)
    await play(contract, leg, MENU, playback=SECOND)
    await contract.event(PlaybackFinished, leg, playback=SECOND)
    await contract.world.until(
        lambda: party.has_heard(HELLO) and party.has_heard(MENU), "both prompts are heard", 3
    )
    ends = [event.playback for event in contract.seen(PlaybackFinished, leg)]
    assert ends == [FIRST, SECOND]


async def test_a_playback_that_has_not_begun_can_be_stopped(contract: Contract) -> None:
    _, leg = await answered_caller(contract)
    play_it = contract.command(PlaySequence, leg, playback=FIRST, items=(LONG,))
    stop_it = contract.command(StopPlayback, leg, playback=FIRST)
    await contract.world.telephony.submit([play_it, stop_it])
    await contract.event(PlaybackFinished, leg, playback=FIRST, within=3)
    await contract.quiet()
    assert endings(contract, FIRST) == 1
    assert contract.seen(CommandFailed) == []


async def test_a_prompt_that_is_missing_fails_once_with_the_reason(contract: Contract) -> None:
    _, leg = await answered_caller(contract)
    await play(contract, leg, MISSING)
    await contract.event(PlaybackFailed, leg, playback=FIRST)
    await contract.quiet()
    assert endings(contract, FIRST) == 1
    assert {failed.code for failed in contract.seen(CommandFailed)} <= {"media_missing"}


async def test_after_a_missing_prompt_the_leg_can_be_played_to(contract: Contract) -> None:
    party, leg = await answered_caller(contract)
    await play(contract, leg, MISSING)
    await contract.event(PlaybackFailed, leg, playback=FIRST)
    await play(contract, leg, MENU, playback=SECOND)
    await contract.event(PlaybackFinished, leg, playback=SECOND)
    await contract.world.until(lambda: party.has_heard(MENU), "the second prompt is heard", 3)


async def test_a_caller_who_hangs_up_during_a_prompt_leaves_nothing_behind(
    contract: Contract,
) -> None:
    party, leg = await answered_caller(contract)
    await play(contract, leg, HELLO)
    await contract.event(PlaybackStarted, leg)
    await party.hang_up()
    await ended(contract, leg)
    await contract.quiet(2.5)
    assert endings(contract, FIRST) <= 1
    assert isinstance(contract.world.events[-1], CallEnded)


async def test_an_announcement_without_a_talk_is_a_prompt_for_the_leg(contract: Contract) -> None:
    party, leg = await answered_caller(contract)
    await contract.do(Announce, leg, playback=FIRST, items=(MENU,))
    await contract.event(PlaybackFinished, leg, playback=FIRST)
    await contract.world.until(lambda: party.has_heard(MENU), "the announcement is heard", 3)


async def test_hold_music_is_heard_until_silence_is_asked_for(contract: Contract) -> None:
    party, leg = await answered_caller(contract)
    await contract.do(HoldMusic, leg)
    await contract.world.until(party.hears_music, "music")
    await contract.do(Silence, leg)
    await contract.world.until(party.hears_nothing, "silence", 3)
    await contract.do(Silence, leg)
    await contract.quiet(0.3)
    assert contract.seen(CommandFailed) == []


async def test_who_waits_hears_music_and_it_ends_with_the_waiting(contract: Contract) -> None:
    party, leg = await answered_caller(contract)
    await contract.do(EnterWaiting, leg, queue="sales")
    await contract.event(WaitingEntered, leg)
    await contract.world.until(party.hears_music, "music")
    await contract.do(LeaveWaiting, leg)
    await contract.event(WaitingLeft, leg)
    await contract.world.until(party.hears_nothing, "silence", 3)


async def test_who_waits_without_music_hears_nothing_and_is_out_of_waiting_all_the_same(
    contract: Contract,
) -> None:
    party, leg = await answered_caller(contract)
    await contract.do(EnterWaiting, leg, queue="sales")
    await contract.world.until(party.hears_music, "music")
    await contract.do(EnterWaiting, leg, queue="sales", music=NO_MUSIC)
    await contract.world.until(party.hears_nothing, "silence", 3)
    await contract.do(LeaveWaiting, leg)
    await contract.event(WaitingLeft, leg)
    await contract.quiet()
    assert party.hears_nothing()
    assert contract.seen(CommandFailed) == []


async def test_entering_or_leaving_waiting_twice_is_no_failure(contract: Contract) -> None:
    party, leg = await answered_caller(contract)
    for _ in range(2):
        await contract.do(EnterWaiting, leg, queue="sales")
    await contract.world.until(party.hears_music, "music")
    for _ in range(2):
        await contract.do(LeaveWaiting, leg)
    await contract.world.until(party.hears_nothing, "silence", 3)
    assert contract.seen(CommandFailed) == []


async def test_a_prompt_interrupts_the_waiting_music_which_then_goes_on(contract: Contract) -> None:
    party, leg = await answered_caller(contract)
    await contract.do(EnterWaiting, leg, queue="sales")
    await contract.world.until(party.hears_music, "music")
    await play(contract, leg, MENU)
    await contract.event(PlaybackFinished, leg, playback=FIRST)
    await contract.world.until(lambda: party.has_heard(MENU), "the prompt is heard", 3)
    await contract.world.until(party.hears_music, "music again", 3)


async def test_a_waiting_caller_who_hangs_up_has_ended(contract: Contract) -> None:
    party, leg = await answered_caller(contract)
    await contract.do(EnterWaiting, leg, queue="sales")
    await contract.event(WaitingEntered, leg)
    await party.hang_up()
    await ended(contract, leg)


async def test_digits_are_sent_to_the_far_end(contract: Contract) -> None:
    party, leg = await answered_caller(contract)
    await contract.do(SendDigits, leg, digits="42#", masked=True)
    await contract.world.until(lambda: party.digits() == "42#", "the far end got the digits")
