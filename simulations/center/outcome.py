"""What came of the callers, by queue and interval: sums, and the measures made of them."""

from dataclasses import dataclass, field

from contact_center.core.outcomes import QueueOutcome


@dataclass(slots=True, kw_only=True)
class Tally:
    """Callers of one queue in one interval (by when they came), and their waits in seconds."""

    offered: int = 0
    answered: int = 0
    in_time: int = 0
    abandoned: int = 0
    other: int = 0
    wait_s: float = 0.0
    answered_wait_s: float = 0.0
    longest_s: float = 0.0

    def count(self, outcome: QueueOutcome | None, wait_us: int, within_us: int) -> None:
        """Take in a caller whose wait is over."""
        wait = wait_us / 1e6
        self.offered += 1
        self.wait_s += wait
        self.longest_s = max(self.longest_s, wait)
        if outcome is QueueOutcome.ANSWERED:
            self.answered += 1
            self.answered_wait_s += wait
            self.in_time += wait_us <= within_us
        elif outcome is QueueOutcome.ABANDONED:
            self.abandoned += 1
        else:
            self.other += 1

    def add(self, more: "Tally") -> None:
        """Put another tally in with this one."""
        for name in self.__dataclass_fields__:
            if name != "longest_s":
                setattr(self, name, getattr(self, name) + getattr(more, name))
        self.longest_s = max(self.longest_s, more.longest_s)

    def measures(self) -> dict[str, float | None]:
        """Give the measures; None for those that nothing can be said of."""
        offered, answered = self.offered, self.answered
        return {
            "offered": float(offered),
            "service_level": self.in_time / offered if offered else None,
            "asa_s": self.answered_wait_s / answered if answered else None,
            "mean_wait_s": self.wait_s / offered if offered else None,
            "abandoned": self.abandoned / offered if offered else None,
            "longest_wait_s": self.longest_s,
        }


@dataclass(slots=True, kw_only=True)
class Staffed:
    """Agents of one interval, as seen by looking at them again and again."""

    looks: int = 0
    there: int = 0
    busy: int = 0

    def measures(self) -> dict[str, float | None]:
        """Give how many there were, and the share of their time that calls took."""
        return {
            "agents": self.there / self.looks if self.looks else None,
            "occupancy": self.busy / self.there if self.there else None,
        }


@dataclass(slots=True, kw_only=True)
class FlowTally:
    """Callers of one flow. ``contained`` of those that are ``finished``, ``zero_outs`` of all.

    ``timed`` began in it: ``to_people`` of them came into line, or to somebody; ``in_flow_s`` is
    what they spent before that, or before the end, together.
    """

    calls: int = 0
    finished: int = 0
    contained: int = 0
    zero_outs: int = 0
    timed: int = 0
    to_people: int = 0
    in_flow_s: float = 0.0

    def measures(self) -> dict[str, float | None]:
        """Give the measures; None for those that nothing can be said of."""
        return {
            "calls": float(self.calls),
            "contained": self.contained / self.finished if self.finished else None,
            "zero_out": self.zero_outs / self.calls if self.calls else None,
            "to_people": self.to_people / self.timed if self.timed else None,
            "in_flow_s": self.in_flow_s / self.timed if self.timed else None,
        }


@dataclass(slots=True, kw_only=True)
class Outcome:
    """One replication: tallies by queue and number of interval, staff by number of interval.

    ``flows``: what came of callers in flows, where the scenario says what they do there.
    """

    queues: dict[str, dict[int, Tally]] = field(default_factory=dict)
    flows: dict[str, FlowTally] = field(default_factory=dict)
    staff: dict[int, Staffed] = field(default_factory=dict)
    offers: int = 0
    unanswered: int = 0

    def tally(self, queue: str, interval: int) -> Tally:
        """Give the tally of a queue's interval, made when it is first asked for."""
        return self.queues.setdefault(queue, {}).setdefault(interval, Tally())

    def total(self, queue: str | None = None) -> Tally:
        """Sum up a queue, or everything."""
        whole = Tally()
        for name, intervals in self.queues.items():
            if queue is None or name == queue:
                for tally in intervals.values():
                    whole.add(tally)
        return whole

    def by_interval(self) -> dict[int, Tally]:
        """Sum up the queues of each interval."""
        sums: dict[int, Tally] = {}
        for intervals in self.queues.values():
            for number, tally in intervals.items():
                sums.setdefault(number, Tally()).add(tally)
        return dict(sorted(sums.items()))

    def all_staff(self) -> Staffed:
        """Sum up the agents of all intervals."""
        whole = Staffed()
        for one in self.staff.values():
            whole.looks += one.looks
            whole.there += one.there
            whole.busy += one.busy
        return whole
