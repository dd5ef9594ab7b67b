"""Which requests for a call back are open, by number and queue.

Built of the calls themselves, so that nothing of it needs to be written down.
"""

from collections.abc import Iterable

from contact_center.core.call import Call
from contact_center.core.ids import CallId, QueueId


class Registration:
    """What became of asking for a call back, as flows see it."""

    REGISTERED = "registered"
    ALREADY = "already"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"


class CallbackBook:
    """Open requests. A number has at most one in each queue."""

    def __init__(self, calls: Iterable[Call]) -> None:
        self._by_number: dict[str, dict[QueueId, CallId]] = {}
        self._in: dict[QueueId, int] = {}
        for call in calls:
            request = call.callback
            if request is not None and not request.over and not call.is_over:
                self.add(request.number, request.queue, call.call)

    def __len__(self) -> int:
        return len(self._by_number)

    def add(self, number: str, queue: QueueId, call: CallId) -> None:
        """Note a request; there is none of this number in this queue yet."""
        self._by_number.setdefault(number, {})[queue] = call
        self._in[queue] = self._in.get(queue, 0) + 1

    def find(self, number: str, queue: QueueId) -> CallId | None:
        """Find the request of a number that the queue has already; None for none."""
        return self._by_number.get(number, {}).get(queue)

    def listed(self) -> tuple[CallId, ...]:
        """List all requests."""
        return tuple(call for queues in self._by_number.values() for call in queues.values())

    def of(self, number: str) -> tuple[CallId, ...]:
        """List the requests of a number, oldest first."""
        return tuple(self._by_number.get(number, {}).values())

    def count(self, queue: QueueId) -> int:
        """Count the requests of a queue."""
        return self._in.get(queue, 0)

    def remove(self, number: str, queue: QueueId, call: CallId) -> bool:
        """Strike a request off; False when it is not there (any more)."""
        queues = self._by_number.get(number, {})
        if queues.get(queue) != call:
            return False
        del queues[queue]
        self._in[queue] -= 1
        if not queues:
            del self._by_number[number]
        return True
