"""The ways out of nodes by the names that reports have for them: those of NodeLeft."""

from collections.abc import Iterator

from contact_center.core.ivr.edges import edges_of, edges_of_flow, exit_edges
from contact_center.core.ivr.flow import AnyNode, Edge, FlowBundle, Menu, Queue

ANYWHERE = frozenset(
    {"error", "limit", "max_failures", "hangup", "ended", "connected", "answered", "emergency"}
)
"""How any node may be left, whatever edges it has: by the flow's own, or with the call."""
_KEY = "key:"


def labels_of(node: AnyNode) -> tuple[tuple[str, Edge], ...]:
    """Every way out of `node`, with the label that NodeLeft gives it; a label may come twice."""
    return tuple((label_of(node, name, edge), edge) for name, edge in edges_of(node))


def outcomes_of(node: AnyNode) -> tuple[tuple[str, Edge], ...]:
    """The same, and outcomes that have no edge of their own with the one that stands in for it."""
    written = labels_of(node)
    names = {label for label, _ in written}
    others = ((name, edge) for name, edge in exit_edges(node).items() if name not in names)
    return (*written, *others)


def label_of(node: AnyNode, name: str, edge: Edge) -> str:
    """Say how NodeLeft calls the edge that `edges_of` calls `name`: without the caller's keys."""
    if isinstance(node, Menu) and name in node.keys:
        return str(getattr(node, "outcomes", {}).get(name) or f"choice:{edge.goto}")
    if isinstance(node, Queue) and name.startswith(_KEY):
        return name.removeprefix(_KEY)
    return name


def labels_anywhere(bundle: FlowBundle) -> Iterator[tuple[str, Edge]]:
    """The ways that any node of a flow may take, by the labels of NodeLeft."""
    for name, edge in edges_of_flow(bundle):
        yield (f"global:{edge.goto}" if name.startswith("global:") else name), edge
