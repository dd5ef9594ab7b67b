"""The message structs agree with the description of ARI that Asterisk ships."""

import json
from typing import Any

import msgspec
import pytest

from contact_center.adapters.asterisk import ari_messages as wire
from contact_center.adapters.asterisk.local import find

_EVENTS = (*wire.Event.__args__, *wire.Control.__args__)
_MODELS = {
    "Channel": wire.Channel,
    "CallerID": wire.CallerId,
    "DialplanCEP": wire.Dialplan,
    "Bridge": wire.Bridge,
    "Playback": wire.Playback,
    "LiveRecording": wire.LiveRecording,
    "Application": wire.Application,
} | {event.__struct_config__.tag: event for event in _EVENTS}


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    models: dict[str, Any] = {}
    for path in (find().share / "rest-api").glob("*.json"):
        models |= json.loads(path.read_text()).get("models", {})
    assert len(models) > 50
    return models


def _properties(described: dict[str, Any], name: str) -> dict[str, Any]:
    own = dict(described[name]["properties"])
    for parent, model in described.items():
        if name in model.get("subTypes", ()):
            own = _properties(described, parent) | own
    return own


@pytest.mark.real
@pytest.mark.parametrize("name", sorted(_MODELS))
def test_every_field_we_read_is_described_by_asterisk(described: dict[str, Any], name: str) -> None:
    properties = _properties(described, name)
    for field in msgspec.structs.fields(_MODELS[name]):
        assert field.name in properties, f"{name} has no {field.name}"
        if field.required:
            # What may be missing must not be demanded.
            assert properties[field.name].get("required") is True, f"{name}.{field.name}"


@pytest.mark.real
def test_every_type_in_the_event_filter_is_one_asterisk_knows(described: dict[str, Any]) -> None:
    assert set(wire.EVENT_FILTER) <= set(described)


def test_the_event_filter_lets_answers_through() -> None:
    assert {"RESTResponse", "ApplicationReplaced"} <= set(wire.EVENT_FILTER)


def test_the_event_filter_names_every_event_we_decode() -> None:
    assert {event.__struct_config__.tag for event in _EVENTS} == set(wire.EVENT_FILTER)


def test_an_unknown_type_is_tolerated() -> None:
    message = wire.decode(b'{"type":"ChannelSneezed","channel":{"id":"1"},"loud":true}')
    assert message == wire.OtherMessage("ChannelSneezed")


def test_unknown_fields_are_skipped() -> None:
    message = wire.decode(b'{"type":"StasisEnd","channel":{"id":"1","mood":7},"x":[1,{}]}')
    assert message == wire.StasisEnd(wire.Channel("1"))


def test_a_caller_name_that_is_not_utf8_is_repaired() -> None:
    data = b'{"type":"StasisStart","args":[],"channel":{"id":"1","caller":{"name":"J\xf6rg"}}}'
    message = wire.decode(data)
    assert isinstance(message, wire.StasisStart)
    assert message.channel.caller.name == "J\N{REPLACEMENT CHARACTER}rg"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        b'{"type":7}',
        b'{"type":"StasisStart"}',
        b'{"type":"StasisEnd","channel":{}}',
        b'{"type":"StasisEnd","channel":{"id":"1"}',
        b"\xff\xfe",
    ],
)
def test_what_is_no_message_is_refused(data: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        wire.decode(data)


def test_a_request_is_encoded_as_asterisk_wants_it() -> None:
    request = wire.RestRequest(
        request_id="7",
        method="POST",
        uri="channels",
        query_strings=(wire.NameValue("endpoint", "PJSIP/1"),),
    )
    assert json.loads(wire.encode_request(request)) == {
        "type": "RESTRequest",
        "request_id": "7",
        "method": "POST",
        "uri": "channels",
        "query_strings": [{"name": "endpoint", "value": "PJSIP/1"}],
    }
