"""When the agent has left, on a real Asterisk: a survey, a message, and all of it on tape."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import wave
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.product import Floor
from tests.real import audio
from tests.real.dialog import until

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

CENTER = Path(__file__).parent / "afterwards" / "center.yaml"
NUMBER = "+14155550101"
CALLER_HZ, ANA_HZ = 1000.0, 620.0
ASKED = "From one to five, how kind were we to you today?"
SPEAK = "Please say a word about us after the tone."
REVIEW = "To keep it, press one. To record it again, press two. To listen, press three."


def facts(floor: Floor, kind: str) -> list[dict[str, Any]]:
    path = floor.folder / "state" / "contact-center.db"
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute("select body from events where kind = ?", (kind,)).fetchall()
    return [json.loads(row[0]) for row in rows]


def heard_in(file: Path) -> dict[float, int]:
    """In how many fifths of a second of a recording each tone is."""
    with wave.open(str(file)) as sound:
        samples = memoryview(sound.readframes(sound.getnframes())).cast("h").tolist()
    step = audio.RATE // 5
    pieces = [samples[at : at + step] for at in range(0, len(samples) - step, step)]
    return {
        hz: sum(audio.tone_share(piece, hz) > 0.1 for piece in pieces) for hz in (CALLER_HZ, ANA_HZ)
    }


def loud_in(file: Path) -> int:
    """In how many fifths of a second of a recording there is any sound."""
    with wave.open(str(file)) as sound:
        samples = memoryview(sound.readframes(sound.getnframes())).cast("h").tolist()
    step = audio.RATE // 5
    pieces = [samples[at : at + step] for at in range(0, len(samples) - step, step)]
    return sum(max(map(abs, piece)) > 1_000 for piece in pieces)


async def test_a_caller_is_asked_leaves_a_message_hears_it_and_all_of_it_is_on_tape(
    make_floor: Callable[..., Any],
) -> None:
    floor: Floor = await make_floor(center=CENTER)
    ana = await floor.agent("ana")
    call = await floor.caller.dial(NUMBER)
    phone = await floor.phones["ana"].called(within=60)
    await phone.accept()
    phone.media.tone(ANA_HZ)
    call.media.tone(CALLER_HZ)
    await ana.is_("ready talking")
    await call.hears_tone(ANA_HZ, within=60)
    await asyncio.sleep(3)
    call.media.silence()
    await phone.hang_up()
    await ana.is_("ready wrap_up")
    await call.hears_prompt(await floor.prompt(ASKED), within=60)
    await call.media.send_digits("4")
    await call.hears_prompt(await floor.prompt(SPEAK), within=60)
    await asyncio.sleep(1)
    call.media.tone(CALLER_HZ)
    await asyncio.sleep(4)
    call.media.silence()
    await call.media.send_digits("#")
    await call.hears_prompt(await floor.prompt(REVIEW), within=60)
    await call.media.send_digits("3")
    await call.hears_tone(CALLER_HZ, within=60)
    await call.media.send_digits("1")
    await call.ended(within=60)
    await until(lambda: len(facts(floor, "RecordingSaved")) == 1, within=60, what="it is on tape")
    (answer,) = facts(floor, "SurveyAnswered")
    assert (answer["value"], answer["agent"], answer["queue"]) == (4, "ana", "sales")
    (left,) = facts(floor, "VoicemailLeft")
    (tape,) = facts(floor, "RecordingSaved")
    assert tape["agent"] is None
    whole = heard_in(next(floor.asterisk.folder.rglob(f"{tape['recording']}.wav")))
    message = heard_in(next(floor.asterisk.folder.rglob(f"{left['recording']}.wav")))
    # Beside the caller's voice there is what they heard: prompts, and most often the agent.
    assert whole[CALLER_HZ] > 20, whole
    assert loud_in(next(floor.asterisk.folder.rglob(f"{tape['recording']}.wav"))) > 60
    assert message[CALLER_HZ] > 10, message
    assert message[ANA_HZ] == 0, message
    await floor.replayed()
