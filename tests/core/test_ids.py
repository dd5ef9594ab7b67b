"""Ids: derived, readable again, and safe in every URL."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.core.ids import (
    CallId,
    CallIds,
    LegId,
    TalkId,
    agent_leg,
    call_of_leg,
    call_of_talk,
    is_our_leg,
    is_safe_id,
    reservation_id,
    reservation_of_leg,
    talk_of,
    transfer_leg,
)

calls = st.from_regex(r"[0-9][A-Za-z0-9._-]{0,30}", fullmatch=True).map(CallId)
numbers = st.integers(0, 10**9)


@given(calls, numbers, numbers)
def test_the_call_and_the_reservation_can_be_read_out_of_a_leg(
    call: CallId, epoch: int, attempt: int
) -> None:
    reservation = reservation_id(call, epoch, attempt)
    leg = agent_leg(reservation)
    assert is_safe_id(leg)
    assert is_our_leg(leg)
    assert call_of_leg(leg) == call
    assert reservation_of_leg(leg) == reservation
    dialled = transfer_leg(call, attempt)
    assert is_our_leg(dialled)
    assert call_of_leg(dialled) == call
    assert reservation_of_leg(dialled) is None
    assert call_of_talk(talk_of(call)) == call


@given(calls)
def test_a_callers_leg_has_the_name_of_its_call(call: CallId) -> None:
    leg = LegId(call)
    assert not is_our_leg(leg)
    assert call_of_leg(leg) == call
    assert reservation_of_leg(leg) is None


@pytest.mark.parametrize("text", ["", " ", "a b", "a/b", "ä", "a\n", "x" * 121, "a%20", "<a>"])
def test_what_is_not_safe_is_no_id(text: str) -> None:
    assert not is_safe_id(text)


def test_a_strange_talk_is_not_ours() -> None:
    assert call_of_talk(TalkId("conference-7")) is None


def test_a_call_never_gives_a_name_twice() -> None:
    ids = CallIds(call=CallId("c1"))
    makers = (ids.command, ids.playback, ids.recording, ids.listen, ids.timer)
    names = [make() for _ in range(3) for make in makers]
    assert len(set(names)) == len(names)
    assert [ids.fact(), ids.fact()] == [1, 2]
