"""Cases: what a customer has asked for and is waiting for, and what may become of it. Pure.

A case is opened at a desk, on the self-service page, by a program or by an import. Its status says
who has to act: ``new`` and ``assigned`` are ours, ``pending`` waits for the customer (its clocks
stand still), and ``closed``, ``rejected`` and ``duplicate`` are ends, from which it may be opened
again. A complaint is a case with reasons of its own and one clock more, see `case_clocks`.

Storage (`contact_center.adapters.sql.cases`) keeps them; a case is called ``C-<number>``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import NewType

CaseId = NewType("CaseId", str)
"""``C-`` and a number."""

MOST_PAUSES = 50
"""How often a case may wait for the customer; once more and its clocks go on."""
LONGEST_SUBJECT = 200
LONGEST_TEXT = 4_000


class CaseKind(Enum):
    """What it is about."""

    QUESTION = "question"
    REQUEST = "request"
    PROBLEM = "problem"
    COMPLAINT = "complaint"


class CaseStatus(Enum):
    """Who has to act, or how it ended."""

    NEW = "new"
    ASSIGNED = "assigned"
    PENDING = "pending"
    CLOSED = "closed"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"


class CasePriority(Enum):
    """How much it hurts."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class CaseOrigin(Enum):
    """Where it was opened."""

    DESK = "desk"
    PORTAL = "portal"
    API = "api"
    IMPORT = "import"


ENDS = frozenset({CaseStatus.CLOSED, CaseStatus.REJECTED, CaseStatus.DUPLICATE})
WAYS: Mapping[CaseStatus, frozenset[CaseStatus]] = {
    CaseStatus.NEW: frozenset({CaseStatus.ASSIGNED, CaseStatus.PENDING, *ENDS}),
    CaseStatus.ASSIGNED: frozenset({CaseStatus.PENDING, *ENDS}),
    CaseStatus.PENDING: frozenset({CaseStatus.ASSIGNED, *ENDS}),
    **dict.fromkeys(ENDS, frozenset({CaseStatus.ASSIGNED})),
}
"""From which status a case may go to which."""

COMPLAINT_REASONS: Mapping[str, tuple[str, ...]] = {
    "delivery": ("late", "lost", "damaged", "wrong_item"),
    "billing": ("overcharged", "not_refunded", "wrong_invoice"),
    "product": ("faulty", "not_as_described", "unsafe"),
    "service": ("rude", "wrong_advice", "not_called_back", "long_wait"),
    "privacy": ("unwanted_calls", "data_misused", "data_not_given"),
}
"""What complaints are about, in two levels; written ``delivery.late``."""


class CannotChangeCaseError(ValueError):
    """What was asked for makes no sense for this case; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """A case as it is opened. ``customer``: of whom, "" when only the number `party` is known.

    ``party``: E.164, or "". ``reason``: of a complaint from `COMPLAINT_REASONS`; free otherwise.
    """

    customer: str = ""
    party: str = ""
    kind: CaseKind = CaseKind.QUESTION
    reason: str = ""
    subject: str
    text: str = ""
    priority: CasePriority = CasePriority.NORMAL
    origin: CaseOrigin = CaseOrigin.DESK
    agent: str = ""
    call: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case as it is kept. Instants are microseconds since 1970 UTC, None for not yet.

    ``agent``: whose it is now. ``pauses``: when it waited for the customer, the last one perhaps
    without an end. ``version`` counts changes: who changes it says which one was looked at.
    """

    case: CaseId
    customer: str = ""
    party: str = ""
    kind: CaseKind = CaseKind.QUESTION
    reason: str = ""
    subject: str
    text: str = ""
    priority: CasePriority = CasePriority.NORMAL
    status: CaseStatus = CaseStatus.NEW
    origin: CaseOrigin = CaseOrigin.DESK
    agent: str = ""
    call: str = ""
    opened_by: str = ""
    opened_at: int
    answered_at: int | None = None
    updated_at: int | None = None
    acknowledged_at: int | None = None
    ended_at: int | None = None
    escalated_at: int | None = None
    pauses: tuple[tuple[int, int | None], ...] = ()
    version: int = 1

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.status not in ENDS


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChange:
    """What is changed in a case; None leaves a thing as it is.

    ``comment``: what is written down. With `public` the customer reads it on the self-service page,
    and it is an answer, so the clocks for answering and for updates hear of it. `acknowledged`: the
    customer was told that the complaint has arrived.
    """

    status: CaseStatus | None = None
    priority: CasePriority | None = None
    agent: str | None = None
    comment: str = ""
    public: bool = False
    acknowledged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent:
    """One line of a case's story. ``kind``: opened, status, priority, agent, comment, acknowledged,
    escalated; ``before`` and ``after`` are what changed, ``public`` what the customer may read."""

    n: int
    at: int
    by: str
    kind: str
    before: str = ""
    after: str = ""
    text: str = ""
    public: bool = False


def checked(new: NewCase) -> NewCase:
    """Raise CannotChangeCaseError for a case that cannot be opened as it is."""
    if not new.subject.strip():
        raise CannotChangeCaseError("a case has a subject")
    if len(new.subject) > LONGEST_SUBJECT or len(new.text) > LONGEST_TEXT:
        raise CannotChangeCaseError("this is longer than a case may be")
    if not new.customer and not new.party:
        raise CannotChangeCaseError("a case is a customer's, or a number's")
    if new.kind is CaseKind.COMPLAINT and not is_complaint_reason(new.reason):
        raise CannotChangeCaseError("a complaint has one of the reasons for complaints")
    return new


def is_complaint_reason(reason: str) -> bool:
    """Tell whether this is a leaf of `COMPLAINT_REASONS`, written ``delivery.late``."""
    branch, _, leaf = reason.partition(".")
    return leaf in COMPLAINT_REASONS.get(branch, ())


def changed(
    case: Case, change: CaseChange, by: str, now: int
) -> tuple[Case, tuple[CaseEvent, ...]]:
    """Give the case as it is after a change, and what is told of it; nothing changed: no events.

    Events are numbered from 1 here; storage goes on counting. Raises CannotChangeCaseError.
    """
    told: list[CaseEvent] = []

    def tell(kind: str, before: str, after: str) -> None:
        told.append(
            CaseEvent(n=len(told) + 1, at=now, by=by, kind=kind, before=before, after=after)
        )

    new = case
    if change.status is not None and change.status is not case.status:
        new = _moved(new, change.status, now)
        tell("status", case.status.value, change.status.value)
    if change.agent is not None and change.agent != case.agent:
        new = replace(new, agent=change.agent)
        tell("agent", case.agent, change.agent)
        if new.status is CaseStatus.NEW and change.agent:
            tell("status", CaseStatus.NEW.value, CaseStatus.ASSIGNED.value)
            new = replace(new, status=CaseStatus.ASSIGNED)
    if change.priority is not None and change.priority is not case.priority:
        new = replace(new, priority=change.priority)
        tell("priority", case.priority.value, change.priority.value)
    if change.acknowledged and case.acknowledged_at is None:
        new = replace(new, acknowledged_at=now)
        tell("acknowledged", "", "")
    if text := change.comment.strip():
        if len(text) > LONGEST_TEXT:
            raise CannotChangeCaseError("this is longer than a comment may be")
        new = _answered(new, now) if change.public else new
        told.append(
            CaseEvent(
                n=len(told) + 1, at=now, by=by, kind="comment", text=text, public=change.public
            )
        )
    if told:
        new = replace(new, version=case.version + 1)
    return new, tuple(told)


def _answered(case: Case, now: int) -> Case:
    """The customer hears something: the first answer, or another update."""
    first = case.answered_at if case.answered_at is not None else now
    told = case.acknowledged_at if case.acknowledged_at is not None else now
    return replace(case, answered_at=first, acknowledged_at=told, updated_at=now)


def _moved(case: Case, status: CaseStatus, now: int) -> Case:
    if status not in WAYS[case.status]:
        raise CannotChangeCaseError(
            f"a case that is {case.status.value} does not become {status.value}"
        )
    case = replace(case, pauses=_paused(case, status, now))
    ended_at = now if status in ENDS else None
    return replace(case, status=status, ended_at=ended_at)


def _paused(case: Case, status: CaseStatus, now: int) -> tuple[tuple[int, int | None], ...]:
    """While it waits for the customer, and after its end, no clock runs."""
    pauses = case.pauses
    if pauses and pauses[-1][1] is None:
        pauses = (*pauses[:-1], (pauses[-1][0], now))
    elif case.ended_at is not None and len(pauses) < MOST_PAUSES:
        pauses = (*pauses, (case.ended_at, now))  # opened again
    if status is CaseStatus.PENDING and len(pauses) < MOST_PAUSES:
        pauses = (*pauses, (now, None))
    return pauses
