"""Calls and the account's numbers in the API."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from tests.emulators.twilio.dates import instant
from tests.emulators.twilio.model import (
    Callback,
    CallStatus,
    EmulatedCall,
    MachineDetection,
    PhoneNumber,
    Source,
    TwilioError,
)
from tests.emulators.twilio.rest import Reply, Request, route

LONGEST_TWIML = 4000
LONGEST_TIMEOUT_S = 600
_PHONE = re.compile(r"\+[1-9]\d{6,14}")
_ADDRESS = re.compile(r"client:[^\s]{1,256}|sips?:[^\s@]+@[^\s]+")


@route("POST", "Calls.json")
async def create_call(request: Request) -> Reply:
    """Dial somebody."""
    twilio = request.twilio
    if twilio.faults.rest_refuse_create > 0:
        twilio.faults.rest_refuse_create -= 1
        raise TwilioError(500, 20500, "An internal server error has occurred")
    call = place(request, source=_source(request, required=True))
    if twilio.faults.rest_late_after_create_s:
        await twilio.clock.stall(twilio.faults.rest_late_after_create_s)
    if twilio.faults.rest_500_on_create > 0:
        twilio.faults.rest_500_on_create -= 1
        raise TwilioError(500, 20500, "An internal server error has occurred")
    return Reply(status=201, body=described(request, call))


def place(request: Request, *, source: Source) -> EmulatedCall:
    """Make a call as the form says. Raises TwilioError."""
    twilio = request.twilio
    to, from_ = request.get("To"), request.get("CallerId") or request.get("From")
    if not to:
        raise TwilioError(400, 21201, "No 'To' number is specified")
    if not from_:
        raise TwilioError(400, 21213, "No 'From' number is specified")
    if not (_PHONE.fullmatch(to) or _ADDRESS.fullmatch(to)):
        raise TwilioError(400, 21211, f"Invalid 'To' Phone Number: {to}")
    _check_caller(request, to, from_)
    call = twilio.calls.place(
        to=to,
        from_=from_,
        direction="outbound-api",
        source=source,
        callback=callback(request, "StatusCallback", frozenset({"completed"})),
        timeout_s=min(LONGEST_TIMEOUT_S, request.number("Timeout", 60)),
        send_digits=request.get("SendDigits"),
        machine_detection=_detection(request),
    )
    if request.flag("Record"):
        channels = 2 if request.get("RecordingChannels") == "dual" else 1
        wanted = callback(request, "RecordingStatusCallback", frozenset({"completed"}))
        twilio.recordings.start_when_answered(call, channels=channels, callback=wanted)
    if request.has("TimeLimit"):
        _limit(request, call)
    return call


def _limit(request: Request, call: EmulatedCall) -> None:
    """End the call so long after its answer."""
    twilio, limit_s = request.twilio, request.number("TimeLimit", 14400)

    async def end() -> None:
        await call.answered.wait()
        answered_at = twilio.clock.now() if call.answered_at is None else call.answered_at
        await twilio.clock.sleep(answered_at + limit_s - twilio.clock.now())
        twilio.calls.end(call)

    twilio.spawn(end())


def _check_caller(request: Request, to: str, from_: str) -> None:
    if _PHONE.fullmatch(from_):
        if from_ not in request.twilio.numbers:
            told = f"The source phone number provided, {from_}, is not yet verified"
            raise TwilioError(400, 21210, f"{told} for your account")
    elif not _ADDRESS.fullmatch(from_) or _PHONE.fullmatch(to):
        raise TwilioError(400, 21212, f"Invalid 'From' Phone Number: {from_}")


def _source(request: Request, *, required: bool) -> Source:
    url, twiml = request.get("Url"), request.get("Twiml")
    if url and twiml:
        raise TwilioError(400, 21218, "Url and Twiml exclude each other")
    if url and urlsplit(url).scheme not in {"http", "https"}:
        raise TwilioError(400, 21205, f"Url is not a valid URL: {url}")
    if len(twiml) > LONGEST_TWIML:
        raise TwilioError(400, 21205, f"Twiml is longer than {LONGEST_TWIML} characters")
    if required and not url and not twiml:
        raise TwilioError(400, 21205, "Url parameter is required.")
    return Source(
        url=url,
        method=request.get("Method") or "POST",
        twiml=twiml,
        fallback_url=request.get("FallbackUrl"),
        fallback_method=request.get("FallbackMethod") or "POST",
    )


def callback(request: Request, name: str, default: frozenset[str]) -> Callback | None:
    """Who is to be told; the events are several parameters, or words in one."""
    url = request.get(name)
    if not url:
        return None
    if urlsplit(url).scheme not in {"http", "https"}:
        raise TwilioError(400, 21609, f"{name} is not a valid URL: {url}")
    events = " ".join(request.form.get(f"{name}Event", [])).split()
    return Callback(
        url=url, method=request.get(f"{name}Method") or "POST", events=frozenset(events) or default
    )


def _detection(request: Request) -> MachineDetection | None:
    mode = request.get("MachineDetection")
    if not mode:
        return None
    if mode not in {"Enable", "DetectMessageEnd"}:
        raise TwilioError(400, 20001, f"MachineDetection cannot be {mode}")
    return MachineDetection(
        mode=mode,
        asynchronous=request.flag("AsyncAmd"),
        callback=callback(request, "AsyncAmdStatusCallback", frozenset({"amd"})),
        timeout_s=request.number("MachineDetectionTimeout", 30),
        speech_threshold_s=request.number("MachineDetectionSpeechThreshold", 2400) / 1000,
        speech_end_s=request.number("MachineDetectionSpeechEndThreshold", 1200) / 1000,
        silence_s=request.number("MachineDetectionSilenceTimeout", 5000) / 1000,
    )


@route("GET", "Calls/*.json")
async def fetch_call(request: Request) -> Reply:
    """One call."""
    return Reply(body=described(request, known(request, request.ids[0])))


@route("POST", "Calls/*.json")
async def update_call(request: Request) -> Reply:
    """End a call, or let it run another document."""
    call = known(request, request.ids[0])
    status = request.get("Status")
    source = _source(request, required=False)
    if status:
        _end(request, call, status)
    elif source.url or source.twiml:
        request.twilio.calls.redirect(call, source)
    if request.has("StatusCallback"):
        call.callback = callback(request, "StatusCallback", frozenset({"completed"}))
    if request.has("TimeLimit"):
        _limit(request, call)
    return Reply(body=described(request, call))


def _end(request: Request, call: EmulatedCall, status: str) -> None:
    """``canceled`` ends what nobody has answered, ``completed`` ends anything."""
    if call.ended:
        raise TwilioError(400, 21220, "Call is not in-progress. Cannot redirect.")
    if status == "canceled":
        if call.live:
            raise TwilioError(400, 21220, "Call is in-progress. Cannot be canceled.")
        request.twilio.calls.end(call, CallStatus.CANCELED)
        return
    request.twilio.calls.end(call, CallStatus.COMPLETED)


@route("GET", "Calls.json")
async def list_calls(request: Request) -> Reply:
    """Calls, the latest first."""
    tests = [
        _equals(request, "To", lambda call: _listed(request, call.to)),
        _equals(request, "From", lambda call: call.from_),
        _equals(request, "ParentCallSid", lambda call: call.parent_sid),
        _equals(request, "Status", lambda call: described(request, call)["status"]),
        _within(request, "StartTime", lambda call: call.started or call.created),
        _within(request, "EndTime", lambda call: call.ended_at),
    ]
    found = [c for c in request.twilio.calls.all.values() if all(test(c) for test in tests)]
    found.reverse()
    return request.page("calls", ((call.sid, described(request, call)) for call in found))


def _listed(request: Request, to: str) -> str:
    """Telnyx has the headers that a phone was called with elsewhere."""
    return to.partition("?")[0] if request.twilio.manner.texml else to


Test = Callable[[EmulatedCall], bool]


def _equals(request: Request, name: str, value: Callable[[EmulatedCall], str]) -> Test:
    wanted = request.filter(name)
    return lambda call: not wanted or value(call) == wanted


def _within(request: Request, name: str, value: Callable[[EmulatedCall], float | None]) -> Test:
    """``StartTime=`` is a day, ``StartTime<=`` and ``StartTime>=`` are bounds."""
    begin, end = float("-inf"), float("inf")
    wanted = False
    for sign in ("", "<", ">"):
        text = request.filter(f"{name}{sign}")
        if text:
            wanted = True
            try:
                first, after = instant(text)
            except ValueError:
                raise TwilioError(400, 20001, f"{name} is no date: {text}") from None
            begin = first if sign != "<" else begin
            end = after if sign != ">" else end

    def test(call: EmulatedCall) -> bool:
        at = value(call)
        return not wanted or (at is not None and begin <= at < end)

    return test


@route("GET", "IncomingPhoneNumbers.json")
async def list_numbers(request: Request) -> Reply:
    """The account's numbers."""
    wanted, name = request.filter("PhoneNumber"), request.filter("FriendlyName")
    found = [
        n
        for n in request.twilio.numbers.values()
        if (not wanted or wanted in n.number)
        and (not name or request.say.number(n)["friendly_name"] == name)
    ]
    return request.page("incoming_phone_numbers", ((n.sid, request.say.number(n)) for n in found))


@route("GET", "IncomingPhoneNumbers/*.json")
async def fetch_number(request: Request) -> Reply:
    """One of the account's numbers."""
    return Reply(body=request.say.number(_number(request)))


@route("POST", "IncomingPhoneNumbers/*.json")
async def update_number(request: Request) -> Reply:
    """Change what is asked when one of the account's numbers is called."""
    number = _number(request)
    number.voice_url = request.get("VoiceUrl", number.voice_url)
    number.voice_method = request.get("VoiceMethod", number.voice_method)
    number.fallback_url = request.get("VoiceFallbackUrl", number.fallback_url)
    number.fallback_method = request.get("VoiceFallbackMethod", number.fallback_method)
    number.status_callback = request.get("StatusCallback", number.status_callback)
    number.status_callback_method = request.get(
        "StatusCallbackMethod", number.status_callback_method
    )
    number.friendly_name = request.get("FriendlyName", number.friendly_name)
    return Reply(body=request.say.number(number))


def _number(request: Request) -> PhoneNumber:
    for number in request.twilio.numbers.values():
        if number.sid == request.ids[0]:
            return number
    raise TwilioError(404, 20404, f"The requested resource {request.path} was not found")


def known(request: Request, sid: str) -> EmulatedCall:
    """The call of this sid. Raises TwilioError 20404."""
    call = request.twilio.calls.all.get(sid)
    if call is None:
        raise TwilioError(404, 20404, f"The requested resource {request.path} was not found")
    return call


def described(request: Request, call: EmulatedCall) -> dict[str, Any]:
    """What the API says about a call."""
    return request.say.call(call, request.twilio.numbers.get(call.to))
