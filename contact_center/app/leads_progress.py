"""A bar that fills while a file is read, where there is a terminal; lines where there is none."""

from typing import TextIO

WIDTH = 30
_LINE_EVERY = 10
"""Percent between lines."""


class Bar:
    """How much of a file is read, by its bytes."""

    def __init__(self, name: str, size: int, to: TextIO) -> None:
        self._name, self._size, self._to = name, max(size, 1), to
        self._told = -1
        self._is_open = False

    def show(self, position: int, rows: int) -> None:
        """Show it, if it is worth another look."""
        percent = min(100, 100 * position // self._size)
        if self._to.isatty():
            full = WIDTH * percent // 100
            bar = "#" * full + "." * (WIDTH - full)
            self._to.write(f"\r{self._name} [{bar}] {percent:3} % {rows:>9} rows")
            self._to.flush()
            self._is_open = True
        elif percent // _LINE_EVERY > self._told:
            self._told = percent // _LINE_EVERY
            self._to.write(f"{self._name}: {percent} %, {rows} rows\n")

    def end(self) -> None:
        """Go on to the next line."""
        if self._is_open:
            self._to.write("\n")
            self._is_open = False
