from __future__ import annotations

import pytest

from dialer.floor import CallSeen, CallStage, Floor
from dialer.ids import AttemptId
from dialer.in_flight import InFlight

S = 1_000_000
C = CallStage


def _seen(at_s: float, call: str, stage: CallStage, odds: float = 1.0) -> CallSeen:
    return CallSeen(at=int(at_s * S), attempt=AttemptId(call), stage=stage, odds=odds)


def test_calls_are_counted_by_how_far_they_are() -> None:
    flight = InFlight()
    flight.see(_seen(0, "a", C.QUEUED, odds=2.0))
    assert (flight.queued, flight.queued_odds, flight.ringing) == (1, 2.0, 0)
    flight.see(_seen(5, "a", C.DIALLED))
    assert (flight.queued, flight.ringing) == (0, 1)
    flight.see(_seen(12, "a", C.WAITING))
    assert (flight.ringing, flight.waiting, flight.answered) == (0, 1, 1)
    flight.see(_seen(13, "a", C.CONNECTED))
    assert not flight.out
    flight.see(_seen(90, "a", C.DONE))
    assert not flight.out


def test_time_in_a_providers_queue_is_no_ring_age() -> None:
    flight = InFlight()
    flight.see(_seen(0, "a", C.QUEUED))
    flight.see(_seen(30, "a", C.DIALLED))
    assert flight.routes[""].ages(31 * S) == {2: 1.0}


def test_exposure_of_a_call_comes_to_one_however_it_ends() -> None:
    flight = InFlight()
    flight.see(_seen(0, "a", C.DIALLED))
    flight.see(_seen(0, "b", C.DIALLED, odds=3.0))
    total = flight.exposure(S)
    flight.see(_seen(2, "a", C.BUSY))
    for second in range(2, 70):
        total += flight.exposure(second * S)
    assert total == pytest.approx(4.0)


def test_a_call_rung_off_is_exposed_no_further() -> None:
    flight = InFlight()
    flight.see(_seen(0, "a", C.DIALLED))
    before = flight.exposure(5 * S)
    flight.see(_seen(5, "a", C.CANCELLED))
    assert flight.exposure(60 * S) == pytest.approx(0.0)
    assert before < 1.0


def test_what_a_floor_has_is_taken_up() -> None:
    floor, flight = Floor(), InFlight()
    floor.see(_seen(0, "a", C.DIALLED))
    floor.see(_seen(1, "b", C.QUEUED))
    flight.see(_seen(0, "lost", C.DIALLED))
    flight.take_up(floor)
    assert list(flight.out) == ["a", "b"]
    assert (flight.ringing, flight.queued) == (1, 1)


def test_the_longest_ringing_come_first_and_none_too_young() -> None:
    flight = InFlight()
    for at, call in ((3, "c"), (1, "a"), (2, "b"), (20, "young")):
        flight.see(_seen(at, call, C.DIALLED))
    assert flight.oldest(21 * S, 15 * S) == ["a", "b", "c"]


def test_a_call_that_came_early_and_was_dialled_late_is_too_young() -> None:
    flight = InFlight()
    flight.see(_seen(0, "late", C.QUEUED))
    flight.see(_seen(4.9, "young", C.DIALLED))
    flight.see(_seen(4.6, "old", C.DIALLED))
    flight.see(_seen(9, "late", C.DIALLED))
    flight.see(_seen(2, "older", C.DIALLED))
    assert flight.oldest(int(19.7 * S), 15 * S) == ["older", "old"]
    assert flight.rings_since(2 * S)
    assert not flight.rings_since(1 * S)
