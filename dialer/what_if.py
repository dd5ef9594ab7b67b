"""What would happen in the next minutes: the pacer as it is, run forward from the floor as it is.

A `Sampler` keeps what callees and agents did lately. A world drawn from that, a deep copy of the
pacer and of the floor, and the settings that are asked about make a `Rehearsal`; several with
different seeds make a `Forecast`, so that people see how sure it is. The same seeds for two
settings let both meet the same luck, as far as they dial alike.

What it takes for granted: agents who are there stay, nobody comes, leads do not run out, and
callees go on as they were. What is cut short by now is not taken for short: of calls only those
count that are old enough to have ended, and talks that go on count as longer than they are.
"""

import math
from collections import deque
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import TypeVar

from dialer.answer_prior import COLD_RATE
from dialer.campaign import CampaignSettings
from dialer.chance import Chance
from dialer.floor import AgentSeen, AgentWork, CallSeen, CallStage, Floor, Seen
from dialer.ids import AgentId, AttemptId
from dialer.limits import of_trunk
from dialer.modes import RISKY, MakePacer, pacer_for, same_pacer
from dialer.pacing import Pacer, Window
from dialer.rehearsal import Rehearsal
from dialer.rehearsal_parts import Endless, Lead, Listed, Outcome, Terms
from dialer.rehearsal_tally import Minute
from dialer.scheduling import target_at

T = TypeVar("T")
N = TypeVar("N", int, float)
MOST_SAMPLES = 600
FEW = 30
"""With fewer samples than this, what is generally known counts beside them."""
RUNS = 16
_S = 1_000_000
_ENDS = {
    CallStage.MACHINE: CallStage.MACHINE,
    CallStage.NO_ANSWER: CallStage.NO_ANSWER,
    CallStage.BUSY: CallStage.BUSY,
    CallStage.INVALID: CallStage.INVALID,
    CallStage.FAILED: CallStage.FAILED,
    CallStage.CANCELLED: CallStage.CANCELLED,
}
_ANSWERS = tuple(
    Outcome(CallStage.WAITING, second * _S) for second in (6, 8, 10, 11, 12, 13, 14, 16, 18)
)
_ENDED: tuple[Outcome, ...] = (
    *(Outcome(CallStage.MACHINE, 18 * _S) for _ in range(9)),
    *(Outcome(CallStage.NO_ANSWER, 25 * _S) for _ in range(8)),
    *(Outcome(CallStage.BUSY, 2 * _S) for _ in range(4)),
)
"""What comes of dials in general, when somebody answers and when nobody does."""
_GENERAL_TALK_US = 150 * _S
_GENERAL_WRAP_US = 15 * _S


class Sampler:
    """Keeps what came of the last calls, and how long the last talks and wrap-ups took."""

    def __init__(self) -> None:
        self.calls: deque[tuple[int, Outcome]] = deque(maxlen=MOST_SAMPLES)
        """When each was dialled, and what came of it; CANCELLED: we rang off, so long after."""
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
            self.calls.append((began, Outcome(stage, seen.at - began)))

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Give what came of calls that were let ring."""
        return tuple(o for _, o in self.calls if o.stage is not CallStage.CANCELLED)

    def over_by(self, now: int | None) -> tuple[Outcome, ...]:
        """Give the calls that are as old as the longest: all of their kind have ended.

        Those that we rang off are among them. None: all calls that have ended.
        """
        longest = max((outcome.after_us for _, outcome in self.calls), default=0)
        return tuple(o for began, o in self.calls if now is None or began + longest <= now)

    def going_on(self, work: AgentWork, now: int) -> tuple[int, ...]:
        """Give how long each agent has been at this work by now."""
        return tuple(now - since for doing, since in self._since.values() if doing is work)

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

    def __init__(
        self,
        sampler: Sampler,
        seed: int,
        inbound_per_s: float = 0.0,
        now: int | None = None,
        prior: float | None = None,
    ) -> None:
        """Draw from what a sampler has. ``prior``: how many answer as far as days before say.

        By ``now``, what is still going on counts too; and each seed draws from a sample of the
        sample, as another day might have given it, so that runs differ by how little is known.
        """
        self._chance = Chance(seed)
        self._outcomes = _rung_out(sampler.over_by(now))
        self._talks = _lasting(sampler, sampler.talks, AgentWork.TALKING, now)
        self._wraps = _lasting(sampler, sampler.wraps, AgentWork.WRAP_UP, now)
        self._inbound = inbound_per_s
        self._prior = COLD_RATE if prior is None else prior
        if now is not None:
            self._outcomes = self._again(self._outcomes)
            self._talks, self._wraps = self._again(self._talks), self._again(self._wraps)

    def _again(self, samples: tuple[T, ...]) -> tuple[T, ...]:
        return tuple(self._chance.one(samples) for _ in samples)

    def outcome(self, at: int, lead: Lead) -> Outcome:
        """Say what comes of dialling this lead now; likelier leads answer more often."""
        drawn = self._one(self._outcomes)
        if drawn is None:
            answers = self._chance.share() < self._prior
            drawn = self._chance.one(_ANSWERS if answers else _ENDED)
        if lead.odds != 1.0 and drawn.stage is not CallStage.WAITING:
            good = tuple(o for o in self._outcomes if o.stage is CallStage.WAITING)
            rate = len(good) / max(1, len(self._outcomes))
            more = rate * (lead.odds - 1.0) / max(1e-9, 1.0 - rate)
            if good and self._chance.share() < more:
                return self._chance.one(good)
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


def _rung_out(calls: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    """Say what would have come of all, those that we rang off among them."""
    cut = CallStage.CANCELLED
    last = max((outcome.after_us for outcome in calls), default=0)
    lasted = [(o.after_us, None if o.stage is cut else o) for o in calls]
    return whole(lasted, Outcome(CallStage.NO_ANSWER, last))


def _lasting(
    sampler: Sampler, done: deque[int], work: AgentWork, now: int | None
) -> tuple[int, ...]:
    """Give how long something takes, by what was done and by what goes on.

    A sample that is full holds as much of what began before it as it lacks of what goes on.
    """
    if now is None or len(done) == MOST_SAMPLES:
        return tuple(done)
    goes_on = sampler.going_on(work, now)
    lasted: list[tuple[int, int | None]] = [(each, each) for each in done]
    lasted += [(passed, None) for passed in goes_on]
    return whole(lasted, max((*done, *goes_on), default=0))


def whole(lasted: Sequence[tuple[int, T | None]], longest: T) -> tuple[T, ...]:
    """Give a sample as large that has no gaps, by Kaplan and Meier.

    Each is how long it lasted, and what it was; None: longer than that, nobody knows how long.
    What lasts longer than all that is known is `longest`. Without anything known, nothing.
    """
    ordered = sorted(lasted, key=lambda each: (each[0], each[1] is None))
    if all(item is None for _, item in ordered):
        return ()
    count, alive = len(ordered), 1.0
    found: list[T] = []
    upto = 0.0
    for place, (_, item) in enumerate(ordered):
        if item is None:
            continue
        share = alive / (count - place)
        alive -= share
        upto += share
        # As many of it as there are marks at equal distances within its share of the whole.
        found.extend([item] * (int(upto * count + 0.5) - len(found)))
    return (*found, *[longest] * (count - len(found)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What is to be expected; each measure as (low, average, high): four of five runs are between.

    The average, not the middle of the runs: of a small team one run in three loses somebody and two
    nobody, and nobody is what the middle would say.

    ``idle_s``: how long an agent waits between calls. ``wait_s``: how long a person who answers
    waits for an agent, on average. ``ledger``: where the window that is nearest to its cap will
    stand. ``agents``: how many there are. ``samples``: calls of now that it is drawn from; while it
    is `cold`, the rest is drawn as if ``prior`` of the people answered (None: as in general).
    Shares are from 0 to 1.
    """

    minutes: float
    runs: int
    agents: int
    utilisation: tuple[float, float, float]
    abandonment: tuple[float, float, float]
    idle_s: tuple[float, float, float]
    wait_s: tuple[float, float, float]
    dials_per_min: tuple[float, float, float]
    connected: tuple[float, float, float]
    ledger: tuple[float, float, float]
    samples: int
    prior: float | None = None

    @property
    def cold(self) -> bool:
        """Say whether too few calls are known for the present to be seen in them alone."""
        return self.samples < FEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """A campaign as it is now; what is asked about it changes nothing of it.

    ``lines`` and ``calls_per_s``: what the trunk leaves it, None for no bound; ``trunk``: how many
    lines there are in all, 0 when that is not known. ``prior``: which share of people answered on
    days before, None when nothing is known of that.
    """

    settings: CampaignSettings
    pacer: Pacer
    floor: Floor
    windows: tuple[Window, ...]
    sampler: Sampler
    now: int
    horizon_us: int = 600 * _S
    inbound_per_s: float = 0.0
    leads: int | None = None
    reserved: int = 0
    lines: int | None = None
    calls_per_s: float | None = None
    trunk: int = 0
    prior: float | None = None


def forecast(
    present: Present, settings: CampaignSettings, make: MakePacer, runs: int = RUNS
) -> Forecast:
    """Run forward under `settings` from now, so many times."""
    return summed(present, [rehearsed(present, settings, make, run) for run in range(runs)])


def rehearsed(present: Present, settings: CampaignSettings, make: MakePacer, run: int) -> Minute:
    """Run forward once; the same number gives the same again."""
    same = same_pacer(present.settings, settings)
    rehearsal = Rehearsal(
        pacer=deepcopy(present.pacer) if same else pacer_for(settings, make),
        world=SampledWorld(
            present.sampler,
            settings.seed * 1_000 + run,
            present.inbound_per_s,
            present.now,
            present.prior,
        ),
        leads=Endless() if present.leads is None else Listed(present.leads),
        terms=Terms(
            target=target_at(settings, present.now),
            calls_per_s=_least(settings.limits.calls_per_s or None, present.calls_per_s),
            lines=_least(_lines(settings, present), present.lines),
            windows=present.windows,
            reserved=present.reserved,
            keep_free=settings.keep_free,
            predictive_from=settings.predictive_from if settings.mode in RISKY else 0,
            inbound_weight=settings.inbound_weight,
        ),
        start_at=present.now,
        floor=deepcopy(present.floor),
    )
    rehearsal.run(present.now + present.horizon_us)
    return rehearsal.totals


def summed(present: Present, found: Sequence[Minute]) -> Forecast:
    """Tell what runs have in common, and how they differ."""
    minutes = present.horizon_us / 60 / _S
    idle = [(t.staffed_s - t.talk_s - t.wrap_s - t.inbound_s) / max(1, t.connected) for t in found]
    return Forecast(
        minutes=minutes,
        runs=len(found),
        agents=len(present.floor.agents),
        utilisation=_spread([t.utilisation for t in found]),
        abandonment=_spread([t.abandonment for t in found]),
        idle_s=_spread(idle),
        wait_s=_spread([t.wait_s for t in found]),
        dials_per_min=_spread([t.dials / minutes for t in found]),
        connected=_spread([float(t.connected) for t in found]),
        ledger=_spread([_nearest(present.windows, t) for t in found]),
        samples=len(present.sampler.outcomes),
        prior=present.prior,
    )


def _nearest(windows: tuple[Window, ...], total: Minute) -> float:
    """Give the share that a window will have which is nearest to its cap, or over it."""
    ends = [((w.abandoned + total.abandoned) / max(1, w.live + total.live), w.cap) for w in windows]
    return max(ends, key=lambda end: end[0] / end[1])[0] if ends else total.abandonment


def _least(first: N | None, second: N | None) -> N | None:
    known = [bound for bound in (first, second) if bound is not None]
    return min(known) if known else None


def _lines(settings: CampaignSettings, present: Present) -> int:
    limits = settings.limits
    most = int(limits.lines_per_agent * len(present.floor.agents))
    most = min(most, of_trunk(limits.trunk_share, present.trunk))
    return min(limits.lines, most) if limits.lines else most


def _spread(values: Sequence[float]) -> tuple[float, float, float]:
    """Give the average, and between what four of five are; the average at least."""
    ordered, average = sorted(values), sum(values) / len(values)
    # The chance that another one is below the first of nine is one in ten, and so above the last.
    out = max(1, round(0.1 * (len(ordered) + 1)))
    return min(ordered[out - 1], average), average, max(ordered[-out], average)
