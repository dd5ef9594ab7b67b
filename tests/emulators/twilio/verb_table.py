"""Which verbs there are, what may stand in them, and what their attributes may say.

Written from Twilio's published pages on TwiML for voice, for the emulator alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_METHOD = "GET|POST"
_EVENTS = "initiated|ringing|answered|completed"
_RECORD = "do-not-record|record-from-start|record-from-answer|record-from-answer-dual"
_RECORD += "|record-from-ringing|record-from-ringing-dual|true|false"
_TRIM = "trim-silence|do-not-trim"
_MACHINE = (
    "machineDetection=Enable|DetectMessageEnd machineDetectionTimeout=int"
    " machineDetectionSpeechThreshold=int machineDetectionSpeechEndThreshold=int"
    " machineDetectionSilenceTimeout=int amdStatusCallback=url amdStatusCallbackMethod=METHOD"
)
_FAR_END = (
    "url=url method=METHOD statusCallback=url statusCallbackMethod=METHOD"
    " statusCallbackEvent=words(EVENTS)"
)
_RECORDED = (
    "recordingStatusCallback=url recordingStatusCallbackMethod=METHOD"
    " recordingStatusCallbackEvent=words(in-progress|completed|absent) trim=TRIM"
    " recordingConfigurationId=text"
)
_STREAM = (
    "name=text url=url track=text statusCallback=url statusCallbackMethod=METHOD"
    " connectorName=text audioFormat=text sampleRate=int"
)
_SPEECH = "break emphasis lang p phoneme prosody s say-as sub w amazon:effect amazon:domain"

_WORDS_LIMIT = 4096
"""Characters of one ``<Say>``, as published."""

_TABLE: dict[str, tuple[str, str, str]] = {
    # name: what may stand in it, its text, its attributes
    "Response": (
        "Say Play Pause Gather Record Redirect Hangup Reject Enqueue Leave Dial Connect Start"
        " Stop Refer Pay Echo",
        "",
        "",
    ),
    "Say": (_SPEECH, "words", "voice=text loop=count language=text"),
    "Play": ("", "url", "loop=count digits=[0-9A-D*#wW]*"),
    "Pause": ("", "", "length=count1"),
    "Gather": (
        "Say Play Pause",
        "",
        "action=url method=METHOD input=words(dtmf|speech) finishOnKey=[0-9*#]*"
        " numDigits=count1 timeout=int|auto actionOnEmptyResult=flag bargeIn=flag"
        " speechTimeout=count1|auto maxSpeechTime=count1 hints=text language=text"
        " profanityFilter=flag partialResultCallback=url partialResultCallbackMethod=METHOD"
        " speechModel=text enhanced=flag debug=flag",
    ),
    "Record": (
        "",
        "",
        "action=url method=METHOD timeout=int finishOnKey=[0-9*#]* maxLength=count1"
        f" playBeep=flag transcribe=flag transcribeCallback=url {_RECORDED}",
    ),
    "Redirect": ("", "url", "method=METHOD"),
    "Hangup": ("Parameter", "", ""),
    "Reject": ("Parameter", "", "reason=rejected|busy"),
    "Enqueue": (
        "Task",
        "name",
        "action=url method=METHOD waitUrl=url waitUrlMethod=METHOD workflowSid=text"
        " maxQueueSize=count1",
    ),
    "Task": ("", "any", "priority=int timeout=int"),
    "Leave": ("", "", ""),
    "Echo": ("", "", ""),
    "Dial": (
        "Number Client Sip Queue Conference",
        "any",
        "action=url method=METHOD timeout=int timeLimit=int hangupOnStar=flag callerId=text"
        " events=text passports=text record=RECORD answerOnBridge=flag ringTone=text"
        " recordingTrack=text sequential=flag"
        f" referUrl=url referMethod=METHOD {_RECORDED}",
    ),
    "Number": ("", "name", f"sendDigits=[0-9A-D*#wW]* byoc=text {_FAR_END} {_MACHINE}"),
    "Client": ("Identity Parameter", "any", _FAR_END),
    "Identity": ("", "name", ""),
    "Parameter": ("", "", "name=text value=text"),
    "Sip": ("", "name", f"username=text password=text {_FAR_END} {_MACHINE}"),
    "Queue": ("", "name", "url=url method=METHOD reservationSid=text postWorkActivitySid=text"),
    "Conference": (
        "",
        "name",
        "muted=flag beep=true|false|onEnter|onExit startConferenceOnEnter=flag"
        " endConferenceOnExit=flag waitUrl=url waitMethod=METHOD maxParticipants=count1"
        " record=do-not-record|record-from-start|true|false region=text coach=text"
        " statusCallback=url statusCallbackMethod=METHOD participantLabel=text"
        " statusCallbackEvent=words(start|end|join|leave|mute|hold|modify|speaker|announcement)"
        f" eventCallbackUrl=url jitterBufferSize=text {_RECORDED}",
    ),
    "Connect": ("Stream", "", "action=url method=METHOD"),
    "Start": ("Stream Recording", "", "action=url method=METHOD"),
    "Stop": ("Stream Recording", "", ""),
    "Stream": ("Parameter", "", _STREAM),
    "Recording": ("", "", f"name=text channels=mono|dual track=inbound|outbound|both {_RECORDED}"),
    "Refer": ("ReferSip", "", "action=url method=METHOD"),
    "ReferSip": ("", "name", ""),
    "Pay": (
        "Prompt Parameter",
        "",
        "action=url input=dtmf paymentConnector=text chargeAmount=text"
        " currency=text description=text timeout=int maxAttempts=count1 securityCode=flag"
        " postalCode=text tokenType=text paymentMethod=text language=text"
        " statusCallback=url statusCallbackMethod=METHOD validCardTypes=text"
        " minPostalCodeLength=int bankAccountType=text",
    ),
    "Prompt": (
        "Say Play Pause",
        "",
        "for=text errorType=text cardType=text attempt=text requireMatchingInputs=flag",
    ),
}
WAITING = frozenset({"Play", "Say", "Pause", "Hangup", "Redirect", "Leave", "Gather"})
"""What a document for somebody who waits in a queue may hold."""
CONFERENCE_WAITING = frozenset({"Play", "Say", "Pause", "Redirect"})
"""What a document for somebody who waits for a conference, or is on hold, may hold."""
WHISPER = frozenset({"Play", "Say", "Pause", "Gather", "Redirect", "Hangup", "Record"})
"""What a document for the far end of a Dial may hold before it is connected."""

_PATTERNS = {
    "text": ".*",
    "url": ".*",
    "int": "[0-9]+",
    "count": "[0-9]+",
    "count1": "[1-9][0-9]*",
    "flag": "(?i:true|false)",
    "METHOD": f"(?i:{_METHOD})",
    "RECORD": _RECORD,
    "TRIM": _TRIM,
}


@dataclass(frozen=True, slots=True)
class Rule:
    """What one verb may hold. `text` is ``""`` (none), ``words``, ``url``, ``name``, ``any``."""

    children: frozenset[str]
    text: str
    attributes: dict[str, re.Pattern[str]]


def _pattern(kind: str) -> re.Pattern[str]:
    if words := re.fullmatch(r"words\((.*)\)", kind):
        one = words[1].replace("EVENTS", _EVENTS)
        return re.compile(f"(?:{one})(?:[ ,]+(?:{one}))*")
    alternatives = [kind] if kind.startswith("[") else kind.split("|")
    return re.compile("|".join(f"(?:{_PATTERNS.get(each, each)})" for each in alternatives))


def rule(children: str, text: str, attributes: str) -> Rule:
    """A rule from words as they are in the table."""
    pairs = (pair.split("=", 1) for pair in attributes.split())
    return Rule(frozenset(children.split()), text, {name: _pattern(kind) for name, kind in pairs})


RULES: dict[str, Rule] = {name: rule(*parts) for name, parts in _TABLE.items()}
SPEECH_MARKUP = frozenset(_SPEECH.split())
WORDS_LIMIT = _WORDS_LIMIT
NAME_LIMIT = {"Enqueue": 64, "Queue": 64}
