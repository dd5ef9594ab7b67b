"""Messages of ``desk.v1`` about calling people."""

from msgspec import Struct

from contact_center.adapters.desktop.envelope import CallCommand, Command
from contact_center.adapters.desktop.payloads import Name


class Number(Struct, frozen=True, kw_only=True):
    """Whom to call, for which campaign, if there are several, and which number they are to see.

    ``shown`` has to be one of the campaign's, with the right to show it there: the gate looks.
    """

    number: Name
    campaign: Name = ""
    shown: Name = ""


class SkipReason(Struct, frozen=True, kw_only=True):
    """Why not to call: one of the preview's reasons."""

    reason: Name = ""


class CmdDial(Command, tag="cmd.dial", kw_only=True):
    """Call a number: the agent's phone rings first. Whether it may be called is checked before."""

    d: Number


class CmdPreviewDial(CallCommand, tag="cmd.preview_dial", kw_only=True):
    """Call the customer who is shown."""


class CmdPreviewSkip(CallCommand, tag="cmd.preview_skip", kw_only=True):
    """Do not call the customer who is shown."""

    d: SkipReason = SkipReason()
