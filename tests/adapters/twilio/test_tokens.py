"""Tokens say who somebody is, for how long, and can be made by nobody else."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.adapters.twilio.settings import ApiKey, Secret, TwilioSettings
from contact_center.adapters.twilio.tokens import (
    StreamKey,
    TokenError,
    softphone_token,
    visitor_token,
)
from contact_center.core.ids import LegId

ACCOUNT = "AC" + "0" * 32
KEY_SECRET = "k" * 32
NOW = 1_795_000_000_000_000
KEY = StreamKey.of(Secret("token-of-the-account"))


def settings(**more: Any) -> TwilioSettings:
    known: dict[str, Any] = {
        "account_sid": ACCOUNT,
        "auth_tokens": (Secret("token"),),
        "api_key": ApiKey(sid="SK1", secret=Secret(KEY_SECRET)),
        "public_base_url": "https://pbx.example.com",
        "application_sid": "AP1",
    }
    return TwilioSettings(**{**known, **more})


def test_a_browser_is_its_agent_and_may_be_called_and_call_us() -> None:
    token = softphone_token(settings(), "ana", now=NOW, lives_s=600)
    told = jwt.decode(
        token, KEY_SECRET, algorithms=["HS256"], options={"verify_exp": False, "verify_nbf": False}
    )
    assert told["grants"] == {
        "identity": "ana",
        "voice": {"incoming": {"allow": True}, "outgoing": {"application_sid": "AP1"}},
    }
    assert (told["iss"], told["sub"]) == ("SK1", ACCOUNT)
    assert told["exp"] - told["nbf"] == 600
    assert told["nbf"] == NOW // 1_000_000
    header = jwt.get_unverified_header(token)
    assert (header["alg"], header["cty"]) == ("HS256", "twilio-fpa;v=1")
    assert "twr" not in header


def test_the_browser_of_a_visitor_may_call_one_application_and_cannot_be_called() -> None:
    visit = "talk" + "0" * 32
    token = visitor_token(settings(), visit, now=NOW, lives_s=60)
    told = jwt.decode(token, options={"verify_signature": False})
    assert told["grants"]["identity"] == visit
    voice = told["grants"]["voice"]
    assert voice["outgoing"] == {"application_sid": "AP1"}
    assert not voice.get("incoming", {}).get("allow")
    assert told["exp"] - told["nbf"] == 60
    with pytest.raises(TokenError, match="application"):
        visitor_token(settings(application_sid=""), visit, now=NOW, lives_s=60)


def test_a_token_names_the_region_and_without_an_application_nobody_calls_out() -> None:
    token = softphone_token(settings(region="ie1", application_sid=""), "ana", now=NOW)
    told = jwt.decode(token, options={"verify_signature": False})
    assert told["grants"]["voice"] == {"incoming": {"allow": True}}
    assert jwt.get_unverified_header(token)["twr"] == "ie1"


@pytest.mark.parametrize(
    ("changed", "identity", "lives_s"),
    [
        ({"api_key": None}, "ana", 60),
        ({"dialect": "signalwire", "rest_url": "https://x.example"}, "ana", 60),
        ({"api_key": ApiKey(sid="SK1", secret=Secret("short"))}, "ana", 60),
        ({}, "", 60),
        ({}, "an a", 60),
        ({}, "ana", 0),
        ({}, "ana", 90_000),
    ],
    ids=str,
)
def test_no_token_is_made_that_would_not_work(
    changed: dict[str, Any], identity: str, lives_s: int
) -> None:
    with pytest.raises(TokenError) as refused:
        softphone_token(settings(**changed), identity, now=NOW, lives_s=lives_s)
    assert "short" not in str(refused.value)


@given(st.from_regex(r"[A-Za-z0-9._-]{1,120}", fullmatch=True).map(LegId), st.integers(1, 3600))
def test_a_streams_token_is_good_for_its_leg_and_its_time(leg: LegId, lives_s: int) -> None:
    token = KEY.token(leg, now=NOW, lives_s=lives_s)
    assert len(token) < 400
    assert KEY.leg(token, now=NOW) == leg
    assert KEY.leg(token, now=NOW + lives_s * 1_000_000) == leg
    assert KEY.leg(token, now=NOW + (lives_s + 1) * 1_000_000) is None
    assert StreamKey.of(Secret("another")).leg(token, now=NOW) is None


@given(st.data())
def test_a_token_that_was_changed_is_for_nobody(data: st.DataObject) -> None:
    token = KEY.token(LegId("a-CA1-e1-n1"), now=NOW)
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters().filter(lambda char: char != token[at]))
    changed = token[:at] + other + token[at + 1 :]
    assert KEY.leg(changed, now=NOW) is None


@given(st.text())
def test_nothing_that_anybody_says_is_a_token(text: str) -> None:
    assert KEY.leg(text, now=NOW) is None


def test_a_stream_key_needs_a_secret_and_shows_none() -> None:
    with pytest.raises(TokenError):
        StreamKey.of(Secret(""))
    with pytest.raises(TokenError):
        KEY.token(LegId("a b"), now=NOW)
    assert repr(KEY) == "StreamKey(***)"


def test_the_package_of_twilio_is_not_loaded_before_it_is_needed() -> None:
    code = "import sys, contact_center.adapters.twilio.tokens; sys.exit('twilio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
