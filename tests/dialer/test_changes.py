"""Live changes of a campaign: checked whole, never over the law's cap, and told by difference."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialer.campaign import DispositionRule, Mode
from dialer.changes import ChangeError, changed, difference
from tests.runtime.dialing.parts import SPRING

PACERS = {"look_ahead": None, "progressive": None}


def change(**wishes: object) -> dict[str, tuple[object, object]]:
    return difference(SPRING, changed(SPRING, wishes, cap=0.03, pacers=PACERS))


def refused(**wishes: object) -> dict[str, str]:
    with pytest.raises(ChangeError) as caught:
        change(**wishes)
    return caught.value.problems


def test_a_change_says_what_was_and_what_is() -> None:
    assert change(mode="progressive", target=0.02) == {
        "mode": ("predictive", "progressive"),
        "target": (0.027, 0.02),
    }
    assert change(mode="predictive") == {}
    limits = change(calls_per_s=2.5)["limits"]
    assert [one["calls_per_s"] for one in limits] == [0.0, 2.5]  # type: ignore[index]


def test_a_list_is_turned_off_weighed_and_another_added() -> None:
    new = changed(
        SPRING,
        {"lists": {"customers": {"on": False, "weight": 5}, "lapsed": {"filter": "age > 30"}}},
        cap=0.03,
        pacers=PACERS,
    )
    one, two = new.lists
    assert (one.on, one.weight) == (False, 5)
    assert (two.list, two.on, two.filter) == ("lapsed", True, "age > 30")


@pytest.mark.parametrize(
    ("wishes", "field"),
    [
        ({"target": 0.03}, "target"),
        ({"target": "much"}, "target"),
        ({"target": True}, "target"),
        ({"mode": "agressive"}, "mode"),
        ({"mode": "agentless"}, "mode"),
        ({"pacer": "magic"}, "pacer"),
        ({"lines": -1}, "lines"),
        ({"ratio": 16}, "ratio"),
        ({"lists": {"customers": {"on": "yes"}}}, "lists"),
        ({"lists": ["customers"]}, "lists"),
        ({"lists": {"customers": {"filter": "age >"}}}, "lists"),
        ({"lists": {"customers": {"order": ["luck"]}}}, "lists"),
        ({"keep_free": -1}, "keep_free"),
        ({"predictive_from": 2.5}, "predictive_from"),
        ({"inbound_weight": 6}, "inbound_weight"),
        ({"trunk_share": 0}, "trunk_share"),
        ({"seller": "somebody else"}, "seller"),
        ({"caller_ids": []}, "caller_ids"),
    ],
)
def test_what_cannot_be_is_refused_by_field(wishes: dict[str, object], field: str) -> None:
    assert list(refused(**wishes)) == [field]


def test_a_target_of_the_file_over_the_cap_of_one_state_hinders_no_other_change() -> None:
    cap = SPRING.target / 2
    changed(SPRING, {}, cap=cap, pacers=PACERS)
    calmer = changed(SPRING, {"mode": "progressive"}, cap=cap, pacers=PACERS)
    assert calmer.target == SPRING.target
    with pytest.raises(ChangeError, match="under the cap"):
        changed(SPRING, {"target": SPRING.target}, cap=cap, pacers=PACERS)


def test_one_mistake_changes_nothing_and_all_mistakes_are_told() -> None:
    assert set(refused(target=9, lines="many", mode="progressive")) == {"target", "lines"}


def test_a_campaign_without_agents_stays_one() -> None:
    message = replace(SPRING, mode=Mode.AGENTLESS)
    with pytest.raises(ChangeError, match="without"):
        changed(message, {"mode": "power"}, cap=0.03, pacers=PACERS)


def test_samples_of_machines_are_asked_for_where_agents_can_say_what_they_heard() -> None:
    assert list(refused(machine_samples=0.02)) == ["machine_samples"]
    says = replace(SPRING, amd=True, dispositions={"m": DispositionRule(code="m", machine=True)})
    new = changed(says, {"machine_samples": 0.02}, cap=0.03, pacers=PACERS)
    assert difference(says, new) == {"machine_samples": (0.0, 0.02)}
    with pytest.raises(ChangeError):
        changed(says, {"machine_samples": 2}, cap=0.03, pacers=PACERS)
