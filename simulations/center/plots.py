"""Plots as SVG, written out by hand: a line with its interval as a band, by time of day."""

from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 860, 300, 60, 34, 34
PLOTS: Mapping[str, tuple[str, str, float | None]] = {
    "service_level": ("service_level", "Service level by interval", 1.0),
    "waits": ("mean_wait_s", "Mean wait by interval, seconds", None),
    "occupancy": ("occupancy", "Occupancy of agents by interval", 1.0),
}
"""Of each plot's file: the measure, its heading, and the top of its axis (None: what it takes)."""


def plots(found: Mapping[str, Any]) -> dict[str, str]:
    """Draw every plot of what `findings` gave; SVG texts by the names of their files."""
    return {
        f"{name}.svg": _plot(found["intervals"], measure, heading, top)
        for name, (measure, heading, top) in PLOTS.items()
    }


def _plot(
    intervals: Sequence[Mapping[str, Any]], measure: str, heading: str, top: float | None
) -> str:
    rows = [(row["from_s"], row[measure]) for row in intervals if row[measure]["count"]]
    highest = max((row["high"] or row["mean"] for _, row in rows), default=1.0)
    most = top or highest * 1.05 or 1.0
    first = min((at for at, _ in rows), default=0.0)
    last = max((at for at, _ in rows), default=1.0)

    def x(at_s: float) -> float:
        return LEFT + (at_s - first) / ((last - first) or 1.0) * (WIDTH - LEFT - 12)

    def y(value: float) -> float:
        within = min(max(value, 0.0), most)
        return HEIGHT - BOTTOM - within / most * (HEIGHT - BOTTOM - TOP)

    line = " ".join(f"{x(at):.1f},{y(row['mean']):.1f}" for at, row in rows)
    known = [(at, row["low"], row["high"]) for at, row in rows if row["low"] is not None]
    above = [f"{x(at):.1f},{y(high):.1f}" for at, _, high in known]
    below = [f"{x(at):.1f},{y(low):.1f}" for at, low, _ in reversed(known)]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
            'font-family="sans-serif" font-size="12">',
            f"<title>{escape(heading)}</title>",
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
            f'<text x="{LEFT}" y="20" font-size="14">{escape(heading)}</text>',
            *(_level(most * part / 4, y(most * part / 4)) for part in range(5)),
            *(_hour(hour, x(hour * 3600.0)) for hour in _hours(first, last)),
            f'<polygon points="{" ".join(above + below)}" fill="#9ec5fe" fill-opacity="0.6"/>',
            f'<polyline points="{line}" fill="none" stroke="#0b5ed7" stroke-width="2"/>',
            "</svg>\n",
        ]
    )


def _hours(first_s: float, last_s: float) -> range:
    stride = max(1, round((last_s - first_s) / 3600 / 12))
    return range(-(-int(first_s) // 3600), int(last_s) // 3600 + 1, stride)


def _hour(hour: int, x: float) -> str:
    return f'<text x="{x:.1f}" y="{HEIGHT - 12}" text-anchor="middle">{hour % 24:02d}:00</text>'


def _level(value: float, y: float) -> str:
    shown = f"{value:.2f}" if value < 10 else f"{value:.0f}"
    return (
        f'<line x1="{LEFT}" x2="{WIDTH - 12}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
        f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{shown}</text>'
    )
