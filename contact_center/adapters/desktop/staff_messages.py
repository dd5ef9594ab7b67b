"""Messages of ``desk.v1`` about what agents are there for."""

from msgspec import Struct

from contact_center.adapters.desktop.envelope import Command
from contact_center.adapters.desktop.payloads import Name


class QueueBreak(Struct, frozen=True, kw_only=True):
    """A break from one queue alone (`on`), for one of the center's reasons, or its end."""

    queue: Name
    on: bool
    reason: Name = ""


class CmdPauseQueue(Command, tag="cmd.pause_queue", kw_only=True):
    """Take no calls of one queue for now, or take them again; those of the others go on coming."""

    d: QueueBreak
