"""Measures of whole runs, against what is known of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialer.baselines import FixedRatio
from dialer.look_ahead import LookAhead
from dialer.rehearsal_tally import Minute
from simulations.dialing.scenarios import SCENARIOS
from simulations.dialing.testbed import Testbed, summed, worst_quarter


def test_progressive_uses_agents_as_renewal_theory_says_and_abandons_nobody() -> None:
    """By the mean time to a connect: the mean of a dial over the share that is answered."""
    for name in ("N5_p25_aht180", "N20_p50_aht60"):
        scenario = SCENARIOS[name]
        answer = scenario.manners.answer(0.0)
        in_vain_s = 0.15 * 1.75 + 0.45 * 18.0 + 0.4 * 25.0
        a_dial_s = 1.5 + answer * 10.0 + (1 - answer) * in_vain_s
        # With several agents, whoever is idle longest gets the answer: sooner than their own dial.
        handle_s = scenario.manners.handle_s
        expected = handle_s / (handle_s + a_dial_s / answer)
        measures = Testbed(scenario, FixedRatio(), seed=1).run()
        assert measures.utilisation == pytest.approx(expected, abs=0.025)
        assert measures.abandonment == 0.0
        assert measures.dials_per_connect == pytest.approx(1 / answer, rel=0.1)


def test_a_run_is_the_same_again_with_the_same_seed() -> None:
    scenario = replace(SCENARIOS["N5_p25_aht60"], hours=0.5)
    first, again, other = (Testbed(scenario, FixedRatio(3.0), seed=s) for s in (1, 1, 2))
    for bed in (first, again, other):
        bed.run()
    assert first.minutes == again.minutes
    assert first.minutes != other.minutes


def test_more_lines_mean_more_talk_and_more_people_in_vain() -> None:
    scenario = replace(SCENARIOS["N5_p25_aht60"], hours=1.0)
    few, many = (Testbed(scenario, FixedRatio(ratio), seed=1).run() for ratio in (1.0, 5.0))
    assert many.utilisation > few.utilisation + 0.2
    assert many.abandonment > few.abandonment + 0.1


def test_every_minute_has_all_agents_but_those_on_a_break() -> None:
    bed = Testbed(SCENARIOS["N20_break40%"], FixedRatio(), seed=1)
    bed.run()
    staffed = [round(minute.staffed_s / 60, 2) for minute in bed.minutes]
    assert len(staffed) == 180
    assert staffed[30] == 20.0
    assert staffed[70] == 12.0
    assert staffed[80] == 20.0


def test_the_worst_quarter_of_an_hour_is_one_with_enough_answers() -> None:
    calm = [Minute(live=10, abandoned=0)] * 15
    bad = [Minute(live=10, abandoned=1)] * 15
    few = [Minute(live=1, abandoned=1)] * 15
    assert worst_quarter([*calm, *bad, *few]) == pytest.approx(0.1)
    assert worst_quarter([*calm, *few]) == 0.0


def test_leads_that_differ_are_answered_by_their_odds() -> None:
    scenario = replace(SCENARIOS["N20_known_odds"], hours=1.0)
    measures = Testbed(scenario, FixedRatio(), seed=1).run()
    assert measures.dials_per_connect == pytest.approx(4.0, rel=0.25)


def test_hundreds_of_agents_start_together_without_a_flood() -> None:
    """Nothing is known, and a thousand calls ring at once: the rate of answers must not fall."""
    bed = Testbed(replace(SCENARIOS["N500_p25_aht60"], hours=0.2), LookAhead(), seed=1)
    bed.run()
    assert bed.minutes[0].abandonment < 0.2
    assert summed(bed.minutes[1:]).abandonment < 0.04
    assert summed(bed.minutes[9:]).utilisation > 0.95
