"""Switching a running product to emergency, from another terminal."""

from __future__ import annotations

from pathlib import Path

from contact_center.app.emergency_command import said
from tests.app.test_commands import run
from tests.app.test_reload import open_shop


async def test_flows_are_switched_to_emergency_and_back_and_shown(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as (shop, product):
        flow = "larkfield"
        asked = (("show",), ("on", flow), ("on",), ("off", flow), ("off",), ("on", "none"))
        answers = [await run("emergency", *words, env=shop.environment) for words in asked]
        assert answers == [
            (0, "emergency: none\n"),
            (0, f"emergency: {flow}\n"),
            (0, "emergency: all flows\n"),
            (1, "All flows are switched to emergency: switch all of them back.\n"),
            (0, "emergency: none\n"),
            (1, "There is no such flow.\n"),
        ]
        assert (await run("emergency", "on", flow, env=shop.environment))[0] == 0
        shop.change("    label: Sales\n", "    label: Selling\n")
        code, text = await run("reload", env=shop.environment)
        assert code == 0, text
        shown = await run("emergency", "show", env=shop.environment)
        assert shown == (0, f"emergency: {flow}\n")
        assert await product.stop() == 0
    code, text = await run("emergency", "show", env=shop.environment)
    assert code == 2, text


def test_what_is_switched_is_said_in_a_line() -> None:
    assert said({"all": False, "flows": ["a", "b"]}) == "emergency: a, b"
