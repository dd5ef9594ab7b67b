"""What prompts sound like, made ahead of time: the `PromptSource` of every provider.

`publish` renders what is missing; afterwards every question is a look into a dictionary. Nothing is
rendered, read or waited for while a caller listens.
"""

from __future__ import annotations

import asyncio
import logging
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from contact_center.adapters.prompts import keys, wav
from contact_center.adapters.prompts.cache import Entry, PromptCache
from contact_center.adapters.prompts.engines import Engine, EngineError
from contact_center.adapters.prompts.recordings import Recordings

MAX_TEXT = 2000
"""Characters in one prompt; more is nobody's prompt."""

_REST_MS = 200
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PromptProblem:
    """One prompt that callers would not hear, and what to do about it."""

    what: str
    message: str
    mend: str

    def __str__(self) -> str:
        return f"{self.what}: {self.message} ({self.mend})"


class PromptStore:
    """Prompts in a content-addressed cache, and prerecorded files, as URLs.

    ``cache``: folder of rendered sound, may be emptied at any time between two starts.
    ``files``: folder of prerecorded ``<language>/<name>.wav``; None for none.
    ``language``: where to look for a file that a caller's language does not have.
    ``parallel``: how many engines run at once. ``deadline_s``: how long one prompt may take.
    """

    def __init__(
        self,
        *,
        cache: Path,
        engine: Engine,
        files: Path | None = None,
        language: str = "en-US",
        base_url: str = "",
        parallel: int = 2,
        deadline_s: float = 20.0,
    ) -> None:
        self._cache = PromptCache(cache)
        self._engine = engine
        self._recordings = Recordings(files, self._cache, language)
        self._parallel = parallel
        self._deadline_s = deadline_s
        self._language = language
        self._entries: dict[str, Entry] = {}
        self._spoken: dict[tuple[str, str], Entry] = {}
        self._base_url = ""
        self.rendered = 0
        if base_url:
            self.base_url = base_url

    @property
    def base_url(self) -> str:
        """Where the switch reaches the web server: http or https, without a path at the end.

        Given with ``/prompts`` at the end, it means the same.
        """
        return self._base_url

    @base_url.setter
    def base_url(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"the prompts' base URL {url!r} is not an http or https URL")
        # A switch takes several URLs as a list with commas between them.
        if "," in url or parts.query or parts.fragment or any(sign.isspace() for sign in url):
            raise ValueError(f"the prompts' base URL {url!r} may hold no comma, space, ? or #")
        self._base_url = url.rstrip("/").removesuffix("/prompts")

    def media_url(self, text: str, language: str) -> str | None:
        """Where rendered speech is fetched; None when it was not published."""
        return self._url(self._find(text, language))

    def file_url(self, name: str, language: str) -> str | None:
        """Where a prerecorded file is fetched, in the nearest language; None when missing."""
        return self._url(self._recordings.find(name, language))

    def duration_ms(self, text: str, language: str) -> int | None:
        """How long rendered speech lasts; None when it was not published."""
        entry = self._find(text, language)
        return entry.duration_ms if entry else None

    def path_of(self, key: str) -> Path | None:
        """The file behind a URL's key; None for a key that was never published."""
        known = key in self._entries or self._recordings.holds(key)
        return self._cache.path(key) if known else None

    async def publish(
        self, texts: Iterable[tuple[str, str]], files: Iterable[tuple[str, str]] = ()
    ) -> list[PromptProblem]:
        """Make sure that each (text, language) and each (file name, language) can be played.

        Returns every problem there is, none when all is well. May be called again, with more or
        with changed files; what was published before stays.
        """
        try:
            await asyncio.to_thread(self._cache.prepare)
        except OSError as error:
            message = f"the cache cannot be written ({error})"
            return [PromptProblem("prompts", message, "give another folder, or its rights")]
        wrong = await asyncio.to_thread(self._recordings.scan)
        problems = [PromptProblem(at.what, at.message, at.mend) for at in wrong]
        for name, language in dict.fromkeys(files):
            if self._recordings.find(name, language) is None and not any(
                name == at.name for at in wrong
            ):
                mend = f"put it at {self._recordings.place(name, language)}"
                what = f"prompt file {name!r} for {language}"
                problems.append(PromptProblem(what, "there is no such file", mend))
        problems += await self._speak_all(list(dict.fromkeys(texts)))
        return problems

    async def _speak_all(self, texts: Sequence[tuple[str, str]]) -> list[PromptProblem]:
        if not self._engine.speaks:
            if texts:
                _log.warning(
                    "%d prompts are text and there is no text to speech: callers on a real switch"
                    " would hear nothing; the simulated network is not affected",
                    len(texts),
                )
            return []
        found: list[PromptProblem | None] = [None] * len(texts)
        work = iter(enumerate(texts))
        hopeless: list[PromptProblem] = []

        async def worker() -> None:
            for at, (text, language) in work:
                if hopeless:
                    return
                try:
                    await self._speak(text, language)
                except EngineError as error:
                    problem = PromptProblem(_quote(text, language), str(error), error.mend)
                    if error.everything:
                        hopeless.append(problem)
                    else:
                        found[at] = problem

        async with asyncio.TaskGroup() as group:
            for _ in range(min(self._parallel, len(texts))):
                group.create_task(worker())
        return [problem for problem in found if problem] + hopeless[:1]

    async def _speak(self, text: str, language: str) -> None:
        """Have it in the cache, in the center's own language when none is given."""
        said = keys.normalise(text)
        if not said:
            raise EngineError("there is nothing to say", "write a text, or use a silence")
        if len(said) > MAX_TEXT:
            raise EngineError(f"it has more than {MAX_TEXT} characters", "split it")
        key = self._key(said, language)
        entry = await asyncio.to_thread(self._cache.load, key)
        if entry is None:
            entry = await self._render(key, said, language or self._language)
        self._entries[key] = self._spoken[text, language] = entry

    async def _render(self, key: str, said: str, language: str) -> Entry:
        try:
            async with asyncio.timeout(self._deadline_s):
                data = await self._engine.speak(said, language)
        except TimeoutError as error:
            message = f"{self._engine.name} did not finish within {self._deadline_s:g} s"
            raise EngineError(message, "shorten the text, or give prompts more time") from error
        self.rendered += 1
        about = {
            "engine": self._engine.name,
            "voice": self._engine.voice(language),
            "language": language,
            "text": said,
        }
        try:
            samples = await asyncio.to_thread(_for_telephone, data)
            if not samples and any(sign.isalnum() for sign in said):
                raise wav.WavError("it is silent")
            # A lone full stop is rightly not heard; where one is asked for it is a short rest.
            samples = samples or wav.silence(_REST_MS)
            return await asyncio.to_thread(self._cache.store, key, samples, about)
        except wav.WavError as error:
            message = f"what {self._engine.name} made is of no use: {error}"
            raise EngineError(message, "try the engine by hand with this text") from error
        except OSError as error:
            message = f"the cache cannot be written ({error})"
            raise EngineError(message, "make room, or give another folder") from error

    def _find(self, text: str, language: str) -> Entry | None:
        return self._spoken.get((text, language)) or self._entries.get(
            self._key(keys.normalise(text), language)
        )

    def _key(self, said: str, language: str) -> str:
        engine, tag = self._engine, language or self._language
        return keys.key_of_text(
            engine.name, engine.voice(tag), engine.manner(), tag, said, wav.RATE
        )

    def _url(self, entry: Entry | None) -> str | None:
        return f"{self._base_url}/prompts/{entry.key}.wav" if entry else None


def _for_telephone(data: bytes) -> array[int]:
    return wav.normalise(wav.trim(wav.resample(wav.read(data, streamed=True))))


def _quote(text: str, language: str) -> str:
    short = " ".join(text.split())
    return f"prompt {short if len(short) <= 60 else short[:57] + '...'!r} ({language})"
