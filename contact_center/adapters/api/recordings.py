"""The doors of recordings: which there are, and their sound. Who hears one is put on record."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from aiohttp import web

from contact_center.adapters.api.access import Access
from contact_center.adapters.api.doors import Ask, Doors, NoSoundError, NotTheirsError
from contact_center.core.ids import RecordingId, is_safe_id
from contact_center.core.permissions import Permission

MOST_ROWS: Final = 200
_LIST_COST: Final = 2
_SOUND_COST: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Where in a recording words are that had to be said: milliseconds of its sound."""

    disclosure: str
    from_ms: int
    to_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A recording: ``kind`` (``conversation``, ``voicemail``), ``box`` the agent or the box.

    ``at``, ``ms``: milliseconds since 1970 UTC, and its length. ``marks``: in order.
    """

    recording: str
    call: str
    kind: str
    box: str
    at: int
    ms: int
    marks: tuple[Mark, ...] = ()


List = Callable[[int], Awaitable[Sequence[Kept]]]
"""Gives so many, newest first. Raises HistoryAwayError."""
FindSound = Callable[[RecordingId], Awaitable[bytes]]
"""Gives a recording as a wav file. Raises NoSoundError."""


class RecordingDoors:
    """The doors of one process; who hears a recording is written into the book of `access`."""

    def __init__(
        self, access: Access, clock: Callable[[], int], kept: List, sound: FindSound
    ) -> None:
        self._doors = Doors(access, clock)
        self._kept = kept
        self._sound = sound

    def routes(self, at: str) -> list[web.AbstractRouteDef]:
        """All of them; `at` is the path before each."""
        hear, door = Permission.HEAR_RECORDINGS, self._doors.door
        return [
            web.get(f"{at}/recordings", door(hear, self._list, _LIST_COST)),
            web.get(f"{at}/recordings/{{recording}}", door(hear, self._play, _SOUND_COST)),
        ]

    async def _list(self, ask: Ask) -> web.Response:
        rows = [asdict(kept) for kept in await self._kept(MOST_ROWS) if _is_theirs(ask, kept)]
        return web.json_response({"recordings": rows}, headers={"Cache-Control": "no-store"})

    async def _play(self, ask: Ask) -> web.Response:
        name = ask.name("recording")
        if not is_safe_id(name):
            raise NoSoundError(404, "no_such_recording", "There is no such recording.")
        if ask.who.reach is not None:
            mine = [one.recording for one in await self._kept(MOST_ROWS) if _is_theirs(ask, one)]
            if name not in mine:
                raise NotTheirsError
        sound = await self._sound(RecordingId(name))
        ask.note.action, ask.note.object = "recording.hear", name
        kind, ending = sound_kind(sound)
        headers = {
            "Content-Disposition": f'attachment; filename="{name}{ending}"',
            "Cache-Control": "no-store",
        }
        return web.Response(body=sound, content_type=kind, headers=headers)


def sound_kind(sound: bytes) -> tuple[str, str]:
    """Say of which type a recording is, and how its file's name ends: some networks make MP3."""
    frame = len(sound) > 1 and sound[0] == 0xFF and sound[1] & 0xE0 == 0xE0
    is_mp3 = frame or sound.startswith(b"ID3")
    return ("audio/mpeg", ".mp3") if is_mp3 else ("audio/wav", ".wav")


def _is_theirs(ask: Ask, kept: Kept) -> bool:
    """Whether a recording is of an agent they lead; what callers left in a box is of nobody."""
    reach = ask.who.reach
    return reach is None or (kept.kind == "conversation" and reach.has_agents([kept.box]))
