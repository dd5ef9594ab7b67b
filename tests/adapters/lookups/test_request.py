"""What is sent: values in their places, quoted, and nothing that leads elsewhere."""

from __future__ import annotations

import json

import pytest

from contact_center.adapters.lookups.request import NotSentError, request_of
from contact_center.core.ivr.services import IdempotencyKey
from tests.adapters.lookups.samples import command, service


def url_of(value: object, url: str = "https://crm.example.com/customers/{phone}?a=1") -> str:
    return request_of(service(url), command(args=(("url.phone", value),)), {}).url


def test_a_value_in_the_url_is_quoted_whole() -> None:
    assert url_of("+1 (415)/55?x=&%#") == (
        "https://crm.example.com/customers/%2B1%20%28415%29%2F55%3Fx%3D%26%25%23?a=1"
    )
    assert url_of("né").endswith("/customers/n%C3%A9?a=1")
    assert url_of(7).endswith("/7?a=1")
    assert url_of(True).endswith("/true?a=1")


@pytest.mark.parametrize("value", ["..", "."])
def test_a_value_that_would_climb_the_path_is_not_sent(value: str) -> None:
    with pytest.raises(NotSentError, match="elsewhere") as refused:
        url_of(value)
    assert not refused.value.nothing


@pytest.mark.parametrize("value", ["", None])
def test_an_empty_value_in_the_url_means_that_there_is_nothing_to_look_for(value: object) -> None:
    with pytest.raises(NotSentError) as refused:
        url_of(value)
    assert refused.value.nothing


def test_a_url_that_grew_too_long_is_not_sent() -> None:
    with pytest.raises(NotSentError, match="too long"):
        url_of("9" * 3000)


def test_body_headers_and_secrets_come_to_their_places() -> None:
    made = request_of(
        service("https://crm.example.com/verify", method="POST"),
        command(args=(("body.id", "7"), ("body.vip", True), ("header.X-Branch", 12))),
        {"body.pin": "4821"},
    )
    assert made.body is not None
    assert json.loads(made.body) == {"id": "7", "vip": True, "pin": "4821"}
    assert made.headers["X-Branch"] == "12"
    assert made.headers["Accept-Encoding"] == "identity"
    assert "4821" not in repr(made)


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\0b", "ü", "x" * 2000])
def test_a_header_that_could_become_two_is_not_sent(value: str) -> None:
    with pytest.raises(NotSentError, match="header"):
        request_of(service(), command(args=(("header.X-Note", value),)), {})


def test_the_same_visit_has_the_same_key_and_the_next_one_another() -> None:
    def key(number: int, of: IdempotencyKey) -> str:
        asked = command(number, args=())
        return request_of(
            service("https://crm.example.com/pay", method="POST", idempotency=of), asked, {}
        ).headers["Idempotency-Key"]

    visit, call = IdempotencyKey.VISIT, IdempotencyKey.CALL
    assert key(1, visit) == key(1, visit) != key(2, visit)
    assert key(1, call) == key(2, call)


def test_what_is_only_read_has_no_body() -> None:
    assert request_of(service(), command(), {}).body is None
