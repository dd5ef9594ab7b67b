"""When a campaign will be done, by simulation: its own pacer and retry rules run through the list.

Window by window of its schedule, with so many agents, until every lead is reached or used up;
several times, so that people see how sure it is. What is expected without chance is in
``planning.py``, which has no bound on the size of a list.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush

from dialer.attempt import AttemptEnd, Verdict
from dialer.campaign import CampaignSettings
from dialer.chance import Chance
from dialer.day_parts import NOT_TRIED, next_free, part_at
from dialer.flights import STAGES
from dialer.floor import CallStage
from dialer.ids import AgentId, AttemptId, LeadId, ListId, PartyId
from dialer.lead import Lead as ListedLead
from dialer.lead import LeadNumber
from dialer.modes import MakePacer, pacer_for
from dialer.planning import volume
from dialer.recycling import after_verdict
from dialer.rehearsal import Rehearsal
from dialer.rehearsal_parts import REDRAWS, Lead, Outcome, Shift, Terms, World
from dialer.rehearsal_tally import Minute
from dialer.scheduling import is_open, next_change

MOST_DIALS = 20_000
"""A plan of more calls than this takes too long to simulate while somebody waits."""
_DRAIN_US = 1_800_000_000
_LOOK_US, _WORTH_US = 60_000_000, 600_000_000
_HORIZON_US = 60 * 86_400_000_000
_TRIES = 6
_REMEMBERED = 50
"""Attempts of one lead whose times are kept, at most."""
_VERDICTS = {stage: verdict for verdict, stage in STAGES.items() if verdict is not Verdict.LOST}

Spread = tuple[float, float, float]
"""The lowest, the middle and the highest of the runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """What came of the runs. ``done_at``: None when a run did not end within 60 days.

    ``staffed_us``: paid time of all agents. ``reached``, ``used_up``: leads.
    """

    runs: int
    done_at: tuple[int, int, int] | None
    staffed_us: Spread
    utilisation: Spread
    abandonment: Spread
    dials: Spread
    reached: Spread
    used_up: Spread


class Retried:
    """A list whose leads come back by the campaign's retry rules until reached or used up."""

    def __init__(self, settings: CampaignSettings, count: int, rates: Sequence[float]) -> None:
        self._settings, self._zone = settings, settings.schedule.zone
        number = LeadNumber(number="", zones=(self._zone,))
        self._rates = rates
        self._blank = ListedLead(
            lead=LeadId(""), party=PartyId(""), list=ListId(""), token=0, numbers=(number,)
        )
        self._fresh = deque(range(count))
        self._due: list[tuple[int, int]] = []
        self._history: dict[int, dict[str, int]] = {}
        self._tried_at: dict[int, tuple[int, ...]] = {}
        self._part: str | None = None
        self._out = 0
        self.reached = 0
        self.used_up = 0

    def rate(self, lead: Lead) -> float:
        """Give the share that is reached of leads tried as often as this one."""
        return self._rates[min(self._tries(lead.number), len(self._rates) - 1)]

    def _tries(self, number: int) -> int:
        return sum(self._history.get(number, {}).values())

    def _wake(self, at: int) -> None:
        quota, part = self._settings.day_parts, None
        if quota is not None:
            part = part_at(quota.parts, at, self._zone)
            named = "" if part is None else part.name
            if named != self._part:  # who waited through the end of a part may have to go on
                self._part = named
                waiting, self._fresh = self._fresh, deque()
                for number in waiting:
                    self._now_or_later(number, at)
        while self._due and self._due[0][0] <= at:
            self._now_or_later(heappop(self._due)[1], at)

    def _now_or_later(self, number: int, at: int) -> None:
        quota, free = self._settings.day_parts, None
        if quota is not None:
            free = next_free(quota, self._tried_at.get(number, ()), at, self._zone)
        if free is None or free <= at:
            self._fresh.append(number)
        else:
            heappush(self._due, (free, number))

    def ready(self, at: int) -> int:
        """Count those who may be dialled now."""
        self._wake(at)
        return len(self._fresh)

    def odds(self, at: int, most: int) -> tuple[float, ...]:
        """Give the odds of the next ones: those tried before answer less often."""
        found: list[float] = []
        for number in self._fresh:
            if len(found) >= most:
                break
            found.append(self._odds(number))
        return tuple(found)

    def _odds(self, number: int) -> float:
        first = max(self._rates[0], 1e-6)
        return self._rates[min(self._tries(number), len(self._rates) - 1)] / first

    def take(self, at: int) -> Lead:
        """Take the next one."""
        number = self._fresh.popleft()
        self._out += 1
        return Lead(number, self._odds(number))

    def over(self, at: int, lead: Lead, stage: CallStage) -> None:
        """Have the campaign's rules say when, and whether, a lead comes back."""
        self._out -= 1
        verdict = _VERDICTS[stage]
        if verdict is Verdict.CONNECTED:
            self.reached += 1
            self._forget(lead.number)
            return
        counts = self._history.setdefault(lead.number, {})
        end = AttemptEnd(
            attempt=AttemptId(f"d-{lead.number}-{self._tries(lead.number) + 1}"),
            at=at,
            verdict=verdict,
            ringing_at=at,
        )
        tried_at = self._tried_at.get(lead.number, ())
        listed = replace(self._blank, outcomes=counts, tried_at=tried_at)
        then = after_verdict(self._settings, listed, "", end)
        counts[verdict.value] = counts.get(verdict.value, 0) + 1
        if verdict not in NOT_TRIED:
            self._tried_at[lead.number] = (at, *tried_at)[:_REMEMBERED]
        if then.due_at is None:
            self.used_up += 1
            self._forget(lead.number)
        else:
            heappush(self._due, (then.due_at, lead.number))

    def _forget(self, number: int) -> None:
        self._history.pop(number, None)
        self._tried_at.pop(number, None)

    def left(self) -> bool:
        """Say whether any will ever be dialled again."""
        return bool(self._fresh or self._due or self._out)

    def next_due(self) -> int | None:
        """Tell when the next one comes back; None with some ready, or none at all."""
        return self._due[0][0] if self._due and not self._fresh else None


class ByPass:
    """A world in which each pass over the list reaches its own share."""

    def __init__(self, world: World, rate: Callable[[Lead], float], seed: int) -> None:
        self._world, self._rate, self._chance = world, rate, Chance(seed)
        self.talk_us, self.wrap_us = world.talk_us, world.wrap_us
        self.next_inbound, self.inbound_us = world.next_inbound, world.inbound_us
        self.inbound_per_s = world.inbound_per_s

    def outcome(self, at: int, lead: Lead) -> Outcome:
        """Say what comes of dialling this lead now."""
        answers = self._chance.share() < self._rate(lead)
        plain = Lead(lead.number)
        for _ in range(REDRAWS):
            outcome = self._world.outcome(at, plain)
            if (outcome.stage is CallStage.WAITING) is answers:
                return outcome
        return outcome


def completion(
    *,
    settings: CampaignSettings,
    make: MakePacer,
    leads: int,
    rates: Sequence[float],
    agents: int,
    world: Callable[[int], World],
    now: int,
    runs: int = 5,
) -> Completion:
    """Run a campaign of so many leads to its end, `runs` times.

    ``rates``: the share reached of leads tried for the k-th time. ``world``: makes how people
    behave, by a seed. Raises ValueError for a list too large to simulate, and without agents.
    """
    if agents < 1 or not rates:
        raise ValueError("a plan needs agents, and the share that is reached of the first attempt")
    if volume(leads, rates, _TRIES).dials > MOST_DIALS:
        raise ValueError(f"a list of {leads} leads is too large to simulate")
    ends: list[int | None] = []
    totals: list[Minute] = []
    lists: list[Retried] = []
    for run in range(runs):
        retried = Retried(settings, leads, rates)
        total, done_at = _run(settings, make, retried, agents, world, now, run)
        ends.append(done_at)
        totals.append(total)
        lists.append(retried)
    done = sorted(end for end in ends if end is not None)
    return Completion(
        runs=runs,
        done_at=(done[0], done[len(done) // 2], done[-1]) if len(done) == runs else None,
        staffed_us=_spread([each.staffed_s * 1e6 for each in totals]),
        utilisation=_spread([each.utilisation for each in totals]),
        abandonment=_spread([each.abandonment for each in totals]),
        dials=_spread([float(each.dials) for each in totals]),
        reached=_spread([float(each.reached) for each in lists]),
        used_up=_spread([float(each.used_up) for each in lists]),
    )


def _run(
    settings: CampaignSettings,
    make: MakePacer,
    leads: Retried,
    agents: int,
    world: Callable[[int], World],
    now: int,
    run: int,
) -> tuple[Minute, int | None]:
    """Go through the windows of the schedule, nights left out; and tell when it was done."""
    people = ByPass(world(run), leads.rate, settings.seed * 1_000 + run)
    pacer, total, at = pacer_for(settings, make), Minute(), now
    while leads.left() and at < now + _HORIZON_US:
        opens, closes = _window(settings, at, now + _HORIZON_US)
        if opens >= closes:
            break
        due = leads.next_due()
        opens = max(opens, due or 0)
        if opens >= closes:
            at = closes
            continue
        names = [AgentId(f"agent-{number}") for number in range(agents)]
        rehearsal = Rehearsal(
            pacer=pacer,
            world=people,
            leads=leads,
            terms=Terms(
                target=settings.target,
                calls_per_s=settings.limits.calls_per_s or None,
                lines=settings.limits.lines or None,
            ),
            start_at=opens,
            shifts=[
                *(Shift(at=opens, agent=each, comes=True) for each in names),
                *(Shift(at=closes, agent=each, comes=False) for each in names),
            ],
        )
        at = _until_quiet(rehearsal, leads, closes)
        total.add(rehearsal.totals)
        if rehearsal.finished_at is not None:
            return total, rehearsal.finished_at
    return total, None


def _until_quiet(rehearsal: Rehearsal, leads: Retried, closes: int) -> int:
    """Run to the end of a window, or until nothing is due for a while; tell where to go on.

    Nobody is paid for waiting hours until leads come back: agents do something else then.
    """
    while rehearsal.now < closes and rehearsal.finished_at is None:
        rehearsal.run(min(rehearsal.now + _LOOK_US, closes))
        due = leads.next_due()
        if due is not None and due > rehearsal.now + _WORTH_US and not rehearsal.coming:
            return rehearsal.now
    if rehearsal.finished_at is None:
        rehearsal.run(closes + _DRAIN_US)
    return closes


def _window(settings: CampaignSettings, at: int, horizon: int) -> tuple[int, int]:
    """Give the next stretch that is open, of a day at most; an empty one when there is none."""
    schedule = settings.schedule
    while not is_open(schedule, at):
        opens = next_change(schedule, at)
        if opens is None or opens >= horizon:
            return horizon, horizon
        at = opens
    day = at + 86_400_000_000
    closes = next_change(schedule, at)
    return at, min(horizon, day if closes is None else min(closes, day))


def _spread(values: Sequence[float]) -> Spread:
    ordered = sorted(values)
    return ordered[0], ordered[len(ordered) // 2], ordered[-1]
