"""SimPy's clock in whole microseconds, and moments at which something is to be done.

A moment is a SimPy event with a callback; no generator runs per caller, which is several times
faster. Moments at the same instant come in the order in which they were set.
"""

from collections.abc import Callable
from typing import Any

from simpy.core import Environment
from simpy.events import NORMAL, Event

SECOND = 1_000_000


def us(seconds: float) -> int:
    """Write seconds in whole microseconds."""
    return round(seconds * SECOND)


class Moment(Event):
    """An instant, what is to be done then, and with what (``value``)."""

    @property
    def value(self) -> Any:
        """What it is to be done with."""
        return self._value

    def __init__(self, clock: "Clock", due: int, action: Callable[[Any], None], what: Any) -> None:
        # As simpy.Timeout does; going through Event's own constructor costs as much again.
        self.env = clock
        self.callbacks = [action]
        self._ok = True
        self._value = what
        clock.schedule(self, NORMAL, due - clock.now)


class Clock(Environment):
    """The simulated time. ``now`` is in microseconds and a whole number."""

    def __init__(self, start: int = 0) -> None:
        super().__init__(initial_time=start)

    @property
    def now(self) -> int:
        """The time, in microseconds."""
        return self._now  # type: ignore[return-value]

    def at(self, due: int, action: Callable[[Any], None], what: Any = None) -> Moment:
        """Do `action` at `due` (now, if that has passed). It is given a moment with `what`."""
        return Moment(self, max(due, self.now), action, what)
