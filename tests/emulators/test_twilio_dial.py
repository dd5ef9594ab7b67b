"""``<Dial>`` of the emulated Twilio: people and queues, and what the action is told."""

from __future__ import annotations

import pytest

from tests.emulators.api import Api
from tests.emulators.conftest import CALLEE, CALLER, NUMBER
from tests.emulators.site import Site
from tests.emulators.twilio.clock import VirtualClock
from tests.emulators.twilio.emulator import TwilioEmulator
from tests.emulators.twilio.model import RINGING, EmulatedCall
from tests.emulators.twilio.parties import Party

AFTER = "<Say>after</Say><Pause length='60'/>"


async def dial(twilio: TwilioEmulator, site: Site, inside: str, **attributes: str) -> Party:
    """Somebody calls, and the document dials on."""
    written = " ".join(f"{name}='{value}'" for name, value in attributes.items())
    site.documents(after=AFTER, voice=f"<Dial action='/after' {written}>{inside}</Dial>")
    return await twilio.dial(CALLER, NUMBER)


def child(twilio: TwilioEmulator, address: str = CALLEE) -> EmulatedCall:
    return twilio.calls_to(address)[-1]


def action(site: Site) -> dict[str, str]:
    (asked,) = site.requests("/after")
    return asked.params


async def test_two_are_connected_until_the_callee_hangs_up(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    caller = await dial(twilio, site, CALLEE)
    await clock.advance(1)
    assert caller.hears_now == {RINGING}
    far = child(twilio)
    assert (far.direction, far.parent_sid) == ("outbound-dial", caller.call.sid)
    assert far.from_ == CALLER, "without a callerId the caller's own number is shown"
    far.party.answer()
    far.party.start_talking()
    caller.start_talking()
    await clock.advance(5)
    assert caller.hears_now == {("voice", far.sid)}
    assert far.party.hears_now == {("voice", caller.call.sid)}
    far.party.hang_up()
    await clock.settle()
    told = action(site)
    assert (told["DialCallStatus"], told["DialCallSid"]) == ("completed", far.sid)
    assert (told["DialCallDuration"], told["DialBridged"]) == ("5", "true")
    assert ("say", "after") in caller.hears_now


async def test_the_callee_is_let_go_when_the_caller_hangs_up(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    twilio.callee(CALLEE, "answer after 1 s")
    caller = await dial(twilio, site, CALLEE)
    await clock.advance(2)
    caller.hang_up()
    await clock.settle()
    assert child(twilio).status == "completed"
    assert action(site)["CallStatus"] == "completed"


async def test_a_callee_who_rings_is_canceled_when_the_caller_hangs_up(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    caller = await dial(twilio, site, CALLEE)
    await clock.advance(2)
    caller.hang_up()
    await clock.settle()
    assert child(twilio).status == "canceled"


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ("busy after 1 s", "busy"),
        ("decline after 1 s", "busy"),
        ("ignore", "no-answer"),
        ("invalid", "failed"),
    ],
)
async def test_why_nobody_was_reached_is_told(
    how: str, status: str, twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    twilio.callee(CALLEE, how)
    caller = await dial(twilio, site, CALLEE, timeout="10")
    await clock.advance(12)
    told = action(site)
    assert (told["DialCallStatus"], told["DialBridged"]) == (status, "false")
    assert "DialCallDuration" not in told
    assert caller.has_heard("say", "after")


async def test_without_an_action_the_document_goes_on(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    twilio.callee(CALLEE, "busy")
    site.documents(voice=f"<Dial>{CALLEE}</Dial><Say>next</Say>")
    caller = await twilio.dial(CALLER, NUMBER)
    await clock.advance(1)
    assert caller.has_heard("say", "next")


async def test_the_first_of_several_wins_and_the_others_are_let_go(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    inside = (
        f"<Number>{CALLEE}</Number><Client>ana</Client><Sip>sip:ben@pbx.example</Sip>"
        "<Client><Identity>cleo</Identity></Client>"
    )
    twilio.callee("client:ana", "answer after 2 s; talk at 0 s")
    twilio.callee("sip:ben@pbx.example", "answer after 3 s")
    twilio.callee("client:cleo", "busy")
    caller = await dial(twilio, site, inside, callerId=NUMBER)
    await clock.advance(4)
    ana = child(twilio, "client:ana")
    assert caller.hears_now == {("voice", ana.sid)}
    assert ana.from_ == NUMBER
    others = [child(twilio, a).status for a in (CALLEE, "sip:ben@pbx.example", "client:cleo")]
    assert others == ["canceled", "canceled", "busy"]
    ana.party.hang_up()
    await clock.settle()
    assert action(site)["DialCallSid"] == ana.sid


async def test_in_turn_the_next_is_dialled_when_one_does_not_answer(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    twilio.callee("client:ana", "busy after 1 s")
    twilio.callee("client:ben", "answer")
    await dial(twilio, site, "<Client>ana</Client><Client>ben</Client>", sequential="true")
    await clock.advance(0.5)
    assert twilio.calls_to("client:ben") == []
    await clock.advance(3)
    assert child(twilio, "client:ben").live
    assert child(twilio, "client:ana").status == "busy"


async def test_the_callee_hears_a_document_before_being_connected_and_may_refuse(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(
        screen="<Gather action='/pressed' numDigits='1' timeout='5'>"
        "<Say>please press one, or hang up</Say></Gather><Hangup/>",
        pressed="",
    )
    twilio.callee(CALLEE, "answer; talk at 0 s")
    caller = await dial(twilio, site, f"<Number url='/screen'>{CALLEE}</Number>")
    await clock.advance(1)
    far = child(twilio)
    assert ("say", "please press one, or hang up") in far.party.hears_now
    assert caller.hears_now == frozenset()
    far.party.press("1")
    await clock.settle()
    assert caller.hears_now == {("voice", far.sid)}
    caller.hang_up()
    refused = await twilio.dial(CALLER, NUMBER)
    await clock.advance(12)
    told = site.requests("/after")[-1].params
    assert told["CallSid"] == refused.call.sid
    assert told["DialBridged"] == "false"
    assert child(twilio).ended


async def test_a_caller_rings_on_until_somebody_answers_when_asked_to(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    twilio.callee(CALLEE, "answer after 3 s")
    caller = await dial(twilio, site, CALLEE, answerOnBridge="true")
    await clock.advance(2)
    assert caller.call.status == "ringing"
    await clock.advance(2)
    assert caller.call.status == "in-progress"


async def test_status_of_the_far_leg_is_told_as_subscribed(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(told="")
    twilio.callee(CALLEE, "answer after 1 s; hang up at 2 s")
    events = "statusCallback='/told' statusCallbackEvent='ringing answered completed'"
    await dial(twilio, site, f"<Number {events}>{CALLEE}</Number>")
    await clock.advance(5)
    told = [asked.params["CallStatus"] for asked in site.requests("/told")]
    assert told == ["ringing", "in-progress", "completed"]
    assert {a.params["ParentCallSid"] for a in site.requests("/told")} != {""}


async def test_a_star_parts_the_two_and_a_limit_too(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    twilio.callee(CALLEE, "answer")
    caller = await dial(twilio, site, CALLEE, hangupOnStar="true")
    await clock.advance(2)
    caller.press("5*")
    await clock.settle()
    assert child(twilio).status == "completed"
    assert [key for _, key in twilio.dropped_keys] == ["5"]
    assert not caller.over
    await dial(twilio, site, CALLEE, timeLimit="4")
    await clock.advance(3)
    assert child(twilio).live
    await clock.advance(3)
    assert child(twilio).status == "completed"


async def test_a_caller_with_another_document_leaves_the_callee(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock, api: Api
) -> None:
    twilio.callee(CALLEE, "answer")
    site.documents(other="<Say>elsewhere</Say><Pause length='9'/>")
    caller = await dial(twilio, site, CALLEE)
    await clock.advance(2)
    await api.post(f"Calls/{caller.call.sid}.json", Url=f"{site.url}/other")
    await clock.settle()
    assert child(twilio).status == "completed"
    assert ("say", "elsewhere") in caller.hears_now
    assert site.requests("/after") == []


async def test_a_callee_with_another_document_goes_on_without_the_caller(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock, api: Api
) -> None:
    twilio.callee(CALLEE, "answer")
    site.documents(other="<Say>elsewhere</Say><Pause length='9'/>")
    caller = await dial(twilio, site, CALLEE)
    await clock.advance(2)
    await api.post(f"Calls/{child(twilio).sid}.json", Url=f"{site.url}/other")
    await clock.settle()
    assert ("say", "elsewhere") in child(twilio).party.hears_now
    assert ("say", "after") in caller.hears_now


async def test_what_both_say_is_recorded_when_asked_for(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    twilio.callee(CALLEE, "answer; talk at 0 s; hang up at 4 s")
    await dial(twilio, site, CALLEE, record="record-from-answer-dual")
    await clock.advance(6)
    told = action(site)
    recording = twilio.recordings.all[told["RecordingSid"]]
    assert (told["RecordingDuration"], recording.channels) == ("4", 2)
    assert recording.voices == {child(twilio).sid}


async def test_the_front_of_a_queue_is_told_and_connected(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(
        voice="<Enqueue waitUrl='/music' action='/left'>line</Enqueue>",
        music="<Pause length='60'/>",
        left=AFTER,
        soon="<Say>your turn</Say>",
    )
    first, second = [await twilio.dial(CALLER, NUMBER) for _ in range(2)]
    await clock.advance(10)
    agent = await dial(twilio, site, "<Queue url='/soon'>line</Queue>")
    await clock.settle()
    assert first.hears_now == {("say", "your turn")}
    (asked,) = site.requests("/soon")
    assert asked.params["DequeingCallSid"] == agent.call.sid
    assert asked.params["QueueTime"] == "10"
    first.start_talking()
    agent.start_talking()
    await clock.advance(5)
    assert first.hears_now == {("voice", agent.call.sid)}
    assert agent.hears_now == {("voice", first.call.sid)}
    assert twilio.queues.named("line").members[0].call is second.call  # type: ignore[union-attr]
    agent.hang_up()
    await clock.settle()
    (left,) = site.requests("/left")
    assert left.params["QueueResult"] == "bridged"
    assert action(site)["DequeuedCallSid"] == first.call.sid
    assert not first.over


async def test_an_empty_queue_is_waited_for_and_a_missing_one_is_not(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    agent = await dial(twilio, site, "<Queue>nowhere</Queue>")
    await clock.settle()
    assert action(site)["DialCallStatus"] == "failed"
    agent.hang_up()
    twilio.queues.create("line")
    late = await dial(twilio, site, "<Queue>line</Queue>", timeout="20")
    await clock.advance(5)
    assert len(site.requests("/after")) == 1
    site.documents(voice="<Enqueue waitUrl='/music'>line</Enqueue>", music="<Pause length='9'/>")
    caller = await twilio.dial(CALLER, NUMBER)
    caller.start_talking()
    await clock.settle()
    assert late.hears_now == {("voice", caller.call.sid)}
    caller.hang_up()
    await clock.settle()
    assert site.requests("/after")[-1].params["DialBridged"] == "true"
    await dial(twilio, site, "<Queue>line</Queue>", timeout="3")
    await clock.advance(4)
    assert site.requests("/after")[-1].params["DialCallStatus"] == "no-answer"
