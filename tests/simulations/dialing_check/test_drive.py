"""The gate under fire: no call that was not to be made; and a gate with a hole is found out."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contact_center.content.policies import load_policies_folder
from dialer.gate import check
from dialer.lead import LeadNumber
from dialer.policy import Facts, GateVerdict, Policy
from simulations.dialing_check.drive import Report, drive
from simulations.dialing_check.people import more_policies

LAW: tuple[Policy, ...] = (*load_policies_folder(Path("config/compliance")), *more_policies())
ATTEMPTS = 5_000


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nobody_is_called_who_is_not_to_be_whatever_fails(seed: int) -> None:
    report = drive(ATTEMPTS, LAW, seed)
    assert [(v.rule, v.why) for v in report.violations] == []
    assert report.asked >= ATTEMPTS
    assert report.placed > ATTEMPTS / 20
    for reason in ("hours", "suppressed", "consent", "cap", "token", "open_attempt", "rnd"):
        assert report.refused[reason] > 0, reason
    for fault in ("second worker, same claim", "second worker, new claim", "old snapshot"):
        assert report.faults[fault] > 0, fault


def test_the_same_seed_is_the_same_run() -> None:
    first, again = drive(1_500, LAW, 7), drive(1_500, LAW, 7)
    assert replace(first, seconds=0) == replace(again, seconds=0)


def without(**changes: object) -> tuple[Policy, ...]:
    return tuple(replace(policy, **changes) for policy in LAW)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("missing", "rule"),
    [
        ({"hours": ((0, 1440),) * 7}, "window"),
        ({"caps": ()}, "cap"),
        ({"lock_abandoned_us": 0}, "lock_abandoned"),
        ({"lock_machine_same_day": False}, "lock_machine"),
        ({"consent": ()}, "consent"),
        ({"dnc": ()}, "dnc_stale"),
        ({"rnd_days": 0}, "owner"),
        ({"local_presence": True}, "caller_id"),
    ],
)
def test_a_gate_that_forgets_a_rule_is_found_out(missing: dict[str, object], rule: str) -> None:
    report = drive(ATTEMPTS, LAW, 1, gate_policies=without(**missing))
    assert rule in {v.rule for v in report.violations}


def test_before_any_law_is_in_force_nobody_is_called() -> None:
    report = drive(300, LAW, 1, gate_policies=without(effective_from="2030-01-01"))
    assert report.asked >= 300
    assert report.placed == 0


Blind = Callable[[Facts], Facts]
BLIND: dict[str, Blind] = {
    "suppressed": lambda facts: replace(facts, suppressed=()),
    "two_lines": lambda facts: replace(facts, open=False),
    "consent": lambda facts: replace(facts, consents=(("express", 1), ("prerecorded_written", 1))),
    "quiet": lambda facts: replace(facts, contacted_at=None),
    "owner": lambda facts: replace(facts, rnd=("no", 1 << 60)),
}


@pytest.mark.parametrize("rule", BLIND)
def test_a_storage_that_does_not_look_is_found_out(rule: str) -> None:
    def blind(number: LeadNumber, *given: Any) -> GateVerdict:
        party, campaign, policies, facts, *rest = given
        return check(number, party, campaign, policies, BLIND[rule](facts), *rest)

    report = drive(ATTEMPTS, LAW, 1, gate=blind)
    assert rule in {v.rule for v in report.violations}


def test_a_gate_that_believes_the_first_zone_is_found_out() -> None:
    def one_zone(number: LeadNumber, *given: Any) -> GateVerdict:
        return check(replace(number, zones=number.zones[:1]), *given)

    report: Report = drive(ATTEMPTS, LAW, 1, gate=one_zone)
    assert "window" in {v.rule for v in report.violations}
