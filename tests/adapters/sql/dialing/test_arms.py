"""The two arms of a campaign that holds people out, counted alike, on both databases."""

from __future__ import annotations

from sqlalchemy import Connection, insert

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing.arms import compare
from contact_center.adapters.sql.dialing.leads import held_out
from contact_center.adapters.sql.tables import interactions
from dialer.campaign import CampaignSettings, DispositionRule
from tests.adapters.sql.dialing import book
from tests.adapters.sql.dialing.book import HOUR, NOW

GOALS = {
    "sold": DispositionRule(code="sold", success=True),
    "refused": DispositionRule(code="refused"),
}
PEOPLE = 60


def half(**more: object) -> CampaignSettings:
    """A campaign that holds half of the people out."""
    return book.campaign(holdout=0.5, dispositions=GOALS, **more)


def talk(number: int, call: str, disposition: str = "sold", at: int = NOW) -> dict[str, object]:
    """A conversation with somebody, whoever called whom."""
    texts = dict.fromkeys(
        ("ani", "ani_name", "did", "customer_name", "flow", "queue", "agent", "notes"), ""
    )
    return {
        **texts,
        "call": call,
        "direction": "inbound",
        "party": book.number_of(number),
        "started_at": at,
        "outcome": "finished",
        "lost": False,
        "disposition": disposition,
        **dict.fromkeys(("talk_us", "hold_us", "wait_us"), 0),
    }


async def people(database: Database, *talks: dict[str, object]) -> None:
    """Sixty people on the list, and what became of conversations."""
    await book.put(database, *({"lead": f"p{n}", "party": f"party-{n}"} for n in range(PEOPLE)))

    def write(connection: Connection) -> None:
        if talks:
            connection.execute(insert(interactions), list(talks))

    await database.write(write)


def arms(campaign: CampaignSettings) -> tuple[list[int], list[int]]:
    """Who may be called, and who is held out."""
    out = [n for n in range(PEOPLE) if held_out(campaign, f"party-{n}")]
    return [n for n in range(PEOPLE) if n not in out], out


async def test_who_buys_by_themselves_counts_for_their_arm(database: Database) -> None:
    campaign = half()
    called, out = arms(campaign)
    assert len(called) > 10
    assert len(out) > 10
    bought = [talk(n, f"c{n}") for n in called[:8]] + [talk(out[0], "h")]
    await people(database, *bought)
    found = await database.read(lambda c: compare(c, campaign, NOW - HOUR, NOW + HOUR))
    assert found is not None
    assert (found.called.count, found.called.of) == (8, len(called))
    assert (found.held_out.count, found.held_out.of) == (1, len(out))
    assert found.low < found.value < found.high
    assert found.value > 0


async def test_a_person_is_one_success_and_only_successes_of_the_time_count(
    database: Database,
) -> None:
    campaign = half()
    called, out = arms(campaign)
    one, other = called[0], out[0]
    await people(
        database,
        talk(one, "a"),
        talk(one, "b"),
        talk(other, "c", disposition="refused"),
        talk(other, "d", at=NOW + HOUR),
        talk(99, "stranger"),
    )
    found = await database.read(lambda c: compare(c, campaign, NOW, NOW + HOUR))
    assert found is not None
    assert (found.called.count, found.held_out.count) == (1, 0)


async def test_without_a_hold_out_there_is_nothing_to_compare_with(database: Database) -> None:
    await people(database)
    plain = book.campaign(dispositions=GOALS)
    assert await database.read(lambda c: compare(c, plain, 0, NOW)) is None
