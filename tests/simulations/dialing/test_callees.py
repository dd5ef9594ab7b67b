"""People who are dialled behave as they are described."""

from __future__ import annotations

from dataclasses import replace
from statistics import fmean, stdev

import pytest

from dialer.floor import CallStage
from dialer.ids import AttemptId
from dialer.machine_audit import drawn, estimate
from dialer.rehearsal_parts import Lead
from simulations.dialing.callees import SECOND_US, Callees, Manners, steady, steps, swing
from tests.dialer.gate_samples import campaign


def callees(**said: object) -> Callees:
    return Callees(Manners(**{"answer": steady(0.25), "handle_s": 100.0, **said}), 1, 0)  # type: ignore[arg-type]


def test_dials_end_in_the_shares_and_after_the_times_that_are_said() -> None:
    people = callees()
    outcomes = [people.outcome(0, Lead(1)) for _ in range(20_000)]
    after = {
        stage: [o.after_us / SECOND_US for o in outcomes if o.stage is stage]
        for stage in (CallStage.WAITING, CallStage.BUSY, CallStage.MACHINE, CallStage.NO_ANSWER)
    }
    shares = [len(times) / len(outcomes) for times in after.values()]
    assert shares == pytest.approx([0.25, 0.1125, 0.3375, 0.3], abs=0.012)
    assert fmean(after[CallStage.WAITING]) == pytest.approx(11.4, abs=0.3)
    assert max(after[CallStage.WAITING]) == 26.5
    assert (min(after[CallStage.BUSY]), max(after[CallStage.BUSY])) == pytest.approx(
        (2.0, 4.5), abs=0.01
    )
    assert fmean(after[CallStage.MACHINE]) == pytest.approx(19.5, abs=0.1)
    assert set(after[CallStage.NO_ANSWER]) == {26.5}


def test_talk_and_wrap_up_have_the_means_and_spreads_that_are_said() -> None:
    people = callees()
    talks = [people.talk_us(0) / SECOND_US for _ in range(20_000)]
    wraps = [people.wrap_us(0) / SECOND_US for _ in range(20_000)]
    assert fmean(talks) == pytest.approx(85, rel=0.03)
    assert stdev(talks) / fmean(talks) == pytest.approx(0.9, rel=0.1)
    assert fmean(wraps) == pytest.approx(15, rel=0.03)
    assert stdev(wraps) / fmean(wraps) == pytest.approx(0.5, rel=0.05)


def test_wrap_up_is_a_fifth_and_at_most_fifteen_seconds() -> None:
    assert Manners(answer=steady(0.1), handle_s=30.0).wrap_s == 6.0
    assert Manners(answer=steady(0.1), handle_s=300.0).wrap_s == 15.0


def test_values_change_with_time() -> None:
    course = steps(0.15, (3600.0, 0.45), (7200.0, 0.15))
    assert [course(s) for s in (0, 3599, 3600, 7200)] == [0.15, 0.15, 0.45, 0.15]
    assert swing(0.25, 0.12, 3600.0)(900.0) == pytest.approx(0.37)
    people = callees(stretch=steps(1.0, (100.0, 2.0)))
    early = fmean(people.talk_us(0) for _ in range(5000))
    late = fmean(people.talk_us(200 * SECOND_US) for _ in range(5000))
    assert late / early == pytest.approx(2.0, rel=0.1)


def test_people_taken_for_machines_are_known_to_be_people() -> None:
    people = callees(false_machine=0.2)
    outcomes = [people.outcome(0, Lead(1)) for _ in range(5000)]
    missed = [o for o in outcomes if o.person]
    assert {o.stage for o in missed} == {CallStage.MACHINE}
    assert len(missed) / len(outcomes) == pytest.approx(0.05, abs=0.01)


def test_nothing_can_be_dialled_in_an_outage() -> None:
    people = callees(failing=(100.0, 200.0))
    assert people.outcome(150 * SECOND_US, Lead(1)).stage is CallStage.FAILED
    assert people.outcome(200 * SECOND_US, Lead(1)).stage is not CallStage.FAILED


def test_leads_answer_by_their_odds() -> None:
    people = callees()
    good = [people.outcome(0, Lead(1, 2.0)).stage is CallStage.WAITING for _ in range(5000)]
    assert fmean(good) == pytest.approx(0.5, abs=0.03)


def test_calls_from_outside_come_at_the_rate_of_the_time() -> None:
    people = callees(inbound_per_hour=steps(60.0, (36_000.0, 0.0)), most_inbound_per_hour=60.0)
    at, count = 0, 0
    while (later := people.next_inbound(at)) is not None and later < 36_000 * SECOND_US:
        at, count = later, count + 1
        if count > 2000:
            break
    assert count == pytest.approx(600, rel=0.15)
    assert callees().next_inbound(0) is None


def test_samples_of_machines_find_the_share_of_people_among_them() -> None:
    settings = replace(campaign(), machine_false=0.01, machine_samples=0.02)
    people = callees(false_machine=0.03)
    taken = [people.outcome(0, Lead(1)) for _ in range(120_000)]
    machines = [o for o in taken if o.stage is CallStage.MACHINE]
    truth = fmean(o.person for o in machines)
    assert truth == pytest.approx(0.03 * 0.25 / (0.45 * 0.75 + 0.03 * 0.25), rel=0.05)
    heard, counted = [0, 0], []
    for number, outcome in enumerate(machines):
        if drawn(AttemptId(f"d-l{number}-1"), settings.machine_samples):
            heard[outcome.person] += 1
            counted.append(estimate(settings, heard[True], heard[False]))
    assert len(counted) == pytest.approx(0.02 * len(machines), rel=0.2)
    assert counted[0].counted > 2.5 * truth, "at first nothing is known"
    assert counted[-1].mean == pytest.approx(truth, abs=0.008)
    assert truth < counted[-1].counted < 1.7 * truth
