"""Messages of ``desk.v1`` about promises to call somebody back.

All of an agent's promises are one snapshot, ``callbacks:<agent>``; a desk without one has nobody
who would keep them. Wall times are the customer's: ISO to the minute, without offset, in `zone`.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from contact_center.adapters.desktop.envelope import CallCommand, Command, SnapshotMessage
from contact_center.adapters.desktop.payloads import Name

Local = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$")]
Zone = Annotated[str, Meta(min_length=1, max_length=60)]
Note = Annotated[str, Meta(max_length=500)]


class PromisedCall(Struct, frozen=True, kw_only=True):
    """A promise that is not kept yet. ``state``: ``scheduled``, ``due`` or ``dialling``.

    `due_at`, and `local` as the customer's clock shows it: the next try. ``asked``: the wall time
    that was asked for, where the clock skips it (``wall`` is ``skipped``) or shows it twice
    (``twice``, and the first is meant); else ``wall`` is ``once``. ``mine``: for me, and after
    `fallback_min` for anybody; else for anybody at once.
    """

    callback: str
    campaign: str
    name: str
    number: str
    due_at: int
    local: str
    zone: str
    state: str
    mine: bool
    fallback_min: int
    asked: str
    wall: str = "once"
    note: str = ""


class PromisedNumber(Struct, frozen=True, kw_only=True):
    """A number to call, and every zone it may be in; `suggested`: a lawful time in the first."""

    number: str
    label: str
    zones: list[str]
    suggested: str


class PromiseForm(Struct, frozen=True, kw_only=True):
    """What there is to choose from for the customer of a call, and what was promised to them."""

    call: str
    campaign: str
    name: str
    numbers: list[PromisedNumber]
    promised: PromisedCall | None = None


class PromisedCalls(Struct, frozen=True, kw_only=True):
    """What the agent is to keep, soonest first; `form`: of the call last asked about."""

    callbacks: list[PromisedCall]
    form: PromiseForm | None = None


class PromiseWish(Struct, frozen=True, kw_only=True):
    """A call that the agent promises: made by them (``mine``), or by anybody."""

    number: Name
    local: Local
    zone: Zone
    mine: bool = True
    fallback_min: Annotated[int, Meta(ge=1, le=10_080)] = 15
    note: Note = ""


class PromiseMove(Struct, frozen=True, kw_only=True):
    """Another time for a promise, in the zone it has."""

    callback: Name
    local: Local


class PromiseRef(Struct, frozen=True, kw_only=True):
    """The promise that is meant; ``why`` it is taken back."""

    callback: Name
    why: Literal["customer", "mistake", "done"] = "customer"


class CallbacksState(SnapshotMessage, tag="callbacks.state", kw_only=True):
    """The agent's promises, and the form they asked for."""

    d: PromisedCalls


class CmdPromiseForm(CallCommand, tag="cmd.callback.form", kw_only=True):
    """What can be promised to the customer of my call? The answer is in ``callbacks.state``."""


class CmdPromise(CallCommand, tag="cmd.callback.promise", kw_only=True):
    """Promise the customer of a call to call them back, in place of an earlier promise."""

    d: PromiseWish


class CmdPromiseMove(Command, tag="cmd.callback.move", kw_only=True):
    """Keep a promise at another time."""

    d: PromiseMove


class CmdPromiseCancel(Command, tag="cmd.callback.cancel", kw_only=True):
    """Take a promise back."""

    d: PromiseRef


PromiseCommand = CmdPromiseForm | CmdPromise | CmdPromiseMove | CmdPromiseCancel
