"""Long sums in a process of their own, so that calls do not wait for them."""

import asyncio
import contextlib
import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any


async def beside(work: Callable[[], Any], within_s: float) -> Any:
    """Run `work` in another process, after everything else, and give what it gives.

    `work` has to be picklable. Raises what it raises, and TimeoutError; the process is ended then.
    """
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(1, mp_context=context, initializer=os.nice, initargs=(10,))
    try:
        async with asyncio.timeout(within_s):
            return await asyncio.get_running_loop().run_in_executor(pool, work)
    finally:
        for process in list((pool._processes or {}).values()):
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        pool.shutdown(wait=False, cancel_futures=True)
