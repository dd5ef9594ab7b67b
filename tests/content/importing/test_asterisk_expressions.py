"""Expressions and times of Asterisk's dial plan: what they give here."""

from __future__ import annotations

import pytest

from contact_center.content.cel_engine import compile_expression
from contact_center.content.importing.asterisk_expressions import condition_of, text_of
from contact_center.content.importing.asterisk_times import TimesError, calendar_of
from contact_center.content.importing.liquid import UntranslatableError

VARIABLES = {"n": "2", "empty": "", "pin": "4711"}


def name(of: str) -> str:
    if of not in VARIABLES:
        raise UntranslatableError(f"no {of}")
    return f"vars.{of}"


def value(source: str) -> object:
    names: dict[str, dict[str, object]] = {"vars": dict(VARIABLES)}
    return compile_expression(source, names).evaluate(names)


@pytest.mark.parametrize(
    ("written", "holds"),
    [
        ("$[${n} < 3]", True),
        ("$[${n} >= 3]", False),
        ('$["${pin}" = "4711"]', True),
        ('$["${pin}" != "4711"]', False),
        ('$["${pin}" = "1" | "${pin}" = "4711"]', True),
        ('$["${pin}" = "4711" & ${n} > 5]', False),
        ("$[!(${n} = 2)]", False),
        ("$[${n} + 1 = 3]", True),
        ("$[(${n} * 3 - 1) = 5]", True),
        ('$["x${empty}" = "x"]', True),
        ("$[${empty} < 1]", True),
        ("${n}", True),
        ("${empty}", False),
        ("0", False),
        ("$[${n}]", True),
        ('$["${pin}" =~ "^47"]', True),
        ("$[$[${n} + 1] > 2]", True),
        ("$[-1 < ${n}]", True),
    ],
)
def test_a_condition_holds_where_it_does_there(written: str, holds: bool) -> None:
    assert value(condition_of(written, name)) is holds


def test_texts_are_put_together() -> None:
    assert value(text_of("a${n}b$[${n} + 1]c", name)) == "a2b3c"
    assert value(text_of("", name)) == ""


@pytest.mark.parametrize(
    "written", ["$[1 +", "$[1 + ]", "${unknown}", "$[" + "(" * 200 + "1]", "$[a b]", "${A${n}}"]
)
def test_what_cannot_be_read_is_refused(written: str) -> None:
    with pytest.raises(UntranslatableError):
        condition_of(written, name)


def test_times_become_calendars() -> None:
    assert calendar_of("09:00-17:59,mon-fri,*,*") == ({"weekly": {"mon-fri": ["09:00-18:00"]}}, [])
    made, notes = calendar_of("8:30-12:00&13:00-16:29,mon&wed-fri,*,*,Europe/London")
    assert made == {
        "timezone": "Europe/London",
        "weekly": {"mon,wed-fri": ["08:30-12:00", "13:00-16:30"]},
    }
    assert notes == ["8:30-12:00: the minute 12:00 itself does not count here"]
    assert calendar_of("*,sunday,*,*")[0] == {"weekly": {"sun": ["00:00-24:00"]}}


@pytest.mark.parametrize(
    ("written", "weekly", "words"),
    [
        ("9:00-12:59&11:00-13:59,mon,*,*", {"mon": ["09:00-14:00"]}, "times that overlap"),
        ("9:00-17:59&12:00-12:59,mon,*,*", {"mon": ["09:00-18:00"]}, "times that overlap"),
        ("9:00-11:59&12:00-13:59,mon,*,*", {"mon": ["09:00-14:00"]}, None),
        ("22:00-05:59,fri,*,*", {"fri": ["00:00-06:00", "22:00-24:00"]}, None),
        ("22:00-23:59,fri,*,*", {"fri": ["22:00-24:00"]}, None),
        ("09:00-17:59,mon-fri&fri&sun,*,*", {"mon,tue,wed,thu,fri,sun": ["09:00-18:00"]}, "twice"),
        ("09:00-17:59,sat-mon&wed,*,*", {"sat-mon,wed": ["09:00-18:00"]}, None),
        ("*,mon,*,*,Europe/Londn", {"mon": ["00:00-24:00"]}, "no time zone 'Europe/Londn'"),
        ("*,mon,*,*,Europe", {"mon": ["00:00-24:00"]}, "no time zone 'Europe'"),
        ("*,mon,*,*,../etc", {"mon": ["00:00-24:00"]}, "no time zone '../etc'"),
    ],
)
def test_times_that_a_calendar_cannot_say_so_are_said_otherwise_and_noted(
    written: str, weekly: object, words: str | None
) -> None:
    made, notes = calendar_of(written)
    assert made == {"weekly": weekly}
    assert (words in notes[0] and len(notes) == 1) if words else not notes


@pytest.mark.parametrize(
    "written",
    [
        "*,*,25,dec",
        "9:00-9:00,*,*,*",
        "25:00-26:00,*,*,*",
        "9-5,mon,*,*",
        "*,someday,*,*",
        "*,*,*,jul-aug",
    ],
)
def test_times_that_no_week_has_are_refused(written: str) -> None:
    with pytest.raises(TimesError):
        calendar_of(written)
