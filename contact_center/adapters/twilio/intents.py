"""What is to be dialled, kept in this process: for tests and trials; a restart forgets it."""

from collections.abc import Sequence
from dataclasses import replace

from contact_center.core.ids import LegId
from contact_center.ports import DialIntent

MOST = 10_000
"""Legs that are remembered, those that are over included."""


class RememberedIntents:
    """An `IntentStore` without a storage."""

    def __init__(self) -> None:
        self._known: dict[LegId, DialIntent] = {}
        self._over: dict[LegId, None] = {}

    async def begin(self, intent: DialIntent) -> bool:
        """Write it down; False when it was before."""
        if intent.leg in self._known:
            return False
        self._known[intent.leg] = intent
        while len(self._known) > MOST and self._over:
            oldest = next(iter(self._over))
            del self._over[oldest], self._known[oldest]
        return True

    async def found(self, leg: LegId, sid: str) -> None:
        """Note what the provider calls it."""
        if leg in self._known:
            self._known[leg] = replace(self._known[leg], sid=sid)

    async def over(self, leg: LegId) -> None:
        """Note that it has ended."""
        if leg in self._known:
            self._over[leg] = None

    async def still_open(self) -> Sequence[DialIntent]:
        """Give what is not over, oldest first."""
        left = [intent for leg, intent in self._known.items() if leg not in self._over]
        return sorted(left, key=lambda intent: (intent.at, intent.leg))
