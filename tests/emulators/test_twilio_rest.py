"""The emulated API: who may ask, what it says, what it refuses."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pytest

from tests.emulators.api import Api
from tests.emulators.conftest import CALLEE, CALLER, NUMBER
from tests.emulators.site import Site
from tests.emulators.twilio.clock import VirtualClock
from tests.emulators.twilio.emulator import TwilioEmulator
from tests.emulators.twilio.rest import Reply, Request, route

PAUSE = "<Response><Pause length='60'/></Response>"


async def make(api: Api, **more: str) -> str:
    """A call to the callee; gives its sid."""
    form = {"To": CALLEE, "From": NUMBER, "Twiml": PAUSE, **more}
    created = await api.post("Calls.json", **form)
    assert created.status == 201, created.body
    return str(created.body["sid"])


async def status(api: Api, sid: str) -> str:
    return str((await api.get(f"Calls/{sid}.json")).body["status"])


async def test_who_has_no_password_is_refused(twilio: TwilioEmulator) -> None:
    for token in ("", "another"):
        async with Api(twilio, token) as stranger:
            answer = await stranger.get("Calls.json")
            assert answer.error == (401, 20003)
            assert answer.body["status"] == 401


async def test_what_is_not_there_is_404(twilio: TwilioEmulator, api: Api) -> None:
    other = f"/2010-04-01/Accounts/AC{'f' * 32}/Calls.json"
    missing = f"CA{'f' * 32}"
    for path in (f"Calls/{missing}.json", f"Calls/{missing}", "Faxes.json", other):
        assert (await api.get(path)).error == (404, 20404), path
    assert (await api.delete("Queues.json")).error == (405, 20004)


async def test_a_call_is_created_dialled_answered_and_ended(
    twilio: TwilioEmulator, api: Api, clock: VirtualClock
) -> None:
    sid = await make(api)
    assert re.fullmatch(r"CA[0-9a-f]{32}", sid)
    assert await status(api, sid) == "queued"
    await clock.advance(1)
    assert await status(api, sid) == "ringing"
    twilio.calls.all[sid].party.answer()
    await clock.advance(2)
    body = (await api.get(f"Calls/{sid}.json")).body
    assert (body["status"], body["direction"]) == ("in-progress", "outbound-api")
    assert (body["to_formatted"], body["end_time"]) == ("(415) 555-0124", None)
    started = parsedate_to_datetime(body["start_time"])
    assert abs(started.timestamp() - (clock.now() - 2)) <= 1
    twilio.calls.all[sid].party.hang_up()
    await clock.settle()
    body = (await api.get(f"Calls/{sid}.json")).body
    assert (body["status"], body["duration"]) == ("completed", "2")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"To": ""}, (400, 21201)),
        ({"From": ""}, (400, 21213)),
        ({"To": "12"}, (400, 21211)),
        ({"To": "client:"}, (400, 21211)),
        ({"From": "+14155550177"}, (400, 21210)),
        ({"From": "client:ana"}, (400, 21212)),
        ({"Twiml": ""}, (400, 21205)),
        ({"Twiml": "", "Url": "ftp://x.example/"}, (400, 21205)),
        ({"Twiml": "<Response>" + "<Pause/>" * 500 + "</Response>"}, (400, 21205)),
        ({"Timeout": "soon"}, (400, 20001)),
        ({"Method": "PUT"}, (400, 20001)),
        ({"MachineDetection": "Maybe"}, (400, 20001)),
        ({"StatusCallback": "nowhere"}, (400, 21609)),
    ],
)
async def test_a_call_that_cannot_be_is_refused(
    twilio: TwilioEmulator, api: Api, change: dict[str, str], error: tuple[int, int]
) -> None:
    form = {"To": CALLEE, "From": NUMBER, "Twiml": PAUSE, **change}
    assert (await api.post("Calls.json", **form)).error == error
    assert twilio.calls.all == {}


async def test_unknown_parameters_are_tolerated_and_noted(twilio: TwilioEmulator, api: Api) -> None:
    await make(api, StatusCallbak="http://x.example/")
    assert [w for w in twilio.warnings if "StatusCallbak" in w] != []


async def test_only_what_nobody_answered_is_canceled(
    twilio: TwilioEmulator, api: Api, clock: VirtualClock
) -> None:
    first, second = await make(api), await make(api)
    await clock.advance(1)
    canceled = await api.post(f"Calls/{first}.json", Status="canceled")
    assert (canceled.status, canceled.body["status"]) == (200, "canceled")
    twilio.calls.all[second].party.answer()
    await clock.settle()
    refused = await api.post(f"Calls/{second}.json", Status="canceled")
    assert refused.error == (400, 21220)
    done = await api.post(f"Calls/{second}.json", Status="completed")
    assert done.body["status"] == "completed"
    for form in ({"Status": "completed"}, {"Twiml": PAUSE}):
        assert (await api.post(f"Calls/{second}.json", **form)).error == (400, 21220)


async def test_an_update_replaces_the_document_of_a_live_call_only(
    twilio: TwilioEmulator, api: Api, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="<Say>first</Say><Pause length='60'/>", other="<Say>second</Say>")
    ringing = await make(api)
    refused = await api.post(f"Calls/{ringing}.json", Url=f"{site.url}/other")
    assert refused.error == (400, 21220)
    party = await twilio.dial(CALLER, NUMBER)
    await clock.advance(10)
    updated = await api.post(f"Calls/{party.call.sid}.json", Url=f"{site.url}/other")
    assert updated.body["status"] == "in-progress"
    await clock.settle()
    assert ("say", "second") in party.hears_now
    await clock.advance(10)
    assert party.over


async def test_calls_are_listed_latest_first_by_what_is_asked(
    twilio: TwilioEmulator, api: Api, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="<Say>hello</Say><Pause length='600'/>")
    out = [await make(api) for _ in range(3)]
    party = await twilio.dial(CALLER, NUMBER)
    await clock.advance(1)
    twilio.calls.all[out[0]].party.answer()
    await clock.settle()

    async def found(**query: str) -> list[str]:
        return [c["sid"] for c in (await api.get("Calls.json", **query)).body["calls"]]

    assert await found() == [party.call.sid, *reversed(out)]
    assert await found(To=CALLEE, From=NUMBER) == list(reversed(out))
    assert await found(Status="in-progress") == [party.call.sid, out[0]]
    assert await found(Status="ringing") == list(reversed(out[1:]))
    today = datetime.fromtimestamp(clock.now(), UTC).date().isoformat()
    assert await found(StartTime=today, To=CALLEE) == list(reversed(out))
    assert await found(**{"StartTime>": "2099-01-01"}) == []
    assert await found(**{"StartTime<": "2099-01-01T00:00:00Z"}) != []
    assert (await api.get("Calls.json", StartTime="late")).error == (400, 20001)


async def test_a_list_comes_in_pages_that_new_calls_do_not_shift(
    twilio: TwilioEmulator, api: Api
) -> None:
    made = [await make(api) for _ in range(5)]
    page = (await api.get("Calls.json", PageSize="2", To=CALLEE)).body
    assert (page["page"], page["start"], page["end"], page["page_size"]) == (0, 0, 1, 2)
    assert page["previous_page_uri"] is None
    seen = [c["sid"] for c in page["calls"]]
    await make(api)
    while page["next_page_uri"]:
        page = (await api.get(page["next_page_uri"])).body
        seen += [c["sid"] for c in page["calls"]]
    assert seen == list(reversed(made))
    assert (await api.get("Calls.json", PageToken="PAnobody")).error == (400, 20007)


async def test_a_call_has_its_time_limit(
    twilio: TwilioEmulator, api: Api, clock: VirtualClock
) -> None:
    twilio.callee(CALLEE, "answer after 1 s")
    sid = await make(api, TimeLimit="5")
    await clock.advance(5)
    assert await status(api, sid) == "in-progress"
    await clock.advance(2)
    assert await status(api, sid) == "completed"


async def test_numbers_can_be_read_and_pointed_elsewhere(
    twilio: TwilioEmulator, api: Api, site: Site
) -> None:
    listed = (await api.get("IncomingPhoneNumbers.json", PhoneNumber=NUMBER)).body
    (number,) = listed["incoming_phone_numbers"]
    assert number["voice_url"] == f"{site.url}/voice"
    path = f"IncomingPhoneNumbers/{number['sid']}.json"
    changed = await api.post(path, VoiceUrl="http://x.example/")
    assert changed.body["voice_url"] == "http://x.example/"
    assert twilio.numbers[NUMBER].voice_url == "http://x.example/"
    assert (await api.get(f"IncomingPhoneNumbers/PN{'f' * 32}.json")).error == (404, 20404)


async def test_a_creation_may_fail_after_or_before_the_call_was_made(
    twilio: TwilioEmulator, api: Api
) -> None:
    form = {"To": CALLEE, "From": NUMBER, "Twiml": PAUSE}
    twilio.faults.rest_500_on_create = 1
    assert (await api.post("Calls.json", **form)).status == 500
    assert len(twilio.calls.all) == 1
    twilio.faults.rest_refuse_create = 1
    assert (await api.post("Calls.json", **form)).status == 500
    assert len(twilio.calls.all) == 1
    assert (await api.post("Calls.json", **form)).status == 201


async def test_the_api_may_be_down(twilio: TwilioEmulator, api: Api) -> None:
    twilio.faults.rest_down = True
    assert (await api.get("Calls.json")).status == 503
    twilio.faults.rest_down = False
    assert (await api.get("Calls.json")).status == 200


async def test_an_answer_that_is_not_as_described_is_500_and_kept(
    twilio: TwilioEmulator, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def wrong(request: Request) -> Reply:
        return Reply(body={"sid": "7"})

    monkeypatch.setattr("tests.emulators.twilio.rest.ROUTES", [])
    route("GET", "Queues/*.json")(wrong)
    answer = await api.get(f"Queues/QU{'0' * 32}.json")
    assert answer.error == (500, 20500)
    assert any(".sid is '7'" in p for p in twilio.spec_violations)
    twilio.spec_violations.clear()


async def test_every_request_is_in_the_log(twilio: TwilioEmulator, api: Api) -> None:
    sid = await make(api)
    (entry,) = twilio.log.of("rest")
    assert (entry.method, entry.status, entry.params["To"]) == ("POST", 201, CALLEE)
    assert sid in entry.body
