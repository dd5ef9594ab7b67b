"""Messages of ``desk.v1`` about calling people."""

from msgspec import Struct

from contact_center.adapters.desktop.envelope import CallCommand, Command
from contact_center.adapters.desktop.payloads import Name


class Number(Struct, frozen=True, kw_only=True):
    """Whom to call, and for which campaign, if there are several."""

    number: Name
    campaign: Name = ""


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
