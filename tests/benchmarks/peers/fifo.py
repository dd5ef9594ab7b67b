"""What a router that never lets anybody wait beside somebody idle would do with the same calls."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arrival:
    """A caller of one queue: when, whether only specialists will do, and for how long."""

    at: float
    restricted: bool
    hold_s: float


def waits(
    arrivals: Iterable[Arrival], generalists: int, specialists: int
) -> list[tuple[Arrival, float]]:
    """Each caller's wait when whoever came first is served first, generalists before specialists.

    A caller whom no free agent may serve holds nobody up.
    """
    free = {"generalist": generalists, "specialist": specialists}
    line: list[Arrival] = []
    ends: list[tuple[float, str]] = []
    found: list[tuple[Arrival, float]] = []

    def serve(now: float) -> None:
        for caller in list(line):
            wanted = ["specialist"] if caller.restricted else ["generalist", "specialist"]
            kind = next((k for k in wanted if free[k]), None)
            if kind is not None:
                line.remove(caller)
                free[kind] -= 1
                heapq.heappush(ends, (now + caller.hold_s, kind))
                found.append((caller, now - caller.at))

    def finish(until: float) -> None:
        while ends and ends[0][0] <= until:
            at, kind = heapq.heappop(ends)
            free[kind] += 1
            serve(at)

    for caller in sorted(arrivals, key=lambda each: each.at):
        finish(caller.at)
        line.append(caller)
        serve(caller.at)
    finish(float("inf"))
    return found
