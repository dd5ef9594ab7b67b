"""Who waits in a queue without an offer, in the order of coming: for counting who was overtaken."""

from sortedcontainers import SortedList

from contact_center.core.ids import CallId
from contact_center.reporting.records import Wait


class QueueOrder:
    """The callers of one queue who wait. Each operation costs the logarithm of their number."""

    def __init__(self) -> None:
        self._all: SortedList[tuple[int, CallId]] = SortedList()
        self._unoffered: SortedList[tuple[int, CallId]] = SortedList()

    def __len__(self) -> int:
        return len(self._all)

    @property
    def oldest_at(self) -> int | None:
        """When the one who has waited longest came; None when nobody waits."""
        return self._all[0][0] if self._all else None

    def enter(self, wait: Wait) -> None:
        """Somebody waits from now on."""
        self._all.add(_place(wait))
        self._unoffered.add(_place(wait))

    def offer(self, wait: Wait) -> int:
        """Somebody is offered to an agent; gives how many who came before have no offer now."""
        self._unoffered.discard(_place(wait))
        return self._unoffered.bisect_left((wait.entered_at, CallId("")))

    def wait_on(self, wait: Wait) -> None:
        """The last offer failed; they wait on in their place."""
        if _place(wait) in self._all and _place(wait) not in self._unoffered:
            self._unoffered.add(_place(wait))

    def leave(self, wait: Wait) -> None:
        """Somebody waits no more."""
        self._all.discard(_place(wait))
        self._unoffered.discard(_place(wait))


def _place(wait: Wait) -> tuple[int, CallId]:
    return (wait.entered_at, wait.call)
