"""The best time to call: learned from attempts, and the first claimed is whose hour it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing import best_times
from contact_center.adapters.sql.dialing.tables import attempts
from dialer.best_time import BestTime
from dialer.campaign import ListShare
from dialer.ids import ListId
from tests.adapters.sql.dialing.book import campaign, store
from tests.adapters.sql.dialing.lists import START, Clock, import_lines, leads_of

EAST = "1,,Ana,+12125550101,,41,"
WEST = "2,,Ben,+14155550101,,30,"
HOUR_US = 3_600_000_000
LIST = ListId("spring")
# The start is a Wednesday, 6:06 in New York and 3:06 in San Francisco.
WEEK_US = 7 * 24 * HOUR_US


def attempt(number: int, lead: str, at: int, verdict: str, to: str) -> dict[str, Any]:
    known = {"campaign": "winter", "seller": "acme", "purpose": "sales", "mode": "predictive"}
    return {
        **known,
        "attempt": f"a{number:04}",
        "list": LIST,
        "lead": lead,
        "token": 1,
        "party": f"p{number}",
        "number": to,
        "caller_id": "+12125550100",
        "source": "auto",
        "region": "",
        "opened_at": at,
        "closed_at": at + 1,
        "verdict": verdict,
    }


async def fill(database: Database, folder: Path, *more: tuple[str, str]) -> None:
    """Both answer at six in the morning of theirs, and never at three in the night."""
    await import_lines(database, folder, EAST, WEST)
    found = await leads_of(database)
    rows = []
    for key, to, hours in (("1", "+12125550101", 0), ("2", "+14155550101", 3)):
        for number in range(60):
            at = START - WEEK_US * (1 + number % 4) + hours * HOUR_US + number
            lead = found[key]["lead"]
            rows.append(attempt(len(rows), lead, at, "connected", to))
            rows.append(attempt(len(rows), lead, at - 3 * HOUR_US, "no_answer", to))
    for verdict, to in more:
        rows.append(attempt(len(rows), found["1"]["lead"], START - HOUR_US, verdict, to))
    await database.write(lambda c: c.execute(insert(attempts), rows))


async def test_attempts_teach_when_people_answer(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(best_times, "PAGE", 7)
    more = (("failed", "+12125550101"), ("invalid", "+12125550101"), ("busy", "+12125550199"))
    await fill(database, tmp_path, *more)
    known = BestTime()
    # A failure says nothing, and neither does a number that the lead does not have any more.
    assert await best_times.learn(database, LIST, 0, known) == 240
    assert len(known.groups) == 2
    for group in known.groups:
        wednesday = [known.rate(group, 2 * 12 + hour // 2) for hour in (3, 6)]
        assert wednesday[0] < 0.15 < 0.8 < wednesday[1]
    assert await best_times.learn(database, LIST, START, BestTime()) == 0


async def test_whose_hour_it_is_is_claimed_first(database: Database, tmp_path: Path) -> None:
    await fill(database, tmp_path)
    known = BestTime(seed=3)
    await best_times.learn(database, LIST, 0, known)
    clock = Clock(START)
    assert await best_times.refresh(database, LIST, clock, known) == 2
    found = await leads_of(database)
    assert found["1"]["odds"] > 1.5 > 0.5 > found["2"]["odds"]
    dial = store(database)
    wanted = campaign(ListShare(list=LIST, order=("best_time",)))
    (first,) = (await dial.claim(wanted, 1, clock())).leads
    assert first.lead == found["1"]["lead"]
    assert first.odds == found["1"]["odds"]
    # Three hours later it is the other's hour; who is claimed is left alone.
    clock.at += 3 * HOUR_US
    assert await best_times.refresh(database, LIST, clock, known) == 1
    assert (await leads_of(database))["2"]["odds"] > 1.5


def test_who_may_be_in_several_zones_has_no_hour() -> None:
    assert best_times.group_of(["America/New_York", "America/Chicago"], "mobile") == ""
    assert best_times.group_of([], "mobile") == ""
    group = best_times.group_of(["Europe/London"], "mobile")
    assert best_times.zone_of(group) == "Europe/London"
