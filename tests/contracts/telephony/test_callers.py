"""The contract: callers, how they come, press keys and go."""

from __future__ import annotations

import re

import pytest

from contact_center.core.commands import (
    Answer,
    EndCause,
    Hangup,
    Listen,
    PlaySequence,
    Progress,
    Reject,
    SetVariable,
    Silence,
    StopListen,
    StopPlayback,
)
from contact_center.core.events import (
    CallAnswered,
    CallEnded,
    CallEvent,
    CallOffered,
    CommandFailed,
    Direction,
    EndedBy,
    KeyPressed,
    PlaybackFinished,
)
from contact_center.core.ids import LegId, ListenId, PlaybackId, is_our_leg, is_safe_id
from contact_center.ports import FAILURE_CODES, KeyMode
from tests.contracts.telephony.steps import answered_caller, ended
from tests.contracts.telephony.world import DID, LONG, Contract

CONTROL = re.compile(r"[\x00-\x1f\x7f]")
GONE = LegId("never-was")


async def test_an_offered_call_says_who_calls_and_what_was_dialled(contract: Contract) -> None:
    await contract.caller(ani="15551239876", did=DID)
    offer = await contract.event(CallOffered)
    assert (offer.ani, offer.did) == ("15551239876", DID)
    assert offer.direction is Direction.INBOUND
    assert not offer.answered


async def test_a_callers_leg_has_a_safe_id_that_is_its_calls_and_not_one_of_ours(
    contract: Contract,
) -> None:
    _, leg = await contract.caller()
    offer = await contract.event(CallOffered, leg)
    assert offer.call == leg
    assert is_safe_id(leg)
    assert not is_our_leg(leg)


async def test_the_name_that_a_caller_shows_is_passed_on(contract: Contract) -> None:
    await contract.world.dial(name="Dana Scully")
    assert (await contract.event(CallOffered)).ani_name == "Dana Scully"


async def test_a_caller_who_hides_their_number_has_none(contract: Contract) -> None:
    await contract.world.dial(ani="anonymous")
    assert (await contract.event(CallOffered)).ani == ""


@pytest.mark.parametrize("ani", ["alice", "+14155550100", "*67", "1" * 300, "00441632960961;x=y"])
async def test_odd_numbers_of_callers_are_offered_clean_and_bounded(
    contract: Contract, ani: str
) -> None:
    await contract.world.dial(ani=ani)
    offer = await contract.event(CallOffered)
    assert not CONTROL.search(offer.ani)
    assert len(offer.ani) <= 256
    assert offer.ani[:10] == ani[:10]


@pytest.mark.parametrize("name", ["tab\there", "bell\x07", "Zoë Ångström", "x" * 300, '"; DROP'])
async def test_odd_names_of_callers_lose_their_control_characters(
    contract: Contract, name: str
) -> None:
    await contract.world.dial(name=name)
    offer = await contract.event(CallOffered)
    assert not CONTROL.search(offer.ani_name)
    assert len(offer.ani_name) <= 256


async def test_two_callers_are_offered_as_two_calls(contract: Contract) -> None:
    _, first = await contract.caller(ani="15551230001")
    _, second = await contract.caller(ani="15551230002")
    assert first != second
    assert [offer.ani for offer in contract.seen(CallOffered)] == ["15551230001", "15551230002"]


async def test_answering_a_caller_is_confirmed_once(contract: Contract) -> None:
    _, leg = await answered_caller(contract)
    await contract.quiet()
    assert len(contract.seen(CallAnswered, leg)) == 1


async def test_answering_twice_is_no_failure(contract: Contract) -> None:
    _, leg = await answered_caller(contract)
    await contract.do(Answer, leg)
    await contract.quiet()
    assert contract.seen(CommandFailed) == []


async def test_an_answered_caller_hears_silence(contract: Contract) -> None:
    party, _ = await answered_caller(contract)
    await contract.world.until(party.hears_nothing, "the caller hears silence")


async def test_a_rejected_caller_is_gone_and_was_never_answered(contract: Contract) -> None:
    party, leg = await contract.caller()
    await contract.do(Reject, leg, cause=EndCause.BUSY)
    end = await ended(contract, leg)
    assert end.by is EndedBy.US
    await contract.world.until(lambda: party.over, "the caller's phone says so")
    assert contract.seen(CallAnswered, leg) == []


async def test_a_caller_who_hangs_up_has_ended_normally_from_the_far_end(
    contract: Contract,
) -> None:
    party, leg = await answered_caller(contract)
    await party.hang_up()
    end = await ended(contract, leg)
    assert (end.cause, end.by) == (EndCause.NORMAL, EndedBy.FAR_END)


async def test_a_caller_who_gives_up_before_the_answer_has_ended(contract: Contract) -> None:
    party, leg = await contract.caller()
    await party.hang_up()
    end = await ended(contract, leg)
    assert end.cause in (EndCause.CANCELED, EndCause.NORMAL)
    assert end.by is EndedBy.FAR_END


async def test_a_caller_whom_we_hang_up_on_has_ended_by_us(contract: Contract) -> None:
    party, leg = await answered_caller(contract)
    await contract.do(Hangup, leg)
    end = await ended(contract, leg)
    assert (end.cause, end.by) == (EndCause.NORMAL, EndedBy.US)
    await contract.world.until(lambda: party.over, "the caller's phone says so")


async def test_the_end_of_a_leg_comes_once_and_is_the_last_word_on_it(contract: Contract) -> None:
    party, leg = await answered_caller(contract)
    await contract.do(PlaySequence, leg, playback=PlaybackId("p-1"), items=(LONG,))
    await contract.quiet(0.5)
    await party.hang_up()
    await contract.do(Hangup, leg)
    await ended(contract, leg)
    await contract.do(Hangup, leg)
    await contract.quiet()
    events = [e for e in contract.world.events if isinstance(e, CallEvent) and e.leg == leg]
    assert [type(event) for event in events].count(CallEnded) == 1
    assert isinstance(events[-1], CallEnded)


async def test_hanging_up_or_stopping_what_is_gone_is_no_failure(contract: Contract) -> None:
    party, leg = await answered_caller(contract)
    await party.hang_up()
    await ended(contract, leg)
    await contract.do(Hangup, leg)
    await contract.do(StopPlayback, leg, playback=PlaybackId("p-1"))
    await contract.do(StopListen, leg, listen=ListenId("l-1"))
    await contract.do(Silence, leg)
    await contract.quiet()
    assert contract.seen(CommandFailed) == []


@pytest.mark.parametrize("kind", [Answer, PlaySequence])
async def test_a_command_for_a_leg_that_never_was_fails_as_no_such_leg(
    contract: Contract, kind: type
) -> None:
    fields = {"playback": PlaybackId("p-1"), "items": (LONG,)} if kind is PlaySequence else {}
    cmd = await contract.do(kind, GONE, **fields)
    failed = await contract.event(CommandFailed, GONE)
    assert (failed.cmd, failed.code, failed.retryable) == (cmd, "no_such_leg", False)
    assert failed.code in FAILURE_CODES


async def test_a_command_for_a_leg_that_ended_fails_as_no_such_leg(contract: Contract) -> None:
    party, leg = await answered_caller(contract)
    await party.hang_up()
    await ended(contract, leg)
    cmd = await contract.do(PlaySequence, leg, playback=PlaybackId("p-1"), items=(LONG,))
    failed = await contract.event(CommandFailed, cmd=cmd)
    assert failed.code == "no_such_leg"


async def test_keys_are_reported_in_order_whether_or_not_anybody_listens(
    contract: Contract,
) -> None:
    able = contract.world.telephony.capabilities
    assert able.keys is KeyMode.STREAM or able.name == "twilio"
    party, leg = await answered_caller(contract)
    await party.press("2580*#")
    await contract.world.until(lambda: len(contract.seen(KeyPressed)) == 6, "six keys")
    assert "".join(event.key for event in contract.seen(KeyPressed, leg)) == "2580*#"


async def test_keys_are_reported_while_a_prompt_plays_and_do_not_stop_it(
    contract: Contract,
) -> None:
    party, leg = await answered_caller(contract)
    await contract.do(PlaySequence, leg, playback=PlaybackId("p-1"), items=(LONG,))
    await contract.quiet(0.5)
    await party.press("7")
    await contract.event(KeyPressed, leg, key="7", within=3)
    assert contract.seen(PlaybackFinished) == []


async def test_the_same_key_pressed_twice_is_reported_twice(contract: Contract) -> None:
    party, leg = await answered_caller(contract)
    await party.press("11")
    await contract.world.until(lambda: len(contract.seen(KeyPressed, leg)) == 2, "two keys")


async def test_listening_changes_nothing_about_streamed_keys(contract: Contract) -> None:
    party, leg = await answered_caller(contract)
    await contract.do(Listen, leg, listen=ListenId("l-1"), max_keys=1, masked=True)
    await party.press("12")
    await contract.world.until(lambda: len(contract.seen(KeyPressed, leg)) == 2, "two keys")
    await contract.do(StopListen, leg, listen=ListenId("l-1"))
    await party.press("3")
    await contract.event(KeyPressed, leg, key="3")
    assert contract.seen(CommandFailed) == []


async def test_early_media_and_notes_are_accepted(contract: Contract) -> None:
    _, leg = await contract.caller()
    await contract.do(Progress, leg)
    await contract.do(SetVariable, leg, name="ACD_QUEUE", value="support, level 2; urgent=yes")
    await contract.do(Answer, leg)
    await contract.event(CallAnswered, leg)
    assert contract.seen(CommandFailed) == []
