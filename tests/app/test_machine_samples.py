"""Detection of machines, audited by a whole process on the simulated network.

Every call that is taken for a machine is a sample here; the agents say what it was.
"""

from __future__ import annotations

import asyncio
import json
import zipfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from contact_center.adapters.simulated.phones import Phone, Rings
from contact_center.adapters.simulated.population import population
from tests.app.test_commands import START_S, running
from tests.app.test_dialing import PARTS, Shop, at_work

pytestmark = pytest.mark.timeout(240)

LIVES = population(1)
"""Who lives at the numbers of the simulated network of a process."""


def at(number: str) -> Rings | None:
    found: Phone | None = LIVES(number)
    return None if found is None else found.rings


def numbers(rings: Rings, count: int) -> list[str]:
    return [n for i in range(100, 10_000) if at(n := f"+1212555{i:04}") is rings][:count]


def found(call: dict[str, Any]) -> str:
    """What an agent says who heard what was there."""
    assert call["pop"]["maybe_machine"], "the agent was told beforehand"
    return "no_sale" if at(call["pop"]["ani"]) is Rings.MACHINE else "sold"


class Audited(Shop):
    """The shop, with detection and every machine a sample."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        file = folder / "campaigns.yaml"
        text = file.read_text(encoding="utf-8")
        says = "dispositions: {sold: {success: true}, no_sale: {machine: true}}"
        text = text.replace(
            "dispositions: {sold: {success: true}, no_sale: {contact: true}}",
            f"{says}\n    amd: true\n    machine_false: 0.01\n    machine_samples: 1.0",
        )
        file.write_text(text, encoding="utf-8")

    async def calls(self, wanted: list[str]) -> None:
        rows = "".join(f"{i},Person {i},{number},40\n" for i, number in enumerate(wanted))
        (self.folder / "leads.csv").write_text(f"id,name,phone,age\n{rows}", encoding="utf-8")
        file = str(self.folder / "leads.csv")
        await self.says("leads", "import", file, "--shape", str(PARTS / "list.yaml"))

    async def audit(self) -> dict[str, Any]:
        known: dict[str, Any] = json.loads(
            await self.says("dialer", "machines", "spring", "--json")
        )
        return known


async def test_people_taken_for_machines_talk_with_agents_and_raise_the_estimate(
    tmp_path: Path,
) -> None:
    people, machines = numbers(Rings.WORDY, 3), numbers(Rings.MACHINE, 1)
    async with AsyncExitStack() as stack:
        shop = Audited(tmp_path)
        product = await stack.enter_async_context(running("run", env=shop.environment))
        await product.says(r"^ready", within=START_S)
        before = await shop.audit()
        await shop.calls([*people, *machines])
        await stack.enter_async_context(at_work(product, "ana", "ben", says=found))
        await shop.says("dialer", "start", "spring", "--why", "monday")
        await shop.comes_to(lambda shown: sum(shown["outcomes"].values()) == 4, 150)
        async with asyncio.timeout(60):  # the last one is judged in its wrap-up
            while (after := await shop.audit())["people"] + after["machines"] < 4:  # noqa: ASYNC110
                await asyncio.sleep(0.3)
        words = await shop.says("dialer", "machines", "spring")
        bundle = tmp_path / "evidence.zip"
        await shop.says("dialer", "evidence", "spring", "--out", str(bundle))
        await product.stop()
        assert "no difference" in await shop.says("dialer", "replay")
    assert (before["people"], before["machines"], before["sampled"]) == (0, 0, 0)
    assert (after["people"], after["machines"], after["sampled"]) == (3, 1, 4)
    assert after["mean"] > before["mean"]
    assert after["counted"] > before["counted"] > 0.01
    assert f"In ledgers {after['counted']:.2%} are counted" in words
    with zipfile.ZipFile(bundle) as made:
        rows = made.read("machines.csv").decode().splitlines()
        assert sorted(row.rsplit(",", 1)[1] for row in rows[1:]) == [
            '"machine"',
            '"person"',
            '"person"',
            '"person"',
        ]
        assert "3 people, 1 machines" in made.read("machines.txt").decode()
    won = {number for (number,) in shop.rows("SELECT number FROM attempts WHERE success = 1")}
    assert won == set(people)
