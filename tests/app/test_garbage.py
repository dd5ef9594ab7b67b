from __future__ import annotations

import gc
import weakref

from contact_center.app.garbage import tamed
from simulations.bench.ivr import as_the_product_runs


class _Loop:
    def __init__(self) -> None:
        self.itself = self


def test_collections_are_rare_for_a_while_and_then_as_before() -> None:
    before = gc.get_threshold()
    with tamed():
        assert gc.get_threshold()[0] > before[0]
        assert gc.get_freeze_count() > 0
        made = weakref.ref(_Loop())
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
    gc.collect()
    assert made() is None


def test_the_bench_of_flows_runs_as_the_product_does() -> None:
    with tamed():
        wanted = gc.get_threshold()
    with as_the_product_runs():
        assert gc.get_threshold() == wanted
        assert gc.get_freeze_count() > 0
