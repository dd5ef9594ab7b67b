"""Who may come into the console, and what they are told if not."""

from __future__ import annotations

from typing import Any

import pytest

from contact_center.core.permissions import PAGES
from tests.adapters.console.conftest import Bench


async def ask(served: Bench, who: str) -> tuple[int, dict[str, Any]]:
    path = f"{served.url}/console/api/me"
    async with served.http.get(path, headers=served.headers(who)) as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.status, await answer.json()


async def test_a_supervisor_is_told_who_they_are(served: Bench) -> None:
    assert await ask(served, "dana") == (
        200,
        {
            "agent": "dana",
            "name": "Dana",
            "device": "1009",
            "sees_numbers": False,
            "pages": list(PAGES),
            "may": ["see.floor"],
            "pause_reasons": [{"code": "lunch", "label": "Lunch"}],
            "ages": [],
            "skills": [],
        },
    )


@pytest.mark.parametrize(
    ("who", "status", "error"), [("nobody", 401, "log_in"), ("ana", 403, "no_supervisor")]
)
async def test_others_are_told_why_not(served: Bench, who: str, status: int, error: str) -> None:
    answered, told = await ask(served, who)
    assert (answered, told["error"]) == (status, error)
    assert who == "nobody" or "Ana supervises nobody" in told["message"]


async def test_who_may_see_one_page_alone_comes_in_for_that_one(served: Bench) -> None:
    status, told = await ask(served, "cora")
    assert (status, told["pages"], told["may"]) == (200, ["audit"], ["see.audit"])
