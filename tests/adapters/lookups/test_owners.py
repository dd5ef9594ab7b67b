"""Asking a database of reassigned numbers over HTTP."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from contact_center.adapters.lookups.owners import MOST, Asked, Owners, OwnersAwayError

DAY = 86_400_000_000
ANA, BEN = "+12125550101", "+12125550102"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def asked_of(handler: Handler, *numbers: str, token: str = "") -> dict[str, str]:
    """Ask a server that answers by a handler."""
    app = web.Application()
    app.router.add_post("/owners", handler)
    async with (
        TestServer(app) as server,
        Owners(str(server.make_url("/owners")), token, within_s=20) as owners,
    ):
        return await owners.ask([Asked(number, 20_000 * DAY) for number in numbers])


async def test_numbers_are_asked_with_their_day_and_answers_come_by_number() -> None:
    seen: list[tuple[str | None, Any]] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append((request.headers.get("Authorization"), await request.json()))
        told = [{"number": ANA, "answer": "yes"}, {"number": "+12125550199", "answer": "no"}]
        return web.json_response({"answers": told})

    assert await asked_of(answer, ANA, BEN, token="abc") == {ANA: "yes"}
    [(token, body)] = seen
    assert token == "Bearer abc"
    assert body == {
        "numbers": [{"number": ANA, "date": "2024-10-04"}, {"number": BEN, "date": "2024-10-04"}]
    }


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (500, "{}"),
        (302, "{}"),
        (200, "no json"),
        (200, '{"answers": [{"number": "+12125550101", "answer": "maybe"}]}'),
        (200, json.dumps({"answers": [], "more": "x" * 300_000})),
    ],
)
async def test_what_cannot_be_believed_is_no_answer(status: int, text: str) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status, text=text, headers={"Location": "/elsewhere"})

    with pytest.raises(OwnersAwayError):
        await asked_of(answer, ANA)


async def test_a_database_that_is_not_there_is_away() -> None:
    async with TestServer(web.Application()) as server:
        url = str(server.make_url("/owners"))
    async with Owners(url, within_s=20) as owners:
        with pytest.raises(OwnersAwayError, match="does not answer"):
            await owners.ask([Asked(ANA, 0)])


async def test_no_question_is_larger_than_its_bound() -> None:
    async with Owners("http://127.0.0.1:9/") as owners:
        with pytest.raises(ValueError, match="at most"):
            await owners.ask([Asked(ANA, 0)] * (MOST + 1))
