"""Building the nodes that nobody hears."""

from contact_center.content import flow_shapes as shapes
from contact_center.content.cel_engine import CelExpression
from contact_center.content.flow_builder import Makers, NodeBuilder, Shared
from contact_center.content.problems import did_you_mean
from contact_center.content.yaml_source import Path
from contact_center.core.ivr import flow
from contact_center.core.ivr.assigning import LANGUAGE


def _branch(b: NodeBuilder, s: shapes.BranchShape, path: Path, shared: Shared) -> flow.Branch:
    cases: list[flow.Case] = []
    for index, case in enumerate(s.cases):
        here = (*path, "cases", index)
        target = shapes.EdgeObject(goto=case.goto, tag=case.tag, set=case.assign)
        edge = b.edge(target, here, shared["name"], waits=False)
        condition = b.speaker.condition(case.condition, (*here, "if"))
        if condition is not None:
            cases.append(flow.Case(when=condition, edge=edge))
    otherwise = b.edge(s.otherwise, (*path, "else"), shared["name"], waits=False)
    return flow.Branch(**shared, cases=tuple(cases), otherwise=otherwise)


def _set(b: NodeBuilder, s: shapes.SetShape, path: Path, shared: Shared) -> flow.Set:
    assign = list(b.assigner.build(s.vars, (*path, "vars")))
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
    emergency = b.optional_edge(s.emergency, (*path, "emergency"), shared["name"], waits=False)
    return flow.Hours(**shared, calendar=calendar, emergency=emergency, **edges)  # type: ignore[arg-type]


MAKERS: Makers = {
    shapes.BranchShape: _branch,
    shapes.SetShape: _set,
    shapes.HoursShape: _hours,
}
