"""In which order requests go out when there are more than Asterisk carries out at once. Pure.

Asterisk serves one websocket one request at a time, so what is sent is past being put in order.
Requests wait here instead. Those of one lane (one call) keep their order; among lanes, those with
something more urgent go first, else in the order they came. Something urgent takes along what waits
before it in its lane.
"""

from collections import deque
from enum import IntEnum

Sendable = tuple[str, bytes]
"""A request's key and its frame."""


class Urgency(IntEnum):
    """How urgent a request is. NOW: somebody on the line waits for it. SOON: somebody could work.
    LATER: nothing is lost."""

    NOW = 0
    SOON = 1
    LATER = 2


class Lanes:
    """What waits to be sent. Whoever fills it keeps its bound."""

    def __init__(self) -> None:
        self._lanes: dict[str, deque[Sendable]] = {}
        # Lanes to serve, each as often as it was asked for: what it has then goes all at once.
        self._orders: tuple[deque[str], ...] = tuple(deque() for _ in Urgency)

    def __bool__(self) -> bool:
        return bool(self._lanes)

    def put(self, item: Sendable, lane: str, urgency: Urgency) -> None:
        """Add a request to the end of its lane."""
        waiting = self._lanes.get(lane)
        is_new = waiting is None
        if waiting is None:
            waiting = self._lanes[lane] = deque()
        waiting.append(item)
        if is_new or urgency is not Urgency.LATER:
            self._orders[urgency].append(lane)

    def take(self) -> Sendable | None:
        """Give what is to be sent next; None when nothing waits."""
        for order in self._orders:
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
        for order in self._orders:
            order.clear()
