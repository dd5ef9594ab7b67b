"""When somebody may be called: all zones, all policies, both edges of daylight saving."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.calling_window import day_start, known, next_day, next_open, open_at
from dialer.policy import Policy
from tests.dialer.gate_samples import DAY, HOUR, at, policy

MINUTE = 60_000_000
ZONES = (
    "America/New_York",
    "America/Phoenix",
    "America/Denver",
    "America/Indiana/Indianapolis",
    "America/St_Johns",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Europe/London",
    "Pacific/Apia",
    "America/Santiago",
)
EDGES = (
    at("2026-03-08T00:00"),
    at("2026-11-01T00:00"),
    at("2026-03-29T00:00", "Europe/London"),
    at("2026-10-25T00:00", "Europe/London"),
    at("2026-04-05T00:00", "Australia/Lord_Howe"),
    at("2026-10-04T00:00", "Australia/Lord_Howe"),
    at("2026-09-06T00:00", "America/Santiago"),
)


def hours(begin: int, end: int, **changes: object) -> Policy:
    return policy(hours=((begin, end),) * 7, **changes)


def test_an_hour_that_is_skipped_opens_when_the_clock_jumps() -> None:
    night = hours(150, 300)  # from 02:30, which does not exist on that night
    jump = at("2026-03-08T03:00")
    assert next_open(at("2026-03-08T00:30"), ["America/New_York"], [night]) == jump
    assert open_at(jump, ["America/New_York"], [night])
    assert not open_at(jump - 1, ["America/New_York"], [night])


def test_a_window_that_lies_in_the_skipped_hour_is_not_there_that_day() -> None:
    skipped = hours(130, 170)
    assert next_open(at("2026-03-08T00:30"), ["America/New_York"], [skipped]) == at(
        "2026-03-09T02:10"
    )


def test_an_hour_that_comes_twice_counts_both_times() -> None:
    night = hours(75, 105)
    zone = ["America/New_York"]
    first, second = at("2026-11-01T01:15"), at("2026-11-01T01:15", fold=1)
    assert second - first == HOUR
    assert next_open(at("2026-11-01T00:00"), zone, [night]) == first
    assert not open_at(first + 30 * MINUTE, zone, [night])
    assert next_open(first + 30 * MINUTE, zone, [night]) == second


def test_a_window_that_ends_in_the_hour_that_comes_twice_goes_on_with_it() -> None:
    night, zone = hours(0, 61), ["America/New_York"]
    over, again = at("2026-11-01T01:01"), at("2026-11-01T01:00", fold=1)
    assert not open_at(over, zone, [night])
    assert next_open(over, zone, [night]) == again
    assert not open_at(again + MINUTE, zone, [night])


def test_evening_ends_on_the_wall_also_on_the_day_clocks_change() -> None:
    day = [hours(480, 1260)]
    for date in ("2026-03-08", "2026-11-01"):
        assert open_at(at(f"{date}T20:59:59"), ["America/New_York"], day)
        assert not open_at(at(f"{date}T21:00"), ["America/New_York"], day)
        assert not open_at(at(f"{date}T07:59:59"), ["America/New_York"], day)


def test_arizona_and_the_navajo_nation_are_an_hour_apart_in_summer_only() -> None:
    both = ["America/Phoenix", "America/Denver"]
    day = [hours(480, 1260)]
    assert not open_at(at("2026-07-01T07:59", "America/Phoenix"), both, day)
    assert open_at(at("2026-07-01T08:00", "America/Phoenix"), both, day)
    assert not open_at(at("2026-07-01T20:00", "America/Phoenix"), both, day)
    assert open_at(at("2026-12-01T20:00", "America/Phoenix"), both, day)


def test_zones_at_half_and_quarter_hours_are_on_their_own_wall() -> None:
    day = [hours(480, 1260)]
    for zone in ("Asia/Kolkata", "Asia/Kathmandu", "America/St_Johns"):
        assert open_at(at("2026-05-05T08:00", zone), [zone], day)
        assert not open_at(at("2026-05-05T07:59", zone), [zone], day)


def test_zones_that_share_no_hour_of_the_window_are_never_open_together() -> None:
    far = ["Pacific/Auckland", "America/New_York"]
    assert next_open(at("2026-05-05T08:00"), far, [hours(540, 720)]) is None


def test_a_day_without_calls_and_a_holiday_are_skipped() -> None:
    week = policy(hours=(*((480, 1200),) * 6, None), holidays=("2026-12-25", "2026-12-26"))
    assert next_open(at("2026-12-24T21:00"), ["America/New_York"], [week]) == at("2026-12-28T08:00")


def test_from_the_day_on_that_holidays_are_not_known_nobody_is_called() -> None:
    ends = hours(480, 1200, holidays=("2026-12-25",), holidays_until="2027-01-01")
    assert open_at(at("2026-12-31T12:00"), ["America/New_York"], [ends])
    assert next_open(at("2026-12-31T20:00"), ["America/New_York"], [ends]) is None


def test_a_policy_holds_from_its_day_to_its_last_in_the_partys_zone() -> None:
    old = hours(480, 1260, effective_to="2026-06-01")
    new = hours(600, 1200, effective_from="2026-06-01")
    evening = at("2026-05-31T20:30")
    assert open_at(evening, ["America/New_York"], [old, new])
    assert next_open(evening + HOUR, ["America/New_York"], [old, new]) == at("2026-06-01T10:00")


def test_without_hours_or_zones_nothing_is_open() -> None:
    assert not open_at(at("2026-05-05T12:00"), ["America/New_York"], [])
    assert not open_at(at("2026-05-05T12:00"), [], [hours(0, 1440)])
    assert not open_at(at("2026-05-05T12:00"), ["Mars/Base"], [hours(0, 1440)])
    assert next_open(at("2026-05-05T12:00"), ["Mars/Base"], [hours(0, 1440)]) is None


def test_what_was_found_before_is_not_mistaken_for_another_time_or_law() -> None:
    zone, books = ["America/New_York"], (hours(480, 1260),)
    night = at("2026-05-05T22:00")
    morning = at("2026-05-06T08:00")
    assert next_open(night, zone, books) == morning
    assert next_open(night + HOUR, zone, books) == morning
    assert next_open(night - 2 * HOUR, zone, books) == night - 2 * HOUR
    assert next_open(night - DAY, zone, books) == morning - DAY
    assert next_open(night + DAY, zone, books) == morning + DAY
    assert next_open(night, zone, (hours(540, 1260),)) == morning + HOUR
    assert next_open(night, ["America/Chicago"], books) == morning + HOUR


@pytest.mark.parametrize("zone", ["", "/etc/localtime", "../zone", "America", "Mars/Base"])
def test_what_is_no_zone_is_not_known(zone: str) -> None:
    assert not known([zone])


@given(
    edge=st.sampled_from(EDGES),
    shift=st.integers(-36 * 60, 36 * 60),
    zones=st.lists(st.sampled_from(ZONES), min_size=1, max_size=3),
    begins=st.lists(st.integers(0, 1400), min_size=1, max_size=2),
    length=st.integers(1, 900),
)
@settings(max_examples=150, deadline=None)
def test_the_next_window_is_the_first_minute_that_is_open(
    edge: int, shift: int, zones: list[str], begins: list[int], length: int
) -> None:
    now = edge + shift * MINUTE
    books = [hours(begin, min(begin + length, 1440)) for begin in begins]
    minutes = range(now, now + 3 * DAY, MINUTE)
    first = next((minute for minute in minutes if open_at(minute, zones, books)), None)
    found = next_open(now, zones, books)
    if first is not None:
        assert found == first
    else:
        assert found is None or found > now + 3 * DAY - MINUTE


@given(edge=st.sampled_from(EDGES), shift=st.integers(0, 3 * DAY), zone=st.sampled_from(ZONES))
@settings(deadline=None)
def test_every_instant_lies_in_one_local_day(edge: int, shift: int, zone: str) -> None:
    now = edge - DAY + shift
    begins, ends = day_start(now, zone), next_day(now, zone)
    assert begins <= now < ends
    assert 22 * HOUR <= ends - begins <= 26 * HOUR
    assert day_start(ends, zone) == ends
    assert day_start(ends - 1, zone) == begins
