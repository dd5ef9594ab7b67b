"""What we write, sign for and ask is what the emulated Twilio reads, signs and answers.

The two sides share no code: where they agree, two readings of what is published agree.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.adapters.twilio import twiml
from contact_center.adapters.twilio.pacing import BreakerSettings
from contact_center.adapters.twilio.rest import Fate, TwilioRest, instant_us
from contact_center.adapters.twilio.settings import Secret, SharedKey, TwilioSettings
from contact_center.adapters.twilio.signature import Asked, Keyring, Verifier
from tests.adapters.twilio.rest_server import until
from tests.emulators.site import Site
from tests.emulators.twilio import signing
from tests.emulators.twilio.clock import RealClock
from tests.emulators.twilio.emulator import ACCOUNT_SID, AUTH_TOKEN, TwilioEmulator
from tests.emulators.twilio.twiml import parse
from tests.emulators.twilio.verb_table import RULES as THEIR_RULES

OURS, THEIRS = "+14155550100", "+14155550123"
NEXT = "https://pbx.example.com/twilio/step?leg=CA1&epoch=1&step=3"
STATUS = "https://pbx.example.com/twilio/status?leg=CA1"
WSS = "wss://pbx.example.com/twilio/stream"
FORM = "application/x-www-form-urlencoded"

DOCUMENTS = {
    "menu": (
        twiml.gather(
            *twiml.spoken("Press two", language="en-US", voice="Polly.Joanna"),
            twiml.play(f"{NEXT}&x=1", loop=2),
            twiml.pause(2),
            action=NEXT,
            num_digits=1,
            words=("yes", "no"),
            language="en-US",
        ),
    ),
    "collect": (twiml.gather(action=NEXT, num_digits=16, finish_on_key="#", timeout_s=7),),
    "record": (twiml.record(action=NEXT, status=STATUS, max_s=60, finish_on_key="#", beep=True),),
    "enqueue": (twiml.enqueue("sales", wait=STATUS, action=NEXT),),
    "leave": (twiml.leave(),),
    "reject": (twiml.reject(),),
    "busy": (twiml.reject(busy=True),),
    "client": (
        twiml.dial(twiml.to_address("client:ana", status=STATUS, whisper=NEXT), action=NEXT),
    ),
    "sip": (twiml.dial(twiml.to_address("sip:ana@example.com"), action=NEXT, timeout_s=20),),
    "number": (
        twiml.dial(
            twiml.to_address(THEIRS, status=STATUS),
            action=NEXT,
            caller_id=OURS,
            answer_on_bridge=True,
        ),
    ),
    "conference": (
        twiml.dial(
            twiml.conference("t-CA1", status=STATUS, label="a-1", muted=True, wait=NEXT),
            action=NEXT,
        ),
    ),
    "coach": (
        twiml.dial(twiml.conference("t-CA1", status=STATUS, coach="CA" + "0" * 32), action=NEXT),
    ),
    "stream": (twiml.connect_stream(WSS, action=NEXT, name="s1", parameters={"token": "t"}),),
    "fork": (twiml.start_stream(WSS, name="s1", parameters={}), twiml.redirect(NEXT)),
    "unfork": (twiml.stop_stream("s1"), twiml.redirect(NEXT)),
    "tape": (twiml.start_recording(status=STATUS, dual=True), twiml.redirect(NEXT)),
    "keys": (twiml.play_digits("1w2#"), twiml.redirect(NEXT)),
    "end": (twiml.hangup(),),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_of_ours_is_read_without_a_warning(name: str) -> None:
    warnings: list[str] = []
    read = parse(twiml.document(*DOCUMENTS[name]).body, warnings=warnings)
    assert warnings == []
    assert [verb.name for verb in read.verbs] == [verb.name for verb in DOCUMENTS[name]]
    for theirs, ours in zip(read.verbs, DOCUMENTS[name], strict=True):
        assert theirs.attributes == dict(ours.attributes)


@given(st.text(max_size=300))
def test_whatever_is_said_is_heard(text: str) -> None:
    warnings: list[str] = []
    document = twiml.document(*twiml.spoken(text), twiml.hangup())
    read = parse(document.body, warnings=warnings)
    assert warnings == []
    heard = " ".join(verb.text for verb in read.verbs if verb.name == "Say")
    assert heard.split() == twiml.clean(text).split()


def test_the_other_table_knows_every_verb_that_we_write() -> None:
    assert {verb.name for verbs in DOCUMENTS.values() for one in verbs for verb in one.walk()} <= (
        set(THEIR_RULES)
    )


# --- signatures --------------------------------------------------------------------------------

FIELDS = st.lists(
    st.tuples(
        st.from_regex(r"[A-Z][A-Za-z0-9]{0,9}", fullmatch=True).filter(lambda n: n != "AccountSid"),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    ),
    max_size=6,
).map(lambda fields: [("AccountSid", ACCOUNT_SID), *fields])
VERIFIER = Verifier(
    "https://pbx.example.com:8443",
    Keyring.of([Secret(AUTH_TOKEN)], [SharedKey(key="k1", secret=Secret("shared"))]),
    account_sid=ACCOUNT_SID,
)
TARGET = "/twilio/step?leg=CA1&epoch=1&step=3"
URL = f"https://pbx.example.com:8443{TARGET}"


@given(FIELDS, st.sampled_from(["as it is", "with port", "without port", "shared", "wrong"]))
def test_what_the_other_side_signs_we_believe(fields: list[tuple[str, str]], how: str) -> None:
    headers = [("Content-Type", FORM)]
    match how:
        case "with port":
            signature = signing.sha1(AUTH_TOKEN, signing.with_port(URL), fields)
        case "without port":
            signature = signing.sha1(AUTH_TOKEN, signing.without_port(URL), fields)
        case "shared":
            signature = signing.sha256("shared", URL, fields)
            headers.append((signing.SETTINGS, signing.settings("k1")))
        case "wrong":
            signature = signing.sha1("another", URL, fields)
        case _:
            signature = signing.sha1(AUTH_TOKEN, URL, fields)
    asked = Asked(
        method="POST",
        target=TARGET,
        headers=[*headers, (signing.SIGNATURE, signature)],
        body=urlencode(fields).encode(),
    )
    assert VERIFIER.verify(asked).ok == (how != "wrong")


@given(st.dictionaries(st.text(), st.text(), max_size=4))
def test_json_that_the_other_side_signs_we_believe(content: dict[str, str]) -> None:
    body = json.dumps({**content, "AccountSid": ACCOUNT_SID}).encode()
    url = signing.with_body_hash(URL, body)
    asked = Asked(
        method="POST",
        target=url.removeprefix("https://pbx.example.com:8443"),
        headers=[
            ("Content-Type", "application/json"),
            (signing.SIGNATURE, signing.sha1(AUTH_TOKEN, url)),
        ],
        body=body,
    )
    assert VERIFIER.verify(asked).json == body


# --- requests ----------------------------------------------------------------------------------


@asynccontextmanager
async def account() -> AsyncIterator[tuple[TwilioEmulator, TwilioRest, Site]]:
    clock = RealClock()
    async with Site(clock) as site, TwilioEmulator(clock=clock, validation=False) as twilio:
        site.documents(voice="<Pause length='60'/>", other="<Pause length='50'/>", status="")
        twilio.number(OURS, voice_url=f"{site.url}/voice")
        settings = TwilioSettings(
            account_sid=twilio.account_sid,
            auth_tokens=(Secret(twilio.auth_token),),
            public_base_url=site.url,
            rest_url=twilio.base_url,
            max_calls_per_s=100.0,
        )
        breaker = BreakerSettings(failures=99)
        async with TwilioRest(settings, chance=lambda: 0.0, breaker=breaker) as rest:
            yield twilio, rest, site


async def test_a_call_is_made_found_changed_and_ended() -> None:
    async with account() as (twilio, rest, site):
        twilio.callee(THEIRS, "answer")
        made = await rest.create_call(
            to=THEIRS, from_=OURS, url=f"{site.url}/voice", status_url=f"{site.url}/status"
        )
        assert made.ok
        sid = made.body["sid"]
        [call] = twilio.calls_to(THEIRS)
        assert call.sid == sid
        await until(lambda: call.live)
        assert (await rest.fetch_call(sid)).body["status"] == "in-progress"
        since = instant_us(made.body["date_created"]) if made.body["date_created"] else 0
        found = await rest.list_calls(to=THEIRS, from_=OURS, since_us=since)
        assert [row["sid"] for row in found.body["calls"]] == [sid]
        assert (await rest.update_call(sid, url=f"{site.url}/other")).ok
        await until(lambda: site.requests("/other"))
        assert (await rest.update_call(sid, status="completed")).ok
        await until(lambda: call.ended)
        assert (await rest.update_call(sid, status="completed")).fate in (Fate.GONE, Fate.DONE)
        assert (await rest.update_call(sid, url=f"{site.url}/other")).fate is Fate.GONE


async def test_what_is_not_there_is_gone_and_what_cannot_be_is_refused() -> None:
    async with account() as (_, rest, site):
        nobody = "CA" + "f" * 32
        assert (await rest.fetch_call(nobody)).fate is Fate.GONE
        refused = await rest.create_call(
            to="nonsense", from_=OURS, url=f"{site.url}/voice", status_url=f"{site.url}/status"
        )
        assert refused.fate is Fate.REFUSED
        assert refused.code in (21211, 21212, 21217)
        assert (await rest.find_conference("nobody")).body == {"conferences": []}
        assert (await rest.list_queues()).body == {"queues": []}
        numbers = (await rest.list_numbers()).body["incoming_phone_numbers"]
        assert [row["phone_number"] for row in numbers] == [OURS]


async def test_an_error_behind_a_call_that_was_made_all_the_same_makes_no_second_one() -> None:
    async with account() as (twilio, rest, site):
        twilio.callee(THEIRS, "ignore")
        twilio.faults.rest_500_on_create = 1
        made = await rest.create_call(
            to=THEIRS, from_=OURS, url=f"{site.url}/voice", status_url=f"{site.url}/status"
        )
        assert made.fate is Fate.UNKNOWN
        assert len(twilio.calls_to(THEIRS)) == 1
        found = await rest.list_calls(to=THEIRS)
        assert len(found.body["calls"]) == 1


async def test_a_wrong_token_is_refused() -> None:
    async with account() as (twilio, rest, _):
        twilio.auth_token = "exchanged"
        reply = await rest.ping()
        assert (reply.fate, reply.status) == (Fate.REFUSED, 401)
