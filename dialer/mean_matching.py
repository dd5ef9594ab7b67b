"""Matches means: so many dials that as many people answer as agents will be free, times a factor.

The fluid view of the look-ahead, from the same estimates: no chances, only what is expected. It is
good when there are many agents, and a check on the other (with a hundred agents both dial about as
much); with few agents it has no notion of risk, and with no ledger it may end over a cap.
"""

import math

from dialer.answer_rate import AnswerRate
from dialer.floor import AgentSeen, AgentWork, CallStage, Floor, Seen
from dialer.free_up import FreeUp
from dialer.in_flight import InFlight
from dialer.pacing import Ask, Decision
from dialer.ring_law import BIN_US, BINS
from dialer.staffing import Staffing, Team

GAIN = 0.06
LEAST, MOST = 0.3, 1.5
SETTLE_US = 5_000_000
COLD_HEADS = 2
"""Until so many verdicts for each agent the law of ringing is made anew at every question."""


class MeanMatching:
    """The rule. ``factor`` moves with what came of dials."""

    name = "mean_matching"

    def __init__(self) -> None:
        self.factor = 1.0
        self._aim = 0.0
        self._rate = AnswerRate()
        self._free_up = FreeUp()
        self._flight = InFlight()
        self._staffing = Staffing()
        self._asked_at: int | None = None
        self._judged = 0
        self._settle_at = 0

    def observe(self, seen: Seen, floor: Floor) -> None:
        """Learn from what happened."""
        if isinstance(seen, AgentSeen):
            ended = self._staffing.see(seen)
            if ended and ended[0] is AgentWork.TALKING:
                self._free_up.talks.learn(ended[1])
            elif ended and ended[0] is AgentWork.WRAP_UP:
                self._free_up.wraps.learn(ended[1])
            return
        self._flight.see(seen)
        if seen.stage in (CallStage.CONNECTED, CallStage.ABANDONED) and self._aim:
            self._judged += 1
            moved = self.factor * math.exp(GAIN * (self._aim - (seen.stage is CallStage.ABANDONED)))
            self.factor = min(max(moved, LEAST), MOST)

    def decide(self, floor: Floor, ask: Ask) -> Decision:
        """Say how many to dial. Never more than ``ask.room``."""
        self._learn(floor, ask.now)
        self._aim = min([ask.target, *(window.cap for window in ask.windows)])
        team = self._staffing.team(ask.now, ask.reserved)
        if team.size == 0:
            return Decision(dial=0, why="no_agents")
        law = self._flight.routes[""].law
        lag = law.lags(1)[0]
        supply = self._supply(team, lag * BIN_US / 1e6 + ask.hold_us / 1e6)
        supply -= ask.inbound_per_s * (lag * BIN_US + ask.hold_us) / 1e6
        rate = self._rate.rate
        demand = self._demand(ask.now, rate)
        answered_by_then = max(rate * law.answered_by[lag], 1e-6)
        by_mean = int(max(self.factor * supply - demand, 0.0) / answered_by_then)
        by_idle = max(team.idle - len(floor.flying), 0)
        wanted, room = max(by_mean, by_idle), max(ask.room, 0)
        why = "room" if wanted > room else "mean" if by_mean >= by_idle else "idle"
        numbers = {"factor": self.factor, "supply": supply, "demand": demand, "answer_rate": rate}
        return Decision(dial=min(wanted, room), why=why, numbers=numbers)

    def _learn(self, floor: Floor, now: int) -> None:
        flight, staffing = self._flight, self._staffing
        if len(flight.out) != len(floor.flying):
            flight.take_up(floor)
        if len(staffing.agents) != len(floor.agents):
            staffing.take_up(floor)
        for _ in range(flight.answered):
            self._rate.answered()
        flight.answered = 0
        passed = 0 if self._asked_at is None else now - self._asked_at
        self._asked_at = now
        cold = self._judged < COLD_HEADS * len(floor.agents)
        if now >= self._settle_at or (cold and passed):
            for route in flight.routes.values():
                route.law.settle(route.ages(now))
        self._rate.exposed(flight.exposure(now), passed / 1e6, len(flight.out))
        if now >= self._settle_at:
            self._settle_at = now + SETTLE_US
            self._free_up.settle_talks(staffing.running(AgentWork.TALKING, now))
            self._free_up.settle_wraps(staffing.running(AgentWork.WRAP_UP, now))

    def _supply(self, team: Team, ahead_s: float) -> float:
        """Tell how many agents will have been free by then, on average."""
        self._free_up.look((ahead_s,))
        talks = sum(heads * self._free_up.of_talk(s)[0] for s, heads in team.talks.items())
        wraps = sum(heads * self._free_up.of_wrap_up(s)[0] for s, heads in team.wraps.items())
        return team.idle + talks + wraps

    def _demand(self, now: int, rate: float) -> float:
        """Tell how many who wait, ring or are to ring will have to be taken, on average."""
        expected = self._flight.waiting + self._flight.queued_odds * rate
        for route in self._flight.routes.values():
            law = route.law
            for number, slot in route.slots.items():
                if slot.ringing:
                    age = min(max(now // BIN_US - number, 0), BINS - 1)
                    here = min(rate * slot.odds / slot.ringing, 0.95)
                    answers = here * (1.0 - law.answered_by[age])
                    others = (1.0 - here) * (1.0 - law.other_by[age])
                    expected += slot.ringing * answers / max(answers + others, 1e-9)
        return expected
