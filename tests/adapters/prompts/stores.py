"""Stores of prompts on small engines, and wav files for them."""

import wave
from array import array

from contact_center.adapters.prompts import Espeak, PromptStore
from tests.adapters.prompts.engine_programs import program

HELLO = ("Hello.", "en-US")
BYE = ("Good bye.", "en-US")


def make_store(folder, argv=None, **settings) -> PromptStore:
    engine = Espeak(argv) if argv else Espeak(program(folder)[0])
    settings = {"base_url": "http://127.0.0.1:8080", "engine": engine, **settings}
    return PromptStore(cache=folder / "cache", **settings)


def make_wav(path, rate=8000, channels=1, ms=100):
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(array("h", [1000, -1000] * (rate * channels * ms // 2000)).tobytes())


def sound_of(store, url) -> bytes:
    key = url.rsplit("/", 1)[1].removesuffix(".wav")
    return store.path_of(key).read_bytes()
