"""Labels of a plot: near their dots, and none of them covered."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from simulations.dialing.labels import DOT, Box, Spot, spots

AREA = Box(left=64, top=28, right=860, bottom=372)


def covered(dots: list[tuple[float, float]], placed: list[Spot]) -> list[str]:
    """Name the labels that a dot or another label covers, or that the plot cuts off."""
    round_dots = [Box(x - DOT, y - DOT, x + DOT, y + DOT) for x, y in dots]
    found = [a.text for a, b in combinations(placed, 2) if a.box.meets(b.box)]
    found += [one.text for one in placed if any(one.box.meets(dot) for dot in round_dots)]
    return found + [one.text for one in placed if not AREA.holds(one.box)]


def test_a_label_alone_is_right_of_its_dot_and_on_its_height() -> None:
    (spot,) = spots([(200.0, 100.0)], ["look_ahead 85%"], AREA)
    assert spot.anchor == "start"
    assert 200 + DOT < spot.box.left < 200 + 3 * DOT
    assert (spot.box.top + spot.box.bottom) / 2 == 100


def test_a_label_at_the_right_edge_is_left_of_its_dot() -> None:
    (spot,) = spots([(840.0, 100.0)], ["look_ahead 85%"], AREA)
    assert spot.anchor == "end"
    assert spot.box.right < 840 - DOT


def test_dots_that_lie_close_together_have_labels_of_which_none_is_covered() -> None:
    dots = [(245.3, 95.1), (248.2, 101.0), (266.5, 114.0)]
    texts = ["oracle_talks 86.7% at 2.8%", "look_ahead 85.3% at 2.8%", "mean_matching 82.2%"]
    assert covered(dots, spots(dots, texts, AREA)) == []


@given(
    st.lists(st.tuples(st.floats(64, 844), st.floats(40, 366)), min_size=1, max_size=9, unique=True)
)
def test_nine_policies_wherever_they_are_have_labels_of_which_none_is_covered(
    dots: list[tuple[float, float]],
) -> None:
    texts = [f"vicidial_tapered 56.3% at {n}.2%" for n in range(len(dots))]
    placed = spots(dots, texts, AREA)
    assert [spot.text for spot in placed] == texts
    assert covered(dots, placed) == []
