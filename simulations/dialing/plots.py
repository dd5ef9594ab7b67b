"""Plots of dialing as SVG, written out by hand: the frontier, and a shock minute by minute."""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from simulations.dialing.labels import DOT, Box, Spot, spots

WIDTH, LEFT, RIGHT = 860, 64, 16
COLORS: Mapping[str, str] = {
    "look_ahead": "#0b5ed7",
    "mean_matching": "#198754",
    "progressive": "#6c757d",
    "best_ratio": "#fd7e14",
    "vicidial_tapered": "#dc3545",
    "vicidial_hard": "#b02a5b",
    "vicidial_average": "#8c3fb0",
    "oracle_talks": "#9aa7b3",
    "oracle_answers": "#5f6b76",
}
OTHER = "#343a40"
Point = tuple[float, float]


def frontier(heading: str, points: Mapping[str, Point], ratios: Sequence[Point], cap: float) -> str:
    """Draw utilisation over abandonment: a dot for each policy, a line through fixed ratios.

    Shares from 0 to 1; abandonment beyond the right edge (12 %) is drawn at it.
    """
    height, top, bottom, most = 420, 40, 48, 0.12
    low = min([0.2, *(u for u, _ in points.values())])

    def x(abandonment: float) -> float:
        return LEFT + min(abandonment, most) / most * (WIDTH - LEFT - RIGHT)

    def y(utilisation: float) -> float:
        return height - bottom - (utilisation - low) / (1 - low) * (height - bottom - top)

    line = " ".join(f"{x(a):.1f},{y(u):.1f}" for u, a in ratios if a <= most)
    parts = [
        *_head(heading, height),
        *(_level(y(u), f"{u:.0%}") for u in (0.2, 0.4, 0.6, 0.8, 1.0) if u >= low),
        *(_below(x(a), height - bottom + 18, f"{a:.0%}") for a in (0, 0.03, 0.06, 0.09, 0.12)),
        _text(WIDTH / 2, height - 8, "abandoned, of people who answered", "middle"),
        f'<line x1="{x(cap):.1f}" x2="{x(cap):.1f}" y1="{top}" y2="{height - bottom}" '
        'stroke="#dc3545" stroke-dasharray="5 4"/>',
        f'<polyline points="{line}" fill="none" stroke="#fd7e14" stroke-opacity="0.5"/>',
    ]
    found = sorted(points.items(), key=lambda each: -each[1][0])
    dots = [(x(abandonment), y(utilisation)) for _, (utilisation, abandonment) in found]
    texts = [f"{name} {used:.1%} at {abandoned:.1%}" for name, (used, abandoned) in found]
    area = Box(left=LEFT, top=top - 12, right=WIDTH, bottom=height - bottom)
    for (name, _), dot, spot in zip(found, dots, spots(dots, texts, area), strict=True):
        parts += _labelled(dot, spot, COLORS.get(name, OTHER))
    return "\n".join([*parts, "</svg>\n"])


def _labelled(dot: Point, spot: Spot, color: str) -> list[str]:
    """Draw a dot and its label, and a line between them when they are apart."""
    across, at = dot
    near = spot.box.left if spot.anchor == "start" else spot.box.right
    middle = (spot.box.top + spot.box.bottom) / 2
    drawn = [f'<circle cx="{across:.1f}" cy="{at:.1f}" r="{DOT:g}" fill="{color}"/>']
    if abs(middle - at) > DOT:
        drawn.append(
            f'<line x1="{across:.1f}" y1="{at:.1f}" x2="{near:.1f}" y2="{middle:.1f}" '
            f'stroke="{color}" stroke-opacity="0.5"/>'
        )
    # On white, so that no line of the plot goes through the letters.
    halo = '<text paint-order="stroke" stroke="white" stroke-width="3" '
    label = _text(near, spot.box.bottom - 3, spot.text, spot.anchor)
    return [*drawn, label.replace("<text ", halo, 1)]


def timeline(
    heading: str, panels: Sequence[tuple[str, float, Mapping[str, Sequence[float]]]]
) -> str:
    """Draw panels under each other, of a value a minute: (heading, top of its axis, lines)."""
    each, top, bottom = 130, 40, 30
    height = top + each * len(panels) + bottom
    minutes = max((len(line) for _, _, lines in panels for line in lines.values()), default=1)

    def x(minute: float) -> float:
        return LEFT + minute / max(1, minutes - 1) * (WIDTH - LEFT - RIGHT)

    parts = _head(heading, height)
    for place, (title, most, lines) in enumerate(panels):
        floor = top + each * (place + 1) - 12
        room = each - 36

        def y(value: float, floor: float = floor, room: float = room, most: float = most) -> float:
            return floor - min(max(value, 0.0), most) / most * room

        parts.append(_text(LEFT, floor - room - 6, title, "start"))
        parts += [_level(y(most * part / 2), _number(most * part / 2)) for part in range(3)]
        for name, line in lines.items():
            path = " ".join(f"{x(minute):.1f},{y(value):.1f}" for minute, value in enumerate(line))
            color = COLORS.get(name, OTHER)
            parts.append(
                f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="1.5"/>'
            )
    names = dict.fromkeys(name for _, _, lines in panels for name in lines)
    for place, name in enumerate(names):
        at = WIDTH - RIGHT - 150 * (len(names) - place)
        color = COLORS.get(name, OTHER)
        parts.append(f'<rect x="{at}" y="26" width="12" height="4" fill="{color}"/>')
        parts.append(_text(at + 18, 32, name, "start"))
    for hour in range(minutes // 60 + 1):
        parts.append(_below(x(min(hour * 60, minutes - 1)), height - 10, f"{hour}:00"))
    return "\n".join([*parts, "</svg>\n"])


def _head(heading: str, height: int) -> list[str]:
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        'font-family="sans-serif" font-size="12">',
        f"<title>{escape(heading)}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
        f'<text x="{LEFT}" y="20" font-size="14">{escape(heading)}</text>',
    ]


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _below(x: float, y: float, text: str) -> str:
    return _text(x, y, text, "middle")


def _level(y: float, text: str) -> str:
    return (
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
        + _text(LEFT - 6, y + 4, text, "end")
    )


def _number(value: float) -> str:
    return f"{value:.0%}" if 0 < value <= 1 else f"{value:.0f}"
