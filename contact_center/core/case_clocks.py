"""The clocks of a case: until when it has to be answered, updated, solved, acknowledged. Pure.

Clocks count business hours (`business_time`) and stand still while the case waits for the customer.
The acknowledgement of a complaint is what a regulator asks for: it runs on, whoever is waited for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from contact_center.core.business_time import after_open, open_between
from contact_center.core.cases import Case, CaseKind, CasePriority
from contact_center.core.hours import Calendar

_HOUR = 3_600_000_000


class ClockKind(Enum):
    """What is to be done in time."""

    FIRST_ANSWER = "first_answer"
    UPDATE = "update"
    SOLVE = "solve"
    ACKNOWLEDGE = "acknowledge"


class ClockState(Enum):
    """How it goes. The last two are over: done in time, or not."""

    RUNNING = "running"
    SOON = "soon"
    LATE = "late"
    PAUSED = "paused"
    MET = "met"
    MISSED = "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """Business time within which a thing is to be done, microseconds."""

    first_answer_us: int
    update_us: int
    solve_us: int


TARGETS: Mapping[CasePriority, Targets] = {
    CasePriority.URGENT: Targets(first_answer_us=_HOUR, update_us=4 * _HOUR, solve_us=8 * _HOUR),
    CasePriority.HIGH: Targets(first_answer_us=4 * _HOUR, update_us=8 * _HOUR, solve_us=24 * _HOUR),
    CasePriority.NORMAL: Targets(
        first_answer_us=8 * _HOUR, update_us=24 * _HOUR, solve_us=40 * _HOUR
    ),
    CasePriority.LOW: Targets(
        first_answer_us=16 * _HOUR, update_us=40 * _HOUR, solve_us=80 * _HOUR
    ),
}
"""Where a center says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePolicy:
    """What was promised. ``calendar``: business hours, None for round the clock.

    ``acknowledge_us``: business time within which a complaint is acknowledged. ``soon``: the share
    of a target that is left when it is said to be soon.
    """

    calendar: Calendar | None = None
    targets: Mapping[CasePriority, Targets] = field(default_factory=lambda: TARGETS)
    acknowledge_us: int = 24 * _HOUR
    soon: float = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One clock. ``due_at``: instant, None when it stands still or never comes. ``left_us``:
    business time that is left, negative when it is late; of a clock that is over what was left."""

    kind: ClockKind
    state: ClockState
    due_at: int | None
    left_us: int


def clocks(case: Case, policy: CasePolicy, now: int) -> tuple[Clock, ...]:
    """Read the clocks of a case at `now`. An ended case has only those that say how it went."""
    targets = policy.targets[case.priority]
    found = []
    if case.kind is CaseKind.COMPLAINT:
        found.append(
            _clock(
                case, policy, now, ClockKind.ACKNOWLEDGE, case.opened_at, policy.acknowledge_us,
                case.acknowledged_at, pausing=False,
            )
        )  # fmt: skip
    found.append(
        _clock(
            case, policy, now, ClockKind.FIRST_ANSWER, case.opened_at, targets.first_answer_us,
            case.answered_at,
        )
    )  # fmt: skip
    # The first answer is an update too: until there is one, one clock is enough.
    if case.is_open and case.answered_at is not None:
        begin = case.updated_at if case.updated_at is not None else case.answered_at
        found.append(_clock(case, policy, now, ClockKind.UPDATE, begin, targets.update_us, None))
    found.append(
        _clock(
            case, policy, now, ClockKind.SOLVE, case.opened_at, targets.solve_us, case.ended_at
        )
    )  # fmt: skip
    return tuple(found)


def _clock(
    case: Case,
    policy: CasePolicy,
    now: int,
    kind: ClockKind,
    begin: int,
    target: int,
    done_at: int | None,
    *,
    pausing: bool = True,
) -> Clock:
    # What nobody did before the case ended is judged by its end.
    end = done_at if done_at is not None else (case.ended_at if not case.is_open else None)
    until = end if end is not None else now
    pauses = case.pauses if pausing else ()
    spent = open_between(policy.calendar, begin, until) - sum(
        open_between(policy.calendar, max(start, begin), min(stop or until, until))
        for start, stop in pauses
    )
    left = target - spent
    if end is not None:
        state = ClockState.MET if left >= 0 else ClockState.MISSED
        return Clock(kind=kind, state=state, due_at=None, left_us=left)
    if pauses and pauses[-1][1] is None:
        return Clock(kind=kind, state=ClockState.PAUSED, due_at=None, left_us=left)
    state = ClockState.RUNNING
    if left < 0:
        state = ClockState.LATE
    elif left <= target * policy.soon:
        state = ClockState.SOON
    if left >= 0:
        due = after_open(policy.calendar, now, left)
    else:
        due = _was_due(policy, begin, target, pauses)
    return Clock(kind=kind, state=state, due_at=due, left_us=left)


def _was_due(
    policy: CasePolicy, begin: int, target: int, pauses: Sequence[tuple[int, int | None]]
) -> int | None:
    """When a clock that is late ran out: its time, and that of the pauses before then."""
    due = after_open(policy.calendar, begin, target)
    for start, stop in pauses:
        if due is None or stop is None or start >= due:
            break
        paused = open_between(policy.calendar, max(start, begin), stop)
        due = after_open(policy.calendar, max(due, begin), paused)
    return due


def is_to_escalate(case: Case, policy: CasePolicy, now: int) -> bool:
    """Tell whether a clock of an open case ran out and nobody above was told yet."""
    return (
        case.is_open
        and case.escalated_at is None
        and any(clock.state is ClockState.LATE for clock in clocks(case, policy, now))
    )


def compliance(cases: Iterable[Case], policy: CasePolicy, now: int) -> tuple[int, int]:
    """Count the promises of these cases that are decided: how many were kept, and of how many.

    A clock that still runs decides nothing; one that is late is broken already.
    """
    kept = decided = 0
    for case in cases:
        for clock in clocks(case, policy, now):
            if clock.state is ClockState.MET:
                kept += 1
            if clock.state in (ClockState.MET, ClockState.MISSED, ClockState.LATE):
                decided += 1
    return kept, decided
