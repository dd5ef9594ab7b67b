"""Text in CSV files, such that no program that opens one takes it for a formula."""

from typing import Final

_BEGINS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def cell(text: str) -> str:
    """Give a text as a cell: with an apostrophe before what a spreadsheet would work out."""
    return f"'{text}" if text.lstrip(" ").startswith(_BEGINS) or text.startswith(_BEGINS) else text
