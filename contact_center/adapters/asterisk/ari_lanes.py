"""In which order requests go out when there are more than Asterisk carries out at once. Pure.

Asterisk serves one websocket one request at a time, so what is sent is past being put in order.
Requests wait here instead. Those of one lane (one call) keep their order; among lanes, those with
something urgent go first, and the rest in the order they came. Something urgent takes along what
waits before it in its lane.
"""

from collections import deque

Sendable = tuple[str, bytes]
"""A request's key and its frame."""


class Lanes:
    """What waits to be sent. Whoever fills it keeps its bound."""

    def __init__(self) -> None:
        self._lanes: dict[str, deque[Sendable]] = {}
        # Lanes to serve, each as often as it was asked for: what it has then goes all at once.
        self._urgent: deque[str] = deque()
        self._patient: deque[str] = deque()

    def __bool__(self) -> bool:
        return bool(self._lanes)

    def put(self, item: Sendable, lane: str, *, urgent: bool) -> None:
        """Add a request to the end of its lane."""
        waiting = self._lanes.get(lane)
        is_new = waiting is None
        if waiting is None:
            waiting = self._lanes[lane] = deque()
        waiting.append(item)
        if urgent:
            self._urgent.append(lane)
        elif is_new:
            self._patient.append(lane)

    def take(self) -> Sendable | None:
        """Give what is to be sent next; None when nothing waits."""
        for order in (self._urgent, self._patient):
            while order:
                waiting = self._lanes.get(order[0])
                if waiting is None:
                    order.popleft()
                    continue
                item = waiting.popleft()
                if not waiting:
                    del self._lanes[order.popleft()]
                return item
        return None

    def clear(self) -> None:
        """Forget everything."""
        self._lanes.clear()
        self._urgent.clear()
        self._patient.clear()
