"""Text in CSV files, such that no program that opens one takes it for a formula."""

from typing import Final

_BEGINS: Final = ("=", "+", "-", "@", "\t", "\n")


def cell(text: str) -> str:
    """Give a text as a cell: with an apostrophe before what a spreadsheet would work out."""
    # A lone carriage return would not be put into quotes, and ends a row for some readers.
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text.startswith(_BEGINS) or text.lstrip(" ").startswith(_BEGINS) else text
