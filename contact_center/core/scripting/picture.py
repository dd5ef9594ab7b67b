"""A picture of a call script: pages and the ways between them, as Mermaid or as SVG."""

from collections.abc import Iterator, Mapping

from contact_center.core.ivr.layout import Box, Wire, lay_out
from contact_center.core.scripting.script import Page, Script

_MARGIN = 24.0
_CHARACTER = 6.4
_LINE = 15.0
_LONGEST = 34
_STYLE = """\
text{font:11px "Helvetica Neue",Arial,sans-serif;fill:#222;text-anchor:middle}
.name{font-weight:bold;font-size:12px}.paper{fill:#fff}.note{fill:#666}
.edge{fill:none;stroke:#90908a}.box{stroke-width:1.2;fill:#e8f1fb;stroke:#2f6fb3}
.entry{stroke-width:3}.end{fill:#fbeaea;stroke:#b5473f}.fork{fill:#f3f3f0;stroke:#8a8a80}
.must{fill:#fff6dd;stroke:#a97a12}.chip{fill:#fff;stroke:#b0b0aa}"""

_TIP = (
    '<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8"'
    ' markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8z" fill="#666"/></marker>'
)


def ways(page: Page) -> Iterator[tuple[str, str]]:
    """Give where a page leads, and what has to be so for it."""
    for way in page.next:
        yield way.goto, way.tag or (way.when.source if way.when is not None else "")
    for arm in page.arms:
        yield arm.goto, f"{arm.name} ({arm.weight})"
    if page.offer is not None:
        yield page.offer.accepted, "accepted"
        yield page.offer.declined, "declined"
        yield page.offer.none, "no offer"


def _arrows(script: Script) -> dict[tuple[str, str], list[str]]:
    """Gather the ways between each two pages on one arrow."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for name, page in script.pages.items():
        for goto, label in ways(page):
            arrows.setdefault((name, goto), []).extend([label] if label else [])
    return arrows


def to_mermaid(script: Script) -> str:
    """Draw a script as a Mermaid flowchart."""
    ids = {name: f"p{number}" for number, name in enumerate(script.pages)}
    lines = ["flowchart TD", f"    start(({_quoted(script.script)})) --> {ids[script.entry]}"]
    for name, page in script.pages.items():
        left, right = ("([", "])") if page.end else ("{{", "}}") if page.arms else ("[", "]")
        lines.append(f"    {ids[name]}{left}{_quoted(', '.join(_words(page)))}{right}")
    for (source, target), labels in _arrows(script).items():
        arrow = f"-->|{_quoted(' or '.join(labels))}|" if labels else "-->"
        lines.append(f"    {ids[source]} {arrow} {ids[target]}")
    for objection in script.objections.values():
        if objection.goto:
            box = f"any{ids[objection.goto]}{{{{{_quoted(objection.name)}}}}}"
            lines.append(f"    {box} -.-> {ids[objection.goto]}")
    return "\n".join(lines) + "\n"


def to_svg(script: Script) -> str:
    """Draw a script; gives the text of an SVG file. The same script gives the same text."""
    texts = {name: _words(page) for name, page in script.pages.items()}
    boxes = [_box(name, lines) for name, lines in texts.items()]
    arrows = {pair: [_short(one) for one in labels] for pair, labels in _arrows(script).items()}
    wires = [
        Wire(source=source, target=target, width=_width(labels), height=_LINE * len(labels))
        for (source, target), labels in arrows.items()
    ]
    layout = lay_out(boxes, wires)
    width, height = layout.width + 2 * _MARGIN, layout.height + 2 * _MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}"'
        f' viewBox="{-_MARGIN:.0f} {-_MARGIN:.0f} {width:.0f} {height:.0f}" role="img">',
        f"<title>{_safe(script.script)}</title>",
        f"<style>{_STYLE}</style>",
        _TIP,
        f'<rect class="paper" x="{-_MARGIN:.0f}" y="{-_MARGIN:.0f}" width="100%" height="100%"/>',
    ]
    for points in layout.wires:
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        parts.append(f'<path class="edge" d="{path}" marker-end="url(#tip)"/>')
    for box in boxes:
        page = script.pages[box.name]
        kind = "end" if page.end else "fork" if page.arms else "must" if page.disclose else ""
        entry = "entry" if box.name == script.entry else ""
        x, y = layout.places[box.name]
        parts.append(
            f'<rect class="{" ".join(filter(None, ("box", kind, entry)))}" rx="5"'
            f' x="{x - box.width / 2:.1f}" y="{y - box.height / 2:.1f}"'
            f' width="{box.width:.1f}" height="{box.height:.1f}"/>'
        )
        parts += _lines(texts[box.name], x, y, first="name")
    for labels, (x, y) in zip(arrows.values(), layout.labels, strict=True):
        parts += _chip(labels, x, y)
    return "\n".join([*parts, "</svg>\n"])


def _words(page: Page) -> list[str]:
    lines = [page.name]
    lines += [f"asks {question}" for question in page.questions]
    lines += [f"says {page.disclose}"] if page.disclose else []
    lines += ["offers"] if page.offer is not None else []
    lines += [f"= {page.disposition}"] if page.disposition else []
    return [_short(line) for line in lines]


def _box(name: str, lines: list[str]) -> Box:
    return Box(name=name, width=_width(lines) + 18, height=_LINE * len(lines) + 12)


def _width(lines: list[str]) -> float:
    return max((len(line) for line in lines), default=0) * _CHARACTER


def _lines(lines: list[str], x: float, y: float, first: str = "note") -> Iterator[str]:
    top = y - _LINE * (len(lines) - 1) / 2 + 4
    for number, line in enumerate(lines):
        kind = first if number == 0 else "note"
        at = f'x="{x:.1f}" y="{top + number * _LINE:.1f}"'
        yield f'<text class="{kind}" {at}>{_safe(line)}</text>'


def _chip(labels: list[str], x: float, y: float) -> Iterator[str]:
    if not labels:
        return
    width, height = _width(labels) + 8, _LINE * len(labels)
    yield (
        f'<rect class="chip" rx="3" x="{x - width / 2:.1f}" y="{y - height / 2:.1f}"'
        f' width="{width:.1f}" height="{height:.1f}"/>'
    )
    yield from _lines(labels, x, y)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


_ENTITIES: Mapping[str, str] = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}


def _safe(text: str) -> str:
    return "".join(_ENTITIES.get(sign, sign) for sign in text if sign.isprintable())


def _quoted(text: str) -> str:
    safe = "".join(c if c.isalnum() or c in " .,:_-()" else f"#{ord(c)};" for c in text)
    return f'"{safe}"'
