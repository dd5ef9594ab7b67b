"""What agents and supervisors do with a caller, on a real Asterisk: who hears whom, and what."""

from __future__ import annotations

import asyncio
import sqlite3
import wave
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.end_to_end.product import DeskPerson, Floor
from tests.real import audio
from tests.real.dialog import Call, until

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

CENTER = Path(__file__).parent / "talking" / "center.yaml"
SALES, SUPPORT = "+14155550101", "+14155550102"
TONES = {"caller": 1000.0, "ana": 620.0, "ben": 760.0, "eve": 880.0, "hal": 500.0}
RINGING_TONE = 440.0
SETTLED_S = 0.4
NEAR_S = 1.5
"""How far from its mark in a recording something may be; measured at a load of ten: 0.4 s."""
WHISPERED = "A caller of the support queue is on the line."


class Talk:
    """A caller talks with ana; everybody sends a tone of their own."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.ends: dict[str, Call] = {}

    @property
    def ana(self) -> DeskPerson:
        return self.floor.desks["ana"]

    async def dial(self, number: str = SALES) -> Call:
        call = await self.floor.caller.dial(number)
        self.ends["caller"] = call
        return call

    async def pick_up(self, name: str) -> Call:
        """Answer the phone that rings, and talk."""
        leg = await self.floor.phones[name].called(within=60)
        await leg.accept()
        leg.media.tone(TONES[name])
        self.ends[name] = leg
        return leg

    async def begin(self) -> None:
        call = await self.dial()
        await self.pick_up("ana")
        call.media.tone(TONES["caller"])
        await self.ana.is_("ready talking")
        await self.hear(caller={"ana"}, ana={"caller"})

    def voices(self, who: str) -> set[str]:
        """Whose tones arrive at somebody's ear right now."""
        end = self.ends[who]
        sound = end.media.heard.ulaw(end.agent.loop.time() - 0.3)
        if audio.rms(sound) < 100:
            return set()
        samples = audio.decode(sound)
        return {name for name, hz in TONES.items() if audio.tone_share(samples, hz) > 0.08}

    async def hear(self, **expected: set[str]) -> None:
        """All of them come to hear exactly these, and go on doing so for a while."""
        since: list[float] = []
        clock = asyncio.get_running_loop().time

        def heard() -> dict[str, set[str]]:
            return {who: self.voices(who) for who in expected}

        def settled() -> bool:
            if heard() != expected:
                since.clear()  # a sound that stutters, on a busy machine, is heard again
            elif not since:
                since.append(clock())
            return bool(since) and clock() - since[0] >= SETTLED_S

        what = f"{expected} is heard"
        await until(settled, within=60, what=lambda: f"{what}, not {heard()}", step=0.1)

    async def music(self, who: str) -> None:
        """Somebody hears music, and nobody's voice."""
        await self.ends[who].hears_sound(within=60)
        await self.hear(**{who: set()})
        await self.ends[who].hears_sound(within=60)

    async def ringing(self, who: str) -> None:
        """Somebody hears that it rings at the other end: two tones, one of which is looked for."""
        end = self.ends[who]
        await until(
            lambda: (
                audio.tone_share(
                    audio.decode(end.media.heard.ulaw(end.agent.loop.time() - 0.3)), RINGING_TONE
                )
                > 0.2
            ),
            within=60,
            what=f"{who} hears ringing",
        )

    async def ask(self, t: str, d: dict[str, Any] | None = None, by: str = "ana") -> None:
        """Ask for something about the call at somebody's desk; fails when it is refused."""
        desk = self.floor.desks[by]
        assert desk.screen.call is not None
        await desk.client.command(t, d, call=desk.screen.call["call"])

    async def supervise(self, mode: str) -> None:
        """Let hal do something in ana's call."""
        hal = self.floor.desks["hal"]
        await hal.client.command("cmd.supervise", {"agent": "ana", "mode": mode})

    def facts(self, kind: str) -> list[str]:
        """The bodies of the facts of one kind that are in the database."""
        path = self.floor.folder / "state" / "contact-center.db"
        with closing(sqlite3.connect(path)) as database:
            rows = database.execute("select body from events where kind = ?", (kind,)).fetchall()
        return [str(row[0]) for row in rows]


@pytest.fixture
async def talk(make_floor: Callable[..., Any]) -> Talk:
    floor: Floor = await make_floor(center=CENTER)
    talk = Talk(floor)
    await floor.agent("ana")
    await talk.begin()
    return talk


async def test_hold_gives_the_caller_music_and_mute_takes_the_agents_voice(talk: Talk) -> None:
    await talk.ask("cmd.hold", {"on": True})
    await talk.music("caller")
    await talk.hear(ana=set())
    await talk.ask("cmd.hold", {"on": False})
    await talk.hear(caller={"ana"}, ana={"caller"})
    await talk.ask("cmd.mute", {"on": True})
    await talk.hear(caller=set(), ana={"caller"})
    await talk.ask("cmd.mute", {"on": False})
    await talk.hear(caller={"ana"}, ana={"caller"})
    await talk.floor.replayed()


async def test_a_caller_sent_to_another_queue_hears_music_and_then_the_other_agent(
    talk: Talk,
) -> None:
    await talk.ask("cmd.transfer", {"to": "queue:support"})
    await talk.ana.is_("ready wrap_up")
    await talk.ends["ana"].ended(within=60)
    await talk.music("caller")
    await talk.floor.agent("eve")
    await talk.pick_up("eve")
    await talk.hear(caller={"eve"}, eve={"caller"})
    await talk.floor.replayed()


async def test_a_caller_sent_to_an_agent_talks_with_them(talk: Talk) -> None:
    await talk.floor.agent("ben")
    await talk.ask("cmd.transfer", {"to": "agent:ben"})
    await talk.music("caller")
    await talk.pick_up("ben")
    await talk.hear(caller={"ben"}, ben={"caller"})
    await talk.ends["caller"].hang_up()
    await talk.ends["ben"].ended(within=60)


async def test_an_attended_transfer_with_a_swap(talk: Talk) -> None:
    await talk.floor.agent("ben")
    await talk.ask("cmd.consult", {"to": "agent:ben"})
    await talk.ringing("ana")
    await talk.pick_up("ben")
    await talk.hear(ana={"ben"}, ben={"ana"})
    await talk.music("caller")
    await talk.ask("cmd.consult.step", {"step": "swap"})
    await talk.hear(ana={"caller"}, caller={"ana"})
    await talk.music("ben")
    await talk.ask("cmd.consult.step", {"step": "swap"})
    await talk.hear(ana={"ben"}, ben={"ana"})
    await talk.ask("cmd.consult.step", {"step": "complete"})
    await talk.ends["ana"].ended(within=60)
    await talk.hear(caller={"ben"}, ben={"caller"})
    await talk.ana.is_("ready wrap_up")
    await talk.floor.replayed()


async def test_a_conference_that_the_agent_leaves_by_hanging_up(talk: Talk) -> None:
    await talk.floor.agent("ben")
    await talk.ask("cmd.consult", {"to": "agent:ben"})
    await talk.pick_up("ben")
    await talk.hear(ana={"ben"}, ben={"ana"})
    await talk.ask("cmd.consult.step", {"step": "conference"})
    await talk.hear(ana={"ben", "caller"}, ben={"ana", "caller"}, caller={"ana", "ben"})
    await talk.ends["ana"].hang_up()
    await talk.hear(ben={"caller"}, caller={"ben"})


async def test_a_parked_caller_hears_music_and_is_taken_by_another_agent(talk: Talk) -> None:
    ben = await talk.floor.agent("ben")
    await talk.ask("cmd.park")
    await talk.ends["ana"].ended(within=60)
    await talk.music("caller")
    await ben.client.command("cmd.retrieve", {"slot": 1})
    await talk.pick_up("ben")
    await talk.hear(caller={"ben"}, ben={"caller"})


async def test_a_supervisor_listens_whispers_barges_in_and_takes_over(talk: Talk) -> None:
    hal = await talk.floor.agent("hal")
    await hal.client.command("cmd.pause", {"reason": "break"})
    await talk.supervise("listen")
    await talk.pick_up("hal")
    both = {"ana", "caller"}
    await talk.hear(hal=both, caller={"ana"}, ana={"caller"})
    await talk.supervise("whisper")
    await talk.hear(hal=both, caller={"ana"}, ana={"caller", "hal"})
    await talk.supervise("listen")
    await talk.hear(hal=both, caller={"ana"}, ana={"caller"})
    await talk.supervise("barge")
    await talk.hear(hal=both, caller={"ana", "hal"}, ana={"caller", "hal"})
    await talk.supervise("whisper")
    await talk.hear(hal=both, caller={"ana"}, ana={"caller", "hal"})
    await talk.supervise("take_over")
    await talk.ends["ana"].ended(within=60)
    await talk.hear(hal={"caller"}, caller={"hal"})
    await talk.ana.is_("ready wrap_up")
    await talk.ends["hal"].hang_up()
    await talk.ends["caller"].ended(within=60)
    await talk.floor.replayed()


async def test_an_agent_hears_the_whisper_announcement_before_the_caller_does_not(
    make_floor: Callable[..., Any],
) -> None:
    floor: Floor = await make_floor(center=CENTER)
    talk = Talk(floor)
    eve = await floor.agent("eve")
    call = await talk.dial(SUPPORT)
    leg = await floor.phones["eve"].called(within=60)
    await call.hears_sound(within=60)
    await leg.accept()
    talk.ends["eve"] = leg
    await leg.hears_prompt(await floor.prompt(WHISPERED), within=60)
    await eve.is_("ready talking")
    leg.media.tone(TONES["eve"])
    call.media.tone(TONES["caller"])
    await talk.hear(caller={"eve"}, eve={"caller"})
    with pytest.raises(TimeoutError):
        await call.hears_prompt(await floor.prompt(WHISPERED), within=0.1)


async def test_the_conversation_is_recorded_without_what_was_paused(talk: Talk) -> None:
    await talk.ana.until(
        lambda: (talk.ana.screen.call or {}).get("recording"), "the desk shows the recording"
    )
    await asyncio.sleep(2.5)
    await talk.ask("cmd.record", {"on": False})
    # What is said once the switch has been asked must not be in it.
    talk.ends["caller"].media.silence()
    await talk.hear(ana=set())
    await asyncio.sleep(1.0)
    talk.ends["caller"].media.tone(TONES["ben"])
    await talk.hear(ana={"ben"})
    await asyncio.sleep(1.0)
    talk.ends["caller"].media.tone(TONES["caller"])
    await talk.hear(ana={"caller"})
    await talk.ask("cmd.record", {"on": True})
    await asyncio.sleep(1.0)
    # What the law wants said comes after the gap, and sounds like eve.
    await talk.ask("cmd.script.move", {"fence": 1, "do": "next"})
    talk.ends["caller"].media.tone(TONES["eve"])
    await talk.hear(ana={"eve"})
    await talk.ask("cmd.script.move", {"fence": 1, "do": "confirm"})
    talk.ends["caller"].media.tone(TONES["caller"])
    await talk.hear(ana={"caller"})
    await asyncio.sleep(1.0)
    await talk.ends["caller"].hang_up()
    await talk.ana.is_("ready wrap_up")
    await until(lambda: talk.facts("RecordingSaved"), within=60, what="it is on record")
    files = list(talk.floor.asterisk.folder.rglob("r-*.wav"))
    assert len(files) == 1
    token = (talk.floor.folder / "state" / "admin-token").read_text().strip()
    url = f"{talk.floor.product.url}/api/recordings/{files[0].stem}"
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as session,
        session.get(url) as answer,
    ):
        assert (answer.status, await answer.read()) == (200, files[0].read_bytes())
    with wave.open(str(files[0])) as sound:
        seconds = sound.getnframes() / sound.getframerate()
        samples = memoryview(sound.readframes(sound.getnframes())).cast("h").tolist()
    assert seconds >= 3.0
    step = audio.RATE // 5
    pieces = [samples[at : at + step] for at in range(0, len(samples) - step, step)]
    heard = {
        name: sum(audio.tone_share(piece, hz) > 0.1 for piece in pieces)
        for name, hz in TONES.items()
    }
    assert heard["caller"] > 10, heard
    assert heard["ana"] > 10, heard
    assert heard["ben"] == 0, heard
    said = [at for at, piece in enumerate(pieces) if audio.tone_share(piece, TONES["eve"]) > 0.1]
    (mark,) = marks(talk)
    assert mark[0] == files[0].stem
    # From where the page came up to where it was confirmed it is heard, and nowhere else.
    assert abs(said[0] * 0.2 - mark[1]) < NEAR_S, (said, mark)
    assert abs(said[-1] * 0.2 - mark[2]) < NEAR_S, (said, mark)
    await talk.floor.replayed()


def marks(talk: Talk) -> list[tuple[str, float, float]]:
    """In which recordings disclosures were said, from when to when in their sound (seconds)."""
    path = talk.floor.folder / "state" / "contact-center.db"
    query = (
        "SELECT recording, (recording_us - recorded_us) / 1e6, recording_us / 1e6"
        " FROM script_steps WHERE kind = 'DisclosureConfirmed'"
    )
    with closing(sqlite3.connect(path)) as database:
        return [(str(row[0]), *map(float, row[1:])) for row in database.execute(query).fetchall()]
