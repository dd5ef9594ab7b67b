from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.reporting.waits import ExactWaits, WaitSketch

DAY = 86_400_000_000
lengths = st.lists(st.integers(0, DAY), min_size=1, max_size=200)


@given(waits=lengths, percent=st.integers(1, 100))
def test_an_exact_percentile_is_the_least_length_that_so_many_did_not_exceed(
    waits: list[int], percent: int
) -> None:
    kept = ExactWaits()
    for wait in waits:
        kept.add(wait)
    found = kept.percentile(percent)
    assert found in waits
    assert sum(wait <= found for wait in waits) * 100 >= percent * len(waits)
    assert sum(wait < found for wait in waits) * 100 < percent * len(waits)


@given(waits=lengths, percent=st.integers(1, 100))
def test_a_sketch_is_within_a_hundredth_of_the_exact_one(waits: list[int], percent: int) -> None:
    exact, sketch = ExactWaits(), WaitSketch()
    for wait in waits:
        exact.add(wait)
        sketch.add(wait)
    true, found = exact.percentile(percent), sketch.percentile(percent)
    assert true is not None
    assert found is not None
    assert abs(found - true) <= max(1000, 0.0100001 * true)


@given(one=lengths, other=lengths)
def test_two_collections_merged_are_one_collection(one: list[int], other: list[int]) -> None:
    for kind in (ExactWaits, WaitSketch):
        merged, whole, second = kind(), kind(), kind()
        for wait in one:
            merged.add(wait)
            whole.add(wait)
        for wait in other:
            second.add(wait)
            whole.add(wait)
        merged.merge(second)
        assert merged.counts == whole.counts


def test_a_sketch_does_not_grow_with_what_is_counted() -> None:
    sketch = WaitSketch()
    for wait in range(0, DAY, DAY // 50_000):
        sketch.add(wait)
    assert len(sketch.counts) < 940


def test_there_is_no_percentile_of_nothing_and_none_beyond_a_hundred() -> None:
    assert ExactWaits().percentile(50) is None
    assert WaitSketch().percentile(50) is None
    for percent in (0, 101):
        with pytest.raises(ValueError, match="from 1 to 100"):
            ExactWaits().percentile(percent)
