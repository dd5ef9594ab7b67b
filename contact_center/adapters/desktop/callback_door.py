"""Where a desk takes promises to: whoever keeps them, beside the center."""

from dataclasses import dataclass
from typing import Protocol

from contact_center.adapters.desktop.callback_messages import PromiseCommand


@dataclass(frozen=True, slots=True, kw_only=True)
class AtCall:
    """The call an agent is at. ``number``: the customer's, "" when it is withheld."""

    call: str
    queue: str
    number: str


class PromiseDoor(Protocol):
    """Takes agents' wishes about promises. No method waits.

    What comes of a wish is told by `Desk.settle` and `Desk.show_callbacks`.
    """

    def take(self, agent: str, command: PromiseCommand, at: AtCall | None) -> bool:
        """Take a wish; False when too many wait. ``at``: the call the agent is at, if any."""

    def look_at(self, agent: str) -> None:
        """Somebody sits down at a desk: show them what they have promised."""
