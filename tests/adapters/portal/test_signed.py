"""Notes that come back through a browser: forged, too old, for something else, used twice."""

import base64
import json

import pytest

from contact_center.adapters.portal import signed
from contact_center.adapters.portal.signed import (
    CANCEL,
    CONTEXT,
    FORM,
    MOST,
    NoteError,
    Used,
    derived,
    opened,
    seal,
)

KEY = b"a key of the tests alone, 32 bytes"
NOW = 1_764_000_000


def why_not(note: str, purpose: str = CONTEXT, now: int = NOW, key: bytes = KEY) -> str:
    with pytest.raises(NoteError) as caught:
        opened(key, purpose, note, now, 900)
    return str(caught.value)


def note(**content: object) -> str:
    return seal(KEY, CONTEXT, {"at": NOW, "page": "Roses", **content})


def test_a_note_comes_back_as_it_was_written():
    assert opened(KEY, CONTEXT, note(case="Bestellung Nº 4711"), NOW + 900, 900) == {
        "at": NOW,
        "page": "Roses",
        "case": "Bestellung Nº 4711",
    }


def test_a_note_is_too_old_after_its_time_and_none_from_the_future():
    assert why_not(note(), now=NOW + 901) == "expired"
    assert why_not(note(), now=NOW - 61) == "expired"
    assert opened(KEY, CONTEXT, note(), NOW - 60, 900)["page"] == "Roses"


def test_a_note_that_was_changed_is_forged():
    version, text, given = note().split(".")
    other = base64.urlsafe_b64encode(json.dumps({"at": NOW, "page": "Oaks"}).encode()).decode()
    for forged in (
        f"{version}.{other.rstrip('=')}.{given}",
        f"{version}.{text}.{given[:-1]}",
        f"{version}.{text}.",
        f"{version}.{text}",
        f"v2.{text}.{given}",
        f"{version}.{text}.{given}é",
        "",
        "." * 50,
        note(page="x" * MOST),
    ):
        assert why_not(forged) == "forged"
    assert why_not(note(), key=b"another key") == "forged"
    assert why_not(note(), key=b"") == "forged"


def test_a_note_for_one_thing_is_none_for_another():
    assert why_not(note(), FORM) == "forged"
    assert why_not(note(), CANCEL) == "forged"


@pytest.mark.parametrize("content", ["[]", "7", '{"at": "now"}', '{"at": true}', "{", "{}"])
def test_what_is_signed_and_yet_no_note_is_refused(content: str):
    text = base64.urlsafe_b64encode(content.encode()).rstrip(b"=").decode()
    made = f"v1.{text}.{signed._seal(KEY, CONTEXT, text)}"
    assert why_not(made) == "malformed"


def test_a_name_is_used_by_one_until_it_is_too_old_to_be_shown_again():
    used = Used(lasts_s=900, most=2)
    assert used.claim("a", "eve", NOW)
    assert used.claim("a", "eve", NOW + 1), "by the same again"
    assert not used.claim("a", "bob", NOW + 899)
    assert used.claim("b", "eve", NOW + 10)
    assert not used.claim("c", "eve", NOW + 20), "too many are remembered: none is forgotten for it"
    assert used.claim("c", "eve", NOW + 901)
    used.free("c")
    assert "c" not in used
    assert used.claim("c", "bob", NOW + 902)


def test_what_is_derived_follows_from_key_and_parts():
    assert derived(KEY, "a", "b") == derived(KEY, "a", "b")
    assert len({derived(KEY, "a", "b"), derived(KEY, "a"), derived(b"x", "a", "b")}) == 3
    assert len(derived(KEY, "a")) == 20
