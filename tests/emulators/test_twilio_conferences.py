"""Conferences of the emulated Twilio: who is in, who hears whom, what is told."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.emulators.api import Answer, Api
from tests.emulators.conftest import CALLER, NUMBER
from tests.emulators.site import Asked, Site
from tests.emulators.twilio.clock import VirtualClock
from tests.emulators.twilio.emulator import TwilioEmulator
from tests.emulators.twilio.model import BEEP, HOLD_MUSIC
from tests.emulators.twilio.parties import Party

ALL = "start end join leave mute hold modify speaker announcement"
MUSIC = ("music", HOLD_MUSIC)


@dataclass(slots=True)
class Room:
    """A number whose callers all join the conference ``room``."""

    twilio: TwilioEmulator
    site: Site
    clock: VirtualClock
    api: Api

    async def join(self, attributes: str = "", dial: str = "action='/after'") -> Party:
        told = f"statusCallback='/told' statusCallbackEvent='{ALL}'"
        noun = f"<Conference beep='false' {told} {attributes}>room</Conference>"
        self.site.documents(voice=f"<Dial {dial}>{noun}</Dial>")
        party = await self.twilio.dial(CALLER, NUMBER)
        await self.clock.settle()
        party.start_talking()
        return party

    @property
    def sid(self) -> str:
        return list(self.twilio.conferences.all)[-1]

    async def update(self, party: Party, **form: str) -> Answer:
        path = f"Conferences/{self.sid}/Participants/{party.call.sid}.json"
        answer = await self.api.post(path, **form)
        await self.clock.settle()
        return answer

    async def status(self) -> dict[str, object]:
        return (await self.api.get(f"Conferences/{self.sid}.json")).body

    async def members(self) -> list[str]:
        body = (await self.api.get(f"Conferences/{self.sid}/Participants.json")).body
        return [member["call_sid"] for member in body["participants"]]

    def told(self, event: str = "") -> list[Asked]:
        return [
            asked
            for asked in self.site.requests("/told")
            if event in {"", asked.params["StatusCallbackEvent"]}
        ]


@pytest.fixture
def room(twilio: TwilioEmulator, site: Site, clock: VirtualClock, api: Api) -> Room:
    site.documents(
        told="", after="<Say>you are out</Say><Pause length='60'/>", tune="<Say>tra la la</Say>"
    )
    return Room(twilio, site, clock, api)


def voices(*parties: Party) -> frozenset[tuple[str, ...]]:
    return frozenset(("voice", party.call.sid) for party in parties)


async def test_one_alone_hears_music_and_two_hear_each_other(room: Room) -> None:
    ana = await room.join()
    assert ana.hears_now == {MUSIC}
    assert (await room.status())["status"] == "init"
    ben = await room.join()
    assert (ana.hears_now, ben.hears_now) == (voices(ben), voices(ana))
    assert (await room.status())["status"] == "in-progress"
    assert await room.members() == [ana.call.sid, ben.call.sid]
    ben.stop_talking()
    assert ana.hears_now == frozenset()
    ben.hang_up()
    await room.clock.settle()
    assert await room.members() == [ana.call.sid]
    assert ana.hears_now == frozenset(), "there is no music after the start"


async def test_nobody_who_may_start_it_is_there(room: Room) -> None:
    waiting = "startConferenceOnEnter='false'"
    ana, ben = await room.join(waiting), await room.join(waiting)
    assert ana.hears_now == ben.hears_now == frozenset({MUSIC})
    cleo = await room.join()
    assert ana.hears_now == voices(ben, cleo)
    assert ben.hears_now == voices(ana, cleo)
    assert [asked.params["CallSid"] for asked in room.told("participant-join")] == [
        party.call.sid for party in (ana, ben, cleo)
    ]
    assert len(room.told("conference-start")) == 1


async def test_who_waits_hears_what_the_wait_url_says_again_and_again(room: Room) -> None:
    ana = await room.join("waitUrl='/tune'")
    assert ("say", "tra la la") in ana.hears_now
    await room.clock.advance(20)
    assert ("say", "tra la la") in ana.hears_now
    assert len(room.site.requests("/tune")) > 2
    await room.join()
    assert ("say", "tra la la") not in ana.hears_now
    before = len(room.site.requests("/tune"))
    await room.clock.advance(20)
    assert len(room.site.requests("/tune")) == before


async def test_an_empty_wait_url_is_silence(room: Room) -> None:
    ana = await room.join("waitUrl=''")
    assert ana.hears_now == frozenset()


async def test_who_is_muted_is_not_heard_and_hears(room: Room) -> None:
    ana, ben = await room.join(), await room.join()
    answer = await room.update(ben, Muted="true")
    assert answer.body["muted"] is True
    assert (ana.hears_now, ben.hears_now) == (frozenset(), voices(ana))
    await room.update(ben, Muted="false")
    assert ana.hears_now == voices(ben)
    assert [len(room.told(f"participant-{e}")) for e in ("mute", "unmute")] == [1, 1]


async def test_who_is_on_hold_hears_music_only_and_is_not_heard(room: Room) -> None:
    ana, ben, cleo = await room.join(), await room.join(), await room.join()
    answer = await room.update(ben, Hold="true", HoldUrl=f"{room.site.url}/tune")
    assert answer.body["hold"] is True
    assert ben.hears_now == {("say", "tra la la")}
    assert [asked.method for asked in room.site.requests("/tune")] == ["GET"]
    assert (ana.hears_now, cleo.hears_now) == (voices(cleo), voices(ana))
    held = await room.api.get(f"Conferences/{room.sid}/Participants.json", Hold="true")
    assert [p["call_sid"] for p in held.body["participants"]] == [ben.call.sid]
    await room.update(ben, Hold="false")
    assert ben.hears_now == voices(ana, cleo)
    assert ana.hears_now == voices(ben, cleo)
    await room.update(ana, Hold="true")
    assert ana.hears_now == {MUSIC}
    assert [len(room.told(f"participant-{e}")) for e in ("hold", "unhold")] == [2, 1]


async def test_a_coach_hears_all_and_is_heard_by_one(room: Room) -> None:
    ana, customer = await room.join(), await room.join()
    coach = await room.join(f"coach='{ana.call.sid}'")
    assert coach.hears_now == voices(ana, customer)
    assert ana.hears_now == voices(customer, coach)
    assert customer.hears_now == voices(ana)
    await room.update(coach, Coaching="false")
    assert customer.hears_now == voices(ana, coach)
    await room.update(coach, Coaching="true", CallSidToCoach=customer.call.sid)
    assert (await room.update(coach)).body["call_sid_to_coach"] == customer.call.sid
    assert (ana.hears_now, customer.hears_now) == (voices(customer), voices(ana, coach))
    stranger = f"CA{'f' * 32}"
    refused = await room.update(coach, Coaching="true", CallSidToCoach=stranger)
    assert refused.status == 400


async def test_everybody_hears_an_announcement_or_one_of_them(room: Room) -> None:
    ana, ben = await room.join(), await room.join()
    await room.api.post(f"Conferences/{room.sid}.json", AnnounceUrl=f"{room.site.url}/tune")
    await room.clock.settle()
    for party, other in ((ana, ben), (ben, ana)):
        assert party.hears_now == {("say", "tra la la"), *voices(other)}
    await room.clock.advance(10)
    assert ana.has_heard("say", "tra la la")
    assert [a.params.get("CallSid", "") for a in room.told("announcement-end")] == [""]
    await room.update(ana, AnnounceUrl=f"{room.site.url}/tune")
    assert (("say", "tra la la") in ana.hears_now, ben.hears_now) == (True, voices(ana))
    await room.clock.advance(10)
    assert room.told("announcement-end")[-1].params["CallSid"] == ana.call.sid
    assert len(room.site.requests("/tune")) == 2


async def test_an_announcement_that_cannot_be_had_is_told(room: Room) -> None:
    ana = await room.join()
    await room.update(ana, AnnounceUrl=f"{room.site.url}/missing")
    (failed,) = room.told("announcement-fail")
    assert failed.params["AnnounceUrl"] == f"{room.site.url}/missing"
    assert "404" in failed.params["ReasonAnnouncementFailed"] or failed.params["CallSid"]


async def test_the_last_one_out_ends_it_and_then_nobody_is_in_it(room: Room) -> None:
    ana, ben = await room.join(), await room.join()
    ana.hang_up()
    ben.hang_up()
    await room.clock.settle()
    body = await room.status()
    assert (body["status"], body["reason_conference_ended"]) == (
        "completed",
        "last-participant-left",
    )
    assert body["call_sid_ending_conference"] == ben.call.sid
    assert await room.members() == []
    first = room.sid
    await room.join()
    assert room.sid != first, "the name is free again"


async def test_events_are_numbered_in_order_and_say_why(room: Room) -> None:
    ana, ben = await room.join("participantLabel='agent'"), await room.join()
    ben.hang_up()
    ana.hang_up()
    await room.clock.settle()
    spoken = "participant-speech-start"
    kinds = [asked.params["StatusCallbackEvent"] for asked in room.told()]
    assert [kind for kind in kinds if kind != spoken] == [
        "participant-join",
        "participant-join",
        "conference-start",
        "participant-leave",
        "participant-leave",
        "conference-end",
    ]
    numbers = [int(asked.params["SequenceNumber"]) for asked in room.told()]
    assert numbers == list(range(1, len(numbers) + 1))
    leave, end = room.told("participant-leave")[1], room.told("conference-end")[0]
    assert leave.params["ParticipantLabel"] == "agent"
    assert leave.params["ParticipantCallStatus"] == "completed"
    assert leave.params["ReasonParticipantLeft"] == "participant_hung_up"
    assert end.params["CallSidEndingConference"] == ana.call.sid
    assert end.params["ReasonConferenceEnded"] == "last-participant-left"
    assert end.params["FriendlyName"] == "room"


async def test_only_what_the_first_one_subscribed_to_is_told(room: Room) -> None:
    room.site.documents(voice="<Dial><Conference statusCallback='/told'>room</Conference></Dial>")
    ana = await room.twilio.dial(CALLER, NUMBER)
    await room.clock.settle()
    ben = await room.join()
    for party in (ana, ben):
        party.hang_up()
    await room.clock.settle()
    kinds = [asked.params["StatusCallbackEvent"] for asked in room.told()]
    assert kinds == ["conference-start", "conference-end"]


async def test_who_ends_it_on_leaving_takes_all_others_out(room: Room) -> None:
    ana, ben = await room.join("endConferenceOnExit='true'"), await room.join()
    ana.hang_up()
    await room.clock.settle()
    assert not ben.over
    assert ("say", "you are out") in ben.hears_now
    reasons = [asked.params["ReasonParticipantLeft"] for asked in room.told("participant-leave")]
    assert reasons == ["participant_hung_up", "moderator_ended_conference"]
    reason = (await room.status())["reason_conference_ended"]
    assert reason == "participant-with-end-conference-on-exit-left"
    action = room.site.requests("/after")[-1].params
    assert (action["CallSid"], action["DialCallStatus"]) == (ben.call.sid, "answered")


async def test_who_is_put_out_goes_on_with_what_follows(room: Room) -> None:
    ana, ben = await room.join(), await room.join()
    out = await room.api.delete(f"Conferences/{room.sid}/Participants/{ben.call.sid}.json")
    await room.clock.settle()
    assert out.status == 204
    assert await room.members() == [ana.call.sid]
    assert ("say", "you are out") in ben.hears_now
    gone = await room.api.get(f"Conferences/{room.sid}/Participants/{ben.call.sid}.json")
    assert gone.error == (404, 20404)


async def test_who_gets_another_document_is_out_and_the_action_is_not_asked(room: Room) -> None:
    ana, ben = await room.join(), await room.join()
    room.site.documents(other="<Say>elsewhere</Say><Pause length='9'/>")
    await room.api.post(f"Calls/{ben.call.sid}.json", Url=f"{room.site.url}/other")
    await room.clock.settle()
    assert ("say", "elsewhere") in ben.hears_now
    assert ana.hears_now == frozenset()
    (leave,) = room.told("participant-leave")
    assert leave.params["ReasonParticipantLeft"] == "participant_updated_via_api"
    assert room.site.requests("/after") == []
    room.twilio.faults.late_action = True
    await room.api.post(f"Calls/{ana.call.sid}.json", Url=f"{room.site.url}/other")
    await room.clock.settle()
    assert len(room.site.requests("/after")) == 1
    assert ("say", "elsewhere") in ana.hears_now, "what a late action answers is not done"


async def test_the_api_ends_it_for_all(room: Room) -> None:
    ana, ben = await room.join(), await room.join()
    ended = await room.api.post(f"Conferences/{room.sid}.json", Status="completed")
    assert ended.body["reason_conference_ended"] == "conference-ended-via-api"
    await room.clock.settle()
    reasons = {asked.params["ReasonParticipantLeft"] for asked in room.told("participant-leave")}
    assert reasons == {"conference_ended_via_api"}
    assert [p.hears_now for p in (ana, ben)] == [{("say", "you are out")}] * 2
    again = await room.api.post(f"Conferences/{room.sid}.json", Status="completed")
    assert again.error == (404, 20404)
    found = await room.api.get("Conferences.json", FriendlyName="room", Status="in-progress")
    assert found.body["conferences"] == []


async def test_somebody_can_be_dialled_into_it(room: Room) -> None:
    ana = await room.join()
    room.twilio.callee("client:ben", "answer after 1 s; talk at 0 s")
    made = await room.api.post(
        "Conferences/room/Participants.json",
        From=NUMBER,
        To="client:ben",
        Label="ben",
        Muted="true",
        Beep="false",
    )
    assert (made.status, made.body["status"], made.body["label"]) == (201, "queued", "ben")
    await room.clock.advance(3)
    found = await room.api.get(f"Conferences/{room.sid}/Participants/ben.json")
    assert found.body["call_sid"] == made.body["call_sid"]
    (ben,) = (call.party for call in room.twilio.calls_to("client:ben"))
    assert (ana.hears_now, ben.hears_now) == (frozenset(), voices(ana))


async def test_those_who_are_in_hear_a_beep_when_somebody_joins(room: Room) -> None:
    ana = await room.join()
    room.site.documents(voice="<Dial><Conference>room</Conference></Dial>")
    await room.twilio.dial(CALLER, NUMBER)
    await room.clock.settle()
    assert BEEP in ana.hears_now
    await room.clock.advance(1)
    assert BEEP not in ana.hears_now


async def test_a_full_conference_takes_nobody(room: Room) -> None:
    ana = await room.join()
    await room.join()
    third = await room.join("maxParticipants='2'")
    assert third.call.bridge is None
    assert room.site.requests("/after")[-1].params["DialCallStatus"] == "failed"
    assert len(await room.members()) == 2
    assert not ana.over


async def test_a_star_leaves_where_that_is_allowed_and_other_keys_are_lost(room: Room) -> None:
    ana = await room.join("", dial="action='/after' hangupOnStar='true'")
    ben = await room.join()
    ana.press("5")
    ben.press("*")
    assert {key for _, key in room.twilio.dropped_keys} == {"5", "*"}
    ana.press("*")
    await room.clock.settle()
    assert await room.members() == [ben.call.sid]
    assert ("say", "you are out") in ana.hears_now


async def test_events_arrive_twice_late_out_of_order_or_not_at_all(room: Room) -> None:
    room.twilio.faults.duplicate = True
    room.twilio.faults.drop = {"participant-join"}
    room.twilio.faults.delay_s = 5
    ana, ben = await room.join(), await room.join()
    assert room.told() == []
    await room.clock.advance(6)
    assert len(room.told("conference-start")) == 2
    assert room.told("participant-join") == []
    room.twilio.faults.duplicate = False
    room.twilio.faults.reorder = True
    before = len(room.told())
    await room.update(ana, Muted="true")
    await room.update(ben, Muted="true")
    await room.clock.advance(6)
    late = [int(asked.params["SequenceNumber"]) for asked in room.told()[before:]]
    assert late == sorted(late, reverse=True)
    assert len(late) == 2
