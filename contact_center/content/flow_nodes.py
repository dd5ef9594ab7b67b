"""Node shapes -> the core's nodes: one small function per type, in four modules."""

from contact_center.content import (
    build_asking,
    build_calls,
    build_logic,
    build_services,
    build_silent,
    build_survey,
    build_talk,
    build_ways,
)
from contact_center.content import flow_shapes as shapes
from contact_center.content.flow_builder import Makers, NodeBuilder, Shared
from contact_center.content.yaml_source import Path
from contact_center.core.ivr import flow


def build_node(b: NodeBuilder, name: str, shape: shapes.NodeShape) -> flow.AnyNode | None:
    """Build one node; None when something it needs is wrong, which is then reported."""
    path: Path = ("nodes", name)
    b.links[name] = []
    before = len(b.document.problems)
    shared: Shared = {"name": name, "label": shape.label}
    if shape.error is not None:
        shared["error"] = b.edge(shape.error, (*path, "error"))
    shared |= _common(b, name, shape, path)
    node: flow.AnyNode = _MAKERS[type(shape)](b, shape, path, shared)
    broken = any(p.is_error for p in b.document.problems[before:])
    return None if broken else node


_MAKERS: Makers = {
    **build_talk.MAKERS,
    **build_logic.MAKERS,
    **build_asking.MAKERS,
    **build_silent.MAKERS,
    **build_calls.MAKERS,
    **build_services.MAKERS,
    **build_ways.MAKERS,
    **build_survey.MAKERS,
}


def _common(b: NodeBuilder, name: str, shape: shapes.NodeShape, path: Path) -> Shared:
    """What every node may have beside its label and its error edge."""
    common: Shared = {
        "tags": tuple(shape.tags),
        "milestone": shape.milestone,
        "say_first": b.speaker.prompt(shape.say_first, (*path, "say_first")),
    }
    decides = isinstance(shape, shapes.BranchShape | shapes.SwitchShape)
    if shape.when is not None:
        common["when"] = b.speaker.condition(shape.when, (*path, "when"))
        beside = getattr(shape, "next", None)
        if shape.otherwise is not None:
            common["skip"] = b.edge(shape.otherwise, (*path, "else"), name, waits=False)
        elif beside is not None:
            common["skip"] = b.edge(beside, (*path, "next"), name, waits=False)
        else:
            message = 'the outcome "else" has no edge: who skips the node goes nowhere'
            b.document.report(
                (*path, "when"), "E080", message, "add else: and the node that follows"
            )
    elif shape.otherwise is not None and not decides:
        b.document.report(
            (*path, "else"),
            "E202",
            '"else" is for who skips the node',
            "add when: condition",
            key=True,
        )
    return common
