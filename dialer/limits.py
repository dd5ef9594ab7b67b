"""How many calls may go out: buckets of calls per second, and lines, of account, trunk, campaign.

Buckets stand in a tree: a call takes a token and a line of its campaign, of the trunk it goes out
on and of the account. What has the least left, decides.
"""

import math
from collections.abc import Iterator

UNLIMITED = 1 << 30
_EPSILON = 1e-9


class Bucket:
    """Calls per second and lines of one owner, below `above`. 0 means without bound.

    At most one second's calls are saved up, so the rate holds within any two seconds. ``lines``
    counts calls from the moment they are taken until `free` is told of them.
    """

    __slots__ = ("_filled_at", "_tokens", "above", "busy", "calls_per_s", "lines", "name")

    def __init__(
        self,
        name: str,
        calls_per_s: float = 0.0,
        lines: int = 0,
        above: "Bucket | None" = None,
    ) -> None:
        self.name = name
        self.above = above
        self.calls_per_s = calls_per_s
        self.lines = lines
        self.busy = 0
        """Calls that hold a line."""
        self._tokens = max(1.0, calls_per_s)
        self._filled_at: int | None = None

    def limit(self, calls_per_s: float, lines: int) -> None:
        """Change the limits, from now on; calls that go on are not touched."""
        self.calls_per_s, self.lines = calls_per_s, lines
        self._tokens = min(self._tokens, max(1.0, calls_per_s))

    def room(self, now: int) -> int:
        """Count the calls that may go out now, here and all the way up."""
        here = min(self._calls(now), self._free_lines())
        return here if self.above is None else min(here, self.above.room(now))

    def tight(self, now: int) -> str:
        """Name the owner, here or above, with the least left, and what it lacks."""
        left, named = UNLIMITED, ""
        for owner in self._upwards():
            for what, count in (("calls_per_s", owner._calls(now)), ("lines", owner._free_lines())):
                if count < left:
                    left, named = count, f"{owner.name}:{what}"
        return named

    def take(self, now: int) -> None:
        """Take a token and a line, all the way up. Raises ValueError when there is no room."""
        if self.room(now) < 1:
            raise ValueError(f"{self.name} has no room for a call")
        for owner in self._upwards():
            owner.busy += 1
            if owner.calls_per_s:
                owner._tokens -= 1.0

    def give_back(self) -> None:
        """Give a token and a line back: the call did not go out."""
        for owner in self._upwards():
            owner.busy = max(0, owner.busy - 1)
            if owner.calls_per_s:
                owner._tokens = min(owner._tokens + 1.0, max(1.0, owner.calls_per_s))

    def release(self) -> None:
        """Free the line of a call that is over, all the way up."""
        for owner in self._upwards():
            owner.busy = max(0, owner.busy - 1)

    def adopt(self) -> None:
        """Count a call that is out already: it holds a line and takes no token."""
        for owner in self._upwards():
            owner.busy += 1

    def _upwards(self) -> Iterator["Bucket"]:
        owner: Bucket | None = self
        while owner is not None:
            yield owner
            owner = owner.above

    def _calls(self, now: int) -> int:
        if not self.calls_per_s:
            return UNLIMITED
        most = max(1.0, self.calls_per_s)
        if self._filled_at is not None:
            gained = max(0, now - self._filled_at) / 1e6 * self.calls_per_s
            self._tokens = min(most, self._tokens + gained)
        self._filled_at = now if self._filled_at is None else max(now, self._filled_at)
        return max(0, math.floor(self._tokens + _EPSILON))

    def _free_lines(self) -> int:
        return max(0, self.lines - self.busy) if self.lines else UNLIMITED


def of_trunk(share: float, trunk: int) -> int:
    """Tell how many of all lines a share of them is: one at least, and no bound for all of them."""
    return max(1, int(share * trunk + _EPSILON)) if trunk and share < 1.0 else UNLIMITED


class SharedRoom:
    """What trunk and account have left, as is said now and then; nothing until it was said once.

    What was asked for and has not gone out yet is not in that count, nor what went out since.
    """

    def __init__(self) -> None:
        self._lines = self._calls = 0
        self.trunk = 0
        """All lines that there are to dial on, busy or not; 0 while nobody has said so."""
        self.pending = 0
        """Calls that were asked for and are neither out nor refused."""

    def seen(self, lines: int, calls_now: int, trunk: int = 0) -> None:
        """Note what is left; `trunk`: of how many lines in all."""
        self._lines, self._calls = max(0, lines), max(0, calls_now)
        self.trunk = max(0, trunk)

    def room(self) -> int:
        """Count the calls that may be asked for."""
        return max(0, min(self._lines, self._calls) - self.pending)

    def ask(self) -> None:
        """Note that a call was asked for."""
        self.pending += 1

    def refused(self) -> None:
        """Note that a call that was asked for will not go out."""
        self.pending = max(0, self.pending - 1)

    def placed(self) -> None:
        """Note that a call that was asked for has gone out."""
        self.pending = max(0, self.pending - 1)
        self._lines = max(0, self._lines - 1)
        self._calls = max(0, self._calls - 1)

    def over(self) -> None:
        """Note that a call is over: its line is free."""
        self._lines += 1
