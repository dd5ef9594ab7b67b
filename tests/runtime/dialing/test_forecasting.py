"""Forecasts made by a process beside ours."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from contact_center.runtime.dialing import forecasting as module
from contact_center.runtime.dialing.forecasting import MOST_WAITING, Forecasting, answer
from dialer.campaign import Mode
from dialer.errors import NotNowError
from tests.dialer.test_what_if import present
from tests.runtime.dialing.parts import SPRING

CALM = replace(SPRING, mode=Mode.PROGRESSIVE)
MINUTE = 60_000_000


async def test_another_process_says_what_this_one_would() -> None:
    asked = present(6, horizon_us=MINUTE)
    there = await Forecasting(deadline_s=120.0, budget_s=100.0)(asked, [SPRING, CALM])
    here = await asyncio.to_thread(answer, asked, [SPRING, CALM], 100.0)
    assert there[0].runs == module.RUNS
    assert there == here
    assert there[1].abandonment == (0.0, 0.0, 0.0)


def test_without_time_there_are_a_few_runs_all_the_same() -> None:
    found = answer(present(6, horizon_us=MINUTE), [SPRING, CALM], 0.0)
    assert [one.runs for one in found] == [module.LEAST_RUNS, module.LEAST_RUNS]


async def test_a_forecast_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(NotNowError, match="fewer minutes"):
        await Forecasting(deadline_s=0.01)(present(6), [SPRING])


async def test_only_so_many_wait_for_their_turn() -> None:
    forecasts = Forecasting(deadline_s=120.0, budget_s=0.0)
    asked = present(2, horizon_us=MINUTE)
    asking = [asyncio.ensure_future(forecasts(asked, [CALM])) for _ in range(MOST_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(NotNowError, match="others"):
        await forecasts(asked, [CALM])
    assert all(found[0].agents == 2 for found in await asyncio.gather(*asking))


async def test_a_process_that_fails_is_told() -> None:
    broken = replace(SPRING, pacer="nobody", mode=Mode.PREDICTIVE)
    with pytest.raises(NotNowError, match="failed"):
        await Forecasting(deadline_s=120.0)(present(2), [broken])
