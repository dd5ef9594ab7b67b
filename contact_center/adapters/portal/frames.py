"""What a visitor's browser may say to a SIP server: one call, to one name. Pure.

A browser of a visitor is nobody whom we know, and holds no password. So every message it sends is
read before it is handed on, and read strictly: what two parsers could read in two ways, a second
message in one frame among them, is refused. What is left is one dialog (one Call-ID), begun by one
INVITE to the visit.
"""

import re
from typing import Final

MAX_FRAME: Final = 16 * 1024
"""An offer of sound has some four thousand characters."""
MAX_FRAMES: Final = 500
"""Bound on messages of one call; renegotiations and keys are few."""
USER: Final = "visitor"
"""As whom browsers of visitors call; there is no password, and nothing but visits to dial."""

_METHODS: Final = frozenset({"INVITE", "ACK", "BYE", "CANCEL", "INFO", "UPDATE", "PRACK"})
_HEADERS: Final = frozenset(
    {
        *("via", "max-forwards", "to", "from", "call-id", "cseq", "contact", "content-type"),
        *("content-length", "allow", "supported", "user-agent", "session-expires", "min-se"),
        *("reason", "rack", "rseq", "require", "accept", "server", "record-route", "expires"),
    }
)
"""All that a call needs. Not among them: Replaces, Refer-To, Route, and whoever vouches for one."""
_ONCE: Final = ("call-id", "from", "to", "cseq", "content-length")
_REQUEST: Final = re.compile(r"([A-Z]{3,10}) (sips?:[^\s<>]{1,300}) SIP/2\.0\Z")
_ANSWER: Final = re.compile(r"SIP/2\.0 [1-6]\d\d [^\r\n]{0,100}\Z")
_LINE: Final = re.compile(r"([A-Za-z][A-Za-z-]+): ?([^\x00-\x08\x0a-\x1f\x7f]{0,2000})\Z")
_FROM: Final = re.compile(
    rf'(?:"[^"]{{0,60}}" ?)?<sip:{USER}@[^\s<>]{{1,100}}>;tag=[\w.-]{{1,60}}\Z', re.ASCII
)


class FrameError(ValueError):
    """A message that is not handed on; the message of this says why, in a word."""


class Guard:
    """Holds one browser to one call to `visit`."""

    def __init__(self, visit: str) -> None:
        address = rf"sip:{re.escape(visit)}@[A-Za-z0-9.-]{{1,100}}"
        self._uri = re.compile(rf"{address}\Z")
        self._to = re.compile(rf"<{address}>(?P<tag>;tag=[\w.-]{{1,100}})?\Z", re.ASCII)
        self._call = ""
        self._seen = 0

    @property
    def called(self) -> bool:
        """Whether the call was begun."""
        return bool(self._call)

    def check(self, frame: str) -> bool:
        """Say whether to hand a message on; False for one that says nothing. Raises FrameError."""
        if not frame.strip("\r\n"):
            return False
        self._seen += 1
        if self._seen > MAX_FRAMES or len(frame.encode()) > MAX_FRAME:
            raise FrameError("too_much")
        first, fields = _read(frame)
        if _ANSWER.match(first) is not None:
            if not self._call or fields["call-id"] != self._call:
                raise FrameError("other_call")
            return True
        match = _REQUEST.match(first)
        if match is None or match[1] not in _METHODS:
            raise FrameError("method")
        if fields["cseq"].split()[1:] != [match[1]]:
            raise FrameError("malformed")
        self._hold(match[1], match[2], fields)
        return True

    def _hold(self, method: str, uri: str, fields: dict[str, str]) -> None:
        to = self._to.match(fields["to"])
        if to is None:
            raise FrameError("other_destination")
        if _FROM.match(fields["from"]) is None:
            raise FrameError("other_caller")
        # What is said within the call goes to the address that the other end named.
        if to["tag"] is None and self._uri.match(uri) is None:
            raise FrameError("other_destination")
        begins = method == "INVITE" and to["tag"] is None
        if begins and self._call:
            raise FrameError("second_call")
        if not begins and fields["call-id"] != self._call:
            raise FrameError("other_call")
        if begins:
            self._call = fields["call-id"]


def _read(frame: str) -> tuple[str, dict[str, str]]:
    """Take one whole message apart; gives its first line and its fields. Raises FrameError."""
    head, end, body = frame.partition("\r\n\r\n")
    lines = head.split("\r\n")
    if not end or any("\n" in line or "\r" in line for line in lines):
        raise FrameError("malformed")
    fields: dict[str, str] = {}
    for line in lines[1:]:
        match = _LINE.match(line)
        name = match[1].lower() if match is not None else ""
        if match is None or name not in _HEADERS or (name in fields and name in _ONCE):
            raise FrameError("malformed")
        fields[name] = match[2].strip()
    if any(name not in fields or not fields[name] for name in _ONCE):
        raise FrameError("malformed")
    length = fields["content-length"]
    if not (length.isascii() and length.isdecimal()) or int(length) != len(body.encode()):
        raise FrameError("malformed")
    return lines[0], fields
