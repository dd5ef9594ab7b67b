"""Reports for people: shares, times and tables as text."""

from typing import Any, TextIO

_LEFT = 1
"""How many columns of a table are words."""


def percent(share: float | None) -> str:
    """Write a share; a dash for one of nothing."""
    return "-" if share is None else f"{share * 100:.1f} %"


def seconds(us: int | None) -> str:
    """Write a length of time in microseconds; a dash for none."""
    return "-" if us is None else f"{us / 1e6:.1f} s"


def in_words(found: dict[str, Any]) -> str:
    """Write a share with what it is of and its interval, as reports have it in their data."""
    between = f"{percent(found['low'])} to {percent(found['high'])}"
    return f"{found['count']} of {found['of']}, {percent(found['share'])} ({between})"


def write_table(out: TextIO, rows: list[tuple[str, ...]]) -> None:
    """Write rows, the first of which are heads, in columns: words to the left, numbers right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        left = (c.ljust(w) for c, w in zip(row[:_LEFT], widths[:_LEFT], strict=True))
        right = (c.rjust(w) for c, w in zip(row[_LEFT:], widths[_LEFT:], strict=True))
        out.write("  ".join((*left, *right)).rstrip() + "\n")
