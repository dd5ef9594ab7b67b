"""What phones do, whoever it is that they talk with."""

from collections.abc import Sequence

from contact_center.core.acd_events import DeviceChanged, DeviceState
from contact_center.core.commands import Hangup, Originate
from contact_center.core.events import CallEnded, ProviderGap, ProviderResynced
from contact_center.core.ids import CallId, LegId
from tests.contracts.telephony.world import ANA, BEN, NOBODY, Contract

IDLE, RINGING, IN_USE = DeviceState.IDLE, DeviceState.RINGING, DeviceState.IN_USE
AWAY = DeviceState.UNAVAILABLE


def told(contract: Contract, device: str) -> list[DeviceState]:
    """What was told of a phone, oldest first."""
    return [event.state for event in contract.seen(DeviceChanged, device=device)]


async def watching(contract: Contract, *devices: str) -> None:
    """Everybody is told of once, and then the list is empty.

    A switch that started just now may take a moment to reach its phones; what it says of them until
    then is put aside.
    """
    events = contract.world.events
    contract.world.telephony.watch(devices)
    await contract.world.until(
        lambda: all(told(contract, device) for device in devices), "all phones are told of"
    )
    present = [device for device in devices if device != NOBODY]
    await contract.world.until(
        lambda: all(told(contract, device)[-1] is IDLE for device in present), "phones are reached"
    )
    early = [
        event
        for event in events
        if isinstance(event, DeviceChanged) and event.device in present and event.state is AWAY
    ]
    for event in early:
        events.remove(event)


async def becomes(contract: Contract, device: str, states: Sequence[DeviceState]) -> None:
    """A phone is told of in this order, from the first time on."""
    await contract.world.until(
        lambda: told(contract, device)[-len(states) :] == list(states),
        f"{device} becomes {[state.value for state in states]}",
    )


async def test_every_watched_phone_is_told_of_at_first(contract: Contract) -> None:
    await watching(contract, ANA, BEN, NOBODY)
    assert told(contract, ANA) == [IDLE]
    assert told(contract, BEN) == [IDLE]
    assert told(contract, NOBODY) == [AWAY]


async def test_nothing_is_told_of_phones_that_nobody_watches(contract: Contract) -> None:
    await watching(contract, ANA)
    party = await contract.world.dial_extension(ANA, BEN)
    await becomes(contract, ANA, [IDLE, IN_USE])
    await party.hang_up()
    await becomes(contract, ANA, [IDLE, IN_USE, IDLE])
    assert told(contract, BEN) == []


async def test_a_direct_call_is_seen_at_both_phones_and_is_no_call_of_ours(
    contract: Contract,
) -> None:
    await watching(contract, ANA, BEN)
    ana = await contract.world.dial_extension(ANA, BEN)
    ben = await contract.world.device(BEN).party()
    await becomes(contract, ANA, [IDLE, IN_USE])
    await becomes(contract, BEN, [IDLE, RINGING])
    await ben.answer()
    await becomes(contract, BEN, [IDLE, RINGING, IN_USE])
    await ana.hang_up()
    await becomes(contract, ANA, [IDLE, IN_USE, IDLE])
    await becomes(contract, BEN, [IDLE, RINGING, IN_USE, IDLE])
    kinds = {type(event) for event in contract.world.events}
    assert kinds == {ProviderResynced, DeviceChanged}


async def test_our_own_call_to_a_phone_is_seen_at_it_too(contract: Contract) -> None:
    await watching(contract, ANA)
    leg, call = LegId("a-c1-e1-n1"), CallId("c1")
    await contract.do(Originate, leg, call, to=f"device:{ANA}", timeout_us=20_000_000)
    ana = await contract.world.device(ANA).party()
    await becomes(contract, ANA, [IDLE, RINGING])
    await ana.answer()
    await becomes(contract, ANA, [IDLE, RINGING, IN_USE])
    await contract.do(Hangup, leg, call)
    await contract.event(CallEnded, leg)
    await becomes(contract, ANA, [IDLE, RINGING, IN_USE, IDLE])


async def test_a_phone_that_is_switched_off_is_told_of_and_again_when_it_is_back(
    contract: Contract,
) -> None:
    await watching(contract, BEN)
    try:
        await contract.world.register(BEN, on=False)
        await becomes(contract, BEN, [IDLE, AWAY])
    finally:
        await contract.world.register(BEN, on=True)
    await becomes(contract, BEN, [IDLE, AWAY, IDLE])


async def test_after_a_gap_every_phone_is_told_of_again_behind_the_resync(
    contract: Contract,
) -> None:
    await watching(contract, ANA, BEN)
    await contract.world.cut()
    await contract.event(ProviderGap)
    ana = await contract.world.dial_extension(ANA, BEN)
    contract.world.restore()
    await contract.world.until(
        lambda: len(contract.seen(ProviderResynced)) == 2 and len(told(contract, ANA)) > 1,
        "connected again",
        20,
    )
    events = contract.world.events
    again = events.index(contract.seen(ProviderResynced)[-1])
    await contract.world.until(
        lambda: {e.device for e in events[again:] if isinstance(e, DeviceChanged)} == {ANA, BEN},
        "both are told of again",
    )
    assert told(contract, ANA)[-1] is IN_USE
    assert told(contract, BEN)[-1] is RINGING
    await ana.hang_up()
    await becomes(contract, BEN, [IDLE])


async def test_phones_can_be_added_to_those_that_are_watched(contract: Contract) -> None:
    await watching(contract, ANA)
    await watching(contract, ANA, NOBODY)
    assert told(contract, NOBODY) == [AWAY]
