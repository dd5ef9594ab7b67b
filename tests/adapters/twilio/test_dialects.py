"""What other providers do differently is data, and held by whoever builds on it."""

from __future__ import annotations

import dataclasses
from urllib.parse import urlencode

import pytest

from contact_center.adapters.twilio import twiml
from contact_center.adapters.twilio.dialects import DIALECTS, SIGNALWIRE, TELNYX, TWILIO
from contact_center.adapters.twilio.settings import Secret, TwilioSettings
from contact_center.adapters.twilio.signature import Asked, Keyring, Verifier, sign

STEP = "https://pbx.example.com/twilio/step?leg=CA1"


def test_every_dialect_is_found_by_its_name() -> None:
    assert {name: dialect.name for name, dialect in DIALECTS.items()} == {
        "twilio": "twilio",
        "signalwire": "signalwire",
        "telnyx": "telnyx",
    }


def test_requests_of_another_dialect_go_to_its_own_place() -> None:
    space = TwilioSettings(
        account_sid="0fe6a2a3-1b1e-4b5c-9d0e-0123456789ab",
        auth_tokens=(Secret("signing-key"),),
        public_base_url="https://pbx.example.com",
        rest_url="https://example.signalwire.com",
        dialect="signalwire",
    )
    assert space.rest_base + SIGNALWIRE.api_root == (
        "https://example.signalwire.com/api/laml/2010-04-01"
    )
    assert TELNYX.rest_base("", "") + TELNYX.api_root == "https://api.telnyx.com/v2/texml"
    assert SIGNALWIRE.rest_base("", "") == ""


def test_a_dialect_that_signs_alike_verifies_with_its_own_header() -> None:
    verifier = Verifier(
        "https://pbx.example.com",
        Keyring.of([Secret("signing-key")], []),
        account_sid="p1",
        signature_header=SIGNALWIRE.signature_header,
    )
    signature = sign(Secret("signing-key"), f"{STEP}AccountSidp1").decode()
    for header, believed in (("X-SignalWire-Signature", True), ("X-Twilio-Signature", False)):
        asked = Asked(
            method="POST",
            target="/twilio/step?leg=CA1",
            headers=[(header, signature), ("Content-Type", "application/x-www-form-urlencoded")],
            body=urlencode({"AccountSid": "p1"}).encode(),
        )
        assert verifier.verify(asked).ok is believed


def test_a_document_holds_nothing_that_its_reader_has_not() -> None:
    to_client = twiml.dial(twiml.to_address("client:ana"), action=STEP)
    assert twiml.document(to_client, dialect=SIGNALWIRE).body
    with pytest.raises(twiml.TwimlError, match="Client: telnyx has none"):
        twiml.document(to_client, dialect=TELNYX)
    long = twiml.gather(action=STEP, timeout_s=600)
    assert twiml.document(long).body
    with pytest.raises(twiml.TwimlError, match="telnyx waits 120 s at most"):
        twiml.document(long, dialect=TELNYX)


def test_a_document_is_said_in_the_words_of_its_reader() -> None:
    """A Gather that hears nothing goes on behind itself there, so it is sent back behind it."""
    said = twiml.document(twiml.gather(action=STEP, num_digits=1), dialect=TELNYX).body.decode()
    assert "actionOnEmptyResult" not in said
    assert said.endswith(f'/><Redirect method="POST">{STEP}</Redirect></Response>')
    talk = twiml.dial(twiml.conference("t-1", status=STEP, coach="v3-abcdefghijk"), action=STEP)
    said = twiml.document(talk, dialect=TELNYX).body.decode()
    assert 'statusCallbackEvent="start end join leave"' in said
    assert "coach" not in said
    message = twiml.record(action=STEP, status=STEP)
    assert 'channels="single"' in twiml.document(message, dialect=TELNYX).body.decode()
    assert twiml.document(message).body == twiml.document(message, dialect=SIGNALWIRE).body


def test_a_request_is_made_in_the_words_of_whom_it_is_made_to() -> None:
    rest = TELNYX.rest
    assert rest.path("/Calls/v3:abc.json") == "/Calls/v3:abc"
    assert rest.path("/Calls/v3:abc/Recordings.json") == "/Calls/v3:abc/Recordings.json"
    assert TWILIO.rest.path("/Calls.json") == "/Calls.json"
    update = [("Status", "canceled"), ("Twiml", "<Response/>")]
    assert rest.fields("POST", "/Calls/v3:abc.json", update, "9") == [
        ("Status", "completed"),
        ("Texml", "<Response/>"),
    ]
    assert TWILIO.rest.fields("POST", "/Calls/CA1.json", update, "") == update
    record = [
        ("RecordingStatusCallbackEvent", "completed"),
        ("RecordingStatusCallbackEvent", "absent"),
    ]
    assert rest.fields("POST", "/Calls/v3:abc/Recordings.json", record, "9") == [
        ("RecordingStatusCallbackEvent", "completed absent"),
        ("PlayBeep", "false"),
    ]
    assert TWILIO.rest.body("/Calls.json", {"To": "+14155550101"}, "9") is None
    call = {"To": "sip:ana@x.example?X-Auto-Answer=true", "Method": "POST", "AsyncAmd": None}
    assert rest.body("/Calls.json", call, "9") == {
        "To": "sip:ana@x.example",
        "UrlMethod": "POST",
        "ApplicationSid": "9",
        "CustomHeaders": [{"name": "X-Auto-Answer", "value": "true"}],
    }


def test_names_and_values_that_mean_one_of_twilios_are_given_its_own() -> None:
    renaming = dataclasses.replace(
        TWILIO, parameters={"CallSidLegacy": "CallSid"}, statuses={"no_answer": "no-answer"}
    )
    fields = (("CallSidLegacy", "CA1"), ("CallStatus", "no_answer"), ("Digits", "no_answer"))
    assert renaming.translated(fields) == (
        ("CallSid", "CA1"),
        ("CallStatus", "no-answer"),
        ("Digits", "no_answer"),
    )
    both = (("CallSidLegacy", "CA1"), ("CallSid", "CA2"))
    assert renaming.translated(both) == (("CallSid", "CA2"),)
    assert TWILIO.translated(fields) == fields
