"""The model that speeds are compared on, in Ciw: callers who come and leave at random, 100 agents.

Ciw is a general simulator of queueing networks, with a record of each customer. It is measured on
the same machine in the same run as whatever is held beside it.
"""

import time
from dataclasses import dataclass

import ciw

from simulations.model import Measures, Model

REFERENCE = Model(arrivals_per_s=0.6, mean_handle_s=180.0, servers=100, mean_patience_s=120.0)
"""M/M/100+M with 108 Erlang: 0.0895709 of the callers leave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """How long the run took, all callers counted, and what it found."""

    calls_per_s: float
    seconds: float
    measures: Measures


def run(model: Model) -> Speed:
    """Simulate `model` in Ciw and time it; building the network is not timed.

    Callers who are still waiting or talking when the last one is through are not counted. Raises
    ValueError for a model without impatience or with a bounded room, which is not what is compared.
    """
    if model.mean_patience_s is None or model.waiting_room is not None:
        raise ValueError("the model compared has impatient callers and room for all")
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate=model.arrivals_per_s)],
        service_distributions=[ciw.dists.Exponential(rate=1 / model.mean_handle_s)],
        reneging_time_distributions=[ciw.dists.Exponential(rate=1 / model.mean_patience_s)],
        number_of_servers=[model.servers],
    )
    ciw.seed(model.seed)
    simulation = ciw.Simulation(network)
    calls = model.warm_up_calls + model.calls
    began = time.perf_counter()
    simulation.simulate_until_max_customers(calls, method="Finish")
    took = time.perf_counter() - began
    done = sorted(simulation.get_all_records(), key=lambda record: record.arrival_date)
    return Speed(
        calls_per_s=len(done) / took,
        seconds=took,
        measures=_measures(done[model.warm_up_calls :], model),
    )


def _measures(records: list[ciw.data_record.DataRecord], model: Model) -> Measures:
    served = [r.waiting_time for r in records if r.record_type == "service"]
    left = [r.waiting_time for r in records if r.record_type == "renege"]
    calls = len(served) + len(left)
    return Measures(
        calls=calls,
        waited=(sum(wait > 0 for wait in served) + len(left)) / calls,
        served_within=sum(wait <= model.within_s for wait in served) / calls,
        lost=len(left) / calls,
        mean_wait_s=(sum(served) + sum(left)) / calls,
        mean_wait_of_served_s=sum(served) / len(served),
    )
