"""Programs that speak. Each is run as a separate process, at publish time only."""

import asyncio
import contextlib
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

_MAX_OUTPUT = 64 * 1024 * 1024
_MAX_COMPLAINT = 2000
_KILL_WAIT_S = 5.0

PROGRAM = "espeak-ng"
INSTALL = "apt-get install espeak-ng, or set the prompts' engine to none"


class EngineError(Exception):
    """The engine did not speak. `mend` says what to do; `everything`: no other text would do."""

    def __init__(self, message: str, mend: str, *, everything: bool = False) -> None:
        super().__init__(message)
        self.mend = mend
        self.everything = everything


class Engine(Protocol):
    """Something that makes speech of text."""

    @property
    def name(self) -> str:
        """Part of every prompt's key: another engine means other files."""

    @property
    def speaks(self) -> bool:
        """False for the engine that stands for having none."""

    def voice(self, language: str) -> str:
        """The voice for a language tag, settings included; part of every prompt's key."""

    def manner(self) -> str:
        """Whatever else changes the sound (speed, pitch); part of every prompt's key."""

    async def speak(self, text: str, language: str) -> bytes:
        """A PCM wav of any rate. Raises EngineError. Cancelling it ends its process."""


class NoEngine:
    """Stands for a machine without text to speech: nothing is rendered, nothing is wrong."""

    name = "none"
    speaks = False

    def voice(self, language: str) -> str:
        """Nobody's."""
        return ""

    def manner(self) -> str:
        """None."""
        return ""

    async def speak(self, text: str, language: str) -> bytes:
        """Raise EngineError."""
        raise EngineError("no engine is configured", INSTALL, everything=True)


class Espeak:
    """espeak-ng: small, quick, more than a hundred languages, plainly a machine.

    ``argv`` starts the program (more than one word when it runs from a private tree). ``voices``
    overrides the voice per language tag. ``words_per_minute``: 80 to 450.
    """

    name = PROGRAM
    speaks = True

    def __init__(
        self,
        argv: Sequence[str] = (PROGRAM,),
        *,
        voices: Mapping[str, str] | None = None,
        words_per_minute: int = 150,
    ) -> None:
        if not 80 <= words_per_minute <= 450:
            raise ValueError(f"words_per_minute is {words_per_minute}; espeak-ng takes 80 to 450")
        self._argv = list(argv)
        self._voices = {tag.casefold(): voice for tag, voice in (voices or {}).items()}
        for tag, voice in self._voices.items():
            if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9+_/-]*", voice):
                raise ValueError(f"the voice {voice!r} of {tag} is not a name of a voice")
        self._words_per_minute = words_per_minute

    def voice(self, language: str) -> str:
        """The nearest of espeak-ng's voices."""
        tag = language.casefold().replace("_", "-")
        if tag in self._voices:
            return self._voices[tag]
        base = tag.partition("-")[0]
        return self._voices.get(base) or _VOICES.get(tag) or _VOICES.get(base) or base

    def manner(self) -> str:
        """The speed."""
        return f"{self._words_per_minute}wpm"

    async def speak(self, text: str, language: str) -> bytes:
        """Run the program once; the text goes in by standard input, so it is never an option."""
        voice = self.voice(language)
        argv = [*self._argv, "--stdin", "--stdout", "-b", "1"]
        argv += ["-v", voice, "-s", str(self._words_per_minute)]
        # A doubled bracket would switch to phonemes.
        said = re.sub(r"\[(?=\[)", "[ ", text).encode() + b"\n"
        try:
            process = await asyncio.create_subprocess_exec(
                *argv,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
        except OSError as error:
            message = f"{argv[0]} cannot be started ({error.strerror})"
            raise EngineError(message, INSTALL, everything=True) from error
        try:
            sound, complaint = await _converse(process, said)
        except BaseException:
            await _end(process)
            raise
        told = complaint.decode(errors="replace").strip()[:_MAX_COMPLAINT]
        if "voice does not exist" in told:
            message = f"{self.name} has no voice {voice!r} for {language or 'no language'}"
            raise EngineError(message, f"set the prompts' voice for {language}")
        if process.returncode != 0 or not sound:
            message = f"{self.name} ended with {process.returncode} and {len(sound)} bytes"
            raise EngineError(
                f"{message}: {told}" if told else message, f"try: {argv[0]} --version"
            )
        return sound


def choose(
    wish: str = "auto",
    *,
    private: Sequence[str] | None = None,
    voices: Mapping[str, str] | None = None,
    words_per_minute: int = 150,
) -> Engine:
    """The engine for a setting: ``auto``, ``espeak-ng`` or ``none``.

    ``private`` is how to start a program that is not on the PATH; the PATH goes first. `auto`
    without any program is NoEngine; `espeak-ng` without one fails when it is to speak.
    Raises ValueError for any other wish.
    """
    if wish not in ("auto", PROGRAM, "none"):
        raise ValueError(f"the prompts' engine is {wish!r}; it may be auto, {PROGRAM} or none")
    if wish == "none":
        return NoEngine()
    if found := shutil.which(PROGRAM):
        argv = [found]
    elif private and Path(private[0]).is_file():
        argv = list(private)
    elif wish == "auto":
        return NoEngine()
    else:
        argv = [PROGRAM]
    return Espeak(argv, voices=voices, words_per_minute=words_per_minute)


async def _converse(process: asyncio.subprocess.Process, said: bytes) -> tuple[bytes, bytes]:
    """Like ``communicate``, but with a bound on what is kept in memory."""
    assert process.stdin
    assert process.stdout
    assert process.stderr
    process.stdin.write(said)  # short: it fits the pipe even if the program never reads it
    process.stdin.close()
    out, complaint = await asyncio.gather(
        _read(process, process.stdout), _read(process, process.stderr)
    )
    await process.wait()
    if len(out) + len(complaint) > _MAX_OUTPUT:
        raise EngineError(f"the engine wrote more than {_MAX_OUTPUT} bytes", "check the engine")
    return out, complaint


async def _read(process: asyncio.subprocess.Process, stream: asyncio.StreamReader) -> bytes:
    """All of it, or what there is until the program is ended for saying too much."""
    parts: list[bytes] = []
    size = 0
    while part := await stream.read(65536):
        size += len(part)
        if size <= _MAX_OUTPUT + len(part):
            parts.append(part)
        else:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
    return b"".join(parts)


async def _end(process: asyncio.subprocess.Process) -> None:
    """Kill it and read what is left in its pipes, or they would stay open."""
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_KILL_WAIT_S):
            for stream in (process.stdout, process.stderr):
                while stream and await stream.read(65536):
                    pass
            await process.wait()


# Where espeak-ng's name of a voice is not the tag's first part.
_VOICES = {
    "en": "en-us",
    "en-us": "en-us",
    "en-ca": "en-us",
    **dict.fromkeys(("en-gb", "en-au", "en-ie", "en-in", "en-nz", "en-za"), "en-gb"),
    "es-419": "es-419",
    **dict.fromkeys((f"es-{land}" for land in ("us", "mx", "ar", "co", "cl", "pe")), "es-419"),
    "fr": "fr-fr",
    "fr-be": "fr-be",
    "fr-ch": "fr-ch",
    "pt-br": "pt-br",
    "no": "nb",
    "nn": "nb",
    "zh": "cmn",
    "zh-hk": "yue",
    "iw": "he",
    "in": "id",
}
