"""What a rehearsal of a pacer is made of: who is dialled, how people behave, what is counted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from dialer.floor import CallStage
from dialer.ids import AgentId
from dialer.pacing import Window

REDRAWS = 200
"""How often is drawn again what has to take longer than what has passed already."""


class Lead(NamedTuple):
    """Somebody to dial. `odds` is what the pacer may know (1.0: like the average).

    `number` is the list's own; -1 of a call that was there before the rehearsal.
    """

    number: int
    odds: float = 1.0


class Outcome(NamedTuple):
    """What comes of a dial, and how long after it.

    `stage`: WAITING when a person answers, or an end. `person`: with an end, a person answered all
    the same and was hung up on (a false positive of machine detection); it counts as abandoned.
    """

    stage: CallStage
    after_us: int
    person: bool = False


class World(Protocol):
    """How callees and agents behave. Durations in microseconds."""

    def outcome(self, at: int, lead: Lead) -> Outcome:
        """Say what comes of dialling this lead now."""

    def talk_us(self, at: int) -> int:
        """Draw a talk that begins now."""

    def wrap_us(self, at: int) -> int:
        """Draw the wrap-up after a talk that ends now; 0 for none."""

    def next_inbound(self, at: int) -> int | None:
        """Say when the next call from outside comes for an agent of the pool; None: never."""

    def inbound_us(self, at: int) -> int:
        """Draw for how long such a call that begins now takes an agent, wrap-up included."""

    def inbound_per_s(self, at: int) -> float:
        """Give the forecast of such calls that the pacer is told."""


class Leads(Protocol):
    """What there is to dial."""

    def ready(self, at: int) -> int:
        """Count leads that may be dialled now."""

    def odds(self, at: int, most: int) -> tuple[float, ...]:
        """Give the odds of the next ones, in order; () when all are like the average."""

    def take(self, at: int) -> Lead:
        """Take the next one. Only when there is one."""

    def over(self, at: int, lead: Lead, stage: CallStage) -> None:
        """Hear how a lead's call ended: a list may give it again later."""

    def left(self) -> bool:
        """Say whether any will ever be ready again."""


class Endless:
    """As many leads as anybody wants, all alike."""

    def __init__(self) -> None:
        self._taken = 0

    def ready(self, at: int) -> int:
        """Give more than anybody dials."""
        return 1 << 30

    def odds(self, at: int, most: int) -> tuple[float, ...]:
        """Give none: all are like the average."""
        return ()

    def take(self, at: int) -> Lead:
        """Take the next one."""
        self._taken += 1
        return Lead(self._taken)

    def over(self, at: int, lead: Lead, stage: CallStage) -> None:
        """Forget it."""

    def left(self) -> bool:
        """Say that there are more."""
        return True


class Listed:
    """So many leads, once each, by their odds (() with a count: all like the average)."""

    def __init__(self, count: int, odds: Sequence[float] = ()) -> None:
        self._odds = tuple(odds)
        self._count = count
        self._next = 0

    def ready(self, at: int) -> int:
        """Count those not dialled yet."""
        return self._count - self._next

    def odds(self, at: int, most: int) -> tuple[float, ...]:
        """Give the odds of the next ones."""
        return self._odds[self._next : self._next + most]

    def take(self, at: int) -> Lead:
        """Take the next one, in order."""
        number = self._next
        self._next += 1
        return Lead(number, self._odds[number] if number < len(self._odds) else 1.0)

    def over(self, at: int, lead: Lead, stage: CallStage) -> None:
        """Forget it: nobody is dialled twice."""

    def left(self) -> bool:
        """Say whether some were not dialled yet."""
        return self._next < self._count


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the pacer is held to.

    ``calls_per_s`` (None: unlimited) is a bucket of one second's calls. ``lines``: calls at once.
    ``predictive_from``: with fewer agents one call for each idle one; ``inbound_weight``: as how
    many each call from outside counts for the pacer.
    ``windows``: where each cap stands at the start; live answers and abandoned are counted on.
    """

    target: float = 0.027
    hold_us: int = 2_000_000
    min_ring_us: int = 15_000_000
    calls_per_s: float | None = None
    lines: int | None = None
    windows: tuple[Window, ...] = (Window(policy="run", cap=0.03, live=0, abandoned=0),)
    reserved: int = 0
    keep_free: int = 0
    predictive_from: int = 0
    inbound_weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """An agent comes, or leaves: at once when idle, otherwise after the call they are in."""

    at: int
    agent: AgentId
    comes: bool


def longer(draw: Callable[[int], int], at: int, passed_us: int) -> int:
    """Draw how much longer something takes that has taken `passed_us` by now.

    Longer than anything that is ever drawn: it is over now.
    """
    for _ in range(REDRAWS):
        took = draw(at - passed_us)
        if took > passed_us:
            return took - passed_us
    return 0


def later(world: World, dialled_at: int, lead: Lead, age_us: int) -> Outcome:
    """Draw what comes of a call that has rung for `age_us` without an end; at worst, nothing."""
    for _ in range(REDRAWS):
        outcome = world.outcome(dialled_at, lead)
        if outcome.after_us > age_us:
            return outcome
    return Outcome(CallStage.NO_ANSWER, age_us)
