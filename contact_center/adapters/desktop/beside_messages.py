"""Messages of ``desk.v1`` about what lies beside a call: who is free to be asked.

Each is a snapshot of one agent's, told while they look at it. A screen that resumes has nothing
open: it asks again.
"""

from enum import Enum

from msgspec import Struct

from contact_center.adapters.desktop.envelope import Command, SnapshotMessage
from contact_center.adapters.desktop.payloads import Name
from contact_center.core.outcomes import Work


class Availability(Enum):
    """Whether somebody can be asked: the order is that of the directory.

    OUTSIDE: on the phone with somebody the center has nothing to do with. AWAY: logged out; of a
    queue, that nobody of it is there.
    """

    FREE = "free"
    BUSY = "busy"
    PAUSED = "paused"
    OUTSIDE = "outside"
    AWAY = "away"


class Entry(Struct, frozen=True, kw_only=True):
    """An agent or a queue; ``to`` is what a transfer or a consultation takes.

    ``since``: when it became so, of agents who were ever there. ``work``, ``queue``: what a busy
    one is at, and the queue of it. ``reason``: why somebody is paused. ``waiting``, ``free``: of a
    queue, who waits in it and how many agents are free.
    """

    to: str
    name: str
    state: Availability
    since: int | None = None
    work: Work | None = None
    queue: str = ""
    reason: str = ""
    waiting: int = 0
    free: int = 0


class DirectoryShown(Struct, frozen=True, kw_only=True):
    """Who was found for ``search``, whoever is free first; so many ``more`` are not shown."""

    search: str
    entries: list[Entry]
    more: int = 0


class DirectoryState(SnapshotMessage, tag="directory.state", kw_only=True):
    """Who can be asked, now."""

    d: DirectoryShown


class DirectoryLook(Struct, frozen=True, kw_only=True):
    """Look for words in names (``""``: everybody), or close it."""

    open: bool = True
    search: Name = ""


class CmdDirectory(Command, tag="cmd.directory", kw_only=True):
    """Look at the directory; it is told again as people come and go, until it is closed."""

    d: DirectoryLook


BesideCommand = CmdDirectory
