"""Building the nodes that nobody hears."""

from collections.abc import Mapping

from contact_center.content import flow_shapes as shapes
from contact_center.content.cel_engine import CelExpression
from contact_center.content.flow_builder import Makers, NodeBuilder, Shared
from contact_center.content.problems import did_you_mean
from contact_center.content.yaml_source import Path
from contact_center.core.ivr import flow
from contact_center.core.ivr.assigning import LANGUAGE

_TYPES: Mapping[str, type] = {"string": str, "enum": str, "int": int, "float": float, "bool": bool}


def _branch(b: NodeBuilder, s: shapes.BranchShape, path: Path, shared: Shared) -> flow.Branch:
    cases: list[flow.Case] = []
    for index, case in enumerate(s.cases):
        here = (*path, "cases", index)
        target = shapes.EdgeObject(goto=case.goto, tag=case.tag)
        edge = b.edge(target, here, shared["name"], waits=False)
        condition = b.speaker.condition(case.condition, (*here, "if"))
        if condition is not None:
            cases.append(flow.Case(when=condition, edge=edge))
    otherwise = b.edge(s.otherwise, (*path, "else"), shared["name"], waits=False)
    return flow.Branch(**shared, cases=tuple(cases), otherwise=otherwise)


def _set(b: NodeBuilder, s: shapes.SetShape, path: Path, shared: Shared) -> flow.Set:
    assign: list[tuple[str, CelExpression]] = []
    for name, written in s.vars.items():
        here = (*path, "vars", name)
        variable = b.header.vars.get(name)
        if name not in b.variables:
            b.document.report(
                here,
                "E040",
                f'there is no variable "{name}"',
                did_you_mean(name, b.variables, "declare it under vars"),
                key=True,
            )
            continue
        expression = b.speaker.expression(
            written, here, _TYPES[variable.type] if variable else None
        )
        if expression is not None:
            assign.append((name, expression))
    if s.language is not None:
        if s.language not in b.speaker.offered:
            hint = did_you_mean(s.language, b.speaker.offered, "add it under languages: offered")
            message = f'"{s.language}" is not offered'
            b.document.report((*path, "language"), "E105", message, hint)
        assign.append((LANGUAGE, CelExpression(f"'{s.language.replace(chr(39), '')}'")))
    return flow.Set(
        **shared,
        assign=tuple(assign),
        next=b.edge(s.next, (*path, "next"), shared["name"], waits=False),
    )


def _hours(b: NodeBuilder, s: shapes.HoursShape, path: Path, shared: Shared) -> flow.Hours:
    calendar = b.calendar(s.calendar, (*path, "calendar"))
    holiday = s.holiday or s.closed
    at = "holiday" if s.holiday else "closed"
    edges = {
        "open": b.edge(s.open, (*path, "open"), shared["name"], waits=False),
        "closed": b.edge(s.closed, (*path, "closed"), shared["name"], waits=False),
        "holiday": b.edge(holiday, (*path, at), shared["name"], waits=False),
    }
    return flow.Hours(**shared, calendar=calendar, **edges)  # type: ignore[arg-type]


MAKERS: Makers = {
    shapes.BranchShape: _branch,
    shapes.SetShape: _set,
    shapes.HoursShape: _hours,
}
