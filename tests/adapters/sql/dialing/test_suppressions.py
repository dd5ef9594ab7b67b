"""Who may not be called, who allowed it, and that nothing undoes either by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing import facts
from contact_center.adapters.sql.dialing.store import DialStore
from contact_center.adapters.sql.dialing.suppressions import Suppression, SuppressionError
from dialer.consent import ConsentRecord
from dialer.ids import ListId, PartyId
from dialer.policy import Facts
from tests.adapters.sql.dialing.book import CAMPAIGN, DAY, NOW, number_of, put, store

ANN = PartyId("ann")
NUMBER = number_of(0)
BY_NUMBER = Suppression(kind="number", value=NUMBER, reason="asked", by="eve")


async def known(database: Database, now: int = NOW, **of: Any) -> Facts:
    """What the gate is told of Ann at her number."""
    asked = facts.whom(ANN, NUMBER, ListId("l"))
    found = await database.read(lambda c: facts.load(c, [asked], replace(CAMPAIGN, **of), now, ""))
    return found[asked]


async def scopes(database: Database, now: int = NOW, **of: Any) -> list[str]:
    return [scope for scope, _ in (await known(database, now, **of)).suppressed]


@pytest.mark.parametrize(
    ("kind", "value"), [("number", NUMBER), ("party", "ann"), ("prefix", NUMBER[:5])]
)
async def test_a_suppression_holds_for_a_number_a_party_or_a_region(
    database: Database, kind: str, value: str
) -> None:
    await store(database).suppress(Suppression(kind=kind, value=value), NOW)
    assert (await known(database)).suppressed == (("global", NOW),)


@pytest.mark.parametrize(
    ("scope", "whose", "holds"),
    [
        ("global", "", True),
        ("seller", "acme", True),
        ("seller", "other", False),
        ("campaign", "winter", True),
        ("campaign", "spring", False),
        ("list", "l", True),
        ("list", "m", False),
    ],
)
async def test_a_suppression_holds_in_its_scope(
    database: Database, scope: str, whose: str, holds: bool
) -> None:
    entry = replace(BY_NUMBER, scope=scope, whose=whose)
    await store(database).suppress(entry, NOW)
    assert await scopes(database) == ([scope] if holds else [])


async def test_a_suppression_for_a_time_ends_and_a_longer_one_is_not_shortened(
    database: Database,
) -> None:
    dial = store(database)
    await dial.suppress(replace(BY_NUMBER, until=NOW + 10 * DAY), NOW)
    await dial.suppress(replace(BY_NUMBER, until=NOW + DAY), NOW)
    assert await scopes(database, NOW + 9 * DAY) == ["global"]
    assert await scopes(database, NOW + 11 * DAY) == []
    await dial.suppress(BY_NUMBER, NOW + 11 * DAY)
    await dial.suppress(replace(BY_NUMBER, until=NOW + 12 * DAY), NOW + 11 * DAY)
    assert await scopes(database, NOW + 3000 * DAY) == ["global"]


async def test_only_a_person_with_a_reason_lifts_one_and_it_is_remembered(
    database: Database,
) -> None:
    dial = store(database)
    await dial.suppress(BY_NUMBER, NOW)
    for by, why in (("", "moved"), ("eve", " ")):
        with pytest.raises(SuppressionError, match="only a person who says why"):
            await dial.unsuppress(BY_NUMBER, by, why, NOW)
    assert await scopes(database) == ["global"]
    assert await dial.unsuppress(BY_NUMBER, "eve", "it was another Ann", NOW + DAY)
    assert not await dial.unsuppress(BY_NUMBER, "eve", "it was another Ann", NOW + DAY)
    assert await scopes(database, NOW + DAY) == []
    (kept,) = await dial.suppressions_of("number", NUMBER)
    assert (kept.lifted_by, kept.lifted_why, kept.entry.reason) == (
        "eve",
        "it was another Ann",
        "asked",
    )
    await dial.suppress(BY_NUMBER, NOW + 2 * DAY)  # asked again
    assert (await known(database, NOW + 2 * DAY)).suppressed == (("global", NOW + 2 * DAY),)


async def test_each_source_holds_by_itself(database: Database) -> None:
    dial = store(database)
    await dial.suppress(BY_NUMBER, NOW)
    listed = replace(BY_NUMBER, source="us_national")
    await dial.suppress(listed, NOW)
    assert await scopes(database) == ["dnc:us_national", "global"]
    await dial.unsuppress(listed, "eve", "a mistake of the list", NOW)
    assert await scopes(database) == ["global"]


async def test_a_public_list_is_brought_in_with_its_date_and_what_left_it_is_lifted(
    database: Database,
) -> None:
    dial = store(database)
    await dial.suppress(replace(BY_NUMBER, value=number_of(9)), NOW)

    async def bring(numbers: range, at: int) -> int:
        entries = (Suppression(kind="number", value=number_of(n), source="uk_tps") for n in numbers)
        return await dial.import_suppressions(
            entries, "uk_tps", at, NOW, by="eve", digest="d", whole=True
        )

    assert await bring(range(5), NOW - 9 * DAY) == 5
    assert await scopes(database) == ["dnc:uk_tps"]
    assert await bring(range(5), NOW - 9 * DAY) == 5  # the same file again
    assert (await known(database)).scrubbed == (("uk_tps", NOW - 9 * DAY),)
    assert await bring(range(3, 9), NOW - DAY) == 6
    assert await scopes(database) == []
    assert (await known(database)).scrubbed == (("uk_tps", NOW - DAY),)
    assert (await dial.suppressions_of("number", number_of(9)))[0].lifted_at is None
    assert await bring(range(5), NOW) == 5  # it came back
    assert await scopes(database) == ["dnc:uk_tps"]


async def test_a_list_that_falls_over_while_it_is_brought_in_counts_as_not_scrubbed(
    database: Database,
) -> None:
    def broken() -> Any:
        yield Suppression(kind="number", value=NUMBER, source="uk_tps")
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="disk"):
        await store(database).import_suppressions(broken(), "uk_tps", NOW, NOW, by="eve")
    assert (await known(database)).scrubbed == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": "2125550100"},
        {"value": "+1 212 555 0100"},
        {"kind": "person"},
        {"scope": "seller"},
        {"scope": "galaxy", "whose": "x"},
        {"whose": "acme"},
        {"kind": "prefix", "value": "+"},
        {"kind": "party", "value": ""},
        {"source": ""},
    ],
)
async def test_what_could_never_hold_is_refused(
    sqlite_database: Database, wrong: dict[str, str]
) -> None:
    with pytest.raises(SuppressionError):
        await store(sqlite_database).suppress(replace(BY_NUMBER, **wrong), NOW)  # type: ignore[arg-type]


def consent(at: int, *, revoked: bool = False, **more: Any) -> ConsentRecord:
    return ConsentRecord(
        **{
            "party": ANN,
            "number": NUMBER,
            "seller": "acme",
            "type": "automated",
            "at": at,
            "proof": "form 7",
            "revoked": revoked,
            **more,
        }
    )


async def stands(database: Database, now: int = NOW) -> list[tuple[str, int]]:
    return list((await known(database, now)).consents)


async def test_a_revocation_beats_every_consent_that_is_not_newer(database: Database) -> None:
    dial = store(database)
    await dial.consent(consent(NOW - 3 * DAY), "eve", NOW)
    assert await stands(database) == [("automated", NOW - 3 * DAY)]
    await dial.consent(consent(NOW - DAY, revoked=True, proof=""), "dialer", NOW)
    assert await stands(database) == []
    imported = [consent(NOW - 3 * DAY), consent(NOW - 2 * DAY), consent(NOW - DAY)]
    await dial.import_consents(imported, "import 1", NOW)
    assert await stands(database) == []
    await dial.consent(consent(NOW), "eve", NOW)
    assert await stands(database) == [("automated", NOW)]
    assert len(await dial.consents_of(ANN)) == 5


async def test_what_was_taken_back_at_a_number_is_taken_back_by_whoever_has_it(
    database: Database,
) -> None:
    dial = store(database)
    await dial.consent(consent(NOW - DAY), "eve", NOW)
    other = consent(NOW, revoked=True, party=PartyId("ann-of-another-list"), type="all")
    await dial.consent(other, "dialer", NOW)
    assert await stands(database) == []


@pytest.mark.parametrize("wrong", [{"party": ""}, {"type": ""}, {"number": "x"}, {"at": NOW + 1}])
async def test_a_consent_that_makes_no_sense_is_refused(
    sqlite_database: Database, wrong: dict[str, Any]
) -> None:
    with pytest.raises(SuppressionError):
        await store(sqlite_database).consent(consent(wrong.pop("at", NOW), **wrong), "eve", NOW)


async def test_the_last_answer_on_who_has_a_number_counts(database: Database) -> None:
    dial: DialStore = store(database)
    await dial.rnd_answer(NUMBER, "yes", NOW - DAY, "eve")
    await dial.rnd_answer(NUMBER, "no", NOW - 9 * DAY, "eve")
    assert (await known(database)).rnd == ("yes", NOW - DAY)
    with pytest.raises(SuppressionError, match="no answer"):
        await dial.rnd_answer(NUMBER, "maybe", NOW, "eve")
    with pytest.raises(SuppressionError, match=r"E\.164"):
        await dial.rnd_answer("0100", "yes", NOW, "eve")


async def test_putting_a_lead_on_a_list_again_does_not_lift_anything(database: Database) -> None:
    dial = store(database)
    await dial.suppress(BY_NUMBER, NOW)
    await put(database, {"party": "ann"})
    assert (await dial.claim(CAMPAIGN, 1, NOW)).leads == ()
    await put(database, {"lead": "again", "party": "bob", "numbers": [NUMBER]}, list_="m")
    assert await scopes(database) == ["global"]
