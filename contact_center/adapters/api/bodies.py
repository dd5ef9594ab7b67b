"""What comes in a request's body, and how it is told that something in it is wrong.

Times come as seconds (``boost_s``) and are microseconds inside.
"""

import re
from collections.abc import Mapping
from typing import Annotated, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from contact_center.core.outcomes import Listening
from contact_center.core.requests import PresenceWish

Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]{1,120}$")]
WorkName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]{1,100}$")]
Band = Annotated[int, Meta(ge=-1_000, le=1_000)]
Seconds = Annotated[float, Meta(ge=-86_400, le=86_400)]
Score = Annotated[int, Meta(ge=-1_000_000_000, le=1_000_000_000)]
_WHERE = re.compile(r"(?P<what>.*?) - at `\$(?P<path>.*)`\Z", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<name>.*)`\Z")
_MISSING = re.compile(r"Object missing required field `(?P<name>.*)`\Z")


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Any of them."""


class Priority(Body, frozen=True, kw_only=True):
    """Let a caller count for more or less; what is left out stays as it is."""

    priority: Band | UnsetType = UNSET
    boost_s: Seconds | UnsetType = UNSET


class Move(Body, frozen=True, kw_only=True):
    """Let a caller wait in another queue, or at a place from 1."""

    queue: Id
    position: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None


class Presence(Body, frozen=True, kw_only=True):
    """What an agent is to be."""

    presence: PresenceWish
    reason: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{0,40}$")] = ""


class Supervise(Body, frozen=True, kw_only=True):
    """What a supervisor wants to do in a call; `device` is their own phone."""

    mode: Listening
    device: Annotated[str, Meta(pattern=r"^([A-Za-z0-9][A-Za-z0-9._-]{0,63})?$")] = ""


class Emergency(Body, frozen=True, kw_only=True):
    """Switch a flow, or all of them, to emergency or back."""

    on: bool
    flow: Id | None = None
    why: Annotated[str, Meta(max_length=500)] = ""


class QueuePause(Body, frozen=True, kw_only=True):
    """Whether an agent is on a break from a queue, and why."""

    on: bool
    reason: Annotated[str, Meta(max_length=60)] = ""


class Scores(Body, frozen=True, kw_only=True):
    """How well agents suit a caller; higher is better."""

    call: Id
    scores: Annotated[dict[Id, Score], Meta(min_length=1, max_length=1_000)]


class Work(Body, frozen=True, kw_only=True):
    """A piece of work that is no call; `id` is the sender's own name of it."""

    id: WorkName
    queue: Id
    subject: Annotated[str, Meta(max_length=200)] = ""
    customer: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]{0,120}$")] = ""
    requirement: Annotated[str, Meta(max_length=500)] = ""
    priority: Band | None = None
    boost_s: Seconds = 0.0


B = TypeVar("B", bound=Body)


class BadBodyError(ValueError):
    """What is wrong, by field; ``""`` for the body as a whole."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name or 'body'}: {what}" for name, what in fields.items()))
        self.fields = dict(fields)


def read(kind: type[B], text: bytes) -> B:
    """Read a body. Raises BadBodyError."""
    try:
        return msgspec.json.decode(text or b"{}", type=kind)
    except msgspec.ValidationError as error:
        raise BadBodyError(dict([_place_of(str(error))])) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadBodyError({"": "this is no JSON"}) from None


def _place_of(message: str) -> tuple[str, str]:
    found = _WHERE.match(message)
    what = found["what"] if found else message
    path = found["path"].strip(".") if found else ""
    for pattern, said in ((_UNKNOWN, "there is no such field"), (_MISSING, "this is missing")):
        inner = pattern.match(what)
        if inner is not None:
            return ".".join(part for part in (path, inner["name"]) if part), said
    return path, what


def us(seconds: float) -> int:
    """Give microseconds."""
    return round(seconds * 1_000_000)
