"""Node shapes -> the core's nodes: one small function per type, in three modules."""

from contact_center.content import build_logic, build_talk, build_ways
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
    node: flow.AnyNode = _MAKERS[type(shape)](b, shape, path, shared)
    broken = any(p.is_error for p in b.document.problems[before:])
    return None if broken else node


_MAKERS: Makers = {**build_talk.MAKERS, **build_logic.MAKERS, **build_ways.MAKERS}
