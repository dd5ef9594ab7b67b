"""Which policies hold for a call, and what they ask together."""

import pytest

from dialer.ids import PolicyId
from dialer.jurisdiction import holding, in_force, may_be_in, surely_in, terms, versions
from dialer.policy import AbandonRule, WindowKind
from tests.dialer.gate_samples import NOON, at, policy


@pytest.mark.parametrize(
    ("region", "area", "surely", "perhaps"),
    [
        ("US-FL", "US-FL", True, True),
        ("US-FL", "US", True, True),
        ("US-FL", "*", True, True),
        ("US", "US-FL", False, True),
        ("", "US-FL", False, True),
        ("US-FL", "US-NY", False, False),
        ("GB", "US", False, False),
        ("US-F", "US-FL", False, False),
    ],
)
def test_a_region_is_in_an_area_surely_or_perhaps(
    region: str, area: str, surely: bool, perhaps: bool
) -> None:
    assert surely_in(region, area) is surely
    assert may_be_in(region, area) is perhaps


BOOKS = (
    policy("house", "*", except_in=("US", "GB")),
    policy("us", "US"),
    policy("us-fl", "US-FL", purposes=("sales",)),
    policy("gb", "GB"),
)


@pytest.mark.parametrize(
    ("region", "purpose", "names"),
    [
        ("US-FL", "sales", ["us", "us-fl"]),
        ("US-FL", "survey", ["us"]),
        ("US-NY", "sales", ["us"]),
        ("US", "sales", ["us", "us-fl"]),
        ("FR", "sales", ["house"]),
        ("", "sales", ["gb", "house", "us", "us-fl"]),
    ],
)
def test_the_rules_of_wherever_somebody_may_be_hold(
    region: str, purpose: str, names: list[str]
) -> None:
    assert [book.policy for book in holding(BOOKS, region, purpose)] == names


def test_a_policy_that_is_named_holds_for_its_purposes_everywhere() -> None:
    named = (PolicyId("us-fl"),)
    assert "us-fl" in {book.policy for book in holding(BOOKS, "GB", "sales", named)}
    assert "us-fl" not in {book.policy for book in holding(BOOKS, "GB", "survey", named)}


def test_a_policy_is_in_force_where_its_first_day_has_begun_or_its_last_goes_on() -> None:
    begins = policy("new", effective_from="2026-11-19")
    ends = policy("old", effective_to="2026-11-19")
    night = at("2026-11-18T21:30", "America/Los_Angeles")  # Thursday in New York already
    both = ["America/New_York", "America/Los_Angeles"]
    assert in_force([begins, ends], night, both) == (begins, ends)
    assert in_force([begins, ends], night, ["America/Los_Angeles"]) == (ends,)
    assert in_force([begins, ends], night, []) == (begins, ends)


def test_of_a_name_the_version_of_the_day_is_taken() -> None:
    old = policy("us", effective_to="2026-11-18")
    new = policy("us", effective_from="2026-11-18")
    assert versions([new, old], ["us"], NOON) == (new,)
    assert versions([new, old], ["us"], at("2026-11-17T12:00")) == (old,)
    assert versions([old], ["us"], NOON) == (old,)
    assert versions([new, old], ["gb"], NOON) == ()


def test_together_they_ask_for_the_longest_ring_the_lowest_cap_and_every_word() -> None:
    rule = AbandonRule(cap=0.03, window=WindowKind.LOCAL_DAY)
    strict = AbandonRule(cap=0.01, window=WindowKind.LOCAL_DAY, threshold_us=1_000_000)
    found = terms(
        [
            policy("a", abandon=rule, min_ring_us=15, message_must=("seller",)),
            policy("b", abandon=strict, message_must=("telephone",), local_presence=False),
            policy("c", min_ring_us=20, opt_out_in_message=True, retention_years=7),
        ]
    )
    assert (found.cap, found.hold_us, found.min_ring_us) == (0.01, 1_000_000, 20)
    assert (found.message_must, found.opt_out_in_message) == (("seller", "telephone"), True)
    assert (found.local_presence, found.retention_years) == (False, 7)
    assert terms([]).cap is None
