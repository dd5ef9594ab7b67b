"""What a document may hold: our own strict table of verbs, held against every document. Pure.

Twilio's own builder takes any attribute and any value, and Twilio answers a mistake by hanging up
on the caller. So nothing is sent that this table does not know: names, types, ranges, lengths, what
may be inside what, and that nothing stands behind a verb that never comes back. It has what we use,
not all there is.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

LONGEST_SPOKEN = 4096
"""Characters of one Say."""
LONGEST_URL = 4096
LONGEST_DOCUMENT = 64 * 1024
"""Bytes of one document."""
LONGEST_INLINE = 4000
"""Characters of a document that is sent in a REST request instead of fetched."""

Check = Callable[[str], str]
"""Says what is wrong with a value, "" when nothing is."""


@dataclass(frozen=True, slots=True, repr=False)
class Verb:
    """One element of a document: its name, its attributes as text, and what is inside it.

    What callers hear or keyed in shows in no repr.
    """

    name: str
    attributes: tuple[tuple[str, str], ...] = ()
    inside: tuple["Verb", ...] = ()
    text: str = ""

    def __repr__(self) -> str:
        inner = ", ".join(map(repr, self.inside))
        return f"{self.name}({inner})" if inner else self.name

    def get(self, attribute: str) -> str | None:
        """Give an attribute's value; None when it is not there."""
        return next((value for name, value in self.attributes if name == attribute), None)

    def walk(self) -> Iterator["Verb"]:
        """Give this verb and everything inside it."""
        yield self
        for verb in self.inside:
            yield from verb.walk()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What one verb may have. ``text``: None for none. ``inside``: the rule of each verb in it."""

    attributes: Mapping[str, Check] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    text: Check | None = None
    inside: Mapping[str, str] = field(default_factory=dict)


def _one_of(*words: str) -> Check:
    known = frozenset(words)
    return lambda value: "" if value in known else f"is none of {', '.join(sorted(known))}"


def _some_of(*words: str) -> Check:
    known = frozenset(words)

    def check(value: str) -> str:
        parts = value.split(" ")
        good = all(part in known for part in parts) and len(set(parts)) == len(parts)
        return "" if good else f"is not some of {', '.join(sorted(known))}"

    return check


def _number(least: int, most: int, *others: str) -> Check:
    def check(value: str) -> str:
        whole = value.isascii() and value.isdigit() and len(value) < 10
        if value in others or (whole and least <= int(value) <= most):
            return ""
        return f"is not {least} to {most}" + "".join(f", {other}" for other in others)

    return check


def _like(pattern: str, what: str) -> Check:
    compiled = re.compile(rf"(?:{pattern})\Z")
    return lambda value: "" if compiled.match(value) else f"is no {what}"


def _text(least: int, most: int) -> Check:
    return lambda value: (
        ""
        if least <= len(value.strip()) <= len(value) <= most
        else (f"has not {least} to {most} characters")
    )


def _address(*schemes: str) -> Check:
    def check(value: str) -> str:
        try:
            parts = urlsplit(value)
            good = parts.scheme in schemes and bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:
            good = False
        if good and len(value) <= LONGEST_URL and all("!" <= char <= "~" for char in value):
            return ""
        return f"is no address that begins with {' or '.join(schemes)}"

    return check


_url = _address("http", "https")
_socket = _address("ws", "wss")
_bool = _one_of("true", "false")
_method = _one_of("GET", "POST")
_language = _like(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|\d{3}))?", "language")
_finish = _like(r"[0-9*#]{0,12}", "set of keys")
_digits = _like(r"[0-9A-Da-dwW*#]{1,200}", "row of keys")
_number_to_call = _like(r"\+[1-9]\d{4,14}", "number")
_caller_id = _like(r"\+[1-9]\d{4,14}|client:[A-Za-z0-9_.@%+-]{1,120}|sips?:\S{1,240}", "caller id")
_call_events = _some_of("initiated", "ringing", "answered", "completed")
_recording_events = _some_of("in-progress", "completed", "absent")
_record_dial = _one_of(
    "do-not-record",
    "record-from-answer",
    "record-from-ringing",
    "record-from-answer-dual",
    "record-from-ringing-dual",
)
_trim = _one_of("trim-silence", "do-not-trim")

_ACTION = {"action": _url, "method": _method}
_FETCH = {"url": _url, "method": _method}
_RECORDING_STATUS = {
    "recordingStatusCallback": _url,
    "recordingStatusCallbackMethod": _method,
    "recordingStatusCallbackEvent": _recording_events,
}
_CALL_STATUS = {
    "statusCallback": _url,
    "statusCallbackMethod": _method,
    "statusCallbackEvent": _call_events,
}
_STREAM_STATUS = {"statusCallback": _url, "statusCallbackMethod": _method}

_STEPS = (
    *("Say", "Play", "Pause", "Gather", "Record", "Redirect", "Hangup", "Reject"),
    *("Enqueue", "Leave", "Dial", "Start", "Stop", "Connect"),
)

RULES: Mapping[str, Rule] = {
    "Response": Rule(inside={name: name for name in _STEPS}),
    "Say": Rule(
        attributes={"voice": _text(1, 80), "language": _language, "loop": _number(0, 1000)},
        text=_text(1, LONGEST_SPOKEN),
    ),
    "Play": Rule(attributes={"loop": _number(0, 1000)}, text=_url),
    "Play digits": Rule(attributes={"digits": _digits}, required=frozenset({"digits"})),
    "Pause": Rule(attributes={"length": _number(1, 3600)}),
    "Gather": Rule(
        attributes={
            **_ACTION,
            "input": _one_of("dtmf", "speech", "dtmf speech"),
            "timeout": _number(1, 3600, "auto"),
            "finishOnKey": _finish,
            "numDigits": _number(1, 1000),
            "actionOnEmptyResult": _bool,
            "bargeIn": _bool,
            "speechTimeout": _number(1, 60, "auto"),
            "speechModel": _text(1, 60),
            "maxSpeechTime": _number(1, 600),
            "hints": _text(1, 10_000),
            "language": _language,
            "profanityFilter": _bool,
            "enhanced": _bool,
            "partialResultCallback": _url,
            "partialResultCallbackMethod": _method,
        },
        required=frozenset({"action"}),
        inside={"Say": "Say", "Play": "Play", "Pause": "Pause"},
    ),
    "Record": Rule(
        attributes={
            **_ACTION,
            **_RECORDING_STATUS,
            "timeout": _number(1, 3600),
            "finishOnKey": _finish,
            "maxLength": _number(1, 14_400),
            "playBeep": _bool,
            "trim": _trim,
            "transcribe": _bool,
        },
        required=frozenset({"action"}),
    ),
    "Redirect": Rule(attributes={"method": _method}, text=_url),
    "Hangup": Rule(),
    "Reject": Rule(attributes={"reason": _one_of("rejected", "busy")}),
    "Enqueue": Rule(
        attributes={
            **_ACTION,
            "waitUrl": _url,
            "waitUrlMethod": _method,
            "maxQueueSize": _number(1, 5000),
        },
        required=frozenset({"action", "waitUrl"}),
        text=_text(1, 64),
    ),
    "Leave": Rule(),
    "Dial": Rule(
        attributes={
            **_ACTION,
            **_RECORDING_STATUS,
            "timeout": _number(1, 600),
            "timeLimit": _number(1, 86_400),
            "hangupOnStar": _bool,
            "answerOnBridge": _bool,
            "callerId": _caller_id,
            "record": _record_dial,
            "trim": _trim,
            "ringTone": _like(r"[a-z]{2}", "country"),
        },
        required=frozenset({"action"}),
        inside={
            "Number": "Number",
            "Client": "Client",
            "Sip": "Sip",
            "Queue": "Queue",
            "Conference": "Conference",
        },
    ),
    "Number": Rule(
        attributes={**_FETCH, **_CALL_STATUS, "sendDigits": _digits}, text=_number_to_call
    ),
    "Client": Rule(
        attributes={**_FETCH, **_CALL_STATUS}, text=_like(r"[A-Za-z0-9_.@%+-]{1,120}", "identity")
    ),
    "Sip": Rule(attributes={**_FETCH, **_CALL_STATUS}, text=_like(r"sips?:\S{1,240}", "address")),
    "Queue": Rule(attributes=_FETCH, text=_text(1, 64)),
    "Conference": Rule(
        attributes={
            **_RECORDING_STATUS,
            "statusCallback": _url,
            "statusCallbackMethod": _method,
            "statusCallbackEvent": _some_of(
                *("start", "end", "join", "leave", "mute", "hold", "modify", "announcement"),
                "speaker",
            ),
            "muted": _bool,
            "beep": _one_of("true", "false", "onEnter", "onExit"),
            "startConferenceOnEnter": _bool,
            "endConferenceOnExit": _bool,
            "waitUrl": lambda value: _url(value) if value else "",
            "waitMethod": _method,
            "maxParticipants": _number(2, 250),
            "coach": _like(r"[A-Za-z0-9-]{10,64}", "call"),
            "participantLabel": _text(1, 128),
            "record": _one_of("do-not-record", "record-from-start"),
            "trim": _trim,
            "region": _like(r"[a-z0-9]{2,10}", "region"),
        },
        text=_text(1, 128),
    ),
    "Start": Rule(inside={"Stream": "Stream", "Recording": "Recording"}),
    "Stop": Rule(inside={"Stream": "Stop Stream"}),
    "Connect": Rule(
        attributes=_ACTION, required=frozenset({"action"}), inside={"Stream": "Stream"}
    ),
    "Stream": Rule(
        attributes={
            **_STREAM_STATUS,
            "name": _text(1, 120),
            "url": _socket,
            "track": _one_of("inbound_track", "outbound_track", "both_tracks"),
        },
        required=frozenset({"url"}),
        inside={"Parameter": "Parameter"},
    ),
    "Stop Stream": Rule(attributes={"name": _text(1, 120)}, required=frozenset({"name"})),
    "Recording": Rule(
        attributes={
            **_RECORDING_STATUS,
            "channels": _one_of("mono", "dual"),
            "track": _one_of("inbound", "outbound", "both"),
            "trim": _trim,
        },
    ),
    "Parameter": Rule(
        attributes={"name": _text(1, 120), "value": _text(1, 480)},
        required=frozenset({"name", "value"}),
    ),
}
"""By verb; two words where the same name is something else in another place."""

FINAL = frozenset({"Redirect", "Hangup", "Reject", "Leave"})
"""Nothing behind these is ever carried out."""
IN_CONFERENCE = frozenset({"Say", "Play", "Pause", "Redirect"})
"""All that people in a conference may be made to hear: in waiting, on hold, in between."""
IN_QUEUE = IN_CONFERENCE | {"Gather", "Hangup", "Leave"}
"""All that callers in a queue may be made to hear and do."""
_ONE_INSIDE = frozenset({"Connect", "Stop"})
_SOME_INSIDE = frozenset({"Dial", "Start"})


def problems(response: Verb) -> list[str]:
    """Say all that is wrong with a document, each with its place; empty when nothing is.

    Values are not told: they may be a caller's.
    """
    if response.name != "Response":
        return [f"{response.name}: not a Response"]
    found = list(_problems(response, "Response", "Response"))
    found.extend(_order(response))
    return found


def _rule(verb: Verb, key: str) -> Rule:
    if verb.name == "Play" and verb.get("digits") is not None:
        key = "Play digits"
    return RULES[key]


def _problems(verb: Verb, key: str, place: str) -> Iterator[str]:
    rule = _rule(verb, key)
    names = [name for name, _ in verb.attributes]
    for name in sorted(rule.required - set(names)):
        yield f"{place}: {name} is missing"
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{place}: {name} stands there twice"
    for name, value in verb.attributes:
        check = rule.attributes.get(name)
        if check is None:
            yield f"{place}: has no {name}"
        elif wrong := check(value):
            yield f"{place}: {name} {wrong}"
    if rule.text is not None:
        if wrong := rule.text(verb.text):
            yield f"{place}: its text {wrong}"
    elif verb.text:
        yield f"{place}: has no text"
    yield from _inside(verb, rule, place)


def _inside(verb: Verb, rule: Rule, place: str) -> Iterator[str]:
    for number, inner in enumerate(verb.inside, 1):
        inner_place = f"{place}/{inner.name}[{number}]"
        if inner.name in rule.inside:
            yield from _problems(inner, rule.inside[inner.name], inner_place)
        else:
            yield f"{inner_place}: not inside {verb.name}"
    kinds = {inner.name for inner in verb.inside}
    if verb.name in _ONE_INSIDE and len(verb.inside) != 1:
        yield f"{place}: has not exactly one inside"
    if verb.name in _SOME_INSIDE and not verb.inside:
        yield f"{place}: has nothing inside"
    if verb.name == "Dial" and kinds & {"Queue", "Conference"} and len(verb.inside) > 1:
        yield f"{place}: a queue or conference is dialled alone"


def _order(response: Verb) -> Iterator[str]:
    for number, verb in enumerate(response.inside[:-1], 1):
        if verb.name in FINAL:
            yield f"Response/{verb.name}[{number}]: what follows is never carried out"
    if any(verb.name == "Reject" for verb in response.inside[1:]):
        yield "Response: Reject is not the first, so the call is answered before"
