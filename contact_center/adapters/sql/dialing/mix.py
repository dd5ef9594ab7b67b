"""Which list of a mix is next: as often as its weight says, whatever the others have."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

_T = TypeVar("_T")


class Mix:
    """The turns of one campaign's lists. A list that had nothing does not catch up later."""

    def __init__(self) -> None:
        self._served: dict[str, float] = {}

    def draw(
        self, offered: Mapping[str, Sequence[_T]], weights: Mapping[str, int], count: int
    ) -> list[_T]:
        """Take up to `count` of what lists offer, each list's own in order.

        A weight of 0 is for when no other list has anything.
        """
        left = {name: list(reversed(rows)) for name, rows in offered.items() if rows}
        self._forget({name for name in weights if name in left}, set(weights))
        drawn: list[_T] = []
        while left and len(drawn) < count:
            heavy = [name for name in left if weights[name] > 0] or list(left)
            name = min(heavy, key=lambda each: (self._turn(each, weights), each))
            drawn.append(left[name].pop())
            self._served[name] = self._turn(name, weights)
            if not left[name]:
                del left[name]
        return drawn

    def _turn(self, name: str, weights: Mapping[str, int]) -> float:
        return self._served.get(name, 0.0) + 1.0 / max(weights[name], 1e-3)

    def _forget(self, here: set[str], known: set[str]) -> None:
        """Begin lists that were away where the others are now."""
        self._served = {name: at for name, at in self._served.items() if name in known}
        least = min((self._served.get(name, 0.0) for name in here), default=0.0)
        for name in known - here:
            self._served[name] = max(self._served.get(name, 0.0), least)
        for name in self._served:
            self._served[name] -= least
