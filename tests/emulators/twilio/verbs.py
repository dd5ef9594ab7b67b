"""The verbs that lead somewhere: Redirect, Hangup, Reject."""

from __future__ import annotations

from tests.emulators.twilio.execution import EXECUTORS, EndOfCall, Execution
from tests.emulators.twilio.model import CallStatus
from tests.emulators.twilio.twiml import Document, Verb


async def redirect(run: Execution, verb: Verb) -> Document | None:
    """``<Redirect>``."""
    return await run.ask(verb.text, verb.get("method"), {})


async def hang_up(_run: Execution, _verb: Verb) -> Document | None:
    """``<Hangup>``."""
    raise EndOfCall


async def reject(run: Execution, verb: Verb) -> Document | None:
    """``<Reject>``: as the first verb it keeps the call from being answered."""
    if run.call.live:
        raise EndOfCall
    busy = verb.get("reason", "rejected") == "busy"
    raise EndOfCall(CallStatus.BUSY if busy else CallStatus.NO_ANSWER)


async def echo(run: Execution, _verb: Verb) -> Document | None:
    """``<Echo>``: one hears oneself until the call is over."""
    with run.call.party.hearing(("voice", run.call.sid)):
        await run.call.over.wait()
    return None


EXECUTORS |= {"Redirect": redirect, "Hangup": hang_up, "Reject": reject, "Echo": echo}
