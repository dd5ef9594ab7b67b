"""Buckets of calls per second and of lines, one above the other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.limits import UNLIMITED, Bucket, SharedRoom

SECOND = 1_000_000


def test_a_second_brings_its_calls_and_no_more_are_saved() -> None:
    bucket = Bucket("trunk", calls_per_s=4)
    assert bucket.room(0) == 4
    for _ in range(4):
        bucket.take(0)
    assert bucket.room(0) == 0
    assert bucket.room(SECOND // 2) == 2
    assert bucket.room(60 * SECOND) == 4


def test_less_than_one_call_a_second_is_one_now_and_then() -> None:
    bucket = Bucket("slow", calls_per_s=0.5)
    bucket.take(0)
    assert bucket.room(SECOND) == 0
    assert bucket.room(2 * SECOND) == 1


def test_lines_are_taken_until_calls_are_over() -> None:
    bucket = Bucket("trunk", lines=2)
    bucket.take(0)
    bucket.adopt()
    assert bucket.room(9 * SECOND) == 0
    bucket.release()
    assert bucket.room(9 * SECOND) == 1


def test_the_tightest_owner_decides_and_is_named() -> None:
    account = Bucket("account", calls_per_s=10, lines=5)
    trunk = Bucket("trunk", lines=3, above=account)
    one, other = Bucket("one", above=trunk), Bucket("other", above=trunk)
    for _ in range(2):
        one.take(0)
    assert other.room(0) == 1
    assert other.tight(0) == "trunk:lines"
    other.take(0)
    with pytest.raises(ValueError, match="one has no room"):
        one.take(0)
    assert account.busy == 3


def test_a_call_that_did_not_go_out_gives_its_token_back() -> None:
    account = Bucket("account", calls_per_s=1)
    campaign = Bucket("c", calls_per_s=1, lines=1, above=account)
    campaign.take(0)
    assert campaign.room(0) == 0
    campaign.give_back()
    assert campaign.room(0) == 1
    assert account.busy == 0


def test_a_new_limit_holds_at_once() -> None:
    bucket = Bucket("c", calls_per_s=50)
    assert bucket.room(0) == 50
    bucket.limit(2, 0)
    assert bucket.room(0) == 2
    bucket.limit(0, 0)
    assert bucket.room(0) == UNLIMITED


@given(
    st.floats(0.2, 40),
    st.lists(st.integers(0, 400_000), min_size=1, max_size=200),
)
def test_a_rate_is_never_exceeded_in_any_stretch(rate: float, steps: list[int]) -> None:
    bucket, now, taken = Bucket("c", calls_per_s=rate), 0, []
    for step in steps:
        now += step
        while bucket.room(now):
            bucket.take(now)
            taken.append(now)
    for first in range(len(taken)):
        for last in range(first, len(taken)):
            seconds = (taken[last] - taken[first]) / SECOND
            assert last - first + 1 <= max(1.0, rate) + seconds * rate + 1e-6


def test_what_was_asked_for_is_not_in_what_is_left() -> None:
    room = SharedRoom()
    assert room.room() == 0
    room.seen(lines=3, calls_now=9)
    room.ask()
    room.seen(lines=3, calls_now=9)
    assert room.room() == 2
    room.placed()
    assert room.room() == 2
    room.over()
    assert room.room() == 3
    room.ask()
    room.refused()
    assert room.room() == 3
