"""The doors of an agent's phone: who gets in, and what they are told."""

from __future__ import annotations

from typing import Any

import pytest

from contact_center.adapters.phone.choices import Choice, Way
from tests.adapters.phone.conftest import Bench

BROWSER = Choice(way=Way.BROWSER)


async def test_an_agent_is_told_where_their_phone_is_and_has_it_elsewhere(bench: Bench) -> None:
    status, told = await bench.get()
    assert (status, told["way"], told["device"]) == (200, "desk", "1001")
    assert told["ways"] == ["browser", "desk", "outside"]
    status, told = await bench.post("phone", {"way": "outside", "number": "+14155550123"})
    assert (status, told["way"], told["number"]) == (200, "outside", "+14155550123")
    status, told = await bench.post("phone", {"way": "browser"})
    assert (status, told["way"], told["number"]) == (200, "browser", "")
    assert bench.phones.choice("ben").way is Way.DESK


async def test_credentials_are_for_ones_own_phone_and_only_while_it_is_a_browser(
    bench: Bench,
) -> None:
    assert (await bench.post("line"))[1]["error"] == "not_here"
    bench.phones.chosen = {"ana": BROWSER, "ben": BROWSER}
    status, told = await bench.post("line")
    assert (status, told["kind"], told["user"]) == (200, "sip", "1001")
    assert (await bench.post("line", headers=bench.headers("ben")))[1]["user"] == "1002"
    bench.phones.away = "no key"
    assert await bench.post("line") == (503, {"error": "no_line", "message": "no key"})
    bench.phones.possible = (Way.DESK,)
    assert (await bench.post("line"))[1]["error"] == "no_browser"
    assert (await bench.post("phone", {"way": "browser"}))[1]["error"] == "no_such_way"


@pytest.mark.parametrize("path", ["line", "phone"])
async def test_nobody_gets_in_from_another_page_without_login_or_too_often(
    bench: Bench, path: str
) -> None:
    bench.phones.chosen = {"ana": BROWSER}
    body = {"way": "browser"}
    foreign = bench.headers(Origin="https://evil.example")
    bare = {name: value for name, value in bench.headers().items() if name != "Origin"}
    plain = {name: value for name, value in bench.headers().items() if name != "X-Phone"}
    for headers in (foreign, bare, plain):
        status, told = await bench.post(path, body, headers)
        assert (status, told["error"]) == (403, "origin")
    status, told = await bench.post(path, body, bench.headers("nobody"))
    assert (status, told["error"]) == (401, "log_in")
    status, told = await bench.post(path, body, bench.headers("aud"))
    assert (status, told["error"]) == (403, "not_allowed")
    bench.wait_us = 2_500_000
    status, told = await bench.post(path, body)
    assert (status, told["error"]) == (429, "too_often")


async def test_reading_needs_a_login_and_no_foreign_page_reads(bench: Bench) -> None:
    assert (await bench.get(bench.headers("nobody")))[0] == 401
    assert (await bench.get(bench.headers(Origin="https://evil.example")))[0] == 403


@pytest.mark.parametrize(
    "body",
    [
        {"way": "outside"},
        {"way": "outside", "number": "0900 5550123"},
        {"way": "outside", "number": "+14155550123;x=y"},
        {"way": "browser", "number": "+14155550123"},
        {"way": "pocket"},
        {"way": "desk", "more": 1},
        {"number": "+14155550123"},
        ["desk"],
        {"way": "outside", "number": "+" + "1" * 2000},
    ],
)
async def test_what_is_no_phone_is_refused_and_changes_nothing(bench: Bench, body: Any) -> None:
    status, told = await bench.post("phone", body)
    assert (status, told["error"]) == (400, "malformed")
    assert bench.phones.chosen == {}


async def test_a_number_that_is_not_called_is_refused_with_the_reason(bench: Bench) -> None:
    status, told = await bench.post("phone", {"way": "outside", "number": "+19005550123"})
    assert (status, told["error"]) == (409, "not_called")
