"""Runs a pacer through a scenario and measures it.

Fast rather than general: the loop is `dialer.rehearsal` (one heap of events, no SimPy: its
processes cost more than the pacing they would wait for, and a table is hundreds of runs). It feeds
a pacer through `Floor`, `observe` and `decide` as the live dialer does.

For another start than a cold one (agents at work since, calls ringing since, a finite list), a
what-if or a plan uses `dialer.rehearsal.Rehearsal` itself, with `simulations.dialing.callees` or
estimates of its own as the world; its `minutes` are the series by minute::

    bed = Testbed(SCENARIOS["N20_p25_aht60"], FixedRatio(2.0), seed=1000)
    measures = bed.run()          # `Measures` of the whole scenario
    bed.minutes                   # `Minute` by minute
    bed.rehearsal                 # for oracles: what is to come
"""

from dataclasses import dataclass
from random import Random
from time import thread_time_ns

from dialer.floor import Floor, Seen
from dialer.pacing import Ask, Decision, Pacer, Window
from dialer.rehearsal import Rehearsal
from dialer.rehearsal_parts import Endless, Lead, Leads, Terms
from dialer.rehearsal_tally import Minute
from simulations.dialing.callees import SECOND_US, Callees
from simulations.dialing.scenarios import Scenario
from simulations.streams import Streams

START_AT = 1_767_618_000_000_000
"""A Monday, 13:00 UTC: eight hours before VICIdial's day ends. Nothing else depends on it."""
WARM_UP_MINUTES = 10
"""Utilisation is measured after them; abandonment from the start."""
QUARTER = 15
LEAST_LIVE = 30
"""A quarter of an hour with fewer live answers has no rate worth telling."""
CAP, TARGET = 0.03, 0.027
TARGETS = {"look_ahead": CAP}
"""What a pacer is told to aim at, if not `TARGET`: the look-ahead keeps its own distance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """What came of a run. Shares from 0 to 1.

    ``worst_quarter``: the highest abandonment of a quarter of an hour (by the clock, with at least
    30 live answers; 0 without one). ``decision_p99_us``: processor time of a decision.
    """

    utilisation: float
    abandonment: float
    worst_quarter: float
    talk_minutes_per_hour: float
    dials_per_connect: float
    live: int
    decision_p99_us: float


class Timed:
    """A pacer, with a stop-watch of processor time around its decisions."""

    def __init__(self, pacer: Pacer) -> None:
        self.name = pacer.name
        self._pacer = pacer
        self._took_ns: list[int] = []

    def observe(self, seen: Seen, floor: Floor) -> None:
        """Pass on what happened."""
        self._pacer.observe(seen, floor)

    def decide(self, floor: Floor, ask: Ask) -> Decision:
        """Pass on the question, and note how long the answer took."""
        began = thread_time_ns()
        decision = self._pacer.decide(floor, ask)
        self._took_ns.append(thread_time_ns() - began)
        return decision

    def p99_us(self) -> float:
        """Give the 99th percentile, in microseconds; 0 without decisions."""
        took = sorted(self._took_ns)
        return took[int(0.99 * (len(took) - 1))] / 1000 if took else 0.0


class Differing:
    """Endless leads with odds that are known: lognormal, with a mean of 1."""

    def __init__(self, deviation: float, chance: Random) -> None:
        self._mean = -deviation * deviation / 2
        self._deviation, self._chance = deviation, chance
        self._coming: list[float] = []
        self._taken = 0

    def _upto(self, most: int) -> None:
        while len(self._coming) < most:
            self._coming.append(self._chance.lognormvariate(self._mean, self._deviation))

    def ready(self, at: int) -> int:
        """Give more than anybody dials."""
        return 1 << 30

    def odds(self, at: int, most: int) -> tuple[float, ...]:
        """Give the next ones' odds."""
        self._upto(most)
        return tuple(self._coming[:most])

    def take(self, at: int) -> Lead:
        """Take the next one."""
        self._upto(1)
        self._taken += 1
        return Lead(self._taken, self._coming.pop(0))

    def over(self, at: int, lead: Lead, stage: object) -> None:
        """Forget it."""

    def left(self) -> bool:
        """Say that there are more."""
        return True


class Testbed:
    """One scenario, one pacer, one seed."""

    __test__ = False

    def __init__(self, scenario: Scenario, pacer: Pacer, seed: int) -> None:
        self.scenario = scenario
        self._timed = Timed(pacer)
        rate = scenario.calls_per_s
        deviation = scenario.manners.odds_deviation
        leads: Leads = Endless()
        if deviation:
            leads = Differing(deviation, Streams(seed).of("dialing", "odds"))
        self.rehearsal = Rehearsal(
            pacer=self._timed,
            world=Callees(scenario.manners, seed, START_AT),
            leads=leads,
            terms=Terms(
                target=TARGETS.get(pacer.name, TARGET),
                calls_per_s=float(scenario.agents) if rate is None else rate,
                lines=scenario.lines,
                windows=(Window(policy="run", cap=CAP, live=0, abandoned=0),),
            ),
            start_at=START_AT,
            shifts=scenario.shifts(START_AT),
        )

    @property
    def minutes(self) -> list[Minute]:
        """Give what happened, minute by minute."""
        return self.rehearsal.minutes

    def run(self) -> Measures:
        """Run to the end."""
        length = round(self.scenario.hours * 3600)
        # The last moment belongs to the last minute, not to another one after it.
        self.rehearsal.run(START_AT + length * SECOND_US - 1)
        return self.measures()

    def measures(self) -> Measures:
        """Measure what has run so far."""
        minutes = self.minutes
        total = self.rehearsal.totals
        late = summed(minutes[WARM_UP_MINUTES:])
        return Measures(
            utilisation=late.utilisation,
            abandonment=total.abandonment,
            worst_quarter=worst_quarter(minutes),
            talk_minutes_per_hour=60 * late.talk_s / late.staffed_s if late.staffed_s else 0.0,
            dials_per_connect=total.dials / total.connected if total.connected else 0.0,
            live=total.live,
            decision_p99_us=self._timed.p99_us(),
        )


def summed(minutes: list[Minute]) -> Minute:
    """Sum minutes up."""
    total = Minute()
    for minute in minutes:
        total.add(minute)
    return total


def worst_quarter(minutes: list[Minute]) -> float:
    """Give the highest abandonment of a quarter of an hour that had enough live answers."""
    quarters = (summed(minutes[i : i + QUARTER]) for i in range(0, len(minutes), QUARTER))
    return max((q.abandonment for q in quarters if q.live >= LEAST_LIVE), default=0.0)
