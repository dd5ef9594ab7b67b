"""Files of leads, read row by row: what kind of text it is, and each row as a lead or as a mistake.

Nothing of the file is kept: a million rows take no more memory than one. Text that cannot be
decoded, a quote that is never closed, a number that is none cost their own row and no other.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import IO, TextIO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers

from contact_center.content.called_party import called_party
from contact_center.content.list_shape import missing_columns
from contact_center.content.north_america import is_assigned
from dialer.lead import FieldValue, LeadNumber, NumberKind
from dialer.list_definition import FieldError, ListDefinition
from dialer.list_row import BadRow, LeadRow, Remark, Row

_SAMPLE = 256 * 1024
_DELIMITERS = ",;\t|"
_LONGEST_NUMBER = 40
_WRITTEN = re.compile(r"[\d\s+()./\-\u2010-\u2015]+\Z")
_SCIENTIFIC = re.compile(r"\d([.,]\d+)?[eE]\+?\d+\Z")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+")
_LONGEST_TEXT = 200
_STATE = re.compile(r"[A-Z]{2,3}\Z")
_SIGNS = re.compile(r"[\s().\-]")
_NORTH_AMERICAN = re.compile(r"(\+1)?([2-9][0-9]{9})")
_NORTH_AMERICA = frozenset(phonenumbers.COUNTRY_CODE_TO_REGION_CODE[1])


class ListFileError(Exception):
    """A file that cannot be read as a list at all; one line for each reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What kind of text a file is. ``quote`` NUL: nothing is quoted."""

    encoding: str
    delimiter: str
    quote: str


def find_dialect(file: IO[bytes], definition: ListDefinition) -> Dialect:
    """Find out what the definition does not say, from the file's beginning; rewinds the file.

    Raises ListFileError for a file without rows, or of no text.
    """
    sample = file.read(_SAMPLE)
    file.seek(0)
    encoding = definition.encoding or _encoding(sample)
    text = sample.decode(encoding, "replace").lstrip("\ufeff")
    lines = text.splitlines()[: 200 if len(sample) < _SAMPLE else -1][:200]
    if not lines or "\x00" in text:
        raise ListFileError("the file is empty" if not lines else "the file is no text")
    quote = definition.quote or _quote(lines)
    return Dialect(
        encoding=encoding,
        delimiter=definition.delimiter or _delimiter(lines, quote, definition),
        quote=quote,
    )


def _encoding(sample: bytes) -> str:
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        # A character may be cut in two where the sample ends.
        sample[: len(sample) - 4 if len(sample) == _SAMPLE else None].decode("utf-8")
    except UnicodeDecodeError as error:
        if len(sample) == _SAMPLE and error.start > len(sample) - 8:
            return "utf-8-sig"
        return "windows-1252"
    return "utf-8-sig"


def _quote(lines: list[str]) -> str:
    text = "\n".join(lines)
    single = len(re.findall(r"(?:^|[,;\t|])'[^'\n]*'(?=[,;\t|]|$)", text, re.M))
    return "'" if single > text.count('"') else '"'


def _delimiter(lines: list[str], quote: str, definition: ListDefinition) -> str:
    """Take the sign that gives the head most columns we know, then most rows of its width."""

    def fitness(sign: str) -> tuple[int, int, int]:
        rows = [row for row in csv.reader(lines, delimiter=sign, quotechar=quote) if row]
        head = [name.strip() for name in rows[0]] if rows else []
        known = len(set(definition.columns) & set(head))
        return known, sum(len(row) == len(head) for row in rows), len(head)

    return max(_DELIMITERS, key=fitness)


class ListReader:
    """Reads one file. ``head``: its columns. Iterate over `rows` once."""

    def __init__(self, text: TextIO, dialect: Dialect, definition: ListDefinition) -> None:
        """Read the head. Raises ListFileError when columns are missing, or there twice."""
        plain = dialect.quote == "\0"
        self._rows = csv.reader(
            text,
            delimiter=dialect.delimiter,
            quotechar=None if plain else dialect.quote,
            quoting=csv.QUOTE_NONE if plain else csv.QUOTE_MINIMAL,
        )
        self._definition = definition
        try:
            first = next(self._rows, [])
        except csv.Error as error:
            raise ListFileError(f"the head cannot be read: {error}") from None
        self.head = tuple(name.strip().lstrip("\ufeff") for name in first)
        wrong = missing_columns(definition, self.head)
        twice = {name for name in definition.columns if self.head.count(name) > 1}
        wrong += [f'the column "{name}" is there twice (rename one)' for name in sorted(twice)]
        if wrong:
            raise ListFileError("\n".join(wrong))
        self._at: Mapping[str, int] = {name: place for place, name in enumerate(self.head)}

    def rows(self, after: int = 1) -> Iterator[Row]:
        """Give every row behind row `after` (the head is row 1); empty lines are no rows."""
        number = 1
        while True:
            number += 1
            try:
                values = next(self._rows, None)
            except csv.Error:
                if number > after:
                    yield self._bad(number, "quote", "", "close the quote, or take it out")
                continue
            if values is None:
                return
            if not any(values):
                continue
            if number > after:
                yield self._row(number, values)

    def _bad(self, number: int, code: str, column: str, mend: str) -> BadRow:
        remark = Remark(code=code, column=column, mend=mend)
        return BadRow(row=number, line=self._rows.line_num, remarks=(remark,))

    def _row(self, number: int, values: list[str]) -> Row:
        if len(values) != len(self.head):
            mend = f"{len(values)} values, and the head has {len(self.head)}: add or remove some"
            if any("\n" in value for value in values):
                mend += ", or close the quote"
            return self._bad(number, "columns", "", mend)
        text = "".join(values)
        if not text.isascii() and _SURROGATE.search(text):
            return self._bad(number, "characters", "", "save the file as UTF-8")
        return _Reading(self._definition, values, self._at).row(number, self._rows.line_num)


class _Reading:
    """One row."""

    def __init__(
        self, definition: ListDefinition, values: list[str], at: Mapping[str, int]
    ) -> None:
        self._definition, self._values, self._at = definition, values, at
        self._remarks: list[Remark] = []
        self._errors = False

    def row(self, number: int, line: int) -> Row:
        fields = self._fields()
        numbers = self._numbers()
        priority = self._priority()
        if not numbers and not self._errors:
            self._wrong("no_number", self._definition.numbers[0].column, "write a number")
        remarks = tuple(self._remarks)
        if self._errors:
            return BadRow(row=number, line=line, remarks=remarks)
        return LeadRow(
            row=number,
            line=line,
            numbers=numbers,
            name=" ".join(filter(None, map(self._line, self._definition.name)))[:_LONGEST_TEXT],
            language=self._line(self._definition.language),
            priority=priority,
            key=self._line(self._definition.party),
            household=self._line(self._definition.household),
            fields=fields,
            remarks=remarks,
        )

    def _text(self, column: str) -> str:
        return self._values[self._at[column]].strip() if column else ""

    def _line(self, column: str) -> str:
        return clean(self._text(column))[:_LONGEST_TEXT]

    def _wrong(self, code: str, column: str, mend: str) -> None:
        self._errors = True
        self._remarks.append(Remark(code=code, column=column, mend=mend))

    def _fields(self) -> dict[str, FieldValue]:
        read: dict[str, FieldValue] = {}
        for spec in self._definition.fields:
            try:
                value = spec.read(clean(self._values[self._at[spec.column]]))
            except FieldError as error:
                code = "missing" if not self._text(spec.column) else "value"
                self._wrong(code, spec.column, f"{error}: {error.mend}")
                continue
            if value is not None:
                read[spec.name] = value
        return read

    def _priority(self) -> int:
        text = self._text(self._definition.priority)
        if re.fullmatch(r"-?\d{1,6}", text):
            return int(text)
        if text:
            self._wrong("value", self._definition.priority, "write a whole number")
        return 0

    def _numbers(self) -> tuple[LeadNumber, ...]:
        zone = self._text(self._definition.zone)
        if zone and not _is_zone(zone):
            self._wrong("zone", self._definition.zone, "write one as in America/New_York")
            return ()
        state = self._text(self._definition.state).upper()
        if state and not _STATE.match(state):
            self._wrong("value", self._definition.state, "write two letters, as in FL")
            return ()
        region = f"{self._definition.region}-{state}" if state else ""
        found: dict[str, LeadNumber] = {}
        for column in self._definition.numbers:
            text = self._text(column.column)
            if not text:
                continue
            number = as_number(text, self._definition.region)
            if number is None or number in found:
                code = "number" if number is None else "number_twice"
                mend = _mend(text, self._definition.region) if number is None else "remove one"
                self._remarks.append(Remark(code=code, column=column.column, mend=mend))
                continue
            known = called_party(number, region, (zone,) if zone else ())
            found[number] = LeadNumber(
                number=number,
                rank=len(found) + 1,
                kind=NumberKind(column.kind) if column.kind else known.kind,
                label=column.label,
                zones=known.zones,
                region=known.region,
            )
        if not found and self._remarks:
            self._errors = True  # every number of the row is wrong
        return tuple(found.values())


def as_number(text: str, region: str) -> str | None:
    """Read a number in E.164; None for what nobody can be called at.

    Stricter than for callers: a number that is not assigned to anybody is not dialled.
    """
    text = text.removeprefix("'").strip()
    if len(text) > _LONGEST_NUMBER or not _WRITTEN.match(text):
        return None
    plain = _NORTH_AMERICAN.fullmatch(_SIGNS.sub("", text))
    if plain and (plain[1] or region in _NORTH_AMERICA):  # as good as parsed, and far quicker
        return f"+1{plain[2]}" if is_assigned(plain[2]) else None
    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return f"+{parsed.country_code}{phonenumbers.national_significant_number(parsed)}"


def clean(text: str) -> str:
    """Leave out what could fool a screen: control characters and those that turn text around."""
    return text if text.isprintable() else _CONTROL.sub(" ", text)


def _mend(text: str, region: str) -> str:
    if _SCIENTIFIC.search(text):
        return "a spreadsheet has shortened it: format the column as text, and export it again"
    if any(sign.isalpha() for sign in text):
        return "write digits alone; an extension has no place here"
    digits = sum(sign.isdigit() for sign in text)
    if digits < 7:
        return f"{digits} digits are too few"
    return f"no number in {region}, or anywhere: write it with + and the country's code"


@lru_cache(maxsize=1024)
def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
