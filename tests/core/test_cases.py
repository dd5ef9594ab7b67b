"""What becomes of a case: who may do what with it when, and how its clocks run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contact_center.core.case_clocks import (
    CasePolicy,
    Clock,
    ClockKind,
    ClockState,
    clocks,
    compliance,
    is_to_escalate,
)
from contact_center.core.cases import (
    ENDS,
    WAYS,
    CannotChangeCaseError,
    Case,
    CaseChange,
    CaseId,
    CaseKind,
    CasePriority,
    CaseStatus,
    NewCase,
    changed,
    checked,
)
from tests.core.test_hours import HOUR, at, calendar

ROUND_THE_CLOCK = CasePolicy()
OFFICE = CasePolicy(calendar=calendar(week=(("09:00-17:00",),) * 5 + ((), ())))
NINE = at("2026-11-16T09:00")  # a Monday


def case(**more: object) -> Case:
    fields: dict[str, object] = {"case": CaseId("C-1"), "subject": "late", "opened_at": NINE}
    return Case(**(fields | more))  # type: ignore[arg-type]


def told(one: Case, now: int, **change: object) -> Case:
    return changed(one, CaseChange(**change), "ana", now)[0]  # type: ignore[arg-type]


def clock(one: Case, kind: ClockKind, now: int, policy: CasePolicy = OFFICE) -> Clock:
    [found] = [c for c in clocks(one, policy, now) if c.kind is kind]
    return found


def test_every_way_there_is_can_be_gone_and_no_other() -> None:
    for before in CaseStatus:
        for after in CaseStatus:
            start = case(status=before, ended_at=NINE if before in ENDS else None)
            change = CaseChange(status=after)
            if after is before:
                assert changed(start, change, "ana", NINE) == (start, ())
            elif after in WAYS[before]:
                assert changed(start, change, "ana", NINE + 1)[0].status is after
            else:
                with pytest.raises(CannotChangeCaseError):
                    changed(start, change, "ana", NINE + 1)


def test_whoever_takes_a_new_case_has_it_assigned() -> None:
    new, events = changed(case(), CaseChange(agent="ben"), "ana", NINE + 5)
    assert (new.status, new.agent, new.version) == (CaseStatus.ASSIGNED, "ben", 2)
    assert [event.kind for event in events] == ["agent", "status"]


def test_only_what_the_customer_hears_answers_the_case() -> None:
    asked = told(case(), NINE + HOUR, comment="asked the warehouse")
    assert asked.answered_at is None
    answered = told(asked, NINE + 2 * HOUR, comment="It is on its way.", public=True)
    assert answered.answered_at == answered.updated_at == NINE + 2 * HOUR
    again = told(answered, NINE + 3 * HOUR, comment="It arrives today.", public=True)
    assert (again.answered_at, again.updated_at) == (NINE + 2 * HOUR, NINE + 3 * HOUR)


def test_the_solve_clock_stands_still_while_the_customer_is_waited_for() -> None:
    waiting = told(case(), NINE + 2 * HOUR, status=CaseStatus.PENDING)
    during = clock(waiting, ClockKind.SOLVE, NINE + 30 * HOUR)
    assert (during.state, during.due_at, during.left_us) == (ClockState.PAUSED, None, 38 * HOUR)
    # Answered on Wednesday at nine: two working days of waiting counted nothing.
    back = told(waiting, at("2026-11-18T09:00"), status=CaseStatus.ASSIGNED)
    after = clock(back, ClockKind.SOLVE, at("2026-11-18T10:00"))
    assert after.left_us == 37 * HOUR
    assert after.state is ClockState.RUNNING
    # 37 hours of eight a day from Wednesday at ten: the Tuesday after, at three.
    assert after.due_at == at("2026-11-24T15:00")


def test_a_clock_says_when_it_is_soon_and_since_when_it_is_late() -> None:
    urgent = case(priority=CasePriority.URGENT)
    assert clock(urgent, ClockKind.FIRST_ANSWER, NINE).state is ClockState.RUNNING
    soon = clock(urgent, ClockKind.FIRST_ANSWER, NINE + HOUR * 50 // 60)
    assert soon.state is ClockState.SOON
    late = clock(urgent, ClockKind.FIRST_ANSWER, NINE + 3 * HOUR)
    assert (late.state, late.left_us, late.due_at) == (ClockState.LATE, -2 * HOUR, NINE + HOUR)


def test_being_late_is_dated_after_the_pauses_before_it() -> None:
    urgent = case(priority=CasePriority.URGENT)
    waiting = told(urgent, NINE + HOUR // 2, status=CaseStatus.PENDING)
    back = told(waiting, NINE + HOUR, status=CaseStatus.ASSIGNED)
    late = clock(back, ClockKind.FIRST_ANSWER, NINE + 3 * HOUR)
    assert late.due_at == NINE + HOUR + HOUR // 2
    assert late.left_us == -(HOUR + HOUR // 2)


def test_a_complaint_is_acknowledged_in_time_whoever_is_waited_for() -> None:
    complaint = case(kind=CaseKind.COMPLAINT, reason="delivery.late")
    waiting = told(complaint, NINE + HOUR, status=CaseStatus.PENDING)
    week_later = at("2026-11-23T09:00")
    assert clock(waiting, ClockKind.ACKNOWLEDGE, week_later).state is ClockState.LATE
    acknowledged = told(waiting, NINE + 2 * HOUR, acknowledged=True)
    assert clock(acknowledged, ClockKind.ACKNOWLEDGE, week_later).state is ClockState.MET


def test_a_complaint_needs_one_of_the_reasons_for_complaints() -> None:
    with pytest.raises(CannotChangeCaseError, match="reasons"):
        checked(NewCase(customer="c1", kind=CaseKind.COMPLAINT, subject="x", reason="delivery"))
    checked(NewCase(customer="c1", kind=CaseKind.COMPLAINT, subject="x", reason="delivery.late"))


def test_an_update_is_due_again_after_each() -> None:
    answered = told(case(), NINE + HOUR, comment="We look.", public=True)
    assert clock(answered, ClockKind.UPDATE, NINE + HOUR, ROUND_THE_CLOCK).due_at == (
        NINE + 25 * HOUR
    )
    again = told(answered, NINE + 20 * HOUR, comment="Still.", public=True)
    assert clock(again, ClockKind.UPDATE, NINE + 21 * HOUR, ROUND_THE_CLOCK).due_at == (
        NINE + 44 * HOUR
    )


def test_a_case_opened_again_did_not_age_while_it_was_closed() -> None:
    closed = told(case(), NINE + HOUR, status=CaseStatus.CLOSED)
    week_later = at("2026-11-23T09:00")
    again = told(closed, week_later, status=CaseStatus.ASSIGNED)
    assert clock(again, ClockKind.SOLVE, week_later).left_us == 39 * HOUR


def test_a_late_case_is_escalated_once() -> None:
    late = NINE + 100 * 24 * HOUR
    assert is_to_escalate(case(), OFFICE, late)
    assert not is_to_escalate(case(), OFFICE, NINE)
    assert not is_to_escalate(case(escalated_at=late), OFFICE, late)
    assert not is_to_escalate(told(case(), late, status=CaseStatus.CLOSED), OFFICE, late)


def test_compliance_counts_promises_that_are_decided() -> None:
    good = told(
        told(case(), NINE + HOUR, comment="Here.", public=True),
        NINE + 2 * HOUR,
        status=CaseStatus.CLOSED,
    )
    late = replace(good, opened_at=NINE - 400 * 24 * HOUR)
    assert compliance([good], OFFICE, NINE + 3 * HOUR) == (2, 2)
    assert compliance([late], OFFICE, NINE + 3 * HOUR) == (0, 2)
    assert compliance([case()], OFFICE, NINE + HOUR) == (0, 0)
