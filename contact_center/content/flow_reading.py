"""Variables that are read where, on some way through the flow, nothing has set them yet.

Only variables without a default are looked at: whoever means an empty one says so.
"""

import dataclasses
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from contact_center.content import flow_shapes as shapes
from contact_center.content.cel_engine import CelExpression
from contact_center.content.flow_lint import roots_of
from contact_center.content.yaml_source import Document
from contact_center.core.hours import Calendar
from contact_center.core.ivr.edges import edges_of
from contact_center.core.ivr.flow import (
    AnyNode,
    Call,
    Callback,
    Collect,
    Edge,
    Lookup,
    Set,
    SpeechKind,
    ValueForm,
)

_LEAVES = frozenset({str, int, bool, float, ValueForm, SpeechKind, Calendar})
_READ = re.compile(r"\bvars\s*\.\s*([A-Za-z_]\w*)")


def check_reads(
    document: Document, header: shapes.FlowHeader, nodes: Mapping[str, AnyNode]
) -> None:
    """Warn of each variable at the first node that may read it too early."""
    bare = frozenset(
        name
        for name, shape in header.vars.items()
        if shape.default is None
        and shape.type not in ("enum", "secret")
        and name not in header.params
    )
    if not bare:
        return
    told: set[str] = set()
    known = _known_on_entry(header, nodes, bare)
    for name, node in nodes.items():
        for variable in sorted((reads_of(node) & bare) - known[name] - told):
            told.add(variable)
            document.warn(
                ("nodes", name),
                "E043",
                f'"{variable}" is read here, and on some way nothing has set it yet',
                f"set it before, or give it a default under vars: {variable}",
                key=True,
            )


def _known_on_entry(
    header: shapes.FlowHeader, nodes: Mapping[str, AnyNode], bare: frozenset[str]
) -> dict[str, frozenset[str]]:
    """Say which variables are set for certain when a node is entered, from the roots on.

    Handlers and global keys may be taken before anything is set.
    """
    known = dict.fromkeys(nodes, bare)
    waiting: list[str] = []
    for root, assigned in roots_of(header):
        if root in nodes:
            known[root] &= assigned
            waiting.append(root)
    seen = set(waiting)
    while waiting:
        name = waiting.pop()
        node = nodes.get(name)
        if node is None:
            continue
        for label, edge in edges_of(node):
            after = (known[name] | _set_by(node, label, edge, bare)) & bare
            target = edge.goto
            if target in nodes and (after & known[target] != known[target] or target not in seen):
                known[target] &= after
                seen.add(target)
                waiting.append(target)
    return known


def _set_by(node: AnyNode, label: str, edge: Edge, bare: frozenset[str]) -> frozenset[str]:
    found = {name for name, _ in edge.set}
    if label in ("skipped", "error"):
        return frozenset(found)
    if isinstance(node, Set):
        found |= {name for name, _ in node.assign}
    elif isinstance(node, Collect) and label == "next":
        found.add(node.into)
    elif isinstance(node, Call):
        found |= {name for name, _ in node.into}
    elif isinstance(node, Callback) and node.at is not None and label != "unavailable":
        found |= {node.at.into} - {""}
    elif isinstance(node, Lookup) and label == "ok":
        return bare  # the service says what it returns; that it does is checked elsewhere
    return frozenset(found)


def reads_of(node: AnyNode) -> frozenset[str]:
    """Name the variables that a node reads, not counting what it sets itself before."""
    own = {node.into} if isinstance(node, Collect) else set()
    found: set[str] = set()
    for source in _sources(node):
        found |= set(_READ.findall(source)) - own
    if isinstance(node, Set):
        found = set()
        for name, expression in node.assign:
            found |= set(_READ.findall(expression.source)) - own
            own.add(name)
        found |= {v for s in _sources(node.next) for v in _READ.findall(s)} - own
    return frozenset(found)


def _sources(value: Any) -> Iterator[str]:
    """Find every expression in a node, wherever it stands."""
    if value is None or value.__class__ in _LEAVES:
        return
    if isinstance(value, tuple | list):
        for one in value:
            yield from _sources(one)
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _sources(one)
    elif isinstance(value, CelExpression):
        yield value.source
    else:
        for name in _fields(value.__class__):
            yield from _sources(getattr(value, name))


@cache
def _fields(kind: type) -> tuple[str, ...]:
    """Name the fields that expressions may stand in or under; none of what is no node's part."""
    if not dataclasses.is_dataclass(kind):
        return ()
    return tuple(field.name for field in dataclasses.fields(kind) if field.type not in _LEAVES)
