"""The question put to every engine, and the form of its answer.

One queue, agents who are alike, Poisson callers, exponential handle times and patience, first come
first served: what theory answers exactly, and so what an engine can be held against.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Callers and agents, and how much of them to simulate.

    `mean_patience_s` None: nobody leaves. `waiting_room` is for how many there is room to wait;
    None: for everybody. The engine starts empty, leaves the first `warm_up_calls` callers out of
    its measures, and lets all of the `calls` that follow come to their end.
    """

    arrivals_per_s: float
    mean_handle_s: float
    servers: int
    mean_patience_s: float | None = None
    waiting_room: int | None = None
    within_s: float = 20.0
    seed: int = 1
    calls: int = 20_000
    warm_up_calls: int = 5_000

    @property
    def offered(self) -> float:
        """Work that comes, in Erlang."""
        return self.arrivals_per_s * self.mean_handle_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """What came of the callers: shares of all of them, and their mean wait in seconds.

    `waited`: found no agent free (and room to wait). `served_within`: answered within the model's
    `within_s`. `lost`: left, or found no room. `mean_wait_s` is of all who had room, whatever came
    of it, with `mean_wait_of_served_s` of those alone who were answered.
    """

    calls: int
    waited: float
    served_within: float
    lost: float
    mean_wait_s: float
    mean_wait_of_served_s: float


Engine = Callable[[Model], Measures]
