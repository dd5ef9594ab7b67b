"""What is different in a flow from one version to the next, in the words of who writes flows."""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from contact_center.core.ids import FlowId
from contact_center.core.ivr.differences import Change, Differences, shown, way
from contact_center.core.ivr.edges import edges_of, edges_of_flow
from contact_center.core.ivr.flow import AnyNode, Edge, FlowBundle
from contact_center.core.ivr.scenario import FlowTest

__all__ = ["UNTOLD", "Change", "compare"]

UNTOLD: Mapping[str, str] = {
    "version": "a digest of the text, which is another one for another comment",
}
"""Fields of a flow of which nothing is told, and why."""


def compare(old: FlowBundle, new: FlowBundle) -> tuple[Change, ...]:
    """List what is different in `new`: of the flow first, then node by node.

    Then come, with its name before that of the node, what is different in each flow it calls.
    """
    return (*_of_one(old, new), *_called(old.subflows, new.subflows))


def _of_one(old: FlowBundle, new: FlowBundle) -> Iterator[Change]:
    was = _renamed(old, new)
    moved = {before: name for name, before in was.items()}
    yield from _of_flow(old, new, moved)
    for name, node in new.nodes.items():
        kind = type(node).__name__.lower()
        if name in was:
            yield Change(node=name, what=f"renamed, was {was[name]}")
        elif name not in old.nodes:
            yield Change(node=name, what=f"new node, a {kind}")
        else:
            yield from _of_node(old.nodes[name], node, moved)
    for name in old.nodes:
        if name not in new.nodes and name not in moved:
            yield Change(node=name, what="removed")


def _called(old: Mapping[FlowId, FlowBundle], new: Mapping[FlowId, FlowBundle]) -> Iterator[Change]:
    for name in (*new, *(name for name in old if name not in new)):
        if name not in old:
            yield Change(node="", what=f"calls the flow {name} now")
        elif name not in new:
            yield Change(node="", what=f"calls the flow {name} no more")
        elif old[name] != new[name]:
            for change in _of_one(old[name], new[name]):
                place = f"{name}/{change.node}" if change.node else str(name)
                yield dataclasses.replace(change, node=place)


def _renamed(old: FlowBundle, new: FlowBundle) -> dict[str, str]:
    """New names of nodes that are the same but for their name, with the old ones."""
    gone = [node for name, node in old.nodes.items() if name not in new.nodes]
    found: dict[str, str] = {}
    for name, node in new.nodes.items():
        if name in old.nodes:
            continue
        for other in gone:
            if other.name not in found.values() and dataclasses.replace(other, name=name) == node:
                found[name] = other.name
                break
    return found


# --- the flow as a whole ------------------------------------------------------------------------


def _of_flow(old: FlowBundle, new: FlowBundle, moved: Mapping[str, str]) -> Iterator[Change]:
    tell = Differences(node="")
    yield from tell.values("name", str(old.flow), str(new.flow))
    yield from tell.values("entry", moved.get(old.entry, old.entry), new.entry)
    yield from tell.values("language", old.language, new.language)
    yield from tell.named("languages.fallback", old.fallback, new.fallback)
    yield from _variables(old, new)
    yield from _ways(dict(edges_of_flow(old)), dict(edges_of_flow(new)), "", moved)
    yield from tell.values("limits.steps", old.max_steps, new.max_steps)
    yield from tell.values("limits.call_failures", old.max_failures, new.max_failures)
    yield from tell.values("limits.ivr_time_us", old.ivr_time_us, new.ivr_time_us)
    yield from tell.values("farewell", old.farewell, new.farewell)
    yield from _parts("service", old.services, new.services)
    yield from _parts("return", old.returns, new.returns)
    yield from _tests(old, new)


def _variables(old: FlowBundle, new: FlowBundle) -> Iterator[Change]:
    before, after = old.variables, new.variables
    tell = Differences(node="")
    for name in (*after, *(name for name in before if name not in after)):
        if name not in before:
            yield Change(node="", what=f"new variable {name}", after=shown(after[name]))
        elif name not in after:
            yield Change(node="", what=f"variable {name} removed")
        else:
            yield from tell.values(f"variable {name}", before[name], after[name])
    for name in (*new.types, *(name for name in old.types if name not in new.types)):
        if (name in before) == (name in after):
            types = (bundle.types.get(name) for bundle in (old, new))
            yield from tell.values(f"type of {name}", *types)


def _parts(what: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    """Compare services or returns: what the flow declares by name."""
    for name in sorted({*old, *new}):
        if name not in old:
            yield Change(node="", what=f"new {what} {name}", after=shown(new[name]))
        elif name not in new:
            yield Change(node="", what=f"{what} {name} removed")
        else:
            yield from Differences(node="").values(f"{what} {name}", old[name], new[name])


def _tests(old: FlowBundle, new: FlowBundle) -> Iterator[Change]:
    before, after = ({test.name: test for test in bundle.tests} for bundle in (old, new))
    for name in sorted(after.keys() - before.keys()):
        yield Change(node="", what=f'new test "{name}"')
    for name in sorted(before.keys() - after.keys()):
        yield Change(node="", what=f'test "{name}" removed')
    for name in sorted(before.keys() & after.keys()):
        if _wherever(before[name]) != _wherever(after[name]):
            yield Change(node="", what=f'test "{name}" is another')


def _wherever(test: FlowTest) -> FlowTest:
    """Give a test as if it stood nowhere: it is the same some lines further down."""
    steps = tuple(dataclasses.replace(step, line=0) for step in test.steps)
    return dataclasses.replace(test, steps=steps, line=0)


# --- a node -------------------------------------------------------------------------------------


def _of_node(old: AnyNode, new: AnyNode, moved: Mapping[str, str]) -> Iterator[Change]:
    name = new.name
    if type(old) is not type(new):
        kinds = [type(node).__name__.lower() for node in (old, new)]
        yield Change(node=name, what="kind", before=kinds[0], after=kinds[1])
        return
    yield from _ways(_all_ways(old), _all_ways(new), name, moved)
    yield from Differences(node=name).fields("", old, new, ("name",))


def _all_ways(node: AnyNode) -> dict[str, Edge]:
    """Give the edges by outcome, and those that only another outcome's failure can take."""
    ways = dict(edges_of(node))
    for field in dataclasses.fields(node):
        edge = getattr(node, field.name)
        if isinstance(edge, Edge) and edge not in ways.values():
            ways[field.name] = edge
    return ways


def _ways(
    old: Mapping[str, Edge], new: Mapping[str, Edge], node: str, moved: Mapping[str, str]
) -> Iterator[Change]:
    for name in (*new, *(name for name in old if name not in new)):
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        if before is None and after is not None:
            yield Change(node=node, what=f"new way {name}", after=way(after))
        elif after is None and before is not None:
            yield Change(node=node, what=f"way {name}", before=way(before))
        elif before is not None and after is not None:
            was = dataclasses.replace(before, goto=moved.get(before.goto, before.goto))
            if was != after:
                yield Change(node=node, what=f"way {name}", before=way(before), after=way(after))
