"""The contract: legs that we dial."""

from __future__ import annotations

import pytest

from contact_center.core.commands import BlindTransfer, EndCause, Hangup, PickUp
from contact_center.core.events import (
    CallAnswered,
    CallEnded,
    CallEvent,
    CallProgress,
    CommandFailed,
    EndedBy,
    KeyPressed,
    ProgressKind,
    TransferResult,
)
from contact_center.core.ids import CallId, LegId, transfer_leg
from tests.contracts.telephony.steps import agents_leg, answered_caller, ended, ring
from tests.contracts.telephony.world import ANA, BEN, NO_NUMBER, NOBODY, OUTSIDE, Contract


async def test_a_dialled_phone_rings_until_it_is_answered(contract: Contract) -> None:
    _, caller = await answered_caller(contract)
    leg = agents_leg(caller)
    await ring(contract, leg)
    ringing = await contract.event(CallProgress, leg)
    assert (ringing.kind, ringing.call) == (ProgressKind.RINGING, caller)
    assert contract.seen(CallAnswered, leg) == []
    person = await contract.world.device(ANA).party()
    await person.answer()
    answered = await contract.event(CallAnswered, leg)
    assert answered.call == caller
    await contract.quiet()
    assert len(contract.seen(CallAnswered, leg)) == 1


async def test_a_phone_rings_once_however_often_it_is_dialled_as_the_same_leg(
    contract: Contract,
) -> None:
    able = contract.world.telephony.capabilities
    # On Twilio the adapter keeps it, by a note of what is to be dialled.
    assert able.originate_is_idempotent is (able.name != "twilio")
    _, caller = await answered_caller(contract)
    leg, device = agents_leg(caller), contract.world.device(ANA)
    await ring(contract, leg)
    await ring(contract, leg)
    await contract.event(CallProgress, leg)
    await ring(contract, leg)
    await (await device.party()).answer()
    await contract.event(CallAnswered, leg)
    await ring(contract, leg)
    await contract.quiet()
    assert device.rung == 1
    assert contract.seen(CommandFailed) == []
    assert contract.seen(CallEnded, leg) == []


async def test_two_legs_ring_two_phones(contract: Contract) -> None:
    _, caller = await answered_caller(contract)
    ana, ben = agents_leg(caller, 1), agents_leg(caller, 2)
    await ring(contract, ana, f"device:{ANA}")
    await ring(contract, ben, f"device:{BEN}")
    await contract.event(CallProgress, ana)
    await contract.event(CallProgress, ben)
    assert [contract.world.device(name).rung for name in (ANA, BEN)] == [1, 1]


@pytest.mark.parametrize(
    ("how", "cause"), [("busy", EndCause.BUSY), ("decline", EndCause.REJECTED)]
)
async def test_a_phone_that_refuses_ends_the_leg_with_the_cause(
    contract: Contract, how: str, cause: EndCause
) -> None:
    contract.world.device(ANA).behave(how)
    _, caller = await answered_caller(contract)
    leg = agents_leg(caller)
    await ring(contract, leg)
    assert (await ended(contract, leg)).cause is cause
    await contract.quiet()
    assert contract.seen(CallAnswered, leg) == []
    assert contract.seen(CommandFailed) == []


async def test_a_phone_that_nobody_answers_ends_the_leg_after_the_time_given(
    contract: Contract,
) -> None:
    contract.world.device(ANA).behave("ignore")
    _, caller = await answered_caller(contract)
    leg = agents_leg(caller)
    await ring(contract, leg, timeout_us=2_000_000)
    assert (await ended(contract, leg)).cause is EndCause.NO_ANSWER


async def test_a_phone_that_is_switched_off_ends_the_leg_as_unregistered(
    contract: Contract,
) -> None:
    _, caller = await answered_caller(contract)
    leg = agents_leg(caller)
    await ring(contract, leg, f"device:{NOBODY}")
    assert (await ended(contract, leg)).cause is EndCause.UNREGISTERED


async def test_a_number_that_does_not_exist_ends_the_leg_as_invalid(contract: Contract) -> None:
    _, caller = await answered_caller(contract)
    leg = transfer_leg(CallId(caller), 1)
    await ring(contract, leg, f"number:{NO_NUMBER}")
    assert (await ended(contract, leg)).cause is EndCause.INVALID_NUMBER


async def test_a_number_outside_can_be_dialled(contract: Contract) -> None:
    contract.world.device(OUTSIDE).behave("answer")
    _, caller = await answered_caller(contract)
    leg = transfer_leg(CallId(caller), 1)
    await ring(contract, leg, f"number:{OUTSIDE}")
    await contract.event(CallAnswered, leg)


async def test_a_dialled_leg_that_fails_ends_exactly_once_and_says_nothing_after(
    contract: Contract,
) -> None:
    _, caller = await answered_caller(contract)
    for number, (to, how) in enumerate([(ANA, "busy"), (BEN, "decline"), (NOBODY, "")], 1):
        if how:
            contract.world.device(to).behave(how)
        leg = agents_leg(caller, number)
        await ring(contract, leg, f"device:{to}")
        await ended(contract, leg)
    await contract.quiet()
    for number in (1, 2, 3):
        leg = agents_leg(caller, number)
        events = [e for e in contract.world.events if isinstance(e, CallEvent) and e.leg == leg]
        assert [type(event) for event in events].count(CallEnded) == 1
        assert isinstance(events[-1], CallEnded)


async def test_a_ringing_leg_that_we_hang_up_is_canceled_and_the_phone_stops(
    contract: Contract,
) -> None:
    _, caller = await answered_caller(contract)
    leg = agents_leg(caller)
    await ring(contract, leg)
    await contract.event(CallProgress, leg)
    person = await contract.world.device(ANA).party()
    await contract.do(Hangup, leg)
    end = await ended(contract, leg)
    assert (end.cause, end.by) == (EndCause.CANCELED, EndedBy.US)
    await contract.world.until(lambda: person.over, "the phone stopped ringing")


async def test_a_leg_hung_up_right_after_it_was_dialled_does_not_go_on_ringing(
    contract: Contract,
) -> None:
    _, caller = await answered_caller(contract)
    leg = agents_leg(caller)
    await ring(contract, leg)
    await contract.do(Hangup, leg)
    await ended(contract, leg)
    await contract.quiet()
    assert contract.seen(CallAnswered, leg) == []
    assert len(contract.seen(CallEnded, leg)) == 1


async def test_an_agent_who_hangs_up_has_ended_from_the_far_end(contract: Contract) -> None:
    contract.world.device(ANA).behave("answer")
    _, caller = await answered_caller(contract)
    leg = agents_leg(caller)
    await ring(contract, leg)
    await contract.event(CallAnswered, leg)
    await (await contract.world.device(ANA).party()).hang_up()
    end = await ended(contract, leg)
    assert (end.cause, end.by) == (EndCause.NORMAL, EndedBy.FAR_END)


async def test_a_phone_on_a_call_is_dialled_for_another_only_as_the_phone_allows(
    contract: Contract,
) -> None:
    contract.world.device(ANA).behave("busy")
    _, caller = await answered_caller(contract)
    await ring(contract, agents_leg(caller))
    assert (await ended(contract, agents_leg(caller))).cause is EndCause.BUSY
    contract.world.device(ANA).behave("answer")
    await ring(contract, agents_leg(caller, 2))
    await contract.event(CallAnswered, agents_leg(caller, 2))


async def test_picking_up_from_the_desk_does_what_the_capability_says(contract: Contract) -> None:
    _, caller = await answered_caller(contract)
    leg = agents_leg(caller)
    await ring(contract, leg)
    await contract.event(CallProgress, leg)
    cmd = await contract.do(PickUp, leg)
    if contract.world.telephony.capabilities.pick_up:
        await contract.event(CallAnswered, leg)
        await contract.do(PickUp, leg)
        await contract.quiet(0.3)
        assert contract.seen(CommandFailed) == []
    else:
        assert (await contract.event(CommandFailed, cmd=cmd)).code == "not_supported"
        assert contract.seen(CallAnswered, leg) == []


async def test_keys_of_an_agents_phone_are_reported_with_the_agents_leg(
    contract: Contract,
) -> None:
    contract.world.device(ANA).behave("answer")
    _, caller = await answered_caller(contract)
    leg = agents_leg(caller)
    await ring(contract, leg)
    await contract.event(CallAnswered, leg)
    await (await contract.world.device(ANA).party()).press("9")
    pressed = await contract.event(KeyPressed, leg)
    assert (pressed.call, pressed.key) == (caller, "9")


async def test_a_leg_transferred_away_is_gone_from_here_and_talks_there(
    contract: Contract,
) -> None:
    contract.world.device(OUTSIDE).behave("answer")
    party, leg = await answered_caller(contract)
    cmd = await contract.do(BlindTransfer, leg, to=f"number:{OUTSIDE}")
    if not contract.world.telephony.capabilities.blind_transfer:
        assert (await contract.event(CommandFailed, cmd=cmd)).code == "not_supported"
        return
    assert (await contract.event(TransferResult, leg)).result == "accepted"
    await ended(contract, leg)
    other = await contract.world.device(OUTSIDE).party()
    other.start_talking()
    await contract.world.until(lambda: party.hears(other), "the caller hears the other one")
    await contract.quiet(0.5)
    events = [e for e in contract.world.events if isinstance(e, CallEvent) and e.leg == leg]
    assert isinstance(events[-1], CallEnded)


async def test_dialling_as_a_leg_of_an_unknown_form_of_address_fails_and_ends(
    contract: Contract,
) -> None:
    _, caller = await answered_caller(contract)
    leg = LegId(agents_leg(caller, 7))
    await ring(contract, leg, "fax machine in the hall")
    await ended(contract, leg)
    await contract.quiet(0.5)
    assert len(contract.seen(CallEnded, leg)) == 1
