"""What every frame of ``desk.v1`` is made of; the frames themselves are in ``messages``."""

from typing import Annotated, Final

from msgspec import UNSET, Meta, Struct, UnsetType

from contact_center.adapters.desktop import payloads as p

MINOR: Final = 0

MessageId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]{1,64}$")]


class Message(Struct, tag_field="t", kw_only=True):
    """Any frame."""

    v: int = MINOR


class LedgerMessage(Message, kw_only=True):
    """Counts: numbered, kept and replayed."""

    ch: str
    ep: str
    seq: int
    ts: int
    call: str | UnsetType = UNSET


class SnapshotMessage(Message, kw_only=True):
    """Only the newest one counts."""

    ch: str
    rev: int
    ts: int


class ClientMessage(Message, kw_only=True):
    """Sent by a client. ``must``: the server has to refuse it rather than ignore it."""

    must: bool = False


class Command(ClientMessage, kw_only=True):
    """Asks for something; answered by ``done`` or ``error`` with the same id."""

    id: MessageId


class CallCommand(Command, kw_only=True):
    """Asks for something about a call."""

    call: p.Name
