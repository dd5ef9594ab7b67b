"""Times to be called: over clock changes, holidays and what is promised already."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from contact_center.core.hours import Calendar, Interval
from contact_center.core.slots import Slot, instant, is_open, local, next_opening, slots

HOUR = 3_600_000_000
DAY = 24 * HOUR
NEW_YORK = ZoneInfo("America/New_York")
NIGHTS = Calendar(name="nights", zone=NEW_YORK, weekly=((Interval(start=0, end=5 * 60),),) * 7)
OFFICE = Calendar(
    name="office",
    zone=NEW_YORK,
    weekly=((Interval(start=9 * 60, end=12 * 60),),) * 5 + ((),) * 2,
    holidays={date(2026, 11, 26): (), date(2026, 11, 28): (Interval(start=600, end=660),)},
)


def at(text: str) -> int:
    """The instant of a local time in New York."""
    wall = datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)
    return int(wall.astimezone(UTC).timestamp()) * 1_000_000


def walls(found: list[Slot]) -> list[str]:
    return [f"{local(one.begin, NEW_YORK):%d %H:%M}" for one in found]


def of(calendar: Calendar, begin: str, end: str, **more: object) -> list[Slot]:
    asked = {"minutes": 60, "room": 1, "others": (), **more}
    return slots([calendar], NEW_YORK, (at(begin), at(end)), **asked)  # type: ignore[arg-type]


def test_an_hour_that_the_clock_skips_is_no_slot():
    found = of(NIGHTS, "2026-03-08T00:00", "2026-03-08T12:00")
    assert walls(found) == ["08 00:00", "08 01:00", "08 03:00", "08 04:00"]
    assert all(one.end - one.begin == HOUR for one in found)
    assert len({one.begin for one in found}) == 4


def test_of_an_hour_that_comes_twice_the_first_is_a_slot():
    found = of(NIGHTS, "2026-11-01T00:00", "2026-11-01T12:00")
    assert walls(found) == ["01 00:00", "01 01:00", "01 02:00", "01 03:00", "01 04:00"]
    assert found[1].begin == instant(date(2026, 11, 1), 60, NEW_YORK)
    assert found[2].begin - found[1].begin == 2 * HOUR


def test_a_holiday_has_no_slots_and_a_day_with_hours_of_its_own_has_those():
    found = of(OFFICE, "2026-11-25T10:30", "2026-11-30T00:00")
    assert walls(found) == ["25 11:00", "27 09:00", "27 10:00", "27 11:00", "28 10:00"]


def test_a_slot_lies_within_the_hours_to_its_last_minute():
    assert walls(of(OFFICE, "2026-11-23T00:00", "2026-11-24T00:00", minutes=120)) == ["23 10:00"]
    assert walls(of(OFFICE, "2026-11-23T09:01", "2026-11-23T11:59")) == ["23 10:00"]


def test_a_promise_takes_its_part_of_every_slot_that_it_overlaps():
    promised = (at("2026-11-23T09:30"), at("2026-11-23T10:30"))
    window = "2026-11-23T00:00", "2026-11-24T00:00"
    assert walls(of(OFFICE, *window, others=[promised])) == ["23 11:00"]
    two = of(OFFICE, *window, others=[promised], room=2)
    assert [one.left for one in two] == [1, 1, 2]
    assert of(OFFICE, *window, room=0) == []


def test_all_calendars_have_to_be_open():
    window = at("2026-11-23T00:00"), at("2026-11-24T00:00")
    assert slots([OFFICE, NIGHTS], NEW_YORK, window, minutes=60, room=1, others=()) == []
    assert len(slots([], NEW_YORK, window, minutes=60, room=1, others=())) == 24


def test_the_next_opening_skips_holidays_and_is_now_while_open():
    before_noon, noon = at("2026-11-25T11:59"), at("2026-11-25T12:00")
    assert next_opening([OFFICE], before_noon, 14) == before_noon
    assert is_open([OFFICE], before_noon)
    assert next_opening([OFFICE], noon, 14) == at("2026-11-27T09:00")
    assert next_opening([OFFICE], noon, 1) is None
    assert next_opening([], noon, 1) == noon


def test_an_opening_that_the_clock_skips_is_when_it_jumps():
    early = Calendar(name="early", zone=NEW_YORK, weekly=((Interval(start=150, end=600),),) * 7)
    midnight = at("2026-03-08T00:00")
    assert next_opening([early], midnight, 2) == at("2026-03-08T03:00")


def test_an_opening_by_holiday_alone_is_found_at_midnight():
    night = Calendar(
        name="night",
        zone=NEW_YORK,
        weekly=((Interval(start=1320, end=360),),) * 7,
        holidays={date(2026, 11, 26): (), date(2026, 11, 27): (Interval(start=0, end=60),)},
    )
    assert next_opening([night], at("2026-11-26T00:30"), 3) == at("2026-11-27T00:00")
