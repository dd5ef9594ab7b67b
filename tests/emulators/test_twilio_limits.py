"""Limits, queues and machine detection of the emulated Twilio, by its API."""

from __future__ import annotations

import asyncio

import pytest

from tests.emulators.api import Api
from tests.emulators.conftest import CALLEE, CALLER, NUMBER
from tests.emulators.site import Site
from tests.emulators.twilio.clock import VirtualClock
from tests.emulators.twilio.emulator import TwilioEmulator

PAUSE = "<Response><Pause length='60'/></Response>"
OUT = {"To": CALLEE, "From": NUMBER, "Twiml": PAUSE}


# Calls per second, and requests at a time


async def test_calls_above_the_rate_stay_queued_until_their_turn(
    twilio: TwilioEmulator, api: Api, clock: VirtualClock
) -> None:
    twilio.limits.calls_per_s = 1
    made = [(await api.post("Calls.json", **OUT)).body for _ in range(4)]
    await clock.settle()
    assert twilio.limits.waiting_s == 4

    async def statuses() -> list[str]:
        return [(await api.get(f"Calls/{m['sid']}.json")).body["status"] for m in made]

    await clock.advance(0.5)
    assert await statuses() == ["ringing", "queued", "queued", "queued"]
    await clock.advance(2)
    assert await statuses() == ["ringing"] * 3 + ["queued"]
    body = (await api.get(f"Calls/{made[3]['sid']}.json")).body
    assert body["queue_time"] == "3000"


async def test_a_queued_call_can_be_canceled_and_is_never_dialled(
    twilio: TwilioEmulator, api: Api, clock: VirtualClock
) -> None:
    twilio.limits.calls_per_s = 1
    _, second = [(await api.post("Calls.json", **OUT)).body["sid"] for _ in range(2)]
    await clock.settle()
    refused = await api.post(f"Calls/{second}.json", Twiml=PAUSE)
    assert refused.error == (400, 21220)
    await api.post(f"Calls/{second}.json", Status="canceled")
    await clock.advance(5)
    told = [e.params["status"] for e in twilio.log.of("status", twilio.calls.all[second])]
    assert told == ["canceled"]


async def test_too_many_requests_at_a_time_are_refused(
    twilio: TwilioEmulator, api: Api, clock: VirtualClock
) -> None:
    twilio.limits.refuse_requests = 1
    twilio.limits.retry_after_s = 2
    refused = await api.post("Calls.json", **OUT)
    assert refused.error == (429, 20429)
    assert refused.headers["Retry-After"] == "2"
    assert twilio.calls.all == {}, "what was refused was not done"
    answer = await api.post("Calls.json", **OUT)
    assert (answer.status, int(answer.headers["Twilio-Concurrent-Requests"]) > 0) == (201, True)
    twilio.limits.requests_at_a_time = 0
    assert (await api.get("Calls.json")).error == (429, 20429)


async def test_slow_requests_count_side_by_side(
    twilio: TwilioEmulator, api: Api, clock: VirtualClock
) -> None:
    twilio.limits.requests_at_a_time = 2
    twilio.faults.rest_delay_s = 3
    asked = [asyncio.ensure_future(api.get("Queues.json")) for _ in range(3)]
    while twilio.limits.most_at_a_time < 2 or not any(each.done() for each in asked):
        await clock.advance(0.1)
    while not all(each.done() for each in asked):
        await clock.advance(0.5)
    assert sorted(each.result().status for each in asked) == [200, 200, 429]


# Queues


async def test_queues_are_made_changed_and_taken_away(twilio: TwilioEmulator, api: Api) -> None:
    made = await api.post("Queues.json", FriendlyName="line")
    assert (made.status, made.body["max_size"], made.body["current_size"]) == (201, 1000, 0)
    path = f"Queues/{made.body['sid']}.json"
    assert (await api.post("Queues.json", FriendlyName="line")).status == 409
    assert (await api.post("Queues.json", FriendlyName="")).status == 400
    assert (await api.post("Queues.json", FriendlyName="x" * 65)).status == 400
    changed = await api.post(path, FriendlyName="other", MaxSize="2")
    assert (changed.body["friendly_name"], changed.body["max_size"]) == ("other", 2)
    assert [q["sid"] for q in (await api.get("Queues.json")).body["queues"]] == [made.body["sid"]]
    assert (await api.delete(path)).status == 204
    assert (await api.get(path)).error == (404, 20404)


async def test_one_who_waits_is_taken_out_of_turn_into_another_document(
    twilio: TwilioEmulator, api: Api, site: Site, clock: VirtualClock
) -> None:
    site.documents(
        voice="<Enqueue waitUrl='/music' action='/left'>line</Enqueue>",
        music="<Pause length='60'/>",
        left="<Say>left</Say><Pause length='9'/>",
        agent="<Say>it is your turn now</Say><Pause length='60'/>",
    )
    first = await twilio.dial(CALLER, NUMBER)
    await clock.advance(30)
    second = await twilio.dial(CALLER, NUMBER)
    await clock.advance(10)
    (queue,) = (await api.get("Queues.json")).body["queues"]
    assert (queue["friendly_name"], queue["current_size"]) == ("line", 2)
    assert queue["average_wait_time"] == 25
    root = f"Queues/{queue['sid']}"
    members = (await api.get(f"{root}/Members.json")).body["queue_members"]
    assert [(m["call_sid"], m["position"], m["wait_time"]) for m in members] == [
        (first.call.sid, 1, 40),
        (second.call.sid, 2, 10),
    ]
    front = (await api.get(f"{root}/Members/Front.json")).body
    assert front["call_sid"] == first.call.sid
    assert (await api.delete(f"{root}.json")).status == 400
    out = await api.post(f"{root}/Members/{second.call.sid}.json", Url=f"{site.url}/agent")
    assert (out.status, out.body["position"]) == (200, 2)
    await clock.settle()
    assert ("say", "it is your turn now") in second.hears_now
    again = await api.post(f"{root}/Members/{second.call.sid}.json", Url=f"{site.url}/agent")
    assert again.error == (404, 20404)
    first.hang_up()
    await clock.settle()
    assert (await api.get(f"{root}/Members/Front.json")).error == (404, 20404)


# Machine detection


@pytest.mark.parametrize(
    ("how", "mode", "verdict", "ms"),
    [
        ("answer", "Enable", "human", "1800"),
        ("machine", "Enable", "machine_start", "2400"),
        ("machine beep at 6 s", "DetectMessageEnd", "machine_end_beep", "6000"),
        ("machine", "DetectMessageEnd", "machine_end_silence", "9200"),
        ("silent", "Enable", "unknown", "5000"),
        ("machine beep at 40 s", "DetectMessageEnd", "unknown", "30000"),
    ],
)
async def test_who_answered_is_told_aside(
    how: str,
    mode: str,
    verdict: str,
    ms: str,
    twilio: TwilioEmulator,
    api: Api,
    site: Site,
    clock: VirtualClock,
) -> None:
    site.documents(amd="", hello="<Say>hello</Say><Pause length='60'/>")
    twilio.callee(CALLEE, how)
    form = {"To": CALLEE, "From": NUMBER, "Url": f"{site.url}/hello", "MachineDetection": mode}
    amd = {"AsyncAmd": "true", "AsyncAmdStatusCallback": f"{site.url}/amd"}
    sid = (await api.post("Calls.json", **form, **amd)).body["sid"]
    await clock.advance(1)
    assert len(site.requests("/hello")) == 1, "nobody waits for the verdict"
    await clock.advance(35)
    (told,) = (asked.params for asked in site.requests("/amd"))
    assert (told["AnsweredBy"], told["MachineDetectionDuration"]) == (verdict, ms)
    assert told["CallSid"] == sid
    assert (await api.get(f"Calls/{sid}.json")).body["answered_by"] == verdict


async def test_a_call_waits_for_the_verdict_when_asked_to(
    twilio: TwilioEmulator, api: Api, site: Site, clock: VirtualClock
) -> None:
    site.documents(hello="<Say>hello</Say><Pause length='60'/>")
    twilio.callee(CALLEE, "machine")
    form = {"To": CALLEE, "From": NUMBER, "Url": f"{site.url}/hello"}
    await api.post("Calls.json", **form, MachineDetection="Enable")
    await clock.advance(2)
    assert site.requests("/hello") == []
    await clock.advance(1)
    (asked,) = site.requests("/hello")
    assert asked.params["AnsweredBy"] == "machine_start"


async def test_keys_to_be_sent_leave_no_time_to_listen(
    twilio: TwilioEmulator, api: Api, site: Site, clock: VirtualClock
) -> None:
    site.documents(hello="<Say>hello</Say><Pause length='60'/>")
    twilio.callee(CALLEE, "machine")
    form = {"To": CALLEE, "From": NUMBER, "Url": f"{site.url}/hello", "SendDigits": "w12"}
    sid = (await api.post("Calls.json", **form, MachineDetection="Enable")).body["sid"]
    await clock.advance(2)
    (asked,) = site.requests("/hello")
    assert "AnsweredBy" not in asked.params
    assert twilio.calls.all[sid].party.digits_sent == "12"


async def test_a_verdict_can_be_scripted_and_a_call_that_ended_has_none(
    twilio: TwilioEmulator, api: Api, site: Site, clock: VirtualClock
) -> None:
    site.documents(amd="", hello="<Say>hello</Say><Pause length='60'/>")
    twilio.callee(CALLEE, "answer")
    twilio.listening.script(CALLEE, "fax", after_s=4)
    form = {"To": CALLEE, "From": NUMBER, "Url": f"{site.url}/hello", "MachineDetection": "Enable"}
    amd = {"AsyncAmd": "true", "AsyncAmdStatusCallback": f"{site.url}/amd"}
    await api.post("Calls.json", **form, **amd)
    gone = (await api.post("Calls.json", **form, **amd)).body["sid"]
    await clock.advance(2)
    twilio.calls.all[gone].party.hang_up()
    await clock.advance(5)
    (told,) = site.requests("/amd")
    assert told.params["AnsweredBy"] == "fax"
    assert told.params["CallSid"] != gone
    with pytest.raises(ValueError, match="no verdict"):
        twilio.listening.script(CALLEE, "alien", after_s=1)
