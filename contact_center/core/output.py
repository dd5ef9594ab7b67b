"""Where a reducer puts what it decides while it handles one event."""

from collections import deque

from contact_center.core.acd import Message
from contact_center.core.commands import Command
from contact_center.core.facts import Fact
from contact_center.core.ids import CallId

Output = Command | Fact


class Outbox:
    """Outputs in order, and mail between the reducers that is still to be delivered."""

    __slots__ = ("mail", "outputs", "stale")

    def __init__(self) -> None:
        self.outputs: list[Output] = []
        self.mail: deque[Message] = deque()
        self.stale = 0

    def emit(self, output: Output) -> None:
        """Send a command or state a fact."""
        self.outputs.append(output)

    def tell(self, message: Message) -> None:
        """Tell the other reducer; delivered before the event is done with."""
        self.mail.append(message)

    def forget(self, call: CallId) -> None:
        """Drop what was to be delivered about a call."""
        self.mail = deque(message for message in self.mail if message.call != call)

    def ignore(self) -> None:
        """Count something that came too late to matter."""
        self.stale += 1
