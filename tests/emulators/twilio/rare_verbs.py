"""Start and Stop of recordings and streams, Refer, and Pay by a script."""

from __future__ import annotations

from functools import partial

from tests.emulators.twilio.execution import EXECUTORS, Execution
from tests.emulators.twilio.model import Callback, EmulatedCall
from tests.emulators.twilio.parties import behaviour
from tests.emulators.twilio.streams import MediaStream, opened
from tests.emulators.twilio.twiml import Document, Verb

_PAYING_S = 20.0
_FAR_END = {"invalid": 404, "unregistered": 480, "busy": 486, "decline": 603}


async def start(run: Execution, verb: Verb) -> Document | None:
    """``<Start>``: what is started goes on behind the document."""
    for noun in verb.children:
        if noun.name == "Stream":
            stream = opened(run, noun, both_ways=False)
            run.call.started_by_name[noun.get("name") or stream.sid] = stream
            run.call.on_end.append(partial(_stop, stream))
            run.twilio.spawn(stream.run())
        else:
            _record(run, noun)
    return None


def _stop(stream: MediaStream, _call: EmulatedCall) -> None:
    stream.stop()


def _record(run: Execution, noun: Verb) -> None:
    told = noun.get("recordingStatusCallback")
    events = noun.get("recordingStatusCallbackEvent", "completed").replace(",", " ").split()
    recording = run.twilio.recordings.start(
        run.call,
        source="StartCallRecordingTwiML",
        channels=2 if noun.get("channels", "dual") == "dual" else 1,
        callback=Callback(
            url=run.absolute(told),
            method=noun.get("recordingStatusCallbackMethod", "POST"),
            events=frozenset(events),
        )
        if told
        else None,
    )
    run.call.started_by_name[noun.get("name") or recording.sid] = recording


async def stop(run: Execution, verb: Verb) -> Document | None:
    """``<Stop>``: by name; one that is not there is a warning."""
    for noun in verb.children:
        started = run.call.started_by_name.pop(noun.get("name"), None)
        if started is None:
            run.twilio.warnings.append(f"14300: nothing named {noun.get('name')!r} was started")
        else:
            started.stop()
    return None


async def refer(run: Execution, verb: Verb) -> Document | None:
    """``<Refer>``: how the address behaves is what the other end answers."""
    address = verb.children[0].text
    kind = behaviour(run.twilio.behaviour_of(address)).kind
    code = _FAR_END.get(kind, 202)
    run.twilio.log.note("refer", run.call, to=address, code=str(code))
    params = {
        "ReferCallStatus": "in-progress" if code == 202 else "failed",
        "ReferSipResponseCode": str(code),
    }
    return await run.ask(verb.get("action"), verb.get("method"), params)


async def pay(run: Execution, verb: Verb) -> Document | None:
    """``<Pay>``: the next of `payments`, such as ``{"Result": "success", "PaymentToken": "x"}``,
    or a timeout. Keys typed meanwhile are not dropped: they are for the payment."""
    with run.call.party.keys_to(lambda _key: None):
        await run.twilio.clock.sleep(_PAYING_S)
    payments = run.twilio.payments
    result = payments.pop(0) if payments else {"Result": "caller-interrupted-with-timeout"}
    if not verb.get("action"):
        return None
    return await run.ask(verb.get("action"), "POST", result)


EXECUTORS |= {"Start": start, "Stop": stop, "Refer": refer, "Pay": pay}
