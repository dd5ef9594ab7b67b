"""Recordings of the emulated Twilio: begun, paused, ended, told, and the sound in them."""

from __future__ import annotations

import array
import io
import wave

import pytest

from tests.emulators.api import Api
from tests.emulators.conftest import CALLEE, CALLER, NUMBER
from tests.emulators.site import Site
from tests.emulators.twilio.clock import VirtualClock
from tests.emulators.twilio.emulator import TwilioEmulator
from tests.emulators.twilio.parties import Party


@pytest.fixture
async def caller(twilio: TwilioEmulator, site: Site, clock: VirtualClock) -> Party:
    """Somebody who listens to a long silence."""
    site.documents(voice="<Say>.</Say><Pause length='600'/>", told="")
    party = await twilio.dial(CALLER, NUMBER)
    await clock.advance(1)
    return party


def sound(content: bytes) -> tuple[float, list[list[bool]]]:
    """Length in seconds, and for each channel whether there was sound in each tenth of one."""
    with wave.open(io.BytesIO(content)) as file:
        assert (file.getframerate(), file.getsampwidth()) == (8000, 2)
        channels, frames = file.getnchannels(), file.getnframes()
        samples = array.array("h", file.readframes(frames))
    loud = []
    for channel in range(channels):
        own = samples[channel::channels]
        loud.append([max(own[n : n + 800], default=0) > 1000 for n in range(0, len(own), 800)])
    return frames / 8000, loud


async def test_a_call_is_recorded_from_start_to_stop(
    caller: Party, twilio: TwilioEmulator, api: Api, site: Site, clock: VirtualClock
) -> None:
    path = f"Calls/{caller.call.sid}/Recordings.json"
    told = {
        "RecordingStatusCallback": f"{site.url}/told",
        "RecordingStatusCallbackEvent": "in-progress completed",
    }
    made = await api.post(path, **told)
    assert (made.status, made.body["status"]) == (201, "in-progress")
    sid = made.body["sid"]
    assert (made.body["source"], made.body["duration"]) == ("StartCallRecordingAPI", None)
    caller.start_talking()
    await clock.advance(2)
    caller.stop_talking()
    await clock.advance(1)
    one = f"Calls/{caller.call.sid}/Recordings/{sid}.json"
    stopped = await api.post(one, Status="stopped")
    assert stopped.body["status"] == "processing"
    assert (await api.get(f"Recordings/{sid}.wav")).error == (404, 20404)
    await clock.advance(1)
    body = (await api.get(f"Recordings/{sid}.json")).body
    assert (body["status"], body["duration"], body["channels"]) == ("completed", "3", 1)
    media = await api.get(f"Recordings/{sid}.wav")
    assert media.headers["Content-Type"] == "audio/x-wav"
    length, (loud,) = sound(media.content)
    assert (length, loud) == (3.0, [True] * 20 + [False] * 10)
    events = [asked.params for asked in site.requests("/told")]
    assert [event["RecordingStatus"] for event in events] == ["in-progress", "completed"]
    assert events[1]["RecordingDuration"] == "3"
    assert events[1]["RecordingUrl"] == f"{twilio.base_url}{_path(twilio)}/Recordings/{sid}"
    assert twilio.recordings.all[sid].voices == {caller.call.sid}


def _path(twilio: TwilioEmulator) -> str:
    return f"/2010-04-01/Accounts/{twilio.account_sid}"


@pytest.mark.parametrize(("behavior", "seconds"), [("silence", 5.0), ("skip", 3.0), ("", 5.0)])
async def test_what_is_said_in_a_pause_is_not_in_it(
    behavior: str, seconds: float, caller: Party, api: Api, clock: VirtualClock
) -> None:
    caller.start_talking()
    sid = (await api.post(f"Calls/{caller.call.sid}/Recordings.json")).body["sid"]
    current = f"Calls/{caller.call.sid}/Recordings/Twilio.CURRENT.json"
    await clock.advance(1)
    form = {"Status": "paused", **({"PauseBehavior": behavior} if behavior else {})}
    assert (await api.post(current, **form)).body["status"] == "paused"
    await clock.advance(2)
    assert (await api.post(current, Status="in-progress")).body["status"] == "in-progress"
    await clock.advance(2)
    await api.post(current, Status="stopped")
    await clock.advance(1)
    length, (loud,) = sound((await api.get(f"Recordings/{sid}.wav")).content)
    assert length == seconds
    assert loud.count(True) == 30
    assert (await api.post(current, Status="paused")).error == (404, 20404)


async def test_two_voices_are_in_two_channels(
    twilio: TwilioEmulator, api: Api, site: Site, clock: VirtualClock
) -> None:
    twilio.callee(CALLEE, "answer; talk at 2 s")
    site.documents(voice=f"<Dial>{CALLEE}</Dial>")
    caller = await twilio.dial(CALLER, NUMBER)
    await clock.advance(1)
    made = await api.post(f"Calls/{caller.call.sid}/Recordings.json", RecordingChannels="dual")
    caller.start_talking()
    await clock.advance(0.5)
    caller.stop_talking()
    await clock.advance(1.5)
    caller.hang_up()
    await clock.advance(1)
    _, (own, other) = sound((await api.get(f"Recordings/{made.body['sid']}.wav")).content)
    assert own == [True] * 5 + [False] * 15
    assert other[:10] == [False] * 10
    assert other[-5:] == [True] * 5


async def test_a_coach_is_in_no_recording(
    twilio: TwilioEmulator, api: Api, site: Site, clock: VirtualClock
) -> None:
    noun = "<Conference beep='false' record='record-from-start' {}>room</Conference>"
    parties: list[Party] = []
    for coached in ("", "", "coach"):
        more = f"coach='{parties[0].call.sid}'" if coached else ""
        site.documents(voice=f"<Dial>{noun.format(more)}</Dial>")
        party = await twilio.dial(CALLER, NUMBER)
        await clock.settle()
        parties.append(party)
    agent, customer, coach = parties
    await api.post(f"Calls/{agent.call.sid}/Recordings.json")
    coach.start_talking()
    assert ("voice", coach.call.sid) in agent.hears_now
    await clock.advance(2)
    customer.start_talking()
    await clock.advance(2)
    for party in parties:
        party.hang_up()
    await clock.advance(1)
    of_call, of_conference = (
        next(r for r in twilio.recordings.all.values() if (r.conference is None) == is_call)
        for is_call in (True, False)
    )
    assert of_call.voices == of_conference.voices == frozenset({customer.call.sid})
    assert of_conference.duration_s == 4
    (conference,) = twilio.conferences.all
    listed = (await api.get(f"Conferences/{conference}/Recordings.json")).body["recordings"]
    assert [r["source"] for r in listed] == ["Conference"]
    one = await api.get(f"Conferences/{conference}/Recordings/{listed[0]['sid']}.json")
    assert one.body["conference_sid"] == conference


async def test_it_ends_with_the_call_and_is_listed(
    caller: Party, twilio: TwilioEmulator, api: Api, clock: VirtualClock
) -> None:
    path = f"Calls/{caller.call.sid}/Recordings.json"
    first = (await api.post(path)).body["sid"]
    await clock.advance(4)
    second = (await api.post(path)).body["sid"]
    await clock.advance(2)
    caller.hang_up()
    await clock.advance(1)
    listed = (await api.get(path)).body["recordings"]
    assert [(r["sid"], r["duration"]) for r in listed] == [(second, "2"), (first, "6")]
    assert (await api.post(path)).error == (400, 21220)
    every = (await api.get("Recordings.json", CallSid=caller.call.sid)).body["recordings"]
    assert [r["sid"] for r in every] == [second, first]
    assert (await api.get("Recordings.json", CallSid=f"CA{'f' * 32}")).body["recordings"] == []
    assert (await api.get(f"Calls/{caller.call.sid}/Recordings/{first}.json")).status == 200


async def test_one_that_is_over_can_be_deleted(
    caller: Party, api: Api, clock: VirtualClock
) -> None:
    path = f"Calls/{caller.call.sid}/Recordings"
    first = (await api.post(f"{path}.json")).body["sid"]
    second = (await api.post(f"{path}.json")).body["sid"]
    assert (await api.delete(f"Recordings/{first}.json")).status == 400
    caller.hang_up()
    await clock.advance(1)
    assert (await api.delete(f"Recordings/{first}.json")).status == 204
    assert (await api.get(f"Recordings/{first}.wav")).error == (404, 20404)
    assert (await api.delete(f"{path}/{second}.json")).status == 204
    assert (await api.get("Recordings.json")).body["recordings"] == []


async def test_a_call_may_be_recorded_from_its_answer(
    twilio: TwilioEmulator, api: Api, clock: VirtualClock
) -> None:
    twilio.callee(CALLEE, "answer after 2 s; hang up at 5 s")
    pause = "<Response><Pause length='60'/></Response>"
    await api.post("Calls.json", To=CALLEE, From=NUMBER, Twiml=pause, Record="true")
    await clock.advance(9)
    (recording,) = (await api.get("Recordings.json")).body["recordings"]
    assert (recording["source"], recording["duration"]) == ("OutboundAPI", "5")


async def test_a_message_that_is_left_has_the_callers_voice(
    twilio: TwilioEmulator, api: Api, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="<Record action='/left' maxLength='3' playBeep='false'/>", left="<Pause/>")
    caller = await twilio.dial(CALLER, NUMBER)
    await clock.settle()
    caller.start_talking()
    await clock.advance(6)
    (left,) = site.requests("/left")
    recording = twilio.recordings.all[left.params["RecordingSid"]]
    assert left.params["RecordingDuration"] == "3"
    assert recording.voices == {caller.call.sid}
    length, _ = sound((await api.get(f"Recordings/{recording.sid}.wav")).content)
    assert length == pytest.approx(3, abs=0.2)


async def test_a_recording_of_a_document_can_be_fetched(
    caller: Party, twilio: TwilioEmulator, api: Api, clock: VirtualClock
) -> None:
    recording = twilio.recordings.start(caller.call, source="StartCallRecordingTwiML")
    body = (await api.get(f"Recordings/{recording.sid}.json")).body
    assert body["source"] == "StartCallRecordingAPI", "the API has no word of its own for it"
