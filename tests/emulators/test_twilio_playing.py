"""Say, Play and Pause: how long they last, and who hears what."""

from __future__ import annotations

import io
import wave

from aiohttp import web

from tests.emulators.conftest import CALLER, NUMBER
from tests.emulators.site import Site
from tests.emulators.twilio.clock import VirtualClock
from tests.emulators.twilio.emulator import TwilioEmulator
from tests.emulators.twilio.parties import Party
from tests.emulators.twilio.player import audio_s, spoken_s


def sound(seconds: float, rate: int = 8000, width: int = 2) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(width)
        out.setframerate(rate)
        out.writeframes(bytes(round(seconds * rate) * width))
    return file.getvalue()


async def hearing(twilio: TwilioEmulator, site: Site, clock: VirtualClock, voice: str) -> Party:
    site.documents(voice=voice)
    party = await twilio.dial(CALLER, NUMBER)
    await clock.settle()
    return party


async def test_words_last_as_long_as_they_are(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    party = await hearing(twilio, site, clock, "<Say>" + "abcde" * 9 + "</Say><Pause/>")
    await clock.advance(2.9)
    assert party.hears_now == {("say", "abcde" * 9)}
    await clock.advance(0.2)
    assert party.hears_now == frozenset()
    assert party.heard[-1].complete
    assert spoken_s("abcde" * 9) == 3.0


async def test_a_sound_lasts_as_its_header_says(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.pages["/menu.wav"] = sound(4)
    party = await hearing(twilio, site, clock, "<Play>/menu.wav</Play><Say>after</Say>")
    await clock.advance(3.9)
    assert party.hears_now == {("play", f"{site.url}/menu.wav")}
    await clock.advance(0.2)
    assert party.hears_now == {("say", "after")}
    assert party.has_heard("play", f"{site.url}/menu.wav")


async def test_a_sound_is_fetched_once_however_often_it_is_played(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.pages["/tone.wav"] = sound(1)
    party = await hearing(twilio, site, clock, "<Play loop='3'>/tone.wav</Play><Say>x</Say>")
    await clock.advance(3.1)
    assert party.hears_now == {("say", "x")}
    assert len([each for each in party.heard if each.kind == "play"]) == 3
    assert len(site.requests("/tone.wav")) == 1


async def test_a_loop_of_nought_has_no_end(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.pages["/music.wav"] = sound(30)
    party = await hearing(twilio, site, clock, "<Play loop='0'>/music.wav</Play>")
    await clock.advance(3600)
    assert party.hears_now == {("play", f"{site.url}/music.wav")}


async def test_a_sound_that_is_missing_is_an_error_and_the_document_goes_on(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.pages["/page"] = lambda _asked: web.Response(text="hello")
    party = await hearing(
        twilio, site, clock, "<Play>/gone.wav</Play><Play>/page</Play><Say>on</Say>"
    )
    assert party.hears_now == {("say", "on")}
    assert [code for code, _ in twilio.errors] == [11200, 12300]


async def test_keys_can_be_sent_to_the_other_end(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    party = await hearing(twilio, site, clock, "<Play digits='ww1#'/><Say>x</Say>")
    await clock.advance(1.5)
    assert party.digits_sent == "1#"
    assert party.hears_now == {("say", "x")}


async def test_a_pause_is_one_second_unless_told(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    party = await hearing(twilio, site, clock, "<Say>a</Say><Pause/><Say>b</Say>")
    await clock.advance(1.25)
    assert party.hears_now == frozenset()
    await clock.advance(0.1)
    assert party.hears_now == {("say", "b")}


async def test_keys_pressed_during_a_prompt_outside_a_gather_are_lost(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    party = await hearing(
        twilio, site, clock, "<Say>a long story</Say><Gather action='/keys' timeout='1'/>"
    )
    party.press("1")
    await clock.advance(5)
    assert party.over
    assert not site.requests("/keys")
    assert twilio.dropped_keys == [(party.call.sid, "1")]


def test_the_length_of_a_sound_is_in_its_header_or_in_its_size() -> None:
    assert audio_s(sound(2.5, rate=16000)) == 2.5
    assert audio_s(sound(2, width=1)) == 2.0
    assert audio_s(b"\xff\xfb" + b"\0" * 15998) == 2.0
    assert audio_s(b"RIFF\0\0\0\0WAVE") == 0.0
