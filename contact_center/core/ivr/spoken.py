"""Typed values as words: money, dates, times, durations, telephone numbers, ordinals.

Like numbers they are spoken from fragments rendered when the flow was published. `fragments_of`
lists all that `words` can ever ask for, by form. A value that is not what its form asks for raises
ExpressionFailedError: the node's error edge is due, nothing half right is said.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import Enum

from contact_center.core.ivr import numbers
from contact_center.core.ivr.expressions import ExpressionFailedError, Scalar
from contact_center.core.ivr.flow_parts import ValueForm
from contact_center.core.ivr.spoken_words import (
    AND,
    CURRENCIES,
    DURATIONS,
    ENGLISH_ORDINALS,
    LINKS,
    MONTHS,
    PARTS_OF_DAY,
    SPANISH_ORDINALS,
    WEEKDAYS,
    counted,
    counted_fragments,
)


class Pause(Enum):
    """A breath between groups of digits, in milliseconds."""

    SHORT = 250


Words = list[str | Pause]

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ].*)?\Z")
_TIME = re.compile(
    r"(?:\d{4}-\d\d-\d\d[T ])?(\d\d?):(\d\d)(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?\Z"
)
_MONEY = re.compile(r"(-?)(\d{1,12})(?:\.(\d{1,9}))?\Z")
_MOST_S = 366 * 86_400
_GROUPS_FROM = 7
"""Telephone numbers of so many digits are said in groups."""


def words(value: Scalar, form: ValueForm, language: str, currency: str = "") -> Words:
    """Word a value. Raises ExpressionFailedError for what cannot be said in this form."""
    if value is None or isinstance(value, bool):
        raise ExpressionFailedError(f"cannot be said as {form.value}: {value!r}")
    return _SAY[form](value, _tongue(language), language, currency)


def fragments_of(form: ValueForm, language: str, currency: str = "") -> tuple[str, ...]:
    """List every text that a value can be made of in this form, to be rendered beforehand."""
    base = numbers.fragments(language)
    tongue = _tongue(language)
    if not tongue:
        return base
    if form is ValueForm.MONEY:
        found = CURRENCIES[tongue].get(currency)
        names = (*found.major, *found.minor) if found is not None else ()
        return (*base, *counted_fragments(tongue), *names, *LINKS[tongue])
    if form is ValueForm.DATE:
        ordinals = ENGLISH_ORDINALS[1:32] if tongue == "en" else SPANISH_ORDINALS[1:2]
        return (*base, *WEEKDAYS[tongue], *MONTHS[tongue], *ordinals, *LINKS[tongue])
    if form is ValueForm.TIME:
        return (*base, *PARTS_OF_DAY[tongue], *LINKS[tongue])
    if form is ValueForm.DURATION:
        units = [name for pair in DURATIONS[tongue] for name in pair]
        return (*base, *counted_fragments(tongue), *units, *LINKS[tongue])
    if form is ValueForm.ORDINAL:
        if tongue == "es":
            return (*base, *SPANISH_ORDINALS[1:])
        return (*base, *ENGLISH_ORDINALS[1:], *(f"{word}th" for word in numbers.ENGLISH_ROUND))
    return base


def currencies() -> frozenset[str]:
    """Name the currencies whose names are known, as ISO 4217 codes."""
    return frozenset(CURRENCIES["en"])


def _tongue(language: str) -> str:
    """Give ``en`` or ``es``, and nothing where the grammar is not known."""
    tongue = language.partition("-")[0].lower()
    return tongue if tongue in WEEKDAYS else ""


def _digits(value: Scalar, tongue: str, language: str, currency: str) -> Words:
    return list(numbers.spell(value, language))


def _number(value: Scalar, tongue: str, language: str, currency: str) -> Words:
    return list(numbers.count(value, language))


def _decimal(value: Scalar, tongue: str, language: str, currency: str) -> Words:
    """Say a number with every decimal that was given: "12.50" ends in "5 0"."""
    text = value.strip() if isinstance(value, str) else str(value)
    found = _MONEY.match(text)
    if found is None:
        return _number(value, tongue, language, currency)
    sign, whole, part = found.groups()
    said: Words = list(numbers.count(f"{sign}{whole}", language))
    if part:
        said += [*_point(language), *part]
    return said


def _money(value: Scalar, tongue: str, language: str, currency: str) -> Words:
    """Say an amount; of more decimals than the currency has, half a unit is rounded up."""
    text = f"{value:.6f}" if isinstance(value, float) else str(value).strip()
    found = _MONEY.match(text)
    if found is None:
        raise ExpressionFailedError("not an amount of money such as 1250.50")
    sign, whole, part = found.groups()
    names = CURRENCIES[tongue].get(currency) if tongue else None
    places = names.places if names is not None else 2
    scaled = int(whole) * 10**places + _rounded(part or "", places)
    major, minor = divmod(scaled, 10**places)
    if names is None or not tongue:
        plain = numbers.count(f"{sign if scaled else ''}{major}", language)
        tail = (*_point(language), *f"{minor:0{places}d}") if minor else ()
        return [*plain, *tail, *currency]
    said: Words = [AND[tongue].minus] if sign and scaled else []
    if major or not minor:
        said += counted(major, names.major, tongue, feminine=names.feminine)
    if minor:
        said += [AND[tongue].money] if major else []
        said += counted(minor, names.minor, tongue, feminine=names.feminine_minor)
    return said


def _point(language: str) -> tuple[str, ...]:
    return ("point",) if _tongue(language) == "en" else ("punto",) if _tongue(language) else (".",)


def _rounded(part: str, places: int) -> int:
    digits = (part + "0" * (places + 1))[: places + 1]
    return (int(digits or "0") + 5) // 10


def _date(value: Scalar, tongue: str, language: str, currency: str) -> Words:
    found = _DATE.match(value.strip()) if isinstance(value, str) else None
    try:
        day = date(*map(int, found.groups())) if found is not None else None
    except ValueError:
        day = None
    if day is None:
        raise ExpressionFailedError("not a date such as 2026-11-23")
    if not tongue:
        return [*f"{day.year:04}", Pause.SHORT, *f"{day.month:02}", Pause.SHORT, *f"{day.day:02}"]
    weekday, month = WEEKDAYS[tongue][day.weekday()], MONTHS[tongue][day.month - 1]
    if tongue == "en":
        return [weekday, month, ENGLISH_ORDINALS[day.day], *_english_year(day.year, language)]
    number = [SPANISH_ORDINALS[1]] if day.day == 1 else numbers.count(day.day, language)
    return [weekday, *number, "de", month, "de", *numbers.count(day.year, language)]


def _english_year(year: int, language: str) -> list[str]:
    """Say 1985 and 2026 by their halves, 2005 and 1900 as numbers."""
    high, low = divmod(year, 100)
    if low >= 10 and high >= 10:
        return [*numbers.count(high, language), *numbers.count(low, language)]
    return numbers.count(year, language)


def _time(value: Scalar, tongue: str, language: str, currency: str) -> Words:
    found = _TIME.match(value.strip()) if isinstance(value, str) else None
    hour, minute = (int(found[1]), int(found[2])) if found is not None else (99, 99)
    if hour > 23 or minute > 59:
        raise ExpressionFailedError("not a time of day such as 17:30")
    if not tongue:
        return [*f"{hour:02}", Pause.SHORT, *f"{minute:02}"]
    clock = hour % 12 or 12
    parts = PARTS_OF_DAY[tongue]
    if tongue == "en":
        said: Words = [*numbers.count(clock, language)]
        if 0 < minute < 10:
            said.append("oh")
        if minute:
            said += numbers.count(minute, language)
        return [*said, parts[0] if hour < 12 else parts[1]]
    said = ["la", "una"] if clock == 1 else ["las", *numbers.count(clock, language)]
    if minute:
        said += ["y", *numbers.count(minute, language)]
    return [*said, parts[0] if hour < 12 else parts[1] if hour < 20 else parts[2]]


def _duration(value: Scalar, tongue: str, language: str, currency: str) -> Words:
    """Say a number of seconds by its two largest units; what is left over is rounded."""
    try:
        seconds = round(float(str(value)))
    except (ValueError, OverflowError):
        raise ExpressionFailedError("not a number of seconds") from None
    if not 0 <= seconds <= _MOST_S:
        raise ExpressionFailedError(f"not between 0 and {_MOST_S} seconds")
    if not tongue:
        return [*str(seconds)]
    sizes = (86_400, 3_600, 60, 1)
    first = next((n for n, size in enumerate(sizes) if seconds >= size), 3)
    if first < 2:  # days and hours, or hours and minutes: no seconds
        step = sizes[first + 1]
        seconds = (seconds + step // 2) // step * step
        first = next(n for n, size in enumerate(sizes) if seconds >= size)
    said: Words = []
    for number in (first, first + 1):
        count, seconds = divmod(seconds, sizes[number]) if number < 4 else (0, 0)
        if count or (number == 3 and not said):
            said += [AND[tongue].units] if said else []
            said += counted(count, DURATIONS[tongue][number], tongue, feminine=number == 1)
    return said


def _phone(value: Scalar, tongue: str, language: str, currency: str) -> Words:
    """Say a telephone number digit by digit, in groups. The plus of another country is said."""
    text = "".join(c for c in str(value) if c in "0123456789+")
    digits = text.removeprefix("+")
    if not digits or "+" in digits or len(digits) > 15:
        raise ExpressionFailedError("not a telephone number")
    said: Words = []
    for number, group in enumerate(_groups(text.startswith("+"), digits)):
        said += [Pause.SHORT] if number else []
        said += numbers.spell(group, language)
    return said


def _groups(abroad: bool, digits: str) -> list[str]:
    if len(digits) < _GROUPS_FROM:
        return [digits]
    if abroad and digits.startswith("1") and len(digits) == 11:  # the North American plan
        return [digits[1:4], digits[4:7], digits[7:]]
    head = ["+" + digits[:2]] if abroad else []
    rest = digits[2:] if abroad else digits
    if len(rest) == 10:
        return [*head, rest[:3], rest[3:6], rest[6:]]
    cut = [rest[i : i + 3] for i in range(0, len(rest), 3)]
    if len(cut) > 1 and len(cut[-1]) == 1:  # no digit stands alone
        last = cut[-2] + cut[-1]
        cut[-2:] = [last[:2], last[2:]]
    return [*head, *cut]


def _ordinal(value: Scalar, tongue: str, language: str, currency: str) -> Words:
    whole = isinstance(value, float) and value.is_integer()
    text = f"{value:.0f}" if whole else str(value).strip()
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 10**9:
        raise ExpressionFailedError("not a place such as 1, 2 or 23")
    number = int(text)
    if tongue == "es":
        return (
            [SPANISH_ORDINALS[number]]
            if number < len(SPANISH_ORDINALS)
            else _number(number, tongue, language, currency)
        )
    if tongue != "en":
        return [*text]
    if number < len(ENGLISH_ORDINALS):
        return [ENGLISH_ORDINALS[number]]
    rest = number % 100
    if not rest:
        *head, last = numbers.count(number, language)
        return [*head, f"{last}th"]
    return [*numbers.count(number - rest, language), ENGLISH_ORDINALS[rest]]


_SAY: Mapping[ValueForm, Callable[[Scalar, str, str, str], Words]] = {
    ValueForm.DIGITS: _digits,
    ValueForm.NUMBER: _number,
    ValueForm.DECIMAL: _decimal,
    ValueForm.MONEY: _money,
    ValueForm.DATE: _date,
    ValueForm.TIME: _time,
    ValueForm.DURATION: _duration,
    ValueForm.PHONE: _phone,
    ValueForm.ORDINAL: _ordinal,
}
