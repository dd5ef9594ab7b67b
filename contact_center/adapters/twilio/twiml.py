"""Verbs for Twilio made from values of ours; `document` checks and writes them. Pure.

Addresses come from `urls`. Durations are whole seconds here: Twilio knows no finer.
"""

import re
from collections.abc import Sequence

from contact_center.adapters.twilio.verbs import (
    IN_CONFERENCE,
    IN_QUEUE,
    LONGEST_SPOKEN,
    Verb,
)
from contact_center.adapters.twilio.writing import (
    CONTENT_TYPE,
    Document,
    TwimlError,
    clean,
    document,
)

__all__ = [
    "CONTENT_TYPE",
    "IN_CONFERENCE",
    "IN_QUEUE",
    "Document",
    "TwimlError",
    "Verb",
    "conference",
    "connect_stream",
    "dial",
    "document",
    "enqueue",
    "gather",
    "hangup",
    "leave",
    "pause",
    "play",
    "play_digits",
    "record",
    "redirect",
    "reject",
    "seconds_up",
    "spoken",
    "start_recording",
    "start_stream",
    "stop_stream",
    "to_address",
]

_SPACES = re.compile(r"\s+")
_BREAKS = (". ", "! ", "? ", "; ", ", ", " ")


def seconds_up(us: int) -> int:
    """Round a duration in microseconds up to whole seconds, at least one: Twilio knows no finer."""
    return max(1, -(-us // 1_000_000))


def _verb(kind: str, /, *inside: Verb, text: str = "", **values: str | int | bool | None) -> Verb:
    """Make a verb; attributes that are None are left out, underscores end what is a keyword."""
    written = tuple(
        (key.rstrip("_"), _value(value)) for key, value in values.items() if value is not None
    )
    return Verb(kind, written, inside, clean(text))


def _value(value: str | int | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return clean(str(value))


def spoken(text: str, *, language: str = "", voice: str = "") -> tuple[Verb, ...]:
    """Say a text, in as many pieces as its length asks for; nothing when it is empty."""
    rest = _SPACES.sub(" ", clean(text)).strip()
    pieces = []
    while len(rest) > LONGEST_SPOKEN:
        at = _break(rest)
        pieces.append(rest[:at].strip())
        rest = rest[at:].strip()
    if rest:
        pieces.append(rest)
    return tuple(
        _verb("Say", text=piece, voice=voice or None, language=language or None) for piece in pieces
    )


def _break(text: str) -> int:
    """Find where to break a text that is too long: behind a sentence, a part of it, a word."""
    for end in _BREAKS:
        at = text.rfind(end, LONGEST_SPOKEN // 2, LONGEST_SPOKEN - 1)
        if at > 0:
            return at + len(end)
    return LONGEST_SPOKEN


def play(url: str, *, loop: int = 1) -> Verb:
    """Play a sound; ``loop`` 0 is for ever (Twilio: a thousand times)."""
    return _verb("Play", text=url, loop=None if loop == 1 else loop)


def play_digits(digits: str) -> Verb:
    """Send keys to the far end; ``w`` is half a second's pause, ``W`` a second's."""
    return _verb("Play", digits=digits)


def pause(seconds: int = 1) -> Verb:
    """Be silent for whole seconds."""
    return _verb("Pause", length=max(1, seconds))


def gather(
    *prompts: Verb,
    action: str,
    num_digits: int | None = None,
    finish_on_key: str = "",
    timeout_s: int = 5,
    on_empty: bool = True,
    words: Sequence[str] = (),
    language: str = "",
    speech_timeout: str = "auto",
    partial_url: str = "",
) -> Verb:
    """Listen for keys, and for ``words`` when there are any, while prompts are heard.

    ``on_empty``: come back also when nothing was pressed. The time runs again from each key.
    """
    partial = partial_url if words else ""
    return _verb(
        "Gather",
        *prompts,
        input="dtmf speech" if words else "dtmf",
        action=action,
        method="POST",
        timeout=timeout_s,
        numDigits=num_digits,
        finishOnKey=finish_on_key,
        actionOnEmptyResult=on_empty,
        speechTimeout=speech_timeout if words else None,
        hints=_hints(words) or None,
        language=(language or None) if words else None,
        partialResultCallback=partial or None,
        partialResultCallbackMethod="POST" if partial else None,
    )


def _hints(words: Sequence[str]) -> str:
    """Write phrases as hints; as many as there is room for (500 of 100 characters)."""
    chosen = [_SPACES.sub(" ", clean(word.replace(",", " "))).strip()[:100] for word in words]
    hints = ""
    for word in [word for word in chosen if word][:500]:
        longer = f"{hints},{word}" if hints else word
        if len(longer) > 10_000:
            break
        hints = longer
    return hints


def redirect(url: str) -> Verb:
    """Go on with the document at another address."""
    return _verb("Redirect", text=url, method="POST")


def hangup() -> Verb:
    """End the call."""
    return _verb("Hangup")


def reject(*, busy: bool = False) -> Verb:
    """Refuse a call without answering it (which costs nothing)."""
    return _verb("Reject", reason="busy" if busy else "rejected")


def record(
    *,
    action: str,
    status: str,
    max_s: int = 3600,
    silence_s: int = 0,
    finish_on_key: str = "",
    beep: bool = False,
) -> Verb:
    """Record what the caller says until a key, a silence (0: hardly ever) or the time is over."""
    return _verb(
        "Record",
        action=action,
        method="POST",
        timeout=silence_s or 3600,
        finishOnKey=finish_on_key,
        maxLength=max_s,
        playBeep=beep,
        trim="do-not-trim",
        recordingStatusCallback=status,
        recordingStatusCallbackMethod="POST",
        recordingStatusCallbackEvent="in-progress completed absent",
    )


def enqueue(queue: str, *, wait: str, action: str, max_size: int = 5000) -> Verb:
    """Let the caller wait; ``wait`` is what they hear, again and again."""
    return _verb(
        "Enqueue",
        text=queue,
        action=action,
        method="POST",
        waitUrl=wait,
        waitUrlMethod="POST",
        maxQueueSize=max_size,
    )


def leave() -> Verb:
    """Leave the queue; only in a document of waiting."""
    return _verb("Leave")


def dial(
    *targets: Verb,
    action: str,
    timeout_s: int | None = None,
    caller_id: str = "",
    answer_on_bridge: bool = False,
) -> Verb:
    """Connect the call with somebody; the first target that answers gets it."""
    return _verb(
        "Dial",
        *targets,
        action=action,
        method="POST",
        timeout=timeout_s,
        callerId=caller_id or None,
        answerOnBridge=True if answer_on_bridge else None,
    )


def to_address(address: str, *, status: str = "", whisper: str = "") -> Verb:
    """Make a target of Dial from ``+NUMBER``, ``client:IDENTITY`` or ``sip:USER@DOMAIN``."""
    name, text = "Number", address
    if address.startswith("client:"):
        name, text = "Client", address.removeprefix("client:")
    elif address.startswith(("sip:", "sips:")):
        name = "Sip"
    return _verb(
        name,
        text=text,
        url=whisper or None,
        method="POST" if whisper else None,
        statusCallback=status or None,
        statusCallbackMethod="POST" if status else None,
        statusCallbackEvent="initiated ringing answered completed" if status else None,
    )


def conference(
    name: str,
    *,
    status: str,
    label: str = "",
    muted: bool = False,
    coach: str = "",
    wait: str = "",
    start_on_enter: bool = True,
    end_on_exit: bool = False,
) -> Verb:
    """Make a target of Dial: a conference, with every change of it told to ``status``.

    ``coach``: the CallSid of whom this one whispers to. ``wait``: what somebody who is alone there
    hears; silence when empty.
    """
    return _verb(
        "Conference",
        text=name,
        statusCallback=status,
        statusCallbackMethod="POST",
        statusCallbackEvent="start end join leave mute hold modify announcement",
        muted=muted,
        beep="false",
        startConferenceOnEnter=start_on_enter,
        endConferenceOnExit=end_on_exit,
        waitUrl=wait,
        waitMethod="POST" if wait else None,
        maxParticipants=250,
        coach=coach or None,
        participantLabel=label or None,
    )


def connect_stream(url: str, *, action: str, name: str, parameters: dict[str, str]) -> Verb:
    """Hand the sound of the call to a websocket, both ways, until it is closed."""
    return _verb("Connect", _stream(url, name, None, parameters), action=action, method="POST")


def start_stream(
    url: str, *, name: str, parameters: dict[str, str], track: str = "inbound_track"
) -> Verb:
    """Let a websocket hear the call as well, while the document goes on."""
    return _verb("Start", _stream(url, name, track, parameters))


def stop_stream(name: str) -> Verb:
    """End a stream that was started."""
    return _verb("Stop", _verb("Stream", name=name))


def _stream(url: str, name: str, track: str | None, parameters: dict[str, str]) -> Verb:
    inside = [_verb("Parameter", name=key, value=value) for key, value in parameters.items()]
    return _verb("Stream", *inside, name=name, url=url, track=track)


def start_recording(*, status: str, dual: bool = False) -> Verb:
    """Record the whole call from here, both sides, while the document goes on."""
    return _verb(
        "Start",
        _verb(
            "Recording",
            recordingStatusCallback=status,
            recordingStatusCallbackMethod="POST",
            recordingStatusCallbackEvent="in-progress completed absent",
            channels="dual" if dual else "mono",
            trim="do-not-trim",
        ),
    )
