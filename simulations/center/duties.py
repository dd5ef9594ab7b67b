"""Agents as people at work: they come and go by their duties, rest, and return when paused.

The same on the router alone and in a whole center: a `Place` is either.
"""

from collections.abc import Callable
from typing import Protocol

from contact_center.core.facts import Presence
from contact_center.core.ids import AgentId
from contact_center.core.outcomes import Work
from contact_center.core.requests import PresenceWish
from contact_center.core.routing import Router
from simulations.arrivals import DAY_S
from simulations.center.clock import Clock, Moment, us
from simulations.center.outcome import Outcome, Staffed
from simulations.center.scenario import Scenario
from simulations.people import PlannedDuty, PlannedRest
from simulations.streams import Streams

LOOK_S = 60.0
"""Agents are counted, and people on a break look at the board, this often."""
RETURN_S = 60.0
"""Whoever was paused for not answering is back after this long."""


class Place(Protocol):
    """Where agents work."""

    @property
    def router(self) -> Router:
        """The router, to be looked at."""

    def sign_in(self, agent: AgentId) -> None:
        """Let an agent sit down and be ready."""

    def sign_out(self, agent: AgentId) -> None:
        """Let an agent go home, after the call they have."""

    def wish(self, agent: AgentId, wish: PresenceWish, reason: str = "") -> None:
        """Let an agent be ready, paused or logged out."""


class Duties:
    """The agents of one replication. What is seen of them goes into `outcome`."""

    def __init__(
        self, scenario: Scenario, streams: Streams, clock: Clock, place: Place, outcome: Outcome
    ) -> None:
        self._scenario, self._plan = scenario, scenario.plan
        self._clock, self._place, self._outcome = clock, place, outcome
        self._chance = {name: streams.of("answers", name) for name in scenario.habits}
        self._on_duty: set[AgentId] = set()

    def begin(self) -> None:
        """Plan every day, and begin to look."""
        first = self._scenario.workload.first_day
        for name, habits in self._scenario.habits.items():
            if not habits.duties:
                self._at(0.0, lambda moment: self._comes(moment.value), name)
            for day in range(-1, self._plan.days):
                for duty in habits.plan(first, day):
                    self._plan_duty(name, duty)
        self._at(LOOK_S, self._look, None)

    def answers(self, agent: AgentId) -> int | None:
        """Draw how long an offer rings before the agent takes it; None when they do not."""
        delay = self._scenario.habits[agent].answer(self._chance[agent])
        return None if delay is None else us(delay)

    def unanswered(self, agent: AgentId) -> None:
        """An offer rang out: whoever is paused for that is back a little later."""
        self._clock.at(self._clock.now + us(RETURN_S), self._returns, agent)

    def _instant(self, at_s: float) -> int:
        return self._scenario.start_us + us(at_s)

    def _at(self, at_s: float, action: Callable[[Moment], None], what: object) -> None:
        self._clock.at(self._instant(at_s), action, what)

    def _plan_duty(self, name: AgentId, duty: PlannedDuty) -> None:
        if duty.end_s <= 0:
            return
        self._at(max(0.0, duty.start_s), lambda moment: self._comes(moment.value), name)
        self._at(duty.end_s, self._goes, name)
        for rest in duty.breaks:
            if rest.at_s >= 0:
                self._at(rest.at_s, self._rests, (name, rest))

    def _comes(self, name: AgentId) -> None:
        self._on_duty.add(name)
        self._place.sign_in(name)

    def _goes(self, moment: Moment) -> None:
        name: AgentId = moment.value
        self._on_duty.discard(name)
        self._place.sign_out(name)

    def _rests(self, moment: Moment) -> None:
        name, planned = moment.value
        if name in self._on_duty:
            self._place.wish(name, PresenceWish.PAUSED, "break")
            self._look_at_board(name, planned)

    def _look_at_board(self, name: AgentId, planned: PlannedRest) -> None:
        rest, begun = planned.rest, self._instant(planned.at_s)
        passed = (self._clock.now - begun) / 1e6
        if name not in self._on_duty:
            return
        if rest.is_over(passed, self._place.router.total_waiting):
            self._place.wish(name, PresenceWish.READY)
            return
        again = rest.length_s if rest.ends_early_above is None else passed + LOOK_S
        due = begun + us(min(rest.length_s, again))
        self._clock.at(due, lambda moment: self._look_at_board(name, planned))

    def _returns(self, moment: Moment) -> None:
        agent = self._place.router.agents[moment.value]
        if agent.presence is Presence.PAUSED and agent.reason == "no_answer":
            self._place.wish(agent.agent, PresenceWish.READY)

    def _look(self, moment: Moment) -> None:
        """Count who is there, and who is busy."""
        at_s = (self._clock.now - self._scenario.start_us) / 1e6
        if at_s >= self._plan.days * DAY_S:
            return
        if at_s >= self._plan.warm_up_s:
            number = int(at_s // self._plan.interval_s)
            staffed = self._outcome.staff.setdefault(number, Staffed())
            busy = there = 0
            for agent in self._place.router.agents.values():
                at_work = agent.work not in {Work.IDLE, Work.OFFERED}
                busy += at_work
                there += at_work or agent.presence is Presence.READY
            staffed.looks += 1
            staffed.there += there
            staffed.busy += busy
        self._at(at_s + LOOK_S, self._look, None)
