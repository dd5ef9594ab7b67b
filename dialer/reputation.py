"""How well numbers to show do: one that people answer far less than they answer its like, rests.

A number that carriers mark as spam is answered less, and nobody says so. Which number a party sees
hangs on the party alone (see `caller_id`), so two numbers that may be shown in the same regions are
shown to people alike, and the shares of calls that a person answers may be compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dialer.analysis import wilson
from dialer.attempt import LIVE, Verdict
from dialer.campaign import CallerId

LEAST = 200
"""Nobody judges a number by fewer calls."""
HALF = 0.6
"""A number rests when it is surely answered less than this part of what the others are."""
_RANG = LIVE | {Verdict.MACHINE, Verdict.NO_ANSWER, Verdict.BUSY}
_MOST = 4_000
"""Of more calls than that, half are forgotten: what counts is of late."""


@dataclass(slots=True)
class Shown:
    """Calls that showed a number. ``rests_until``: an instant, 0 for not."""

    rang: int = 0
    answered: int = 0
    rests_until: int = 0


class Reputation:
    """Counts calls by the number they showed."""

    def __init__(self) -> None:
        self.shown: dict[str, Shown] = {}

    def note(self, number: str, verdict: Verdict) -> None:
        """Count a call that is over; what never rang tells nothing."""
        if verdict not in _RANG:
            return
        shown = self.shown.setdefault(number, Shown())
        shown.rang += 1
        shown.answered += verdict in LIVE
        if shown.rang > _MOST:
            shown.rang //= 2
            shown.answered //= 2

    def resting(self, pool: Sequence[CallerId], rest_us: int, now: int) -> frozenset[str]:
        """Name the numbers that are not to be shown now; never all that may be shown somewhere.

        Whoever is found wanting rests for `rest_us` (0: nobody ever) and begins anew.
        """
        if rest_us <= 0:
            return frozenset()
        tired: set[str] = set()
        for one in pool:
            shown = self.shown.get(one.number)
            if shown is None:
                continue
            if shown.rests_until > now:
                tired.add(one.number)
            elif shown.rests_until:
                self.shown[one.number] = Shown()
            elif self._is_poor(one, shown, pool, now):
                shown.rests_until = now + rest_us
                tired.add(one.number)
        return frozenset(tired)

    def _is_poor(self, one: CallerId, shown: Shown, pool: Sequence[CallerId], now: int) -> bool:
        if shown.rang < LEAST:
            return False
        rang = answered = 0
        for other in pool:
            known = self.shown.get(other.number)
            alike = other.number != one.number and other.regions == one.regions
            if alike and known is not None and known.rests_until <= now:
                rang, answered = rang + known.rang, answered + known.answered
        if rang < LEAST:
            return False
        return wilson(shown.answered, shown.rang).high < HALF * wilson(answered, rang).low
