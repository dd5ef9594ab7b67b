"""What comes back: values of the right type, or a plain reason why there are none."""

from __future__ import annotations

import pytest

from contact_center.adapters.lookups.answer import MAX_DEPTH, read
from contact_center.content.cel_engine import compile_answer
from contact_center.core.lookups import LookupOutcome
from tests.adapters.lookups.samples import returned, service

OK, NOT_FOUND, ERROR = LookupOutcome.OK, LookupOutcome.NOT_FOUND, LookupOutcome.ERROR
ALL = service(
    returns=(
        returned("name", "body.name"),
        returned("count", "body.count", "int"),
        returned("rate", "body.rate", "float"),
        returned("vip", "body.vip", "bool"),
        returned("tier", "body.tier", "enum", "gold", "basic"),
        returned("balance", "body.balance", "decimal"),
    )
)
GOOD = (
    b'{"name": "Ann", "count": 3, "rate": 2, "vip": true, "tier": "gold", "balance": 1250.50,'
    b' "more": [1, 2]}'
)


def test_values_come_in_the_types_of_the_variables() -> None:
    answer = read(ALL, 200, GOOD)
    assert answer.outcome is OK
    assert dict(answer.values) == {
        "name": "Ann",
        "count": 3,
        "rate": 2.0,
        "vip": True,
        "tier": "gold",
        "balance": "1250.5",
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"Ann"', b"7"),
        (b'"Ann"', b"null"),
        (b'"Ann"', b'["Ann"]'),
        (b'"Ann"', b'"' + b"x" * 2000 + b'"'),
        (b'"count": 3', b'"count": "3"'),
        (b'"count": 3', b'"count": 3.5'),
        (b'"count": 3', b'"count": true'),
        (b'"count": 3', b'"cuont": 3'),
        (b'"vip": true', b'"vip": 1'),
        (b'"gold"', b'"silver"'),
        (b"1250.50", b'"1,250.50"'),
        (b"1250.50", b"1e300"),
    ],
)
def test_a_value_of_another_type_is_an_error_whose_reason_tells_nothing_of_it(
    old: bytes, new: bytes
) -> None:
    answer = read(ALL, 200, GOOD.replace(old, new))
    assert answer.outcome is ERROR
    assert answer.reason == "the answer does not fit what the flow expects"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>secret 4821</html>", "no JSON"),
        (b'{"id": ', "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b'{"id": NaN}', "no JSON"),
        (b"[" * 30_000, "too deeply"),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "too deeply"),
        (b'{"id": 99999999999999999999}', "too large"),
        (b'"just a text"', "does not fit"),
        (b"", "does not fit"),
    ],
)
def test_what_is_no_answer_is_an_error(body: bytes, reason: str) -> None:
    answer = read(service(), 200, body)
    assert (answer.outcome, answer.well) == (ERROR, False)
    assert reason in answer.reason
    assert "4821" not in answer.reason


def test_404_and_a_condition_say_that_there_is_nothing() -> None:
    assert read(service(), 404, b"").outcome is NOT_FOUND
    asked = service(found=compile_answer("has(body.id) && body.id != ''"))
    assert read(asked, 200, b'{"id": "7"}').outcome is OK
    assert read(asked, 200, b'{"id": ""}').outcome is NOT_FOUND
    assert read(asked, 200, b"{}").outcome is NOT_FOUND


@pytest.mark.parametrize(
    ("status", "well", "again"),
    [
        (301, True, False),
        (400, True, False),
        (401, True, False),
        (429, True, True),
        (500, False, True),
        (501, False, False),
        (503, False, True),
    ],
)
def test_other_statuses_are_errors_some_worth_another_try(
    status: int, well: bool, again: bool
) -> None:
    answer = read(service(), status, b"{}")
    assert (answer.outcome, answer.well, answer.again) == (ERROR, well, again)
    assert answer.reason == f"status {status}"


def test_a_service_that_returns_nothing_need_not_say_anything() -> None:
    assert read(service(returns=()), 204, b"").outcome is OK
