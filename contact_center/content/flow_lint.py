"""What is wrong with the graph of a flow although every node of it is right."""

from collections.abc import Container, Iterable, Mapping, Sequence

from contact_center.content import flow_shapes as shapes
from contact_center.content.flow_builder import SPECIAL_EDGES, Link
from contact_center.content.yaml_source import Document

Links = Mapping[str, Sequence[Link]]
_TO_A_PERSON = (
    shapes.QueueNodeShape,
    shapes.CallbackShape,
    shapes.TransferShape,
    shapes.VoicemailShape,
    shapes.SurveyShape,  # what it asks is asked on behalf of a person, often after one
)
_FINAL = (shapes.HangUpShape, shapes.QueueNodeShape, shapes.TransferShape, shapes.ReturnShape)
_UNHEARD = (
    shapes.SetShape,
    shapes.BranchShape,
    shapes.SwitchShape,
    shapes.TagShape,
    shapes.RouteShape,
    shapes.HoursShape,
    shapes.SplitShape,
    shapes.LookupShape,
)


def lint_graph(
    document: Document,
    header: shapes.FlowHeader,
    nodes: Mapping[str, shapes.NodeShape],
    links: Links,
    reach_people: Container[str] = (),
) -> None:
    """Report nodes that nothing leads to, that never end, and cycles that do not wait.

    `reach_people` are other flows that lead to a person; who calls them does so too.
    """
    _check_reachable(document, header, nodes, links)
    _check_handler(document, header, nodes, links)
    is_called = bool(header.returns)
    if not (is_called or any(_leads_to_people(node, reach_people) for node in nodes.values())):
        document.warn(
            ("entry",),
            "W100",
            "no node of this flow leads to a person",
            "add a queue, a transfer or at least a voicemail node",
        )
    _check_ends(document, nodes, links)
    _check_cycles(document, links)


def roots_of(header: shapes.FlowHeader) -> tuple[tuple[str, frozenset[str]], ...]:
    """List the nodes that are come to without an edge of a node: the entry, and what handlers and
    global keys lead to. Each with the variables that are set on the way there."""
    on = header.on
    handlers = (on.error, on.limit, on.emergency, *header.global_keys.values())
    edges = [(edge.goto, frozenset(edge.assign)) for edge in handlers if edge is not None]
    unheard = [(on.hangup, frozenset[str]())] if on.hangup is not None else []
    return ((header.entry, frozenset()), *edges, *unheard)


def _leads_to_people(node: shapes.NodeShape, reach_people: Container[str]) -> bool:
    called = isinstance(node, shapes.CallShape) and node.flow in reach_people
    return called or isinstance(node, _TO_A_PERSON)


def _check_handler(
    document: Document,
    header: shapes.FlowHeader,
    nodes: Mapping[str, shapes.NodeShape],
    links: Links,
) -> None:
    """Report nodes that speak or ask although the caller has hung up."""
    if header.on.hangup is None:
        return
    edges = {name: [link.target for link in out] for name, out in links.items()}
    for name in _closure([header.on.hangup], edges):
        node = nodes.get(name)
        ends = isinstance(node, shapes.HangUpShape) and not node.say
        if node is None or ends or isinstance(node, _UNHEARD):
            continue
        document.report(
            ("nodes", name, "do"),
            "E046",
            f'"{node.do}" after the caller has hung up',  # type: ignore[attr-defined]
            "here can be set, branch, switch, hours, split, tag, route, lookup and an end",
        )


def _check_reachable(
    document: Document,
    header: shapes.FlowHeader,
    nodes: Mapping[str, shapes.NodeShape],
    links: Links,
) -> None:
    roots = [root for root, _ in roots_of(header)]
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
            if link.target not in nodes and link.target in (
                "hangup",
                "back",
                "main",
            ):  # these lead where an end may be near
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


def silent_returns(
    entry: str, nodes: Mapping[str, shapes.NodeShape], links: Links
) -> frozenset[str]:
    """Name the returns that a flow may come back by before it has waited for anything."""
    at_once = {name: [link.target for link in out if not link.waits] for name, out in links.items()}
    met = [nodes.get(name) for name in _closure([entry], at_once)]
    return frozenset(node.outcome for node in met if isinstance(node, shapes.ReturnShape))


def _closure(roots: Iterable[str], edges: Mapping[str, Iterable[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting.extend(edges.get(name, ()))
    return reached
