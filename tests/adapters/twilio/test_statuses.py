"""However reports of a call are swapped, doubled or lost, it goes forward and ends once."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.adapters.twilio.statuses import (
    ENDS,
    Change,
    Known,
    Phase,
    Report,
    end_cause,
    ended_by,
    learn,
)
from contact_center.core.commands import EndCause
from contact_center.core.events import EndedBy

STATUSES = st.sampled_from(
    ["queued", "initiated", "ringing", "in-progress", "answered", *sorted(ENDS), "paused", ""]
)


def told(*statuses: str, sip: int | None = None) -> tuple[Known, list[Change]]:
    known, changes = Known(), []
    for number, status in enumerate(statuses):
        report = Report(status=status, sequence=number, sip_code=sip if status in ENDS else None)
        known, new = learn(known, report)
        changes.extend(new)
    return known, changes


def test_a_call_in_good_order_rings_is_answered_and_ends() -> None:
    known, changes = told("queued", "initiated", "ringing", "in-progress", "completed")
    assert changes == [Change.RANG, Change.ANSWERED, Change.ENDED]
    assert (known.phase, known.end, known.stale) == (Phase.ENDED, "completed", 0)


@given(st.lists(STATUSES, max_size=12))
def test_no_order_of_reports_makes_two_of_anything_or_goes_back(statuses: list[str]) -> None:
    known = Known()
    changes: list[Change] = []
    for status in statuses:
        before = known
        known, new = learn(known, Report(status=status))
        assert known.phase >= before.phase
        assert not (before.ended and new)
        if before.ended:
            assert known.end == before.end
        changes.extend(new)
    assert len(set(changes)) == len(changes)
    assert known.ended == (changes[-1:] == [Change.ENDED])
    assert known.ended == bool(ENDS & set(statuses))


def test_a_call_that_completed_was_answered_whatever_came_first() -> None:
    for order in permutations(["ringing", "in-progress", "completed"]):
        known, changes = told(*order, *order)
        assert known.answered
        assert changes[-2:] == [Change.ANSWERED, Change.ENDED]


def test_what_was_said_before_is_counted_and_forgotten() -> None:
    known, changes = told("busy", "ringing", "in-progress", "busy", "no-answer", "no such status")
    assert changes == [Change.ENDED]
    assert known.end == "busy"
    assert known.stale == 5
    assert not known.answered


@pytest.mark.parametrize(
    ("statuses", "sip", "cause", "by"),
    [
        (("ringing", "busy"), 486, EndCause.BUSY, EndedBy.FAR_END),
        (("ringing", "busy"), 600, EndCause.BUSY, EndedBy.FAR_END),
        (("ringing", "busy"), 603, EndCause.REJECTED, EndedBy.FAR_END),
        (("ringing", "busy"), None, EndCause.BUSY, EndedBy.SWITCH),
        (("ringing", "no-answer"), 487, EndCause.NO_ANSWER, EndedBy.SWITCH),
        (("ringing", "no-answer"), None, EndCause.NO_ANSWER, EndedBy.SWITCH),
        (("ringing", "no-answer"), 608, EndCause.REJECTED, EndedBy.SWITCH),
        (("ringing", "canceled"), 487, EndCause.CANCELED, EndedBy.SWITCH),
        (("initiated", "failed"), 404, EndCause.INVALID_NUMBER, EndedBy.FAR_END),
        (("initiated", "failed"), 503, EndCause.CONGESTION, EndedBy.FAR_END),
        (("initiated", "failed"), 403, EndCause.REJECTED, EndedBy.FAR_END),
        (("initiated", "failed"), 418, EndCause.FAILED, EndedBy.FAR_END),
        (("initiated", "failed"), None, EndCause.FAILED, EndedBy.SWITCH),
        (("in-progress", "completed"), None, EndCause.NORMAL, EndedBy.FAR_END),
        (("completed",), None, EndCause.NORMAL, EndedBy.FAR_END),
        (("in-progress", "failed"), None, EndCause.FAILED, EndedBy.SWITCH),
    ],
    ids=str,
)
def test_why_a_call_that_we_dialled_ended(
    statuses: tuple[str, ...], sip: int | None, cause: EndCause, by: EndedBy
) -> None:
    known, _ = told(*statuses, sip=sip)
    assert end_cause(known, dialled=True) is cause
    assert ended_by(known, dialled=True) is by


def test_a_phone_that_never_rang_is_switched_off() -> None:
    for statuses, sip in ((("no-answer",), 480), (("failed",), 404), (("no-answer",), None)):
        known, _ = told("initiated", *statuses, sip=sip)
        assert end_cause(known, dialled=True, phone=True) is EndCause.UNREGISTERED
        assert end_cause(known, dialled=True) is not EndCause.UNREGISTERED
    rang, _ = told("ringing", "no-answer", sip=480)
    assert end_cause(rang, dialled=True, phone=True) is EndCause.NO_ANSWER
    broken, _ = told("initiated", "failed", sip=503)
    assert end_cause(broken, dialled=True, phone=True) is EndCause.CONGESTION


def test_what_we_ended_ended_for_our_reason() -> None:
    ringing, _ = told("ringing", "canceled")
    assert end_cause(ringing, dialled=True, wanted=EndCause.NORMAL) is EndCause.CANCELED
    assert end_cause(ringing, dialled=True, wanted=EndCause.AMD_MACHINE) is EndCause.AMD_MACHINE
    assert end_cause(ringing, dialled=False, wanted=EndCause.BUSY) is EndCause.BUSY
    assert ended_by(ringing, dialled=True, wanted=EndCause.NORMAL) is EndedBy.US
    up, _ = told("in-progress", "completed")
    assert end_cause(up, dialled=True, wanted=EndCause.NORMAL) is EndCause.NORMAL


def test_a_caller_who_hangs_up_before_the_answer_has_canceled() -> None:
    for status, cause, by in (
        ("canceled", EndCause.CANCELED, EndedBy.FAR_END),
        ("no-answer", EndCause.CANCELED, EndedBy.SWITCH),
        ("failed", EndCause.FAILED, EndedBy.SWITCH),
    ):
        known, _ = told("ringing", status)
        assert end_cause(known, dialled=False) is cause
        assert ended_by(known, dialled=False) is by


def test_reports_are_read_out_of_webhooks_and_odd_numbers_are_none() -> None:
    fields = {"CallStatus": "busy", "SequenceNumber": "3", "SipResponseCode": "486"}
    assert Report.of(fields) == Report(status="busy", sequence=3, sip_code=486)
    odd = {"CallStatus": "busy", "SequenceNumber": "-1", "SipResponseCode": "\u0664"}
    assert Report.of(odd) == Report(status="busy")
    assert Report.of({}) == Report(status="")
    assert Report.of({"SequenceNumber": "9" * 5000}).sequence is None
