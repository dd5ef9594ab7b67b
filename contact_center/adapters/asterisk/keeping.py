"""Recordings that ended while nobody listened: a message left while we were away is not lost.

Asked to begin a recording that is there, or to stop one that does not run, Asterisk only says so.
If we were not told of its end before, it ended behind our back, and its sound says how long it is.
"""

import asyncio
import io
import logging
import wave
from collections.abc import Awaitable, Callable
from functools import partial

from contact_center.adapters.asterisk.ari_link import Ask, OnReply, Reply
from contact_center.adapters.asterisk.book import Book
from contact_center.adapters.asterisk.errors import AriRequestError
from contact_center.adapters.asterisk.translate import stored
from contact_center.core.commands import RecordingScope, StartRecording, StopRecording
from contact_center.core.events import Event, RecordingFailed, RecordingFinished, RecordingStarted

log = logging.getLogger(__name__)

Asked = StartRecording | StopRecording


class Keeping:
    """Finds what became of recordings, and tells it as if it had just happened."""

    def __init__(
        self,
        book: Book,
        request: Callable[[Ask, OnReply], None],
        download: Callable[[str], Awaitable[bytes]],
        tell: Callable[[Event], None],
    ) -> None:
        self._book = book
        self._request = request
        self._download = download
        self._tell = tell
        self._tasks: set[asyncio.Task[None]] = set()

    def look(self, command: Asked) -> None:
        """Find out about a recording that would not begin, or was not there to be stopped."""
        if not self._book.has_recorded(command.recording):
            ask = Ask("GET", f"recordings/live/{command.recording}")
            self._request(ask, partial(self._is_live, command))

    def _is_live(self, command: Asked, reply: Reply | AriRequestError) -> None:
        if _is_whole(command) and isinstance(reply, Reply) and reply.is_fine:
            # It runs since another process asked for it, and nobody says so again.
            started = RecordingStarted(
                call=command.call, leg=command.leg, recording=command.recording
            )
            self._tell(started)
        elif isinstance(reply, Reply) and reply.status == 404:
            task = asyncio.get_running_loop().create_task(self._fetch(command), name="recording")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _fetch(self, command: Asked) -> None:
        url = stored(command.recording)
        try:
            ms = length_ms(await self._download(url))
        except (AriRequestError, wave.Error, EOFError) as problem:
            log.warning("a recording that ended while we were away is not there: %s", problem)
            if _is_whole(command) and self._book.recorded(command.recording):
                failed = RecordingFailed(
                    call=command.call, leg=command.leg, recording=command.recording
                )
                self._tell(failed)
            return
        if self._book.recorded(command.recording):
            self._tell(
                RecordingFinished(
                    call=command.call,
                    leg=command.leg,
                    recording=command.recording,
                    url=url,
                    ms=ms,
                )
            )

    async def stop(self) -> None:
        """Look no further."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _is_whole(command: Asked) -> bool:
    return isinstance(command, StartRecording) and command.scope is RecordingScope.CALL


def length_ms(sound: bytes) -> int:
    """Measure a wav file. Raises ``wave.Error`` or EOFError when it is none."""
    with wave.open(io.BytesIO(sound)) as file:
        return int(1000 * file.getnframes() / file.getframerate())
