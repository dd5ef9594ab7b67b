"""Whether digits that a caller typed can be what was asked for. Pure; all rules have to hold."""

import re
from dataclasses import dataclass
from datetime import date

from contact_center.core.ivr.expressions import Expression, ExpressionFailedError

DATE_FORMATS = ("MMDDYYYY", "DDMMYYYY", "YYYYMMDD", "MMDDYY", "DDMMYY", "MMDD", "DDMM", "MMYY")
_LEAP_YEAR = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Rules for digits; those that are not given hold.

    ``regex`` has to match as a whole. ``date``: one of `DATE_FORMATS`; a year of two digits is of
    this century. ``least`` and ``most`` bound the number that the digits are. ``cel`` is a
    condition that reads the digits as the variable they go into: not evaluated here.
    """

    regex: str = ""
    luhn: bool = False
    date: str = ""
    least: int | None = None
    most: int | None = None
    cel: Expression | None = None

    def holds(self, digits: str) -> bool:
        """Apply every rule but ``cel``. Raises ExpressionFailedError when ``regex`` is broken."""
        try:
            if self.regex and re.fullmatch(self.regex, digits) is None:
                return False
        except re.error as problem:
            raise ExpressionFailedError(f"regular expression: {problem}") from problem
        return (
            (not self.luhn or luhn(digits))
            and (not self.date or is_date(digits, self.date))
            and self._in_range(digits)
        )

    def _in_range(self, digits: str) -> bool:
        if self.least is None and self.most is None:
            return True
        if not digits.isdecimal():
            return False
        number = int(digits)
        return (self.least is None or number >= self.least) and (
            self.most is None or number <= self.most
        )


def luhn(digits: str) -> bool:
    """Say whether the last digit is the right check digit (ISO/IEC 7812-1)."""
    if not (digits.isascii() and digits.isdecimal()) or len(digits) < 2:
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_date(digits: str, form: str) -> bool:
    """Say whether `digits`, written in `form`, are a day (or a month) that there is."""
    if len(digits) != len(form) or not (digits.isascii() and digits.isdecimal()):
        return False
    parts = {
        letter: int("".join(d for d, f in zip(digits, form, strict=True) if f == letter))
        for letter in set(form)
    }
    year = parts.get("Y", _LEAP_YEAR)
    if form.count("Y") == 2:
        year += 2000
    try:
        date(year, parts["M"], parts.get("D", 1))
    except ValueError:
        return False
    return True
