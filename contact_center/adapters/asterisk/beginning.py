"""Sees to it that what is to be played begins.

Asterisk takes a playback for a channel and carries it out later, in the channel's own thread. If
the channel leaves a bridge at that moment, the playback is gone: no event, no error, and the caller
would stand in silence. So what has not begun after a moment is asked about, and is asked
for again when Asterisk does not know it. One that waits behind another is known, and left alone.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from contact_center.adapters.asterisk.ari_link import Ask, OnReply, Reply
from contact_center.adapters.asterisk.book import Book, Sound
from contact_center.adapters.asterisk.errors import AriRequestError
from contact_center.core.commands import Announce, PlaySequence
from contact_center.core.events import Event, PlaybackFailed, PlaybackFinished

log = logging.getLogger(__name__)

LOOK_AFTER_S = (0.5, 1.0, 2.0, 4.0, 8.0)
"""When it is looked at, each time from the time before; the last goes on."""
Later = Callable[[float, Callable[[], None]], object]

MOST_TIMES = 5
"""How often one playback is asked for."""


@dataclass(slots=True)
class _Awaited:
    """A playback that was taken: who wanted it, how it was asked for, and how often."""

    command: PlaySequence | Announce
    ask: Ask
    sound: Sound
    looks: int = 0
    times: int = 1


class Beginning:
    """Looks after playbacks until they begin.

    `request` sends one request, `tell` takes events for the core, `later` does something after so
    many seconds; the running loop's unless it is given.
    """

    def __init__(
        self,
        book: Book,
        request: Callable[[Ask, OnReply], None],
        tell: Callable[[Event], None],
        *,
        later: Later | None = None,
    ) -> None:
        self._book = book
        self._request = request
        self._tell = tell
        self._later = later

    def expect(self, command: PlaySequence | Announce, ask: Ask) -> None:
        """Look after a playback that Asterisk has taken."""
        sound = self._book.playbacks.get(command.playback)
        if sound is not None and not sound.began:
            self._look_later(_Awaited(command, ask, sound))

    def _look_later(self, awaited: _Awaited) -> None:
        after_s = LOOK_AFTER_S[min(awaited.looks, len(LOOK_AFTER_S) - 1)]
        awaited.looks += 1
        later = self._later or asyncio.get_running_loop().call_later
        later(after_s, partial(self._look, awaited))

    def _look(self, awaited: _Awaited) -> None:
        if self._is_open(awaited):
            ask = Ask("GET", f"playbacks/{awaited.command.playback}")
            self._request(ask, partial(self._looked, awaited))

    def _looked(self, awaited: _Awaited, reply: Reply | AriRequestError) -> None:
        if not self._is_open(awaited):
            return
        if isinstance(reply, AriRequestError) or reply.status != 404:
            self._look_later(awaited)
        elif awaited.sound.unwanted:
            self._over(awaited, "")
        elif awaited.times >= MOST_TIMES:
            self._over(awaited, f"it did not begin, asked for {awaited.times} times")
        else:
            log.info("a playback was gone before it began; it is asked for again")
            awaited.times += 1
            awaited.looks = 0
            self._request(awaited.ask, partial(self._asked_again, awaited))

    def _asked_again(self, awaited: _Awaited, reply: Reply | AriRequestError) -> None:
        if not self._is_open(awaited):
            return
        if isinstance(reply, Reply) and not reply.is_fine and reply.status != 409:
            self._over(awaited, f"it did not begin: HTTP {reply.status}")
        else:
            self._look_later(awaited)

    def _is_open(self, awaited: _Awaited) -> bool:
        """Say whether it is still the one in the book, and nothing was heard of it."""
        known = self._book.playbacks.get(awaited.command.playback)
        return known is awaited.sound and not awaited.sound.began

    def _over(self, awaited: _Awaited, cause: str) -> None:
        command = awaited.command
        self._book.played(command.playback)
        if cause:
            self._tell(
                PlaybackFailed(
                    call=command.call, leg=command.leg, playback=command.playback, cause=cause
                )
            )
        else:
            self._tell(
                PlaybackFinished(call=command.call, leg=command.leg, playback=command.playback)
            )
