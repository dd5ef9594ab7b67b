"""A bar that fills, where there is a terminal; one line at the end, where there is none."""

from typing import TextIO

WIDTH = 30


class Progress:
    """So many steps of one thing."""

    def __init__(self, name: str, steps: int, to: TextIO) -> None:
        self._name, self._steps, self._to = name, steps, to
        self._done = 0

    def step(self) -> None:
        """One more is done."""
        self._done += 1
        last = self._done == self._steps
        if self._to.isatty():
            full = WIDTH * self._done // self._steps
            bar = "#" * full + "." * (WIDTH - full)
            end = "\n" if last else ""
            self._to.write(f"\r{self._name} [{bar}] {self._done}/{self._steps}{end}")
            self._to.flush()
        elif last:
            self._to.write(f"{self._name}: {self._done} of {self._steps}\n")
