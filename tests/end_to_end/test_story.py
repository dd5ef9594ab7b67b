"""The whole story on a real Asterisk: what callers hear, what agents see, what phones do."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.end_to_end.product import DeskPerson, Floor
from tests.real.dialog import Call, until
from tests.real.sip import Answer, Ignore, Reject

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

MENU_NUMBER = "+14155550100"
DIRECT_NUMBER = "+14155550101"
KNOWN_CALLER = "+14155550101"
STRANGER = "+14155557777"
MENU = (
    "Welcome to the end to end shop. To buy something press one."
    " To leave a message press two. To enter a number press three."
)
AGENT_TONE = 620.0
CALLER_TONE = 1000.0


async def hears_each_other(caller: Call, agent: Call) -> None:
    """Both ways, by tones of different height."""
    caller.media.tone(CALLER_TONE)
    agent.media.tone(AGENT_TONE)
    await caller.hears_tone(AGENT_TONE, within=60)
    await agent.hears_tone(CALLER_TONE, within=60)


async def connected(floor: Floor, name: str, number: str = STRANGER) -> tuple[Call, Call]:
    """A caller on the direct number talking to this agent."""
    call = await floor.caller.dial(DIRECT_NUMBER, number=number)
    leg = await floor.phones[name].called(within=60)
    await leg.accept()
    await floor.desks[name].is_("ready talking")
    return call, leg


async def test_the_whole_story(floor: Floor) -> None:
    ana = await floor.agent("ana")
    call = await floor.caller.dial(MENU_NUMBER, number=KNOWN_CALLER)
    await call.answered(within=60)
    await call.hears_prompt(await floor.prompt(MENU), within=60)
    await call.media.send_digits("1")
    ringing = await floor.phones["ana"].called(within=60)
    await ana.until(lambda: ana.pop, "the pop")
    assert ana.pop is not None
    customer = ana.pop["customers"][0]["name"]
    assert ana.pop["reason"] == "Wants to buy"
    assert ana.pop["script"] == [f"Hello {customer}, this is Ana Ruiz."]
    await ana.until(lambda: ana.more and ana.more["history"], "the history")
    await call.hears_sound(within=60)
    await ringing.accept()
    await hears_each_other(call, ringing)
    await ana.is_("ready talking")
    assert ana.screen.call is not None
    this = ana.screen.call["call"]
    await ana.client.command("cmd.notes", {"text": "wants a rake"}, call=this)
    await call.hang_up()
    await ringing.ended(within=60)
    await ana.is_("ready wrap_up")
    await ana.dispose("sold", "wants a green rake")
    await ana.is_("ready idle")
    await _the_next_call_pops_this_one(floor, ana, this)
    assert KNOWN_CALLER not in floor.product.log
    assert "rake" not in floor.product.log
    await floor.replayed()


async def _the_next_call_pops_this_one(floor: Floor, ana: DeskPerson, this: str) -> None:
    await floor.caller.dial(DIRECT_NUMBER, number=KNOWN_CALLER)
    await floor.phones["ana"].called(within=60)
    await ana.until(lambda: ana.more and ana.more["history"], "the second pop's history")
    assert ana.more is not None
    newest = ana.more["history"][0]
    assert newest["call"] == this
    assert newest["disposition"] == "Sold"
    assert newest["notes"] == "wants a green rake"
    assert newest["agent"] == "Ana Ruiz"


async def test_a_stranger_is_remembered_by_number(floor: Floor) -> None:
    ana = await floor.agent("ana")
    call, _ = await connected(floor, "ana")
    assert ana.pop is not None
    assert ana.pop["customers"] == []
    await call.hang_up()
    await ana.is_("ready wrap_up")
    await ana.dispose("lost", "only asked")
    await floor.caller.dial(DIRECT_NUMBER, number=STRANGER)
    await ana.until(lambda: ana.more and ana.more["history"], "the first call")
    assert ana.more is not None
    assert ana.more["history"][0]["notes"] == "only asked"


async def test_hold_at_the_desk_gives_the_caller_music(floor: Floor) -> None:
    ana = await floor.agent("ana")
    call, leg = await connected(floor, "ana")
    await hears_each_other(call, leg)
    assert ana.screen.call is not None
    this = ana.screen.call["call"]
    leg.media.silence()
    await call.hears_silence(seconds=0.5, within=60)
    await ana.client.command("cmd.hold", {"on": True}, call=this)
    await call.hears_sound(within=60)
    await leg.hears_silence(seconds=0.5, within=60)
    await ana.client.command("cmd.hold", {"on": False}, call=this)
    await hears_each_other(call, leg)
    await ana.client.command("cmd.hangup", call=this)
    await call.ended(within=60)
    await leg.ended(within=60)


async def test_ring_no_answer_pauses_the_agent_and_the_next_one_gets_the_caller(
    floor: Floor,
) -> None:
    ana = await floor.agent("ana", Ignore())
    call = await floor.caller.dial(DIRECT_NUMBER)
    await floor.phones["ana"].called(within=60)
    ben = await floor.agent("ben", Answer())
    await ana.is_("paused idle", within=60)
    assert ana.screen.state["reason"] == "no_answer"
    await ben.is_("ready talking")
    leg = await floor.phones["ben"].called(within=60)
    await hears_each_other(call, leg)
    assert floor.phones["ana"].call_count == 1


async def test_an_agent_who_rejects_is_not_rung_again_at_once(floor: Floor) -> None:
    await floor.agent("ana", Reject(486))
    call = await floor.caller.dial(DIRECT_NUMBER)
    await floor.phones["ana"].called(within=60)
    ben = await floor.agent("ben", Answer())
    await ben.is_("ready talking")
    leg = await floor.phones["ben"].called(within=60)
    await hears_each_other(call, leg)
    assert floor.phones["ana"].call_count == 1


async def test_a_caller_who_hangs_up_while_it_rings_frees_the_agent(floor: Floor) -> None:
    ana = await floor.agent("ana")
    call = await floor.caller.dial(DIRECT_NUMBER)
    ringing = await floor.phones["ana"].called(within=60)
    await call.hang_up()
    await ringing.ended(within=60)
    await ana.is_("ready idle")
    await ana.until(lambda: ana.screen.missed, "a missed-call row")


async def test_the_agent_hanging_up_the_phone_ends_the_call(floor: Floor) -> None:
    ana = await floor.agent("ana")
    call, leg = await connected(floor, "ana")
    await leg.hang_up()
    await call.ended(within=60)
    await ana.is_("ready wrap_up")


async def test_all_agents_busy_means_music_and_then_the_next_free_one(floor: Floor) -> None:
    ana = await floor.agent("ana")
    first, _ = await connected(floor, "ana")
    second = await floor.caller.dial(DIRECT_NUMBER, number="+14155557778")
    await second.answered(within=60)
    await second.hears_sound(within=60)
    await first.hang_up()
    await ana.is_("ready wrap_up")
    await ana.dispose("lost")
    leg = await floor.phones["ana"].called(within=60)
    await leg.accept()
    await hears_each_other(second, leg)


async def test_nobody_there_leads_to_voicemail_that_is_kept(floor: Floor) -> None:
    call = await floor.caller.dial(MENU_NUMBER)
    await call.answered(within=60)
    await call.media.send_digits("1")
    await call.hears_prompt(
        await floor.prompt("Nobody is here. Please leave a message."), within=60
    )
    # The beep is over when the message begins.
    await call.hears_silence(seconds=0.5, within=60)
    call.media.tone(CALLER_TONE)
    spooled = floor.asterisk.folder / "spool"
    await until(
        lambda: any(p.stat().st_size > 16_000 for p in floor.asterisk.folder.rglob("r-*.wav")),
        within=60,
        what=f"the message grows in {spooled}",
    )
    await call.hang_up()
    await until(lambda: "voicemail" in _recordings(floor), within=60, what="it is on record")


def _recordings(floor: Floor) -> str:
    with closing(sqlite3.connect(floor.folder / "state" / "contact-center.db")) as database:
        rows = database.execute("select outcome from interactions").fetchall()
    return " ".join(str(row[0]) for row in rows)


async def test_an_unknown_number_hears_an_apology(floor: Floor) -> None:
    call = await floor.caller.dial("+14155550999")
    await call.answered(within=60)
    await call.hears_prompt(
        await floor.prompt("We are sorry, this number is not in service."), within=60
    )
    await call.ended(within=60)


async def test_a_key_during_the_prompt_stops_it(floor: Floor) -> None:
    await floor.agent("ana")
    call = await floor.caller.dial(MENU_NUMBER)
    await call.answered(within=60)
    await call.hears_sound(within=60)
    await call.media.send_digits("1")
    await floor.phones["ana"].called(within=60)
    with pytest.raises(TimeoutError):  # it would have gone on for some seconds
        await call.hears_prompt(await floor.prompt(MENU), within=0.1)


async def test_keys_typed_ahead_are_not_lost(floor: Floor) -> None:
    ana = await floor.agent("ana")
    call = await floor.caller.dial(MENU_NUMBER)
    await call.answered(within=60)
    await call.media.send_digits("34821")
    await floor.phones["ana"].called(within=60)
    await ana.is_("ready offered")
    assert "4821" not in floor.product.log


async def test_odd_callers_are_answered_and_shown(floor: Floor) -> None:
    ana = await floor.agent("ana")
    odd = [
        {"number": "anonymous"},
        {"number": "alice"},
        {"number": "+" + "9" * 60},
        {"number": "+14155557779", "display": "Robert\u2028'); <b>DROP</b>"},
        {"origin": "<sip:127.0.0.1>"},
    ]
    for who in odd:
        call = await floor.caller.dial(DIRECT_NUMBER, **who)  # type: ignore[arg-type]
        ringing = await floor.phones["ana"].called(within=60)
        await ana.until(lambda: ana.pop, f"a pop for {who}")
        await ringing.accept()
        await ana.is_("ready talking")
        await call.hang_up()
        await ana.is_("ready wrap_up")
        await ana.dispose("lost")
        await ana.is_("ready idle")
