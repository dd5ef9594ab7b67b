"""The life of emulated calls, in and out, and what is told of it."""

from __future__ import annotations

import pytest

from tests.emulators.conftest import CALLEE, CALLER, NUMBER
from tests.emulators.site import Site
from tests.emulators.twilio.calls import APOLOGY
from tests.emulators.twilio.clock import VirtualClock
from tests.emulators.twilio.emulator import TwilioEmulator
from tests.emulators.twilio.model import Callback, CallStatus, EmulatedCall, Source, TwilioError

ALL = frozenset({"initiated", "ringing", "answered", "completed"})


def told(site: Site) -> list[str]:
    return [asked.params["CallStatus"] for asked in site.requests("/status")]


def place(twilio: TwilioEmulator, site: Site, how: str, timeout_s: float = 20) -> EmulatedCall:
    twilio.callee(CALLEE, how)
    return twilio.calls.place(
        to=CALLEE,
        from_=NUMBER,
        source=Source(url=f"{site.url}/voice"),
        callback=Callback(url=f"{site.url}/status", events=ALL),
        timeout_s=timeout_s,
    )


async def test_a_caller_rings_is_asked_for_and_answered(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="<Say>Hello</Say>")
    party = await twilio.dial(CALLER, NUMBER, caller_name="Ana")
    assert party.hears_now == {("ringing",)}
    await clock.settle()
    [asked] = site.requests("/voice")
    assert asked.method == "POST"
    assert asked.params["CallStatus"] == "ringing"
    assert asked.params["Direction"] == "inbound"
    assert (asked.params["From"], asked.params["To"]) == (CALLER, NUMBER)
    assert asked.params["CallerName"] == "Ana"
    assert party.call.live
    assert party.hears_now == {("say", "Hello")}
    await clock.advance(1)
    assert party.over
    assert party.has_heard("say", "Hello")
    [done] = site.requests("/status")
    assert done.params["CallStatus"] == "completed"
    assert done.params["CallSid"] == party.call.sid
    assert done.params["SequenceNumber"] == "0"
    assert done.params["CallbackSource"] == "call-progress-events"
    assert done.params["Timestamp"].endswith("+0000")


@pytest.mark.parametrize(("reason", "status"), [("busy", "busy"), ("rejected", "no-answer")])
async def test_a_rejected_call_is_not_answered(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock, reason: str, status: str
) -> None:
    site.documents(voice=f"<Reject reason='{reason}'/>")
    party = await twilio.dial(CALLER, NUMBER)
    await clock.settle()
    assert party.call.status == status
    assert party.call.answered_at is None
    assert told(site) == [status]


async def test_a_pause_before_all_else_delays_the_answer(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="<Pause length='4'/><Say>Hello</Say>")
    party = await twilio.dial(CALLER, NUMBER)
    await clock.advance(3.9)
    assert party.hears_now == {("ringing",)}
    await clock.advance(0.2)
    assert party.hears_now == {("say", "Hello")}


async def test_any_other_document_answers_if_only_to_end(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="")
    party = await twilio.dial(CALLER, NUMBER)
    await clock.settle()
    assert party.call.status == "completed"
    assert party.call.answered_at is not None


async def test_a_caller_may_give_up_while_the_document_is_waited_for(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="<Say>Hello</Say>")
    site.slow_s["/voice"] = [3]
    party = await twilio.dial(CALLER, NUMBER, script="hang up at 1 s")
    await clock.advance(2)
    assert party.call.status == "canceled"
    await clock.advance(5)
    assert told(site) == ["canceled"]
    assert not party.has_heard("say", "Hello")


async def test_who_hangs_up_ends_the_call_once(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="<Say>Hi</Say><Pause length='60'/>")
    party = await twilio.dial(CALLER, NUMBER)
    await clock.advance(60)
    party.hang_up()
    twilio.calls.end(party.call)
    await clock.settle()
    assert told(site) == ["completed"]
    assert site.requests("/status")[0].params["CallDuration"] == "60"
    assert party.hears_now == frozenset()


async def test_a_call_out_tells_each_step_in_order(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="<Say>Hello</Say>")
    call = place(twilio, site, "answer after 2 s; hang up at 1 s")
    assert call.status == "queued"
    await clock.advance(2)
    assert call.status == "ringing"
    await clock.advance(0.2)
    assert call.live
    await clock.advance(5)
    assert told(site) == ["initiated", "ringing", "in-progress", "completed"]
    numbers = [asked.params["SequenceNumber"] for asked in site.requests("/status")]
    assert numbers == ["0", "1", "2", "3"]
    assert site.requests("/voice")[0].params["CallStatus"] == "in-progress"


@pytest.mark.parametrize(
    ("how", "status", "sip"),
    [
        ("busy", "busy", "486"),
        ("busy after 3 s", "busy", "486"),
        ("decline", "busy", "603"),
        ("ignore", "no-answer", "487"),
        ("manual", "no-answer", "487"),
        ("invalid", "failed", "404"),
        ("unregistered", "failed", "480"),
    ],
)
async def test_a_call_out_that_nobody_takes_says_why(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock, how: str, status: str, sip: str
) -> None:
    call = place(twilio, site, how, timeout_s=10)
    await clock.advance(11)
    assert call.status == status
    assert told(site)[-1] == status
    assert site.requests("/status")[-1].params["SipResponseCode"] == sip
    assert not site.requests("/voice")


async def test_only_what_was_asked_for_is_told(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="")
    twilio.callee(CALLEE, "answer")
    twilio.calls.place(
        to=CALLEE,
        from_=NUMBER,
        source=Source(url=f"{site.url}/voice"),
        callback=Callback(url=f"{site.url}/status"),
    )
    await clock.advance(1)
    assert told(site) == ["completed"]


async def test_a_live_call_takes_another_document_at_once(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="<Say>a long story of thirty letters</Say>", other="<Say>Stop</Say>")
    party = await twilio.dial(CALLER, NUMBER)
    await clock.advance(0.5)
    twilio.calls.redirect(party.call, Source(url=f"{site.url}/other"))
    await clock.settle()
    assert party.hears_now == {("say", "Stop")}
    twilio.calls.redirect(party.call, Source(twiml="<Response><Say>Last</Say></Response>"))
    await clock.settle()
    assert party.hears_now == {("say", "Last")}
    await clock.advance(5)
    assert party.over


async def test_a_call_that_is_not_in_progress_takes_no_document(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    call = place(twilio, site, "ignore")
    await clock.advance(1)
    with pytest.raises(TwilioError) as ringing:
        twilio.calls.redirect(call, Source(url=f"{site.url}/other"))
    twilio.calls.end(call, CallStatus.CANCELED)
    assert call.status == "canceled"
    with pytest.raises(TwilioError) as over:
        twilio.calls.redirect(call, Source(url=f"{site.url}/other"))
    assert (ringing.value.code, over.value.code) == (21220, 21220)


async def test_canceling_does_nothing_to_an_answered_call(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="<Pause length='60'/>")
    call = place(twilio, site, "answer")
    await clock.advance(1)
    twilio.calls.end(call, CallStatus.CANCELED)
    assert call.live
    twilio.calls.end(call)
    assert call.status == "completed"


async def test_a_late_action_of_the_old_document_may_still_come(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="<Gather action='/keys'/>", keys="<Say>never</Say>", other="<Pause/>")
    for late in (False, True):
        twilio.faults.late_action = late
        party = await twilio.dial(CALLER, NUMBER)
        await clock.settle()
        party.press("12")
        await clock.settle()
        twilio.calls.redirect(party.call, Source(url=f"{site.url}/other"))
        await clock.advance(5)
        assert not party.has_heard("say", "never")
        assert [asked.params["Digits"] for asked in site.requests("/keys")] == ["12"] * late


async def test_a_document_that_loops_on_itself_ends_the_call_with_an_error(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="<Redirect/>")
    party = await twilio.dial(CALLER, NUMBER)
    await clock.advance(5)
    assert party.call.status == "failed"
    assert any("loop" in words for _, words in twilio.errors)


async def test_digits_are_sent_to_who_answers_before_the_document(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="<Play digits='w9'/>")
    twilio.callee(CALLEE, "answer")
    call = twilio.calls.place(
        to=CALLEE, from_=NUMBER, source=Source(url=f"{site.url}/voice"), send_digits="w12#"
    )
    await clock.advance(3)
    assert call.party.digits_sent == "12#9"


async def test_a_live_call_whose_document_fails_hears_an_apology(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="<Say>Hello</Say><Redirect>/gone</Redirect>")
    party = await twilio.dial(CALLER, NUMBER)
    await clock.advance(2)
    assert party.hears_now == {("say", APOLOGY)}
    await clock.advance(5)
    assert party.over
    assert party.call.error_code == 11200


async def test_nobody_answers_at_a_number_that_is_not_ours(twilio: TwilioEmulator) -> None:
    with pytest.raises(KeyError):
        await twilio.dial(CALLER, "+14155550199")
