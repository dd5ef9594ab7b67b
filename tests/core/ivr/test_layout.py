"""Boxes in layers: nothing overlaps, arrows go down, and the same graph is drawn the same."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contact_center.core.ivr.layout import Box, Gaps, Layout, Wire, lay_out

WIDE, HIGH = 60.0, 30.0


def boxes(number: int) -> list[Box]:
    return [Box(name=str(n), width=WIDE + 7 * (n % 5), height=HIGH) for n in range(number)]


def wires(*pairs: tuple[int, int]) -> list[Wire]:
    return [Wire(source=str(a), target=str(b), width=40, height=14) for a, b in pairs]


def overlap(one: Box, other: Box, layout: Layout) -> bool:
    (x, y), (u, v) = layout.places[one.name], layout.places[other.name]
    apart = abs(x - u) >= (one.width + other.width) / 2 - 0.01
    return not apart and abs(y - v) < (one.height + other.height) / 2 - 0.01


graphs = st.integers(1, 12).flatmap(
    lambda n: st.tuples(
        st.just(n),
        st.lists(
            st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(lambda p: p[0] != p[1]),
            max_size=25,
            unique=True,
        ),
    )
)


def test_a_chain_goes_straight_down() -> None:
    layout = lay_out(boxes(3), wires((0, 1), (1, 2)))
    ys = [layout.places[str(n)][1] for n in range(3)]
    assert ys == sorted(ys)
    xs = {round(layout.places[str(n)][0]) for n in range(3)}
    assert len(xs) == 1


def test_the_first_box_stays_on_top_whatever_leads_back_to_it() -> None:
    layout = lay_out(boxes(4), wires((0, 1), (1, 2), (2, 0), (3, 0)))
    assert layout.places["0"][1] == min(y for _, y in layout.places.values())


def test_two_branches_stand_side_by_side_without_crossing() -> None:
    layout = lay_out(boxes(5), wires((0, 1), (0, 2), (1, 3), (2, 4)))
    (a, y), (b, z) = layout.places["1"], layout.places["2"]
    assert y == z
    assert (a < b) == (layout.places["3"][0] < layout.places["4"][0])


def test_a_label_stands_between_its_boxes() -> None:
    layout = lay_out(boxes(2), wires((0, 1)), Gaps(down=10))
    (label,) = layout.labels
    assert layout.places["0"][1] + HIGH / 2 < label[1] < layout.places["1"][1] - HIGH / 2


@settings(deadline=None, max_examples=30)
@given(graphs)
def test_no_two_boxes_overlap_and_all_stand_inside(
    graph: tuple[int, list[tuple[int, int]]],
) -> None:
    number, pairs = graph
    made = boxes(number)
    layout = lay_out(made, wires(*pairs))
    assert [pair for pair in combinations(made, 2) if overlap(*pair, layout)] == []
    for box in made:
        x, y = layout.places[box.name]
        assert box.width / 2 - 0.01 <= x <= layout.width - box.width / 2 + 0.01
        assert box.height / 2 - 0.01 <= y <= layout.height - box.height / 2 + 0.01


@settings(deadline=None, max_examples=30)
@given(graphs)
def test_every_wire_begins_and_ends_at_its_boxes(graph: tuple[int, list[tuple[int, int]]]) -> None:
    number, pairs = graph
    made = {box.name: box for box in boxes(number)}
    layout = lay_out(list(made.values()), wires(*pairs))
    assert len(layout.wires) == len(layout.labels) == len(pairs)
    for (source, target), points in zip(pairs, layout.wires, strict=True):
        for name, (x, y) in ((str(source), points[0]), (str(target), points[-1])):
            box, (u, v) = made[name], layout.places[name]
            assert abs(x - u) <= box.width / 2 + 0.01
            assert abs(abs(y - v) - box.height / 2) < 0.01
        falls = {below >= above for (_, above), (_, below) in pairwise(points)}
        assert len(falls) == 1 or len(points) == 2, "a line goes one way only"


@settings(deadline=None, max_examples=30)
@given(graphs)
def test_the_same_graph_is_drawn_the_same(graph: tuple[int, list[tuple[int, int]]]) -> None:
    number, pairs = graph
    assert lay_out(boxes(number), wires(*pairs)) == lay_out(boxes(number), wires(*pairs))


def test_a_box_alone_fills_the_paper() -> None:
    layout = lay_out(boxes(1), [])
    assert (layout.width, layout.height) == (pytest.approx(WIDE), pytest.approx(HIGH))
