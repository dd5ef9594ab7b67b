"""The calls that are out, kept by ring age, so that a decision does not look at each of them.

Calls dialled within the same half second are one slot. A slot knows how many of them still ring and
what their odds add up to; and how many were started, which is what the answer rate is set against.
"""

from dataclasses import dataclass, field
from operator import itemgetter

from dialer.floor import CallOn, CallSeen, CallStage, Floor
from dialer.ids import AttemptId
from dialer.ring_law import BIN_US, BINS, RingLaw, bin_of

_UNRUNG = frozenset({CallStage.CANCELLED, CallStage.FAILED})


@dataclass(slots=True)
class Slot:
    """Calls dialled within one half second. Odds are added up; ``seen``: ring law gone through."""

    ringing: int = 0
    odds: float = 0.0
    started: float = 0.0
    seen: float = 0.0


@dataclass(slots=True)
class Route:
    """A route's ring law and its slots, the oldest first. A slot's number is its half second."""

    law: RingLaw = field(default_factory=RingLaw)
    slots: dict[int, Slot] = field(default_factory=dict)

    def ages(self, now: int) -> dict[int, float]:
        """Count what rings, by bin of age."""
        now_slot = now // BIN_US
        found: dict[int, float] = {}
        for number, slot in self.slots.items():
            if slot.ringing:
                b = min(now_slot - number, BINS - 1)
                found[b] = found.get(b, 0.0) + slot.ringing
        return found


@dataclass(slots=True)
class _Out:
    stage: CallStage
    odds: float
    route: str
    dialled_at: int


class InFlight:
    """Calls without an agent: queued, ringing, waiting.

    ``answers`` collects the odds of calls that a person answered since `take_answers`.
    """

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {"": Route()}
        self.out: dict[AttemptId, _Out] = {}
        self.queued = 0
        self.queued_odds = 0.0
        self.waiting = 0
        self.answered = 0

    @property
    def ringing(self) -> int:
        """Count calls on their way or ringing."""
        return len(self.out) - self.queued - self.waiting

    def see(self, seen: CallSeen) -> None:
        """Take in what happened to a call."""
        known = self.out.get(seen.attempt)
        if known is None:
            self._begin(seen)
        elif seen.stage is not known.stage:
            self._leave(known, seen)
            self._enter(known, seen.stage, seen.at, seen.attempt)

    def _begin(self, seen: CallSeen) -> None:
        if seen.stage in (CallStage.QUEUED, CallStage.DIALLED, CallStage.WAITING):
            out = _Out(seen.stage, seen.odds, seen.route, seen.at)
            self._enter(out, seen.stage, seen.at, seen.attempt)

    def _enter(self, out: _Out, stage: CallStage, at: int, attempt: AttemptId) -> None:
        out.stage = stage
        if stage is CallStage.QUEUED:
            self.queued += 1
            self.queued_odds += out.odds
        elif stage is CallStage.DIALLED:
            out.dialled_at = at
            route = self.routes.get(out.route)
            if route is None:
                route = self.routes[out.route] = Route()
            slot = route.slots.get(at // BIN_US)
            if slot is None:
                slot = route.slots[at // BIN_US] = Slot()
            slot.ringing += 1
            slot.odds += out.odds
            slot.started += out.odds
        elif stage is CallStage.WAITING:
            self.waiting += 1
        else:
            self.out.pop(attempt, None)
            return
        self.out[attempt] = out

    def _leave(self, out: _Out, seen: CallSeen) -> None:
        if out.stage is CallStage.QUEUED:
            self.queued -= 1
            self.queued_odds -= out.odds
        elif out.stage is CallStage.WAITING:
            self.waiting -= 1
        elif out.stage is CallStage.DIALLED:
            self._rung(out, seen)

    def _rung(self, out: _Out, seen: CallSeen) -> None:
        route = self.routes[out.route]
        slot = route.slots.get(out.dialled_at // BIN_US)
        if slot is not None:
            slot.ringing -= 1
            slot.odds -= out.odds
        age = seen.at - out.dialled_at
        if seen.stage in _UNRUNG:
            route.law.withdraw(age)
            if slot is not None:
                slot.started -= out.odds
            return
        answered = seen.stage in (CallStage.WAITING, CallStage.CONNECTED)
        answered = answered or seen.stage in (CallStage.ABANDONED, CallStage.LEFT)
        route.law.learn(age, answered=answered)
        if answered:
            self.answered += 1

    def exposure(self, now: int) -> float:
        """Give what exposure came since the last time; forget slots of which nothing is left."""
        now_slot = now // BIN_US
        total = 0.0
        for route in self.routes.values():
            table = route.law.answered_by
            gone: list[int] = []
            for number, slot in route.slots.items():
                b = now_slot - number
                share = table[b] if b < BINS else 1.0
                if share != slot.seen:
                    total += (share - slot.seen) * slot.started
                    slot.seen = share
                if b >= BINS and not slot.ringing:
                    gone.append(number)
            for number in gone:
                del route.slots[number]
        return total

    def take_up(self, floor: Floor) -> None:
        """Begin again from what the floor has: of a pacer that was not told everything."""
        for attempt in [a for a in self.out if a not in floor.flying]:
            out = self.out[attempt]
            gone = CallSeen(
                at=out.dialled_at, attempt=attempt, stage=CallStage.CANCELLED, route=out.route
            )
            self.see(gone)
        for attempt, call in floor.flying.items():
            known = self.out.get(attempt)
            if known is None or known.stage is not call.stage:
                self.see(_told(call))

    def rings_since(self, at: int) -> bool:
        """Tell whether any call rings since then or longer."""
        return self._rung_since(at) > 0

    def _rung_since(self, at: int) -> int:
        """Count calls that ring since that half second or longer."""
        latest = at // BIN_US
        count = 0
        for route in self.routes.values():
            for number, slot in route.slots.items():
                if number <= latest:
                    count += slot.ringing
        return count

    def oldest(self, now: int, least_us: int) -> list[AttemptId]:
        """List calls that have rung at least so long, the longest first."""
        since = now - least_us
        left = self._rung_since(since)
        latest = since // BIN_US
        found: list[tuple[int, AttemptId]] = []
        for attempt, out in self.out.items():
            if left <= 0:
                break
            if out.stage is CallStage.DIALLED and out.dialled_at // BIN_US <= latest:
                left -= 1
                if out.dialled_at <= since:
                    found.append((out.dialled_at, attempt))
        found.sort(key=itemgetter(0))
        return [attempt for _, attempt in found]


def _told(call: CallOn) -> CallSeen:
    at = call.dialled_at or 0
    return CallSeen(at=at, attempt=call.attempt, stage=call.stage, odds=call.odds, route=call.route)


__all__ = ["BINS", "InFlight", "Route", "Slot", "bin_of"]
