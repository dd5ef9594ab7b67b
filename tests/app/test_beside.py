"""Long sums in a process of their own."""

from __future__ import annotations

import functools
import os
import time

import pytest

from contact_center.app.beside import beside


async def test_work_is_done_in_another_process_and_after_everything_else() -> None:
    assert await beside(os.getpid, 60) != os.getpid()
    assert await beside(functools.partial(os.nice, 0), 60) >= 10


async def test_what_it_raises_is_raised_here() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        await beside(functools.partial(int, "x"), 60)


async def test_what_takes_too_long_is_ended() -> None:
    with pytest.raises(TimeoutError):
        await beside(functools.partial(time.sleep, 600), 1)
