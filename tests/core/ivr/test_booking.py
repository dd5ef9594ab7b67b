"""Times that callers choose: from what they typed to an instant, or to a polite no."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from contact_center.core.hours import Calendar, Interval
from contact_center.core.ids import QueueId
from contact_center.core.ivr.booking import instant, written
from contact_center.core.ivr.expressions import Scalar
from contact_center.core.ivr.flow import Appointment, Callback, HangUp
from contact_center.core.ivr.session import CallbackExit, ExitReturned
from tests.core.ivr.caller import MONDAY_TEN, SECOND, Caller, bundle, formula, to

NEW_YORK = ZoneInfo("America/New_York")
NINE_TO_FIVE = Calendar(
    name="c", zone=NEW_YORK, weekly=((Interval(start=540, end=1020),),) * 5 + ((), ())
)
HOUR = 3600 * SECOND
"""MONDAY_TEN is ten in the morning in New York, on 2026-11-23."""


def at(day: Scalar, time: Scalar) -> str | None:
    found = instant(day, time, MONDAY_TEN, NEW_YORK)
    return None if found is None else written(found, NEW_YORK)


@pytest.mark.parametrize(
    ("day", "time", "expected"),
    [
        (0, "1530", "2026-11-23T15:30:00-05:00"),
        (1, "09:00", "2026-11-24T09:00:00-05:00"),
        (1, 900, "2026-11-24T09:00:00-05:00"),
        ("1224", "930", "2026-12-24T09:30:00-05:00"),
        ("1123", "0000", "2026-11-23T00:00:00-05:00"),
        ("0315", "2359", "2027-03-15T23:59:00-04:00"),
        ("2026-12-31", "12:05", "2026-12-31T12:05:00-05:00"),
    ],
)
def test_days_and_times_are_read_as_people_key_them(
    day: Scalar, time: Scalar, expected: str
) -> None:
    assert at(day, time) == expected


@pytest.mark.parametrize(
    ("day", "time"),
    [
        (-1, "0900"),
        (400, "0900"),
        ("00010101", "0000"),
        ("99991231", "2359"),
        ("9999-12-31", "2359"),
        ("1340", "0900"),
        ("24.12.", "0900"),
        (True, "0900"),
        (None, "0900"),
        (1, "2400"),
        (1, "0960"),
        (1, ""),
        (1, "9"),
        (1, None),
        (1, -5),
        (1, False),
    ],
)
def test_what_is_no_time_is_none(day: Scalar, time: Scalar) -> None:
    assert at(day, time) is None


def test_an_hour_that_the_clocks_skip_is_the_one_after_it() -> None:
    found = instant("2027-03-14", "0230", MONDAY_TEN, NEW_YORK)
    assert found == round(datetime(2027, 3, 14, 7, 30, tzinfo=UTC).timestamp()) * SECOND


# --- the node ----------------------------------------------------------------------------------


def booking(day: str, time: str, window_us: int = 2 * HOUR) -> Caller:
    wanted = Appointment(
        day=formula(day),
        time=formula(time),
        calendar=NINE_TO_FIVE,
        window_us=window_us,
        into="when",
    )
    node = Callback(
        name="book",
        queue=QueueId("sales"),
        registered=to("done"),
        refused=to("no"),
        at=wanted,
        unavailable=to("other"),
        error=to("no"),
    )
    ends = [HangUp(name=name, reason=name) for name in ("done", "no", "other")]
    return Caller(bundle(node, *ends))


def test_a_time_that_can_be_had_is_asked_for_and_kept_in_a_variable() -> None:
    caller = booking("1", "'0900'")
    assert isinstance(caller.exit, CallbackExit)
    begin = MONDAY_TEN + 23 * HOUR
    assert caller.exit.span == (begin, begin + 2 * HOUR)
    assert caller.session.variables == {"when": "2026-11-24T09:00:00-05:00"}
    assert caller.step(ExitReturned(outcome="registered")).edges[0] == "book/registered"


def test_what_has_begun_goes_on_from_now() -> None:
    caller = booking("0", "'0900'")
    assert isinstance(caller.exit, CallbackExit)
    assert caller.exit.span == (MONDAY_TEN, MONDAY_TEN + HOUR)


@pytest.mark.parametrize(
    ("day", "time"),
    [("0", "'0800'"), ("1", "'0800'"), ("1", "'1700'"), ("5", "'1000'"), ("1", "'9999'")],
)
def test_a_time_that_is_over_or_closed_or_none_has_a_way_of_its_own(day: str, time: str) -> None:
    caller = booking(day, time)
    assert caller.edges[0] == "book/unavailable"


def test_the_queue_may_not_have_the_time_either() -> None:
    caller = booking("1", "'0900'").step(ExitReturned(outcome="unavailable"))
    assert caller.edges[0] == "book/unavailable"


def test_a_time_that_cannot_be_computed_is_an_error() -> None:
    assert booking("vars['nothing']", "'0900'").edges[0] == "book/error"


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
@pytest.mark.parametrize("day", ["00010101", "99991231"])
def test_a_year_without_an_instant_in_the_zone_is_no_day(day: str, zone: str) -> None:
    for time in ("0000", "2359"):
        assert instant(day, time, MONDAY_TEN, ZoneInfo(zone)) is None
