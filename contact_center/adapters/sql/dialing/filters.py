"""Filters over leads as SQL, for SQLite and PostgreSQL; what they mean is in ``lead_filter``.

Missing values are NULL in every expression made here, so the database decides as `matches` does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Float,
    Text,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    true,
    type_coerce,
)

from contact_center.adapters.sql.dialing.tables import (
    lead_numbers,
    leads,
    lists,
    segment_leads,
    segments_saved,
)
from dialer.filter_parser import parse
from dialer.ids import ListId
from dialer.lead_filter import (
    All,
    Always,
    AnyOf,
    Compare,
    Constant,
    FilterError,
    Has,
    InSegment,
    IsTrue,
    Name,
    Not,
    OneOf,
    Term,
    TextTest,
    segments_of,
)
from dialer.list_definition import FieldKind

_TEXTS = frozenset({FieldKind.TEXT, FieldKind.CHOICE, FieldKind.DATE})
_LEAD_COLUMNS: Mapping[str, ColumnElement[Any]] = {
    "name": leads.c.name,
    "language": leads.c.language,
    "priority": leads.c.priority,
    "tried": leads.c.tried,
    "state": leads.c.state,
    "disposition": leads.c.last_disposition,
}
_DEEPEST_SEGMENTS = 8

STAGED = "staged"
"""State of a lead whose import is not switched in yet; nobody but the import knows it."""


class UnknownListError(Exception):
    """There is no list of this name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A saved filter: ``live`` is looked at anew each time, otherwise it is the leads it found."""

    name: str
    filter: str
    live: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFacts:
    """What a filter has to know of its list. ``switching``: an import is being switched in."""

    list: ListId
    kinds: Mapping[str, FieldKind]
    segments: Mapping[str, Segment]
    switching: bool = False


def list_facts(connection: Connection, list_id: ListId) -> ListFacts:
    """Read a list's fields and segments. Raises UnknownListError."""
    query = select(lists.c.shape, lists.c.switching).where(lists.c.list == list_id)
    known = connection.execute(query).first()
    if known is None:
        raise UnknownListError(f'there is no list "{list_id}"')
    rows = connection.execute(select(segments_saved).where(segments_saved.c.list == list_id))
    segments = {
        row.segment: Segment(name=row.segment, filter=row.filter, live=row.live) for row in rows
    }
    return ListFacts(
        list=list_id,
        kinds=kinds_of(known.shape),
        segments=segments,
        switching=known.switching != "",
    )


def kinds_of(shape: Mapping[str, Any]) -> dict[str, FieldKind]:
    """Give the kinds of the fields of a list as it is stored."""
    return {name: FieldKind(kind) for name, kind in shape.get("fields", {}).items()}


def where(source: str, facts: ListFacts, backend: str) -> ColumnElement[bool]:
    """Make the condition on ``leads`` that a filter is; the list itself is not in it.

    ``backend``: ``sqlite`` or ``postgresql``. Raises FilterError.
    """
    return condition(parse(source, facts.kinds), facts, backend)


def condition(term: Term, facts: ListFacts, backend: str) -> ColumnElement[bool]:
    """Make the condition of a filter that was read. Raises FilterError for unknown segments."""
    return _Sql(facts, backend).of(term, 0)


def check(source: str, facts: ListFacts, name: str = "") -> None:
    """Raise FilterError unless the filter can be used; `name`: of the segment it will be."""
    term = parse(source, facts.kinds)
    if name in segments_of(term):
        raise FilterError(f'the segment "{name}" would be in itself', 1, "write its filter out")
    condition(term, facts, "sqlite")


def count(connection: Connection, list_id: ListId, source: str) -> int:
    """Count the leads of a list that match, whatever their state. Raises FilterError."""
    facts = list_facts(connection, list_id)
    found = connection.execute(
        select(func.count())
        .select_from(leads)
        .where(leads.c.list == list_id, leads.c.state != STAGED)
        .where(where(source, facts, connection.dialect.name))
    )
    return int(found.scalar_one())


@dataclass(frozen=True, slots=True)
class _Sql:
    facts: ListFacts
    backend: str

    def of(self, term: Term, depth: int) -> ColumnElement[bool]:
        if isinstance(term, Always):
            return true() if term.value else false()
        if isinstance(term, Not):
            return not_(self.of(term.term, depth).self_group())
        if isinstance(term, All):
            return and_(*(self.of(part, depth) for part in term.terms)).self_group()
        if isinstance(term, AnyOf):
            return or_(*(self.of(part, depth) for part in term.terms)).self_group()
        if isinstance(term, InSegment):
            return self._segment(term.segment, depth)
        return self._about(term)

    def _about(self, term: Compare | OneOf | Has | TextTest | IsTrue) -> ColumnElement[bool]:
        left = self._name(term.left)
        if isinstance(term, Has):
            return left.is_not(None)
        if isinstance(term, IsTrue):
            return cast("ColumnElement[bool]", left)
        if isinstance(term, OneOf):
            return _one_of(left, term.values)
        if isinstance(term, TextTest):
            return self._text_test(left, term)
        return self._compare(left, term)

    def _compare(self, left: ColumnElement[Any], term: Compare) -> ColumnElement[bool]:
        right: ColumnElement[Any]
        if isinstance(term.right, Name):
            right = self._name(term.right)
        elif isinstance(term.right, bool):
            same = term.right is (term.sign == "==")
            return left if same else not_(left)
        else:
            right = _constant(term.right)
        if self.backend == "postgresql" and term.left.kind in _TEXTS:
            left = left.collate("C")
        made: ColumnElement[bool] = left.op(_SIGNS[term.sign], is_comparison=True)(right)
        return made.self_group()

    def _text_test(self, left: ColumnElement[Any], term: TextTest) -> ColumnElement[bool]:
        length = len(term.text)
        if not length:
            return left == left
        text = literal(term.text, Text)
        if term.method == "startsWith":
            return func.substr(left, 1, length) == text
        if term.method == "endsWith":
            at = func.length(left) - length + 1
            return and_(func.length(left) >= length, func.substr(left, at) == text).self_group()
        # LIKE would take capitals for small letters on SQLite.
        find = func.strpos if self.backend == "postgresql" else func.instr
        return find(left, text) > 0

    def _segment(self, name: str, depth: int) -> ColumnElement[bool]:
        segment = self.facts.segments.get(name)
        if segment is None:
            known = ", ".join(sorted(self.facts.segments)) or "none"
            raise FilterError(f'the list has no segment "{name}"', 1, f"known: {known}")
        if not segment.live:
            return exists().where(
                segment_leads.c.segment == name, segment_leads.c.lead == leads.c.lead
            )
        if depth >= _DEEPEST_SEGMENTS:
            raise FilterError(f'the segment "{name}" is in itself', 1, "write its filter out")
        # A lead for which nothing decides is not in the segment, and then it is surely not.
        inner = self.of(parse(segment.filter, self.facts.kinds), depth + 1)
        return func.coalesce(inner, false(), type_=Boolean)

    def _name(self, name: Name) -> ColumnElement[Any]:
        if name.root == "lead":
            return _LEAD_COLUMNS[name.name] if name.name in _LEAD_COLUMNS else self._place(name)
        return self.field(name.name, name.kind)

    def _place(self, name: Name) -> ColumnElement[Any]:
        column: ColumnElement[Any] = lead_numbers.c.region
        if name.name == "zone":
            column = lead_numbers.c.zones[0].as_string()
        first = (
            select(column)
            .where(lead_numbers.c.lead == leads.c.lead)
            .order_by(lead_numbers.c.rank)
            .limit(1)
        )
        return func.coalesce(first.scalar_subquery(), "", type_=Text)

    def field(self, name: str, kind: FieldKind) -> ColumnElement[Any]:
        typed: Any = Text if kind in _TEXTS else Boolean if kind is FieldKind.YES_NO else Float
        if self.backend == "sqlite":
            # Keeps its JSON type: 0 and 1 for truth values, numbers for numbers.
            return func.json_extract(leads.c.fields, f'$."{name}"', type_=typed)
        value: ColumnElement[Any] = leads.c.fields[name].as_string()
        if kind in _TEXTS:
            return value
        # Guarded: the rows of other lists may be looked at too, and hold anything.
        wanted, cast_to = ("boolean", "BOOLEAN") if kind is FieldKind.YES_NO else _NUMERIC
        is_it = func.jsonb_typeof(leads.c.fields[name]) == wanted
        return type_coerce(
            case((is_it, value.op("::")(literal_column(cast_to))), else_=None), typed
        )


_NUMERIC = ("number", "NUMERIC")
_SIGNS = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


def field_value(name: str, kind: FieldKind, backend: str) -> ColumnElement[Any]:
    """Give the expression of one custom field; NULL where a lead has none."""
    return _Sql(ListFacts(list=ListId(""), kinds={}, segments={}), backend).field(name, kind)


def _one_of(left: ColumnElement[Any], values: tuple[Constant, ...]) -> ColumnElement[bool]:
    if not values:
        return left != left
    if isinstance(values[0], bool):
        wanted = [left if value else not_(left) for value in sorted(set(values))]
        return or_(*wanted).self_group()
    return left.in_([_constant(value) for value in values])


def _constant(value: Constant) -> ColumnElement[Any]:
    """Numbers are written out: as parameters, one database would want to know how wide they are."""
    return literal(value, Text) if isinstance(value, str) else literal_column(repr(value))
