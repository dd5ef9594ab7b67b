"""Whether articles helped is counted by day, on both databases."""

from __future__ import annotations

import asyncio
import io

from contact_center.adapters.sql.article_votes import DAY_US, ArticleVotes, Votes
from contact_center.adapters.sql.database import Database
from contact_center.app.article_report import write_articles


async def test_votes_are_counted_at_once_and_added_up_by_days(database: Database) -> None:
    store = ArticleVotes(database)
    await asyncio.gather(
        *(store.vote("returns", 5 * DAY_US + n, helped=n % 3 > 0) for n in range(9))
    )
    await store.vote("returns", 6 * DAY_US, helped=True)
    await store.vote("roses", 5 * DAY_US, helped=True)
    day = await store.between(5 * DAY_US, 6 * DAY_US)
    assert day == [
        Votes(article="returns", helped=6, not_helped=3),
        Votes(article="roses", helped=1, not_helped=0),
    ]
    both = await store.between(5 * DAY_US, 6 * DAY_US + 1)
    assert both[0] == Votes(article="returns", helped=7, not_helped=3)
    assert await store.between(0, DAY_US) == []
    out = io.StringIO()
    write_articles(out, both, {"returns": "=Returns"}, "csv")
    assert out.getvalue().splitlines() == [
        "article,title,helped,not_helped,share",
        "returns,'=Returns,7,3,70%",
        "roses,,1,0,100%",
    ]
