"""Where labels of dots go in a plot: beside their dots, covered by nothing and covering nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]

DOT = 5.0
"""The radius of a dot."""
LINE, CHARACTER, GAP = 14.0, 7.7, 4.0
"""Of 12 pixel letters: the height of a line, and the width of one that is as wide as most are."""
_STEPS = 40


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Say whether they have a point in common."""
        beside = self.right <= other.left or other.right <= self.left
        return not (beside or self.bottom <= other.top or other.bottom <= self.top)

    def holds(self, other: "Box") -> bool:
        """Say whether another is inside."""
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom


@dataclass(frozen=True, slots=True)
class Spot:
    """A label's place. ``anchor``: ``start`` when it is right of its dot, ``end`` when left."""

    text: str
    box: Box
    anchor: str


def spots(dots: Sequence[Point], texts: Sequence[str], area: Box) -> list[Spot]:
    """Place each text near its dot: right of it, left of it, or some lines up or down.

    The nearest place inside `area` that meets no dot and no label placed before. Where there is
    none in so many lines, the first place is taken all the same.
    """
    round_dots = [Box(x - DOT, y - DOT, x + DOT, y + DOT) for x, y in dots]
    placed: list[Spot] = []
    for dot, text in zip(dots, texts, strict=True):
        tried = _places(dot, text)
        free = (
            spot
            for spot in tried
            if area.holds(spot.box)
            and not any(spot.box.meets(each) for each in round_dots)
            and not any(spot.box.meets(other.box) for other in placed)
        )
        placed.append(next(free, tried[0]))
    return placed


def _places(dot: Point, text: str) -> list[Spot]:
    """Give places for a label, the nearest first."""
    x, y = dot
    wide, away = CHARACTER * len(text), DOT + GAP
    found = []
    for step in range(_STEPS):
        for side in dict.fromkeys((step, -step)):
            top = y - LINE / 2 + side * LINE / 2
            right = Box(x + away, top, x + away + wide, top + LINE)
            left = Box(x - away - wide, top, x - away, top + LINE)
            found += [Spot(text, right, "start"), Spot(text, left, "end")]
    return found
