"""What Twilio was answered, for when it asks again: the same bytes, and nothing done twice. Pure.

A request that is made again (a lost answer, a retry of Twilio's) carries the token of the first.
Requests about a step come to an address that no other step has, so they need no token.
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

KEPT_US = 60_000_000
MOST = 50_000


@dataclass(slots=True)
class _Kept(Generic[T]):
    what: T
    until: int


class ReplyStore(Generic[T]):
    """Keeps answers, or what will be one, for a minute; the oldest go first when there are many."""

    def __init__(self, *, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[str, str], _Kept[T]] = OrderedDict()
        self.repeated = 0

    def find(self, key: tuple[str, str], now: int) -> T | None:
        """Give what was kept for the same request; None when there is nothing, or it is too old."""
        kept = self._kept.get(key)
        if kept is None or kept.until <= now:
            return None
        self.repeated += 1
        return kept.what

    def keep(self, key: tuple[str, str], what: T, now: int) -> None:
        """Keep an answer."""
        self._kept.pop(key, None)
        self._kept[key] = _Kept(what, now + KEPT_US)
        while self._kept and (
            len(self._kept) > self._most or next(iter(self._kept.values())).until <= now
        ):
            self._kept.popitem(last=False)
