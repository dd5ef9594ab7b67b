"""Everything that was sent, received and done: the golden trace."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.emulators.twilio.clock import Clock
    from tests.emulators.twilio.model import EmulatedCall


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing. `kind`: ``webhook``, ``callback``, ``media``, ``rest``, ``status``, ``key``..."""

    at: float
    kind: str
    call_sid: str = ""
    method: str = ""
    url: str = ""
    params: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 0
    body: str = ""
    """What was answered."""


class TrafficLog:
    """All entries, in order."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.entries: list[Entry] = []

    def note(self, kind: str, call: EmulatedCall | None = None, **params: str) -> None:
        """Write down something that is no HTTP."""
        self.add(
            Entry(at=self._clock.now(), kind=kind, params=params, call_sid=call.sid if call else "")
        )

    def add(self, entry: Entry) -> None:
        """Write this down."""
        self.entries.append(entry)

    def of(self, kind: str, call: EmulatedCall | None = None) -> list[Entry]:
        """Entries of one kind, of one call when given."""
        return [
            entry
            for entry in self.entries
            if entry.kind == kind and (call is None or entry.call_sid == call.sid)
        ]
