"""Recordings for the console: listed, heard, and who heard is on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import aiohttp
import pytest

from contact_center.adapters.api.access import Access, Holder, Role
from contact_center.adapters.api.auditing import Done
from contact_center.adapters.api.doors import NoSoundError
from contact_center.adapters.api.recordings import Kept, Mark, RecordingDoors, sound_kind
from contact_center.adapters.web.server import WebServer, WebSettings
from contact_center.core.ids import RecordingId

TOKENS = {Role.SUPERVISOR: "token-supervisor-1", Role.LEAD: "token-of-a-lead-1"}


class Notes:
    """A book of what was done."""

    def __init__(self) -> None:
        self.done: list[Done] = []

    async def write(self, done: Done) -> None:
        self.done.append(done)


async def find(name: RecordingId) -> bytes:
    if name != "r-c1-2":
        raise NoSoundError(404, "no_such_recording", "There is no such recording.")
    return b"RIFF-c1"


async def kept(most: int) -> Sequence[Kept]:
    terms = Mark(disclosure="terms", from_ms=2_000, to_ms=8_000)
    row = Kept(recording="r-c1-2", call="c1", kind="conversation", box="ana", at=5, ms=61_000)
    return [replace(row, marks=(terms,))][:most]


async def test_who_may_hear_recordings_does_and_that_is_on_record() -> None:
    grants = [(token, Holder(role.value, frozenset({role}))) for role, token in TOKENS.items()]
    access, book = Access(grants, lambda: 0.0), Notes()
    access.book = book
    server = WebServer(WebSettings(port=0))
    for at in ("/console/api", "/api"):
        server.add(RecordingDoors(access, lambda: 7, kept, find).routes(at))
    await server.start()

    async def ask(path: str, role: Role, at: str = "/console/api") -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {TOKENS[role]}"}
        url = f"{server.url}{at}/recordings{path}"
        async with http.get(url, headers=headers) as answer:
            return answer.status, await answer.read()

    try:
        async with aiohttp.ClientSession() as http:
            assert (await ask("", Role.LEAD))[0] == 403
            assert (await ask("/r-c1-2", Role.LEAD))[0] == 403
            status, listed = await ask("", Role.SUPERVISOR)
            assert status == 200
            assert b'"recording": "r-c1-2"' in listed
            mark = b'{"disclosure": "terms", "from_ms": 2000, "to_ms": 8000}'
            assert b'"marks": [' + mark + b"]" in listed
            assert (await ask("/r-c9-1", Role.SUPERVISOR))[0] == 404
            assert book.done == []
            assert await ask("/r-c1-2", Role.SUPERVISOR) == (200, b"RIFF-c1")
            assert (await ask("/r-c9-1", Role.SUPERVISOR, "/api"))[0] == 404
            assert await ask("/r-c1-2", Role.SUPERVISOR, "/api") == (200, b"RIFF-c1")
            told = [(d.who, d.role, d.via, d.action, d.object) for d in book.done]
            assert told == [
                ("supervisor", "supervisor", f"{via} 127.0.0.1", "recording.hear", "r-c1-2")
                for via in ("console", "api")
            ]
    finally:
        await server.stop()


@pytest.mark.parametrize(
    ("sound", "kind"),
    [
        (b"RIFF....WAVE", "audio/wav"),
        (b"ID3\x04more", "audio/mpeg"),
        (b"\xff\xfb\x90\x64", "audio/mpeg"),
        (b"", "audio/wav"),
        (b"\xff", "audio/wav"),
    ],
)
def test_a_recording_is_called_what_it_is(sound: bytes, kind: str) -> None:
    assert sound_kind(sound)[0] == kind
