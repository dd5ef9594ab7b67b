"""SIPp against a bare application: the load tool works and counts right."""

from __future__ import annotations

import asyncio

import pytest

from contact_center.adapters.asterisk.local import Instance, Tree
from tests.real import sipp
from tests.real.asterisk import PlainAri, settings

pytestmark = pytest.mark.real


async def _answer_and_hang_up(ari: PlainAri, calls: int) -> None:
    for _ in range(calls):
        channel = (await ari.event("StasisStart", within=10))["channel"]["id"]
        await ari.post(f"channels/{channel}/answer")
        await ari.request("DELETE", f"channels/{channel}")


async def test_all_calls_of_a_load_run_are_counted(asterisk_tree: Tree) -> None:
    async with (
        Instance(settings(), asterisk_tree) as asterisk,
        PlainAri(asterisk) as ari,
        asyncio.TaskGroup() as group,
    ):
        group.create_task(_answer_and_hang_up(ari, 40))
        result = await sipp.run(
            sipp.ANSWER_AND_HANG_UP, asterisk.sip_port, calls=40, rate=20, within=20
        )
        assert result.ok, result
        assert result.successful == 40


async def test_calls_that_fail_are_counted_as_failed(asterisk_tree: Tree) -> None:
    async with Instance(settings(), asterisk_tree) as asterisk:
        result = await sipp.run(
            sipp.ANSWER_AND_HANG_UP, asterisk.sip_port, calls=4, rate=10, within=20, did="*nobody"
        )
        assert not result.ok
        assert result.failed == 4
