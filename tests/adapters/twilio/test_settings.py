"""Settings are refused with advice before anything is asked, and their secrets never show."""

from __future__ import annotations

import dataclasses
import pickle
from typing import Any

import pytest

from contact_center.adapters.twilio.settings import (
    ApiKey,
    Secret,
    SharedKey,
    TwilioSettings,
    TwilioSettingsError,
)

TOKEN = "token-of-the-account"
GOOD: dict[str, Any] = {
    "account_sid": "AC" + "0" * 32,
    "auth_tokens": (Secret(TOKEN),),
    "public_base_url": "https://pbx.example.com/cc",
}


ON_TELNYX: dict[str, Any] = {
    "dialect": "telnyx",
    "public_keys": ("A" * 43 + "=",),
    "application_sid": "1293384261075731499",
}


def settings(**changed: Any) -> TwilioSettings:
    return TwilioSettings(**{**GOOD, **changed})


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("account_sid", {"account_sid": "AC 1"}),
        ("account_sid", {"account_sid": "../AC1"}),
        ("auth_tokens", {"auth_tokens": ()}),
        ("auth_tokens", {"auth_tokens": (Secret(""),)}),
        (
            "api_key",
            {"auth_tokens": (), "shared_keys": (SharedKey(key="k", secret=Secret("s")),)},
        ),
        ("public_base_url", {"public_base_url": "pbx.example.com"}),
        ("public_base_url", {"public_base_url": "https://pbx.example.com/?a=1"}),
        ("public_base_url", {"public_base_url": "https://pbx.example.com:0"}),
        ("public_base_url", {"public_base_url": "https://pbx.example.com:x"}),
        ("public_base_url", {"public_base_url": "https://[::zz]/"}),
        ("public_base_url", {"public_base_url": "https://pbx.example.com/\u00e4"}),
        ("rest_url", {"rest_url": "ftp://x"}),
        ("rest_url", {"dialect": "signalwire"}),
        ("region", {"region": "ie1.evil.example"}),
        ("region", {"region": "ie1", "dialect": "signalwire", "rest_url": "https://x.example"}),
        ("edge", {"edge": "-x"}),
        ("music_url[default]", {"music_url": {"default": "music.wav"}}),
        ("listen_port", {"listen_port": 65536}),
        ("stream_port", {"stream_port": 65536}),
        ("stream_url", {"stream_url": "https://pbx.example.com/twilio/stream"}),
        ("stream_url", {"stream_url": "wss://pbx.example.com/sound"}),
        ("devices", {"devices": {"ana": "PJSIP/ana"}}),
        ("devices", {"devices": {"an a": "client:ana"}}),
        ("caller_id", {"caller_id": "4155550100"}),
        ("max_calls_per_s", {"max_calls_per_s": 0}),
        ("max_calls_per_s", {"max_calls_per_s": float("nan")}),
        ("dialect", {"dialect": "kazoo"}),
        ("public_keys", {"dialect": "telnyx"}),
        ("public_keys", {**ON_TELNYX, "public_keys": ("AAAA",)}),
        ("public_keys", {**ON_TELNYX, "public_keys": ("no base64",)}),
        ("auth_tokens", {**ON_TELNYX, "auth_tokens": ()}),
        ("application_sid", {**ON_TELNYX, "application_sid": ""}),
        ("stream_port", {**ON_TELNYX, "stream_port": 8092}),
        ("shared_keys", {**ON_TELNYX, "shared_keys": (SharedKey(key="k", secret=Secret("s")),)}),
        ("device_address", {**ON_TELNYX, "device_address": "client:{device}"}),
        ("devices", {**ON_TELNYX, "devices": {"ana": "client:ana"}}),
        ("request_deadline_s", {"request_deadline_s": 0}),
    ],
    ids=str,
)
def test_what_cannot_work_is_refused_with_advice(field: str, changed: dict[str, Any]) -> None:
    with pytest.raises(TwilioSettingsError) as refused:
        settings(**changed)
    assert refused.value.field == field
    assert refused.value.mend
    assert TOKEN not in str(refused.value)


@pytest.mark.parametrize(
    ("edge", "region", "base"),
    [
        ("", "", "https://api.twilio.com"),
        ("", "ie1", "https://api.ie1.twilio.com"),
        ("dublin", "ie1", "https://api.dublin.ie1.twilio.com"),
        ("ashburn", "", "https://api.ashburn.us1.twilio.com"),
    ],
)
def test_edge_and_region_are_in_the_host(edge: str, region: str, base: str) -> None:
    assert settings(edge=edge, region=region).rest_base == base


def test_requests_can_be_sent_elsewhere() -> None:
    assert settings(rest_url="http://127.0.0.1:9/", region="ie1").rest_base == "http://127.0.0.1:9"
    assert settings(dialect="signalwire", rest_url="https://x.example").rest_base == (
        "https://x.example"
    )


def test_phones_are_clients_addresses_or_numbers() -> None:
    devices = {"ana": "client:ana", "ben": "sip:ben@pbx.example.com", "cy": "+14155550123"}
    kept = settings(devices=devices, caller_id="+14155550100")
    devices["ana"] = "client:eve"
    assert kept.devices["ana"] == "client:ana"


def test_a_phone_that_is_not_named_is_reached_as_the_others_are() -> None:
    made = settings(devices={"ben": "+14155550142"}, device_address="client:{device}")
    assert made.address_of("ben") == "+14155550142"
    assert made.address_of("ana") == "client:ana"
    assert made.address_of("ana;x") is None
    assert settings().address_of("ana") is None
    with pytest.raises(TwilioSettingsError, match="device_address"):
        settings(device_address="fax:{device}")


def test_no_secret_shows_in_any_text_or_file() -> None:
    kept = settings(
        api_key=ApiKey(sid="SK1", secret=Secret("key-secret")),
        shared_keys=(SharedKey(key="k1", secret=Secret("shared-secret")),),
        public_base_url="https://user:pass-word@pbx.example.com",
    )
    for shown in (repr(kept), str(kept), f"{kept.auth_tokens[0]:>40}", f"{kept.api_key}"):
        assert not any(s in shown for s in (TOKEN, "key-secret", "shared-secret", "pass-word"))
    with pytest.raises(TypeError):
        pickle.dumps(kept.auth_tokens[0])
    assert kept.auth_tokens[0].reveal() == TOKEN


def test_secrets_are_equal_when_their_texts_are() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert hash(Secret("a")) == hash(Secret("b"))
    assert not Secret()
    assert repr(Secret()) == "Secret(empty)"


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings().region = "ie1"  # type: ignore[misc]
    with pytest.raises(TypeError):
        settings().devices["x"] = "client:x"  # type: ignore[index]


def test_a_browser_is_no_phone_where_there_are_no_softphones() -> None:
    where = {"where": lambda _device: "browser"}
    assert settings(**where).address_of("ana") == "client:ana"
    assert settings(**ON_TELNYX, **where).address_of("ana") is None
