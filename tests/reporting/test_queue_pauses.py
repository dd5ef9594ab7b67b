"""Breaks from one queue alone: how often, and how long in a stretch of time."""

from __future__ import annotations

from contact_center.core.ids import AgentId, QueueId
from contact_center.core.staff_facts import QueuePauseChanged
from contact_center.reporting.queue_pauses import PauseBook

S = 1_000_000


def told(agent: str, queue: str, since: int, at: int, reason: str = "lunch") -> QueuePauseChanged:
    """A break that begins (at the instant it is told), or is over."""
    return QueuePauseChanged(
        at=at * S,
        agent=AgentId(agent),
        queue=QueueId(queue),
        on=since == at,
        reason=reason,
        since=since * S,
    )


LOG = [
    told("ann", "sales", 10, 10),
    told("ann", "sales", 10, 20),
    told("ann", "sales", 20, 20, "training"),
    told("bob", "support", 30, 30),
    told("ann", "sales", 20, 50, "training"),
    told("ann", "sales", 60, 60),
    told("ann", "sales", 60, 61),
]


def rows(begin: int, end: int) -> list[tuple[str, str, str, int, float, int]]:
    book = PauseBook(begin * S, end * S)
    book.take(LOG)
    return [tuple(row.values()) for row in book.plain()]  # type: ignore[misc]


def test_breaks_are_counted_by_agent_queue_and_reason() -> None:
    assert rows(0, 100) == [
        ("ann", "sales", "lunch", 2, 11.0, 0),
        ("ann", "sales", "training", 1, 30.0, 0),
        ("bob", "support", "lunch", 1, 70.0, 1),
    ]


def test_a_break_that_crosses_a_border_is_cut_there() -> None:
    assert rows(15, 35) == [
        ("ann", "sales", "lunch", 1, 5.0, 0),
        ("ann", "sales", "training", 1, 15.0, 0),
        ("bob", "support", "lunch", 1, 5.0, 1),
    ]


def test_nothing_of_a_break_outside_of_the_stretch_counts() -> None:
    assert rows(0, 10) == []
    assert [row[0] for row in rows(61, 62)] == ["bob"]
