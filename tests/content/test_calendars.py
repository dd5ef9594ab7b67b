"""Opening hours as written, and what the core makes of them."""

from __future__ import annotations

from datetime import datetime

import pytest

from contact_center.content.center import load_center
from contact_center.core.hours import Calendar, Opening
from tests.content.samples import CENTER, broken, problems_of, sources


def calendar(weekly: str, holidays: str = "2026-12-25: closed", zone: str = "") -> Calendar:
    center = broken(CENTER, '{mon-fri: ["09:00-17:30"]}', weekly)
    center = broken(center, "2026-12-25: closed", holidays)
    if zone:
        center = broken(center, "    weekly:", f"    timezone: {zone}\n    weekly:")
    return load_center(sources(center)).calendars["shop"]


def at(hours: Calendar, text: str) -> Opening:
    moment = datetime.fromisoformat(text).replace(tzinfo=hours.zone)
    return hours.at(round(moment.timestamp()) * 1_000_000)


def test_a_range_of_days_opens_and_closes_on_the_minute() -> None:
    hours = calendar('{mon-fri: ["09:00-17:30"]}')
    assert at(hours, "2026-11-23T08:59:59") is Opening.CLOSED
    assert at(hours, "2026-11-23T09:00") is Opening.OPEN
    assert at(hours, "2026-11-27T17:29:59") is Opening.OPEN
    assert at(hours, "2026-11-27T17:30") is Opening.CLOSED
    assert at(hours, "2026-11-28T12:00") is Opening.CLOSED


def test_days_may_be_listed_and_ranges_may_go_over_sunday() -> None:
    hours = calendar('{"tue,thu": ["09:00-10:00"], sat-mon: ["12:00-13:00"]}')
    opened = [day for day in range(23, 30) if at(hours, f"2026-11-{day}T12:30") is Opening.OPEN]
    assert opened == [23, 28, 29]
    assert at(hours, "2026-11-24T09:30") is Opening.OPEN
    assert at(hours, "2026-11-25T09:30") is Opening.CLOSED


def test_hours_may_cross_midnight_and_fill_a_day() -> None:
    hours = calendar('{fri: ["20:00-02:00"], sun: ["00:00-24:00"]}')
    assert at(hours, "2026-11-28T01:59") is Opening.OPEN
    assert at(hours, "2026-11-28T02:00") is Opening.CLOSED
    assert at(hours, "2026-11-29T00:00") is Opening.OPEN
    assert at(hours, "2026-11-29T23:59") is Opening.OPEN


def test_an_end_at_midnight_may_be_written_either_way() -> None:
    for end in ("24:00", "00:00"):
        hours = calendar(f'{{fri: ["20:00-{end}"]}}')
        assert at(hours, "2026-11-27T23:59") is Opening.OPEN
        assert at(hours, "2026-11-28T00:00") is Opening.CLOSED


def test_a_holiday_replaces_the_week_s_row_and_may_have_hours() -> None:
    hours = calendar('{mon-fri: ["09:00-17:00"]}', '2026-12-24: ["09:00-12:00"]')
    assert at(hours, "2026-12-24T11:00") is Opening.OPEN
    assert at(hours, "2026-12-24T13:00") is Opening.HOLIDAY


def test_a_calendar_is_read_in_its_own_zone_or_the_center_s() -> None:
    assert calendar("{mon: closed}").zone.key == "America/Los_Angeles"
    assert calendar("{mon: closed}", zone="Europe/Berlin").zone.key == "Europe/Berlin"


@pytest.mark.parametrize("zone", ["America", "../UTC", "Mars/Base", "/etc/passwd", "'a b'"])
def test_what_is_no_zone_is_refused(zone: str) -> None:
    center = broken(CENTER, "    weekly:", f"    timezone: {zone}\n    weekly:")
    found = [(p.code, p.line, p.column) for p in problems_of(center=center)]
    assert found == [("E104", 24, 15)]


@pytest.mark.parametrize(
    "text", ["25:00-26:00", "9:00-17:00", "09:00-09:00", "24:00-02:00", "24:30-25:00"]
)
def test_what_are_no_hours_is_refused(text: str) -> None:
    (problem,) = problems_of(center=broken(CENTER, "09:00-17:30", text))
    assert (problem.code, problem.line, problem.column) == ("E060", 24, 24)
