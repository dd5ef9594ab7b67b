"""Messages of ``desk.v1`` about call scripts.

The page before an agent is one snapshot, ``script:<agent>``. Whatever they do names the call and
the `fence` of the page that they did it on, so that a page left open elsewhere changes nothing.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from contact_center.adapters.desktop.envelope import CallCommand, SnapshotMessage
from contact_center.adapters.desktop.payloads import Name

Given = str | int | float | bool | list[Annotated[str, Meta(max_length=120)]] | None


class ScriptSpan(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A stretch of text. ``kind``: ``text``, ``value``, or ``missing`` (then `text` says what)."""

    text: str
    kind: str = "text"


class ScriptOption(Struct, frozen=True, kw_only=True):
    """Something that can be chosen."""

    code: str
    label: str


class ScriptQuestion(Struct, frozen=True, kw_only=True):
    """A question of the page. The answer to a secret is never told, only that it was `given`."""

    name: str
    kind: str
    ask: list[ScriptSpan]
    help: list[ScriptSpan]
    options: list[ScriptOption]
    required: bool
    given: bool
    answer: Given = None


class ScriptObjection(Struct, frozen=True, kw_only=True):
    """An objection that may come up, `say` only while it is open; or a hint, which has no title."""

    name: str
    title: str
    say: list[ScriptSpan] = []
    leads_on: bool = False


class ScriptAction(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A button of the page: it is told with ``cmd.script.act``, and then the desk asks for a
    ``callback``, a ``transfer`` or to ``open`` something `to`, as with its own buttons."""

    name: str
    does: str
    title: str
    to: str = ""


class ScriptPage(Struct, frozen=True, kw_only=True):
    """The page before the agent.

    `begun` is false while the phone rings: nothing can be done yet. `confirm`: words that have to
    be said, and be confirmed not before `confirm_from` (milliseconds UTC). `secure`: what is asked
    here must not be recorded. `offer`: it waits for what the customer says to the offer.
    """

    call: str
    fence: int
    begun: bool
    script: str
    version: str
    page: str
    title: str
    say: list[ScriptSpan]
    questions: list[ScriptQuestion]
    objections: list[ScriptObjection]
    confirm: list[ScriptSpan] = []
    confirmed: bool = False
    confirm_from: int = 0
    open: ScriptObjection | None = None
    hints: list[ScriptObjection] = []
    actions: list[ScriptAction] = []
    offer: bool = False
    suggested: str = ""
    can_go_back: bool = False
    end: bool = False
    over: bool = False
    secure: bool = False


class ScriptShown(Struct, frozen=True, kw_only=True):
    """The page, or none."""

    page: ScriptPage | None = None


class ScriptState(SnapshotMessage, tag="script.state", kw_only=True):
    """What the agent's script shows."""

    d: ScriptShown


class ScriptAnswer(Struct, frozen=True, kw_only=True):
    """An answer; null takes it back."""

    fence: int
    question: Name
    answer: Annotated[str, Meta(max_length=4_000)] | int | float | bool | list[Name] | None


class ScriptMove(Struct, frozen=True, kw_only=True):
    """``next``, ``back``, ``confirm``, ``close`` or ``take`` an open objection, or what they say to
    the offer."""

    fence: int
    do: Literal["next", "back", "confirm", "close", "take", "accepted", "declined"]


class ScriptObjected(Struct, frozen=True, kw_only=True):
    """What they say against it."""

    fence: int
    objection: Name


class ScriptHintSeen(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A hint was read; `go`: where it leads."""

    fence: int
    hint: Name
    go: bool = False


class CmdScriptAnswer(CallCommand, tag="cmd.script.answer", kw_only=True):
    """Write down an answer."""

    d: ScriptAnswer


class CmdScriptMove(CallCommand, tag="cmd.script.move", kw_only=True):
    """Go through the pages."""

    d: ScriptMove


class CmdScriptObjection(CallCommand, tag="cmd.script.objection", kw_only=True):
    """Open the answer to an objection."""

    d: ScriptObjected


class ScriptActed(Struct, frozen=True, kw_only=True):
    """A button of the page was pressed."""

    fence: int
    action: Name


class CmdScriptAct(CallCommand, tag="cmd.script.act", kw_only=True):
    """Press a button of the page: whether it is there now, the server says."""

    d: ScriptActed


class CmdScriptHint(CallCommand, tag="cmd.script.hint", kw_only=True):
    """Put a hint away, or go where it leads."""

    d: ScriptHintSeen


ScriptCommand = CmdScriptAnswer | CmdScriptMove | CmdScriptObjection | CmdScriptHint | CmdScriptAct
