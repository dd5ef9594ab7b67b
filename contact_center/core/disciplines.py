"""Disciplines: whom of several lines' first callers a free agent gets.

A discipline is a function and a row. It gives a line's head a number, lower is better, in whole
numbers; strict bands and an agent's own preference among queues go before it, the sequence number
comes after it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from contact_center.core.configuration import Discipline
from contact_center.core.ids import QueueId
from contact_center.core.lines import Line


class View(Protocol):
    """What a discipline may look at beside the head of the line."""

    waiting_in: dict[QueueId, int]
    total_waiting: int

    def share_of(self, queue: QueueId) -> tuple[int, int]:
        """Give a queue's share and the sum of all queues' shares."""

    def cost_of(self, queue: QueueId) -> tuple[int, int]:
        """Give what a second of waiting in a queue costs, and the mean handle time there."""


def _aging(line: Line, aged: int, now: int, view: View) -> int:
    """The longest wait, by slope, with head start, up to the ceiling."""
    rank = aged - line.slope * now
    return rank if line.floor is None or rank > line.floor else line.floor


def _fixed_ratio(line: Line, aged: int, now: int, view: View) -> int:
    """The queue that exceeds its share of all callers by most."""
    share, shares = view.share_of(line.queue)
    return share * view.total_waiting - shares * view.waiting_in.get(line.queue, 0)


def _cost(line: Line, aged: int, now: int, view: View) -> int:
    """The highest marginal cost of waiting times the rate of service (generalised c-mu)."""
    weight, handle_us = view.cost_of(line.queue)
    return weight * (aged - line.slope * now) * 1_000 // max(1, handle_us)


@dataclass(frozen=True, slots=True)
class Row:
    """One discipline. ``by_queue``: every queue needs lines of its own."""

    rank: Callable[[Line, int, int, View], int]
    by_queue: bool = False


DISCIPLINES: dict[Discipline, Row] = {
    Discipline.AGING: Row(_aging),
    Discipline.FIXED_RATIO: Row(_fixed_ratio, by_queue=True),
    Discipline.COST: Row(_cost, by_queue=True),
}
