"""Documents for Twilio: verbs checked and written as XML. Pure.

Every document passes the table of `verbs` before anybody gets its bytes. Values are made safe here:
what no XML parser takes is left out of texts, so that a stray byte in a customer's name cannot end
their call.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from contact_center.adapters.twilio.dialects import TWILIO, Dialect
from contact_center.adapters.twilio.verbs import (
    LONGEST_DOCUMENT,
    LONGEST_INLINE,
    Verb,
    problems,
)

CONTENT_TYPE = "text/xml; charset=utf-8"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]+")
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_ATTRIBUTE = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        "\t": "&#9;",
        "\n": "&#10;",
        "\r": "&#13;",
    }
)
_COMES_BACK = frozenset({"Redirect", "Gather", "Record", "Enqueue", "Dial", "Connect"})
"""Verbs that ask us again; a document that ends with one of them does not run out."""
_ENDS = frozenset({"Hangup", "Reject", "Leave"})


class TwimlError(ValueError):
    """A document that must not be sent: a mistake of ours. `problems` has all that is wrong."""

    def __init__(self, found: Sequence[str]) -> None:
        super().__init__("; ".join(found))
        self.problems = tuple(found)


@dataclass(frozen=True, slots=True)
class Document:
    """A checked document. Its repr is an outline: texts may be a caller's own."""

    body: bytes = field(repr=False)
    outline: str

    @property
    def fits_inline(self) -> bool:
        """Say whether a REST request may carry it instead of an address to fetch it from."""
        return len(self.body.decode()) <= LONGEST_INLINE


def document(
    *verbs: Verb,
    served_at: str | None = None,
    may_run_out: bool = False,
    only: frozenset[str] | None = None,
    dialect: Dialect = TWILIO,
) -> Document:
    """Check and write a document.

    ``served_at``: the address it answers; one that sends the call there again would get the same
    bytes for ever. ``may_run_out``: for what is played on the way (waiting, whispers,
    announcements); any other document that runs out hangs up on the caller. ``only``: the verbs
    that may stand there, such as `IN_CONFERENCE` and `IN_QUEUE`. ``dialect``: whose it is.
    Raises TwimlError with everything that is wrong.
    """
    # What we mean is held to the rules before it is said in somebody else's words.
    found = problems(Verb("Response", inside=verbs))
    response = Verb("Response", inside=said_in(dialect, verbs))
    if served_at is not None:
        found.extend(_loops(response, served_at.partition("#")[0]))
    found.extend(_elsewhere(response, only, dialect))
    if not may_run_out and not _goes_on(response.inside):
        found.append("Response: runs out, which hangs up")
    body = write(response)
    if len(body) > LONGEST_DOCUMENT:
        found.append(f"Response: longer than {LONGEST_DOCUMENT} bytes")
    if found:
        raise TwimlError(found)
    return Document(body, " ".join(map(repr, verbs)) or "(nothing)")


def said_in(dialect: Dialect, verbs: Sequence[Verb]) -> tuple[Verb, ...]:
    """Say the same in the words of a dialect.

    Where a Gather that heard nothing does not come back by itself, it is sent back behind it.
    """
    if not dialect.attributes:
        return tuple(verbs)
    said = [_said(dialect, verb) for verb in verbs]
    last = verbs[-1] if verbs else None
    if last is not None and last.name == "Gather" and _goes_on(verbs) and not _goes_on(said):
        action = last.get("action") or ""
        said.append(Verb("Redirect", (("method", last.get("method") or "POST"),), (), action))
    return tuple(said)


def _said(dialect: Dialect, verb: Verb) -> Verb:
    words = dialect.attributes.get(verb.name, {})
    kept = [(name, words.get(name, value)) for name, value in verb.attributes]
    known = {name for name, _ in kept}
    kept.extend((name, value) for name, value in words.items() if name not in known)
    written = tuple((name, value) for name, value in kept if value is not None)
    return Verb(verb.name, written, tuple(_said(dialect, one) for one in verb.inside), verb.text)


def _elsewhere(response: Verb, only: frozenset[str] | None, dialect: Dialect) -> Iterable[str]:
    for verb in response.inside:
        if only is not None and verb.name not in only:
            yield f"{verb.name}: not in a document like this"
    for verb in response.walk():
        if verb.name in dialect.missing_verbs:
            yield f"{verb.name}: {dialect.name} has none"
        timeout = verb.get("timeout") or ""
        if verb.name == "Gather" and timeout.isdigit() and int(timeout) > dialect.longest_gather_s:
            yield f"Gather: {dialect.name} waits {dialect.longest_gather_s} s at most"


def _loops(response: Verb, served_at: str) -> Iterable[str]:
    for verb in response.walk():
        goes_to = verb.text if verb.name == "Redirect" else verb.get("action")
        if goes_to is not None and goes_to.partition("#")[0] == served_at:
            yield f"{verb.name}: leads back to this document"


def _goes_on(verbs: Sequence[Verb]) -> bool:
    if not verbs:
        return False
    last = verbs[-1]
    if last.name == "Gather":
        return last.get("actionOnEmptyResult") == "true"
    return last.name in _COMES_BACK or last.name in _ENDS


def write(verb: Verb) -> bytes:
    """Write a verb as a document, unchecked."""
    parts = [_HEAD]
    _write(verb, parts)
    return "".join(parts).encode()


def _write(verb: Verb, parts: list[str]) -> None:
    parts.append(f"<{verb.name}")
    for name, value in verb.attributes:
        parts.append(f' {name}="{clean(value).translate(_ATTRIBUTE)}"')
    if not verb.inside and not verb.text:
        parts.append("/>")
        return
    parts.append(">")
    parts.append(clean(verb.text).translate(_TEXT))
    for inner in verb.inside:
        _write(inner, parts)
    parts.append(f"</{verb.name}>")


def clean(text: str) -> str:
    """Put one space where characters are that no XML document may have."""
    return _NOT_XML.sub(" ", text)
