"""What would happen in the next minutes: the pacer as it is, run forward from the floor as it is.

A `Sampler` keeps what callees and agents did lately. A world drawn from that, a deep copy of the
pacer and of the floor, and the settings that are asked about make a `Rehearsal`; several with
different seeds make a `Forecast`, so that people see how sure it is.
"""

import math
from collections import deque
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import TypeVar

from dialer.campaign import CampaignSettings
from dialer.chance import Chance
from dialer.floor import AgentSeen, AgentWork, CallSeen, CallStage, Floor, Seen
from dialer.ids import AgentId, AttemptId
from dialer.modes import MakePacer, pacer_for, same_pacer
from dialer.pacing import Pacer, Window
from dialer.rehearsal import Rehearsal
from dialer.rehearsal_parts import Endless, Lead, Listed, Outcome, Terms

T = TypeVar("T")
MOST_SAMPLES = 600
FEW = 30
"""With fewer samples than this, what is generally known counts beside them."""
RUNS = 8
_S = 1_000_000
_ENDS = {
    CallStage.MACHINE: CallStage.MACHINE,
    CallStage.NO_ANSWER: CallStage.NO_ANSWER,
    CallStage.BUSY: CallStage.BUSY,
    CallStage.INVALID: CallStage.INVALID,
    CallStage.FAILED: CallStage.FAILED,
}
_GENERAL: tuple[Outcome, ...] = (
    *(Outcome(CallStage.WAITING, second * _S) for second in (6, 8, 10, 11, 12, 13, 14, 16, 18)),
    *(Outcome(CallStage.MACHINE, 18 * _S) for _ in range(9)),
    *(Outcome(CallStage.NO_ANSWER, 25 * _S) for _ in range(8)),
    *(Outcome(CallStage.BUSY, 2 * _S) for _ in range(4)),
)
"""What comes of dials in general: three of ten answer."""
_GENERAL_TALK_US = 150 * _S
_GENERAL_WRAP_US = 15 * _S


class Sampler:
    """Keeps what came of the last calls, and how long the last talks and wrap-ups took."""

    def __init__(self) -> None:
        self.outcomes: deque[Outcome] = deque(maxlen=MOST_SAMPLES)
        self.talks: deque[int] = deque(maxlen=MOST_SAMPLES)
        self.wraps: deque[int] = deque(maxlen=MOST_SAMPLES)
        self._dialled: dict[AttemptId, int] = {}
        self._since: dict[AgentId, tuple[AgentWork, int]] = {}

    def observe(self, seen: Seen) -> None:
        """Learn from what happened on the floor."""
        if isinstance(seen, AgentSeen):
            self._agent(seen)
        else:
            self._call(seen)

    def _call(self, seen: CallSeen) -> None:
        if seen.stage is CallStage.DIALLED:
            self._dialled.setdefault(seen.attempt, seen.at)
            return
        stage = CallStage.WAITING if seen.stage is CallStage.CONNECTED else seen.stage
        began = self._dialled.pop(seen.attempt, None)
        if began is None:
            return
        if stage is CallStage.WAITING or stage in _ENDS:
            self.outcomes.append(Outcome(stage, seen.at - began))

    def _agent(self, seen: AgentSeen) -> None:
        before = self._since.get(seen.agent)
        if before is not None and before[0] is seen.work:
            return
        self._since[seen.agent] = (seen.work, seen.at)
        if before is None:
            return
        work, since = before
        if work is AgentWork.TALKING:
            self.talks.append(seen.at - since)
            if seen.work is not AgentWork.WRAP_UP:
                self.wraps.append(0)
        elif work is AgentWork.WRAP_UP:
            self.wraps.append(seen.at - since)


class SampledWorld:
    """A world that goes on as it was lately. Where little is known, the general is mixed in."""

    def __init__(self, sampler: Sampler, seed: int, inbound_per_s: float = 0.0) -> None:
        self._chance = Chance(seed)
        self._outcomes = tuple(sampler.outcomes)
        self._talks = tuple(sampler.talks)
        self._wraps = tuple(sampler.wraps)
        self._inbound = inbound_per_s

    def outcome(self, at: int, lead: Lead) -> Outcome:
        """Say what comes of dialling this lead now; likelier leads answer more often."""
        drawn = self._one(self._outcomes)
        if drawn is None:
            drawn = self._chance.one(_GENERAL)
        if lead.odds != 1.0 and drawn.stage is not CallStage.WAITING:
            answers = tuple(o for o in self._outcomes if o.stage is CallStage.WAITING)
            rate = len(answers) / max(1, len(self._outcomes))
            more = rate * (lead.odds - 1.0) / max(1e-9, 1.0 - rate)
            if answers and self._chance.share() < more:
                return self._chance.one(answers)
        return drawn

    def talk_us(self, at: int) -> int:
        """Draw a talk."""
        drawn = self._one(self._talks)
        return drawn if drawn is not None else int(self._chance.lognormal(_GENERAL_TALK_US, 0.9))

    def wrap_us(self, at: int) -> int:
        """Draw a wrap-up."""
        drawn = self._one(self._wraps)
        return drawn if drawn is not None else int(self._chance.lognormal(_GENERAL_WRAP_US, 0.5))

    def next_inbound(self, at: int) -> int | None:
        """Draw when the next call from outside comes."""
        if self._inbound <= 0.0:
            return None
        # The exponential law by inversion.
        return at + int(-math.log(1.0 - self._chance.share()) / self._inbound * _S)

    def inbound_us(self, at: int) -> int:
        """Draw how long such a call takes an agent."""
        return self.talk_us(at) + self.wrap_us(at)

    def inbound_per_s(self, at: int) -> float:
        """Give the forecast."""
        return self._inbound

    def _one(self, samples: Sequence[T]) -> T | None:
        """Draw a sample; None as often as the general should be taken instead."""
        weight = len(samples) / FEW
        if not samples or (weight < 1.0 and self._chance.share() >= weight):
            return None
        return self._chance.one(samples)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What is to be expected; each measure as (low, middle, high) of the runs.

    ``idle_s``: how long an agent waits between calls. ``wait_s`` is not there: nobody who answers
    waits longer than the hold. ``agents``: how many there are. Shares are from 0 to 1.
    """

    minutes: float
    runs: int
    agents: int
    utilisation: tuple[float, float, float]
    abandonment: tuple[float, float, float]
    idle_s: tuple[float, float, float]
    dials_per_min: tuple[float, float, float]
    connected: tuple[float, float, float]
    samples: int


def forecast(
    *,
    settings: CampaignSettings,
    before: CampaignSettings,
    pacer: Pacer,
    make: MakePacer,
    floor: Floor,
    windows: tuple[Window, ...],
    sampler: Sampler,
    now: int,
    horizon_us: int = 600 * _S,
    inbound_per_s: float = 0.0,
    leads: int | None = None,
    reserved: int = 0,
    runs: int = RUNS,
) -> Forecast:
    """Run forward under `settings` from now; the live pacer and floor are not touched."""
    found = []
    for run in range(runs):
        same = same_pacer(before, settings)
        limits = settings.limits
        rehearsal = Rehearsal(
            pacer=deepcopy(pacer) if same else pacer_for(settings, make),
            world=SampledWorld(sampler, settings.seed * 1_000 + run, inbound_per_s),
            leads=Endless() if leads is None else Listed(leads),
            terms=Terms(
                target=settings.target,
                calls_per_s=limits.calls_per_s or None,
                lines=_lines(settings, floor),
                windows=windows,
                reserved=reserved,
            ),
            start_at=now,
            floor=deepcopy(floor),
        )
        rehearsal.run(now + horizon_us)
        found.append(rehearsal.totals)
    minutes = horizon_us / 60 / _S
    idle = [(t.staffed_s - t.talk_s - t.wrap_s - t.inbound_s) / max(1, t.connected) for t in found]
    return Forecast(
        minutes=minutes,
        runs=runs,
        agents=len(floor.agents),
        utilisation=_spread([t.utilisation for t in found]),
        abandonment=_spread([t.abandonment for t in found]),
        idle_s=_spread(idle),
        dials_per_min=_spread([t.dials / minutes for t in found]),
        connected=_spread([float(t.connected) for t in found]),
        samples=len(sampler.outcomes),
    )


def _lines(settings: CampaignSettings, floor: Floor) -> int | None:
    limits = settings.limits
    by_agents = int(limits.lines_per_agent * len(floor.agents))
    return min(limits.lines, by_agents) if limits.lines else by_agents


def _spread(values: Sequence[float]) -> tuple[float, float, float]:
    ordered = sorted(values)
    return ordered[0], ordered[len(ordered) // 2], ordered[-1]
