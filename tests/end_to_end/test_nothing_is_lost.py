"""Killing us, and cutting the line to Asterisk, loses no call, no place in line and no agent."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from tests.end_to_end.product import DeskPerson, Floor
from tests.end_to_end.test_story import (
    AGENT_TONE,
    CALLER_TONE,
    DIRECT_NUMBER,
    MENU,
    MENU_NUMBER,
)
from tests.real.dialog import Call, until
from tests.real.proxy import Proxy

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

TALKING = ("ana", "ben", "eve")
AWAY_S = 3.0


class House:
    """Twenty callers: six in the menu, eleven waiting, three talking."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.talking: list[tuple[Call, Call]] = []
        self.waiting: list[Call] = []
        self.in_menu: list[Call] = []

    async def fill(self) -> None:
        floor = self.floor
        for index, name in enumerate(TALKING):
            await floor.agent(name)
            call = await floor.caller.dial(DIRECT_NUMBER, number=f"+1415555800{index}")
            leg = await floor.phones[name].called(within=60)
            await leg.accept()
            await floor.desks[name].is_("ready talking")
            call.media.tone(CALLER_TONE)
            leg.media.tone(AGENT_TONE)
            self.talking.append((call, leg))
        for index in range(11):
            call = await floor.caller.dial(DIRECT_NUMBER, number=f"+141555581{index:02}")
            await call.answered(within=60)
            await _waiting(floor.desks["ana"], index + 1)
            # Who only listens need not send: twenty streams are work for the test, not for us.
            call.media.sends = False
            self.waiting.append(call)
        for index in range(6):
            call = await floor.caller.dial(MENU_NUMBER, number=f"+1415555820{index}")
            await call.answered(within=60)
            call.media.sends = False
            self.in_menu.append(call)

    @property
    def everyone(self) -> list[Call]:
        return [call for call, _ in self.talking] + self.waiting + self.in_menu

    async def nobody_was_dropped(self) -> None:
        for call in self.everyone:
            assert call.is_up, "a caller was dropped"
        for call, leg in self.talking:
            since = asyncio.get_running_loop().time()
            await call.hears_tone(AGENT_TONE, within=60, since=since)
            await leg.hears_tone(CALLER_TONE, within=60, since=since)

    async def everybody_is_served_in_order(self) -> None:
        """End the talks one by one: the waiting get the agents in the order they came."""
        floor = self.floor
        free = list(TALKING)
        for index, (call, _) in enumerate(self.talking):
            await call.hang_up()
            name = free[index]
            await floor.desks[name].is_("ready wrap_up", within=60)
            await floor.desks[name].dispose("lost")
            leg = await floor.phones[name].called(within=60)
            await leg.accept()
            leg.media.tone(AGENT_TONE + 100 * index)
            since = asyncio.get_running_loop().time()
            await self.waiting[index].hears_tone(AGENT_TONE + 100 * index, within=60, since=since)
        prompt = await floor.prompt(MENU)
        for call in self.in_menu[:2]:
            await call.hears_prompt(prompt, within=60)


async def _waiting(desk: DeskPerson, count: int) -> None:
    await desk.until(
        lambda: desk.screen.tiles.get("sales", {}).get("waiting") == count,
        f"{count} waiting",
    )


async def _new_caller_is_kept(floor: Floor) -> Call:
    """Somebody calls while we are away; gives the call, which must not end."""
    return await floor.caller.dial(DIRECT_NUMBER, number="+14155558300")


@pytest.mark.parametrize("mode", ["inbound", "outbound"])
async def test_killed_and_started_again(make_floor: Callable[..., Any], mode: str) -> None:
    floor: Floor = await make_floor(mode)
    house = House(floor)
    await house.fill()
    await floor.product.kill()
    newcomer = await _new_caller_is_kept(floor)
    since = asyncio.get_running_loop().time()
    for call, leg in house.talking:
        await call.hears_tone(AGENT_TONE, within=60, since=since)
        await leg.hears_tone(CALLER_TONE, within=60, since=since)
    await floor.product.start()
    desk = floor.desks["ana"]
    await desk.until(lambda: desk.client.counts.connects >= 2, "the desk is back", within=60)
    for name in TALKING:
        await floor.desks[name].is_("ready talking", within=60)
    await _waiting(desk, 12)
    await newcomer.answered(within=60)
    await house.nobody_was_dropped()
    await house.everybody_is_served_in_order()
    assert newcomer.is_up
    await floor.replayed()


@pytest.mark.parametrize("mode", ["inbound", "outbound"])
async def test_the_line_to_asterisk_is_cut_for_ten_seconds(
    make_floor: Callable[..., Any], mode: str
) -> None:
    async with Proxy() as line:
        floor: Floor = await make_floor(mode, line=line)
        house = House(floor)
        await house.fill()
        line.cut()
        desk = floor.desks["ana"]
        await desk.until(
            lambda: desk.screen.providers.get("asterisk") is False, "the banner", within=60
        )
        newcomer = await _new_caller_is_kept(floor)
        since = asyncio.get_running_loop().time()
        await until(
            lambda: asyncio.get_running_loop().time() > since + 10, within=60, what="ten seconds"
        )
        await house.nobody_was_dropped()
        line.mend()
        await desk.until(lambda: desk.screen.providers.get("asterisk") is True, "back", within=60)
        await _waiting(desk, 12)
        await newcomer.answered(within=60)
        await house.nobody_was_dropped()
        await house.everybody_is_served_in_order()
        await floor.replayed()


async def test_asterisk_itself_dies_and_comes_back(make_floor: Callable[..., Any]) -> None:
    """Its calls are gone; ours end, agents are freed, and the next call goes through."""
    floor: Floor = await make_floor()
    ana = await floor.agent("ana")
    ben = await floor.agent("ben")
    await floor.caller.dial(DIRECT_NUMBER, number="+14155558400")
    leg = await floor.phones["ana"].called(within=60)
    await leg.accept()
    await ana.is_("ready talking")
    await floor.caller.dial(DIRECT_NUMBER, number="+14155558401")
    await ben.is_("ready offered")
    await floor.asterisk.kill()
    await ana.until(lambda: ana.screen.providers.get("asterisk") is False, "the banner", within=60)
    await floor.asterisk.start()
    await ana.until(lambda: ana.screen.providers.get("asterisk") is True, "back", within=60)
    await ana.is_("ready wrap_up")
    await ben.is_("ready idle")
    for name in ("ana", "ben"):
        await floor.phones[name].register()
    await ana.dispose("lost")
    await ana.is_("ready idle")
    await floor.caller.dial(DIRECT_NUMBER, number="+14155558402")
    await until(
        lambda: "offered" in ana.state + ben.state, within=60, what="somebody is offered the call"
    )
    await floor.replayed()


@pytest.mark.parametrize("mode", ["inbound", "outbound"])
async def test_an_agent_who_answers_while_we_are_away_gets_the_caller_when_we_are_back(
    make_floor: Callable[..., Any], mode: str
) -> None:
    """Outbound: Asterisk keeps the answered phone for us. Inbound: it hangs up on it, so the
    agent, who did nothing wrong, is rung once more for the same caller."""
    floor: Floor = await make_floor(mode)
    ana = await floor.agent("ana")
    call = await floor.caller.dial(DIRECT_NUMBER, number="+14155558500")
    leg = await floor.phones["ana"].called(within=60)
    await floor.product.kill()
    await leg.accept()
    await floor.product.start()
    if mode == "inbound":
        leg = await floor.phones["ana"].called(within=60)
        await leg.accept()
    call.media.tone(CALLER_TONE)
    leg.media.tone(AGENT_TONE)
    await call.hears_tone(AGENT_TONE, within=60)
    await leg.hears_tone(CALLER_TONE, within=60)
    await ana.is_("ready talking", within=60)
    await floor.replayed()


async def test_a_caller_who_leaves_while_we_are_away_frees_the_agent(
    make_floor: Callable[..., Any],
) -> None:
    floor: Floor = await make_floor()
    ana = await floor.agent("ana")
    call = await floor.caller.dial(DIRECT_NUMBER, number="+14155558600")
    leg = await floor.phones["ana"].called(within=60)
    await leg.accept()
    await ana.is_("ready talking")
    await floor.product.kill()
    await call.hang_up()
    await floor.product.start()
    await ana.is_("ready wrap_up", within=60)
    await leg.ended(within=60)
    await floor.replayed()


@pytest.mark.parametrize("leaves_while_we_are_away", [True, False])
async def test_a_message_that_was_being_left_is_kept_whole(
    floor: Floor, leaves_while_we_are_away: bool
) -> None:
    call = await floor.caller.dial(MENU_NUMBER, number="+14155558700")
    await call.answered(within=60)
    await call.media.send_digits("2")
    await until(lambda: _message_bytes(floor) > 0, within=60, what="the message begins")
    call.media.tone(CALLER_TONE)
    await until(lambda: _message_bytes(floor) > 48_000, within=60, what="three seconds of it")
    await floor.product.kill()
    if leaves_while_we_are_away:
        await call.hang_up()
    await floor.product.start()
    if not leaves_while_we_are_away:
        await until(lambda: floor.product.log.count("legs and") >= 2, within=60, what="a resync")
        await call.hang_up()
    await until(lambda: len(_kept(floor)) == 1, within=60, what="the message is on record")
    ((outcome, ms),) = _kept(floor)
    assert outcome == "voicemail"
    assert ms >= 3000
    await floor.replayed()


def _message_bytes(floor: Floor) -> int:
    return sum(path.stat().st_size for path in floor.asterisk.folder.rglob("r-*.wav"))


def _kept(floor: Floor) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(floor.folder / "state" / "contact-center.db")) as database:
        rows = database.execute(
            "select outcome, ms from recordings natural join interactions where outcome <> ''"
        )
        return list(rows)
