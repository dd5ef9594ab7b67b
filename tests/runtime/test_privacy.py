"""Numbers are masked, keys and secrets are gone, ids stay readable, and nothing makes it fail."""

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.core.commands import SendDigits
from contact_center.core.events import KeyPressed
from contact_center.core.facts import Presence
from contact_center.core.ids import CallId, CommandId, LegId
from contact_center.runtime.privacy import REDACTED, Privacy, mask_number

privacy = Privacy()


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("+4930123456", "+*******456"),
        ("+1 415 555-0123", "+* *** ***-*123"),
        ("(030) 123456", "(***) ***456"),
        ("5550123", "****123"),
        ("123456", "123456"),
        ("1001", "1001"),
        ("", ""),
        ("anonymous", "anonymous"),
    ],
)
def test_a_number_keeps_its_last_three_digits(text, masked):
    assert mask_number(text) == masked
    assert privacy.text(f"call from {text} now") == f"call from {masked} now"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("sip:+4930123456@10.0.0.7:5060", "sip:+*******456@10.0.0.7:5060"),
        ("PJSIP/4930123456@trunk", "PJSIP/*******456@trunk"),
        ("ani='+4930123456', did='+4930654321'", "ani='+*******456', did='+*******321'"),
        ('{"ani": "004930123456"}', '{"ani": "*********456"}'),
        ("+4930123456.", "+*******456."),
        ("<030/123456>", "<***/***456>"),
    ],
)
def test_numbers_are_found_in_text(text, masked):
    assert privacy.text(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "channel 1763777306.51 is gone",
        "leg a-1763777306.51-e1-n2",
        "at 1763777306123456 us",
        "2026-11-22 02:08:26 started",
        "2026-11-22T02:08:26.123Z",
        "550e8400-e29b-41d4-a716-446655440000",
        "took 0.123456789 s",
        "extension 1001 on 192.168.100.200:8088",
        "sha256 0123456789abcdef0123456789abcdef",
    ],
)
def test_ids_times_and_addresses_are_no_phone_numbers(text):
    assert privacy.text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "digits='4711'",
        'keys: "4711"',
        "pin=4711",
        "card_pin = 4711",
        "{'password': '4711'}",
        '{"ari_secret": "4711"}',
        "Authorization: Bearer 4711",
        "keys=('4', '4711')",
        "?token=4711&x=1",
    ],
)
def test_what_a_caller_pressed_or_nobody_may_know_is_left_out_of_text(text):
    out = privacy.text(f"before {text} after")
    assert "4711" not in out
    assert REDACTED in out
    assert out.startswith("before ")
    assert out.endswith("after")


def test_messages_that_hold_keys_do_not_show_them():
    call, leg = CallId("c1"), LegId("c1")
    pressed = KeyPressed(call=call, leg=leg, key="7")
    sent = SendDigits(cmd=CommandId("c1:1"), call=call, leg=leg, digits="4711")
    assert "'7'" not in privacy.text(repr(pressed))
    assert "4711" not in privacy.text(str(sent))
    assert privacy.field("event", pressed)["key"] == REDACTED
    assert privacy.field("command", sent)["digits"] == REDACTED
    assert privacy.field("command", sent)["call"] == "c1"


def test_fields_are_masked_by_their_name():
    assert privacy.field("ani", "+4930123456") == "+*******456"
    assert privacy.field("ani", "030.123.456") == "***.***.456"
    assert privacy.field("pin", "4711") == REDACTED
    assert privacy.field("pin", 4711) == REDACTED
    assert privacy.field("keys", ["4", "7"]) == REDACTED
    assert privacy.field("call", "1763777306") == "1763777306"
    assert privacy.field("waiting", 12345678) == 12345678
    assert privacy.field("note", "call +4930123456") == "call +*******456"


def test_known_secrets_are_left_out_wherever_they_appear():
    quiet = Privacy(["s3cr3t-value", "s3cr3t-value-longer", "tiny"])
    assert quiet.text("ws://acd:s3cr3t-value-longer@h/ tiny") == f"ws://acd:{REDACTED}@h/ tiny"
    assert quiet.field("call", "s3cr3t-value") == REDACTED
    assert quiet.field("x", {"y": ["s3cr3t-value"]}) == {"y": [REDACTED]}


def test_cycles_depth_and_size_are_bounded():
    ring: dict[str, object] = {"name": "ring"}
    ring["self"] = ring
    assert privacy.field("x", ring) == {"name": "ring", "self": "[cycle]"}
    deep: object = "bottom"
    for _ in range(100):
        deep = [deep]
    assert json.dumps(privacy.field("x", deep)) == '[[[[["[deep]"]]]]]'
    assert privacy.field("x", list(range(1000)))[-1] == "... (1000)"
    assert privacy.field("x", dict.fromkeys(range(1000)))["..."] == 1000
    assert len(privacy.text("x" * 100_000)) < 4100


class Rude:
    def __repr__(self) -> str:
        raise RuntimeError("no")

    def __len__(self) -> int:
        raise RuntimeError("no")


@dataclasses.dataclass(slots=True)
class HalfMade:
    there: int
    missing: int = dataclasses.field(init=False)


def test_values_that_cannot_be_shown_say_so():
    assert privacy.field("x", Rude()) == "[unprintable Rude]"
    assert privacy.field("x", [Rude()]) == ["[unprintable Rude]"]
    assert privacy.field("x", HalfMade(1)) == "[unprintable HalfMade]"
    assert privacy.field("x", float("nan")) == "nan"
    assert privacy.field("x", Presence.READY) == "ready"
    assert privacy.field("x", b"\x00") == "b'\\x00'"


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner),
    max_leaves=30,
)


@given(st.text(max_size=20), values)
def test_whatever_the_value_json_can_hold_it(name, value):
    json.dumps(privacy.field(name, value), allow_nan=False)


@given(st.text(max_size=10), st.from_regex(r"\+[1-9][0-9]{9,13}\Z"), st.sampled_from(" ,;)>'\"\n"))
def test_no_whole_number_gets_through(before, number, after):
    text = privacy.text(f"{before} {number}{after}")
    assert number not in text
