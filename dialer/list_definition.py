"""Lists of leads as somebody defined them: which columns there are, what they mean, what may stand
in them, and when two rows are the same lead."""

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from dialer.ids import ListId
from dialer.lead import FieldValue

_NUMBER = re.compile(r"[-+]?\d{1,18}(\.\d{1,12})?\Z")
_WHOLE = re.compile(r"[-+]?\d{1,18}\Z")
_GROUPED = re.compile(r"[-+]?\d{1,3}( \d{3})+\Z|[-+]?\d{1,3}('\d{3})+\Z")
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})\Z")
_YES = frozenset({"yes", "y", "true", "1", "t"})
_NO = frozenset({"no", "n", "false", "0", "f"})
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
LONGEST_TEXT = 500


class FieldKind(Enum):
    """What a custom field holds. Dates are ISO texts, choices one of a few texts."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    YES_NO = "yes_no"
    DATE = "date"
    CHOICE = "choice"


class DuplicateScope(Enum):
    """Where a lead may be only once: its list, the lists of its campaign, or all lists."""

    LIST = "list"
    CAMPAIGN = "campaign"
    SYSTEM = "system"


class FieldError(Exception):
    """A text that is no value of a field; the message says why, ``mend`` what to write."""

    def __init__(self, message: str, mend: str) -> None:
        super().__init__(message)
        self.mend = mend


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """A custom field. ``column``: as the file's head names it. ``empty``: texts that stand for
    nothing, beside the empty one. ``decimal_comma``: 1,5 is one and a half."""

    name: str
    column: str
    kind: FieldKind = FieldKind.TEXT
    required: bool = False
    choices: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    decimal_comma: bool = False

    def read(self, text: str) -> FieldValue:
        """Read what stands in the column; None for nothing. Raises FieldError."""
        text = text.strip()
        if not text or text in self.empty:
            if self.required:
                raise FieldError("nothing there, and it is required", "write a value")
            return None
        return _READERS[self.kind](self, text)


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberColumn:
    """A column of telephone numbers; the order of the columns is the order to try them in.

    ``kind``: mobile, landline, voip, or "" to go by the number.
    """

    column: str
    label: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListDefinition:
    """What the rows of a file are to a list.

    Texts are names of columns, () or "" for none. ``name``: columns that make up the name.
    ``party``: the key of the person, the same in every list; ``household``: of those who are called
    as one. ``zone``, ``state``, ``postcode``: what is known of where they are. ``region``: the
    country (ISO 3166) whose national numbers are meant. ``delimiter``, ``quote``, ``encoding``: ""
    to find out. ``language``, ``priority`` likewise columns.
    """

    list: ListId
    label: str = ""
    numbers: tuple[NumberColumn, ...]
    fields: tuple[FieldSpec, ...] = ()
    name: tuple[str, ...] = ()
    language: str = ""
    priority: str = ""
    party: str = ""
    household: str = ""
    zone: str = ""
    state: str = ""
    region: str = "US"
    scope: DuplicateScope = DuplicateScope.LIST
    delimiter: str = ""
    quote: str = ""
    encoding: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read, each once."""
        known = (
            *(number.column for number in self.numbers),
            *self.name,
            *(self.language, self.priority, self.party, self.household),
            *(self.zone, self.state),
            *(spec.column for spec in self.fields),
        )
        return tuple(dict.fromkeys(column for column in known if column))

    @property
    def kinds(self) -> dict[str, FieldKind]:
        """The kind of every custom field, by name: what filters are checked by."""
        return {spec.name: spec.kind for spec in self.fields}


def _text(_: FieldSpec, text: str) -> FieldValue:
    if len(text) > LONGEST_TEXT:
        raise FieldError(f"{len(text)} characters", f"write at most {LONGEST_TEXT}")
    return text


def _integer(_: FieldSpec, text: str) -> FieldValue:
    if _WHOLE.match(text):
        return int(text)
    bare = text.replace(" ", "").replace("'", "") if _GROUPED.match(text) else text
    whole = bare[:-2] if bare.endswith(".0") else bare
    if not _WHOLE.match(whole):
        raise FieldError(f"{_shown(text)} is no whole number", "write digits alone, as in 42")
    return int(whole)


def _decimal(spec: FieldSpec, text: str) -> FieldValue:
    if _NUMBER.match(text):
        return float(text)
    bare = text.replace(" ", "").replace("'", "") if _GROUPED.match(text) else text
    bare = bare.replace(",", ".", 1) if spec.decimal_comma else bare
    if not _NUMBER.match(bare):
        mend = "write digits and a comma, as in 3,5" if spec.decimal_comma else "write it as 3.5"
        raise FieldError(f"{_shown(text)} is no number", mend)
    return float(bare)


def _yes_no(_: FieldSpec, text: str) -> FieldValue:
    low = text.lower()
    if low in _YES:
        return True
    if low in _NO:
        return False
    raise FieldError(f"{_shown(text)} is neither yes nor no", "write yes or no")


def _date(_: FieldSpec, text: str) -> FieldValue:
    return _day(text)


@lru_cache(maxsize=4096)
def _day(text: str) -> str:
    """Read a day; those of a list come again and again."""
    match = _DATE.match(text)
    if match:
        year, month, day = (int(part) for part in match.groups())
        if 1 <= month <= 12 and 1 <= day <= _days(year, month):
            return f"{year:04}-{month:02}-{day:02}"
    raise FieldError(f"{_shown(text)} is no date", "write year-month-day, as in 2026-11-22")


def _days(year: int, month: int) -> int:
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if leap else _DAYS[month - 1]


def _choice(spec: FieldSpec, text: str) -> FieldValue:
    if text in spec.choices:
        return text
    same = [choice for choice in spec.choices if choice.lower() == text.lower()]
    if len(same) == 1:
        return same[0]
    known = ", ".join(spec.choices[:12]) + (" ..." if len(spec.choices) > 12 else "")
    raise FieldError(f"{_shown(text)} is not one of the choices", f"write one of {known}")


def _shown(text: str) -> str:
    return f'"{text}"' if len(text) <= 40 else f'"{text[:37]}..."'


_READERS = {
    FieldKind.TEXT: _text,
    FieldKind.INTEGER: _integer,
    FieldKind.DECIMAL: _decimal,
    FieldKind.YES_NO: _yes_no,
    FieldKind.DATE: _date,
    FieldKind.CHOICE: _choice,
}
