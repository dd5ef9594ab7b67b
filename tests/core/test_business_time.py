"""Open time, added up and counted off, against a minute-by-minute reading of the calendar."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from contact_center.core.business_time import after_open, open_between
from contact_center.core.hours import Opening
from tests.core.test_hours import HOUR, MINUTE, at, calendar, utc

OFFICE = calendar(week=(("09:00-17:00",),) * 5 + ((), ()))


def test_a_weekend_does_not_count() -> None:
    friday, monday = at("2026-11-20T16:00"), at("2026-11-23T10:00")
    assert open_between(OFFICE, friday, monday) == 2 * HOUR
    assert after_open(OFFICE, friday, 2 * HOUR) == monday


def test_without_a_calendar_every_moment_counts() -> None:
    assert open_between(None, 5, 12) == 7
    assert after_open(None, 5, 7) == 12


def test_what_is_asked_backwards_is_nothing() -> None:
    assert open_between(OFFICE, at("2026-11-20T16:00"), at("2026-11-20T15:00")) == 0


def test_a_holiday_is_skipped_and_one_with_hours_of_its_own_counts_those() -> None:
    days = {date(2026, 11, 26): (), date(2026, 11, 27): ("10:00-12:00",)}
    office = calendar(week=(("09:00-17:00",),) * 5 + ((), ()), holidays=days)
    evening = at("2026-11-25T17:00")
    assert after_open(office, evening, HOUR) == at("2026-11-27T11:00")
    assert open_between(office, evening, at("2026-11-28T00:00")) == 2 * HOUR


def test_a_calendar_that_is_never_open_gives_no_deadline() -> None:
    assert after_open(calendar(week=((),) * 7), 0, 1) is None


def test_the_hour_a_clock_change_doubles_counts_twice_and_the_skipped_one_not() -> None:
    night = calendar("00:00-06:00")
    assert open_between(night, at("2026-11-01T00:00"), at("2026-11-01T12:00")) == 7 * HOUR
    assert open_between(night, at("2026-03-08T00:00"), at("2026-03-08T12:00")) == 5 * HOUR


ROWS = st.sampled_from([(), ("09:00-12:00", "13:00-17:30"), ("22:00-06:00",), ("00:00-24:00",)])
HOLIDAYS = st.dictionaries(
    st.sampled_from([date(2026, 10, 24), date(2026, 10, 26), date(2026, 10, 27)]),
    st.sampled_from([(), ("10:00-12:00",), ("20:00-04:00",)]),
)


@given(st.lists(ROWS, min_size=7, max_size=7), HOLIDAYS, st.integers(0, 4000), st.integers(0, 4000))
def test_it_is_what_a_minute_by_minute_reading_gives(
    week: list[tuple[str, ...]],
    holidays: dict[date, tuple[str, ...]],
    begin: int,
    length: int,
) -> None:
    """Weeks whose nights run into a day that is open already are refused by the loader."""
    for row, following in zip(week, [*week[1:], week[0]], strict=True):
        if row == ("22:00-06:00",) and following == ("00:00-24:00",):
            return
    berlin = calendar(week=tuple(week), holidays=holidays, zone=ZoneInfo("Europe/Berlin"))
    start = utc("2026-10-24T00:00") + begin * MINUTE
    end = start + length * MINUTE
    counted = sum(MINUTE for now in range(start, end, MINUTE) if berlin.at(now) is Opening.OPEN)
    assert open_between(berlin, start, end) == counted
    if counted:
        due = after_open(berlin, start, counted)
        assert due is not None
        assert due <= end
        assert open_between(berlin, start, due) == counted
