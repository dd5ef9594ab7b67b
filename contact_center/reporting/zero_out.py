"""By which ways of a flow callers insist on a person."""

from collections.abc import Iterator

from contact_center.core.ivr.edges import edges_of
from contact_center.core.ivr.flow import (
    Collect,
    Edge,
    FlowBundle,
    HangUp,
    Menu,
    Queue,
    Survey,
    Transfer,
    Voicemail,
)
from contact_center.core.ivr.labels import label_of, labels_anywhere

OPERATOR_KEY = "0"
_ASKS = Menu | Collect | Survey | Voicemail | HangUp


def zero_outs(bundle: FlowBundle) -> frozenset[str]:
    """Give the ways, as node/edge with the edges of NodeLeft.

    They are the key 0 of a menu and the keys that hold everywhere, where these lead to a queue or
    a number outside with nothing to answer before it. Where another key of the menu leads the same
    way, visits do not say which it was, and none of them counts.
    """
    everywhere = {
        label
        for label, edge in labels_anywhere(bundle)
        if label.startswith("global:") and _leads_to_people(bundle, edge)
    }
    ways = {f"{node}/{label}" for node in bundle.nodes for label in everywhere}
    return frozenset(ways | set(_of_menus(bundle)))


def _of_menus(bundle: FlowBundle) -> Iterator[str]:
    for name, node in bundle.nodes.items():
        if not isinstance(node, Menu):
            continue
        labels = [label_of(node, key, edge) for key, edge in node.keys.items()]
        edge = node.keys.get(OPERATOR_KEY)
        if edge is not None and _leads_to_people(bundle, edge):
            label = label_of(node, OPERATOR_KEY, edge)
            if labels.count(label) == 1:
                yield f"{name}/{label}"


def _leads_to_people(bundle: FlowBundle, first: Edge) -> bool:
    waiting, seen = [first.goto], set[str]()
    while waiting:
        name = waiting.pop()
        node = bundle.nodes.get(name)
        if isinstance(node, Queue | Transfer):
            return True
        if node is None or name in seen or isinstance(node, _ASKS):
            continue
        seen.add(name)
        waiting += [edge.goto for _, edge in edges_of(node)]
    return False
