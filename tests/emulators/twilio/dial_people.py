"""``<Dial>`` of numbers, clients and SIP addresses: side by side or in turn, the first one wins."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from tests.emulators.twilio.bridges import TwoCalls
from tests.emulators.twilio.execution import Execution
from tests.emulators.twilio.model import (
    RINGING,
    Callback,
    CallStatus,
    EmulatedCall,
    MachineDetection,
    RecordingInProgress,
    Source,
)
from tests.emulators.twilio.twiml import Verb
from tests.emulators.twilio.verb_table import WHISPER

MOST = 10
DEFAULT_TIMEOUT_S = 30.0
DEFAULT_LIMIT_S = 14_400.0
_NATIONAL = re.compile(r"[\s().-]")


@dataclass(slots=True)
class _Dial:
    """One ``<Dial>`` under way."""

    execution: Execution
    verb: Verb
    found: dict[str, str]
    star: asyncio.Event

    def either(self, *waits: Coroutine[Any, Any, object]) -> Coroutine[Any, Any, None]:
        """Until the first of these is over."""
        return _first(self.execution, waits)

    def key(self, key: str) -> None:
        """The caller pressed a key while connected, and may hang up on the other one so."""
        if key == "*":
            self.star.set()
            return
        call = self.execution.call
        call.party.dropped_keys += key
        self.execution.twilio.dropped_keys.append((call.sid, key))


async def dial_people(execution: Execution, verb: Verb, found: dict[str, str]) -> None:
    """Call people, connect the first who answers, and tell `found` how it went."""
    dialled = _Dial(execution, verb, found, asyncio.Event())
    nouns = list(verb.children) or [Verb(name="Number", text=verb.text)]
    if len(nouns) > MOST:
        execution.twilio.errors.append((13242, f"{len(nouns)} nouns in a Dial"))
        nouns = nouns[:MOST]
    if not verb.flag("answerOnBridge", False):
        await execution.answer()
    found["DialCallStatus"] = "no-answer"
    found["DialBridged"] = "false"
    if not verb.flag("sequential", False):
        await _attempt(dialled, nouns)
        return
    for noun in nouns:
        await _attempt(dialled, [noun])
        if found["DialCallStatus"] == "completed":
            return


async def _attempt(dialled: _Dial, nouns: list[Verb]) -> None:
    """Call these side by side."""
    execution, verb = dialled.execution, dialled.verb
    calls = execution.twilio.calls
    children = [_place(dialled, noun) for noun in nouns]
    try:
        with execution.call.party.hearing(RINGING):
            winner = await _answer(dialled, children)
            for child in children:
                if child is not winner:
                    calls.end(child, CallStatus.CANCELED)
            if winner is not None and verb.flag("answerOnBridge", False):
                await _whisper(execution, winner, nouns[children.index(winner)])
        if winner is None:
            _tell(dialled.found, children[-1])
            return
        _tell(dialled.found, winner)
        if not verb.flag("answerOnBridge", False):
            await _whisper(execution, winner, nouns[children.index(winner)])
        if winner.live:
            await execution.answer()
            await _talk(dialled, winner)
        _tell(dialled.found, winner)
    finally:
        for child in children:
            if child.bridge is None and child.answered_at is None:
                calls.end(child, CallStatus.CANCELED)


def _place(dialled: _Dial, noun: Verb) -> EmulatedCall:
    execution, verb = dialled.execution, dialled.verb
    call = execution.call
    return execution.twilio.calls.place(
        to=_address(noun),
        from_=verb.get("callerId") or _own_number(call),
        direction="outbound-dial",
        callback=_callback(execution, noun),
        timeout_s=verb.number("timeout", DEFAULT_TIMEOUT_S),
        parent=call,
        send_digits=noun.get("sendDigits"),
        machine_detection=_detection(execution, noun),
    )


def _own_number(call: EmulatedCall) -> str:
    """What an unset ``callerId`` shows: the one who called, or whom we called from."""
    return call.from_


def _address(noun: Verb) -> str:
    text = noun.text.strip()
    if noun.name == "Client":
        named = [child.text.strip() for child in noun.children if child.name == "Identity"]
        text = (named or [text])[0]
        return text if text.startswith("client:") else f"client:{text}"
    if noun.name == "Sip":
        return text if text.startswith(("sip:", "sips:")) else f"sip:{text}"
    return _NATIONAL.sub("", text)


def _callback(execution: Execution, noun: Verb) -> Callback | None:
    url = noun.get("statusCallback")
    if not url:
        return None
    events = noun.get("statusCallbackEvent", "completed").replace(",", " ").split()
    return Callback(
        url=execution.absolute(url),
        method=noun.get("statusCallbackMethod", "POST").upper(),
        events=frozenset(events),
    )


def _detection(execution: Execution, noun: Verb) -> MachineDetection | None:
    """AMD of a dialled leg never holds the call: its verdict is told aside."""
    mode = noun.get("machineDetection")
    if not mode:
        return None
    url = noun.get("amdStatusCallback")
    method = noun.get("amdStatusCallbackMethod", "POST").upper()
    return MachineDetection(
        mode=mode,
        asynchronous=True,
        callback=Callback(url=execution.absolute(url), method=method) if url else None,
        timeout_s=noun.number("machineDetectionTimeout", 30),
        speech_threshold_s=noun.number("machineDetectionSpeechThreshold", 2400) / 1000,
        speech_end_s=noun.number("machineDetectionSpeechEndThreshold", 1200) / 1000,
        silence_s=noun.number("machineDetectionSilenceTimeout", 5000) / 1000,
    )


async def _answer(dialled: _Dial, children: list[EmulatedCall]) -> EmulatedCall | None:
    """The first who answers; None when nobody did."""
    while not any(child.live for child in children):
        if all(child.ended for child in children):
            return None
        waits = [c.over.wait() for c in children if not c.ended]
        waits += [c.answered.wait() for c in children if not c.ended]
        await dialled.either(*waits)
    return next(child for child in children if child.live)


async def _whisper(execution: Execution, child: EmulatedCall, noun: Verb) -> None:
    """What the one who answered hears before being connected."""
    if noun.get("url"):
        source = Source(url=execution.absolute(noun.get("url")), method=noun.get("method", "POST"))
        await execution.twilio.calls.perform(child, source, allowed=WHISPER)


async def _talk(dialled: _Dial, child: EmulatedCall) -> None:
    """Connected, until one of them leaves, the star is pressed or the time is over."""
    execution, verb = dialled.execution, dialled.verb
    twilio, call = execution.twilio, execution.call
    bridge = TwoCalls(twilio, call, child)
    dialled.found["DialBridged"] = "true"
    recording = _record(execution, verb)
    limit_s = verb.number("timeLimit", DEFAULT_LIMIT_S)
    try:
        with ExitStack() as stack:
            if verb.flag("hangupOnStar", False):
                stack.enter_context(call.party.keys_to(dialled.key))
            await dialled.either(
                bridge.over.wait(),
                child.over.wait(),
                dialled.star.wait(),
                twilio.clock.sleep(limit_s),
            )
    finally:
        bridge.leave(call, "hangup")
        if bridge.left_by is not child or bridge.why != "redirected":
            twilio.calls.end(child)
        if recording is not None:
            seconds = recording.stop()
            dialled.found["RecordingSid"] = recording.sid
            dialled.found["RecordingUrl"] = recording.url
            dialled.found["RecordingDuration"] = str(seconds)
        _tell(dialled.found, child)


def _record(execution: Execution, verb: Verb) -> RecordingInProgress | None:
    wanted = verb.get("record", "do-not-record")
    if wanted in {"do-not-record", "false"}:
        return None
    url = verb.get("recordingStatusCallback")
    events = verb.get("recordingStatusCallbackEvent", "completed").replace(",", " ").split()
    method = verb.get("recordingStatusCallbackMethod", "POST").upper()
    return execution.twilio.recordings.start(
        execution.call,
        source="DialVerb",
        channels=2 if wanted.endswith("-dual") else 1,
        callback=Callback(url=execution.absolute(url), method=method, events=frozenset(events))
        if url
        else None,
    )


def _tell(found: dict[str, str], child: EmulatedCall) -> None:
    """How it went with this one."""
    found["DialCallSid"] = child.sid
    answered = child.answered_at is not None
    found["DialCallStatus"] = "completed" if answered else str(child.status)
    if answered:
        found["DialCallDuration"] = str(child.duration_s)


async def _first(execution: Execution, waits: tuple[Coroutine[Any, Any, object], ...]) -> None:
    tasks = [execution.twilio.spawn(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
