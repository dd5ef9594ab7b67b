"""Background traffic: callers who come by themselves, a few a minute, seeded and bounded."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from random import Random

from contact_center.adapters.simulated.network import Network, NetworkFullError
from contact_center.adapters.simulated.people import Caller
from contact_center.adapters.simulated.scripts import read_script
from contact_center.core.ids import LegId

MOST_PER_MINUTE = 60.0

SCRIPTS: tuple[tuple[str, ...], ...] = (
    ("press 1 after 2..6 s", "wait for somebody for at most 180 s", "hang up after 20..60 s"),
    ("press 2 after 3..8 s", "wait for somebody for at most 120 s", "hang up after 30..90 s"),
    ("press 3 after 3..8 s", "hang up after 10..20 s"),
    ("hang up after 5..15 s",),
)
"""What a caller does who was given no script: most want a person, some give up."""


class Traffic:
    """Places calls to `dids` at random moments while it runs.

    The gaps between calls are drawn exponentially. `live_bound`: no new call while so many of these
    callers are on the line. `callers`: who may call, an empty `did` meaning any; made up when none
    are given.
    """

    def __init__(
        self,
        network: Network,
        *,
        dids: Sequence[str],
        callers: Sequence[Caller] = (),
        seed: int = 1,
        live_bound: int = 10,
    ) -> None:
        self._network = network
        self.dids = tuple(dids)
        self._callers = tuple(callers)
        self._rng = Random(seed)  # noqa: S311 - arrivals, not secrets
        self._live_bound = live_bound
        self._placed: list[LegId] = []
        self._generation = 0
        self.per_minute = 0.0

    def start(self, per_minute: float, now: int) -> None:
        """Let so many calls come a minute from now on; 0 stops. Raises ValueError out of range."""
        if not 0 <= per_minute <= MOST_PER_MINUTE:
            raise ValueError(f"calls a minute are from 0 to {MOST_PER_MINUTE:.0f}")
        self._generation += 1
        self.per_minute = per_minute if self.dids else 0.0
        if self.per_minute:
            self._wait(now, self._generation)

    def stop(self) -> None:
        """Let no more calls come; those on the line go on."""
        self._generation += 1
        self.per_minute = 0.0

    def _wait(self, now: int, generation: int) -> None:
        gap_us = round(self._rng.expovariate(self.per_minute / 60_000_000))
        self._network.at(now + gap_us, lambda at: self._come(at, generation))

    def _come(self, now: int, generation: int) -> None:
        if generation != self._generation:
            return
        alive = {leg.leg for leg in self._network.legs()}
        self._placed = [leg for leg in self._placed if leg in alive]
        if len(self._placed) < self._live_bound:
            with suppress(NetworkFullError):
                self._placed.append(self._network.place_call(self._somebody(), now))
        self._wait(now, generation)

    def _somebody(self) -> Caller:
        rng = self._rng
        did = rng.choice(self.dids)
        if self._callers:
            chosen = rng.choice(self._callers)
            return chosen if chosen.did else replace(chosen, did=did)
        ani = f"+1555{rng.randrange(100, 1_000)}{rng.randrange(10_000):04d}"
        return Caller(ani=ani, did=did, script=read_script(rng.choice(SCRIPTS)), patience_s=240.0)
