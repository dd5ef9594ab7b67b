"""The contract: the provider's stream of events, lost and found."""

from __future__ import annotations

from contact_center.core.commands import Answer, EnterWaiting, Hangup, Join, PlaySequence, Role
from contact_center.core.events import (
    CallAnswered,
    CallEnded,
    CallOffered,
    CommandFailed,
    LegState,
    PlaybackFinished,
    ProviderGap,
    ProviderResynced,
    WaitingEntered,
)
from contact_center.core.ids import PlaybackId
from tests.contracts.telephony.steps import (
    agents_leg,
    answered_caller,
    conversation,
    ended,
    ring,
)
from tests.contracts.telephony.world import ANA, DID, HELLO, MENU, Contract


async def resynced(contract: Contract, times: int = 2) -> ProviderResynced:
    await contract.world.until(
        lambda: len(contract.seen(ProviderResynced)) >= times, "the provider is back", 30
    )
    return contract.seen(ProviderResynced)[times - 1]


async def test_the_first_word_of_a_provider_is_what_is_alive(contract: Contract) -> None:
    first = await resynced(contract, 1)
    assert contract.world.events[0] is first
    assert first.provider == contract.world.telephony.capabilities.name
    assert (first.legs, first.talks) == ((), ())


async def test_a_lost_stream_is_told_once(contract: Contract) -> None:
    await resynced(contract, 1)
    await contract.world.cut()
    await contract.event(ProviderGap, within=30)
    await contract.quiet(2)
    assert len(contract.seen(ProviderGap)) == 1


async def test_commands_are_refused_as_unreachable_until_the_stream_is_back(
    contract: Contract,
) -> None:
    party, leg = await answered_caller(contract)
    await contract.world.cut()
    await contract.event(ProviderGap, within=30)
    fields = {"playback": PlaybackId("p-1"), "items": (HELLO,)}
    cmd = await contract.do(PlaySequence, leg, **fields)
    failed = await contract.event(CommandFailed, leg, cmd=cmd)
    assert (failed.code, failed.retryable) == ("unreachable", True)
    contract.world.restore()
    await resynced(contract)
    await contract.do(PlaySequence, leg, **fields)
    await contract.event(PlaybackFinished, leg)
    await contract.world.until(lambda: party.has_heard(HELLO), "the prompt is heard", 3)


async def test_a_phone_dialled_without_a_stream_does_not_ring_and_its_leg_ends(
    contract: Contract,
) -> None:
    _, caller = await answered_caller(contract)
    await contract.world.cut()
    await contract.event(ProviderGap, within=30)
    leg = agents_leg(caller)
    await ring(contract, leg)
    assert (await contract.event(CommandFailed, leg)).code == "unreachable"
    await ended(contract, leg)
    contract.world.restore()
    again = await resynced(contract)
    await contract.quiet(0.5)
    assert contract.world.device(ANA).rung == 0
    assert leg not in {live.leg for live in again.legs}


async def test_calls_live_on_without_a_stream_and_are_listed_afterwards(
    contract: Contract,
) -> None:
    both = await conversation(contract)
    waiting, waiting_leg = await contract.caller(ani="15551230002")
    await contract.do(Answer, waiting_leg)
    await contract.do(EnterWaiting, waiting_leg, queue="sales")
    await contract.event(WaitingEntered, waiting_leg)
    await contract.world.cut()
    await contract.event(ProviderGap, within=30)
    await contract.quiet(1)
    await contract.world.until(lambda: both.caller.hears(both.agent), "they talk on")
    await contract.world.until(waiting.hears_music, "the music goes on")
    contract.world.restore()
    again = await resynced(contract)
    live = {leg.leg: leg for leg in again.legs}
    assert list(live) == [both.caller_leg, both.agent_leg, waiting_leg]
    assert {leg.state for leg in again.legs} == {LegState.UP}
    assert [live[leg].talk for leg in live] == [both.talk, both.talk, None]
    assert both.talk in again.talks
    assert (live[waiting_leg].ani, live[waiting_leg].did) == ("15551230002", DID)
    await contract.world.until(lambda: both.caller.hears(both.agent), "they still talk")


async def test_a_phone_that_rings_is_listed_as_ringing(contract: Contract) -> None:
    _, caller = await answered_caller(contract)
    leg = agents_leg(caller)
    await ring(contract, leg)
    person = await contract.world.device(ANA).party()
    await contract.world.cut()
    await contract.event(ProviderGap, within=30)
    contract.world.restore()
    again = await resynced(contract)
    assert {live.leg: live.state for live in again.legs}[leg] is LegState.RINGING
    await person.answer()
    await contract.event(CallAnswered, leg)


async def test_who_hung_up_without_a_stream_is_not_listed_and_ends_at_most_once(
    contract: Contract,
) -> None:
    party, leg = await answered_caller(contract)
    await contract.world.cut()
    await contract.event(ProviderGap, within=30)
    await party.hang_up()
    await contract.quiet(1)
    contract.world.restore()
    again = await resynced(contract)
    await contract.quiet(0.5)
    assert leg not in {live.leg for live in again.legs}
    ends = contract.seen(CallEnded, leg)
    assert len(ends) == (1 if contract.world.keeps_events else 0)
    told = [e for e in contract.world.events if isinstance(e, CallEnded | ProviderResynced)]
    assert told[-1] is again


async def test_who_calls_without_a_stream_is_listed_or_offered_when_it_is_back(
    contract: Contract,
) -> None:
    await resynced(contract, 1)
    await contract.world.cut()
    await contract.event(ProviderGap, within=30)
    party = await contract.world.dial(ani="15551230077")
    await contract.quiet(1)
    assert contract.seen(CallOffered) == []
    contract.world.restore()
    again = await resynced(contract)

    def known() -> set[str]:
        listed = {live.leg for live in again.legs if live.ani == "15551230077"}
        return listed | {offer.leg for offer in contract.seen(CallOffered, ani="15551230077")}

    await contract.world.until(known, "the caller is known", 20)
    await contract.quiet(1)
    assert len(known()) == 1
    assert not party.over
    leg = known().pop()
    await contract.do(Answer, leg)
    await contract.do(PlaySequence, leg, playback=PlaybackId("p-1"), items=(MENU,))
    await contract.world.until(lambda: party.has_heard(MENU), "the caller is served", 15)


async def test_after_the_stream_is_back_everything_works_as_before(contract: Contract) -> None:
    _, early = await answered_caller(contract)
    await contract.world.cut()
    await contract.event(ProviderGap, within=30)
    contract.world.restore()
    await resynced(contract)
    await contract.do(Hangup, early)
    await ended(contract, early)
    _, late = await contract.caller(ani="15551230003")
    await contract.do(Answer, late)
    await contract.event(CallAnswered, late)
    await contract.do(Hangup, late)
    await ended(contract, late)


async def test_the_stream_can_be_lost_again_and_again(contract: Contract) -> None:
    both = await conversation(contract)
    for round_number in (1, 2):
        await contract.world.cut()
        await contract.world.until(
            lambda n=round_number: len(contract.seen(ProviderGap)) == n, "the gap is told", 30
        )
        contract.world.restore()
        again = await resynced(contract, round_number + 1)
        assert {live.leg for live in again.legs} == {both.caller_leg, both.agent_leg}
    await contract.do(Join, both.agent_leg, talk=both.talk, role=Role.AGENT)
    await contract.quiet(0.5)
    assert contract.seen(CommandFailed) == []
    await contract.world.until(lambda: both.caller.hears(both.agent), "they still talk")
