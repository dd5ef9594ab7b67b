"""How many answered on days before, of what storage has: by list and hour, read once."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing.answers import AT_ONCE_HOURS, Answers, counts
from contact_center.adapters.sql.dialing.tables import attempts
from dialer.answer_prior import HOUR_US, KEPT_HOURS
from dialer.campaign import CampaignState
from dialer.ids import CampaignId, ListId
from tests.adapters.sql.dialing.book import DAY, NOW, store

SPRING, AUTUMN = ListId("spring"), ListId("autumn")
HOUR = NOW // HOUR_US


def attempt(name: str, at: int, verdict: str, list_: str = "spring", **more: Any) -> dict[str, Any]:
    return {
        "attempt": name,
        "campaign": "winter",
        "seller": "acme",
        "purpose": "sales",
        "mode": "predictive",
        "list": list_,
        "lead": f"l-{name}",
        "token": 1,
        "party": f"p-{name}",
        "number": f"+1212{name[-7:]:0>7}",
        "caller_id": "+12125550100",
        "source": "auto",
        "region": "",
        "odds": 1.0,
        "opened_at": at,
        "closed_at": at + 1,
        "verdict": verdict,
        **more,
    }


async def put(database: Database, *rows: dict[str, Any]) -> None:
    await store(database).save_state(
        CampaignId("winter"), CampaignState.RUNNING, "mia", "a test", NOW - 30 * DAY
    )
    plain = {"machine": False, "person": None}
    await database.write(lambda c: c.execute(insert(attempts), [{**plain, **row} for row in rows]))


def days(rate: int, list_: str = "spring", count: int = 20) -> list[dict[str, Any]]:
    """Ten calls a day at this hour, so many of ten answered."""
    return [
        attempt(
            f"{list_}{day * 10 + number}",
            NOW - day * DAY + number,
            "connected" if number < rate else "no_answer",
            list_,
        )
        for day in range(1, count + 1)
        for number in range(10)
    ]


async def test_lists_are_expected_to_answer_as_they_did_at_this_hour(database: Database) -> None:
    await put(database, *days(2), *days(5, "autumn"))
    history = await store(database).answers(NOW)
    spring = history.expected({SPRING: 1.0}, NOW, "America/New_York")
    autumn = history.expected({AUTUMN: 1.0}, NOW, "America/New_York")
    assert spring is not None
    assert autumn is not None
    assert spring.rate == pytest.approx(0.2, abs=0.06)
    assert autumn.rate == pytest.approx(0.5, abs=0.08)


async def test_nothing_is_expected_of_an_empty_database(database: Database) -> None:
    history = await store(database).answers(NOW)
    assert history.expected({SPRING: 1.0}, NOW, "UTC") is None


async def test_only_calls_that_a_person_might_have_answered_count_by_their_odds(
    database: Database,
) -> None:
    hour = (HOUR - 5) * HOUR_US
    await put(
        database,
        attempt("a1", hour, "connected", odds=2.0),
        attempt("a2", hour + 1, "machine"),
        attempt("a3", hour + 2, "abandoned"),
        attempt("a4", hour + 3, "failed"),
        attempt("a5", hour + 4, "cancelled"),
        attempt("a6", hour + 5, "lost"),
        attempt("a7", hour + 6, "connected", source="manual"),
        attempt("a8", hour + 7, "", closed_at=None),
        attempt("a9", hour + 8, "connected", campaign="of nobody"),
        attempt("b1", hour + HOUR_US, "left", "autumn"),
        # Agents heard these: a machine, one of which nobody said anything, and a person.
        attempt("b2", hour + HOUR_US, "connected", "autumn", machine=True, person=False),
        attempt("b3", hour + HOUR_US, "connected", "autumn", machine=True, person=None),
        attempt("b4", hour + HOUR_US, "connected", "autumn", machine=True, person=True),
    )
    found = await database.read(lambda c: counts(c, HOUR - 24, HOUR))
    assert sorted(found) == [
        (AUTUMN, HOUR - 4, 4.0, 2),
        (SPRING, HOUR - 5, 4.0, 2),
    ]


async def test_what_was_read_is_not_read_again_and_an_hour_is_read_when_it_is_over(
    database: Database,
) -> None:
    await put(database, attempt("a1", NOW - 10 * HOUR_US, "connected"))
    read: list[Any] = []
    answers = Answers()

    async def reading(query: Any) -> Any:
        read.append(await database.read(query))
        return read[-1]

    await answers.catch_up(reading, NOW)
    assert len(read) == KEPT_HOURS // AT_ONCE_HOURS
    assert sum(map(len, read)) == 1
    await answers.catch_up(reading, NOW)
    assert len(read) == KEPT_HOURS // AT_ONCE_HOURS
    await put(database, attempt("a2", NOW, "connected"))
    await answers.catch_up(reading, NOW + HOUR_US)
    assert read[-1] == [], "talks of this hour may go on"
    await answers.catch_up(reading, NOW + 2 * HOUR_US)
    assert read[-1] == [(SPRING, HOUR, 1.0, 1)]


async def test_a_piece_that_failed_is_read_again_and_the_others_are_not(database: Database) -> None:
    await put(database, *days(3))
    answers = Answers()
    pieces = 0

    async def failing(query: Any) -> Any:
        nonlocal pieces
        pieces += 1
        if pieces == 10:
            raise ConnectionError("away")
        return await database.read(query)

    with pytest.raises(ConnectionError):
        await answers.catch_up(failing, NOW)
    await answers.catch_up(failing, NOW)
    assert pieces == KEPT_HOURS // AT_ONCE_HOURS + 1
    expected = answers.history.expected({SPRING: 1.0}, NOW, "UTC")
    assert expected is not None
    assert expected.rate == pytest.approx(0.3, abs=0.05)
