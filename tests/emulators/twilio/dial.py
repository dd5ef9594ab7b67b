"""``<Dial>``: people, conferences and queues, and what the ``action`` is told afterwards."""

from __future__ import annotations

import asyncio

from tests.emulators.twilio.conferences import MOST_PARTICIPANTS, MUSIC, Joining
from tests.emulators.twilio.dial_people import dial_people
from tests.emulators.twilio.dial_queue import dial_queue
from tests.emulators.twilio.execution import EXECUTORS, Execution
from tests.emulators.twilio.model import Callback, Source
from tests.emulators.twilio.twiml import Document, Verb

DEFAULT_EVENTS = frozenset({"completed"})


async def dial(execution: Execution, verb: Verb) -> Document | None:
    """Do one ``<Dial>``; gives the document of its ``action``, None to go on without one."""
    found: dict[str, str] = {}
    """What the action would be told now; filled in as things happen."""
    action = verb.attributes.get("action")
    try:
        await _connect(execution, verb, found)
    except asyncio.CancelledError:
        if action is not None:
            execution.last_word(action, verb.get("method", "POST"), found, when="over")
        raise
    if action is None:
        return None
    return await execution.ask(action, verb.get("method", "POST"), found)


async def _connect(execution: Execution, verb: Verb, found: dict[str, str]) -> None:
    nouns = [child for child in verb.children if child.name in {"Conference", "Queue"}]
    if not nouns:
        await dial_people(execution, verb, found)
        return
    await execution.answer()
    if nouns[0].name == "Conference":
        await _conference(execution, verb, nouns[0], found)
    else:
        await dial_queue(execution, verb, nouns[0], found)


async def _conference(execution: Execution, verb: Verb, noun: Verb, found: dict[str, str]) -> None:
    twilio, call = execution.twilio, execution.call
    how = joining(execution, noun)
    participant = twilio.conferences.join(call, noun.text.strip(), how)
    if participant is None:
        found["DialCallStatus"] = "failed"
        twilio.errors.append((13223, f"conference {noun.text.strip()} is full"))
        return
    found["DialCallStatus"] = "answered"
    found["DialBridged"] = "true"
    limit = None
    if "timeLimit" in verb.attributes:
        kick = twilio.conferences.kick
        limit = twilio.clock.call_later(verb.number("timeLimit", 0), lambda: kick(participant))

    def star(key: str) -> None:
        if key == "*":
            participant.conference.leave(call, "star")
        else:
            call.party.dropped_keys += key
            twilio.dropped_keys.append((call.sid, key))

    try:
        if verb.flag("hangupOnStar", False):
            with call.party.keys_to(star):
                await participant.gone.wait()
        else:
            await participant.gone.wait()
    finally:
        if limit is not None:
            limit.cancel()
        participant.conference.leave(call, "hangup" if call.ended else "redirected")


def joining(execution: Execution, noun: Verb) -> Joining:
    """How ``<Conference>`` says that a call joins."""
    wait = noun.attributes.get("waitUrl")
    source = MUSIC
    if wait is not None:
        url = execution.absolute(wait) if wait else ""
        source = Source(url=url, method=noun.get("waitMethod", "POST"))
    return Joining(
        muted=noun.flag("muted", False),
        beep=noun.get("beep", "true"),
        start_on_enter=noun.flag("startConferenceOnEnter", True),
        end_on_exit=noun.flag("endConferenceOnExit", False),
        wait=source,
        most=int(noun.number("maxParticipants", MOST_PARTICIPANTS)),
        label=noun.get("participantLabel"),
        coach=noun.get("coach"),
        callback=callback(execution, noun, "statusCallback", frozenset({"start", "end"})),
        record=noun.get("record") in {"record-from-start", "true"},
        recording_callback=callback(execution, noun, "recordingStatusCallback", DEFAULT_EVENTS),
    )


def callback(
    execution: Execution, noun: Verb, name: str, default: frozenset[str]
) -> Callback | None:
    """Who is to be told, as the attributes that begin with `name` say."""
    url = noun.get(name)
    if not url:
        return None
    events = noun.get(f"{name}Event").replace(",", " ").split()
    return Callback(
        url=execution.absolute(url),
        method=noun.get(f"{name}Method", "POST").upper(),
        events=frozenset(events) or default,
    )


EXECUTORS["Dial"] = dial
