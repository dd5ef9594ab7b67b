"""Getting documents: asked for, checked, parsed, and the fallback when that fails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urldefrag

from tests.emulators.twilio.model import EmulatedCall
from tests.emulators.twilio.twiml import BadDocument, Document, Verb, parse
from tests.emulators.twilio.verb_table import RULES, Rule
from tests.emulators.twilio.webhooks import Reply, WebhookFailed

if TYPE_CHECKING:
    from tests.emulators.twilio.emulator import TwilioEmulator

_XML = frozenset({"text/xml", "application/xml", "text/html"})


class ApplicationError(Exception):
    """Neither the document nor its fallback could be had: Twilio's code and words."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


async def fetch(
    twilio: TwilioEmulator,
    call: EmulatedCall,
    url: str,
    method: str,
    params: Mapping[str, str],
    allowed: frozenset[str] | None = None,
) -> Document:
    """Ask for a call's next document, with the standard parameters and these.

    When that fails the call's fallback is asked, with ``ErrorCode`` and ``ErrorUrl``. Raises
    ApplicationError when that fails, too, or there is none.
    """
    try:
        return await _ask(twilio, call, url, method, params, allowed)
    except (WebhookFailed, BadDocument) as failure:
        error = ApplicationError(failure.code, str(failure))
        twilio.errors.append((failure.code, str(failure)))
    if not call.source.fallback_url:
        raise error
    told = {**params, "ErrorCode": str(error.code), "ErrorUrl": urldefrag(url).url}
    source = call.source
    try:
        return await _ask(twilio, call, source.fallback_url, source.fallback_method, told, allowed)
    except (WebhookFailed, BadDocument) as failure:
        twilio.errors.append((failure.code, str(failure)))
        raise ApplicationError(failure.code, str(failure)) from None


async def _ask(
    twilio: TwilioEmulator,
    call: EmulatedCall,
    url: str,
    method: str,
    params: Mapping[str, str],
    allowed: frozenset[str] | None,
) -> Document:
    everything = {**twilio.calls.standard_params(call), **params}
    reply = await twilio.webhooks.request("webhook", url, method, everything, call)
    return read(reply, method, twilio.warnings, allowed, twilio.rules)


def read(
    reply: Reply,
    method: str,
    warnings: list[str],
    allowed: frozenset[str] | None,
    rules: Mapping[str, Rule] = RULES,
) -> Document:
    """Make a document of an answer. Raises BadDocument, with 12300 for a wrong content type.

    Audio is played, plain text is said.
    """
    kind = reply.content_type.partition(";")[0].strip().lower()
    if kind in _XML:
        return parse(
            reply.body,
            url=reply.url,
            method=method,
            warnings=warnings,
            allowed=allowed,
            rules=rules,
        )
    if kind.startswith("audio/"):
        play = Verb(name="Play", text=reply.url)
        return Document(verbs=(play,), url=reply.url, method=method)
    if kind == "text/plain":
        say = Verb(name="Say", text=reply.body.decode("utf-8", "replace"))
        return Document(verbs=(say,), url=reply.url, method=method)
    raise BadDocument(12300, f"content type {kind!r} is no document")
