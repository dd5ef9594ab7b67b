"""What is wrong with the graph of a flow although every node of it is right."""

from collections.abc import Iterable, Mapping, Sequence

from contact_center.content import flow_shapes as shapes
from contact_center.content.flow_builder import SPECIAL_EDGES, Link
from contact_center.content.yaml_source import Document

Links = Mapping[str, Sequence[Link]]
_TO_A_PERSON = (
    shapes.QueueNodeShape,
    shapes.CallbackShape,
    shapes.TransferShape,
    shapes.VoicemailShape,
)
_FINAL = (shapes.HangUpShape, shapes.QueueNodeShape, shapes.TransferShape)


def lint_graph(
    document: Document,
    header: shapes.FlowHeader,
    nodes: Mapping[str, shapes.NodeShape],
    links: Links,
) -> None:
    """Report nodes that nothing leads to, that never end, and cycles that do not wait."""
    _check_reachable(document, header, nodes, links)
    if not any(isinstance(node, _TO_A_PERSON) for node in nodes.values()):
        document.warn(
            ("entry",),
            "W100",
            "no node of this flow leads to a person",
            "add a queue, a transfer or at least a voicemail node",
        )
    _check_ends(document, nodes, links)
    _check_cycles(document, links)


def _check_reachable(
    document: Document,
    header: shapes.FlowHeader,
    nodes: Mapping[str, shapes.NodeShape],
    links: Links,
) -> None:
    handlers = (header.on.error, header.on.limit, *header.global_keys.values())
    roots = [header.entry, *(edge.goto for edge in handlers if edge is not None)]
    roots += [node.error.goto for node in nodes.values() if node.error is not None]
    reached = _closure(roots, {name: [link.target for link in out] for name, out in links.items()})
    for name in nodes:
        if name not in reached:
            document.warn(
                ("nodes", name),
                "E021",
                f'nothing leads to the node "{name}"',
                "lead an edge here, or remove the node",
                key=True,
            )


def _check_ends(document: Document, nodes: Mapping[str, shapes.NodeShape], links: Links) -> None:
    backwards: dict[str, list[str]] = {}
    ends = [name for name, node in nodes.items() if isinstance(node, _FINAL)]
    for name, out in links.items():
        for link in out:
            backwards.setdefault(link.target, []).append(name)
            if link.target in ("hangup", "back"):  # back leads where an end may be near
                ends.append(name)
    ending = _closure(ends, backwards)
    for name in nodes:
        if name not in ending:
            document.report(
                ("nodes", name),
                "E022",
                f'from the node "{name}" the call can never end',
                "lead an edge to a queue, transfer or hangup node",
                key=True,
            )


def _check_cycles(document: Document, links: Links) -> None:
    at_once: dict[str, list[Link]] = {}
    for name, out in links.items():
        at_once[name] = [link for link in out if not link.waits]
    clean: set[str] = set()
    for start in links:
        found = _cycle_from(start, at_once, clean)
        if found is not None:
            names, link = found
            document.report(
                link.path,
                "E023",
                f"a cycle that waits for nothing: {' > '.join(names)}",
                "put a menu or collect node into it, or end it",
            )


def _cycle_from(
    start: str, at_once: Mapping[str, Sequence[Link]], clean: set[str]
) -> tuple[list[str], Link] | None:
    """Walk depth first without recursion; gives the first cycle and the edge that closes it."""
    trail: list[str] = []
    stack: list[tuple[str, int]] = [(start, 0)]
    while stack:
        name, index = stack.pop()
        if index == 0:
            if name in clean:
                continue
            trail.append(name)
        if index >= len(at_once.get(name, ())):
            clean.add(trail.pop())
            continue
        stack.append((name, index + 1))
        link = at_once[name][index]
        target = name if link.target == "repeat" else link.target
        if target in trail:
            clean.update(trail)
            return [*trail[trail.index(target) :], target], link
        if target not in SPECIAL_EDGES:
            stack.append((target, 0))
    return None


def _closure(roots: Iterable[str], edges: Mapping[str, Iterable[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting.extend(edges.get(name, ()))
    return reached
