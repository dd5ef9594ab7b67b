"""Which numbers are to be asked for at a database of reassigned numbers, on both databases."""

from __future__ import annotations

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing.barring import Barring
from contact_center.adapters.sql.dialing.consents import ConsentRecord
from contact_center.adapters.sql.dialing.owners import to_ask
from dialer.ids import ListId, PartyId
from tests.adapters.sql.dialing import book
from tests.adapters.sql.dialing.book import DAY, NOW, number_of

NAME = ListId("l")


async def asked(database: Database, behind: str = "", most: int = 10) -> list[tuple[str, int]]:
    found = await database.read(lambda c: to_ask(c, NAME, NOW - 30 * DAY, behind, most))
    return list(found)


async def test_numbers_come_in_order_page_by_page_with_the_day_they_came(
    database: Database,
) -> None:
    await book.put(database, {"lead": "a"}, {"lead": "b"}, {"lead": "c"})
    first = await asked(database, most=2)
    assert first == [(number_of(0), NOW - DAY), (number_of(1), NOW - DAY + 1)]
    assert [number for number, _ in await asked(database, first[-1][0])] == [number_of(2)]
    assert await asked(database, number_of(2)) == []


async def test_fresh_answers_and_other_owners_are_asked_for_no_more(database: Database) -> None:
    await book.put(database, *({"lead": name} for name in "abcd"))
    barring = Barring(database)
    await barring.rnd_answer(number_of(0), "no", NOW - DAY, "mia")
    await barring.rnd_answer(number_of(1), "no", NOW - 40 * DAY, "mia")
    await barring.rnd_answer(number_of(2), "yes", NOW - 400 * DAY, "mia")
    assert [number for number, _ in await asked(database)] == [number_of(1), number_of(3)]


async def test_leads_that_are_over_are_not_asked_for(database: Database) -> None:
    await book.put(database, {"lead": "a", "state": "done"}, {"lead": "b"})
    assert [number for number, _ in await asked(database)] == [number_of(1)]


async def test_a_consent_given_with_the_number_is_the_day_that_counts(database: Database) -> None:
    await book.put(database, {"lead": "a"})
    record = ConsentRecord(
        party=PartyId("p-a"), number=number_of(0), seller="acme", type="written", at=NOW - 9 * DAY
    )
    await Barring(database).import_consents([record], "mia", NOW)
    assert await asked(database) == [(number_of(0), NOW - 9 * DAY)]
