"""Forecasts in a process of their own: the live one goes on meanwhile, and a deadline holds.

``python -m contact_center.runtime.dialing.forecasting`` is that process: it takes a `Present` and
settings from its input, and gives forecasts on its output. Both ends are this version of this
program, on one machine.
"""

import asyncio
import os
import pickle
import sys
from collections.abc import Sequence
from typing import Final

from contact_center.runtime.clock import WallClock
from dialer.campaign import CampaignSettings
from dialer.errors import NotNowError
from dialer.pacers import pacer_of
from dialer.rehearsal_tally import Minute
from dialer.what_if import RUNS, Forecast, Present, rehearsed, summed

DEADLINE_S: Final = 25.0
BUDGET_S: Final = 8.0
"""No further runs are begun after that, when there are some."""
LEAST_RUNS: Final = 3
MOST_WAITING: Final = 3
_NICE: Final = 10


class Forecasting:
    """Makes forecasts, one at a time. Raises NotNowError when there is no time for one."""

    def __init__(self, *, deadline_s: float = DEADLINE_S, budget_s: float = BUDGET_S) -> None:
        self._deadline_s = deadline_s
        self._budget_s = budget_s
        self._turn = asyncio.Lock()
        self._waiting = 0

    async def __call__(
        self, present: Present, settings: Sequence[CampaignSettings]
    ) -> list[Forecast]:
        """Run forward under each of the settings."""
        if self._waiting >= MOST_WAITING:
            raise NotNowError("others are asking for forecasts; try again")
        asked = pickle.dumps((present, tuple(settings), self._budget_s))
        self._waiting += 1
        try:
            async with asyncio.timeout(self._deadline_s), self._turn:
                return await _asked_of_a_process(asked)
        except TimeoutError:
            raise NotNowError("the forecast takes too long; ask for fewer minutes") from None
        finally:
            self._waiting -= 1


async def _asked_of_a_process(asked: bytes) -> list[Forecast]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", __name__),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )
    try:
        said, _ = await process.communicate(asked)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise NotNowError("the forecast failed; the process's own output says why")
    found: list[Forecast] = pickle.loads(said)  # noqa: S301 - our own process said it
    return found


async def in_thread(present: Present, settings: Sequence[CampaignSettings]) -> list[Forecast]:
    """Do the same in a thread of this process; for tests, and where nothing else goes on."""
    asked = pickle.dumps((present, tuple(settings), BUDGET_S))
    return await asyncio.to_thread(answer, *pickle.loads(asked))  # noqa: S301 - as above


def answer(
    present: Present, settings: Sequence[CampaignSettings], budget_s: float
) -> list[Forecast]:
    """Run forward, the same luck for all settings, as often as there is time for."""
    clock = WallClock()
    until = clock.now() + int(budget_s * 1_000_000)
    found: list[list[Minute]] = [[] for _ in settings]
    for run in range(RUNS):
        if run >= LEAST_RUNS and clock.now() > until:
            break
        for totals, each in zip(found, settings, strict=True):
            totals.append(rehearsed(present, each, pacer_of, run))
    return [summed(present, totals) for totals in found]


if __name__ == "__main__":
    os.nice(_NICE)
    sys.stdout.buffer.write(
        pickle.dumps(answer(*pickle.load(sys.stdin.buffer)))  # noqa: S301 - as above
    )
