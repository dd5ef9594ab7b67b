"""Breaks that agents took from one queue alone: how often, how long, by whom and why."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from contact_center.core.facts import Fact
from contact_center.core.staff_facts import QueuePauseChanged


@dataclass(slots=True)
class PauseTally:
    """``times``: breaks of which anything is in the stretch; ``spent_us``: what is of them;
    ``open``: how many go on."""

    times: int = 0
    spent_us: int = 0
    open: int = 0


@dataclass(slots=True)
class PauseBook:
    """Breaks in ``[begin, end)``, microseconds UTC; those that cross a border are cut there."""

    begin: int
    end: int
    tallies: dict[tuple[str, str, str], PauseTally] = field(default_factory=dict)

    def count(
        self, agent: str, queue: str, reason: str, began_at: int, ended_at: int | None
    ) -> None:
        """Count a break; None: it goes on."""
        first = max(began_at, self.begin)
        last = self.end if ended_at is None else min(ended_at, self.end)
        if first >= last:
            return
        tally = self.tallies.setdefault((agent, queue, reason), PauseTally())
        tally.times += 1
        tally.spent_us += last - first
        tally.open += ended_at is None

    def take(self, facts: Iterable[Fact]) -> None:
        """Count what facts tell, in the order in which they were told."""
        going_on: dict[tuple[str, str], QueuePauseChanged] = {}
        for fact in facts:
            if not isinstance(fact, QueuePauseChanged):
                continue
            if fact.on:
                going_on[fact.agent, fact.queue] = fact
            else:
                going_on.pop((fact.agent, fact.queue), None)
                self.count(fact.agent, fact.queue, fact.reason, fact.since, fact.at)
        for fact in going_on.values():
            self.count(fact.agent, fact.queue, fact.reason, fact.since, None)

    def plain(self) -> list[dict[str, Any]]:
        """As JSON objects, by agent, queue and reason."""
        return [
            {
                "agent": agent,
                "queue": queue,
                "reason": reason,
                "times": tally.times,
                "spent_s": round(tally.spent_us / 1_000_000, 3),
                "open": tally.open,
            }
            for (agent, queue, reason), tally in sorted(self.tallies.items())
        ]
