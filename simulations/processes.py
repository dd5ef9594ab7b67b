"""The same work for many inputs, in as many processes as there are cores, and in order."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def cores() -> int:
    """Count the cores this process may use."""
    return len(os.sched_getaffinity(0))


def spread(work: Callable[[T], R], items: Sequence[T], jobs: int | None = None) -> Iterator[R]:
    """Give `work` of each item, in their order, as they are done.

    At most `jobs` processes (None: one for each core), and none beside this one for a single job.
    `work` and items have to be picklable. What `work` raises is raised here.
    """
    count = min(cores() if jobs is None else jobs, len(items))
    if count <= 1:
        yield from map(work, items)
        return
    with ProcessPoolExecutor(count, mp_context=get_context("fork")) as pool:
        try:
            yield from pool.map(work, items)
        finally:
            pool.shutdown(cancel_futures=True)


def alone(work: Callable[[T], R], item: T) -> R:
    """Give `work` of the item, done in a fresh process, so that its memory is its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, item).result()
