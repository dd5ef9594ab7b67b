"""Calls of a process that ended before it heard what Twilio calls them."""

from __future__ import annotations

import pytest

from contact_center.adapters.twilio.listing import EARLIER_US, LATER_US, dialled
from contact_center.adapters.twilio.resync import LiveCall
from contact_center.core.ids import CallId, LegId
from contact_center.ports import DialIntent

NOW, SECOND = 1_795_000_000_000_000, 1_000_000
ANA, BEN = "client:ana", "client:ben"


def alive(sid: str, to: str, at: int = NOW, *, inbound: bool = False) -> LiveCall:
    return LiveCall(
        sid=sid, status="ringing", inbound=inbound, from_="+14155550100", to=to, name="", at=at
    )


def wanted(leg: str, to: str, at: int = NOW) -> DialIntent:
    return DialIntent(leg=LegId(leg), call=CallId("CA1"), to=to, caller_id="+14155550100", at=at)


def test_what_was_told_along_with_an_address_makes_no_other_one() -> None:
    calls = [alive("CA2", "sip:ana@x.example"), alive("CA3", f"{BEN}?auto_answer=true")]
    intents = [wanted("a-1", "sip:ana@x.example?X-Auto-Answer=true"), wanted("a-2", BEN)]
    assert dialled(calls, {}, intents) == {"CA2": "a-1", "CA3": "a-2"}


def test_each_call_belongs_to_what_was_to_be_dialled() -> None:
    calls = [alive("CA2", BEN), alive("CA3", ANA), alive("CA9", ANA, inbound=True)]
    found = dialled(calls, {}, [wanted("a-1", ANA), wanted("a-2", BEN), wanted("a-3", "+1")])
    assert found == {"CA3": "a-1", "CA2": "a-2"}


def test_of_calls_to_one_address_the_first_was_to_be_dialled_first() -> None:
    calls = [alive("CA3", ANA, NOW + 5 * SECOND), alive("CA2", ANA, NOW + SECOND)]
    intents = [wanted("a-2", ANA, NOW + 4 * SECOND), wanted("a-1", ANA)]
    assert dialled(calls, {}, intents) == {"CA2": "a-1", "CA3": "a-2"}
    assert dialled(calls, {"CA2": LegId("a-0")}, intents) == {"CA3": "a-1"}


@pytest.mark.parametrize(
    ("at", "its"),
    [
        (NOW - EARLIER_US, True),
        (NOW - EARLIER_US - 1, False),
        (NOW + LATER_US, True),
        (NOW + LATER_US + 1, False),
    ],
)
def test_a_call_of_another_time_is_another_call(at: int, its: bool) -> None:
    assert bool(dialled([alive("CA2", ANA, at)], {}, [wanted("a-1", ANA)])) is its
