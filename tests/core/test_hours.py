from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from contact_center.core.hours import Calendar, Interval, Opening

NEW_YORK = ZoneInfo("America/New_York")
HOUR = 3_600_000_000
MINUTE = 60_000_000


def span(text: str) -> Interval:
    start, end = ((int(t[:2]) * 60 + int(t[3:])) for t in text.split("-"))
    return Interval(start=start, end=end)


def calendar(
    *always: str,
    week: tuple[tuple[str, ...], ...] | None = None,
    holidays: dict[date, tuple[str, ...]] | None = None,
    zone: ZoneInfo = NEW_YORK,
) -> Calendar:
    rows = week if week is not None else (always,) * 7
    return Calendar(
        name="branch",
        zone=zone,
        weekly=tuple(tuple(map(span, row)) for row in rows),
        holidays={day: tuple(map(span, row)) for day, row in (holidays or {}).items()},
    )


def at(text: str, zone: ZoneInfo = NEW_YORK, fold: int = 0) -> int:
    local = datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)
    return round(local.astimezone(UTC).timestamp() * 1_000_000)


def utc(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1_000_000)


def test_an_interval_begins_with_its_start_and_ends_before_its_end():
    office = calendar("09:00-17:00")
    assert office.at(at("2026-11-23T09:00") - 1) is Opening.CLOSED
    assert office.at(at("2026-11-23T09:00")) is Opening.OPEN
    assert office.at(at("2026-11-23T17:00") - 1) is Opening.OPEN
    assert office.at(at("2026-11-23T17:00")) is Opening.CLOSED


def test_a_lunch_break_is_closed():
    saturday = calendar("09:00-13:00", "14:00-17:00")
    assert saturday.at(at("2026-11-21T13:30")) is Opening.CLOSED
    assert saturday.at(at("2026-11-21T14:00")) is Opening.OPEN


def test_each_weekday_has_its_own_row_monday_first():
    open_mondays = calendar(week=(("08:00-20:00",), (), (), (), (), (), ()))
    assert open_mondays.at(at("2026-11-23T10:00")) is Opening.OPEN
    assert open_mondays.at(at("2026-11-24T10:00")) is Opening.CLOSED
    assert open_mondays.at(at("2026-11-22T10:00")) is Opening.CLOSED


def test_the_day_is_the_one_where_the_branch_is():
    open_mondays = calendar(
        week=(("08:00-20:00",), (), (), (), (), (), ()), zone=ZoneInfo("Asia/Tokyo")
    )
    assert open_mondays.at(utc("2026-11-22T23:30")) is Opening.OPEN


def test_midnight_to_midnight_is_the_whole_day():
    always = calendar("00:00-24:00")
    assert always.at(at("2026-11-23T00:00")) is Opening.OPEN
    assert always.at(at("2026-11-23T23:59:59")) is Opening.OPEN


def test_a_night_shift_crosses_midnight_and_belongs_to_the_day_it_starts_on():
    friday_night = calendar(week=((), (), (), (), ("22:00-06:00",), (), ()))
    assert friday_night.at(at("2026-11-20T05:00")) is Opening.CLOSED
    assert friday_night.at(at("2026-11-20T22:00")) is Opening.OPEN
    assert friday_night.at(at("2026-11-21T05:59")) is Opening.OPEN
    assert friday_night.at(at("2026-11-21T06:00")) is Opening.CLOSED
    assert friday_night.at(at("2026-11-21T22:30")) is Opening.CLOSED


def test_an_interval_that_ends_where_it_starts_lasts_a_day():
    from_ten = calendar(week=(("10:00-10:00",), (), (), (), (), (), ()))
    assert from_ten.at(at("2026-11-23T09:59")) is Opening.CLOSED
    assert from_ten.at(at("2026-11-23T10:00")) is Opening.OPEN
    assert from_ten.at(at("2026-11-24T09:59")) is Opening.OPEN
    assert from_ten.at(at("2026-11-24T10:00")) is Opening.CLOSED


def test_a_holiday_replaces_the_row_of_its_date():
    office = calendar(
        "09:00-17:00",
        holidays={date(2026, 12, 25): (), date(2026, 12, 24): ("08:00-12:00",)},
    )
    assert office.at(at("2026-12-25T10:00")) is Opening.HOLIDAY
    assert office.at(at("2026-12-24T08:30")) is Opening.OPEN
    assert office.at(at("2026-12-24T13:00")) is Opening.HOLIDAY
    assert office.at(at("2026-12-26T10:00")) is Opening.OPEN
    assert office.at(at("2026-12-26T18:00")) is Opening.CLOSED


def test_a_weekly_night_shift_does_not_go_on_into_a_holiday():
    nights = calendar("22:00-06:00", holidays={date(2026, 12, 25): ()})
    assert nights.at(at("2026-12-24T23:59")) is Opening.OPEN
    assert nights.at(at("2026-12-25T00:00")) is Opening.HOLIDAY
    assert nights.at(at("2026-12-25T23:00")) is Opening.HOLIDAY
    assert nights.at(at("2026-12-26T05:00")) is Opening.CLOSED


def test_a_night_written_for_a_holiday_goes_on_into_the_next_one():
    new_year = calendar(
        holidays={date(2026, 12, 31): ("18:00-02:00",), date(2027, 1, 1): ()},
    )
    assert new_year.at(at("2027-01-01T01:59")) is Opening.OPEN
    assert new_year.at(at("2027-01-01T02:00")) is Opening.HOLIDAY


def test_a_start_that_the_spring_change_skips_moves_to_the_moment_the_clock_jumps_to():
    early = calendar("02:30-05:00")
    assert early.at(utc("2026-03-08T06:59:59")) is Opening.CLOSED  # 01:59:59 winter time
    assert early.at(utc("2026-03-08T07:00:00")) is Opening.OPEN  # 03:00:00 summer time
    assert early.at(utc("2026-03-08T08:59:59")) is Opening.OPEN
    assert early.at(utc("2026-03-08T09:00:00")) is Opening.CLOSED


def test_an_interval_that_the_spring_change_skips_whole_never_opens():
    gone = calendar("02:15-02:45")
    day = utc("2026-03-08T05:00")
    assert {gone.at(day + m * MINUTE) for m in range(23 * 60)} == {Opening.CLOSED}


def test_an_end_that_the_spring_change_skips_ends_when_the_clock_jumps():
    night = calendar("00:00-02:30")
    assert night.at(utc("2026-03-08T06:59:59")) is Opening.OPEN
    assert night.at(utc("2026-03-08T07:00:00")) is Opening.CLOSED


def test_both_hours_of_the_autumn_change_count():
    small_hours = calendar("01:00-02:00")
    assert small_hours.at(at("2026-11-01T01:30", fold=0)) is Opening.OPEN
    assert small_hours.at(at("2026-11-01T01:30", fold=1)) is Opening.OPEN
    opened = [small_hours.at(utc("2026-11-01T04:00") + m * MINUTE) for m in range(240)]
    assert opened.count(Opening.OPEN) == 120


def test_an_end_within_the_repeated_hour_ends_each_time():
    late = calendar("00:00-01:30")
    assert late.at(at("2026-11-01T01:29", fold=0)) is Opening.OPEN
    assert late.at(at("2026-11-01T01:30", fold=0)) is Opening.CLOSED
    assert late.at(at("2026-11-01T01:29", fold=1)) is Opening.OPEN
    assert late.at(at("2026-11-01T01:30", fold=1)) is Opening.CLOSED


def test_a_night_shift_over_a_change_lasts_an_hour_less_or_more():
    nights = calendar("22:00-06:00")

    def hours_open(first: str) -> float:
        start = utc(first)
        minutes = (nights.at(start + m * MINUTE) is Opening.OPEN for m in range(14 * 60))
        return sum(minutes) / 60

    assert hours_open("2026-03-08T02:00") == 7
    assert hours_open("2026-11-01T00:00") == 9
    assert hours_open("2026-11-22T01:00") == 8


@given(
    start=st.integers(0, 1439),
    length=st.integers(1, 1440),
    minutes=st.integers(0, 60 * 24 * 365),
)
def test_the_same_hours_every_day_in_a_zone_without_changes(start, length, minutes):
    end = (start + length - 1) % 1440 + 1
    zone = ZoneInfo("UTC")
    daily = Calendar(name="d", zone=zone, weekly=((Interval(start=start, end=end),),) * 7)
    now = utc("2026-01-01T00:00") + minutes * MINUTE
    expected = (minutes - start) % 1440 < length
    assert (daily.at(now) is Opening.OPEN) == expected
