"""Running documents in a call: one verb after the other, until one of them gives another document.

An executor (`EXECUTORS`, by the name of the verb) does one verb. It returns the document to run
instead of the rest of this one, or None to go on with the next verb. When the call ends, or is
given another document from outside, the executor is cancelled where it waits.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from tests.emulators.twilio.model import CallStatus, EmulatedCall, Source
from tests.emulators.twilio.twiml import Document, Verb

if TYPE_CHECKING:
    from tests.emulators.twilio.emulator import TwilioEmulator


class EndOfCall(Exception):
    """The document ends the call (``<Hangup>``, ``<Reject>``)."""

    def __init__(self, status: CallStatus = CallStatus.COMPLETED) -> None:
        super().__init__(status)
        self.status = status


class LeaveQueue(Exception):
    """``<Leave>`` in a document of a waiting call."""


class Execution:
    """The documents of one call, from one source until they run out."""

    def __init__(
        self, twilio: TwilioEmulator, call: EmulatedCall, allowed: frozenset[str] | None = None
    ) -> None:
        self.twilio = twilio
        self.call = call
        self.allowed = allowed
        """Verbs of this kind of document (waiting, whispering); None is all of them."""

    async def follow(self, source: Source, params: Mapping[str, str] | None = None) -> None:
        """Run the source's document and those it leads to; returns when there is nothing left."""
        raise NotImplementedError

    async def ask(self, url: str, method: str, params: Mapping[str, str]) -> Document:
        """Ask a verb's ``action`` (relative to the running document; empty is its own URL)."""
        raise NotImplementedError

    def last_word(self, url: str, method: str, params: Mapping[str, str]) -> None:
        """Tell the ``action`` of a verb that was cancelled, and ignore the answer: always when
        the call is over, otherwise only with the fault `late_action`. Call it on CancelledError.
        """
        raise NotImplementedError

    async def answer(self) -> None:
        """Pick an inbound call up; nothing when that happened before."""
        raise NotImplementedError


Executor = Callable[[Execution, Verb], Awaitable[Document | None]]
EXECUTORS: dict[str, Executor] = {}
