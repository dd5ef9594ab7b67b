"""Deadlines: what has to happen when, unless something else happens first.

One heap for many keys. A key has at most one deadline; setting it again moves it. Equal instants
come in the order they were set, so a replay sees them in the same order. Entries that were moved or
cancelled stay in the heap until they surface, and are swept when they outnumber the live ones.
"""

import heapq
from collections.abc import Iterable

Key = tuple[str, str]
"""What the deadline is of: a kind and an id, such as ``("offer", reservation)``."""


class Deadlines:
    """A bounded-by-its-keys timer queue on integer microseconds."""

    __slots__ = ("_heap", "_live", "_seq")

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, Key]] = []
        self._live: dict[Key, tuple[int, int, Key]] = {}
        self._seq = 0

    def __len__(self) -> int:
        return len(self._live)

    def set(self, kind: str, owner: str, due: int) -> None:
        """Let the key fall due at `due`, instead of when it would have."""
        key = (kind, owner)
        self._seq += 1
        entry = self._live[key] = (due, self._seq, key)
        heapq.heappush(self._heap, entry)
        if len(self._heap) > 64 and len(self._heap) > 3 * len(self._live):
            self._heap = list(self._live.values())
            heapq.heapify(self._heap)

    def cancel(self, kind: str, owner: str) -> None:
        """Forget the key's deadline, if it has one."""
        self._live.pop((kind, owner), None)

    def cancel_all(self, kinds: Iterable[str], owner: str) -> None:
        """Forget several of one owner's deadlines."""
        live = self._live
        for kind in kinds:
            live.pop((kind, owner), None)

    def due(self, kind: str, owner: str) -> int | None:
        """Say when the key falls due."""
        entry = self._live.get((kind, owner))
        return entry[0] if entry else None

    def next(self) -> int | None:
        """Say when the earliest deadline falls due."""
        heap, live = self._heap, self._live
        while heap:
            entry = heap[0]
            if live.get(entry[2]) is entry:
                return entry[0]
            heapq.heappop(heap)
        return None

    def pop(self, now: int) -> Key | None:
        """Take the earliest key that is due at `now`."""
        due = self.next()
        if due is None or due > now:
            return None
        key = heapq.heappop(self._heap)[2]
        del self._live[key]
        return key

    def entries(self) -> list[tuple[int, str, str]]:
        """List what is live as ``(due, kind, owner)``, in the order it will surface."""
        return [(due, key[0], key[1]) for due, _, key in sorted(self._live.values())]

    def restore(self, entries: Iterable[tuple[int, str, str]]) -> None:
        """Take up what `entries` wrote down."""
        for due, kind, owner in entries:
            self.set(kind, owner, due)
