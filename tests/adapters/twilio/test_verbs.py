"""The strict table: what Twilio would hang up on is refused before it is sent."""

from __future__ import annotations

import inspect

import pytest
from twilio.twiml import voice_response

from contact_center.adapters.twilio.verbs import RULES, Verb, problems

URL = "https://pbx.example.com/twilio/step"


def wrong(*inside: Verb) -> list[str]:
    return problems(Verb("Response", inside=inside))


def verb(kind: str, text: str = "", *inside: Verb, **attributes: str) -> Verb:
    return Verb(kind, tuple(attributes.items()), inside, text)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (verb("Sey", "hello"), "Response/Sey[1]: not inside Response"),
        (verb("Say", "hello", bogus="1"), "Response/Say[1]: has no bogus"),
        (verb("Say", ""), "Response/Say[1]: its text has not 1 to 4096 characters"),
        (verb("Say", "x" * 4097), "Response/Say[1]: its text has not 1 to 4096 characters"),
        (verb("Say", "x", language="English"), "Response/Say[1]: language is no language"),
        (verb("Hangup", "now"), "Response/Hangup[1]: has no text"),
        (verb("Gather"), "Response/Gather[1]: action is missing"),
        (
            verb("Gather", action=URL, timeout="abc"),
            "Response/Gather[1]: timeout is not 1 to 3600, auto",
        ),
        (
            verb("Gather", action=URL, numDigits="0"),
            "Response/Gather[1]: numDigits is not 1 to 1000",
        ),
        (
            verb("Gather", action=URL, numDigits="\u0663"),
            "Response/Gather[1]: numDigits is not 1 to 1000",
        ),
        (
            verb("Gather", action=URL, finishOnKey="any"),
            "Response/Gather[1]: finishOnKey is no set of keys",
        ),
        (
            verb("Gather", "", verb("Gather", action=URL), action=URL),
            "Response/Gather[1]/Gather[1]: not inside Gather",
        ),
        (
            verb("Play", "https:///no-host"),
            "Response/Play[1]: its text is no address that begins with http or https",
        ),
        (
            verb("Play", f"{URL}/two words"),
            "Response/Play[1]: its text is no address that begins with http or https",
        ),
        (verb("Play", URL, digits="12"), "Response/Play[1]: has no text"),
        (verb("Play", digits="12,"), "Response/Play[1]: digits is no row of keys"),
        (verb("Dial", action=URL), "Response/Dial[1]: has nothing inside"),
        (
            verb("Dial", "", verb("Queue", "q"), verb("Number", "+14155550123"), action=URL),
            "Response/Dial[1]: a queue or conference is dialled alone",
        ),
        (
            verb("Dial", "", verb("Number", "4155550123"), action=URL),
            "Response/Dial[1]/Number[1]: its text is no number",
        ),
        (
            verb("Connect", "", verb("Stream", url="https://pbx.example.com"), action=URL),
            "Response/Connect[1]/Stream[1]: url is no address that begins with ws or wss",
        ),
        (
            Verb("Pause", (("length", "1"), ("length", "2"))),
            "Response/Pause[1]: length stands there twice",
        ),
    ],
    ids=lambda case: case if isinstance(case, str) else "",
)
def test_a_mistake_is_found_with_its_place(bad: Verb, says: str) -> None:
    assert wrong(bad) == [says]


def test_what_stands_behind_the_end_is_never_carried_out() -> None:
    assert wrong(verb("Hangup"), verb("Say", "bye")) == [
        "Response/Hangup[1]: what follows is never carried out"
    ]
    assert wrong(verb("Say", "no"), verb("Reject")) == [
        "Response: Reject is not the first, so the call is answered before"
    ]


def test_only_a_response_is_a_document() -> None:
    assert problems(verb("Say", "x")) == ["Say: not a Response"]


def test_a_verb_walks_through_everything_inside_it() -> None:
    inner = verb("Say", "x", voice="alice")
    outer = Verb("Response", inside=(verb("Gather", "", inner),))
    assert [one.name for one in outer.walk()] == ["Response", "Gather", "Say"]
    assert inner.get("voice") == "alice"
    assert inner.get("loop") is None


def test_every_attribute_of_the_table_is_one_that_the_official_builder_knows() -> None:
    """Names only: the builder itself would take any."""
    response, dial = voice_response.VoiceResponse, voice_response.Dial
    makers = dict.fromkeys(RULES["Response"].inside, response)
    makers |= dict.fromkeys(("Number", "Client", "Sip", "Queue", "Conference"), dial)
    makers |= {"Recording": voice_response.Start, "Stream": voice_response.Connect}
    checked = 0
    for name, owner in makers.items():
        parameters = inspect.signature(getattr(owner, name.lower())).parameters
        known = {part.replace("_", "").lower() for part in parameters}
        ours = {attribute.lower() for attribute in RULES[name].attributes}
        assert ours <= known, name
        checked += len(ours)
    assert checked > 90
