"""Counts what happens in a rehearsal, minute by minute."""

from dataclasses import dataclass

MINUTE_US = 60_000_000
SECOND_US = 1_000_000


@dataclass(slots=True)
class Minute:
    """What happened in one minute. Seconds are summed over agents.

    ``waited_s``: how long people who answered heard nothing, summed over them.
    """

    dials: int = 0
    live: int = 0
    connected: int = 0
    abandoned: int = 0
    ended: int = 0
    talk_s: float = 0.0
    wrap_s: float = 0.0
    staffed_s: float = 0.0
    inbound_s: float = 0.0
    waited_s: float = 0.0

    def add(self, other: "Minute") -> None:
        """Add another's counts to these."""
        for name in Minute.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def utilisation(self) -> float:
        """Talk and wrap-up (calls from outside too) over staffed time; 0 with nobody there."""
        busy = self.talk_s + self.wrap_s + self.inbound_s
        return busy / self.staffed_s if self.staffed_s else 0.0

    @property
    def abandonment(self) -> float:
        """Abandoned over live answers; 0 without any."""
        return self.abandoned / self.live if self.live else 0.0

    @property
    def wait_s(self) -> float:
        """Mean time in which people who answered heard nothing; 0 without any."""
        return self.waited_s / self.live if self.live else 0.0


class Tally:
    """The minutes so far, and how many agents do what. Seconds go to the minute they fell into."""

    def __init__(self, at: int) -> None:
        self.minutes = [Minute()]
        self.minute = self.minutes[0]
        self.ends_at = at + MINUTE_US
        self._counted_at = at
        self._talking = self._wrapping = self._inbound = self._staffed = 0

    def change(
        self, at: int, *, talking: int = 0, wrapping: int = 0, inbound: int = 0, staffed: int = 0
    ) -> None:
        """Count up to `at`; from then on there are so many more (or fewer) at each work."""
        self.upto(at)
        self._talking += talking
        self._wrapping += wrapping
        self._inbound += inbound
        self._staffed += staffed

    def upto(self, at: int) -> None:
        """Count up to `at`, beginning new minutes on the way."""
        while at >= self.ends_at:
            self._add(self.ends_at)
            self.minute = Minute()
            self.minutes.append(self.minute)
            self.ends_at += MINUTE_US
        self._add(at)

    def total(self) -> Minute:
        """Sum all minutes up."""
        total = Minute()
        for minute in self.minutes:
            total.add(minute)
        return total

    def _add(self, at: int) -> None:
        passed_s = (at - self._counted_at) / SECOND_US
        self._counted_at = at
        minute = self.minute
        minute.talk_s += self._talking * passed_s
        minute.wrap_s += self._wrapping * passed_s
        minute.inbound_s += self._inbound * passed_s
        minute.staffed_s += self._staffed * passed_s
