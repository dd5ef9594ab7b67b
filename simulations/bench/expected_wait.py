"""How well the wait that is announced on entering is foretold, beside two simpler rules.

One pool of agents, load that rises and falls, callers who lose patience. Of every caller who had to
wait and was served, the wait that each rule foretold when they came is held against the wait that
it became:

- ours: what the router says (`WaitNews`);
- ``app_queue``: a running mean of past waits of those served, a quarter of each new one;
- ``last_to_enter_service``: the wait of whoever was served last.
"""

import math
from dataclasses import asdict, dataclass
from typing import Any

from contact_center.core.acd import AskWait, WaitNews
from contact_center.core.ids import CallId
from contact_center.core.outcomes import QueueOutcome
from simulations.center.clock import Clock, Moment, us
from simulations.center.engine import FOR_EVER_US, QUEUE, configuration
from simulations.center.floor import Floor, Guest
from simulations.model import Model
from simulations.statistics import bias, rmse, share_within
from simulations.streams import Streams

NEAR_S = 30.0


@dataclass(frozen=True, kw_only=True)
class Load:
    """Who calls. The load swings around `middle` by `swing`, once each `period_s`."""

    agents: int = 50
    handle_s: float = 300.0
    patience_s: float = 900.0
    middle: float = 1.0
    swing: float = 0.35
    period_s: float = 2 * 3600.0
    calls: int = 60_000
    warm_up: int = 2_000
    seed: int = 1

    def rate_at(self, at_s: float) -> float:
        """Callers per second at an instant."""
        full = self.agents / self.handle_s
        return full * (self.middle + self.swing * math.sin(2 * math.pi * at_s / self.period_s))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How far off a rule was, in seconds, and the share of callers within `NEAR_S`."""

    rmse_s: float
    bias_s: float
    within_30_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Foretold:
    """The rules side by side. ``lower_by``: how much lower our error is than app_queue's.

    ``range_holds``: the share of waits that lay in the range we say, which is to be four of five.
    """

    callers: int
    ours: Rule
    app_queue: Rule
    last_to_enter_service: Rule
    lower_by: float
    range_holds: float

    def document(self) -> dict[str, Any]:
        """Give it as plain data."""
        return asdict(self)


def foretell(load: Load) -> Foretold:
    """Simulate, and hold every rule against what came."""
    trace = _Trace(load)
    trace.run()
    kept = [note for note in trace.notes if note.guest.outcome is QueueOutcome.ANSWERED]
    actual = [note.guest.wait_us / 1e6 for note in kept]
    ours = _rule([note.expected_s for note in kept], actual)
    theirs = _rule([note.app_queue_s for note in kept], actual)
    held = sum(note.low_s <= wait <= note.high_s for note, wait in zip(kept, actual, strict=True))
    return Foretold(
        callers=len(kept),
        ours=ours,
        app_queue=theirs,
        last_to_enter_service=_rule([note.last_s for note in kept], actual),
        lower_by=1 - ours.rmse_s / theirs.rmse_s,
        range_holds=held / len(kept),
    )


def _rule(foretold: list[float], actual: list[float]) -> Rule:
    return Rule(
        rmse_s=rmse(foretold, actual),
        bias_s=bias(foretold, actual),
        within_30_s=share_within(foretold, actual, NEAR_S),
    )


@dataclass(slots=True)
class _Note:
    """What each rule said to a caller who had to wait."""

    guest: Guest
    app_queue_s: float
    last_s: float
    expected_s: float = 0.0
    low_s: float = 0.0
    high_s: float = 0.0


class _Trace:
    """The callers, and what is known when each of them comes."""

    def __init__(self, load: Load) -> None:
        model = Model(
            arrivals_per_s=load.rate_at(0.0), mean_handle_s=load.handle_s, servers=load.agents
        )
        center = configuration(model)  # handle times are for the router to learn
        self._load = load
        self._clock = Clock()
        self._floor = Floor(center, self._clock)
        for agent in center.agents:
            self._floor.sign_in(agent)
        self._floor.on_end = self._ended
        self._floor.on_news = self._told
        streams = Streams(load.seed)
        self._gaps, self._handles = streams.of("gaps"), streams.of("handles")
        self._patience, self._thinning = streams.of("patience"), streams.of("thinning")
        self._fastest = load.agents / load.handle_s * (load.middle + load.swing)
        self._at_s = 0.0
        self._came = 0
        self._mean_s = 0
        self._last_s = 0.0
        self.notes: list[_Note] = []

    def run(self) -> None:
        """Let everybody come and be served."""
        self._next()
        self._clock.run()

    def _next(self) -> None:
        if self._came == self._load.calls:
            return
        while True:
            self._at_s += self._gaps.expovariate(self._fastest)
            if self._thinning.random() * self._fastest < self._load.rate_at(self._at_s):
                break
        self._clock.at(us(self._at_s), self._come)

    def _come(self, moment: Moment) -> None:
        load = self._load
        self._came += 1
        guest = Guest(
            call=CallId(f"c{self._came}"),
            queue=QUEUE,
            patience_us=us(self._patience.expovariate(1 / load.patience_s)),
            talk_us=us(self._handles.expovariate(1 / load.handle_s)),
            max_wait_us=FOR_EVER_US,
        )
        self._floor.enter(guest)
        if guest.outcome is None and self._came > load.warm_up:
            self.notes.append(_Note(guest, self._mean_s, self._last_s))
            self._floor.tell(AskWait(call=guest.call))
        self._next()

    def _told(self, news: WaitNews) -> None:
        assert news.expected_us is not None
        assert news.low_us is not None
        assert news.high_us is not None
        note = self.notes[-1]
        note.expected_s = news.expected_us / 1e6
        note.low_s, note.high_s = news.low_us / 1e6, news.high_us / 1e6

    def _ended(self, guest: Guest) -> None:
        if guest.outcome is QueueOutcome.ANSWERED:
            self._last_s = guest.wait_us / 1e6
            # As app_queue has it: whole seconds, three parts of the old mean, one of the new wait.
            self._mean_s = (3 * self._mean_s + int(self._last_s)) >> 2
