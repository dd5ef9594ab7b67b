"""Building the nodes that call other flows and come back from them."""

from collections.abc import Iterable, Mapping

from contact_center.content import flow_shapes as shapes
from contact_center.content.assignments import TYPES
from contact_center.content.cel_engine import CelExpression
from contact_center.content.flow_builder import Makers, NodeBuilder, Shared
from contact_center.content.problems import did_you_mean
from contact_center.content.signatures import Signature
from contact_center.content.yaml_source import Path
from contact_center.core.ids import FlowId
from contact_center.core.ivr import flow


def _call(b: NodeBuilder, s: shapes.CallShape, path: Path, shared: Shared) -> flow.Call:
    called = b.around.flows.get(s.flow)
    if called is None and b.around.knows_all_flows:
        b.document.report(
            (*path, "flow"),
            "E026",
            f'there is no flow "{s.flow}"',
            did_you_mean(s.flow, b.around.flows, "name its file under flows of the center"),
        )
    silent = called.silent if called is not None else frozenset()
    returns = {
        name: b.edge(edge, (*path, "on", name), shared["name"], waits=name not in silent)
        for name, edge in s.on.items()
    }
    if called is not None:
        _check_returns(b, s, path, called)
    return flow.Call(
        **shared,
        flow=FlowId(s.flow),
        returns=returns,
        args=_arguments(b, s, path, called),
        into=tuple(s.into.items()),
    )


def _arguments(
    b: NodeBuilder, s: shapes.CallShape, path: Path, called: Signature | None
) -> tuple[tuple[str, CelExpression], ...]:
    built: list[tuple[str, CelExpression]] = []
    for name, source in s.args.items():
        here = (*path, "args", name)
        if called is not None and name not in called.params:
            hint = did_you_mean(name, called.params, f"{s.flow} takes none")
            message = f'the flow "{s.flow}" has no parameter "{name}"'
            b.document.report(here, "E044", message, hint, key=True)
            continue
        wanted = TYPES.get(called.types.get(name, "")) if called is not None else None
        expression = b.speaker.expression(source, here, wanted)
        if expression is not None:
            built.append((name, expression))
    missing = sorted(called.required - set(s.args)) if called is not None else []
    if missing:
        message = f'the flow "{s.flow}" needs {", ".join(missing)}'
        b.document.report(
            (*path, "flow"), "E044", message, f"add args: {{{missing[0]}: expression}}"
        )
    return tuple(built)


def _check_returns(b: NodeBuilder, s: shapes.CallShape, path: Path, called: Signature) -> None:
    if not called.returns:
        message = f'the flow "{s.flow}" never comes back: it declares no returns'
        b.document.report((*path, "flow"), "E044", message, "add returns: to its file")
        return
    for name in s.on:
        if name not in called.returns:
            message = f'the flow "{s.flow}" does not come back as "{name}"'
            hint = did_you_mean(name, called.returns)
            b.document.report((*path, "on", name), "E044", message, hint, key=True)
    for name in called.returns:
        if name not in s.on:
            message = f'the outcome "{name}" has no edge'
            b.document.report(
                (*path, "on"), "E080", message, f"add {name}: and the node that follows"
            )
    kinds: dict[str, set[str]] = {}
    for values in called.returns.values():
        for value, kind in values.items():
            kinds.setdefault(value, set()).add(kind)
    for variable, value in s.into.items():
        _check_taken(b, (*path, "into", variable), variable, value, kinds)


def _check_taken(
    b: NodeBuilder, path: Path, variable: str, value: str, kinds: Mapping[str, Iterable[str]]
) -> None:
    ours = b.header.vars.get(variable)
    if not b.knows(variable, path, key=True):
        return
    if value not in kinds:
        message = f'no value "{value}" is returned'
        b.document.report(path, "E044", message, did_you_mean(value, kinds))
    elif ours is not None and not all(_fits(kind, ours.type) for kind in kinds[value]):
        kind = ", ".join(sorted(kinds[value]))
        message = f'"{value}" is {kind}, and "{variable}" is {ours.type}'
        b.document.report(path, "E041", message, "declare both with one type")


def _fits(kind: str, ours: str) -> bool:
    return kind == ours or (kind, ours) in {
        ("int", "float"),
        ("int", "decimal"),
        ("string", "enum"),
    }


def _return(b: NodeBuilder, s: shapes.ReturnShape, path: Path, shared: Shared) -> flow.Return:
    declared = b.header.returns.get(s.outcome)
    if declared is None:
        message = f'the flow declares no return "{s.outcome}"'
        hint = did_you_mean(s.outcome, b.header.returns, f"add returns: {{{s.outcome}: {{}}}}")
        b.document.report((*path, "as"), "E044", message, hint)
    values: list[tuple[str, CelExpression]] = []
    for name, source in s.values.items():
        here = (*path, "values", name)
        kind = (declared or {}).get(name)
        if declared is not None and kind is None:
            hint = did_you_mean(name, declared, f"declare it: {name}: string")
            message = f'"{s.outcome}" has no value "{name}"'
            b.document.report(here, "E044", message, hint, key=True)
        expression = b.speaker.expression(source, here, TYPES.get(kind or ""))
        if expression is not None:
            values.append((name, expression))
    missing = [name for name in declared or () if name not in s.values]
    if missing:
        message = f'"{s.outcome}" returns {", ".join(missing)}, which is not given'
        b.document.report(
            (*path, "as"), "E044", message, f"add values: {{{missing[0]}: expression}}"
        )
    return flow.Return(**shared, outcome=s.outcome, values=tuple(values))


MAKERS: Makers = {
    shapes.CallShape: _call,
    shapes.ReturnShape: _return,
}
