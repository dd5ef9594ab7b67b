"""How many numbers to dial now: what every pacer is asked and answers.

A pacer belongs to one pool of agents and one campaign. It is told of everything (`observe`) after
the floor was, and asked (`decide`) at every tick and whenever an agent becomes idle. The same
calls with the same times give the same answers. What-ifs run a deep copy of one forward.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from dialer.answer_prior import Expected
from dialer.floor import Floor, Seen
from dialer.ids import AttemptId

TICK_US = 500_000
"""How often a pacer is asked, at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Where a campaign stands with one cap on abandonment, in the window that runs now.

    ``live``: people who answered, `abandoned` of them in vain; both as the policy counts (early
    hang-ups, estimated false positives of machine detection, rounded up: ``false_machines`` of
    both). ``cap``: a share. ``strict``: over the cap, nothing but one call for each idle agent.
    """

    policy: str
    cap: float
    live: int
    abandoned: int
    strict: bool = False
    false_machines: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What a decision is about.

    ``room``: how many lines, tokens of calls per second and leads there are at most. ``reserved``:
    idle agents who are kept for something else that is due (callbacks, experts held back).
    ``inbound_per_s``: calls from outside that are expected to take agents of the pool.
    ``target``: the share of abandoned calls to aim at, under every cap. ``hold_us``: how long a
    person who answered may wait for an agent. ``min_ring_us``: no call may be rung off before.
    ``windows``: every ledger that a call of this campaign would debit.
    ``keep_free``: so many agents are to be left free on average. ``one_to_one``: one call for each
    idle agent is all that is wanted, though the rule books would allow more.
    ``odds``: of the leads that would be dialled next, in order (fewer than `room`: 1.0).
    """

    now: int
    room: int
    target: float
    hold_us: int = 2_000_000
    min_ring_us: int = 15_000_000
    reserved: int = 0
    keep_free: int = 0
    one_to_one: bool = False
    inbound_per_s: float = 0.0
    windows: tuple[Window, ...] = ()
    odds: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """How many to dial now, which ringing calls to ring off, and why.

    ``why``: the rule that bound the number (``idle``, ``risk``, ``room``, ``keep_free``,
    ``few_agents``, ``ledger_soft``, ``ledger_firm``, ``ledger_hard``, ``no_agents`` ...).
    ``numbers``: what it was computed from, by name, for people to read (`risk`, `alpha`,
    `answer_rate`, `supply`, `demand` ...).
    """

    dial: int
    shed: tuple[AttemptId, ...] = ()
    why: str = ""
    numbers: Mapping[str, float] = field(default_factory=dict)


class Pacer(Protocol):
    """A way of pacing. `name` is as in the table of pacers (``pacers.py``)."""

    name: str

    def observe(self, seen: Seen, floor: Floor) -> None:
        """Learn from what happened; the floor has it already."""

    def decide(self, floor: Floor, ask: Ask) -> Decision:
        """Say how many to dial. Never more than ``ask.room``."""


@runtime_checkable
class Expecting(Protocol):
    """A pacer that begins from what was learned on days before."""

    def expect(self, expected: Expected) -> None:
        """Take up how many will answer from here on. What was seen counts for more."""
