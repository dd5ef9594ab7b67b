"""Phones that call each other, past the center, and what is told of phones."""

from contact_center.adapters.simulated.network import Network
from contact_center.adapters.simulated.parties import Stage
from contact_center.adapters.simulated.phones import phone
from contact_center.core.acd_events import DeviceChanged
from contact_center.core.events import Event
from contact_center.core.ids import LegId

START = 1_700_000_000_000_000


def network(**phones: str) -> Network:
    made = Network()
    for name, behaviour in phones.items():
        made.plug_in(phone(name, behaviour))
    made.watch(phones)
    made.connect(START)
    list(made.events())
    return made


def states(made: Network) -> list[tuple[str, str]]:
    events: list[Event] = list(made.events())
    assert all(isinstance(event, DeviceChanged) for event in events)
    return [(e.device, e.state.value) for e in events if isinstance(e, DeviceChanged)]


def at(made: Network, device: str) -> LegId:
    return made.at_phone(device)[0].leg


def test_one_phone_calls_another_and_the_call_is_nobodys_event() -> None:
    made = network(ana="manual", ben="manual")
    ana = made.dial_extension("ana", "ben", START)
    assert states(made) == [("ben", "ringing"), ("ana", "in_use")]
    assert made.answer(at(made, "ben"), START)
    assert states(made) == [("ben", "in_use")]
    leg = made.leg(ana)
    assert leg is not None
    assert leg.stage is Stage.UP
    assert made.hang_up(ana, START)
    assert sorted(states(made)) == [("ana", "idle"), ("ben", "idle")]
    assert made.legs() == ()


def test_the_one_who_is_called_may_hang_up_first() -> None:
    made = network(ana="manual", ben="answer after 1 s")
    made.dial_extension("ana", "ben", START)
    made.advance(START + 1_000_000)
    assert made.hang_up(at(made, "ben"), START + 2_000_000)
    assert made.legs() == ()


def test_nobody_at_home_ends_the_call() -> None:
    made = network(ana="manual", ben="unregistered")
    made.dial_extension("ana", "ben", START)
    assert made.legs() == ()
    assert states(made) == []


def test_a_phone_that_is_called_directly_is_busy_for_us() -> None:
    made = network(ana="manual", ben="manual")
    made.dial_extension("ana", "ben", START)
    made.dial_extension("ana", "ben", START)
    assert len(made.at_phone("ben")) == 1
    assert made.rung("ben") == 2


def test_a_direct_call_rings_for_a_minute() -> None:
    made = network(ana="manual", ben="ignore")
    made.dial_extension("ana", "ben", START)
    made.advance(START + 60_000_000)
    assert made.legs() == ()
    assert states(made)[-2:] == [("ana", "idle"), ("ben", "idle")]


def test_a_phone_is_told_of_only_when_it_changed() -> None:
    made = network(ana="manual")
    made.plug_in(phone("ana", "answer"))
    assert states(made) == []
    made.unplug("ana")
    made.unplug("ana")
    assert states(made) == [("ana", "unavailable")]


def test_direct_calls_are_not_part_of_a_resync() -> None:
    made = network(ana="manual", ben="manual")
    made.dial_extension("ana", "ben", START)
    made.cut(START)
    list(made.events())
    made.connect(START)
    resynced = next(made.events())
    assert getattr(resynced, "legs", None) == ()
    assert states(made) == [("ana", "in_use"), ("ben", "ringing")]
