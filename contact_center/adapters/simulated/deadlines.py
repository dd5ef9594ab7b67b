"""What is to happen later: a heap of moments, each with the thing to do then."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(order=True, slots=True)
class Deadline:
    """One thing to do at `at` (microseconds). Cancelling one that has passed does nothing."""

    at: int
    number: int
    action: Callable[[], object] | None = field(compare=False)

    def cancel(self) -> None:
        """Forget it."""
        self.action = None


class Deadlines:
    """Deadlines in order of time, then of their setting."""

    def __init__(self) -> None:
        self._heap: list[Deadline] = []
        self._numbers = 0

    def set(self, at: int, action: Callable[[], object]) -> Deadline:
        """Do `action` at `at`."""
        self._numbers += 1
        deadline = Deadline(at, self._numbers, action)
        heapq.heappush(self._heap, deadline)
        return deadline

    def next(self) -> int | None:
        """Say when the earliest one is; None when there is none."""
        while self._heap and self._heap[0].action is None:
            heapq.heappop(self._heap)
        return self._heap[0].at if self._heap else None

    def take(self, now: int) -> Deadline | None:
        """Remove and return the earliest one that has come by `now`."""
        at = self.next()
        if at is None or at > now:
            return None
        return heapq.heappop(self._heap)
