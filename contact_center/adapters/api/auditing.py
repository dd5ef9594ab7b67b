"""What doors that change something write down: who did what, to what, and why.

A door writes by itself what was asked for; what it found before, it notes (`Ask.note`).
"""

from dataclasses import dataclass
from typing import Any, Final, Protocol

import msgspec
from aiohttp import web

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
MAYBE: Final = "no answer in time: it may have happened"
_UNHEARD: Final = 504
_PLAIN: Final = {
    "people": "person",
    "leads": "lead",
    "notices": "notice",
    "suppressions": "suppression",
}


@dataclass(slots=True, kw_only=True)
class Note:
    """What a door notes while it acts. ``quiet``: it is written down elsewhere, or no change.

    ``action``: what it did, where it changes nothing and goes on record all the same.
    """

    before: Any = None
    after: Any = None
    why: str = ""
    object: str = ""
    quiet: bool = False
    action: str = ""

    def take(self, body: msgspec.Struct) -> None:
        """Note what was asked for; ``why`` of it is the reason."""
        told = msgspec.to_builtins(body)
        why = told.pop("why", "")
        self.why = why if isinstance(why, str) else ""
        self.after = told or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A change as it goes to the book. ``outcome``: "" for done."""

    at: int
    who: str
    role: str
    via: str
    action: str
    object: str
    before: Any
    after: Any
    why: str
    outcome: str = ""


class Book(Protocol):
    """Where changes are written down."""

    async def write(self, done: Done) -> None:
        """Write one down. Never raises: what was done is done."""


def done_of(
    request: web.Request, note: Note, *, who: str, role: str, at: int, status: int
) -> Done | None:
    """Tell what was done by a request that was answered so; None for nothing."""
    reads_only = request.method in SAFE and not note.action
    if reads_only or note.quiet or (status >= 400 and status != _UNHEARD):
        return None
    resource = request.match_info.route.resource
    path = resource.canonical if resource is not None else request.path
    via, _, rest = path.lstrip("/").partition("api/")
    named = "/".join(request.match_info.values())
    return Done(
        at=at,
        who=who,
        role=role,
        via=f"{via.strip('/') or 'api'} {request.remote or ''}".strip(),
        action=note.action or action_of(request.method, rest),
        object=note.object or named,
        before=note.before,
        after=note.after,
        why=note.why,
        outcome=MAYBE if status == _UNHEARD else "",
    )


def action_of(method: str, path: str) -> str:
    """Name what a door does: ``call.move`` for ``POST calls/{call}/move``, ``call.end-supervise``
    for ``DELETE`` of the same, ``emergency`` for ``POST emergency``."""
    words = [word for word in path.strip("/").split("/") if not word.startswith("{")]
    kind, verbs = words[0], words[1:]
    if "{" in path or kind in _PLAIN:
        kind = _PLAIN.get(kind, kind.removesuffix("s"))
    if method == "DELETE":
        verbs = ["-".join(["end", *verbs])]
    return ".".join([kind, *verbs])
