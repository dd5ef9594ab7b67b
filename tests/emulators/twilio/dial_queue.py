"""``<Dial><Queue>``: the call at the front of a queue, waited for when there is none."""

from __future__ import annotations

import asyncio

from tests.emulators.twilio.bridges import TwoCalls
from tests.emulators.twilio.execution import Execution
from tests.emulators.twilio.model import QueueExit, Source
from tests.emulators.twilio.queues import Member, Queue
from tests.emulators.twilio.twiml import Verb
from tests.emulators.twilio.verb_table import CONFERENCE_WAITING


async def dial_queue(execution: Execution, verb: Verb, noun: Verb, found: dict[str, str]) -> None:
    """Connect the call with the front of the queue; `found` is what the action is told."""
    twilio, call = execution.twilio, execution.call
    found["DialBridged"] = "false"
    queue = twilio.queues.named(noun.text.strip())
    if queue is None:
        found |= {"DialCallStatus": "failed", "DequeueResult": "queue-not-found"}
        return
    found["QueueSid"] = queue.sid
    found |= {"DialCallStatus": "no-answer", "DequeueResult": "queue-empty"}
    member = await _front(execution, queue, verb.number("timeout", 30))
    if member is None:
        return
    waited_s = round(member.wait_s())
    over: asyncio.Event = asyncio.Event()
    talked: list[float] = []

    async def connected() -> str:
        """Runs in the call that waited."""
        try:
            if noun.get("url"):
                await _whisper(execution, noun, member, waited_s)
            if call.ended or over.is_set():
                return "error"
            began = twilio.clock.now()
            bridge = TwoCalls(twilio, call, member.call)
            found["DialBridged"] = "true"
            try:
                await bridge.over.wait()
            finally:
                bridge.leave(member.call, "hangup")
                talked.append(twilio.clock.now() - began)
            return "bridged"
        finally:
            over.set()

    found |= {
        "DialCallStatus": "completed",
        "DialCallSid": member.call.sid,
        "DequeueResult": "bridged",
        "DequeuedCallSid": member.call.sid,
        "DequeuedCallQueueTime": str(waited_s),
    }
    twilio.queues.take(member, QueueExit(result="bridged", during=connected))
    member.call.on_end.append(lambda _call: over.set())
    try:
        await over.wait()
    finally:
        if isinstance(call.bridge, TwoCalls):
            call.bridge.leave(call, "hangup")
        over.set()
        found["DequeuedCallDuration"] = found["DialCallDuration"] = str(round(sum(talked)))


async def _front(execution: Execution, queue: Queue, timeout_s: float) -> Member | None:
    """The call that has waited longest; None when nobody came in time."""
    twilio = execution.twilio
    until = twilio.clock.now() + timeout_s
    while not queue.members:
        left_s = until - twilio.clock.now()
        if left_s <= 0:
            return None
        came: asyncio.Event = asyncio.Event()
        queue.on_enter.append(came.set)
        timer = twilio.clock.call_later(left_s, came.set)
        try:
            await came.wait()
        finally:
            timer.cancel()
            if came.set in queue.on_enter:
                queue.on_enter.remove(came.set)
    return queue.members[0]


async def _whisper(execution: Execution, noun: Verb, member: Member, waited_s: int) -> None:
    """What the one who waited hears before being connected."""
    source = Source(url=execution.absolute(noun.get("url")), method=noun.get("method", "POST"))
    params = {
        "QueueSid": member.queue_sid,
        "QueueTime": str(waited_s),
        "DequeingCallSid": execution.call.sid,
    }
    await execution.twilio.calls.perform(member.call, source, params, allowed=CONFERENCE_WAITING)
