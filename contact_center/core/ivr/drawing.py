"""A picture of a flow as SVG: boxes and arrows, and on them how many callers went that way."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from contact_center.core.ivr.edges import edges_of, edges_of_flow
from contact_center.core.ivr.flow import AnyNode, Branch, Edge, FlowBundle, Switch
from contact_center.core.ivr.labels import label_of
from contact_center.core.ivr.layout import Box, Layout, Wire, lay_out
from contact_center.core.ivr.picture import WORDS

MARGIN = 24.0
MOST_ARROWS = 7
"""So many arrows may meet in one box."""
LOST = "hangup"
"""The edge by which a caller is lost who hangs up in a node."""
_ANYWHERE = "\0"
_CHARACTER = 6.2
"""How wide a character is, on average, in the type of the picture."""
_BOLD = frozenset({"name", "lost"})
_LINE = 13.0
_WIDEST = 26
_THICKEST = 7.0
_FAMILIES: Mapping[str, str] = {
    **dict.fromkeys(("play", "menu", "collect", "survey"), "talk"),
    **dict.fromkeys(("queue", "callback", "voicemail", "transfer", "record"), "way"),
    **dict.fromkeys(("hangup", "return"), "end"),
}
_STYLE = """\
text{font:11px "Helvetica Neue",Arial,sans-serif;fill:#222;text-anchor:middle}
.name{font-weight:bold;font-size:12px}.kind{fill:#666}.paper{fill:#fff}
.edge{fill:none;stroke:#90908a}.error{stroke-dasharray:4 3}.busy{stroke:#2f6fb3}.pale{opacity:.3}
.box{stroke-width:1.2}.entry{stroke-width:3}.talk{fill:#e8f1fb;stroke:#2f6fb3}
.logic{fill:#f3f3f0;stroke:#8a8a80}.way{fill:#e7f5ea;stroke:#2f8f4e}
.end{fill:#fbeaea;stroke:#b5473f}.chip{fill:#fff;stroke:#b0b0aa}
.count{fill:#1c4f86}.lost{fill:#b5221b;font-weight:bold}"""

_TIP = (
    '<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8"'
    ' markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8z" fill="#666"/></marker>'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """How often callers left nodes by which edge: by node and label, as NodeLeft has them."""

    left: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def entered(self, node: str) -> int:
        """How many were in the node."""
        return sum(self.left.get(node, {}).values())

    def lost(self, node: str) -> int:
        """How many hung up there."""
        return self.left.get(node, {}).get(LOST, 0)

    def went(self, node: str, labels: Iterable[str]) -> int:
        """How many left the node by any of these edges."""
        return sum(self.left.get(node, {}).get(label, 0) for label in set(labels))

    @property
    def most(self) -> int:
        """How many were in the busiest node."""
        return max((self.entered(node) for node in self.left), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arrow:
    """All edges from one box to another. ``count`` is None without traffic."""

    source: str
    target: str
    lines: tuple[str, ...]
    count: int | None
    is_error: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Card:
    """What stands in a box: lines with their classes, and the class of the box."""

    kind: str
    lines: tuple[tuple[str, str], ...]
    is_pale: bool = False


def to_svg(bundle: FlowBundle, traffic: Traffic | None = None) -> str:
    """Draw a flow; gives the text of an SVG file. The same flow gives the same text.

    With `traffic`, arrows are as wide as many went there, nodes say how many came and how many
    hung up in them, and what nobody met is pale.
    """
    arrows = tuple(_arrows(bundle, traffic))
    cards = _cards(bundle, arrows, traffic)
    boxes = [_box(name, card) for name, card in cards.items()]
    layout = lay_out(boxes, [_wire(arrow) for arrow in arrows])
    width, height = layout.width + 2 * MARGIN, layout.height + 2 * MARGIN
    view = f"{-MARGIN:.0f} {-MARGIN:.0f} {width:.0f} {height:.0f}"
    most = traffic.most if traffic is not None else 0
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}"'
        f' viewBox="{view}" role="img">',
        f"<title>{_safe(bundle.flow)}</title>",
        f"<style>{_STYLE}</style>",
        _TIP,
        f'<rect class="paper" x="{-MARGIN:.0f}" y="{-MARGIN:.0f}" width="100%" height="100%"/>',
        *(_line(arrow, points, most) for arrow, points in zip(arrows, layout.wires, strict=True)),
        *(part for box in boxes for part in _drawn(box, cards[box.name], layout, bundle.entry)),
        *(part for pair in zip(arrows, layout.labels, strict=True) for part in _label(*pair)),
        "</svg>\n",
    ]
    return "\n".join(parts)


# --- what there is to draw ----------------------------------------------------------------------


def _arrows(bundle: FlowBundle, traffic: Traffic | None) -> Iterator[_Arrow]:
    """All arrows; where very many would meet, each ends beside its source with a name instead."""
    found = [
        a for n, node in bundle.nodes.items() for a in _from(bundle, n, edges_of(node), traffic)
    ]
    found += _from(bundle, _ANYWHERE, edges_of_flow(bundle), None)
    coming = Counter(arrow.target for arrow in found)
    for arrow in found:
        crowded = coming[arrow.target] > MOST_ARROWS
        yield replace(arrow, target=f"{arrow.source}\0{arrow.target}") if crowded else arrow


def _from(
    bundle: FlowBundle,
    source: str,
    edges: Sequence[tuple[str, Edge]],
    traffic: Traffic | None,
) -> Iterator[_Arrow]:
    node = bundle.nodes.get(source)
    ways: dict[str, list[tuple[str, str]]] = {}
    for name, edge in edges:
        goto = "repeat" if edge.goto == source else edge.goto
        label = label_of(node, name, edge) if node is not None else name
        ways.setdefault(goto, []).append((_shown(node, name), label))
    for goto, named in ways.items():
        count = None if traffic is None else traffic.went(source, [label for _, label in named])
        lines = tuple(_wrapped([name for name, _ in named]))
        if count is not None and traffic is not None:
            whole = traffic.entered(source)
            lines = (*lines, f"{count} ({count / whole:.0%})" if whole else "0")
        yield _Arrow(
            source=source,
            target=goto if goto in bundle.nodes else f"{source}\0{goto}",
            lines=lines,
            count=count,
            is_error=all(name in {"error", "limit"} for name, _ in named),
        )


def _shown(node: AnyNode | None, name: str) -> str:
    """Say when an edge is taken: for conditions and values those themselves, as far as they fit."""
    kind, _, number = name.partition("#")
    text = name.replace("global:", "key ")
    if isinstance(node, Branch) and kind == "case":
        text = node.cases[int(number) - 1].when.source
    elif isinstance(node, Switch) and kind == "value":
        text = str(node.values[int(number) - 1][0])
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 3]}..."


def _cards(
    bundle: FlowBundle, arrows: Sequence[_Arrow], traffic: Traffic | None
) -> dict[str, _Card]:
    first = {bundle.entry: bundle.nodes[bundle.entry]} if bundle.entry in bundle.nodes else {}
    cards = {name: _card(node, traffic) for name, node in {**first, **bundle.nodes}.items()}
    if any(arrow.source == _ANYWHERE for arrow in arrows):
        cards[_ANYWHERE] = _Card(kind="chip", lines=(("", "from any node"),))
    for arrow in arrows:
        _, chip, goto = arrow.target.rpartition("\0")
        if chip:
            words = f"to {goto}" if goto in bundle.nodes else WORDS.get(goto, goto)
            cards[arrow.target] = _Card(kind="chip", lines=(("", words),))
    return cards


def _card(node: AnyNode, traffic: Traffic | None) -> _Card:
    kind = type(node).__name__.lower()
    lines = [("name", node.name), ("kind", kind)]
    if node.label:
        lines.insert(1, ("", node.label))
    if traffic is not None:
        came = traffic.entered(node.name)
        lines.append(("count", "1 caller" if came == 1 else f"{came} callers"))
        lost = traffic.lost(node.name)
        if lost:
            lines.append(("lost", f"{lost} hung up ({lost / came:.0%})"))
    return _Card(
        kind=_FAMILIES.get(kind, "logic"),
        lines=tuple(lines),
        is_pale=traffic is not None and not traffic.entered(node.name),
    )


def _wrapped(names: Sequence[str]) -> Iterator[str]:
    """Set names beside each other as far as there is room."""
    line = ""
    for name in names:
        longer = f"{line}, {name}" if line else name
        if line and len(longer) > _WIDEST:
            yield f"{line},"
            longer = name
        line = longer
    yield line


def _box(name: str, card: _Card) -> Box:
    widest = max(len(text) * (1.2 if kind in _BOLD else 1.0) for kind, text in card.lines)
    return Box(name=name, width=widest * _CHARACTER + 20, height=_LINE * len(card.lines) + 10)


def _wire(arrow: _Arrow) -> Wire:
    return Wire(
        source=arrow.source,
        target=arrow.target,
        width=max(map(len, arrow.lines)) * _CHARACTER + 6,
        height=_LINE * len(arrow.lines) + 2,
    )


# --- how it is drawn ----------------------------------------------------------------------------


def _line(arrow: _Arrow, points: Sequence[tuple[float, float]], most: int) -> str:
    (x, y), *rest = points
    path = f"M{x:.1f} {y:.1f}"
    for to_x, to_y in rest:
        half = (y + to_y) / 2
        path += f"C{x:.1f} {half:.1f} {to_x:.1f} {half:.1f} {to_x:.1f} {to_y:.1f}"
        x, y = to_x, to_y
    share = (arrow.count or 0) / most if most else 0.0
    classes = ["edge", *(["error"] if arrow.is_error else [])]
    if arrow.count is not None:
        classes.append("busy" if arrow.count else "pale")
    return (
        f'<path class="{" ".join(classes)}" d="{path}" marker-end="url(#tip)"'
        f' stroke-width="{1.2 + (_THICKEST - 1.2) * share:.1f}"/>'
    )


def _drawn(box: Box, card: _Card, layout: Layout, entry: str) -> Iterator[str]:
    x, y = layout.places[box.name]
    corner = 12 if card.kind == "chip" else 5
    classes = f"box {card.kind}{' entry' if box.name == entry else ''}"
    yield '<g class="pale">' if card.is_pale else "<g>"
    yield (
        f'<rect class="{classes}" x="{x - box.width / 2:.1f}" y="{y - box.height / 2:.1f}"'
        f' width="{box.width:.1f}" height="{box.height:.1f}" rx="{corner}"/>'
    )
    yield from _text(card.lines, x, y)
    yield "</g>"


def _label(arrow: _Arrow, place: tuple[float, float]) -> Iterator[str]:
    wire, (x, y) = _wire(arrow), place
    counted = arrow.count is not None
    yield '<g class="pale">' if arrow.count == 0 else "<g>"
    yield (
        f'<rect class="paper" x="{x - wire.width / 2:.1f}" y="{y - wire.height / 2:.1f}"'
        f' width="{wire.width:.1f}" height="{wire.height:.1f}"/>'
    )
    last = len(arrow.lines) - 1
    lines = [("count" if counted and n == last else "", t) for n, t in enumerate(arrow.lines)]
    yield from _text(lines, x, y)
    yield "</g>"


def _text(lines: Sequence[tuple[str, str]], x: float, y: float) -> Iterator[str]:
    top = y - _LINE * len(lines) / 2 + 10
    for number, (kind, text) in enumerate(lines):
        named = f' class="{kind}"' if kind else ""
        yield f'<text{named} x="{x:.1f}" y="{top + _LINE * number:.1f}">{_safe(text)}</text>'


def _safe(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
