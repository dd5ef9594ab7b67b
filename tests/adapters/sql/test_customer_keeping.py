"""What is known of customers, kept and read, on both databases: one database for each story."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import Connection, Table, insert

from contact_center.adapters.sql import customer_past as past
from contact_center.adapters.sql import customer_reading as reading
from contact_center.adapters.sql.call_store import CallStore
from contact_center.adapters.sql.cases import Cases
from contact_center.adapters.sql.customer_keeping import CannotKeepError, CustomerKeeping
from contact_center.adapters.sql.customer_merges import CustomerMerges
from contact_center.adapters.sql.customers import put_customers
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing import consents, suppressions
from contact_center.adapters.sql.dialing.tables import (
    attempts,
    callbacks,
    lead_numbers,
    leads,
    lists,
)
from contact_center.core.caller_facts import SurveyAnswered
from contact_center.core.cases import NewCase
from contact_center.core.customer_records import (
    ChurnRisk,
    LifetimeValue,
    Line,
    Offer,
    Opportunity,
    Order,
    Organisation,
    Profile,
    Quote,
    Task,
)
from contact_center.core.events import Customer
from contact_center.core.ids import CallId, CustomerId
from dialer.consent import ConsentRecord
from dialer.ids import PartyId
from tests.adapters.sql.stories import answered_call

DAY = 86_400_000_000
NOW = 1_000 * DAY
HERS, SHARED = "+14155550121", "+14155550122"


async def people(database: Database) -> CustomerKeeping:
    def one(name: str, called: str, email: str = "") -> Customer:
        return Customer(customer=CustomerId(name), name=called, tier="gold", email=email)

    everybody = [
        (one("ann", "Ann Example", "ann@example.com"), [HERS, SHARED]),
        (one("ann2", "Example Ann"), [SHARED]),
        (one("boss", "Ben Example"), ["+14155550123"]),
    ]
    await put_customers(database, "US", everybody)
    return CustomerKeeping(database)


async def test_a_person_has_numbers_an_organisation_a_place_in_it_and_a_pinned_note(
    database: Database,
) -> None:
    keeping = await people(database)
    await keeping.put_organisation(Organisation(organisation="inn", name="Example Inn"))
    await keeping.put_organisation(
        Organisation(organisation="green", name="Green Ltd", kind="reseller")
    )
    hers = Profile(
        customer="ann", organisation="inn", role="Buyer", reports_to="boss", partner="green"
    )
    await keeping.put("ann", hers, NOW)
    # A ring of those who report to each other is walked once.
    await keeping.put("boss", Profile(customer="boss", role="Owner", reports_to="ann"), NOW)
    assert await keeping.pin("ann", "Rings twice.", "ana", NOW) == ""
    assert await keeping.pin("ann", "Rings thrice.", "ben", NOW + 1) == "Rings twice."
    assert await keeping.mind("ann2", "Grieving: be gentle.") == ""
    found = await database.read(partial(reading.person, customer="ann"))
    assert found is not None
    assert found.numbers == ((HERS, ()), (SHARED, ("Example Ann",)))
    assert found.organisation is not None
    assert found.partner == Organisation(organisation="green", name="Green Ltd", kind="reseller")
    assert (found.profile.pinned, found.profile.pinned_by) == ("Rings thrice.", "ben")
    assert found.above == (("boss", "Ben Example", "Owner"),)
    assert found.below == (("boss", "Ben Example", "Owner"),)
    other = await database.read(partial(reading.person, customer="ann2"))
    assert other is not None
    assert other.profile.care == "Grieving: be gentle."
    assert await database.read(partial(reading.person, customer="nobody")) is None
    alike = await database.read(partial(reading.alike, customer="ann"))
    assert [(one.customer, one.why) for one in alike] == [("ann2", "name_and_number")]
    search = partial(reading.search, text="ANN", number=None)
    assert [row[0] for row in await database.read(search)] == ["ann"]
    by_number = partial(reading.search, text="x_%", number=SHARED)
    assert {row[0] for row in await database.read(by_number)} == {"ann", "ann2"}


async def test_deals_tasks_offers_and_scores_are_kept_and_what_makes_no_sense_is_not(
    database: Database,
) -> None:
    keeping = await people(database)
    quote = Quote(record="q1", at=5, state="sent", lines=(Line(title="Hedge", cents=900),))
    offer = Offer(record="o1", title="Garden care", say="Two visits a year.", score=0.7)
    task = Task(record="t1", title="Send the colours", due_at=NOW)
    risk = ChurnRisk(risk=0.6, reasons=("late twice",), model="m1", model_on="2026-11-01")
    worth = LifetimeValue(cents=5, low_cents=1, high_cents=9, model="m1", model_on="2026-11-01")
    for record in (quote, offer, task, risk, worth):
        await keeping.put("ann", record, NOW)
    kinds = ("quote", "offer", "task", "order")
    found = await database.read(partial(reading.records, customer="ann", kinds=kinds))
    assert found == {"quote": (quote,), "offer": (offer,), "task": (task,), "order": ()}
    values = await database.read(partial(reading.values, customer="ann"))
    assert dict(values.scores) == {"lifetime_value": worth, "churn_risk": risk}
    answered = await keeping.answer("ann", "o1", "declined", "ana", "call-1", NOW)
    assert answered == replace(
        offer, answer="declined", answered_at=NOW, answered_by="ana", call="call-1"
    )
    assert await keeping.answer("ann2", "o1", "declined", "ana", "", NOW) is None
    assert await keeping.done("ann", "t1", NOW + 1) == replace(task, done_at=NOW + 1)
    assert await keeping.done("ann", "t2", NOW + 1) is None
    with pytest.raises(CannotKeepError, match="another"):
        await keeping.put("ann2", quote, NOW)
    with pytest.raises(CannotKeepError, match="reasons"):
        await keeping.put("ann", replace(risk, reasons=()), NOW)
    with pytest.raises(CannotKeepError, match="no such"):
        await keeping.put("nobody", task, NOW)
    with pytest.raises(CannotKeepError, match="longer"):
        await keeping.put("ann", replace(task, title="x" * 20_000), NOW)
    with pytest.raises(CannotKeepError, match="one of"):
        await keeping.verified("ann", "call-1", "ana", "guess", NOW)
    await keeping.verified("ann", "call-1", "ana", "passphrase", NOW)
    ask = partial(reading.identity, customer="ann", call="call-1")
    known = await database.read(partial(ask, agent="ana", since=0))
    assert known == reading.Identity(way="passphrase", at=NOW)
    assert await database.read(partial(ask, agent="ben", since=0)) is None
    assert await database.read(partial(ask, agent="ana", since=NOW + 1)) is None


async def test_customers_are_placed_all_together_and_each_again_with_a_purchase(
    database: Database,
) -> None:
    keeping = await people(database)

    async def bought(customer: str, record: str, days: int, cents: int) -> None:
        order = Order(record=record, at=NOW - days * DAY, state="placed", cents=cents)
        await keeping.put(customer, order, NOW)

    async def placed(customer: str) -> str:
        values = await database.read(partial(reading.values, customer=customer))
        return values.rfm[0].segment if values.rfm is not None else ""

    await bought("ann", "1", 300, 100)
    assert await placed("ann") == ""  # nobody was counted yet
    await bought("ann2", "2", 1, 90_000)
    await bought("ann2", "3", 2, 90_000)
    await bought("boss", "4", 200, 500)
    returned = Order(record="5", at=NOW, state="returned", cents=1_000_000)
    await keeping.put("ann", returned, NOW)
    assert await keeping.score_all(NOW) == 3
    assert [await placed(who) for who in ("ann", "ann2")] == ["sleeping", "champion"]
    for number in range(3):
        await bought("ann", f"new-{number}", 0, 90_000)
    assert await placed("ann") == "champion"


async def test_consent_and_bars_are_read_from_the_dialer_and_all_is_one_time_line(
    database: Database,
) -> None:
    keeping = await people(database)
    await CallStore(database, "US").write(answered_call("k1", customer="ann", ani=HERS))
    said = ConsentRecord(
        party=PartyId(f"number:{HERS}"),
        number=HERS,
        type="marketing",
        seller="shop",
        proof="form 7",
        channel="web",
        at=5,
    )
    taken_back = replace(said, type="survey", revoked=True, at=7)
    await database.write(partial(consents.note, records=[said, taken_back], by="x", now=10))
    bar = suppressions.Suppression(kind="number", value=HERS, reason="asked us", by="ana")
    await database.write(partial(suppressions.add, entries=[bar], now=8))
    told = await database.read(partial(past.standing_of, customer="ann", now=NOW))
    assert [(one.type, one.stands) for one in told.consents] == [
        ("survey", False),
        ("marketing", True),
    ]
    assert [(one.value, one.why) for one in told.barred] == [(HERS, "asked us")]
    await Cases(database).open(NewCase(customer="ann", subject="Late"), "ana", 2 * DAY)
    deal = Opportunity(
        record="d1", title="Hedge", at=1, stage="proposal", stage_at=3 * DAY, cents=1
    )
    await keeping.put("ann", deal, NOW)
    line = await database.read(partial(past.time_line, customer="ann", now=NOW))
    assert [moment.at for moment in line] == sorted((m.at for m in line), reverse=True)
    assert {moment.kind for moment in line} == {"interaction", "case", "deal", "consent"}


async def test_a_merge_moves_everything_and_is_taken_back_whole(database: Database) -> None:
    keeping, merges = await people(database), CustomerMerges(database)
    await CallStore(database, "US").write(answered_call("k1", customer="ann2", ani=SHARED))
    await Cases(database).open(NewCase(customer="ann2", subject="Late"), "ana", 5)
    await keeping.put("ann2", Order(record="1", at=5, state="placed", cents=7), NOW)
    await keeping.put("ann2", Profile(customer="ann2", role="Buyer"), NOW)
    with pytest.raises(CannotKeepError):
        await merges.merge("ann", "ann", "sue", "same", NOW)
    with pytest.raises(CannotKeepError):
        await merges.merge("ann", "nobody", "sue", "same", NOW)

    async def state() -> list[object]:
        return [
            [
                await database.read(partial(reading.person, customer=who)),
                await database.read(partial(reading.records, customer=who, kinds=("order",))),
                [m.kind for m in await database.read(partial(past.calls_of, customer=who))],
                await Cases(database).of(customer=who),
            ]
            for who in ("ann", "ann2")
        ]

    before = await state()
    done = await merges.merge("ann", "ann2", "sue", "same person", NOW)
    both = await database.read(partial(reading.person, customer="ann"))
    assert both is not None
    assert both.profile.role == "Buyer"
    line = await database.read(partial(past.time_line, customer="ann", now=NOW))
    assert {moment.kind for moment in line} == {"interaction", "case", "order", "merge"}
    assert await database.read(partial(reading.person, customer="ann2")) is None
    assert await database.read(partial(reading.now_called, customer="ann2")) == "ann"
    undone = await merges.undo(done.merge, "sue", NOW + 1)
    assert undone is not None
    assert await state() == before
    assert await merges.undo(done.merge, "sue", NOW + 2) is None
    assert await database.read(partial(reading.now_called, customer="ann2")) == "ann2"


def least(table: Table, **known: object) -> dict[str, object]:
    """The least that a row of a table may hold, besides what is said."""
    empty: dict[type, object] = {str: "", int: 0, float: 0.0, bool: False, dict: {}}
    row: dict[str, object] = {
        column.name: empty.get(column.type.python_type, "")
        for column in table.columns
        if not column.nullable and column.server_default is None
    }
    return row | known


async def test_lists_answers_to_campaigns_promises_and_surveys_are_read_where_they_are_kept(
    database: Database,
) -> None:
    await people(database)
    facts = answered_call("k1", customer="ann", ani=HERS)
    said = SurveyAnswered(at=70, call=CallId("k1"), seq=90, survey="after", question="nps", value=9)
    await CallStore(database, "US").write([*facts, said])

    def write(connection: Connection) -> None:
        for table, row in (
            (lists, {"list": "spring", "label": "Spring", "duplicates": "list"}),
            (leads, {"lead": "l1", "list": "spring", "party": "p1"}),
            (lead_numbers, {"lead": "l1", "number": HERS}),
            (attempts, {"attempt": "a1", "campaign": "roses", "number": HERS, "opened_at": 5,
                        "closed_at": 6, "disposition": "sold", "agent": "ana"}),
            (callbacks, {"callback": "c1", "campaign": "roses", "lead": "l1", "number": HERS,
                         "state": "scheduled", "due_at": 9, "agent": "ana", "note": "colours"}),
        ):  # fmt: skip
            connection.execute(insert(table), [least(table, **row)])

    await database.write(write)
    found = await database.read(partial(past.campaigns_of, customer="ann"))
    assert found.lists == (("spring", "Spring"),)
    assert [(one.what, one.how, one.who) for one in found.responses] == [("roses", "sold", "ana")]
    [promised] = await database.read(partial(past.promises_of, customer="ann"))
    assert (promised.at, promised.agent, promised.note) == (9, "ana", "colours")
    surveys = await database.read(partial(past.surveys_of, customer="ann"))
    assert surveys == (("after", "nps", 9, 70),)
    line = await database.read(partial(past.time_line, customer="ann", now=NOW))
    assert {moment.kind for moment in line} == {"interaction", "response"}
