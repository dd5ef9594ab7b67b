"""Rule books in words: all that a book asks is said."""

from dataclasses import fields, replace

import pytest

from contact_center.content.policy_words import words_of
from dialer.ids import PolicyId
from dialer.policy import AbandonRule, AttemptCap, Policy, WindowKind

PLAIN = Policy(
    policy=PolicyId("x"),
    region="US",
    title="X",
    source="https://example.org/",
    effective_from="2026-01-01",
)
WEEK = (*((480, 1260),) * 5, (600, 1080), None)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"hours": WEEK}, "hours mon-fri 08:00-21:00, sat 10:00-18:00, sun closed"),
        (
            {"holidays": ("2026-12-25",), "holidays_until": "2027-01-01"},
            "no calls on 1 holidays, known until 2027-01-01",
        ),
        (
            {"abandon": AbandonRule(cap=0.03, window=WindowKind.LOCAL_DAY)},
            "abandoned at most 3% of live answers in a day by campaign, 2 s from answer",
        ),
        (
            {"abandon": AbandonRule(cap=0.01, window=WindowKind.ROLLING, key="center")},
            "abandoned at most 1% of live answers in 24 h by center, 2 s from answer",
        ),
        ({"min_ring_us": 15_000_000}, "ring 15 s at least"),
        ({"caps": (AttemptCap(most=3, hours=24),)}, "at most 3 in 24 h by number"),
        ({"caps": (AttemptCap(most=1, hours=0, key="party"),)}, "at most 1 in a day by party"),
        ({"quiet_after_contact_us": 3_600_000_000}, "quiet for 1 h after a conversation"),
        ({"lock_abandoned_us": 3_600_000_000}, "none for 1 h after an abandoned call"),
        ({"lock_machine_same_day": True}, "none on the day a machine answered"),
        ({"dnc": (("us_national", 31),)}, "list us_national of the last 31 days"),
        ({"consent": (("mobile", "express"),)}, "mobile needs consent express"),
        ({"local_presence": False}, "no number that looks near"),
        ({"rnd_days": 30}, "owner asked for in the last 30 days"),
        (
            {"message_must": ("seller",), "opt_out_in_message": True},
            "message says seller, a key for no more calls",
        ),
        ({"retention_years": 3}, "records 3 years"),
    ],
)
def test_each_rule_is_said(changes: dict[str, object], words: str) -> None:
    assert words in words_of(replace(PLAIN, **changes))  # type: ignore[arg-type]


def test_no_field_of_a_policy_is_left_out_of_the_words_by_mistake() -> None:
    elsewhere = {"policy", "region", "title", "source", "verify", "purposes", "except_in"}
    elsewhere |= {"effective_from", "effective_to"}
    said = {"hours", "holidays", "holidays_until", "abandon", "min_ring_us", "caps", "dnc"}
    said |= {"quiet_after_contact_us", "lock_abandoned_us", "lock_machine_same_day", "consent"}
    said |= {"local_presence", "rnd_days", "message_must", "opt_out_in_message", "retention_years"}
    assert {field.name for field in fields(Policy)} == elsewhere | said
