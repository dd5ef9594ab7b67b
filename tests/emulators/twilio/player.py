"""What a call is played: words, sounds, keys and silence, each for as long as it lasts."""

from __future__ import annotations

import struct

from tests.emulators.twilio.execution import EXECUTORS, Execution
from tests.emulators.twilio.model import Sound
from tests.emulators.twilio.twiml import Document, Verb
from tests.emulators.twilio.webhooks import Reply, WebhookFailed

_LETTERS_PER_S = 15.0
_SHORTEST_S = 0.3
_KEY_S, _WAIT_S = 0.2, 0.5
_BYTES_PER_S = 8000.0
_FOREVER = 1000
"""How often what is played without end is played, as published."""
_SOUND = "audio/"


def spoken_s(words: str) -> float:
    """How long it takes to say these words."""
    return max(_SHORTEST_S, len(words) / _LETTERS_PER_S)


def audio_s(content: bytes) -> float:
    """How long a sound lasts: by the header of a WAV file, else as if it were G.711."""
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        return len(content) / _BYTES_PER_S
    rate, at = _BYTES_PER_S, 12
    while at + 8 <= len(content):
        name, size = content[at : at + 4], struct.unpack_from("<I", content, at + 4)[0]
        if name == b"fmt ":
            rate = float(struct.unpack_from("<I", content, at + 16)[0])
        elif name == b"data":
            return min(size, len(content) - at - 8) / rate if rate else 0.0
        at += 8 + size + size % 2
    return 0.0


async def play_all(run: Execution, verbs: tuple[Verb, ...]) -> None:
    """Say, Play and Pause, one after the other."""
    for verb in verbs:
        await EXECUTORS[verb.name](run, verb)


async def say(run: Execution, verb: Verb) -> Document | None:
    """``<Say>``."""
    if verb.text:
        await _repeat(run, verb, ("say", verb.text), spoken_s(verb.text))
    return None


async def play(run: Execution, verb: Verb) -> Document | None:
    """``<Play>``; what cannot be had is an error, and the document goes on."""
    if digits := verb.get("digits"):
        for key in digits:
            await run.twilio.clock.sleep(_WAIT_S if key in "wW" else _KEY_S)
            if key not in "wW":
                run.call.party.digits_sent += key
        return None
    if not verb.text:
        return None
    url = run.absolute(verb.text)
    reply = await fetch_sound(run, url)
    if reply is not None:
        await _repeat(run, verb, ("play", url), audio_s(reply.body))
    return None


async def fetch_sound(run: Execution, url: str) -> Reply | None:
    """Something to play; None, and an error, when it cannot be had or is no sound."""
    try:
        reply = await run.twilio.webhooks.media(url, run.call)
    except WebhookFailed as failure:
        run.twilio.errors.append((failure.code, str(failure)))
        return None
    if not reply.content_type.startswith(_SOUND):
        run.twilio.errors.append((12300, f"{url} is {reply.content_type!r}, no sound"))
        return None
    return reply


async def pause(run: Execution, verb: Verb) -> Document | None:
    """``<Pause>``: as the first verb it delays the answer."""
    await run.twilio.clock.sleep(verb.number("length", 1))
    return None


async def _repeat(run: Execution, verb: Verb, sound: Sound, lasts_s: float) -> None:
    for _ in range(int(verb.number("loop", 1)) or _FOREVER):
        with run.call.party.hearing(sound):
            await run.twilio.clock.sleep(lasts_s)


EXECUTORS |= {"Say": say, "Play": play, "Pause": pause}
