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
