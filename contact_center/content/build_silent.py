"""Building the nodes that decide, note and wish, beside branch, set and hours."""

from contact_center.content import flow_shapes as shapes
from contact_center.content.cel_engine import CelExpression
from contact_center.content.flow_builder import Makers, NodeBuilder, Shared
from contact_center.content.problems import did_you_mean
from contact_center.content.yaml_source import Path
from contact_center.core.ids import QueueId
from contact_center.core.ivr import flow

_VARIABLE = "vars."


def _switch(
    b: NodeBuilder, s: shapes.SwitchShape, path: Path, shared: Shared
) -> flow.Switch | None:
    name = shared["name"]
    on = b.speaker.expression(s.on, (*path, "on"), None)
    _check_values(b, s, path)
    values = tuple(
        (value, b.edge(edge, (*path, "values", value), name, waits=False))
        for value, edge in s.values.items()
    )
    otherwise = b.edge(s.otherwise, (*path, "else"), name, waits=False)
    if on is None:
        return None
    return flow.Switch(**shared, on=on, values=values, otherwise=otherwise)


def _check_values(b: NodeBuilder, s: shapes.SwitchShape, path: Path) -> None:
    """Report values that the variable asked for can never have."""
    asked = s.on.strip()
    variable = (
        b.header.vars.get(asked.removeprefix(_VARIABLE)) if asked.startswith(_VARIABLE) else None
    )
    if variable is None:
        return
    for value in s.values:
        wrong = (
            (variable.type == "enum" and value not in variable.of)
            or (variable.type == "bool" and value not in ("true", "false"))
            or (variable.type == "int" and not value.lstrip("-").isdecimal())
        )
        if wrong:
            choices = variable.of if variable.type == "enum" else ("true", "false")
            hint = (
                "write a whole number" if variable.type == "int" else did_you_mean(value, choices)
            )
            message = f'{asked} is never "{value}": it is of type {variable.type}'
            b.document.report((*path, "values", value), "E041", message, hint, key=True)


def _tag(b: NodeBuilder, s: shapes.TagShape, path: Path, shared: Shared) -> flow.Tag:
    edge = b.edge(s.next, (*path, "next"), shared["name"], waits=False)
    return flow.Tag(**shared, outcome=s.outcome, next=edge)


def _split(b: NodeBuilder, s: shapes.SplitShape, path: Path, shared: Shared) -> flow.Split:
    arms = tuple(
        flow.Arm(
            name=name,
            weight=arm.weight,
            edge=b.edge(arm, (*path, "arms", name), shared["name"], waits=False),
        )
        for name, arm in s.arms.items()
    )
    return flow.Split(**shared, arms=arms, by_caller=s.by == "caller", salt=s.salt)


def _route(b: NodeBuilder, s: shapes.RouteShape, path: Path, shared: Shared) -> flow.Route:
    if s.queue is not None:
        b.names.queue(s.queue, (*path, "queue"))
    attributes: list[tuple[str, CelExpression]] = []
    for name, written in s.attributes.items():
        expression = b.speaker.expression(written, (*path, "attributes", name), None)
        if expression is not None:
            attributes.append((name, expression))
    priority = None
    if s.priority is not None:
        priority = b.speaker.expression(s.priority, (*path, "priority"), int)
    return flow.Route(
        **shared,
        queue=QueueId(s.queue) if s.queue is not None else None,
        priority=priority,
        boost_us=s.boost,
        skills=b.skills(s.skills, (*path, "skills")),
        require=b.names.requirement(s.require, (*path, "require")),
        reason=s.reason,
        attributes=tuple(attributes),
        next=b.edge(s.next, (*path, "next"), shared["name"], waits=False),
    )


MAKERS: Makers = {
    shapes.SwitchShape: _switch,
    shapes.TagShape: _tag,
    shapes.SplitShape: _split,
    shapes.RouteShape: _route,
}
