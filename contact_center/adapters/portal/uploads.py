"""Files that strangers send: read within bounds, taken for what their content is, never run.

The note that says whose page it is comes first; nothing of a file is read before it holds.
"""

import asyncio
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from aiohttp import BodyPartReader, web

MOST_FILES: Final = 3
MOST_FILE: Final = 5 * 1024 * 1024
MOST_BODY: Final = MOST_FILES * MOST_FILE + 64 * 1024
MOST_FIELD: Final = 8 * 1024
MOST_PARTS: Final = 12
MOST_NAME: Final = 80
WITHIN_S: Final = 60.0
_PART: Final = 64 * 1024
_BEGINS: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)


class UploadError(ValueError):
    """Something that is not taken; the message is one of the page's words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file, as it came; ``kind`` is what its content says."""

    name: str
    kind: str
    content: bytes


@dataclass(slots=True)
class Sent:
    """Fields and files of one form."""

    fields: dict[str, str] = field(default_factory=dict)
    files: list[Upload] = field(default_factory=list)


async def receive(request: web.Request, may: Callable[[str], bool]) -> Sent:
    """Read a form with files. ``may`` says whether the first field, the note, holds.

    Raises UploadError.
    """
    if not request.content_type.startswith("multipart/form-data"):
        raise UploadError("foreign")
    if (request.content_length or 0) > MOST_BODY:
        raise UploadError("bad_files")
    sent = Sent()
    try:
        async with asyncio.timeout(WITHIN_S):
            await _read(request, may, sent)
    except (ValueError, TimeoutError, AssertionError, RuntimeError) as problem:
        raise problem if isinstance(problem, UploadError) else UploadError("bad_files") from problem
    return sent


async def _read(request: web.Request, may: Callable[[str], bool], sent: Sent) -> None:
    reader = await request.multipart()
    for number in range(MOST_PARTS + 1):
        part = await reader.next()
        if part is None:
            break
        if not isinstance(part, BodyPartReader) or number == MOST_PARTS:
            raise UploadError("bad_files")
        if part.filename is None:
            content = await _bounded(part, MOST_FIELD)
            sent.fields[part.name or ""] = content.decode(errors="replace")
        if number == 0 and not may(sent.fields.get("t", "")):
            raise UploadError("stale")
        if part.filename is not None:
            await _file(part, sent)


async def _file(part: BodyPartReader, sent: Sent) -> None:
    content = await _bounded(part, MOST_FILE)
    if not content:
        return  # a browser sends an empty one for none
    kind = kind_of(content)
    if not kind or len(sent.files) >= MOST_FILES:
        raise UploadError("bad_files")
    sent.files.append(Upload(name=clean_name(part.filename or ""), kind=kind, content=content))


async def _bounded(part: BodyPartReader, most: int) -> bytes:
    content = bytearray()
    while more := await part.read_chunk(_PART):
        content += more
        if len(content) > most:
            raise UploadError("bad_files")
    return bytes(content)


def kind_of(content: bytes) -> str:
    """Say what a content is, by itself; "" for what is not taken."""
    found = next((kind for begin, kind in _BEGINS if content.startswith(begin)), "")
    if found:
        return found
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return ""
    plain = all(sign.isprintable() or sign in "\r\n\t" for sign in text)
    return "text/plain" if plain and not re.match(r"\s*(<|%!|#!|MZ)", text) else ""


def clean_name(name: str) -> str:
    """Give a name that is a name alone: no folder, no control signs, and not too long."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(sign if sign.isalnum() or sign in " ._-" else "_" for sign in last)
    return " ".join(plain.split()).lstrip(".-")[-MOST_NAME:] or "file"
