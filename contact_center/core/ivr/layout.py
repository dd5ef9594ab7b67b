"""Where boxes of a directed graph go on paper: in layers, from top to bottom.

The way of Sugiyama: cycles are cut, boxes are put in layers below what leads to them, long edges
get a bend in each layer, layers are ordered so that few edges cross, and boxes move sideways
towards what they are connected with, as far as their neighbours let them. Same graph, same picture.
"""

from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

_STILL = 0.2
"""Who moves less than this in a turn stands still."""
SWEEPS = 24
PULLS = 240
_STRAIGHT = 8.0
"""How much more bends of one edge want to stand below each other than boxes do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Something with a size, in whatever unit the picture has."""

    name: str
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """An edge, and the size of what is written on it."""

    source: str
    target: str
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """Least distances: between boxes side by side, between edges, and between layers."""

    across: float = 28.0
    wires: float = 12.0
    down: float = 26.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The picture: centers of boxes by name, and for each wire its points and its label's center.

    Points lead from the source to the target.
    """

    width: float
    height: float
    places: Mapping[str, tuple[float, float]]
    wires: tuple[tuple[tuple[float, float], ...], ...]
    labels: tuple[tuple[float, float], ...]


@dataclass(slots=True)
class _Spot:
    """A box, a label, or a bend of an edge, in the order of its layer."""

    layer: int
    width: float
    height: float
    bend: bool = False
    x: float = 0.0
    up: list[int] = field(default_factory=list)
    down: list[int] = field(default_factory=list)


def lay_out(boxes: Sequence[Box], wires: Sequence[Wire], gaps: Gaps | None = None) -> Layout:
    """Place boxes and wires; the first box is on top. No wire may lead from a box to itself."""
    drawing = _Drawing(boxes, wires, gaps or Gaps())
    drawing.order()
    drawing.spread()
    return drawing.finished()


class _Drawing:
    def __init__(self, boxes: Sequence[Box], wires: Sequence[Wire], gaps: Gaps) -> None:
        self.boxes, self.wires, self.gaps = boxes, wires, gaps
        self.number = {box.name: index for index, box in enumerate(boxes)}
        pairs = [(self.number[w.source], self.number[w.target]) for w in wires]
        self.turned = _cuts(len(boxes), pairs)
        downwards = [(b, a) if t else (a, b) for (a, b), t in zip(pairs, self.turned, strict=True)]
        depth = _depths(len(boxes), downwards)
        # Labels stand in layers of their own, between those of the boxes.
        self.spots = [_Spot(2 * depth[i], box.width, box.height) for i, box in enumerate(boxes)]
        self.chains = [
            self._chain(a, b, wire) for (a, b), wire in zip(downwards, wires, strict=True)
        ]
        self.layers: list[list[int]] = [[] for _ in range(1 + max(s.layer for s in self.spots))]
        for index in self._walk():
            self.layers[self.spots[index].layer].append(index)

    def _chain(self, upper: int, lower: int, wire: Wire) -> list[int]:
        """Put a label and bends between two boxes; gives all spots of the edge, from the top."""
        chain = [upper]
        for layer in range(self.spots[upper].layer + 1, self.spots[lower].layer):
            first = layer == self.spots[upper].layer + 1
            size = (wire.width, wire.height) if first else (0.0, 0.0)
            self.spots.append(_Spot(layer, *size, bend=True))
            chain.append(len(self.spots) - 1)
        chain.append(lower)
        for above, below in pairwise(chain):
            self.spots[above].down.append(below)
            self.spots[below].up.append(above)
        return chain

    def _walk(self) -> Iterator[int]:
        """Every spot, in the order in which a reader meets them."""
        seen: set[int] = set()
        for root in range(len(self.boxes)):
            waiting = [root]
            while waiting:
                index = waiting.pop()
                if index not in seen:
                    seen.add(index)
                    yield index
                    waiting += reversed(self.spots[index].down)

    # --- the order within layers --------------------------------------------------------------

    def order(self) -> None:
        """Let edges cross as little as barycentres and swaps of neighbours get it."""
        best, least = [list(layer) for layer in self.layers], self._crossings()
        for sweep in range(SWEEPS):
            downwards = sweep % 2 == 0
            turn = self.layers[1:] if downwards else self.layers[-2::-1]
            for layer in turn:
                self._sort(layer, downwards=downwards)
            for layer in self.layers:
                self._swap(layer)
            found = self._crossings()
            if found < least:
                best, least = [list(layer) for layer in self.layers], found
        self.layers = best

    def _positions(self) -> dict[int, int]:
        return {index: at for layer in self.layers for at, index in enumerate(layer)}

    def _sort(self, layer: list[int], *, downwards: bool) -> None:
        at = self._positions()

        def middle(index: int) -> float:
            spot = self.spots[index]
            beside = spot.up if downwards else spot.down
            return sum(at[n] for n in beside) / len(beside) if beside else float(at[index])

        layer.sort(key=middle)

    def _swap(self, layer: list[int]) -> None:
        at = self._positions()
        for left in range(len(layer) - 1):
            a, b = self.spots[layer[left]], self.spots[layer[left + 1]]
            as_is = turned = 0
            for ours, theirs in ((a.up, b.up), (a.down, b.down)):
                as_is += sum(at[m] > at[n] for m in ours for n in theirs)
                turned += sum(at[m] < at[n] for m in ours for n in theirs)
            if turned < as_is:
                layer[left], layer[left + 1] = layer[left + 1], layer[left]

    def _crossings(self) -> int:
        at, total = self._positions(), 0
        for layer in self.layers:
            ended: list[int] = []
            for index in layer:
                ends = sorted(at[below] for below in self.spots[index].down)
                total += sum(len(ended) - bisect_right(ended, end) for end in ends)
                for end in ends:
                    insort(ended, end)
        return total

    # --- sideways -----------------------------------------------------------------------------

    def spread(self) -> None:
        """Move everything towards what it is connected with, within its layer's order."""
        for layer in self.layers:
            self._place(layer, [0.0] * len(layer))
            middle = (self.spots[layer[0]].x + self.spots[layer[-1]].x) / 2 if layer else 0.0
            for index in layer:
                self.spots[index].x -= middle
        for sweep in range(PULLS):
            before = [spot.x for spot in self.spots]
            for layer in self.layers if sweep % 2 == 0 else reversed(self.layers):
                self._place(layer, [self._wish(index) for index in layer])
            if all(abs(x - spot.x) < _STILL for x, spot in zip(before, self.spots, strict=True)):
                break

    def _wish(self, index: int) -> float:
        spot, total, weight = self.spots[index], 0.0, 0.0
        for other in (*spot.up, *spot.down):
            pull = _STRAIGHT if spot.bend and self.spots[other].bend else 1.0
            total += pull * self.spots[other].x
            weight += pull
        return total / weight if weight else spot.x

    def _place(self, layer: Sequence[int], wishes: Sequence[float]) -> None:
        """Come as near to all wishes as the order and the gaps let it (pooled violators)."""
        offsets, far = [], 0.0
        for left, right in zip([None, *layer], layer, strict=False):
            far += self._apart(left, right) if left is not None else 0.0
            offsets.append(far)
        blocks: list[list[float]] = []  # mean and number of those that stand as close as they can
        for wish, offset in zip(wishes, offsets, strict=True):
            blocks.append([wish - offset, 1.0])
            while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
                mean, number = blocks.pop()
                before = blocks[-1]
                before[0] = (before[0] * before[1] + mean * number) / (before[1] + number)
                before[1] += number
        means = [mean for mean, number in blocks for _ in range(int(number))]
        for index, mean, offset in zip(layer, means, offsets, strict=True):
            self.spots[index].x = mean + offset

    def _apart(self, left: int, right: int) -> float:
        a, b = self.spots[left], self.spots[right]
        gap = self.gaps.wires if a.bend or b.bend else self.gaps.across
        return (a.width + b.width) / 2 + gap

    # --- the result ---------------------------------------------------------------------------

    def finished(self) -> Layout:
        """Give coordinates from the upper left corner."""
        left = min(spot.x - spot.width / 2 for spot in self.spots)
        right = max(spot.x + spot.width / 2 for spot in self.spots)
        tops, heights, y = [], [], 0.0
        for layer in self.layers:
            height = max((self.spots[index].height for index in layer), default=0.0)
            tops.append(y + height / 2)
            heights.append(height)
            y += height + self.gaps.down
        place = [(spot.x - left, tops[spot.layer]) for spot in self.spots]
        wires, labels = [], []
        for chain, turned in zip(self.chains, self.turned, strict=True):
            points = tuple(self._points(chain, place, heights))
            wires.append(tuple(reversed(points)) if turned else points)
            labels.append(place[chain[1]])
        return Layout(
            width=right - left,
            height=y - self.gaps.down,
            places={box.name: place[index] for index, box in enumerate(self.boxes)},
            wires=tuple(wires),
            labels=tuple(labels),
        )

    def _points(
        self,
        chain: Sequence[int],
        place: Sequence[tuple[float, float]],
        heights: Sequence[float],
    ) -> Iterator[tuple[float, float]]:
        upper, lower = chain[0], chain[-1]
        yield self._port(upper, self.spots[upper].down, chain[1], place, 1)
        for index in chain[1:-1]:
            # Straight through the whole layer, so that no line touches a box that stands in it.
            (x, y), half = place[index], heights[self.spots[index].layer] / 2
            yield x, y - half
            yield x, y + half
        yield self._port(lower, self.spots[lower].up, chain[-2], place, -1)

    def _port(
        self,
        box: int,
        beside: Sequence[int],
        other: int,
        place: Sequence[tuple[float, float]],
        side: int,
    ) -> tuple[float, float]:
        """Where an edge leaves a box: edges side by side, in the order of where they lead."""
        spot, (x, y) = self.spots[box], place[box]
        order = sorted(beside, key=lambda index: place[index][0])
        share = (order.index(other) + 1) / (len(order) + 1) - 0.5
        return x + share * spot.width * 0.8, y + side * spot.height / 2


def _cuts(number: int, pairs: Sequence[tuple[int, int]]) -> list[bool]:
    """Say which edges lead back to where one came from, depth first from the first box.

    Whatever leads to the first box leads back, so that it stays on top.
    """
    out: list[list[tuple[int, int]]] = [[] for _ in range(number)]
    for edge, (source, target) in enumerate(pairs):
        out[source].append((edge, target))
    turned = [target == 0 for _, target in pairs]
    state = [0] * number  # 1: on the way, 2: done
    for root in range(number):
        stack: list[tuple[int, int]] = [(root, 0)] if not state[root] else []
        while stack:
            box, index = stack.pop()
            state[box] = 1
            if index == len(out[box]):
                state[box] = 2
                continue
            stack.append((box, index + 1))
            edge, target = out[box][index]
            if state[target] == 1:
                turned[edge] = True
            elif not state[target] and not turned[edge]:
                stack.append((target, 0))
    return turned


def _depths(number: int, pairs: Iterable[tuple[int, int]]) -> list[int]:
    """The longest way to each box; then boxes that nothing needs higher up move down."""
    above: list[list[int]] = [[] for _ in range(number)]
    below: list[list[int]] = [[] for _ in range(number)]
    for upper, lower in pairs:
        above[lower].append(upper)
        below[upper].append(lower)
    depth = [0] * number
    waits = [len(before) for before in above]
    order = [box for box in range(number) if not waits[box]]
    for box in order:
        for lower in below[box]:
            depth[lower] = max(depth[lower], depth[box] + 1)
            waits[lower] -= 1
            if not waits[lower]:
                order.append(lower)
    for box in reversed(order):
        if below[box] and not above[box] and box:
            depth[box] = min(depth[lower] for lower in below[box]) - 1
    return depth
