"""Messages survive being written down, and what is no message is refused."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contact_center.core.events import Event
from contact_center.core.vocabulary import ROOTS, messages
from contact_center.runtime.codec import CodecError, encoder, event_from, message_from, tag

# JSON has no infinity; no adapter sends one.
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))

MESSAGES = [kind for root in ROOTS for kind in messages(root)]


@settings(max_examples=5, deadline=None)
@given(data=st.data())
@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: kind.__name__)
def test_every_message_comes_back_as_it_was(kind: type, data: st.DataObject) -> None:
    message = data.draw(st.from_type(kind).filter(lambda m: type(m) is kind))
    name, body = tag(message)
    written = encoder.encode(body)
    again = message_from(name, msgspec.Raw(written))
    assert encoder.encode(again) == written
    assert type(again) is kind
    if isinstance(message, Event):
        assert event_from(name, msgspec.Raw(written)) == again
        assert event_from(name, msgspec.json.decode(written)) == again


def test_names_are_unique() -> None:
    assert len({kind.__name__ for kind in MESSAGES}) == len(MESSAGES)


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(CodecError, match="no event called 'Nonsense'"):
        event_from("Nonsense", {})
    with pytest.raises(CodecError, match="no message called 'Nonsense'"):
        message_from("Nonsense", msgspec.Raw(b"{}"))


def test_a_command_is_no_event() -> None:
    with pytest.raises(CodecError, match="no event called 'Hangup'"):
        event_from("Hangup", {})


@pytest.mark.parametrize("fields", [{}, {"call": "c1", "leg": 7}, {"call": None, "leg": "c1"}])
def test_missing_and_mistyped_fields_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(CodecError, match="CallAnswered: "):
        event_from("CallAnswered", fields)
    with pytest.raises(CodecError, match="CallAnswered: "):
        message_from("CallAnswered", msgspec.Raw(encoder.encode(fields)))
