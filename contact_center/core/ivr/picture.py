"""A picture of a flow, as text for Mermaid."""

from contact_center.core.ivr.edges import edges_of, edges_of_flow
from contact_center.core.ivr.flow import AnyNode, Edge, FlowBundle

WORDS = {
    "back": "the menu before",
    "main": "the first menu",
    "repeat": "the same again",
    "hangup": "hang up",
}
"""Where edges lead that name no node."""


def to_mermaid(bundle: FlowBundle) -> str:
    """Draw `bundle` as a Mermaid flowchart: nodes in the order of the flow, edges with outcomes.

    Edges that lead the same way from the same node share an arrow. What any node may do (global
    keys, errors, limits) hangs on one node of its own.
    """
    names = {name: f"n{number}" for number, name in enumerate(bundle.nodes)}
    lines = ["flowchart TD", f"    start(({_quoted(bundle.flow)})) --> {_id(names, bundle.entry)}"]
    lines += [f"    {names[name]}[{_label(node)}]" for name, node in bundle.nodes.items()]
    used: set[str] = set()
    for name, node in bundle.nodes.items():
        lines += _arrows(names[name], edges_of(node), names, used)
    anywhere = _arrows("anywhere", edges_of_flow(bundle), names, used)
    if anywhere:
        lines += ["    anywhere{{from any node}}", *anywhere]
    lines += [f"    {word}([{text}])" for word, text in WORDS.items() if word in used]
    return "\n".join(lines) + "\n"


def _arrows(
    source: str, edges: tuple[tuple[str, Edge], ...], names: dict[str, str], used: set[str]
) -> list[str]:
    ways: dict[str, list[str]] = {}
    for outcome, edge in edges:
        ways.setdefault(edge.goto, []).append(outcome)
    used.update(ways)
    return [
        f"    {source} -->|{_quoted(', '.join(outcomes))}| {_id(names, goto)}"
        for goto, outcomes in ways.items()
    ]


def _id(names: dict[str, str], goto: str) -> str:
    return names.get(goto, goto if goto in WORDS else "missing")


def _label(node: AnyNode) -> str:
    kind = type(node).__name__.lower()
    title = f"{node.name}: {node.label}" if node.label else node.name
    return _quoted(f"{title} ({kind})")


def _quoted(text: str) -> str:
    """Make text safe in a label: quotes and the signs that Mermaid reads become entities."""
    safe = "".join(c if c.isalnum() or c in " .,:_-()" else f"#{ord(c)};" for c in text)
    return f'"{safe}"'
