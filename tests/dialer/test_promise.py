"""Times that agents promise to call at: which instants they are, and which may be promised."""

import pytest

from dialer.calling_window import DAY_US
from dialer.campaign import Mode
from dialer.promise import WallTime, instant_of, kind_of, refused, suggested, wall_of
from tests.dialer.gate_samples import ALL_WEEK, NEW_YORK, NOON, at, campaign, number, policy

US = (policy("us", hours=ALL_WEEK),)


def test_a_promised_time_is_an_instant_in_the_customers_zone() -> None:
    assert instant_of("2026-11-18T12:00", NEW_YORK) == NOON
    assert wall_of(NOON, NEW_YORK) == "2026-11-18T12:00"
    assert wall_of(NOON, "Europe/London") == "2026-11-18T17:00"


def test_a_time_that_the_clock_skips_is_promised_for_after_the_gap() -> None:
    assert kind_of("2027-03-14T02:30", NEW_YORK) is WallTime.SKIPPED
    assert wall_of(instant_of("2027-03-14T02:30", NEW_YORK), NEW_YORK) == "2027-03-14T03:30"


def test_a_time_that_comes_twice_is_promised_for_its_first_coming() -> None:
    assert kind_of("2027-11-07T01:30", NEW_YORK) is WallTime.TWICE
    assert instant_of("2027-11-07T01:30", NEW_YORK) == at("2027-11-07T01:30", fold=0)
    assert kind_of("2027-11-07T12:00", NEW_YORK) is WallTime.ONCE


@pytest.mark.parametrize(
    ("local", "zone"),
    [
        ("2027-01-01T10:00", "Mars/Olympus"),
        ("2027-02-30T10:00", NEW_YORK),
        ("2027-01-01T10:00+01:00", NEW_YORK),
        ("soon", NEW_YORK),
        ("0001-01-01T00:00", "Asia/Tokyo"),
        ("0001-01-01T00:00", NEW_YORK),
        ("9999-12-31T23:59", NEW_YORK),
        ("9999-12-31T23:59", "Asia/Tokyo"),
    ],
)
def test_what_is_no_time_or_no_zone_is_an_error(local: str, zone: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        instant_of(local, zone)
    with pytest.raises(ValueError, match=r"."):
        kind_of(local, zone)


def test_a_time_inside_the_calling_hours_can_be_promised() -> None:
    assert refused(at("2026-11-19T20:59"), number(), campaign(), US, NOON) is None


def test_a_time_that_is_over_is_refused_with_one_that_can_be() -> None:
    refusal = refused(at("2026-11-18T11:00"), number(), campaign(), US, NOON)
    assert refusal is not None
    assert (refusal.code, refusal.next_at) == ("past", at("2026-11-18T13:00"))


@pytest.mark.parametrize(
    "due", [NOON + 367 * DAY_US, instant_of("9000-12-31T23:59", NEW_YORK), 253_402_300_799_000_000]
)
def test_a_time_that_only_a_slip_of_the_year_could_mean_is_refused(due: int) -> None:
    refusal = refused(due, number(), campaign(), US, NOON)
    assert refusal is not None
    assert (refusal.code, refusal.next_at) == ("far", None)
    assert refused(NOON + 366 * DAY_US, number(), campaign(), US, NOON) is None


@pytest.mark.parametrize("local", ["2026-11-18T21:00", "2026-11-19T03:30"])
def test_a_time_outside_the_calling_hours_is_refused_with_the_next_lawful_one(local: str) -> None:
    refusal = refused(at(local), number(), campaign(), US, NOON)
    assert refusal is not None
    assert (refusal.code, refusal.next_at) == ("hours", at("2026-11-19T08:00"))


def test_a_number_that_may_be_in_several_zones_is_promised_only_what_is_lawful_in_all() -> None:
    anywhere = number(zones=(NEW_YORK, "America/Los_Angeles"))
    refusal = refused(at("2026-11-19T09:00"), anywhere, campaign(), US, NOON)
    assert refusal is not None
    assert refusal.next_at == at("2026-11-19T11:00"), "eight in Los Angeles"


def test_who_is_shown_to_an_agent_first_is_promised_no_time_that_ends_while_they_look() -> None:
    late = at("2026-11-18T20:59")
    shown_first = campaign(mode=Mode.PREVIEW, preview_us=120_000_000)
    refusal = refused(late, number(), shown_first, US, NOON)
    assert refusal is not None
    assert refusal.next_at == at("2026-11-19T08:00")


def test_where_nobody_may_ever_be_called_nothing_can_be_promised() -> None:
    never = (policy("never", hours=(None,) * 7),)
    refusal = refused(at("2026-11-19T12:00"), number(), campaign(), never, NOON)
    assert refusal is not None
    assert (refusal.code, refusal.next_at) == ("never", None)
    assert suggested(number(), campaign(), never, NOON) is None


def test_the_time_to_begin_with_is_an_hour_ahead_on_a_quarter_and_lawful() -> None:
    assert suggested(number(), campaign(), US, at("2026-11-18T12:07")) == at("2026-11-18T13:15")
    assert suggested(number(), campaign(), US, at("2026-11-18T20:30")) == at("2026-11-19T08:00")
