"""Whom a campaign would dial next, as people are told: with numbers for whom may see them."""

from __future__ import annotations

from pathlib import Path

from contact_center.adapters.sql.dialing.looking import Looking
from contact_center.adapters.sql.migrate import open_database
from contact_center.app.dial_ahead import whom_next
from dialer.campaign import CampaignState
from tests.adapters.sql.dialing import book
from tests.adapters.sql.dialing.book import ANYWHERE, CAMPAIGN, NOW


async def test_numbers_are_whole_for_those_alone_who_may_see_them(tmp_path: Path) -> None:
    database = await open_database(f"sqlite+aiosqlite:///{tmp_path}/d.db")
    try:
        await book.put(database, {"lead": "a", "name": "Ann"}, {"lead": "b", "state": "done"})
        for may in (True, False):
            told = await whom_next(
                Looking(database),
                (ANYWHERE,),
                CAMPAIGN,
                CampaignState.PAUSED,
                NOW,
                anew=False,
                numbers=may,
            )
            (one,) = told["next"]
            whole = book.number_of(0)
            assert one["number"] == (whole if may else "+********" + whole[-3:])
            assert (one["name"], one["allowed"], one["words"]) == (
                "Ann",
                True,
                ["The campaign is paused."],
            )
            (of,) = told["lists"]
            assert (of["list"], of["leads"], of["wanted"], of["due"]) == ("l", 2, 1, 1)
    finally:
        await database.close()
