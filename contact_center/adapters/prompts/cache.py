"""Rendered prompts on disk, by key. Safe for several processes at once.

A prompt is two files: ``<key>.wav`` and ``<key>.json``, its entry in the index (how long it lasts,
what the sound hashes to, what it says). Both appear whole or not at all; the entry comes last, so
an entry without its sound, or one whose sound does not match, counts as not there.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from array import array
from dataclasses import dataclass
from pathlib import Path

from contact_center.adapters.prompts import keys, wav

_WRITING = ".writing-"


@dataclass(frozen=True, slots=True)
class Entry:
    """One prompt that can be played."""

    key: str
    duration_ms: int


class PromptCache:
    """The folder of rendered prompts. Methods block on the disk: call them in a thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def prepare(self) -> None:
        """Make the folder, and clear away what killed processes left. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for path in self._folder.glob(f"{_WRITING}*"):
            writer = path.name.removeprefix(_WRITING).partition("-")[0]
            if not (writer.isdecimal() and _lives(int(writer))):
                path.unlink(missing_ok=True)

    def path(self, key: str) -> Path:
        """Where the sound of `key` is, if it is there. Raises ValueError for what is no key."""
        if not keys.is_key(key):
            raise ValueError(f"{key!r} is not the key of a prompt")
        return self._folder / f"{key}.wav"

    def load(self, key: str) -> Entry | None:
        """The entry, after checking the sound against it; None when anything is amiss."""
        try:
            stored = json.loads(self._index(key).read_bytes())
            data = self.path(key).read_bytes()
            duration = stored["duration_ms"]
            whole = stored["sha256"] == hashlib.sha256(data).hexdigest()
        except (OSError, ValueError, KeyError, TypeError):
            return None
        if not whole or not isinstance(duration, int) or not wav.is_telephone_wav(data):
            return None
        return Entry(key, duration)

    def store(self, key: str, samples: array[int], about: dict[str, str]) -> Entry:
        """Keep a sound; `about` is for people who look into the folder. Raises OSError."""
        data = wav.write(samples)
        entry = Entry(key, wav.duration_ms(samples))
        index = {
            "duration_ms": entry.duration_ms,
            "sha256": hashlib.sha256(data).hexdigest(),
            **about,
        }
        self._write(self.path(key), data)
        self._write(self._index(key), json.dumps(index, indent=1).encode() + b"\n")
        return entry

    def _index(self, key: str) -> Path:
        return self.path(key).with_suffix(".json")

    def _write(self, path: Path, data: bytes) -> None:
        descriptor, name = tempfile.mkstemp(dir=self._folder, prefix=f"{_WRITING}{os.getpid()}-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(name, 0o644)  # a web server or a switch of another user may read it
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # somebody else's
        return True
    return True
