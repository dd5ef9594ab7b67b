"""Strict reading of documents: what is refused, what is warned of, what goes through."""

from __future__ import annotations

import pytest

from tests.emulators.twilio.twiml import BadDocument, Document, parse
from tests.emulators.twilio.verb_table import RULES, WAITING


def read(inside: str, allowed: frozenset[str] | None = None) -> tuple[Document, list[str]]:
    warnings: list[str] = []
    body = f"<?xml version='1.0' encoding='UTF-8'?><Response>{inside}</Response>"
    return parse(body.encode(), warnings=warnings, allowed=allowed), warnings


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", 12100),
        (b"<Response>", 12100),
        (b" <?xml version='1.0'?><Response/>", 12100),
        (b"<Response><Say>a & b</Say></Response>", 12100),
        (b"<Response><Say>a \x07 b</Say></Response>", 12100),
        (b"<?xml version='1.0' encoding='x-none'?><Response/>", 12100),
        (b"<response/>", 12102),
        (b"<Response><say>a</say></Response>", 12100),
        (b"<Response><Sing/></Response>", 12100),
        (b"<Response><Number>+14155550123</Number></Response>", 12200),
        (b"<Response><Gather><Redirect>/a</Redirect></Gather></Response>", 12200),
        (b"<Response><Gather><Gather/></Gather></Response>", 12200),
        (b"<Response><Say><Play>/a</Play></Say></Response>", 12200),
        (b"<Response><Say>" + b"a" * 4097 + b"</Say></Response>", 13520),
        (b"<Response><Enqueue>" + b"q" * 65 + b"</Enqueue></Response>", 13000),
        (b"<Response>" + b"<Pause/>" * 10000 + b"</Response>", 11750),
    ],
)
def test_what_cannot_be_run_is_refused(body: bytes, code: int) -> None:
    with pytest.raises(BadDocument) as refused:
        parse(body, warnings=[])
    assert refused.value.code == code


@pytest.mark.parametrize(
    "inside",
    [
        "<Gather bogus='1'/>",
        "<Gather timeout='abc'/>",
        "<Gather numDigits='0'/>",
        "<Gather finishOnKey='##x'/>",
        "<Gather method='PUT'/>",
        "<Gather input='keys'/>",
        "<Gather actionOnEmptyResult='yes'/>",
        "<Gather Timeout='5'/>",
        "<Say loop='-1'>a</Say>",
        "<Say/>",
        "<Pause length='1.5'/>",
        "<Pause length='0'/>",
        "<Pause>a</Pause>",
        "<Reject reason='drunk'/>",
        "<Dial timeout='soon'>+14155550123</Dial>",
        "<Play digits='12x'/>",
        "stray",
    ],
)
def test_what_is_only_wrong_is_warned_of_and_left_out(inside: str) -> None:
    document, warnings = read(inside)
    assert len(warnings) == 1
    assert all(not verb.attributes for verb in document.verbs)


def test_everything_that_is_right_goes_through_without_a_warning() -> None:
    document, warnings = read(
        "<Gather input='dtmf speech' timeout='auto' numDigits='4' finishOnKey='' method='get'>"
        "<Say voice='Polly.Amy' language='en-GB'>Hello <break time='1s'/> <emphasis>Ana</emphasis>"
        "</Say><Play loop='0'>https://a.example/m.wav?a=1&amp;b=2</Play><Pause length='2'/>"
        "</Gather>"
        "<Dial callerId='+14155550100' record='record-from-answer-dual'><Conference beep='onEnter'"
        " statusCallbackEvent='start end join leave'>talk 1</Conference></Dial>"
    )
    assert not warnings
    gather, dial = document.verbs
    assert [verb.name for verb in gather.children] == ["Say", "Play", "Pause"]
    assert gather.children[0].text == "Hello Ana"
    assert gather.children[1].text == "https://a.example/m.wav?a=1&b=2"
    assert gather.get("finishOnKey", "#") == ""
    assert dial.children[0].text == "talk 1"


@pytest.mark.parametrize("name", sorted(WAITING))
def test_a_document_for_waiting_holds_what_passes_the_time(name: str) -> None:
    text = {"url": "/a", "words": "a"}.get(RULES[name].text, "")
    read(f"<{name}>{text}</{name}>", WAITING)


@pytest.mark.parametrize("name", ["Dial", "Enqueue", "Record", "Reject"])
def test_a_document_for_waiting_holds_nothing_else(name: str) -> None:
    with pytest.raises(BadDocument) as refused:
        read(f"<{name}/>", WAITING)
    assert refused.value.code == 12200


def test_a_sip_address_means_something_else_in_a_refer() -> None:
    document, warnings = read("<Refer action='/a'><Sip>sip:ana@a.example</Sip></Refer>")
    assert not warnings
    assert document.verbs[0].children[0].text == "sip:ana@a.example"
    with pytest.raises(BadDocument):
        read("<Refer><Number>+14155550123</Number></Refer>")
