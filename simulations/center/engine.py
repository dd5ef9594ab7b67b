"""The production router as an engine for the models that theory answers exactly."""

from math import fsum

from contact_center.core.configuration import CenterConfiguration
from contact_center.core.ids import AgentId, CallId, QueueId
from contact_center.core.outcomes import QueueOutcome
from contact_center.core.queue_settings import AgentSettings, QueueSettings, WrapUp, WrapUpMode
from simulations.center.clock import Clock, Moment, us
from simulations.center.floor import Floor, Guest
from simulations.model import Measures, Model
from simulations.streams import Streams

FOR_EVER_US = us(1e9)
QUEUE = QueueId("line")
"""The one queue of a model."""


def router_engine(model: Model) -> Measures:
    """Answer a model with the production router."""
    return measures(simulate(model), model)


def configuration(model: Model) -> CenterConfiguration:
    """Write a model as the configuration of a center."""
    queue = QueueSettings(
        queue=QUEUE,
        label="Line",
        max_waiting=model.waiting_room or 1_000_000_000,
        max_wait_us=FOR_EVER_US,
        wrap_up=WrapUp(mode=WrapUpMode.NONE),
    )
    agents = {
        agent: AgentSettings(agent=agent, name=agent, device=agent, queues=(QUEUE,))
        for agent in (AgentId(f"a{number}") for number in range(model.servers))
    }
    return CenterConfiguration(
        name="model",
        region="US",
        language="en",
        queues={QUEUE: queue},
        agents=agents,
        numbers={},
        flows={},
        calendars={},
        dispositions={},
    )


def simulate(model: Model) -> list[Guest]:
    """Let all callers of a model come and be served; gives them in order of arrival."""
    clock = Clock()
    floor = Floor(configuration(model), clock)
    for agent in floor.configuration.agents:
        floor.sign_in(agent)
    arrivals = _Arrivals(model, floor, clock)
    arrivals.next()
    clock.run()
    return arrivals.guests


class _Arrivals:
    """Callers one after another, as the model says; the same ones as any engine meets."""

    def __init__(self, model: Model, floor: Floor, clock: Clock) -> None:
        streams = Streams(model.seed)
        self._gap = streams.of("gaps").expovariate
        self._handle = streams.of("handles").expovariate
        self._patience = streams.of("patience").expovariate
        self._model, self._floor, self._clock = model, floor, clock
        self._left = model.warm_up_calls + model.calls
        self._at_s = 0.0
        # No room to wait: whoever finds nobody free is sent away at once.
        self._max_wait_us = 0 if model.waiting_room == 0 else FOR_EVER_US
        self.guests: list[Guest] = []

    def next(self) -> None:
        """Let the next one come when it is time."""
        if self._left:
            self._left -= 1
            self._at_s += self._gap(self._model.arrivals_per_s)
            self._clock.at(us(self._at_s), self._come)

    def _come(self, moment: Moment) -> None:
        model = self._model
        patience = model.mean_patience_s
        guest = Guest(
            call=CallId(f"c{len(self.guests)}"),
            queue=QUEUE,
            patience_us=None if patience is None else us(self._patience(1 / patience)),
            talk_us=us(self._handle(1 / model.mean_handle_s)),
            max_wait_us=self._max_wait_us,
        )
        self.guests.append(guest)
        self._floor.enter(guest)
        self.next()


def measures(guests: list[Guest], model: Model) -> Measures:
    """Sum up what came of the callers after the warm-up."""
    counted = guests[model.warm_up_calls :]
    served = [g.wait_us / 1e6 for g in counted if g.outcome is QueueOutcome.ANSWERED]
    waits = [g.wait_us / 1e6 for g in counted]
    blocked = model.waiting_room is not None
    refused = sum(
        g.outcome is QueueOutcome.FULL or (blocked and g.outcome is QueueOutcome.TIMED_OUT)
        for g in counted
    )
    calls, had_room = len(counted), len(counted) - refused
    return Measures(
        calls=calls,
        waited=sum(wait > 0 for wait in waits) / calls,
        served_within=sum(wait <= model.within_s for wait in served) / calls,
        lost=(calls - len(served)) / calls,
        mean_wait_s=fsum(waits) / had_room if had_room else 0.0,
        mean_wait_of_served_s=fsum(served) / len(served) if served else 0.0,
    )
