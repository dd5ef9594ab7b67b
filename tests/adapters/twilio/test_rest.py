"""Requests to the REST interface: each at its address, and again only where that does no harm."""

from __future__ import annotations

import asyncio
import base64
import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from contact_center.adapters.twilio import rest_link
from contact_center.adapters.twilio.pacing import BreakerSettings, BreakerState
from contact_center.adapters.twilio.rest import Fate, Reply, TwilioRest, instant_us
from contact_center.adapters.twilio.settings import ApiKey, Secret, TwilioSettings
from contact_center.adapters.twilio.timing import Timing
from tests.adapters.twilio.rest_server import Answer, Server, until

ACCOUNT = "AC" + "0" * 32
CALL = "CA0123456789abcdef0123456789abcdef"
ROOT = f"/2010-04-01/Accounts/{ACCOUNT}"
TOKEN = "token-of-the-account"
BROKEN = Answer(status=500, body={"code": 20500, "message": "sorry", "status": 500})
TOO_MANY = Answer(status=429, body={"code": 20429, "message": "slow down", "status": 429})
GONE = Answer(status=404, body={"code": 20404, "message": "not found", "status": 404})


class Slept(list[float]):
    """Waits that are noted, not waited."""

    def later(self, seconds: float, callback: Callable[[], object]) -> asyncio.Handle:
        self.append(seconds)
        return asyncio.get_running_loop().call_soon(callback)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with Server().running() as running:
        yield running


def settings(url: str, **more: Any) -> TwilioSettings:
    known: dict[str, Any] = {
        "account_sid": ACCOUNT,
        "auth_tokens": (Secret(TOKEN),),
        "public_base_url": "https://pbx.example.com",
        "rest_url": url,
        "max_calls_per_s": 50.0,
    }
    return TwilioSettings(**{**known, **more})


@asynccontextmanager
async def asking(
    url: str, slept: Slept | None = None, *, chance: float = 1.0, **more: Any
) -> AsyncIterator[TwilioRest]:
    link: dict[str, Any] = {key: more.pop(key) for key in ("breaker", "changed") if key in more}
    rest = TwilioRest(
        settings(url, **more),
        chance=lambda: chance,
        timing=Timing(call_later=(Slept() if slept is None else slept).later),
        **link,
    )
    async with rest:
        yield rest


async def dial(rest: TwilioRest, **more: Any) -> Reply:
    return await rest.create_call(
        to="+14155550123",
        from_="+14155550100",
        url="https://pbx.example.com/twilio/step?leg=a-1",
        status_url="https://pbx.example.com/twilio/status?leg=a-1",
        **more,
    )


# --- again, or not -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer", [BROKEN, Answer(status=503), Answer(cut=True), Answer(hang=True)], ids=str
)
async def test_a_call_is_dialled_once_whatever_the_answer(server: Server, answer: Answer) -> None:
    server.will(answer)
    async with asking(server.url, request_deadline_s=0.3) as rest:
        reply = await dial(rest)
    assert reply.fate is Fate.UNKNOWN
    assert len(server.seen) == 1


async def test_what_was_not_done_because_of_too_many_requests_is_done_later(
    server: Server,
) -> None:
    slept = Slept()
    server.will(TOO_MANY, Answer(429, headers={"Retry-After": "2"}), Answer(201, {"sid": CALL}))
    async with asking(server.url, slept, chance=0.5) as rest:
        reply = await dial(rest)
        assert rest.counts.retries == 2
        assert rest.calls_per_s == 25.0
    assert reply.ok
    assert (reply.body["sid"], reply.tries) == (CALL, 3)
    assert slept == [0.125, 2.25]


async def test_a_wait_that_goes_past_the_deadline_is_not_begun(server: Server) -> None:
    slept = Slept()
    server.will(Answer(429, headers={"Retry-After": "6"}))
    async with asking(server.url, slept, request_deadline_s=5.0) as rest:
        reply = await dial(rest)
    assert (reply.fate, len(server.seen), slept) == (Fate.OVERLOAD, 1, [])


async def test_nonsense_about_when_to_try_again_is_not_believed(server: Server) -> None:
    slept = Slept()
    nonsense = ("soon", "-5", "999999999999", "Wed, 21 Oct 2026 07:28:00 GMT")
    server.will(*(Answer(429, headers={"Retry-After": told}) for told in nonsense), Answer())
    async with asking(server.url, slept, request_deadline_s=60.0) as rest:
        assert (await rest.fetch_call(CALL)).ok
    assert slept == [0.25, 0.5, 1.0, 2.0]


@pytest.mark.parametrize("answer", [BROKEN, Answer(cut=True)], ids=["500", "cut"])
async def test_what_reads_or_says_how_a_thing_shall_be_is_asked_again(
    server: Server, answer: Answer
) -> None:
    async with asking(server.url) as rest:
        for ask in (
            rest.fetch_call(CALL),
            rest.update_call(CALL, status="completed"),
            rest.update_participant("CF1", CALL, hold=True),
            rest.dequeue_member("QU1", CALL, url="https://pbx.example.com/talk"),
            rest.update_recording(CALL, "RE1", status="paused"),
        ):
            server.will(answer, Answer(200, {"sid": CALL}))
            before = len(server.seen)
            assert (await ask).ok
            assert len(server.seen) == before + 2


async def test_what_would_be_heard_twice_is_not_asked_again(server: Server) -> None:
    server.will(BROKEN)
    url = "https://pbx.example.com/twilio/announce"
    async with asking(server.url, breaker=BreakerSettings(failures=99)) as rest:
        for ask in (
            rest.announce_to_conference("CF1", url=url),
            rest.announce_to_participant("CF1", CALL, url=url),
            rest.start_recording(CALL, status_url=url),
        ):
            before = len(server.seen)
            assert (await ask).fate is Fate.UNKNOWN
            assert len(server.seen) == before + 1


async def test_one_that_hangs_leaves_time_for_another_try(server: Server) -> None:
    server.will(Answer(hang=True), Answer(200, {"status": "ringing"}))
    async with asking(server.url, chance=0.0, request_deadline_s=1.0) as rest:
        assert (await rest.fetch_call(CALL)).body["status"] == "ringing"


async def test_the_deadline_holds_however_often_it_is_tried(server: Server) -> None:
    server.will(Answer(hang=True))
    async with asking(server.url, chance=0.0, request_deadline_s=0.3) as rest:
        reply = await asyncio.wait_for(rest.fetch_call(CALL), 20)
    assert reply.fate is Fate.UNKNOWN


# --- what an answer means ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "fate", "code"),
    [
        (Answer(200, {"sid": CALL}), Fate.DONE, 0),
        (GONE, Fate.GONE, 20404),
        (Answer(400, {"code": 21220, "message": "not in progress"}), Fate.GONE, 21220),
        (Answer(400, {"code": 21211, "message": "invalid To"}), Fate.REFUSED, 21211),
        (Answer(401, {"code": 20003}), Fate.REFUSED, 20003),
        (Answer(404, raw=b"<html>"), Fate.GONE, 0),
        (Answer(400, {"code": "x"}), Fate.REFUSED, 0),
        (Answer(200, raw=b"<html>"), Fate.UNKNOWN, 0),
        (Answer(200, raw=b"[1]"), Fate.UNKNOWN, 0),
        (Answer(302, headers={"Location": "http://127.0.0.1:9/"}), Fate.UNKNOWN, 0),
    ],
    ids=str,
)
async def test_answers_are_told_apart(
    server: Server, answer: Answer, fate: Fate, code: int
) -> None:
    server.will(answer)
    async with asking(server.url, request_deadline_s=0.2) as rest:
        reply = await rest.update_call(CALL, status="completed")
    assert (reply.fate, reply.code) == (fate, code)


async def test_a_call_that_cannot_be_made_is_refused(server: Server) -> None:
    server.will(GONE)
    async with asking(server.url) as rest:
        assert (await dial(rest)).fate is Fate.GONE
        server.will(Answer(404, {"code": 21000}))
        assert (await dial(rest)).fate is Fate.REFUSED


async def test_where_nothing_listens_nothing_was_done() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        async with asking(f"http://127.0.0.1:{port}", request_deadline_s=1.0) as rest:
            assert (await dial(rest)).fate is Fate.UNREACHABLE
    assert (await dial(rest)).fate is Fate.UNREACHABLE


async def test_a_reply_that_does_not_end_is_left(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rest_link, "LONGEST_REPLY", 1000)
    server.will(Answer(200, raw=b'{"a": "' + b"x" * 5000 + b'"}'))
    async with asking(server.url, request_deadline_s=0.2) as rest:
        assert (await rest.fetch_call(CALL)).fate is Fate.UNKNOWN


# --- breaker and pace --------------------------------------------------------------------------


async def test_after_many_failures_nothing_is_asked_for_a_while_and_then_one(
    server: Server,
) -> None:
    told: list[bool] = []
    breaker = BreakerSettings(failures=3, open_s=0.05)
    server.will(BROKEN)
    async with asking(server.url, breaker=breaker, changed=told.append) as rest:
        for _ in range(3):
            assert (await dial(rest)).fate is Fate.UNKNOWN
        assert told == [True]
        server.will(Answer(200, {"calls": []}))
        await until(lambda: rest.breaker is BreakerState.HALF_OPEN)
        seen = len(server.seen)
        assert (await rest.ping()).ok
        assert rest.breaker is BreakerState.CLOSED
        assert told == [True, False]
    assert len(server.seen) == seen + 1


async def test_while_it_is_left_alone_requests_fail_at_once(server: Server) -> None:
    server.will(BROKEN)
    breaker = BreakerSettings(failures=1, open_s=600.0)
    async with asking(server.url, breaker=breaker) as rest:
        await dial(rest)
        assert (await rest.fetch_call(CALL)).fate is Fate.UNREACHABLE
        assert rest.breaker is BreakerState.OPEN
    assert len(server.seen) == 1


async def test_a_no_is_a_sign_of_life(server: Server) -> None:
    server.will(Answer(400, {"code": 21211}))
    async with asking(server.url, breaker=BreakerSettings(failures=1)) as rest:
        await dial(rest)
        server.will(TOO_MANY)
        await rest.fetch_call(CALL)
        assert rest.breaker is BreakerState.CLOSED


async def test_calls_wait_for_their_turn_where_everybody_can_see_it(server: Server) -> None:
    waits: dict[float, Callable[[], object]] = {}

    def later(seconds: float, callback: Callable[[], object]) -> asyncio.Handle:
        waits[seconds] = callback
        return asyncio.get_running_loop().call_later(60, callback)

    timing = Timing(call_later=later)
    slow = settings(server.url, max_calls_per_s=0.5)
    rest = TwilioRest(slow, chance=lambda: 0.0, timing=timing)
    async with rest, asyncio.TaskGroup() as tasks:
        calls = [tasks.create_task(dial(rest, patience_s=5.0)) for _ in range(5)]
        await until(lambda: rest.calls_waiting == 2 and calls[0].done())
        assert [1.0 < wait <= 4.0 for wait in waits] == [True, True]
        assert len(server.seen) == 1
        for callback in waits.values():
            callback()
    fates = [call.result().fate for call in calls]
    assert fates == [Fate.DONE] * 3 + [Fate.OVERLOAD] * 2
    assert rest.calls_waiting == 0


async def test_twilio_says_how_much_it_has_in_hand(server: Server) -> None:
    server.will(Answer(headers={"Twilio-Concurrent-Requests": "17"}))
    async with asking(server.url) as rest:
        await rest.fetch_call(CALL)
        assert rest.counts.concurrent == 17
        server.will(Answer(headers={"Twilio-Concurrent-Requests": "many"}))
        await rest.fetch_call(CALL)
        assert rest.counts.concurrent == 17
        assert rest.in_flight == 0


async def test_no_more_requests_are_made_at_once_than_the_bound(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rest_link, "MOST_IN_FLIGHT", 1)
    server.will(Answer(hang=True))
    async with asking(server.url, request_deadline_s=60) as rest, asyncio.TaskGroup() as tasks:
        first = tasks.create_task(rest.fetch_call(CALL))
        await until(lambda: server.seen)
        assert (await rest.fetch_call(CALL)).fate is Fate.OVERLOAD
        first.cancel()


# --- what is asked -----------------------------------------------------------------------------


async def test_a_call_is_asked_for_with_everything_that_follows_it(server: Server) -> None:
    server.will(Answer(201, {"sid": CALL}))
    async with asking(server.url) as rest:
        await dial(rest, fallback_url="https://f.example.com", amd_url="https://a.example.com")
    seen = server.seen[0]
    assert (seen.method, seen.path) == ("POST", f"{ROOT}/Calls.json")
    assert seen.fields == {
        "To": ["+14155550123"],
        "From": ["+14155550100"],
        "Url": ["https://pbx.example.com/twilio/step?leg=a-1"],
        "Method": ["POST"],
        "FallbackUrl": ["https://f.example.com"],
        "FallbackMethod": ["POST"],
        "StatusCallback": ["https://pbx.example.com/twilio/status?leg=a-1"],
        "StatusCallbackMethod": ["POST"],
        "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
        "Timeout": ["30"],
        "MachineDetection": ["DetectMessageEnd"],
        "AsyncAmd": ["true"],
        "AsyncAmdStatusCallback": ["https://a.example.com"],
        "AsyncAmdStatusCallbackMethod": ["POST"],
    }
    token = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    assert seen.authorization == f"Basic {token}"


async def test_with_an_api_key_the_auth_token_is_never_sent(server: Server) -> None:
    key = ApiKey(sid="SK1", secret=Secret("key-secret"))
    async with asking(server.url, api_key=key) as rest:
        await rest.fetch_call(CALL)
    sent = base64.b64decode(server.seen[0].authorization.removeprefix("Basic ")).decode()
    assert sent == "SK1:key-secret"


async def test_every_question_has_its_address(server: Server) -> None:
    u = "https://pbx.example.com/x"
    async with asking(server.url) as rest:
        for ask, method, path, fields in (
            (rest.fetch_call(CALL), "GET", f"/Calls/{CALL}.json", {}),
            (
                rest.update_call(CALL, url=u, fallback_url=u),
                "POST",
                f"/Calls/{CALL}.json",
                {"Url": u, "Method": "POST", "FallbackUrl": u, "FallbackMethod": "POST"},
            ),
            (
                rest.update_call(CALL, twiml="<R/>"),
                "POST",
                f"/Calls/{CALL}.json",
                {"Twiml": "<R/>"},
            ),
            (
                rest.dequeue_member("QU1", CALL, url=u),
                "POST",
                f"/Queues/QU1/Members/{CALL}.json",
                {"Url": u, "Method": "POST"},
            ),
            (rest.end_conference("CF1"), "POST", "/Conferences/CF1.json", {"Status": "completed"}),
            (
                rest.announce_to_conference("CF1", url=u),
                "POST",
                "/Conferences/CF1.json",
                {"AnnounceUrl": u, "AnnounceMethod": "POST"},
            ),
            (
                rest.update_participant(
                    "CF1", CALL, muted=False, hold=True, hold_url=u, coach="CA2"
                ),
                "POST",
                f"/Conferences/CF1/Participants/{CALL}.json",
                {
                    "Muted": "false",
                    "Hold": "true",
                    "HoldUrl": u,
                    "HoldMethod": "POST",
                    "Coaching": "true",
                    "CallSidToCoach": "CA2",
                },
            ),
            (
                rest.update_participant("CF1", CALL, coach=""),
                "POST",
                f"/Conferences/CF1/Participants/{CALL}.json",
                {"Coaching": "false"},
            ),
            (
                rest.announce_to_participant("CF1", CALL, url=u),
                "POST",
                f"/Conferences/CF1/Participants/{CALL}.json",
                {"AnnounceUrl": u, "AnnounceMethod": "POST"},
            ),
            (
                rest.remove_participant("CF1", CALL),
                "DELETE",
                f"/Conferences/CF1/Participants/{CALL}.json",
                {},
            ),
            (
                rest.update_recording(CALL, "RE1", status="paused"),
                "POST",
                f"/Calls/{CALL}/Recordings/RE1.json",
                {"Status": "paused", "PauseBehavior": "skip"},
            ),
            (
                rest.update_recording(CALL, "RE1", status="stopped"),
                "POST",
                f"/Calls/{CALL}/Recordings/RE1.json",
                {"Status": "stopped"},
            ),
            (rest.fetch_recording("RE1"), "GET", "/Recordings/RE1.json", {}),
            (rest.delete_recording("RE1"), "DELETE", "/Recordings/RE1.json", {}),
        ):
            assert (await ask).ok
            seen = server.seen[-1]
            assert (seen.method, seen.path) == (method, ROOT + path)
            assert {name: value[0] for name, value in seen.fields.items()} == fields


async def test_a_list_is_read_to_its_last_page(server: Server) -> None:
    more = f"{ROOT}/Queues.json?Page=1&PageToken=x"
    server.will(
        Answer(200, {"queues": [{"sid": "QU1"}], "next_page_uri": more}),
        Answer(200, {"queues": [{"sid": "QU2"}], "next_page_uri": None}),
    )
    async with asking(server.url) as rest:
        reply = await rest.list_queues()
        assert [row["sid"] for row in reply.body["queues"]] == ["QU1", "QU2"]
        assert server.seen[1].fields == {"Page": ["1"], "PageToken": ["x"]}
        server.will(Answer(200, {"queues": [], "next_page_uri": "https://evil.example.com/x"}))
        assert (await rest.list_queues()).fate is Fate.REFUSED
        server.will(Answer(200, {"queues": "none"}))
        assert (await rest.list_queues()).fate is Fate.UNKNOWN
        server.will(Answer(200, {"queues": [{}], "next_page_uri": more}))
        assert (await rest.list_queues()).fate is Fate.OVERLOAD
        server.will(Answer(400))
        assert (await rest.list_queues()).fate is Fate.REFUSED


async def test_every_list_has_its_address(server: Server) -> None:
    async with asking(server.url) as rest:
        for ask, path, key in (
            (rest.list_calls(to="+14155550123", status="in-progress"), "/Calls.json", "calls"),
            (rest.list_members("QU1"), "/Queues/QU1/Members.json", "queue_members"),
            (rest.find_conference("t-1"), "/Conferences.json", "conferences"),
            (rest.list_conferences(), "/Conferences.json", "conferences"),
            (rest.list_participants("CF1"), "/Conferences/CF1/Participants.json", "participants"),
            (rest.list_numbers(), "/IncomingPhoneNumbers.json", "incoming_phone_numbers"),
        ):
            server.will(Answer(200, {key: [{"sid": "x"}], "next_page_uri": None}))
            assert (await ask).body == {key: [{"sid": "x"}]}
            assert server.seen[-1].path == ROOT + path
    assert server.seen[0].fields["To"] == ["+14155550123"]
    assert server.seen[2].fields["FriendlyName"] == ["t-1"]


async def test_calls_made_before_an_instant_are_left_out(server: Server) -> None:
    def call(sid: str, made: str | None) -> dict[str, Any]:
        return {"sid": sid, "date_created": made}

    server.will(
        Answer(
            200,
            {
                "calls": [
                    call("CA3", "Sun, 22 Nov 2026 10:00:05 +0000"),
                    call("CA2", "Sun, 22 Nov 2026 10:00:04 +0000"),
                    call("CA1", "Sun, 22 Nov 2026 10:00:03 +0000"),
                    call("CA0", None),
                ],
                "next_page_uri": f"{ROOT}/Calls.json?Page=1",
            },
        )
    )
    since = instant_us("Sun, 22 Nov 2026 10:00:04 +0000")
    async with asking(server.url) as rest:
        found = (await rest.list_calls(since_us=since)).body["calls"]
    assert [row["sid"] for row in found] == ["CA3", "CA2"]
    assert len(server.seen) == 1


def test_instants_are_read_in_any_zone_and_nonsense_is_none() -> None:
    assert instant_us("Thu, 01 Jan 1970 00:00:01 +0000") == 1_000_000
    assert instant_us("Thu, 01 Jan 1970 01:00:01 +0100") == 1_000_000
    assert instant_us("Thu, 01 Jan 1970 00:00:01 -0000") == 1_000_000
    assert instant_us("yesterday") == 0


# --- files -------------------------------------------------------------------------------------


async def test_a_recording_is_fetched_also_where_it_is_kept_elsewhere(server: Server) -> None:
    async with Server().running() as elsewhere:
        elsewhere.will(Answer(200, raw=b"RIFF"))
        server.will(Answer(302, headers={"Location": f"{elsewhere.url}/kept.wav"}))
        async with asking(server.url) as rest:
            reply = await rest.download_recording("RE1")
        assert (reply.fate, reply.content) == (Fate.DONE, b"RIFF")
        assert server.seen[0].path == f"{ROOT}/Recordings/RE1.wav"
        assert server.seen[0].authorization
        assert elsewhere.seen[0].authorization == ""


async def test_a_recording_that_is_not_there_or_too_long_is_told(server: Server) -> None:
    async with asking(server.url) as rest:
        server.will(Answer(404))
        assert (await rest.download_recording("RE1")).fate is Fate.GONE
        server.will(Answer(200, raw=b"x" * 100))
        assert (await rest.download_recording("RE1", at_most=99)).fate is Fate.REFUSED
        assert (await rest.download_recording("RE1", at_most=100)).ok
        server.will(Answer(302, headers={"Location": server.url}))
        assert (await rest.download_recording("RE1")).fate is Fate.REFUSED
        server.will(Answer(cut=True))
        assert (await rest.download_recording("RE1")).fate is Fate.UNKNOWN
    assert (await rest.download_recording("RE1")).fate is Fate.UNREACHABLE


# --- what stays inside -------------------------------------------------------------------------


async def test_the_environment_does_not_say_where_requests_go(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TWILIO_EDGE", "TWILIO_REGION", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"):
        monkeypatch.setenv(name, "evil")
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with asking(server.url) as rest:
        assert (await rest.fetch_call(CALL)).ok
    assert settings("").rest_base == "https://api.twilio.com"
    assert server.seen[0].path == f"{ROOT}/Calls/{CALL}.json"


async def test_no_secret_sid_number_or_text_is_logged_or_shown(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.will(BROKEN)
    shown = []
    async with asking(server.url, breaker=BreakerSettings(failures=99)) as rest:
        shown.append(repr(await dial(rest, send_digits="4111")))
        shown.append(repr(await rest.update_call(CALL, twiml="<Say>secret words</Say>")))
        server.will(Answer(200, {"calls": [{"to": "+14155550123"}], "next_page_uri": None}))
        shown.append(repr(await rest.list_calls(to="+14155550123")))
    text = caplog.text + "".join(shown)
    assert "CA***cdef" in text
    for secret in (TOKEN, CALL, "4155550123", "4111", "secret words", "Basic "):
        assert secret not in text
