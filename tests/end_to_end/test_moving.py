"""Callers who move on, on a real Asterisk: to whoever answers first, to others, over a reload."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.end_to_end.product import DeskPerson, Floor
from tests.real import audio
from tests.real.dialog import Call, until
from tests.real.sip import Manual, Phone

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

CENTER = Path(__file__).parent / "moving" / "center.yaml"
SALES, SUPPORT, SPRING = "+14155550101", "+14155550102", "+14155550103"
OUTSIDE = "+14155550177"
AGENT_TONE, CALLER_TONE = 620.0, 1000.0
SILENT = 30.0
MUSIC_FOR_SURE_S = 5.0
"""A busy machine may make music stutter; were it gone, it would stay gone."""


@pytest.fixture
async def moving(make_floor: Callable[..., Any], tmp_path: Path) -> Floor:
    """A center of our own copy, which a test may write anew."""
    folder = tmp_path / "center"
    shutil.copytree(CENTER.parent, folder)
    floor: Floor = await make_floor(center=folder / CENTER.name)
    return floor


async def hear_each_other(one: Call, other: Call) -> None:
    one.media.tone(CALLER_TONE)
    other.media.tone(AGENT_TONE)
    await one.hears_tone(AGENT_TONE, within=60)
    await other.hears_tone(CALLER_TONE, within=60)


async def ask(desk: DeskPerson, t: str, d: dict[str, Any] | None = None) -> None:
    assert desk.screen.call is not None
    await desk.client.command(t, d, call=desk.screen.call["call"])


async def free_again(desk: DeskPerson) -> None:
    await desk.is_("ready wrap_up")
    await desk.dispose("sold")
    await desk.is_("ready idle")


async def pick_up(floor: Floor, name: str) -> Call:
    leg = await floor.phones[name].called(within=60)
    await leg.accept()
    await floor.desks[name].is_("ready talking")
    return leg


async def test_all_phones_ring_and_the_first_to_answer_cuts_what_is_said(moving: Floor) -> None:
    text = yaml.safe_load(moving.product.center.read_text())
    (comfort,) = text["queues"]["sales"]["announcements"]["comfort"]["say"]
    ana, ben = await moving.agent("ana"), await moving.agent("ben")
    for desk in (ana, ben):
        await desk.client.command("cmd.pause", {"reason": "break"})
    call = await moving.caller.dial(SALES)
    await call.hears_prompt(await moving.prompt("You are next in line."), within=60)
    await call.hears_prompt(await moving.prompt(comfort), within=60, at_least_s=1.0)
    await ana.ready()
    await ben.ready()
    slow = await moving.phones["ana"].called(within=60)
    leg = await moving.phones["ben"].called(within=60)
    await call.hears_sound(within=60)  # it is said on while the phones ring
    await leg.accept()
    await ben.is_("ready talking")
    await slow.ended(within=60)
    assert slow.answered_at is None
    await ana.is_("ready idle")
    await call.hears_silence(seconds=1.0, within=60)
    with pytest.raises(TimeoutError):  # its words take ten seconds
        await call.hears_prompt(await moving.prompt(comfort), within=0.1)
    await hear_each_other(call, leg)
    await call.hang_up()
    await free_again(ben)
    await two_who_answer_in_the_same_instant(moving)
    await one_who_hangs_up_in_the_instant_of_answering(moving)
    await moving.replayed()


async def two_who_answer_in_the_same_instant(floor: Floor) -> None:
    """One of them has the caller, and the other is free at once."""
    call = await floor.caller.dial(SALES)
    legs = {name: await floor.phones[name].called(within=60) for name in ("ana", "ben")}
    for leg in legs.values():
        await leg.accept()
    await until(lambda: any(leg.ended_at for leg in legs.values()), within=60, what="one is let go")
    (here,) = [name for name, leg in legs.items() if leg.is_up]
    (there,) = {"ana", "ben"} - {here}
    await hear_each_other(call, legs[here])
    await floor.desks[there].is_("ready idle")
    await call.hang_up()
    await free_again(floor.desks[here])


async def one_who_hangs_up_in_the_instant_of_answering(floor: Floor) -> None:
    """It costs the caller nothing: they are still in line, and somebody else has them."""
    call = await floor.caller.dial(SALES)
    slow = await floor.phones["ana"].called(within=60)
    leg = await floor.phones["ben"].called(within=60)
    # Held still, the process cannot join the two in between, however slow the phone is.
    os.kill(floor.product.pid, signal.SIGSTOP)
    try:
        await leg.accept()
        await leg.hang_up()
        await asyncio.sleep(2)  # until even a busy switch has let go of the leg, too
    finally:
        os.kill(floor.product.pid, signal.SIGCONT)
    # What rang when ben answered is let go; what rings then is for a caller who is back in line.
    await slow.ended(within=60)
    other = await floor.phones["ana"].called(within=60)
    await call.hears_sound(within=60)
    await other.accept()
    await floor.desks["ana"].is_("ready talking")
    await hear_each_other(call, other)
    await one_who_hangs_up_as_soon_as_they_talk(floor, call, other)


async def one_who_hangs_up_as_soon_as_they_talk(floor: Floor, call: Call, leg: Call) -> None:
    """Before anybody can have talked (here: within 15 s) that costs the caller nothing either."""
    ana, ben = floor.desks["ana"], floor.desks["ben"]
    await leg.hang_up()
    other = await floor.phones["ben"].called(within=60)
    await call.hears_sound(within=60)
    assert call.is_up
    await ana.is_("ready idle")
    await ana.until(lambda: call_missed(ana, "declined"), "it is told as missed", within=60)
    await other.accept()
    await ben.is_("ready talking")
    await hear_each_other(call, other)
    await call.hang_up()
    await free_again(ben)
    await ana.is_("ready idle")


def call_missed(desk: DeskPerson, result: str) -> bool:
    return bool(desk.screen.missed) and desk.screen.missed[-1]["result"] == result


async def test_a_caller_given_back_parked_too_long_and_sent_outside_is_never_lost(
    make_floor: Callable[..., Any],
) -> None:
    async with AsyncExitStack() as stack:
        outside = await stack.enter_async_context(Phone("trunk", 0, behaviour=Manual()))
        floor: Floor = await make_floor(center=CENTER, trunk=f"127.0.0.1:{outside.port}")
        outside.server = ("127.0.0.1", floor.asterisk.sip_port)
        ana = await floor.agent("ana")
        call = await floor.caller.dial(SALES)
        first = await pick_up(floor, "ana")
        ben = await floor.agent("ben")
        await ask(ana, "cmd.requeue")
        await first.ended(within=60)
        await call.hears_sound(within=60)
        second = await pick_up(floor, "ben")
        await hear_each_other(call, second)
        await free_again(ana)
        await ask(ben, "cmd.park")
        await second.ended(within=60)
        await call.hears_sound(within=60)
        await ben.is_("ready wrap_up")
        await ben.dispose("lost")
        back = await pick_up(floor, "ben")
        await hear_each_other(call, back)
        assert floor.phones["ana"].call_count == 1
        await ask(ben, "cmd.transfer", {"to": f"number:{OUTSIDE}"})
        other = await outside.called(within=60)
        assert other.invite is not None
        assert OUTSIDE.strip("+") in other.invite.start
        await back.ended(within=60)
        await other.accept()
        await hear_each_other(call, other)
        await ben.is_("ready wrap_up")
        await other.hang_up()
        await call.ended(within=60)
        await floor.replayed()


async def test_a_reload_leaves_talks_music_and_places_alone(moving: Floor) -> None:
    eve = await moving.agent("eve")
    talk = await moving.caller.dial(SUPPORT, number="+14155550200")
    leg = await pick_up(moving, "eve")
    await hear_each_other(talk, leg)
    callers = {}
    for number, dialled in (("0201", SUPPORT), ("0202", SPRING), ("0203", SUPPORT)):
        callers[number] = await moving.caller.dial(dialled, number=f"+1415555{number}")
        await callers[number].hears_sound(within=60)
    before = moving.caller.loop.time()
    content = yaml.safe_load(moving.product.center.read_text())
    del content["queues"]["spring"], content["numbers"][SPRING]
    content["flows"].remove("spring.yaml")
    content["agents"]["fay"] = {
        "name": "Fay Wong",
        "login": "fay",
        "extension": 1004,
        "queues": ["support"],
    }
    moving.product.center.write_text(yaml.safe_dump(content))
    os.kill(moving.product.pid, signal.SIGHUP)
    await until(lambda: "reloaded" in moving.product.log, within=60, what="it is reloaded")
    await asyncio.sleep(1.0)
    assert leg.is_up
    assert eve.state == "ready talking"
    await hear_each_other(talk, leg)
    for caller in callers.values():
        assert caller.is_up
        assert longest_silence(caller, before) < MUSIC_FOR_SURE_S
    fay = await moving.agent("fay")
    for number, caller in callers.items():
        taken = await pick_up(moving, "fay")
        assert fay.pop is not None
        assert fay.pop["ani"] == f"+1415555{number}"
        await hear_each_other(caller, taken)
        await caller.hang_up()
        await fay.is_("ready wrap_up")
        await fay.dispose("sold")
    await talk.hang_up()
    await eve.is_("ready wrap_up")
    await moving.replayed()


def longest_silence(call: Call, since: float) -> float:
    """How long nothing was heard on end since that loop time, seconds."""
    loud = [at for at, sound in call.media.heard.frames if at > since and audio.rms(sound) > SILENT]
    marks = [since, *loud, call.agent.loop.time()]
    return max(later - earlier for earlier, later in pairwise(marks))
