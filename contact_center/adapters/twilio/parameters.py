"""What each kind of webhook has to carry and what else of it is taken: a table. Pure.

Twilio adds parameters when it likes, so those that no row names are passed over. One that a row
names and that does not look as it should counts as left out. Where one is left out that a route
cannot do without, nothing is done and the answer is 400, which makes Twilio go to the fallback with
a caller, and try again with what it only tells.

    python -m contact_center.adapters.twilio.parameters

prints the table as `docs/twilio.md` has it.
"""

import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from contact_center.adapters.twilio.urls import Place, Route


class Look(Enum):
    """What a value has to look like, whole."""

    SID = r"[A-Za-z0-9][A-Za-z0-9_:-]{1,99}"
    WORD = r"[A-Za-z][A-Za-z_-]{0,63}"
    COUNT = r"\d{1,9}"
    SHARE = r"\d{0,9}\.?\d{0,20}"
    KEYS = r"[0-9*#A-Da-d]{0,1000}"
    ADDRESS = r"[^\x00-\x1f]{0,500}"
    URL = r"https?://[^\x00-\x20]{1,4000}"
    TEXT = r"[^\x00]{0,8000}"


_PATTERNS = {look: re.compile(rf"{look.value}\Z", re.ASCII) for look in Look}
_WORDS = {
    Look.SID: "an id",
    Look.WORD: "a word",
    Look.COUNT: "a number",
    Look.SHARE: "a decimal number",
    Look.KEYS: "keys",
    Look.ADDRESS: "a number or address",
    Look.URL: "an address on the web",
    Look.TEXT: "text",
}

TAKEN: Mapping[str, Look] = MappingProxyType(
    {
        "AnsweredBy": Look.WORD,
        "CallSid": Look.SID,
        "CallStatus": Look.WORD,
        "CallerName": Look.TEXT,
        "ConferenceSid": Look.SID,
        "Confidence": Look.SHARE,
        "DialCallStatus": Look.WORD,
        "Digits": Look.KEYS,
        "ErrorCode": Look.COUNT,
        "ErrorUrl": Look.URL,
        "FinishedOnKey": Look.KEYS,
        "ForwardedFrom": Look.ADDRESS,
        "FriendlyName": Look.TEXT,
        "From": Look.ADDRESS,
        "MachineDetectionDuration": Look.COUNT,
        "QueueResult": Look.WORD,
        "QueueSid": Look.SID,
        "RecordingDuration": Look.COUNT,
        "RecordingSid": Look.SID,
        "RecordingStatus": Look.WORD,
        "RecordingUrl": Look.URL,
        "SequenceNumber": Look.COUNT,
        "SipResponseCode": Look.COUNT,
        "SpeechResult": Look.TEXT,
        "StatusCallbackEvent": Look.WORD,
        "StirStatus": Look.WORD,
        "StirVerstat": Look.TEXT,
        "To": Look.ADDRESS,
    }
)
"""Every parameter that is ever read, and what it has to look like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one route needs and takes besides. ``place``: its address has to say what it is about,
    in a query that we wrote."""

    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    place: bool = False


_CALL = ("CallStatus", "From", "To", "CallerName", "SequenceNumber", "SipResponseCode")
_CALLER = (*_CALL, "ForwardedFrom", "StirVerstat")
_TAPE = ("RecordingSid", "RecordingUrl", "RecordingDuration")
_STEP = Row(
    needs=("CallSid",),
    takes=(
        *_CALLER,
        "Digits",
        "FinishedOnKey",
        "SpeechResult",
        "Confidence",
        *_TAPE,
        "RecordingStatus",
        "DialCallStatus",
        "QueueResult",
    ),
    place=True,
)
ROWS: Mapping[Route, Row] = MappingProxyType(
    {
        Route.VOICE: Row(needs=("CallSid",), takes=_CALLER),
        Route.STEP: _STEP,
        Route.TALK: _STEP,
        Route.STATUS: Row(
            needs=("CallSid", "CallStatus"),
            takes=("SequenceNumber", "SipResponseCode", "StirStatus"),
        ),
        Route.CONFERENCE: Row(
            needs=("ConferenceSid", "FriendlyName", "StatusCallbackEvent"),
            takes=("CallSid", "SequenceNumber"),
        ),
        Route.ANNOUNCE: Row(place=True),
        Route.AMD: Row(
            needs=("CallSid", "AnsweredBy"), takes=("MachineDetectionDuration",), place=True
        ),
        Route.RECORDING: Row(
            needs=("RecordingSid",), takes=("RecordingStatus", *_TAPE[1:]), place=True
        ),
        Route.WAIT: Row(takes=("Digits", "QueueSid"), place=True),
        Route.FALLBACK: Row(needs=("CallSid",), takes=(*_CALLER, "ErrorCode", "ErrorUrl")),
    }
)
"""Every route that is spoken over HTTP."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a request says. ``missing``: what the route cannot do without; ``odd``: parameters that
    are named in the table and do not look as they should."""

    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    missing: tuple[str, ...] = ()
    odd: tuple[str, ...] = ()


def read(route: Route, place: Place | None, fields: Iterable[tuple[str, str]]) -> Reading:
    """Take a believed request's parameters as its route's row says. Raises KeyError for a route
    that has none. A parameter that is there with two values is as one that is odd."""
    row = ROWS[route]
    wanted = frozenset((*row.needs, *row.takes))
    values: dict[str, set[str]] = {}
    for name, value in fields:
        if name in wanted:
            values.setdefault(name, set()).add(value)
    params: dict[str, str] = {}
    odd: list[str] = []
    for name, found in values.items():
        value = next(iter(found))
        if len(found) == 1 and (not value or _PATTERNS[TAKEN[name]].match(value)):
            params[name] = value
        else:
            odd.append(name)
    missing = [name for name in row.needs if not params.get(name)]
    if row.place and place is None:
        missing.append("leg")
    return Reading(params=params, missing=tuple(missing), odd=tuple(sorted(odd)))


def table() -> str:
    """Give the rows as a Markdown table, and what each parameter has to look like below it."""
    rows = [("route", "needs", "takes"), ("---", "---", "---")]
    for route, row in ROWS.items():
        needs = [*row.needs, *(("what its address is about",) if row.place else ())]
        rows.append((f"`{route.value}`", ", ".join(needs) or "-", ", ".join(row.takes) or "-"))
    looks = [("what it looks like", "parameters"), ("---", "---")]
    for look, words in _WORDS.items():
        names = ", ".join(name for name, known in TAKEN.items() if known is look)
        looks.append((words, names))
    parts = ("".join(f"| {' | '.join(row)} |\n" for row in part) for part in (rows, looks))
    return "\n".join(parts)


if __name__ == "__main__":
    sys.stdout.write(table())
