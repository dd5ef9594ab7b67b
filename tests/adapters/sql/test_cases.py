"""Cases are kept, changed and told, on both databases."""

from __future__ import annotations

import asyncio

import pytest

from contact_center.adapters.sql.cases import CaseChangedError, Cases
from contact_center.adapters.sql.database import Database
from contact_center.core.cases import (
    CannotChangeCaseError,
    CaseChange,
    CaseKind,
    CaseOrigin,
    CasePriority,
    CaseStatus,
    NewCase,
)

LATE = NewCase(
    customer="c1",
    kind=CaseKind.COMPLAINT,
    reason="delivery.late",
    subject="Roses late",
    text="Ordered two weeks ago.",
    priority=CasePriority.HIGH,
)


async def test_a_case_is_opened_changed_and_its_story_told(database: Database) -> None:
    store = Cases(database)
    case = await store.open(LATE, "ana", 10)
    assert await store.get(case.case) == case
    assert (case.status, case.opened_by, case.version) == (CaseStatus.NEW, "ana", 1)
    taken = await store.change(case.case, CaseChange(agent="ben"), "ana", 20, version=1)
    assert taken is not None
    said = CaseChange(status=CaseStatus.PENDING, comment="Which colour?", public=True)
    waiting = await store.change(case.case, said, "ben", 30)
    assert waiting == await store.get(case.case)
    assert waiting is not None
    assert waiting.pauses == ((30, None),)
    assert waiting.answered_at == 30
    story = await store.events(case.case)
    assert [(e.n, e.kind, e.by) for e in story] == [
        (1, "opened", "ana"),
        (2, "agent", "ana"),
        (3, "status", "ana"),
        (4, "status", "ben"),
        (5, "comment", "ben"),
    ]
    assert [e.kind for e in await store.events(case.case, public=True)] == ["opened", "comment"]


async def test_cases_are_found_by_customer_and_by_number(database: Database) -> None:
    store = Cases(database)
    party = "+14155550123"
    first = await store.open(NewCase(customer="c1", subject="one"), "ana", 10)
    second = await store.open(NewCase(customer="c1", party=party, subject="two"), "ana", 20)
    third = await store.open(
        NewCase(party=party, subject="three", origin=CaseOrigin.PORTAL), "page", 30
    )
    await store.change(first.case, CaseChange(status=CaseStatus.CLOSED), "ana", 40)
    assert [c.case for c in await store.of(customer="c1")] == [second.case, first.case]
    assert [c.case for c in await store.of(customer="c1", only_open=True)] == [second.case]
    assert [c.case for c in await store.of(party=party)] == [third.case, second.case]
    assert await store.of() == ()


async def test_of_two_who_look_at_the_same_case_the_second_is_told(database: Database) -> None:
    store = Cases(database)
    case = await store.open(LATE, "ana", 10)
    await store.change(case.case, CaseChange(agent="ana"), "ana", 20, version=1)
    with pytest.raises(CaseChangedError):
        await store.change(case.case, CaseChange(agent="ben"), "ben", 21, version=1)
    kept = await store.get(case.case)
    assert kept is not None
    assert kept.agent == "ana"


async def test_what_cannot_be_leaves_nothing_behind(database: Database) -> None:
    store = Cases(database)
    case = await store.open(LATE, "ana", 10)
    wrong = CaseChange(status=CaseStatus.NEW, comment="back")
    closed = await store.change(case.case, CaseChange(status=CaseStatus.CLOSED), "ana", 20)
    with pytest.raises(CannotChangeCaseError):
        await store.change(case.case, wrong, "ana", 30)
    assert await store.get(case.case) == closed
    with pytest.raises(CannotChangeCaseError):
        await store.open(NewCase(customer="c1", subject=" \n"), "ana", 10)
    for nonsense in ("C-", "17", "C-0x1", "C-99999999999999"):
        assert await store.get(nonsense) is None
        assert await store.events(nonsense) == ()
        assert await store.change(nonsense, CaseChange(comment="x"), "ana", 1) is None


async def test_numbers_are_given_once_also_to_many_at_a_time(database: Database) -> None:
    store = Cases(database)
    made = await asyncio.gather(*(store.open(LATE, "ana", n) for n in range(20)))
    assert len({case.case for case in made}) == 20


async def test_a_late_case_is_told_once(database: Database) -> None:
    store = Cases(database)
    case = await store.open(LATE, "ana", 10)
    closed = await store.open(LATE, "ana", 10)
    await store.change(closed.case, CaseChange(status=CaseStatus.CLOSED), "ana", 20)
    assert [c.case for c in await store.still_open()] == [case.case]
    assert await store.escalate([case.case, closed.case], 99) == 1
    assert await store.escalate([case.case], 100) == 0
    assert await store.still_open() == ()
    assert (await store.events(case.case))[-1].kind == "escalated"
