"""Days of a scenario on the production router: callers come, agents come, rest, answer and go."""

from collections.abc import Iterator

from contact_center.core.ids import AgentId, CallId, QueueId
from contact_center.core.queue_settings import QueueSettings
from contact_center.core.skills import joined, text_of
from simulations.arrivals import DAY_S
from simulations.center.clock import Clock, Moment, us
from simulations.center.duties import Duties
from simulations.center.floor import Floor, Guest
from simulations.center.outcome import Outcome
from simulations.center.scenario import Scenario
from simulations.streams import Streams
from simulations.workload import Caller, callers

CLOSING_S = 4 * 3600.0
"""So long after the last day calls are given to end."""


def simulate_days(scenario: Scenario, seed: int) -> Outcome:
    """Simulate a scenario once, from the midnight of day 0."""
    day = _Days(scenario, seed)
    day.run()
    return day.outcome


class _Days:
    """One replication."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self._scenario = scenario
        self._plan = scenario.plan
        self._clock = Clock(scenario.start_us)
        self._streams = Streams(seed)
        self.outcome = Outcome()
        self._floor = Floor(scenario.configuration, self._clock, self._answers)
        self._duties = Duties(scenario, self._streams, self._clock, self._floor, self.outcome)
        self._floor.on_end = self._over
        self._floor.on_unanswered = self._duties.unanswered
        for name, habits in scenario.habits.items():
            self._floor.speeds[name] = habits.speed
        self._callers: Iterator[Caller] = iter(())

    def run(self) -> None:
        """Run all days, and let those who are still there come to their end."""
        days = range(self._plan.days)
        self._duties.begin()
        self._callers = callers(self._scenario.workload, self._streams, days)
        self._next()
        self._clock.run(until=self._instant(self._plan.days * DAY_S + CLOSING_S))
        self.outcome.offers = self._floor.offers
        self.outcome.unanswered = self._floor.unanswered

    def _instant(self, at_s: float) -> int:
        return self._scenario.start_us + us(at_s)

    def _answers(self, agent: AgentId) -> int | None:
        return self._duties.answers(agent)

    def _next(self) -> None:
        caller = next(self._callers, None)
        if caller is not None:
            self._clock.at(self._instant(caller.at_s), self._come, caller)

    def _come(self, moment: Moment) -> None:
        caller: Caller = moment.value
        queue = self._scenario.configuration.queues[QueueId(caller.queue)]
        self._floor.enter(self._guest(caller, queue))
        self._next()

    def _guest(self, caller: Caller, queue: QueueSettings) -> Guest:
        kind = self._scenario.workload.queues[caller.queue].types[caller.kind]
        endless = caller.patience_s == float("inf")
        return Guest(
            call=CallId(f"c{caller.number}"),
            queue=queue.queue,
            patience_us=None if endless else us(caller.patience_s),
            talk_us=us(caller.talk_s),
            wrap_up_us=us(caller.wrap_up_s),
            kind=caller.kind,
            requirement=joined(queue.requirement, text_of(kind.skills)),
            priority=queue.priority if kind.priority is None else kind.priority,
            max_wait_us=queue.max_wait_us,
            steps=queue.steps,
            asked=queue.queue,
        )

    def _over(self, guest: Guest) -> None:
        came_s = (guest.came_at - self._scenario.start_us) / 1e6
        if came_s < self._plan.warm_up_s:
            return
        level = self._scenario.configuration.queues[guest.queue].service_level_us
        within = us(self._plan.within_s) or level
        interval = int(came_s // self._plan.interval_s)
        tally = self.outcome.tally(guest.asked or guest.queue, interval)
        tally.count(guest.outcome, guest.wait_us, within)
