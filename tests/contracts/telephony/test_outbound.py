"""The contract: who answers what we dialled, phones that pick up by themselves, causes."""

from __future__ import annotations

import pytest

from contact_center.core.commands import AmdProfile, EndCause, EnterWaiting, Hangup
from contact_center.core.events import (
    AmdResult,
    AmdVerdict,
    CallAnswered,
    CallEnded,
    CallEvent,
    CallProgress,
    CommandFailed,
    EndedBy,
    ProgressKind,
    WaitingEntered,
)
from contact_center.core.ids import CallId, LegId, transfer_leg
from tests.contracts.telephony.steps import agents_leg, answered_caller, ended, ring
from tests.contracts.telephony.world import ANA, NO_NUMBER, OUTSIDE, Contract, Party

CUSTOMER = transfer_leg(CallId("d-1"), 1)
GREETINGS = {"answer": 0.8, "machine": 4.0, "silent": 0.0}


async def dialled(contract: Contract, who: str, leg: LegId = CUSTOMER) -> Party:
    """Dial the number outside, listening, and let whoever answers say their greeting."""
    device = contract.world.device(OUTSIDE)
    device.behave(who)
    await ring(contract, leg, f"number:{OUTSIDE}", amd=AmdProfile.ASYNC)
    await contract.event(CallAnswered, leg)
    party = await device.party()
    if GREETINGS[who]:
        await party.greet(GREETINGS[who])
    return party


@pytest.mark.parametrize(
    ("who", "verdict"),
    [
        ("answer", AmdVerdict.HUMAN),
        ("machine", AmdVerdict.MACHINE),
        ("silent", AmdVerdict.UNKNOWN),
    ],
)
async def test_it_is_told_who_answered_after_the_answer_and_once(
    contract: Contract, who: str, verdict: AmdVerdict
) -> None:
    await dialled(contract, who)
    result = await contract.event(AmdResult, CUSTOMER)
    if not contract.world.telephony.capabilities.amd:
        assert result.verdict is AmdVerdict.UNKNOWN
        return
    assert (result.verdict, result.beep, result.call) == (verdict, False, "d-1")
    assert result.after_ms > 0
    events = [type(e) for e in contract.world.events if isinstance(e, CallEvent)]
    assert events.index(CallAnswered) < events.index(AmdResult)
    await contract.quiet()
    assert len(contract.seen(AmdResult, CUSTOMER, beep=False)) == 1
    assert contract.seen(CallEnded, CUSTOMER) == []
    assert len(contract.seen(CallAnswered, CUSTOMER)) == 1


async def test_a_greeting_ends_between_the_answer_and_the_verdict(contract: Contract) -> None:
    await dialled(contract, "answer")
    result = await contract.event(AmdResult, CUSTOMER)
    if contract.world.telephony.capabilities.amd:
        assert result.greeting_ms is not None
        assert 0 < result.greeting_ms < result.after_ms


async def test_a_machine_that_has_said_its_greeting_takes_messages(contract: Contract) -> None:
    await dialled(contract, "machine")
    if not contract.world.telephony.capabilities.amd:
        return
    assert (await contract.event(AmdResult, CUSTOMER)).verdict is AmdVerdict.MACHINE
    await contract.event(AmdResult, CUSTOMER, within=20, beep=True)
    await contract.quiet()
    assert len(contract.seen(AmdResult, CUSTOMER, beep=True)) == 1


async def test_a_leg_that_was_listened_to_takes_commands_like_any_other(
    contract: Contract,
) -> None:
    await dialled(contract, "answer")
    await contract.event(AmdResult, CUSTOMER)
    await contract.do(EnterWaiting, CUSTOMER, queue="sales", music="none")
    await contract.event(WaitingEntered, CUSTOMER)
    assert contract.seen(CommandFailed) == []
    await contract.do(Hangup, CUSTOMER)
    assert (await ended(contract, CUSTOMER)).by is EndedBy.US


async def test_who_hangs_up_while_it_is_listened_has_ended_once_and_from_the_far_end(
    contract: Contract,
) -> None:
    device = contract.world.device(OUTSIDE)
    device.behave("silent")
    await ring(contract, CUSTOMER, f"number:{OUTSIDE}", amd=AmdProfile.ASYNC)
    await contract.event(CallAnswered, CUSTOMER)
    await contract.quiet(0.5)
    await (await device.party()).hang_up()
    end = await ended(contract, CUSTOMER)
    assert (end.cause, end.by) == (EndCause.NORMAL, EndedBy.FAR_END)
    await contract.quiet(0.5)
    assert len(contract.seen(CallEnded, CUSTOMER)) == 1


async def test_a_leg_can_be_hung_up_while_it_is_listened_to(contract: Contract) -> None:
    contract.world.device(OUTSIDE).behave("silent")
    await ring(contract, CUSTOMER, f"number:{OUTSIDE}", amd=AmdProfile.ASYNC)
    await contract.event(CallAnswered, CUSTOMER)
    await contract.quiet(0.5)
    await contract.do(Hangup, CUSTOMER, cause=EndCause.AMD_MACHINE)
    assert (await ended(contract, CUSTOMER)).cause is EndCause.AMD_MACHINE
    await contract.quiet(0.5)
    assert len(contract.seen(CallEnded, CUSTOMER)) == 1


async def test_nobody_is_listened_to_unless_it_is_asked_for(contract: Contract) -> None:
    contract.world.device(OUTSIDE).behave("answer")
    await ring(contract, CUSTOMER, f"number:{OUTSIDE}")
    await contract.event(CallAnswered, CUSTOMER)
    await (await contract.world.device(OUTSIDE).party()).greet(0.8)
    await contract.quiet(2)
    assert contract.seen(AmdResult) == []


@pytest.mark.parametrize(
    ("who", "cause"),
    [("busy", EndCause.BUSY), ("decline", EndCause.REJECTED), ("ignore", EndCause.NO_ANSWER)],
)
async def test_a_number_outside_that_does_not_answer_says_why(
    contract: Contract, who: str, cause: EndCause
) -> None:
    contract.world.device(OUTSIDE).behave(who)
    await ring(
        contract,
        CUSTOMER,
        f"number:{OUTSIDE}",
        amd=AmdProfile.ASYNC,
        timeout_us=2_000_000,
    )
    assert (await ended(contract, CUSTOMER)).cause is cause
    assert contract.seen(AmdResult) == []


async def test_a_number_that_is_none_says_so_with_the_switchs_code(contract: Contract) -> None:
    await ring(contract, CUSTOMER, f"number:{NO_NUMBER}", amd=AmdProfile.ASYNC)
    end = await ended(contract, CUSTOMER)
    assert (end.cause, end.sip_code) == (EndCause.INVALID_NUMBER, 404)


async def test_a_phone_picks_up_by_itself_when_the_call_asks_for_it_and_only_then(
    contract: Contract,
) -> None:
    contract.world.device(ANA).behave("asked")
    _, caller = await answered_caller(contract)
    first, second = agents_leg(caller, 1), agents_leg(caller, 2)
    await ring(contract, first)
    await contract.quiet()
    assert contract.seen(CallAnswered, first) == []
    await contract.do(Hangup, first)
    await ended(contract, first)
    await ring(contract, second, auto_answer=True)
    await contract.event(CallAnswered, second)


async def test_what_is_heard_before_the_answer_is_told(contract: Contract) -> None:
    contract.world.device(OUTSIDE).behave("sounds")
    await ring(contract, CUSTOMER, f"number:{OUTSIDE}")
    progress = await contract.event(CallProgress, CUSTOMER)
    assert progress.kind is ProgressKind.EARLY_MEDIA
    assert contract.seen(CallAnswered, CUSTOMER) == []
