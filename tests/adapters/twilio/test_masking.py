"""Logs say which call, and to nobody how to call."""

from __future__ import annotations

from contact_center.adapters.twilio.masking import masked

SID = "CA0123456789abcdef0123456789abcdef"


def test_of_a_sid_its_kind_and_end_are_left() -> None:
    assert masked(f"/Calls/{SID}.json") == "/Calls/CA***cdef.json"
    assert masked(f"/Queues/QU{SID[2:]}/Members/{SID}") == "/Queues/QU***cdef/Members/CA***cdef"


def test_of_a_number_its_ends_are_left() -> None:
    assert masked("To=+14155550123") == "To=+141***23"
    assert masked("To=%2B14155550123&x") == "To=+141***23&x"
    assert "555" not in masked("4155550123")


def test_everything_else_is_as_it_was() -> None:
    assert masked("/Calls.json") == "/Calls.json"
    assert masked("HTTP 429, 20429") == "HTTP 429, 20429"
