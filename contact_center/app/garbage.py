"""How often the interpreter looks for garbage that refers to itself, of which we make little.

By default it looks through all objects again and again while many are made, and most of them are
modules and tables that are there for good: a third of the processor's time of an import.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


def tame() -> None:
    """Leave what is there by now out of collections, and have them seldom, for good."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@contextmanager
def tamed() -> Iterator[None]:
    """Do the same for a while."""
    before = gc.get_threshold()
    tame()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
