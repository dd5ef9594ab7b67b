"""Filters over leads: a small part of CEL as a tree, and what it means.

    fields.age >= 30 && fields.job in ["admin.", "services"] && !(lead.tried > 2)

Names are ``fields.NAME`` (or NAME alone) for what the list's definition has, and ``lead.NAME`` for
what every lead has. There are comparisons, ``in`` a list of constants, ``has(fields.NAME)``,
``.startsWith``, ``.endsWith`` and ``.contains``, ``!``, ``&&``, ``||`` and brackets. Anything that
is read here is CEL too and means the same.

What is missing compares to nothing: such a comparison is neither true nor false, ``&&`` and ``||``
go on without it where the other side decides, and a lead for which nothing decides does not match.
That is CEL's rule for errors and SQL's for NULL. `matches` is the meaning; storage says the same in
SQL.
"""

import operator
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dialer.lead import FieldValue
from dialer.list_definition import FieldKind

LEAD_FIELDS: Mapping[str, FieldKind] = {
    "name": FieldKind.TEXT,
    "language": FieldKind.TEXT,
    "priority": FieldKind.INTEGER,
    "tried": FieldKind.INTEGER,
    "state": FieldKind.TEXT,
    "disposition": FieldKind.TEXT,
    "region": FieldKind.TEXT,
    "zone": FieldKind.TEXT,
}
"""What every lead has. ``disposition``: the last. ``region``, ``zone``: of its first number."""

SEGMENTS = "segments"
"""``"NAME" in lead.segments``: the lead is in a saved segment."""

Constant = str | int | float | bool


class FilterError(Exception):
    """A filter that cannot be used. ``at``: the character, from 1. ``mend``: what to write."""

    def __init__(self, message: str, at: int, mend: str = "") -> None:
        super().__init__(message)
        self.at = at
        self.mend = mend

    def __str__(self) -> str:
        mend = f" ({self.mend})" if self.mend else ""
        return f"character {self.at}: {self.args[0]}{mend}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A field of the list (``root`` is ``fields``) or of every lead (``lead``), with its kind."""

    root: str
    name: str
    kind: FieldKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare:
    """A field beside a constant, or beside another field."""

    left: Name
    sign: str
    right: Constant | Name


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOf:
    """A field that is one of several constants."""

    left: Name
    values: tuple[Constant, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Has:
    """A field that has a value."""

    left: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTest:
    """A text that begins with, ends with or contains another. ``method``: CEL's name."""

    left: Name
    method: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IsTrue:
    """A yes-or-no field by itself."""

    left: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class InSegment:
    """The lead is in a saved segment."""

    segment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Always:
    """``true`` or ``false``."""

    value: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """What is not."""

    term: "Term"


@dataclass(frozen=True, slots=True, kw_only=True)
class All:
    """What all hold."""

    terms: tuple["Term", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    """Of which one holds at least."""

    terms: tuple["Term", ...]


Term = Compare | OneOf | Has | TextTest | IsTrue | InSegment | Always | Not | All | AnyOf


def segments_of(term: Term) -> frozenset[str]:
    """Name the segments that a filter asks for."""
    return frozenset(part.segment for part in _walk(term) if isinstance(part, InSegment))


def names_of(term: Term) -> frozenset[str]:
    """Name the custom fields that a filter reads."""
    found: set[str] = set()
    for part in _walk(term):
        for name in (getattr(part, "left", None), getattr(part, "right", None)):
            if isinstance(name, Name) and name.root == "fields":
                found.add(name.name)
    return frozenset(found)


def _walk(term: Term) -> Iterator[Term]:
    yield term
    if isinstance(term, Not):
        yield from _walk(term.term)
    elif isinstance(term, All | AnyOf):
        for part in term.terms:
            yield from _walk(part)


def matches(
    term: Term,
    fields: Mapping[str, FieldValue],
    lead: Mapping[str, FieldValue] | None = None,
    segments: Container[str] = (),
) -> bool:
    """Say whether a lead matches; fields that are None or not there are missing."""
    return _value(term, _Seen(fields, lead or {}, segments)) is True


@dataclass(frozen=True, slots=True)
class _Seen:
    fields: Mapping[str, FieldValue]
    lead: Mapping[str, FieldValue]
    segments: Container[str]

    def of(self, name: Name) -> FieldValue:
        return (self.lead if name.root == "lead" else self.fields).get(name.name)


def _value(term: Term, seen: _Seen) -> bool | None:
    if isinstance(term, Always):
        return term.value
    if isinstance(term, Not):
        value = _value(term.term, seen)
        return None if value is None else not value
    if isinstance(term, All):
        return _decided([_value(part, seen) for part in term.terms], by=False)
    if isinstance(term, AnyOf):
        return _decided([_value(part, seen) for part in term.terms], by=True)
    if isinstance(term, InSegment):
        return term.segment in seen.segments
    found = seen.of(term.left)
    if isinstance(term, Has):
        return found is not None
    return None if found is None else _of_value(term, found, seen)


def _decided(values: list[bool | None], *, by: bool) -> bool | None:
    if by in values:
        return by
    return None if None in values else not by


def _of_value(
    term: Compare | OneOf | TextTest | IsTrue, found: Constant, seen: _Seen
) -> bool | None:
    if isinstance(term, IsTrue):
        return found is True
    if isinstance(term, OneOf):
        return found in term.values
    if isinstance(term, TextTest):
        return _TESTS[term.method](str(found), term.text)
    right = seen.of(term.right) if isinstance(term.right, Name) else term.right
    if right is None:
        return None
    return _SIGNS[term.sign](found, right)


_TESTS: Mapping[str, Callable[[str, str], bool]] = {
    "startsWith": str.startswith,
    "endsWith": str.endswith,
    "contains": str.__contains__,
}
_SIGNS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
