"""Prerecorded prompts: ``<files>/<language>/<name>.wav``, checked and converted when published."""

from dataclasses import dataclass
from pathlib import Path

from contact_center.adapters.prompts import keys, wav
from contact_center.adapters.prompts.cache import Entry, PromptCache

_MAX_BYTES = 100 * 1024 * 1024
_FORMAT = "save it as PCM wav, best 8 kHz 16 bit mono"


@dataclass(frozen=True, slots=True)
class BadFile:
    """A file that cannot be played, and what to do about it."""

    name: str
    what: str
    message: str
    mend: str


class Recordings:
    """The prerecorded files as they were at the last scan; loudness is left as it was recorded."""

    def __init__(self, folder: Path | None, cache: PromptCache, language: str) -> None:
        self._folder = folder
        self._cache = cache
        self._language = language
        self._entries: dict[tuple[str, str], Entry] = {}
        self._keys: set[str] = set()

    def find(self, name: str, language: str) -> Entry | None:
        """The file in the nearest language: de-AT, then de, then the center's language."""
        for tag in _nearest(language, self._language):
            if entry := self._entries.get((tag, name)):
                return entry
        return None

    def holds(self, key: str) -> bool:
        """Say whether the key is that of a recording, also of one that was replaced since."""
        return key in self._keys

    def place(self, name: str, language: str) -> str:
        """Where a file of this name belongs."""
        folder = self._folder or Path("prompts")
        return str(folder / (language or self._language) / f"{name}.wav")

    def scan(self) -> list[BadFile]:
        """Read the folder anew; blocks. Returns what is wrong with it, file by file."""
        entries: dict[tuple[str, str], Entry] = {}
        bad: list[BadFile] = []
        for path in self._paths():
            try:
                entry = self._take(path)
            except (wav.WavError, OSError) as error:
                bad.append(BadFile(path.stem, f"prompt file {path}", str(error), _FORMAT))
                continue
            entries[path.parent.name.casefold(), path.stem] = entry
            self._keys.add(entry.key)
        self._entries = entries
        return bad

    def _paths(self) -> list[Path]:
        if self._folder is None or not self._folder.is_dir():
            return []
        return sorted(path for path in self._folder.glob("*/*.wav") if path.is_file())

    def _take(self, path: Path) -> Entry:
        if not keys.is_file_name(path.stem) or not keys.is_file_name(path.parent.name):
            raise wav.WavError("its name may only hold letters, digits, dot, dash and underscore")
        if path.stat().st_size > _MAX_BYTES:
            raise wav.WavError(f"it is larger than {_MAX_BYTES} bytes")
        content = path.read_bytes()
        key = keys.key_of_file(content, wav.RATE)
        if entry := self._cache.load(key):
            return entry
        samples = wav.resample(wav.read(content))
        if not samples:
            raise wav.WavError("it holds no sound")
        return self._cache.store(key, samples, {"file": f"{path.parent.name}/{path.name}"})


def _nearest(*languages: str) -> list[str]:
    tags: list[str] = []
    for language in languages:
        parts = language.casefold().replace("_", "-").split("-")
        tags += ["-".join(parts[:count]) for count in range(len(parts), 0, -1)]
    return list(dict.fromkeys(tags))
