"""How the emulator asks: signatures, patience, retries, redirections and the fallback."""

from __future__ import annotations

import json

import pytest
from aiohttp import web

from tests.emulators.conftest import CALLER, NUMBER
from tests.emulators.site import Answer, Asked, Site
from tests.emulators.twilio import signing
from tests.emulators.twilio.clock import VirtualClock
from tests.emulators.twilio.emulator import TwilioEmulator
from tests.emulators.twilio.parties import Party
from tests.emulators.twilio.webhooks import TOKEN, Overrides, overrides

KEYS = {"webhooks_sharedkey_1": "one", "webhooks_sharedkey_2": "two"}


async def dial(twilio: TwilioEmulator, site: Site, page: str = "/voice", **number: str) -> Party:
    twilio.number(NUMBER, voice_url=f"{site.url}{page}", **number)
    return await twilio.dial(CALLER, NUMBER)


def signed_by_hand(token: str, asked: Asked) -> str:
    return signing.sha1(token, asked.url, asked.params.items() if asked.method == "POST" else ())


async def test_a_form_is_signed_over_the_url_and_its_values(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="")
    await dial(twilio, site, "/voice?a=b%20c&d=e")
    await clock.settle()
    [asked] = site.requests("/voice")
    assert asked.headers[signing.SIGNATURE] == signed_by_hand(twilio.auth_token, asked)


async def test_with_get_the_parameters_are_in_the_url_that_is_signed(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="")
    await dial(twilio, site, "/voice?a=b", voice_method="GET")
    await clock.settle()
    [asked] = site.requests("/voice")
    assert asked.method == "GET"
    assert (asked.query["a"], asked.query["From"]) == ("b", CALLER)
    assert asked.headers[signing.SIGNATURE] == signing.sha1(twilio.auth_token, asked.url)


async def test_signatures_can_be_wrong_or_missing(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="")
    twilio.faults.signature = "missing"
    await dial(twilio, site)
    await clock.settle()
    twilio.faults.signature = "wrong"
    await dial(twilio, site)
    await clock.settle()
    missing, wrong = site.requests("/voice")
    assert signing.SIGNATURE not in missing.headers
    assert wrong.headers[signing.SIGNATURE] != signed_by_hand(twilio.auth_token, wrong)


async def test_a_shared_key_signs_with_sha256_and_is_named(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="")
    twilio.shared_keys = KEYS
    twilio.faults.signature = "shared-key"
    await dial(twilio, site)
    await clock.settle()
    [asked] = site.requests("/voice")
    assert asked.headers[signing.SETTINGS] == "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"
    expected = signing.sha256("one", asked.url, asked.params.items())
    assert asked.headers[signing.SIGNATURE] == expected


async def test_during_a_rotation_requests_are_signed_in_turns(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="")
    twilio.shared_keys = KEYS
    twilio.faults.signature = "rotating"
    for _ in range(6):
        await dial(twilio, site)
        await clock.settle()
    named = {asked.headers.get(signing.SETTINGS, "") for asked in site.requests("/voice")}
    assert named == {"", *(signing.settings(name) for name in KEYS)}


async def test_the_port_may_or_may_not_be_signed(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="")
    twilio.faults.signature = "without-port"
    await dial(twilio, site)
    await clock.settle()
    [asked] = site.requests("/voice")
    signed = signing.sha1(twilio.auth_token, "http://127.0.0.1/voice", tuple(asked.params.items()))
    assert asked.headers[signing.SIGNATURE] == signed


async def test_a_json_body_is_hashed_into_the_url(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(event="")
    await twilio.webhooks.tell_json(f"{site.url}/event?a=b", {"name": "Zoë"})
    [asked] = site.requests("/event")
    assert json.loads(asked.body) == {"name": "Zoë"}
    assert asked.url == signing.with_body_hash(f"{site.url}/event?a=b", asked.body)
    assert asked.headers[signing.SIGNATURE] == signing.sha1(twilio.auth_token, asked.url)


def test_fragments_override_patience_within_their_bounds() -> None:
    warnings: list[str] = []
    found = overrides(
        "https://a.example/v#ct=1000&rt=2000&tt=9000&rc=3&rp=5xx,rt&e=dublin", warnings
    )
    assert found == Overrides(
        connect_s=1, read_s=2, total_s=9, retries=3, retry_on=frozenset({"5xx", "rt"})
    )
    assert not warnings
    assert overrides("https://a.example/v#rt=99&rc=6&rp=3xx&xx=1", warnings) == Overrides()
    assert len(warnings) == 4


async def test_a_fragment_is_neither_sent_nor_signed(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="")
    await dial(twilio, site, "/voice?a=b#rc=2&rp=5xx")
    await clock.settle()
    [asked] = site.requests("/voice")
    assert "#" not in asked.url
    assert asked.headers[signing.SIGNATURE] == signed_by_hand(twilio.auth_token, asked)


async def test_fifteen_seconds_are_all_a_document_gets(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="<Say>Hello</Say>", help="<Say>Sorry</Say>")
    site.slow_s["/voice"] = [20]
    party = await dial(twilio, site, fallback_url=f"{site.url}/help")
    await clock.advance(14.9)
    assert not site.requests("/help")
    await clock.advance(0.2)
    [asked] = site.requests("/help")
    assert asked.params["ErrorCode"] == "11200"
    assert asked.params["ErrorUrl"] == f"{site.url}/voice"
    assert party.hears_now == {("say", "Sorry")}
    await clock.advance(10)
    assert not party.has_heard("say", "Hello")


@pytest.mark.parametrize("policy", ["rt", "all"])
async def test_a_retry_has_the_same_token_and_the_time_is_shared(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock, policy: str
) -> None:
    site.documents(voice="<Say>Hello</Say>")
    site.slow_s["/voice"] = [5, 5, 1]
    party = await dial(twilio, site, f"/voice#rt=2000&rc=3&rp={policy}")
    await clock.advance(5.1)
    assert party.hears_now == {("say", "Hello")}
    asked = site.requests("/voice")
    assert len(asked) == 3
    assert len({each.headers[TOKEN] for each in asked}) == 1
    assert site.requests("/voice")[0].params == site.requests("/voice")[2].params


async def test_the_total_time_ends_the_retries(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="<Say>Hello</Say>")
    site.slow_s["/voice"] = [9, 9, 9, 9, 9]
    party = await dial(twilio, site, "/voice#rt=2000&rc=5&rp=all&tt=5000")
    await clock.advance(5.1)
    assert party.call.status == "failed"
    assert len(site.requests("/voice")) == 3
    await clock.advance(20)


async def test_by_default_only_a_failed_connection_is_tried_again(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.pages["/voice"] = web.Response(status=500)
    party = await dial(twilio, site)
    await clock.settle()
    assert len(site.requests("/voice")) == 1
    assert party.call.status == "failed"
    twilio.number(NUMBER, voice_url="http://127.0.0.1:9/voice")
    await twilio.dial(CALLER, NUMBER)
    await clock.settle()
    refused = [entry for entry in twilio.log.of("webhook") if entry.status == 0]
    assert len(refused) == 2
    assert (11205, "11205: ct from http://127.0.0.1:9/voice") in twilio.errors


async def test_a_server_error_is_tried_again_when_asked_for(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    answers: list[Answer] = [web.Response(status=503), "<Response><Say>Hello</Say></Response>"]
    site.pages["/voice"] = lambda _asked: answers.pop(0)
    party = await dial(twilio, site, "/voice#rp=5xx")
    await clock.settle()
    assert party.hears_now == {("say", "Hello")}


@pytest.mark.parametrize("status", [301, 302, 307])
async def test_a_redirection_is_followed_as_get_and_loses_the_parameters(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock, status: int
) -> None:
    site.pages["/voice"] = web.Response(status=status, headers={"Location": "/there?a=b"})
    site.documents(there="<Say>Hello</Say>")
    party = await dial(twilio, site)
    await clock.settle()
    [asked] = site.requests("/there")
    assert (asked.method, asked.params) == ("GET", {"a": "b"})
    assert party.hears_now == {("say", "Hello")}


async def test_redirections_in_a_circle_fail(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    circle = {"Location": "/voice"}
    site.pages["/voice"] = lambda _asked: web.Response(status=302, headers=circle)
    party = await dial(twilio, site)
    await clock.settle()
    assert party.call.status == "failed"
    assert party.call.error_code == 11215


@pytest.mark.parametrize(
    ("body", "content_type", "code"),
    [
        ("<Response><Says>x</Says></Response>", "text/xml", 12100),
        ("<Response><Say>x</Response>", "text/xml", 12100),
        ("", "text/xml", 12100),
        ("<Answer/>", "application/xml", 12102),
        ("<Response><Gather><Hangup/></Gather></Response>", "text/xml", 12200),
        ("{}", "application/json", 12300),
    ],
)
async def test_a_bad_document_is_an_error_and_the_fallback_is_asked(
    twilio: TwilioEmulator,
    site: Site,
    clock: VirtualClock,
    body: str,
    content_type: str,
    code: int,
) -> None:
    site.pages["/voice"] = lambda _asked: web.Response(text=body, content_type=content_type)
    site.documents(help="<Say>Sorry</Say>")
    party = await dial(twilio, site, fallback_url=f"{site.url}/help")
    await clock.settle()
    assert party.hears_now == {("say", "Sorry")}
    assert site.requests("/help")[0].params["ErrorCode"] == str(code)
    without = await dial(twilio, site)
    await clock.settle()
    assert (without.call.status, without.call.error_code) == ("failed", code)


async def test_the_fallback_serves_later_documents_of_the_call_too(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="<Gather numDigits='1' action='/gone'/>", help="<Say>Sorry</Say>")
    party = await dial(twilio, site, fallback_url=f"{site.url}/help", fallback_method="GET")
    await clock.settle()
    party.press("1")
    await clock.settle()
    [asked] = site.requests("/help")
    assert asked.method == "GET"
    assert asked.params["ErrorUrl"] == f"{site.url}/gone"
    assert asked.params["Digits"] == "1"
    assert party.hears_now == {("say", "Sorry")}


async def test_a_failing_fallback_ends_the_call(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    party = await dial(twilio, site, "/gone", fallback_url=f"{site.url}/gone-too")
    await clock.settle()
    assert party.call.status == "failed"


async def test_plain_text_is_said_and_a_sound_is_played(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.pages["/voice"] = lambda _asked: web.Response(text="Hello", content_type="text/plain")
    party = await dial(twilio, site)
    await clock.settle()
    assert party.hears_now == {("say", "Hello")}
    site.pages["/sound"] = b"x" * 16000
    party = await dial(twilio, site, "/sound")
    await clock.settle()
    assert party.hears_now == {("play", f"{site.url}/sound")}


async def test_a_repeated_webhook_has_the_same_token(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="<Say>Hello</Say>")
    twilio.faults.repeat_webhooks = True
    await dial(twilio, site)
    await clock.settle()
    first, second = site.requests("/voice")
    assert first.headers[TOKEN] == second.headers[TOKEN]
    assert first.params == second.params


async def test_a_slow_network_is_part_of_the_patience(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="<Say>Hello</Say>")
    twilio.faults.webhook_delay_s = 3
    party = await dial(twilio, site)
    await clock.advance(2.9)
    assert not site.asked
    await clock.advance(0.2)
    assert party.hears_now == {("say", "Hello")}
    twilio.faults.webhook_delay_s = 16
    party = await dial(twilio, site)
    await clock.advance(15.1)
    assert party.call.status == "failed"
