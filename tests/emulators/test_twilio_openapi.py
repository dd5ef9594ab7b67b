"""The emulator's replies are held against Twilio's own description, and the check can fail."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest

from tests.emulators.twilio import openapi
from tests.emulators.twilio.openapi import Description, description
from tests.real import twilio_spec

pytestmark = pytest.mark.real

ACCOUNT = "AC" + "a" * 32
CALLS = f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json"
CALL = f"/2010-04-01/Accounts/{ACCOUNT}/Calls/CA{'a' * 32}.json"
OURS = re.compile("Calls|Queues|Conferences|Recordings|IncomingPhoneNumbers")
# Where the description's own examples break its own rules.
ODD_EXAMPLES = re.compile(
    r"_application_sid is ''|\+0100', not a date|\.price is '-?0\.00\d+', not number"
)


@pytest.fixture(scope="module")
def known() -> Description:
    try:
        return description()
    except twilio_spec.SpecError as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture
def call(known: Description) -> dict[str, Any]:
    """A reply of the description's own."""
    found = next(
        body
        for method, path, _, body in known.examples()
        if method == "GET" and path.endswith(r"/Calls/([^/]+?)\.json")
    )
    return copy.deepcopy(found)


def test_the_examples_of_the_description_keep_its_rules(known: Description) -> None:
    wrong, right = [], 0
    for method, path, status, body in known.examples():
        if OURS.search(path):
            found = known.schema_problems(method, path, status, body)
            right += not found
            wrong += [p for p in found if not ODD_EXAMPLES.search(p)]
    assert wrong == []
    assert right > 40


def test_a_reply_of_the_description_passes(known: Description, call: dict[str, Any]) -> None:
    assert known.reply_problems("GET", CALL, 200, call) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"status": "answered"}, "is 'answered', not one of"),
        ({"status": None}, ".status is null"),
        ({"sid": "CA123"}, "not ^CA"),
        ({"sid": 5}, "not string"),
        ({"date_created": "2010-08-31T20:36:28Z"}, "not a date of RFC 2822"),
        ({"date_created": "Mon, 31 Aug 2010 20:36:28 +0000"}, "not a date of RFC 2822"),
        ({"mood": "fine"}, ".mood is not in the description"),
        ({"duration": 15}, ".duration is 15, not string"),
    ],
)
def test_a_reply_that_twilio_would_not_give_is_found(
    known: Description, call: dict[str, Any], change: dict[str, Any], told: str
) -> None:
    found = known.reply_problems("GET", CALL, 200, {**call, **change})
    assert found
    assert told in found[0]


def test_a_property_that_is_always_there_is_missed(
    known: Description, call: dict[str, Any]
) -> None:
    del call["direction"]
    assert known.reply_problems("GET", CALL, 200, call) == [f"GET {CALL}: .direction is missing"]


def test_a_wrong_status_or_path_is_found(known: Description, call: dict[str, Any]) -> None:
    assert known.reply_problems("POST", CALLS, 200, call) == [
        f"POST {CALLS}: status 200, not one of 201"
    ]
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Cals.json"
    assert "no such operation" in known.reply_problems("GET", path, 200, call)[0]


def test_a_list_has_its_envelope(known: Description, call: dict[str, Any]) -> None:
    (found,) = {
        p.rpartition(": ")[2]
        for p in known.reply_problems("GET", CALLS, 200, {"calls": [call]})
        if "start" in p
    }
    assert found == ".start is missing"
    wrong = known.reply_problems("GET", CALLS, 200, {"calls": [{**call, "to": 7}]})
    assert any(".calls[0].to is 7, not string" in p for p in wrong)


def test_an_error_has_twilios_body(known: Description) -> None:
    body = {"code": 20404, "message": "gone", "more_info": "https://e.example/", "status": 404}
    assert known.reply_problems("GET", CALL, 404, body) == []
    assert known.reply_problems("GET", CALL, 404, {**body, "status": 400}) != []
    assert known.reply_problems("GET", CALL, 404, {"detail": "gone"}) != []


def test_forms_with_unknown_missing_or_wrong_parameters_are_found(known: Description) -> None:
    form = {
        "To": ["+14155550123"],
        "Timeout": ["soon"],
        "Metod": ["GET"],
        "Method": ["PUT"],
        "Record": ["maybe"],
    }
    found = dict(known.request_problems("POST", CALLS, form))
    assert found["From"] == "missing"
    assert found["Metod"] == "unknown"
    assert "not a whole number" in found["Timeout"]
    assert "not one of" in found["Method"]
    assert "neither true nor false" in found["Record"]
    assert "To" not in found


def test_what_cannot_be_had_is_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def nothing() -> dict[str, Any]:
        asked.append(1)
        raise twilio_spec.SpecError("there is no registry")

    monkeypatch.setattr(twilio_spec, "load", nothing)
    openapi._description.cache_clear()
    try:
        for _ in range(3):
            with pytest.raises(twilio_spec.SpecError, match="no registry"):
                description()
    finally:
        openapi._description.cache_clear()
    assert len(asked) == 1
