"""Commands to ARI requests: pure."""

import json
from typing import Any

import pytest

from contact_center.adapters.asterisk.ari_link import Reply
from contact_center.adapters.asterisk.book import Book
from contact_center.adapters.asterisk.errors import (
    AriDeadlineError,
    AriDisconnectedError,
    AriOverloadError,
    AriRefusedError,
)
from contact_center.adapters.asterisk.failures import failure, is_unclear
from contact_center.adapters.asterisk.plans import NOTHING, Plan, Refusal
from contact_center.adapters.asterisk.requests import Requests, music_again
from contact_center.adapters.asterisk.settings import AsteriskSettings
from contact_center.core import commands as c
from contact_center.core.events import CallEnded, PlaybackFailed, WaitingEntered, WaitingLeft
from contact_center.core.ids import CallId, CommandId, LegId, PlaybackId, RecordingId, TalkId
from contact_center.ports import FAILURE_CODES

CALLER = LegId("1.7")
AGENT = LegId("a-1.7-e1-n1")
TALK = TalkId("t-1.7")
HELLO = c.PromptItem(kind=c.PromptKind.TEXT, text="hello, you", language="en")
MISSING = c.PromptItem(kind=c.PromptKind.FILE, text="missing", language="en")
PAUSE = c.PromptItem(kind=c.PromptKind.SILENCE, ms=1200)
TONE = c.PromptItem(kind=c.PromptKind.TONE, ms=200)


class Prompts:
    def media_url(self, text: str, language: str) -> str | None:
        return f"http://prompts/{text}"

    def file_url(self, name: str, language: str) -> str | None:
        return None

    def duration_ms(self, text: str, language: str) -> int | None:
        return None


class Desk:
    """A book with an answered caller and a dialled agent in it, and a way to ask for plans."""

    def __init__(self, **settings: Any) -> None:
        self.book = Book()
        self.caller = self.book.begin(CALLER, up=True)
        self.agent = self.book.begin(AGENT)
        self.requests = Requests(
            self.book, Prompts(), AsteriskSettings(url="http://x:1", password="x", **settings)
        )

    def plan(
        self, kind: type[c.TelephonyCommand], leg: LegId = CALLER, **fields: Any
    ) -> Plan | Refusal:
        return self.requests.plan(kind(cmd=CommandId("1"), call=CallId("1.7"), leg=leg, **fields))

    def asked(
        self, kind: type[c.TelephonyCommand], leg: LegId = CALLER, **fields: Any
    ) -> list[str]:
        plan = self.plan(kind, leg, **fields)
        assert isinstance(plan, Plan), plan
        return [f"{step.ask.method} {step.ask.uri}" for step in plan.steps]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_simple_commands_are_one_request_each(desk: Desk) -> None:
    assert desk.asked(c.HoldMusic) == ["POST channels/1.7/moh"]
    assert desk.asked(c.Silence) == ["DELETE channels/1.7/moh"]
    assert desk.asked(c.Mute, on=True) == ["POST channels/1.7/mute"]
    assert desk.asked(c.Mute, on=False) == ["DELETE channels/1.7/mute"]
    assert desk.asked(c.SendDigits, digits="12#") == ["POST channels/1.7/dtmf"]
    assert desk.asked(c.CreateTalk, talk=TALK) == ["POST bridges/t-1.7"]
    assert desk.asked(c.EndTalk, talk=TALK) == ["DELETE bridges/t-1.7"]
    assert desk.asked(c.StopPlayback, playback=PlaybackId("p-1.7-1")) == [
        "DELETE playbacks/p-1.7-1"
    ]
    assert desk.asked(c.Progress) == ["POST channels/1.7/progress"]


def test_what_asterisk_need_not_be_asked_is_not(desk: Desk) -> None:
    from contact_center.core.ids import ListenId, TimerId

    assert desk.plan(c.Listen, listen=ListenId("l")) == NOTHING
    assert desk.plan(c.StopListen, listen=ListenId("l")) == NOTHING
    assert desk.plan(c.StartTimer, timer=TimerId("m"), after_us=1) == NOTHING
    assert desk.plan(c.CancelTimer, timer=TimerId("m")) == NOTHING
    assert desk.plan(c.Answer) == NOTHING
    assert desk.plan(c.LeaveWaiting) == NOTHING
    assert desk.plan(c.LeaveTalk, talk=TALK) == NOTHING


def test_a_playlist_is_one_request_and_commas_in_addresses_survive(desk: Desk) -> None:
    plan = desk.plan(c.PlaySequence, playback=PlaybackId("p"), items=(HELLO, PAUSE, TONE))
    assert isinstance(plan, Plan)
    assert json.loads(plan.steps[0].ask.body) == {
        "media": ["sound:http://prompts/hello, you", "sound:silence/2", "sound:beep"]
    }
    assert desk.plan(c.PlaySequence, playback=PlaybackId("p"), items=(HELLO,)) == NOTHING


@pytest.mark.parametrize("items", [(), (HELLO, MISSING)])
def test_a_missing_prompt_is_refused_with_its_end(
    desk: Desk, items: tuple[c.PromptItem, ...]
) -> None:
    plan = desk.plan(c.PlaySequence, playback=PlaybackId("p"), items=items)
    assert isinstance(plan, Refusal)
    assert plan.code == "media_missing"
    assert isinstance(plan.failed[0], PlaybackFailed)
    again = desk.plan(c.PlaySequence, playback=PlaybackId("p"), items=(HELLO,))
    assert isinstance(again, Plan)


def test_a_leg_that_is_not_there_is_refused_but_need_not_be_stopped(desk: Desk) -> None:
    gone = LegId("9.9")
    assert desk.plan(c.HoldMusic, gone) == Refusal(code="no_such_leg")
    assert desk.plan(c.Silence, gone) == NOTHING
    assert desk.plan(c.LeaveWaiting, gone) == NOTHING
    desk.book.end(CALLER)
    assert desk.plan(c.Hangup) == NOTHING
    assert desk.asked(c.Hangup, gone) == ["DELETE channels/9.9"]


def test_hanging_up_says_why(desk: Desk) -> None:
    plan = desk.plan(c.Hangup, cause=c.EndCause.BUSY)
    assert isinstance(plan, Plan)
    assert plan.steps[0].ask.query == (("reason_code", "17"),)
    assert desk.caller.wanted is c.EndCause.BUSY


def test_waiting_is_entered_and_left_once(desk: Desk) -> None:
    entered = desk.plan(c.EnterWaiting, queue="q", music="jazz")
    assert isinstance(entered, Plan)
    assert isinstance(entered.done[0], WaitingEntered)
    again = desk.plan(c.EnterWaiting, queue="q")
    assert isinstance(again, Plan)
    assert again.done == ()
    assert music_again(desk.caller).query == (("mohClass", "default"),)
    left = desk.plan(c.LeaveWaiting)
    assert isinstance(left, Plan)
    assert isinstance(left.done[0], WaitingLeft)
    assert desk.plan(c.LeaveWaiting) == NOTHING


def test_joining_stops_the_music_and_is_asked_once(desk: Desk) -> None:
    desk.plan(c.EnterWaiting, queue="sales")
    assert desk.asked(c.Join, talk=TALK, role=c.Role.CUSTOMER, muted=True) == [
        "DELETE channels/1.7/moh",
        "POST channels/1.7/mute",
        "POST bridges/t-1.7/addChannel",
    ]
    desk.book.move(desk.caller, TALK)
    desk.caller.music = ""
    assert desk.plan(c.Join, talk=TALK, role=c.Role.CUSTOMER, muted=True) == NOTHING
    assert desk.asked(c.Join, talk=TALK, role=c.Role.CUSTOMER) == ["DELETE channels/1.7/mute"]


def test_a_phone_that_rings_cannot_join_and_is_not_answered_from_here(desk: Desk) -> None:
    for plan in (
        desk.plan(c.Join, AGENT, talk=TALK, role=c.Role.AGENT),
        desk.plan(c.Answer, AGENT),
    ):
        assert isinstance(plan, Refusal)
        assert plan.code == "refused"


def test_hold_takes_out_of_the_talk_and_unhold_brings_back(desk: Desk) -> None:
    desk.book.move(desk.caller, TALK)
    assert desk.asked(c.Hold, talk=TALK) == [
        "POST bridges/t-1.7/removeChannel",
        "POST channels/1.7/moh",
    ]
    desk.book.move(desk.caller, None)
    assert desk.asked(c.Hold, talk=TALK) == ["POST channels/1.7/moh"]
    assert desk.asked(c.Unhold, talk=TALK) == [
        "DELETE channels/1.7/moh",
        "POST bridges/t-1.7/addChannel",
    ]


def test_dialling_names_the_leg_rounds_the_time_up_and_passes_a_reference(desk: Desk) -> None:
    leg = LegId("a-1.7-e1-n2")
    plan = desk.plan(
        c.Originate,
        leg,
        to="device:ana",
        caller_id="+1 (555)",
        caller_name='A "x" <y>\r\nZ',
        timeout_us=1_500_000,
        correlation="1.7-e1-n2",
    )
    assert isinstance(plan, Plan)
    query = dict(plan.steps[0].ask.query)
    assert query["endpoint"] == "PJSIP/ana"
    assert query["channelId"] == leg
    assert query["timeout"] == "2"
    assert query["callerId"] == '"A x y Z" <+1555>'
    assert json.loads(plan.steps[0].ask.body) == {
        "variables": {"PJSIP_HEADER(add,X-Call-Ref)": "1.7-e1-n2"}
    }
    assert desk.plan(c.Originate, leg, to="device:ana") == NOTHING
    desk.book.end(leg)
    assert desk.plan(c.Originate, leg, to="device:ana") == NOTHING


def test_a_number_is_dialled_over_the_trunk() -> None:
    desk = Desk(number_address="PJSIP/{number}@provider")
    plan = desk.plan(c.Originate, LegId("x-1.7-n1"), to="number:+15551230001")
    assert isinstance(plan, Plan)
    assert dict(plan.steps[0].ask.query)["endpoint"] == "PJSIP/+15551230001@provider"


@pytest.mark.parametrize(
    "to", ["", "ana", "PJSIP/ana", "device:a/b", "device:a&b", "number:1/2", "number:\n", "x:1"]
)
def test_what_is_no_address_is_refused_and_the_leg_ends(desk: Desk, to: str) -> None:
    plan = desk.plan(c.Originate, LegId("x-1.7-n1"), to=to)
    assert isinstance(plan, Refusal)
    assert plan.code == "refused"
    assert isinstance(plan.failed[0], CallEnded)


def test_a_leg_is_sent_away_by_the_dial_plan_or_by_refer() -> None:
    assert Desk().asked(c.BlindTransfer, to="device:ana") == [
        "POST channels/1.7/variable",
        "POST channels/1.7/continue",
    ]
    refers = Desk(transfer_number="sip:{number}@host")
    assert refers.asked(c.BlindTransfer, to="number:+1555") == ["POST channels/1.7/redirect"]
    assert isinstance(Desk().plan(c.BlindTransfer, to="nonsense"), Refusal)


def test_a_recording_is_asked_for_in_whole_seconds(desk: Desk) -> None:
    plan = desk.plan(
        c.StartRecording,
        recording=RecordingId("r-1.7-1"),
        scope=c.RecordingScope.LEG,
        max_us=1_500_000,
        silence_us=3_000_000,
        terminator="#",
        beep=True,
    )
    assert isinstance(plan, Plan)
    query = dict(plan.steps[0].ask.query)
    assert query["maxDurationSeconds"] == "2"
    assert query["maxSilenceSeconds"] == "3"
    assert query["terminateOn"] == "#"
    assert query["beep"] == "true"
    assert desk.asked(c.PauseRecording, recording=RecordingId("r-1.7-1")) == [
        "POST recordings/live/r-1.7-1/pause"
    ]
    assert desk.plan(c.PauseRecording, recording=RecordingId("r-1.7-1")) == NOTHING
    assert desk.asked(c.ResumeRecording, recording=RecordingId("r-1.7-1")) == [
        "DELETE recordings/live/r-1.7-1/pause"
    ]


@pytest.mark.parametrize("name", ["SHELL(ls)", "a b", "", "1x", "x" * 90, "A\n"])
def test_only_plain_variables_are_set(desk: Desk, name: str) -> None:
    plan = desk.plan(c.SetVariable, name=name, value="x")
    assert isinstance(plan, Refusal)


@pytest.mark.parametrize("digits", ["", "12x", "1\n", "1,2"])
def test_only_keys_are_sent(desk: Desk, digits: str) -> None:
    assert isinstance(desk.plan(c.SendDigits, digits=digits), Refusal)


def test_picking_up_is_not_supported(desk: Desk) -> None:
    plan = desk.plan(c.PickUp, AGENT)
    assert isinstance(plan, Refusal)
    assert plan.code == "not_supported"


def test_a_coach_meets_a_snoop_channel_of_the_agent_in_a_bridge_of_their_own(desk: Desk) -> None:
    coach = LegId("a-1.7-e1-n2")
    desk.book.begin(coach, up=True)
    fields = {"talk": TALK, "role": c.Role.SUPERVISOR, "coach_of": AGENT}
    refused = desk.plan(c.Join, coach, **fields)
    assert isinstance(refused, Refusal)
    assert refused.code == "no_such_talk"
    desk.book.move(desk.agent, TALK)
    assert desk.asked(c.Join, coach, **fields) == [
        f"POST bridges/c-{coach}",
        f"POST bridges/c-{coach}/addChannel",
        f"POST channels/{AGENT}/snoop/s-1-{coach}",
    ]
    assert desk.asked(c.Join, coach, **fields) == []
    assert desk.asked(c.LeaveTalk, coach, talk=TALK) == [
        f"DELETE channels/s-1-{coach}",
        f"DELETE bridges/c-{coach}",
    ]
    assert desk.book.coaches == {}


def test_who_only_listens_is_muted_before_there_is_a_way_to_be_heard(desk: Desk) -> None:
    coach = LegId("v-1.7-n1")
    note = desk.book.begin(coach, up=True)
    desk.book.move(desk.agent, TALK)
    fields = {"talk": TALK, "role": c.Role.SUPERVISOR, "coach_of": AGENT}
    asked = desk.asked(c.Join, coach, muted=True, **fields)
    assert asked[0] == f"POST channels/{coach}/mute"
    assert asked[-1] == f"POST channels/{AGENT}/snoop/s-1-{coach}"
    assert desk.asked(c.Join, coach, **fields) == [f"DELETE channels/{coach}/mute"]
    assert desk.asked(c.Join, coach, muted=True, **fields) == [f"POST channels/{coach}/mute"]
    assert desk.asked(c.Join, coach, talk=TALK, role=c.Role.SUPERVISOR) == [
        f"DELETE channels/{coach}/mute",
        "POST bridges/t-1.7/addChannel",
        f"DELETE channels/s-1-{coach}",
    ]
    assert not note.muted
    assert [ask.uri for ask in desk.requests.coaching.leave(coach)] == [f"bridges/c-{coach}"]


def test_a_coach_who_goes_along_to_another_agent_gets_another_snoop(desk: Desk) -> None:
    coach, other = LegId("v-1.7-n1"), LegId("a-1.7-e1-n9")
    desk.book.begin(coach, up=True)
    for leg in (desk.agent, desk.book.begin(other, up=True)):
        desk.book.move(leg, TALK)
    fields = {"talk": TALK, "role": c.Role.SUPERVISOR}
    desk.plan(c.Join, coach, coach_of=AGENT, **fields)
    asked = desk.asked(c.Join, coach, coach_of=other, **fields)
    assert asked[0] == f"DELETE channels/s-1-{coach}"
    assert asked[-1] == f"POST channels/{other}/snoop/s-2-{coach}"


def test_a_leg_taken_off_hold_at_once_is_brought_back_all_the_same(desk: Desk) -> None:
    desk.book.move(desk.caller, TALK)
    desk.plan(c.Hold, talk=TALK)
    # Asterisk has not said yet that the leg left the bridge.
    assert desk.asked(c.Unhold, talk=TALK) == [
        "DELETE channels/1.7/moh",
        "POST bridges/t-1.7/addChannel",
    ]


def test_joining_from_hold_ends_its_music(desk: Desk) -> None:
    desk.book.move(desk.caller, TALK)
    desk.plan(c.Hold, talk=TALK)
    desk.book.move(desk.caller, None)
    assert desk.asked(c.Join, talk=TALK, role=c.Role.CUSTOMER) == [
        "DELETE channels/1.7/moh",
        "POST bridges/t-1.7/addChannel",
    ]


def test_what_coaches_of_an_earlier_process_left_behind_is_cleared_away(desk: Desk) -> None:
    coach = LegId("v-1.7-n1")
    desk.book.begin(coach, up=True)
    desk.book.move(desk.agent, TALK)
    desk.plan(c.Join, coach, talk=TALK, role=c.Role.SUPERVISOR, coach_of=AGENT)
    coaching = desk.requests.coaching
    snoops, bridges = [f"s-1-{coach}", "s-old1-v-1.6-n1"], [f"c-{coach}", "c-v-1.6-n1", TALK]
    assert [ask.uri for ask in coaching.left_behind(snoops, bridges)] == [
        "channels/s-old1-v-1.6-n1",
        "bridges/c-v-1.6-n1",
    ]


def test_while_away_a_leg_that_was_never_dialled_has_ended_once(desk: Desk) -> None:
    leg = LegId("a-1.7-e1-n9")
    command = c.Originate(cmd=CommandId("1"), call=CallId("1.7"), leg=leg, to="device:ana")
    first = desk.requests.plan_while_away(command)
    assert first.code == "unreachable"
    assert isinstance(first.failed[0], CallEnded)
    assert desk.requests.plan_while_away(command).failed == ()


@pytest.mark.parametrize(
    ("reply", "code", "retryable"),
    [
        (AriDisconnectedError("x"), "unreachable", True),
        (AriDeadlineError("x"), "timeout", True),
        (AriOverloadError("x"), "overload", True),
        (Reply(404, "", '{"message":"Channel not found"}'), "no_such_leg", False),
        (Reply(404, "", '{"message":"Bridge not found"}'), "no_such_talk", False),
        (Reply(400, "", '{"message":"Channel not found"}'), "no_such_leg", False),
        (Reply(412, "", "{}"), "no_such_leg", False),
        (Reply(409, "", "[]"), "refused", False),
        (Reply(500, "", '{"error":"Allocation failed"}'), "refused", True),
        (Reply(503, "", "not json"), "refused", True),
    ],
)
def test_what_went_wrong_becomes_a_code_of_the_port(reply: Any, code: str, retryable: bool) -> None:
    said = failure(reply)
    assert said[:2] == (code, retryable)
    assert said[0] in FAILURE_CODES


def test_only_a_conflict_and_silence_leave_it_open_whether_it_happened() -> None:
    assert is_unclear(Reply(409))
    assert is_unclear(AriDeadlineError("x"))
    assert not is_unclear(Reply(500))
    assert not is_unclear(AriDisconnectedError("x"))


@pytest.mark.parametrize(
    "settings",
    [
        {"app": "a b"},
        {"app": ""},
        {"device_address": "PJSIP/ana"},
        {"number_address": "PJSIP/x"},
        {"transfer_number": "sip:x"},
    ],
)
def test_unusable_settings_say_what_to_mend(settings: dict[str, str]) -> None:
    with pytest.raises(AriRefusedError) as error:
        AsteriskSettings(url="http://x:1", password="hush", **settings)  # type: ignore[arg-type]
    assert error.value.mend
    assert "hush" not in str(error.value)


def test_no_password_is_shown() -> None:
    assert "hush" not in repr(AsteriskSettings(url="http://x:1", password="hush"))


def test_a_caller_who_waits_without_music_costs_no_request() -> None:
    desk = Desk()
    entered = desk.plan(c.EnterWaiting, queue="sales", music=c.NO_MUSIC)
    assert isinstance(entered, Plan)
    assert entered.steps == ()
    assert [type(e) for e in entered.done] == [WaitingEntered]
    joined = desk.plan(c.Join, talk=TALK, role=c.Role.CUSTOMER)
    assert isinstance(joined, Plan)
    assert [step.ask.uri for step in joined.steps] == [f"bridges/{TALK}/addChannel"]


def test_music_that_played_is_ended_for_a_wait_without_any() -> None:
    desk = Desk()
    desk.plan(c.EnterWaiting, queue="sales")
    silent = desk.plan(c.EnterWaiting, queue="other", music=c.NO_MUSIC)
    assert isinstance(silent, Plan)
    assert [(s.ask.method, s.ask.uri) for s in silent.steps] == [
        ("DELETE", f"channels/{CALLER}/moh")
    ]
    left = desk.plan(c.LeaveWaiting)
    assert isinstance(left, Plan)
    assert left.steps == ()
    assert [type(e) for e in left.done] == [WaitingLeft]


def test_an_agents_phone_may_be_asked_to_pick_up_by_itself_but_no_number_outside(
    desk: Desk,
) -> None:
    asked = {}
    for to in ("device:ana", "number:+14155550123"):
        leg = LegId(f"a-1.7-e1-n{len(asked) + 5}")
        plan = desk.plan(c.Originate, leg, to=to, auto_answer=True)
        assert isinstance(plan, Plan)
        asked[to] = plan.steps[0].ask.body
    assert "answer-after=0" in asked["device:ana"]
    assert "alert-autoanswer" in asked["device:ana"]
    assert asked["number:+14155550123"] == ""


def test_a_leg_is_noted_to_be_listened_to_when_it_is_answered(desk: Desk) -> None:
    for amd in c.AmdProfile:
        leg = LegId(f"x-1.7-n{amd.value}")
        desk.plan(c.Originate, leg, to="number:+14155550123", amd=amd)
        assert desk.book.legs[leg].amd is (amd is c.AmdProfile.ASYNC)
