"""What Telnyx calls otherwise, on the way in and out: paths, fields, replies, ids, verbs.

Written from its pages on TeXML and the description of its API, for the emulator alone; inside,
everything is as at Twilio.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.emulators.twilio.model import TwilioError
from tests.emulators.twilio.verb_table import RULES, Rule, rule

APPLICATION = "1293384261075731499"
TIME = "telnyx-timestamp"
_KEY = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"the emulated account").digest())
PUBLIC_KEY = base64.b64encode(_KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

_SID = re.compile(r"CA([0-9a-f]{32})")
_TOLD = re.compile(r"v3:([A-Za-z0-9_-]{22})")

_CALLBACKS = "StatusCallback StatusCallbackMethod StatusCallbackEvent"
_FIELDS = {
    # method and path: what may be asked, with the name it has inside
    "POST Calls": (
        "ApplicationSid= To From CallerId Url UrlMethod=Method FallbackUrl Texml=Twiml Timeout"
        " TimeLimit MachineDetection AsyncAmd AsyncAmdStatusCallback AsyncAmdStatusCallbackMethod"
        " MachineDetectionTimeout MachineDetectionSpeechThreshold MachineDetectionSilenceTimeout"
        f" MachineDetectionSpeechEndThreshold {_CALLBACKS}"
    ),
    "GET Calls": "Page PageSize PageToken To From Status StartTime EndTime",
    "GET Calls/*": "",
    "POST Calls/*": (f"Url Method FallbackUrl FallbackMethod Texml=Twiml Status {_CALLBACKS}"),
    "GET Calls/*/Recordings": "Page PageSize",
    "POST Calls/*/Recordings": (
        "PlayBeep= RecordingChannels RecordingTrack SendRecordingUrl= RecordingStatusCallback"
        " RecordingStatusCallbackEvent RecordingStatusCallbackMethod"
    ),
    "POST Calls/*/Recordings/*": "Status",
    "GET Conferences": "Page PageSize FriendlyName Status DateCreated DateUpdated",
    "GET Conferences/*": "",
    "POST Conferences/*": "Status AnnounceUrl AnnounceMethod",
    "GET Conferences/*/Participants": "Page PageSize",
    "GET Conferences/*/Participants/*": "",
    "POST Conferences/*/Participants/*": (
        "Muted Hold HoldUrl HoldMethod AnnounceUrl AnnounceMethod BeepOnExit EndConferenceOnExit"
        " Coaching CallSidToCoach WaitUrl"
    ),
    "DELETE Conferences/*/Participants/*": "",
    "GET Recordings": "Page PageSize DateCreated",
    "GET Recordings/*": "",
    "DELETE Recordings/*": "",
}
_WORDS = {"RecordingChannels": {"single": "mono"}}
_CALL = (
    "account_sid answered_by caller_name date_created date_updated direction duration end_time from"
    " from_formatted price price_unit sid start_time status to to_formatted uri"
)
_CONFERENCE = (
    "account_sid api_version call_sid_ending_conference date_created date_updated friendly_name"
    " reason_conference_ended region sid status subresource_uris uri"
)
_PARTICIPANT = (
    "account_sid api_version call_sid coaching coaching_call_sid conference_sid date_created"
    " date_updated end_conference_on_exit hold muted status uri"
)
_RECORDING = (
    "account_sid call_sid channels conference_sid date_created date_updated duration error_code"
    " media_url sid source start_time status subresources_uris track uri"
)
_TELLS = {
    "Calls": _CALL,
    "Calls/*": _CALL,
    "Conferences": _CONFERENCE,
    "Conferences/*": _CONFERENCE,
    "Conferences/*/Participants": _PARTICIPANT,
    "Conferences/*/Participants/*": _PARTICIPANT,
    "Calls/*/Recordings": _RECORDING,
    "Calls/*/Recordings/*": _RECORDING,
    "Recordings": _RECORDING,
    "Recordings/*": _RECORDING,
}
_LISTS = ("calls", "conferences", "participants", "recordings")
_ENVELOPE = ("end", "first_page_uri", "next_page_uri", "page", "page_size", "start", "uri")
_LIVE = frozenset(
    {"canceled", "completed", "failed", "busy", "no-answer", "in-progress", "ringing"}
)


def told(text: str) -> str:
    """Sids of calls as Telnyx writes them, wherever they are in a text."""
    return _SID.sub(lambda m: "v3:" + _base64(bytes.fromhex(m[1])), text)


def inside(text: str) -> str:
    """The other way round."""
    return _TOLD.sub(lambda m: "CA" + base64.urlsafe_b64decode(f"{m[1]}==").hex(), text)


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def kind(path: str) -> str:
    """``Calls/CA1/Recordings.json`` is ``Calls/*/Recordings``."""
    parts = path.removesuffix(".json").split("/")
    return "/".join("*" if number % 2 else part for number, part in enumerate(parts))


def path_inside(method: str, path: str) -> str:
    """A path below the account, as it is inside. Raises TwilioError for one that there is not."""
    if re.fullmatch(r"Recordings/RE\w+(\.wav)?", path):
        return path  # where `media_url` leads to
    named = path.endswith(".json")
    if f"{method} {kind(path)}" not in _FIELDS or named is not ("Recordings" in path):
        raise TwilioError(404, 10005, "The requested resource or URL could not be found")
    return inside(path if named else f"{path}.json")


def fields_inside(
    method: str, path: str, form: Mapping[str, list[str]], warnings: list[str]
) -> dict[str, list[str]]:
    """A request's fields, as they are inside. Raises TwilioError."""
    known = dict(
        (name, inner) if sign else (name, name)
        for name, sign, inner in (
            word.partition("=") for word in _FIELDS.get(f"{method} {kind(path)}", "").split()
        )
    )
    if (method, path) == ("POST", "Calls") and form.get("ApplicationSid") != [APPLICATION]:
        raise TwilioError(422, 10015, "ApplicationSid is no application")
    if form.get("Status", ["ringing"])[0] not in _LIVE | {"paused", "stopped"}:
        raise TwilioError(422, 10015, f"Status cannot be {form['Status']}")
    taken: dict[str, list[str]] = {}
    for name, values in form.items():
        if name not in known:
            warnings.append(f"{path}: there is no parameter {name}")
        elif len(values) > 1:
            warnings.append(f"{path}: {name} is there {len(values)} times")
        elif known[name]:
            words = _WORDS.get(name, {})
            taken[known[name]] = [inside(words.get(value, value)) for value in values]
    return taken


def form_of(text: str) -> dict[str, list[str]]:
    """A JSON body as a form; headers for a SIP phone are where Twilio has them, in its address."""
    body = json.loads(text)
    headers = body.pop("CustomHeaders", [])
    if headers:
        wishes = urlencode([(header["name"], header["value"]) for header in headers])
        body["To"] = f"{body['To']}?{wishes}"
    words = {True: "true", False: "false"}
    return {
        name: [words[value] if isinstance(value, bool) else str(value)]
        for name, value in body.items()
    }


def reply_told(root: str, method: str, path: str, status: int, body: Any) -> Any:
    """An answer's body, as Telnyx would give it."""
    if body is None:
        return None
    if status >= 400:
        over = body["code"] in (21220, 20404)
        code = "90018" if body["code"] == 21220 else "10005" if over else str(body["code"])
        return {"errors": [{"code": code, "title": body["message"], "detail": body["message"]}]}
    if (method, path) == ("POST", "Calls"):
        to = body["to"].partition("?")[0]
        return {"from": body["from"], "to": to, "status": "queued"}
    names = _TELLS[kind(path)].split()
    for name in _LISTS:
        if name in body:
            rows = [_row(root, names, row) for row in body[name]]
            return {name: rows, **{n: _text(root, body[n]) for n in _ENVELOPE}}
    return _row(root, names, body)


def _row(root: str, names: Iterable[str], row: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: _text(root, row[name]) for name in names if name in row}
    if "to" in kept:
        kept["to"] = kept["to"].partition("?")[0]
    if "direction" in kept:
        kept["direction"] = kept["direction"].partition("-")[0]
    if kept.get("status") == "queued":
        kept["status"] = "ringing"
    return kept


def _text(root: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    uri = value.replace("/2010-04-01/Accounts/", f"{root}/Accounts/")
    if uri != value and "/Recordings" not in uri:
        uri = uri.replace(".json", "")
    return told(uri)


def params_told(params: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """A webhook's parameters, as Telnyx sends them."""
    found = [(name, told(value)) for name, value in params if name != "ApiVersion"]
    for number, (name, value) in enumerate(list(found)):
        if name == "CallSid":
            found += [("CallSidLegacy", value), ("ConnectionId", APPLICATION)]
        if name in ("To", "Called"):
            found[number] = (name, value.partition("?")[0])
    words = {"AnsweredBy": {"unknown": "not_sure"}, "Direction": {"outbound-api": "outbound"}}
    return tuple((name, words.get(name, {}).get(value, value)) for name, value in found)


def signatures(body: bytes, at: float) -> dict[str, str]:
    """The headers that say who asks, for a body sent at this time."""
    time = str(int(at))
    signed = _KEY.sign(time.encode() + b"|" + body)
    return {TIME: time, "telnyx-signature-ed25519": base64.b64encode(signed).decode()}


_GATHER = (
    "action=url method=METHOD input=words(dtmf|speech) finishOnKey=[0-9*#]* numDigits=count1"
    " minDigits=count1 maxDigits=count1 validDigits=text speechTimeout=count1|auto"
    " timeout=[1-9]|[1-9][0-9]|1[01][0-9]|120 invalidDigitsAction=url hints=text language=text"
    " profanityFilter=flag partialResultCallback=url partialResultCallbackMethod=METHOD"
    " useEnhanced=flag transcriptionEngine=text"
)
_RECORDED = (
    "recordingStatusCallback=url recordingStatusCallbackMethod=METHOD"
    " recordingStatusCallbackEvent=words(in-progress|completed|absent)"
)
_NAMED = (
    "url=url method=METHOD statusCallback=url statusCallbackMethod=METHOD"
    " statusCallbackEvent=words(EVENTS) sendDigits=text machineDetection=text"
)
_OWN = {
    "Gather": _GATHER,
    "Say": "voice=text language=text loop=count",
    "Pause": "length=[1-9]|[1-9][0-9]|1[0-7][0-9]|180",
    "Record": (
        "action=url method=METHOD finishOnKey=[0-9*#]* timeout=count maxLength=count playBeep=flag"
        f" channels=single|dual {_RECORDED}"
    ),
    "Enqueue": "action=url method=METHOD waitUrl=url waitUrlMethod=METHOD",
    "Dial": (
        "action=url method=METHOD callerId=text fromDisplayName=text hangupOnStar=flag"
        " timeLimit=int timeout=[5-9]|[1-9][0-9]|1[01][0-9]|120 ringTone=text record=RECORD"
        f" {_RECORDED}"
    ),
    "Number": _NAMED,
    "Sip": f"username=text password=text {_NAMED}",
    "Conference": (
        "muted=flag startConferenceOnEnter=flag endConferenceOnExit=flag maxParticipants=count1"
        " beep=true|false|onEnter|onExit participantLabel=text statusCallback=url"
        " statusCallbackMethod=METHOD statusCallbackEvent=words(start|end|join|leave|speaker)"
        f" waitUrl=url waitMethod=METHOD {_RECORDED}"
    ),
}
_MISSING = frozenset({"Client", "Pay", "Identity"})


def _rules() -> dict[str, Rule]:
    found = {}
    for name, twilios in RULES.items():
        if name in _MISSING:
            continue
        made = rule("", twilios.text, _OWN[name]) if name in _OWN else twilios
        found[name] = replace(made, children=twilios.children - _MISSING)
    return found


VERBS = _rules()
