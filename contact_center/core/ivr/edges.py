"""The edges of a node, for whoever looks at a flow as a graph: pictures, checks, reports."""

from collections.abc import Mapping

from contact_center.core.ivr.flow import (
    AnyNode,
    Branch,
    Call,
    Callback,
    Collect,
    Edge,
    FlowBundle,
    Hours,
    Lookup,
    Menu,
    Play,
    Queue,
    Record,
    Route,
    Set,
    Split,
    Survey,
    Switch,
    Tag,
    Transfer,
    Voicemail,
)


def edges_of(node: AnyNode) -> tuple[tuple[str, Edge], ...]:
    """Every way out of `node`, the error edge last, each with a name.

    Names are those of NodeLeft, but for what is reached by keys: there it is the key, which
    reports leave out (``choice:`` and ``global:`` with the node it leads to).
    """
    skipped = () if node.skip is None else (("skipped", node.skip),)
    error = () if node.error is None else (("error", node.error),)
    return (*_own_edges(node), *skipped, *error)


def edges_of_flow(bundle: FlowBundle) -> tuple[tuple[str, Edge], ...]:
    """The ways that any node may take: global keys, and what happens on errors and limits."""
    edges = [(f"global:{key}", edge) for key, edge in bundle.global_keys.items()]
    if bundle.on_error is not None:
        edges.append(("error", bundle.on_error))
    if bundle.on_limit is not None:
        edges.append(("limit", bundle.on_limit))
    if bundle.on_emergency is not None:
        edges.append(("emergency", bundle.on_emergency))
    if bundle.on_hangup:
        edges.append(("hangup", Edge(goto=bundle.on_hangup)))
    return tuple(edges)


def _own_edges(node: AnyNode) -> tuple[tuple[str, Edge], ...]:
    if isinstance(node, Menu):
        return (*node.keys.items(), *_failures(node))
    if isinstance(node, Collect):
        return (("next", node.next), *_failures(node))
    if isinstance(node, Branch):
        cases = tuple((f"case#{n}", case.edge) for n, case in enumerate(node.cases, 1))
        return (*cases, ("else", node.otherwise))
    if isinstance(node, Switch):
        values = tuple((f"value#{n}", edge) for n, (_, edge) in enumerate(node.values, 1))
        return (*values, ("else", node.otherwise))
    if isinstance(node, Split):
        return tuple((f"arm:{arm.name}", arm.edge) for arm in node.arms)
    if isinstance(node, Call):
        return tuple(node.returns.items())
    if isinstance(node, Play | Set | Tag | Route | Record):
        return (("next", node.next),)
    named = [(name, getattr(node, name)) for name in _NAMED.get(type(node), ())]
    if isinstance(node, Queue):
        named += [(f"key:{name}", edge) for name, edge in node.keys.items()]
    return tuple((name, edge) for name, edge in named if edge is not None)


_NAMED: dict[type[AnyNode], tuple[str, ...]] = {
    Hours: ("open", "closed", "holiday", "emergency"),
    Lookup: ("ok", "not_found", "timeout"),
    Queue: ("timeout", "no_agents", "full", "closed", "overflow", "withdrawn", "connected"),
    Callback: ("registered", "already", "refused", "unavailable"),
    Voicemail: ("recorded", "empty", "too_short"),
    Survey: ("done", "abandoned"),
    Transfer: ("busy", "no_answer", "declined", "failed", "answered"),
}


def leads_to_people(bundle: FlowBundle) -> bool:
    """Say whether callers can come from here to somebody, or leave word for them."""
    return any(
        isinstance(node, Queue | Callback | Transfer | Voicemail)
        for one in (bundle, *bundle.subflows.values())
        for node in one.nodes.values()
    )


def queue_edges(node: Queue) -> dict[str, Edge]:
    """Where each outcome of a wait leads, those of keys by their names."""
    return {
        **node.keys,
        "timeout": node.timeout,
        "no_agents": node.no_agents,
        "full": node.full,
        "closed": node.closed or node.no_agents,
        "overflow": node.overflow or node.timeout,
        "withdrawn": node.withdrawn or node.timeout,
    }


def exit_edges(node: AnyNode | None) -> Mapping[str, Edge]:
    """Where each outcome of a hand-over leads, other than being connected."""
    if isinstance(node, Queue):
        return queue_edges(node)
    if isinstance(node, Callback):
        done, refused = node.registered, node.refused
        return {
            "registered": done,
            "already": node.already or done,
            "refused": refused,
            "unavailable": node.unavailable or refused,
        }
    if isinstance(node, Transfer):
        return {
            "busy": node.busy,
            "no_answer": node.no_answer,
            "declined": node.declined or node.no_answer,
            "failed": node.failed,
        }
    return {}


def edge_after(node: AnyNode | None) -> Edge | None:
    """Where a caller goes on whom the node connected, and whom the others have left; or None."""
    if isinstance(node, Queue):
        return node.connected
    return node.answered if isinstance(node, Transfer) else None


def _failures(node: Menu | Collect) -> tuple[tuple[str, Edge], ...]:
    kinds = (("no_input", node.on_no_input), ("no_match", node.on_no_match))
    return tuple(
        (f"{kind}#{n}", failure.edge)
        for kind, failures in kinds
        for n, failure in enumerate(failures, 1)
        if failure.edge is not None
    )
