from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from contact_center.adapters.sql.customers import Customers, LookupSettings
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.errors import InvalidNumberError
from contact_center.adapters.sql.records import CallRecords
from contact_center.adapters.sql.screen_pop import Found
from contact_center.adapters.sql.tables import phone_numbers
from contact_center.adapters.sql.writer import WriterSettings
from contact_center.core.caller_facts import LanguageChosen
from contact_center.core.commands import Answer, FindCustomer
from contact_center.core.events import Customer, CustomerLookedUp, Event
from contact_center.core.ids import CallId, CommandId, CustomerId, LegId
from tests.adapters.sql.stories import S, answered_call, read, until

ANN = Customer(
    customer=CustomerId("c1"),
    name="Ann Example",
    tier="gold",
    language="en",
    email="ann@example.com",
    note="Likes tea.",
    attributes=(("churn_risk", "0.9"), ("owner", "ana")),
)
BEN = Customer(customer=CustomerId("c2"), name="Ben Example")


class Desk:
    """Customers and call records with an inbox, as the application puts them together."""

    def __init__(self, database: Database, **settings: Any) -> None:
        self.inbox: list[Event] = []
        self.records = CallRecords(database, "US", WriterSettings(linger_s=3600))
        self.customers = Customers(
            # A busy machine may be slow; what these tests hold is not how fast a database is.
            database,
            "US",
            self.inbox.append,
            self.records,
            LookupSettings(**{"deadline_s": 20.0, "patience_s": 10.0, **settings}),
        )

    async def ask(self, ani: str, call: str = "now") -> CustomerLookedUp:
        """Ask who calls, and wait for the answer."""
        seen = len(self.inbox)
        self.customers.submit(question(ani, call))
        await until(lambda: len(self.inbox) > seen, "an answer")
        answer = self.inbox[-1]
        assert isinstance(answer, CustomerLookedUp)
        assert answer.call == call
        return answer


def question(ani: str, call: str = "now") -> FindCustomer:
    return FindCustomer(cmd=CommandId(f"{call}:1"), call=CallId(call), ani=ani)


@asynccontextmanager
async def opened(database: Database, **settings: Any) -> AsyncIterator[Desk]:
    desk = Desk(database, **settings)
    await desk.records.start()
    await desk.customers.start()
    try:
        yield desk
    finally:
        await desk.customers.close()
        await desk.records.close()


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[Desk]:
    async with opened(database) as desk:
        yield desk


@pytest.mark.parametrize("ani", ["+14155550101", "4155550101", "(415) 555-0101"])
async def test_a_customer_is_found_by_any_spelling_of_the_number(desk: Desk, ani: str) -> None:
    await desk.customers.put_customer(ANN, ["415-555-0101", "+14155550151"])
    assert await desk.ask(ani) == CustomerLookedUp(call=CallId("now"), customers=(ANN,))


async def test_every_number_of_a_customer_finds_them(desk: Desk) -> None:
    await desk.customers.put_customer(ANN, ["+14155550101", "+14155550151"])
    assert (await desk.ask("+14155550151")).customers == (ANN,)


async def test_people_who_share_a_number_are_all_found(desk: Desk) -> None:
    await desk.customers.put_customers([(ANN, ["+14155550101"]), (BEN, ["+14155550101"])])
    assert (await desk.ask("+14155550101")).customers == (ANN, BEN)


async def test_the_owner_of_a_number_comes_before_whom_it_is_second_for(desk: Desk) -> None:
    people = [(ANN, ["+14155550109", "+14155550101"]), (BEN, ["+14155550101"])]
    await desk.customers.put_customers(people)
    assert (await desk.ask("+14155550101")).customers == (BEN, ANN)


@pytest.mark.parametrize("ani", ["", "anonymous", "+266696687", "100", "\x00'; --", "9" * 300])
async def test_hidden_and_odd_callers_match_nobody_without_an_error(desk: Desk, ani: str) -> None:
    desk.records.publish(answered_call("k1", ani=ani))
    assert await desk.ask(ani) == CustomerLookedUp(call=CallId("now"), customers=())


async def test_the_next_call_from_a_number_pops_this_one(desk: Desk) -> None:
    """Nobody put this customer into the database; the facts are still in the writer's queue."""
    desk.records.publish(answered_call("k1", ani="4155550107"))
    answer = await desk.ask("+14155550107")
    assert answer.customers == ()
    (past,) = answer.history
    assert (past.call, past.queue, past.agent, past.outcome) == ("k1", "sales", "alice", "answered")
    assert (past.disposition, past.notes, past.talk_s) == ("sold", "Wants a chair.", 45)


async def test_the_call_that_is_coming_in_is_no_history(desk: Desk) -> None:
    desk.records.publish(answered_call("k1")[:3])
    assert (await desk.ask("+14155550101", call="k1")).history == ()
    assert [past.call for past in (await desk.ask("+14155550101")).history] == ["k1"]


async def test_the_language_chosen_last_on_a_number_is_remembered(desk: Desk) -> None:
    assert (await desk.ask("4155550108")).language == ""
    for at, language in enumerate(("en-US", "es-US", "")):
        call = f"k{at}"
        told = answered_call(call, at=at * 100 * S, ani="+14155550108")
        chosen = LanguageChosen(at=told[0].at, call=CallId(call), seq=999, language=language)
        desk.records.publish([*told, chosen] if language else told)
    assert (await desk.ask("4155550108")).language == "es-US"
    assert (await desk.ask("anonymous")).language == ""


async def test_history_is_the_last_ten_newest_first(desk: Desk) -> None:
    await desk.customers.put_customer(ANN, ["+14155550101"])
    for number in range(13):
        told = answered_call(f"k{number}", at=number * 100 * S, customer="c1")
        desk.records.publish(told)
    history = (await desk.ask("+14155550101")).history
    assert [past.call for past in history] == [f"k{n}" for n in range(12, 2, -1)]


async def test_history_has_calls_from_other_numbers_and_calls_before_we_knew_the_name(
    desk: Desk,
) -> None:
    await desk.customers.put_customer(ANN, ["+14155550101", "+14155550151"])
    desk.records.publish(answered_call("old", at=1))
    desk.records.publish(answered_call("other", at=2, ani="+14155550151", customer="c1"))
    desk.records.publish(answered_call("both", at=3, customer="c1"))
    history = (await desk.ask("+14155550101")).history
    assert [past.call for past in history] == ["both", "other", "old"]


async def test_history_of_somebody_else_on_the_same_number_is_not_shown(desk: Desk) -> None:
    """The number was Ben's before it was Ann's."""
    await desk.customers.put_customer(ANN, ["+14155550101"])
    desk.records.publish(answered_call("k1", customer="c2"))
    assert (await desk.ask("+14155550101")).history == ()


async def test_long_notes_are_cut_in_the_pop(desk: Desk) -> None:
    *told, disposition = answered_call("k1")
    desk.records.publish([*told, type(disposition)(
        at=1, call=CallId("k1"), seq=19, agent=disposition.agent, code="x", notes="y" * 9_000
    )])  # fmt: skip
    (past,) = (await desk.ask("+14155550101")).history
    assert len(past.notes) == 500


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Ann\x00\x1b[2J Example", "Ann[2J Example"),
        ('O\'Hara "Bobby" ; DROP TABLE customers; --', None),
        ("Zoë 👩‍👩‍👧 \U0001f600", None),
        ("محمد علي", None),
        ("\u202egro.live\u202c", "gro.live"),
        ("half \udc00", "half \ufffd"),
    ],
)
async def test_a_name_comes_back_clean(desk: Desk, name: str, clean: str | None) -> None:
    customer = Customer(customer=CustomerId("c1"), name=name)
    await desk.customers.put_customer(customer, ["+14155550101"])
    (found,) = (await desk.ask("+14155550101")).customers
    assert found.name == (name if clean is None else clean)


async def test_putting_a_customer_again_replaces_name_and_numbers(
    desk: Desk, database: Database
) -> None:
    await desk.customers.put_customer(ANN, ["+14155550101", "+14155550151"])
    married = Customer(customer=ANN.customer, name="Ann Other")
    await desk.customers.put_customer(married, ["+14155550151", "4155550151"])
    assert (await desk.ask("+14155550101")).customers == ()
    assert (await desk.ask("+14155550151")).customers == (married,)
    assert len(await read(database, phone_numbers)) == 1


async def test_a_number_that_cannot_be_read_is_refused_and_nothing_is_written(desk: Desk) -> None:
    with pytest.raises(InvalidNumberError):
        await desk.customers.put_customers([(ANN, ["+14155550101"]), (BEN, ["12"])])
    assert (await desk.ask("+14155550101")).customers == ()


async def test_commands_for_others_are_ignored(desk: Desk) -> None:
    desk.customers.submit(Answer(cmd=CommandId("1"), call=CallId("k"), leg=LegId("k")))
    assert desk.customers.counts.asked == 0


async def test_many_lookups_at_once_are_each_answered_once(desk: Desk) -> None:
    await desk.customers.put_customer(ANN, ["+14155550101"])
    for number in range(60):
        desk.customers.submit(question("+14155550101", f"k{number}"))
    await until(lambda: len(desk.inbox) == 60, "all answers")
    answers = [event for event in desk.inbox if isinstance(event, CustomerLookedUp)]
    assert {answer.call for answer in answers} == {f"k{n}" for n in range(60)}
    assert all(answer.customers == (ANN,) for answer in answers)


class Stuck:
    """Queries that do not come back until told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.release = asyncio.Event()
        self.running = 0

        async def stuck(*_: object) -> Found:
            self.running += 1
            await self.release.wait()
            return Found(customers=(ANN,))

        monkeypatch.setattr(Database, "read", stuck)


async def test_a_lookup_that_takes_too_long_is_answered_with_failed_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck = Stuck(monkeypatch)
    async with opened(database, deadline_s=0.05, workers=2) as desk:
        for number in range(4):  # two of them never get a worker
            desk.customers.submit(question("+14155550101", f"k{number}"))
        await until(lambda: len(desk.inbox) == 4, "failed answers")
        assert stuck.running == 2
        assert all(isinstance(e, CustomerLookedUp) and e.failed for e in desk.inbox)
        stuck.release.set()
        assert (await desk.ask("+14155550101", "later")).customers == (ANN,)
        assert len(desk.inbox) == 5
        assert (desk.customers.counts.late, desk.customers.counts.failed) == (4, 4)


async def test_more_lookups_than_may_wait_fail_at_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck = Stuck(monkeypatch)
    async with opened(database, deadline_s=60, max_waiting=2, workers=1) as desk:
        desk.customers.submit(question("+14155550101", "k0"))
        await until(lambda: stuck.running == 1, "the first is with the worker")
        for number in range(1, 5):
            desk.customers.submit(question("+14155550101", f"k{number}"))
        assert [event.call for event in desk.inbox if isinstance(event, CustomerLookedUp)] == [
            "k3",
            "k4",
        ]
        stuck.release.set()
        await until(lambda: len(desk.inbox) == 5, "the others are answered")
        assert desk.customers.counts.refused == 2


async def test_closing_answers_what_is_still_asked(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    Stuck(monkeypatch)
    async with opened(database, deadline_s=60) as desk:
        desk.customers.submit(question("+14155550101"))
    assert desk.inbox == [CustomerLookedUp(call=CallId("now"), customers=(), failed=True)]


async def test_a_bug_in_a_lookup_fails_that_lookup_only(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> Found:
        raise RuntimeError("+14155550101")

    async with opened(database, workers=1) as desk:
        with monkeypatch.context() as patch:
            patch.setattr(Database, "read", broken)
            assert (await desk.ask("+14155550101")).failed
        assert not (await desk.ask("+14155550101")).failed
    assert "a lookup failed: RuntimeError" in caplog.text
    assert "4155550101" not in caplog.text
