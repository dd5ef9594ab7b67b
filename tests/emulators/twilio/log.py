"""Everything that was sent, received and done: the golden trace."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from tests.emulators.twilio.clock import Clock
    from tests.emulators.twilio.model import EmulatedCall

_SID = re.compile(r"\b([A-Z]{2})0*([0-9a-f]{1,31})\b")
_SHOWN = (
    "CallStatus",
    "Digits",
    "FinishedOnKey",
    "SpeechResult",
    "QueueResult",
    "AnsweredBy",
    "DialCallStatus",
    "StatusCallbackEvent",
    "RecordingDuration",
    "ErrorCode",
)
"""Parameters that a line of the trace tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing. `kind`: ``webhook``, ``callback``, ``media``, ``rest``, ``status``, ``key``,
    ``say``, ``verb``..."""

    at: float
    kind: str
    call_sid: str = ""
    method: str = ""
    url: str = ""
    params: dict[str, str] = field(default_factory=dict)
    """Form or query parameters; of what is no HTTP, what there is to say."""
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 0
    """HTTP status; 0 when there was no answer."""
    body: str = ""
    """What was answered."""


class TrafficLog:
    """All entries, in order."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.entries: list[Entry] = []

    def note(self, kind: str, call: EmulatedCall | None = None, **params: str) -> None:
        """Write down something that is no HTTP."""
        sid = call.sid if call else ""
        self.add(Entry(at=self._clock.now(), kind=kind, params=params, call_sid=sid))

    def add(self, entry: Entry) -> None:
        """Write this down."""
        self.entries.append(entry)

    def of(self, kind: str, call: EmulatedCall | None = None, path: str = "") -> list[Entry]:
        """Entries of one kind, of one call when given, whose URL has this path when given."""
        return [
            entry
            for entry in self.entries
            if entry.kind == kind
            and (call is None or entry.call_sid == call.sid)
            and (not path or urlsplit(entry.url).path == path)
        ]

    def trace(self, call: EmulatedCall | None = None) -> list[str]:
        """The golden trace: a line for each entry, the same in every run on a virtual clock.

        Times are seconds since the first entry, sids are short, ports are left out.
        """
        entries = [entry for entry in self.entries if call is None or entry.call_sid == call.sid]
        return [_line(entry, self.entries[0].at) for entry in entries]


def _line(entry: Entry, start: float) -> str:
    words = [f"{entry.at - start:8.3f}", entry.kind, _short(entry.call_sid)]
    if entry.url:
        parts = urlsplit(entry.url)
        words += [entry.method, parts.path + (f"?{parts.query}" if parts.query else "")]
        shown = {name: entry.params[name] for name in _SHOWN if name in entry.params}
        words += [f"{name}={value}" for name, value in shown.items()]
        words.append(f"-> {entry.status}")
    else:
        words += [f"{name}={value}" for name, value in entry.params.items()]
    return " ".join(_short(word) for word in words if word)


def _short(text: str) -> str:
    return _SID.sub(r"\1\2", text)
