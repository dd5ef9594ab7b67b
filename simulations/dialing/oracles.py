"""Pacers that see what is to come: how much better knowing would be.

Both know the laws of the world exactly and pace by the risk of the marginal dial, as the look-ahead
does; how much risk is learned from what came of it, and there is next to none without room in the
ledger. `oracle_talks` knows when every talk and wrap-up that has begun will end, but not who will
answer. `oracle_answers` knows which calls will be answered and when, also of the next ones, but not
when agents will be free. Both are far too slow for use.
"""

import math
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Mapping, Sequence

from dialer.floor import AgentOn, AgentWork, CallSeen, CallStage, Floor, Seen
from dialer.pacing import Ask, Decision
from dialer.rehearsal import Rehearsal
from dialer.rehearsal_parts import Lead, Outcome, World
from simulations.dialing.callees import SECOND_US, Manners, lognormal
from simulations.dialing.odds import Exact, Odds, Rough, below

SMALL = 12
LAGS = 6
WRAP_POINTS = 8
HALF_S = 500_000
START, GAIN, LEAST, MOST = 0.02, 0.1, 0.004, 0.6
"""The risk of a dial: first, how fast it moves with each verdict, and between what."""


class Laws:
    """The world's laws: who answers by when, and when who talks will be free. Ages in seconds."""

    def __init__(self, manners: Manners, start_at: int) -> None:
        self.manners, self._start = manners, start_at
        self._ring = lognormal(manners.ring_s, manners.ring_cv)
        self._talk = lognormal(manners.handle_s - manners.wrap_s, manners.talk_cv)
        self._wrap = lognormal(manners.wrap_s, manners.wrap_cv)
        self._known: dict[tuple[str, int, int, float], float] = {}
        self.lags = self._lags()

    def second(self, at: int) -> float:
        """Give seconds since the start."""
        return (at - self._start) / SECOND_US

    def answered_by(self, age_s: float) -> float:
        """Of those who answer, the share that has by this age."""
        rings = age_s - self.manners.setup_s
        return 1.0 if rings >= self.manners.longest_ring_s else below(rings, *self._ring)

    def over_by(self, age_s: float) -> float:
        """Of those who do not answer in person, the share that is over by this age."""
        manners, rings = self.manners, age_s - self.manners.setup_s
        if rings >= manners.longest_ring_s:
            return 1.0
        busy = manners.busy * min(1.0, max(0.0, (rings - 0.5) / 2.5))
        machine = 0.0
        if rings >= 10.0:
            machine = 0.5 * math.erfc(-(rings - manners.machine_ring_s) / 2.0 / math.sqrt(2))
        return busy + manners.machine * machine

    def _lags(self) -> list[float]:
        """Give ages at the middles of equal shares of answers."""
        found: list[float] = []
        age = 0.0
        for part in range(LAGS):
            while self.answered_by(age) < (part + 0.5) / LAGS:
                age += 0.1
            found.append(age)
        return found

    def free_within(self, agent: AgentOn, now: int, ahead_us: int) -> float:
        """Give the chance that an agent at work is free within so much time."""
        talks = agent.work is AgentWork.TALKING
        stretch = self.manners.stretch(self.second(agent.since))
        elapsed, ahead = (now - agent.since) // SECOND_US, ahead_us // HALF_S
        key = (agent.work.value, elapsed, ahead, stretch)
        if key not in self._known:
            find = self._after_talk if talks else self._after_wrap
            self._known[key] = find((elapsed + 0.5) / stretch, ahead * 0.5 / stretch)
        return self._known[key]

    def _after_talk(self, talked_s: float, ahead_s: float) -> float:
        left = 1.0 - below(talked_s, *self._talk)
        if left < 1e-9:
            return 1.0
        mean, deviation = self._wrap
        total = 0.0
        for part in range(WRAP_POINTS):
            normal = _quantile((part + 0.5) / WRAP_POINTS)
            wrap = math.exp(mean + deviation * normal)
            by = below(talked_s + ahead_s - wrap, *self._talk)
            total += max(0.0, by - (1.0 - left))
        return total / WRAP_POINTS / left

    def _after_wrap(self, wrapped_s: float, ahead_s: float) -> float:
        left = 1.0 - below(wrapped_s, *self._wrap)
        if left < 1e-9:
            return 1.0
        return (below(wrapped_s + ahead_s, *self._wrap) - (1.0 - left)) / left


class Oracle(ABC):
    """What both have in common: appetite, ledger, and eyes to be opened."""

    name = "oracle"
    truth: Rehearsal
    laws: Laws

    def __init__(self) -> None:
        self._log_risk = math.log(START)
        self._aim = 0.0

    def look_into(self, rehearsal: Rehearsal, manners: Manners, start_at: int) -> None:
        """Open its eyes."""
        self.truth, self.laws = rehearsal, Laws(manners, start_at)

    def observe(self, seen: Seen, floor: Floor) -> None:
        """Learn how much risk leads to how much abandonment."""
        ends = (CallStage.CONNECTED, CallStage.ABANDONED)
        if isinstance(seen, CallSeen) and self._aim and seen.stage in ends:
            self._log_risk += GAIN * (self._aim - (seen.stage is CallStage.ABANDONED))
            self._log_risk = min(max(self._log_risk, math.log(LEAST)), math.log(MOST))

    def _alpha(self, ask: Ask, waiting: int) -> float:
        """Give the risk that the next dial may carry."""
        risk, aims = math.exp(self._log_risk), [ask.target]
        for window in ask.windows:
            bank = ask.target * window.live - window.abandoned
            aims.append(ask.target + bank / max(150.0, 0.15 * window.live))
            if window.abandoned + waiting + 1 > window.cap * (window.live + waiting + 1):
                risk = min(risk, LEAST)
        self._aim = min(max(min(aims[1:], default=aims[0]), 0.2 * ask.target), 2 * ask.target)
        return risk

    @abstractmethod
    def decide(self, floor: Floor, ask: Ask) -> Decision:
        """Say how many to dial."""


class TalksKnown(Oracle):
    """Knows when those who talk will be free."""

    name = "oracle_talks"

    def decide(self, floor: Floor, ask: Ask) -> Decision:
        """Dial while the risk of one more is within the appetite."""
        now, laws = ask.now, self.laws
        waiting = sum(c.stage is CallStage.WAITING for c in floor.flying.values())
        alpha = self._alpha(ask, waiting)
        answer = laws.manners.answer(laws.second(now))
        ages = [
            (now - call.dialled_at) / SECOND_US
            for call in floor.flying.values()
            if call.stage is CallStage.DIALLED and call.dialled_at is not None
        ]
        here = [(age, laws.answered_by(age)) for age in ages]
        odds: list[tuple[Odds, float]] = []
        for lag in laws.lags:
            until = now + round(lag * SECOND_US) + ask.hold_us
            free = floor.idle() - ask.reserved + self._freed(floor, until)
            chances = []
            for age, gone in here:
                to_come = answer * (1 - gone) + (1 - answer) * (1 - laws.over_by(age))
                came = laws.answered_by(age + lag) - gone
                chances.append(answer * came / to_come if to_come > 1e-9 else 0.0)
            make = Exact if len(floor.agents) <= SMALL else Rough
            odds.append((make(free, (), waiting, chances), answer * laws.answered_by(lag)))
        dial = 0
        while dial < ask.room and floor.agents:
            if sum(each.risk() for each, _ in odds) / len(odds) > alpha:
                break
            dial += 1
            for each, chance in odds:
                each.add(chance)
        by_idle = floor.idle() - ask.reserved - floor.in_flight()
        return Decision(dial=min(ask.room, max(dial, by_idle)), why="oracle")

    def _freed(self, floor: Floor, until: int) -> int:
        return sum(
            self.truth.free_at[agent.agent] <= until
            for agent in floor.agents.values()
            if agent.work is not AgentWork.IDLE and not agent.leaving
        )


class Foreseen:
    """A world whose next outcomes can be looked at."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._next: deque[Outcome] = deque()

    def peek(self, at: int, place: int) -> Outcome:
        """Give what will come of the dial after `place` others."""
        while len(self._next) <= place:
            self._next.append(self._world.outcome(at, Lead(-1)))
        return self._next[place]

    def outcome(self, at: int, lead: Lead) -> Outcome:
        """Give the next outcome, foreseen or not."""
        return self._next.popleft() if self._next else self._world.outcome(at, lead)

    def __getattr__(self, name: str) -> Callable[[int], int]:
        """Leave all else to the world."""
        found: Callable[[int], int] = getattr(self._world, name)
        return found


class AnswersKnown(Oracle):
    """Knows who will answer and when, and dials the others for nothing."""

    name = "oracle_answers"
    ahead: Foreseen

    def look_into(self, rehearsal: Rehearsal, manners: Manners, start_at: int) -> None:
        """Open its eyes, also for the next leads."""
        super().look_into(rehearsal, manners, start_at)
        self.ahead = Foreseen(rehearsal.world)
        rehearsal.world = self.ahead

    def decide(self, floor: Floor, ask: Ask) -> Decision:
        """Dial on to the next who answers, while they and those after them find somebody."""
        now = ask.now
        waiting = sum(c.stage is CallStage.WAITING for c in floor.flying.values())
        alpha = self._alpha(ask, waiting)
        answers = sorted(
            self.truth.coming[name].at
            for name, call in floor.flying.items()
            if call.stage is CallStage.DIALLED
            and self.truth.coming[name].outcome.stage is CallStage.WAITING
        )
        dial = place = 0
        while place < ask.room and floor.agents:
            outcome = self.ahead.peek(now, place)
            place += 1
            if outcome.stage is not CallStage.WAITING:
                dial = place
                continue
            at = now + outcome.after_us
            if self._risk(floor, ask, [*answers, at], at, waiting) > alpha:
                break
            answers = sorted([*answers, at])
            dial = place
        return Decision(dial=dial, why="oracle")

    def _risk(self, floor: Floor, ask: Ask, answers: Sequence[int], at: int, waiting: int) -> float:
        """Give the risk of whoever fares worst of this call and those answered after it."""
        ordered = sorted(answers)
        highest = 0.0
        for before, each in enumerate(ordered):
            if each >= at:
                ahead_us = each - ask.now + ask.hold_us
                chances = [
                    self.laws.free_within(agent, ask.now, ahead_us)
                    for agent in floor.agents.values()
                    if agent.work is not AgentWork.IDLE and not agent.leaving
                ]
                free = floor.idle() - ask.reserved
                if free > waiting + before:
                    continue
                make = Exact if len(floor.agents) <= SMALL else Rough
                highest = max(highest, make(free, chances, waiting + before, ()).risk())
        return highest


def _quantile(share: float) -> float:
    """Give the standard normal quantile, by halving."""
    low, high = -8.0, 8.0
    for _ in range(60):
        middle = (low + high) / 2
        if 0.5 * math.erfc(-middle / math.sqrt(2)) < share:
            low = middle
        else:
            high = middle
    return low


ORACLES: Mapping[str, Callable[[], Oracle]] = {
    TalksKnown.name: TalksKnown,
    AnswersKnown.name: AnswersKnown,
}
"""By name, as policies of the benchmark."""
