"""Whether a what-if tells the truth: a forecast from the middle of a day, against the day itself.

The day is the benchmark's: people and agents with laws that the forecast does not know. It sees
what a dialer would have seen by then. The bands in it are of chance alone, so a band of four in
five is kept to less often than that; how far off it is on average is what counts.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache

import pytest

from dialer.campaign import CampaignSettings, Limits, Mode
from dialer.floor import Floor, Seen
from dialer.modes import pacer_for
from dialer.pacers import pacer_of
from dialer.pacing import Ask, Decision, Pacer, Window
from dialer.rehearsal_tally import Minute
from dialer.what_if import Forecast, Present, Sampler, forecast
from simulations.dialing.callees import Callees
from simulations.dialing.scenarios import plain
from simulations.dialing.testbed import CAP, START_AT, Testbed
from tests.runtime.dialing.parts import SPRING

MINUTE = 60_000_000
BY_THEN, AHEAD = 25, 10
SETTINGS = replace(
    SPRING, target=CAP, limits=Limits(lines=0, lines_per_agent=15.0, calls_per_s=20.0)
)
CALM = replace(SETTINGS, mode=Mode.PROGRESSIVE)


class Heard:
    """A pacer that can be changed under way, and a sampler that hears what it hears."""

    def __init__(self, pacer: Pacer) -> None:
        self.name, self.pacer, self.sampler = pacer.name, pacer, Sampler()

    def observe(self, seen: Seen, floor: Floor) -> None:
        self.sampler.observe(seen)
        self.pacer.observe(seen, floor)

    def decide(self, floor: Floor, ask: Ask) -> Decision:
        return self.pacer.decide(floor, ask)


@dataclass(frozen=True)
class Told:
    """What was said would happen, and what did, on the day itself and with other luck from then."""

    said: Forecast
    was: list[Minute]


@cache
def until_then(agents: int, handle_s: int, seed: int) -> tuple[Testbed, Present]:
    """Let a day begin; nobody who looks at it later changes it."""
    heard = Heard(pacer_for(SETTINGS, pacer_of))
    bed = Testbed(plain(agents, 25, handle_s), heard, seed)
    at = START_AT + BY_THEN * MINUTE
    bed.rehearsal.run(at)
    before = bed.rehearsal.totals
    present = Present(
        settings=SETTINGS,
        pacer=heard.pacer,
        floor=bed.rehearsal.floor,
        windows=(Window(policy="run", cap=CAP, live=before.live, abandoned=before.abandoned),),
        sampler=heard.sampler,
        now=at,
        horizon_us=AHEAD * MINUTE,
    )
    return bed, present


def told(agents: int, handle_s: int, seed: int, then: CampaignSettings, times: int) -> Told:
    bed, present = until_then(agents, handle_s, seed)
    was = []
    for luck in range(times):
        day = deepcopy(bed.rehearsal)
        if luck:  # as the same day may have gone on as well
            day.world = Callees(bed.scenario.manners, 1_000 * seed + luck, START_AT)
        if then is not SETTINGS:
            day._pacer._pacer.pacer = pacer_for(then, pacer_of)  # type: ignore[attr-defined]
        before = bed.rehearsal.totals
        day.run(present.now + AHEAD * MINUTE)
        after = day.totals
        was.append(Minute(*(getattr(after, n) - getattr(before, n) for n in Minute.__slots__)))
    return Told(forecast(present, then, pacer_of, times), was)


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


@pytest.mark.parametrize("then", [SETTINGS, CALM], ids=["as-it-is", "changed"])
@pytest.mark.parametrize(("agents", "handle_s", "days", "times"), [(12, 60, 3, 3), (5, 120, 4, 2)])
def test_what_is_forecast_for_ten_minutes_is_what_then_happens_on_average(
    agents: int, handle_s: int, days: int, times: int, then: CampaignSettings
) -> None:
    # One day of five agents says little: who answers within ten minutes are eighteen people, and
    # so few days are 0.04 of utilisation off by chance.
    few = 2.0 if agents < 12 else 1.0
    found = [told(agents, handle_s, seed, then, times) for seed in range(1, days + 1)]
    was = [minutes for one in found for minutes in one.was]
    busy = mean([m.utilisation for m in was]) - mean([one.said.utilisation[1] for one in found])
    dials = mean([m.dials / AHEAD for m in was])
    dials /= mean([one.said.dials_per_min[1] for one in found])
    lost = mean([m.abandonment for m in was])
    lost_said = mean([one.said.abandonment[1] for one in found])
    waited = mean([m.wait_s for m in was]) - mean([one.said.wait_s[1] for one in found])
    assert abs(busy) < 0.05 * few, busy
    assert abs(dials - 1.0) < 0.12 * few, dials
    assert abs(lost - lost_said) < 0.015 * few, (lost, lost_said)
    assert abs(waited) < 0.15, waited
    if then is CALM:
        # Lines that rang when it was changed may still be answered beside nobody.
        assert max(lost, lost_said) < 0.01, (lost, lost_said)


def test_a_forecast_tells_a_change_that_does_harm_from_one_that_does_not() -> None:
    eager = replace(SETTINGS, mode=Mode.POWER, ratio=3.0)
    calm = told(12, 60, 3, CALM, times=3)
    bold = told(12, 60, 3, eager, times=3)
    assert bold.said.utilisation[1] > calm.said.utilisation[1] + 0.1
    assert bold.was[0].utilisation > calm.was[0].utilisation + 0.1
