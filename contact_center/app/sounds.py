"""The sound of a recording: found in history, fetched from the phone network that keeps it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from contact_center.adapters.api.doors import NoSoundError
from contact_center.adapters.asterisk.errors import AriRequestError
from contact_center.adapters.sql.errors import StorageError
from contact_center.adapters.sql.past import Past
from contact_center.core.ids import RecordingId

Download = Callable[[str], Awaitable[bytes]]
"""Fetches what a network keeps, by the url it told. Raises AriRequestError or LookupError."""

FIND_WITHIN_S: Final = 2.0
FETCH_WITHIN_S: Final = 60.0
MOST_AT_ONCE: Final = 2
"""Each is held in memory while it is passed on."""


class Sounds:
    """Gives sounds, a few at a time. `download` is None where the network keeps none."""

    def __init__(self, past: Past, download: Download | None) -> None:
        self._past = past
        self._download = download
        self._fetching = 0

    async def find(self, name: RecordingId) -> bytes:
        """Give the sound, a wav file. Raises NoSoundError, which says why there is none."""
        try:
            async with asyncio.timeout(FIND_WITHIN_S):
                url = await self._past.recording(name)
        except (StorageError, TimeoutError) as problem:
            message = "The database cannot be asked; try again."
            raise NoSoundError(503, "no_history", message) from problem
        if url is None:
            raise NoSoundError(404, "no_such_recording", "There is no such recording.")
        if self._download is None:
            message = "The simulated network keeps no sounds, only that there was one."
            raise NoSoundError(501, "no_sounds", message)
        if self._fetching >= MOST_AT_ONCE:
            raise NoSoundError(503, "busy", "Others are being fetched; try again.")
        self._fetching += 1
        try:
            async with asyncio.timeout(FETCH_WITHIN_S):
                return await self._download(url)
        except TimeoutError as problem:
            raise NoSoundError(504, "no_answer", "The phone system was too slow.") from problem
        except (AriRequestError, LookupError) as problem:
            message = "The phone system does not have it (any more), is away, or it is too long."
            raise NoSoundError(502, "no_sound", message) from problem
        finally:
            self._fetching -= 1
