"""Running documents in a call: one verb after the other, until one of them gives another document.

An executor (`EXECUTORS`, by the name of the verb) does one verb. It returns the document to run
instead of the rest of this one, or None to go on with the next verb. When the call ends, or is
given another document from outside, the executor is cancelled where it waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from tests.emulators.twilio import documents
from tests.emulators.twilio.documents import ApplicationError
from tests.emulators.twilio.model import CallStatus, EmulatedCall, Source
from tests.emulators.twilio.twiml import BadDocument, Document, Verb, parse
from tests.emulators.twilio.webhooks import WebhookFailed

if TYPE_CHECKING:
    from tests.emulators.twilio.emulator import TwilioEmulator

_UNANSWERED = frozenset({"Reject", "Redirect", "Pause", "Dial"})
"""Verbs that do not pick up, or do so when they have to."""
_AT_ONCE = 50
"""So many documents of one call within a second are a loop."""


class EndOfCall(Exception):  # noqa: N818  (how a document ends, not an error)
    """The document ends the call (``<Hangup>``, ``<Reject>``)."""

    def __init__(self, status: CallStatus = CallStatus.COMPLETED) -> None:
        super().__init__(status)
        self.status = status


class LeaveQueue(Exception):  # noqa: N818  (how a document ends, not an error)
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
        self._url = call.document_url
        self._method = "POST"
        self._recent: list[float] = []

    async def follow(self, source: Source, params: Mapping[str, str] | None = None) -> None:
        """Run the source's document and those it leads to; returns when there is nothing left.

        Raises EndOfCall, LeaveQueue or ApplicationError.
        """
        document: Document | None = await self.open(source, params or {})
        while document is not None:
            document = await self.run(document)
        if self.allowed is None:
            await self.answer()

    async def open(self, source: Source, params: Mapping[str, str]) -> Document:
        """The source's document."""
        if source.url:
            return await self._fetch(source.url, source.method, params)
        try:
            return parse(
                source.twiml.encode(),
                url=self._url,
                warnings=self.twilio.warnings,
                allowed=self.allowed,
                rules=self.twilio.rules,
            )
        except BadDocument as bad:
            self.twilio.errors.append((bad.code, bad.message))
            raise ApplicationError(bad.code, bad.message) from None

    async def run(self, document: Document) -> Document | None:
        """Do what a document says; gives the next one."""
        self._url, self._method = document.url, document.method
        if self.allowed is None:
            self.call.document_url = document.url
        self._count()
        for verb in document.verbs:
            if verb.name not in _UNANSWERED:
                await self.answer()
            self.twilio.log.note("verb", self.call, name=verb.name)
            following = await EXECUTORS[verb.name](self, verb)
            if following is not None:
                return following
        return None

    async def ask(self, url: str, method: str, params: Mapping[str, str]) -> Document:
        """Ask a verb's ``action`` (relative to the running document; empty is its own URL)."""
        return await self._fetch(self.absolute(url), method or "POST", params)

    def absolute(self, url: str) -> str:
        """A URL in the running document, in full; empty is the document's own."""
        return urljoin(self._url, url) if url else self._url

    def last_word(
        self, url: str, method: str, params: Mapping[str, str], *, when: str = "late"
    ) -> None:
        """Tell the ``action`` of a verb that was cancelled, and ignore the answer.

        To be called on CancelledError. `when` the call was taken over by another document:
        ``late`` only with the fault `late_action`, ``always`` without it, too. When the call is
        over: ``late`` never, ``always`` and ``over`` do.
        """
        if self.call.ended:
            tell = when in {"always", "over"}
        else:
            tell = when == "always" or self.twilio.faults.late_action
        address = self.absolute(url)
        if tell and address:
            everything = {**self.twilio.calls.standard_params(self.call), **params}
            self.twilio.spawn(self._tell(address, method or "POST", everything))

    async def answer(self) -> None:
        """Pick an inbound call up; nothing when that happened before."""
        self.twilio.calls.answer(self.call)

    async def _tell(self, url: str, method: str, params: Mapping[str, str]) -> None:
        try:
            await self.twilio.webhooks.request("webhook", url, method, params, self.call)
        except WebhookFailed as failure:
            self.twilio.errors.append((failure.code, str(failure)))

    async def _fetch(self, url: str, method: str, params: Mapping[str, str]) -> Document:
        """A request that is under way is carried through, also when nobody wants its answer."""
        task = self.twilio.spawn(self._attempt(url, method, params))
        outcome = await asyncio.shield(task)
        if isinstance(outcome, ApplicationError):
            raise outcome
        assert isinstance(outcome, Document)
        return outcome

    async def _attempt(
        self, url: str, method: str, params: Mapping[str, str]
    ) -> Document | ApplicationError:
        try:
            return await documents.fetch(self.twilio, self.call, url, method, params, self.allowed)
        except ApplicationError as error:
            return error

    def _count(self) -> None:
        now = self.twilio.clock.now()
        self._recent = [each for each in self._recent if each > now - 1] + [now]
        if len(self._recent) > _AT_ONCE:
            error = ApplicationError(0, f"documents of {self._url} loop on themselves")
            self.twilio.errors.append((error.code, error.message))
            raise error


Executor = Callable[[Execution, Verb], Awaitable[Document | None]]
EXECUTORS: dict[str, Executor] = {}
