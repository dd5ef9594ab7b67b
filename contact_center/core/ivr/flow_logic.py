"""Nodes that nobody hears: they decide, note and look up."""

from dataclasses import dataclass

from contact_center.core.hours import Calendar
from contact_center.core.ivr.expressions import Expression
from contact_center.core.ivr.flow_parts import Edge, Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One row of a branch."""

    when: Expression
    edge: Edge


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch(Node):
    """The first true case, else ``otherwise``."""

    cases: tuple[Case, ...]
    otherwise: Edge


@dataclass(frozen=True, slots=True, kw_only=True)
class Set(Node):
    """Assign variables, in order."""

    assign: tuple[tuple[str, Expression], ...]
    next: Edge


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours(Node):
    """Ask a calendar."""

    calendar: Calendar
    open: Edge
    closed: Edge
    holiday: Edge
