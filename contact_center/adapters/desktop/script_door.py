"""Where a desk takes what agents do in call scripts: to whoever keeps the scripts of calls."""

from typing import Protocol

from contact_center.adapters.desktop.payloads import Problem
from contact_center.adapters.desktop.script_messages import ScriptCommand


class ScriptDoor(Protocol):
    """Follows agents through scripts. No method waits.

    What comes up is shown by `Desk.show_script`, before `take` returns.
    """

    def take(self, agent: str, command: ScriptCommand) -> Problem | None:
        """Do it, or say why not."""

    def against(self, agent: str, call: str, disposition: str) -> Problem | None:
        """Say why a call may not end like this yet, if the script has something against it."""

    def look_at(self, agent: str) -> None:
        """Somebody sits down at a desk: show them what they have open."""
