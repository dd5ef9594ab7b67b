"""Filters as SQL: both databases find the leads that the filter means."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from sqlalchemy import insert, select

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing.filters import (
    STAGED,
    Segment,
    UnknownListError,
    check,
    count,
    list_facts,
    where,
)
from contact_center.adapters.sql.dialing.tables import (
    lead_numbers,
    leads,
    lists,
    segment_leads,
    segments_saved,
)
from dialer.filter_parser import parse
from dialer.ids import ListId
from dialer.lead_filter import FilterError, matches

SPRING = ListId("spring")
OTHER = ListId("other")
FIELDS = {
    "age": "integer",
    "rate": "decimal",
    "job": "choice",
    "note": "text",
    "since": "date",
    "loan": "yes_no",
}
TEXTS = ["", "a", "É", "Za", "services", "a_b%", "2026-01-31", "2026-02-01", "b'c"]
LEAD = {"name": TEXTS, "language": ["", "pt"], "priority": [-1, 0, 5], "tried": [0, 1, 7]}


def some_fields(chance: Random) -> dict[str, Any]:
    values: dict[str, list[Any]] = {
        "age": [-3, 0, 41, 9_007_199_254_740_993],
        "rate": [0.0, 1.5, -0.5, 41.0],
        "loan": [True, False],
        **dict.fromkeys(("job", "note", "since"), TEXTS),
    }
    return {name: chance.choice(of) for name, of in values.items() if chance.random() < 0.7}


def some_condition(chance: Random) -> str:
    name = chance.choice(
        ["age", "rate", "job", "note", "since", "loan", *(f"lead.{n}" for n in LEAD)]
    )
    full = name if name.startswith("lead.") else f"fields.{name}"
    if chance.random() < 0.1:
        return f"has({full})"
    if name == "loan":
        return chance.choice([full, f"{full} == false", f"{full} != true", "false != fields.loan"])
    numbers = name in ("age", "rate", "lead.priority", "lead.tried")
    quoted = [f'"{text}"' for text in TEXTS]
    constants = ["0", "-3", "41", "1.5", "9007199254740993"] if numbers else quoted
    kind = chance.random()
    if kind < 0.3:
        return f"{full} in [{', '.join(chance.sample(constants, chance.randint(0, 3)))}]"
    if kind < 0.6 and not numbers:
        method = chance.choice(["startsWith", "endsWith", "contains"])
        return f"{full}.{method}({chance.choice(constants)})"
    sign = chance.choice(["==", "!=", "<", "<=", ">", ">="])
    other = "fields.rate" if numbers else "fields.note"
    return f"{full} {sign} {chance.choice([*constants, other])}"


def some_filter(chance: Random, depth: int = 0) -> str:
    kind = chance.random()
    if depth > 2 or kind < 0.4:
        return some_condition(chance)
    if kind < 0.55:
        return f"!({some_filter(chance, depth + 1)})"
    sign = chance.choice(["&&", "||"])
    return f"({some_filter(chance, depth + 1)} {sign} {some_filter(chance, depth + 1)})"


def row(number: int, list_: ListId, fields: dict[str, Any], **rest: Any) -> dict[str, Any]:
    given = {"state": "open", "name": "", "language": "", "priority": 0, "tried": 0, **rest}
    key = {"lead": f"{list_}.{number}", "list": list_, "party": f"p{number}", "added_at": number}
    return {**key, "fields": fields, **given}


async def fill(database: Database, rows: list[dict[str, Any]]) -> None:
    made = [
        {"list": SPRING, "shape": {"fields": FIELDS}, "created_at": 0},
        {"list": OTHER, "shape": {"fields": {"age": "text"}}, "created_at": 0},
    ]

    def change(connection: Any) -> None:
        connection.execute(insert(lists), made)
        connection.execute(insert(leads), rows)

    await database.write(change)


async def found(database: Database, source: str) -> set[str]:
    def query(connection: Any) -> set[str]:
        facts = list_facts(connection, SPRING)
        asked = select(leads.c.lead).where(where(source, facts, database.backend))
        return set(connection.execute(asked.where(leads.c.list == SPRING)).scalars())

    return await database.read(query)


async def test_both_databases_find_the_leads_that_a_filter_means(database: Database) -> None:
    chance = Random(4)
    rows = [
        row(
            number,
            SPRING,
            some_fields(chance),
            **{name: chance.choice(values) for name, values in LEAD.items()},
        )
        for number in range(60)
    ]
    # Of another list, with another idea of what an age is.
    odd = [row(100, OTHER, {"age": "old", "loan": "perhaps", "rate": True})]
    await fill(database, [*rows, *odd])
    matched = 0
    for _ in range(150):
        source = some_filter(chance)
        term = parse(source, dict(await kinds(database)))
        meant = {each["lead"] for each in rows if matches(term, each["fields"], each)}
        assert await found(database, source) == meant, source
        matched += len(meant)
    assert 500 < matched < 8_000


async def kinds(database: Database) -> list[tuple[str, Any]]:
    facts = await database.read(lambda connection: list_facts(connection, SPRING))
    return list(facts.kinds.items())


async def test_a_lead_is_where_its_first_number_is(database: Database) -> None:
    await fill(database, [row(1, SPRING, {}), row(2, SPRING, {})])
    numbers = [
        {"number": "+12125550101", "rank": 2, "zones": ["America/New_York"], "region": "US-NY"},
        {"number": "+13125550101", "rank": 1, "zones": ["America/Chicago"], "region": "US-IL"},
    ]
    await database.write(
        lambda c: c.execute(insert(lead_numbers), [{"lead": "spring.1", **n} for n in numbers])
    )
    assert await found(database, 'lead.region == "US-IL"') == {"spring.1"}
    assert await found(database, 'lead.zone.startsWith("America/Chi")') == {"spring.1"}
    assert await found(database, 'lead.region == ""') == {"spring.2"}


async def test_a_count_leaves_out_what_is_not_switched_in_yet(database: Database) -> None:
    await fill(
        database,
        [row(1, SPRING, {"age": 30}), row(2, SPRING, {"age": 50}, state=STAGED)],
    )
    assert await database.read(lambda c: count(c, SPRING, "")) == 1
    assert await database.read(lambda c: count(c, SPRING, "fields.age > 40")) == 0
    with pytest.raises(UnknownListError):
        await database.read(lambda c: count(c, ListId("none"), ""))


async def test_a_segment_is_looked_at_anew_or_is_what_it_once_found(database: Database) -> None:
    await fill(
        database, [row(1, SPRING, {"age": 30}), row(2, SPRING, {"age": 50}), row(3, SPRING, {})]
    )
    saved = [
        {"segment": "old", "list": SPRING, "filter": "fields.age > 40", "live": True, "made_at": 0},
        {"segment": "few", "list": SPRING, "filter": "true", "live": False, "made_at": 0},
    ]

    def save(connection: Any) -> None:
        connection.execute(insert(segments_saved), saved)
        connection.execute(insert(segment_leads), [{"segment": "few", "lead": "spring.3"}])

    await database.write(save)
    assert await found(database, '"old" in lead.segments') == {"spring.2"}
    # Who has no age is not in it, and that is certain.
    assert await found(database, '!("old" in lead.segments)') == {"spring.1", "spring.3"}
    assert await found(database, '"few" in lead.segments') == {"spring.3"}
    with pytest.raises(FilterError, match="known: few, old"):
        await found(database, '"new" in lead.segments')


def test_segments_in_a_circle_are_refused() -> None:
    from contact_center.adapters.sql.dialing.filters import ListFacts

    facts = ListFacts(
        list=SPRING,
        kinds={},
        segments={
            "a": Segment(name="a", filter='"b" in lead.segments', live=True),
            "b": Segment(name="b", filter='"a" in lead.segments', live=True),
        },
    )
    with pytest.raises(FilterError, match="in itself"):
        check('"a" in lead.segments', facts)
    with pytest.raises(FilterError, match="in itself"):
        check('"c" in lead.segments', facts, name="c")
