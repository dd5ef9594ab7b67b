"""What happens in call scripts is kept, read again, and written back; on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contact_center.adapters.sql.customers import MOST_ATTRIBUTES, Customers, put_customers
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.past import Past, Said
from contact_center.adapters.sql.scripts import KINDS, ScriptRecords
from contact_center.adapters.sql.tables import customers, script_runs, script_steps
from contact_center.adapters.sql.writer import WriterSettings
from contact_center.core.events import Customer
from contact_center.core.ids import CustomerId, RecordingId
from contact_center.core.ivr.names import customer_values
from contact_center.core.parties import Stretch
from contact_center.core.scripting import facts as f
from contact_center.core.scripting import reading
from contact_center.core.scripting.kept import KeptRun
from contact_center.core.scripting.run import Run
from contact_center.core.scripting.script import Script
from tests.adapters.sql.stories import read, until
from tests.core.scripting.scripts import NAMES, OFFERED, SALE, script
from tests.core.scripting.test_beside import WITH

S = 1_000_000
SECRET = "4929123412341234"
MARIA = "+12125550123"
HEARD = Stretch(recording=RecordingId("r-c1-2"), end_us=8 * S, long_us=6 * S)


@asynccontextmanager
async def keeping(database: Database, **settings: Any) -> AsyncIterator[ScriptRecords]:
    records = ScriptRecords(database, WriterSettings(linger_s=0.01, **settings))
    await records.start()
    try:
        yield records
    finally:
        await records.close(deadline_s=10)


async def written(records: ScriptRecords) -> None:
    assert await records.settled(timeout_s=20)


def run_of(made: Script, call: str = "k1", customer: str = "") -> Run:
    return Run(
        call=call, script=made, agent="ann", language="en-US", queue="sales", customer=customer
    )


def sale(run: Run, disposition: str = "sold", at: int = S) -> list[list[f.ScriptFact]]:
    """A whole sale, step by step, with everything that can happen on the way."""
    names, did = OFFERED, []
    did.append(reading.begin(run, names, at))
    did.append(reading.answer(run, "wants", True, at + S))
    if run.script.actions:
        did.append(reading.act(run, names, "later", at + S))
        did.append(reading.remind(run, names, at + 60 * S))
        did.append(reading.close_hint(run, names, "upsell", at + 60 * S))
        at += 60 * S
    did.append(reading.object_to(run, "price", at + S))
    did.append(reading.close_objection(run, names, at + S))
    did.append(reading.go_on(run, names, at + 2 * S))
    did.append(reading.confirm(run, at + 9 * S, HEARD))
    did.append(reading.go_on(run, names, at + 10 * S))
    did.append(reading.answer(run, "colour", "red", at + 11 * S))
    did.append(reading.answer(run, "card", SECRET, at + 11 * S))
    did.append(reading.answer(run, "remark", "leave it\nwith Émile", at + 12 * S))
    did.append(reading.answer(run, "remark", None, at + 12 * S))
    did.append(reading.hand_over(run, "bob", at + 12 * S))
    did.append(reading.go_on(run, names, at + 13 * S))
    did.append(reading.go_back(run, at + 14 * S))
    did.append(reading.go_on(run, names, at + 15 * S))
    did.append(reading.answer_offer(run, names, at + 16 * S, accepted=True))
    did.append(reading.end(run, disposition, at + 20 * S))
    assert run.page == "done"
    return did


async def keep(
    records: ScriptRecords, run: Run, happened: Sequence[Sequence[f.ScriptFact]]
) -> None:
    """Tell of facts as if they happened one after the other, with the run as it was after each."""
    live = run_of(run.script, run.call, run.customer)
    for facts in happened:
        for fact in facts:
            live.apply(fact)
        records.happened(live, facts)
    assert live == run
    await written(records)


async def test_a_run_read_back_is_the_run_it_was(database: Database) -> None:
    run = run_of(script(WITH), customer="maria")
    happened = sale(run)
    assert {type(fact) for facts in happened for fact in facts} == set(KINDS.values())
    async with keeping(database) as records:
        await keep(records, run, happened)
        assert await records.read("k1") == [fact for facts in happened for fact in facts]
        kept = await records.find("k1")
        assert kept is not None
        assert kept.restore(run.script) == run
        assert await records.read("k2") == []
        assert await records.find("k2") is None
    (row,) = await read(database, script_runs)
    assert (row["queue"], row["agent"], row["fence"]) == ("sales", "bob", 2)
    assert (row["disposition"], row["complete"], row["ended_at"]) == ("sold", True, 81 * S)


async def test_a_run_goes_on_where_the_last_process_left_it(database: Database) -> None:
    run = run_of(script())
    happened = sale(run)
    async with keeping(database) as first:
        live = run_of(script())
        for facts in happened[:8]:
            for fact in facts:
                live.apply(fact)
            first.happened(live, facts)
    async with keeping(database) as second:
        kept = await second.find("k1")
        assert kept is not None
        restored = kept.restore(script())
        assert restored == live
        assert not (await read(database, script_runs))[0]["complete"]
        for facts in happened[8:]:
            for fact in facts:
                restored.apply(fact)
            second.happened(restored, facts)
        await written(second)
        assert await second.read("k1") == [fact for facts in happened for fact in facts]


async def test_the_newest_script_of_a_call_is_the_one_that_goes_on(database: Database) -> None:
    one, two = run_of(script()), run_of(script(SALE.replace("script: sale", "script: help")))
    async with keeping(database) as records:
        records.happened(one, reading.begin(one, NAMES, S))
        records.happened(one, reading.end(one, "", 2 * S))
        records.happened(two, reading.begin(two, NAMES, 3 * S))
        await written(records)
        kept = await records.find("k1")
    assert kept is not None
    assert (kept.script, kept.restore(two.script)) == ("help", two)
    assert [row["script"] for row in await read(database, script_runs)] == ["sale", "help"]


def test_a_run_is_not_gone_on_with_in_another_text() -> None:
    made = script()
    kept = KeptRun(
        call="k1", script=made.script, version=made.version, language="en-US", agent="ann"
    )
    with pytest.raises(ValueError, match="another version of sale"):
        kept.restore(script(SALE.replace("No refunds", "Refunds")))


async def test_what_was_told_twice_is_there_once(database: Database) -> None:
    run = run_of(script())
    happened = sale(run)
    async with keeping(database) as records:
        await keep(records, run, happened)
        await keep(records, run, happened)
    async with keeping(database) as again:
        await keep(again, run, happened)
        assert again.counts.written == 0
    assert len(await read(database, script_steps)) == run.counted
    assert len(await read(database, script_runs)) == 1


async def test_steps_behind_a_gap_are_not_believed(database: Database) -> None:
    run = run_of(script())
    began = reading.begin(run, NAMES, S)
    async with keeping(database) as records:
        records.happened(run, began)
        reading.answer(run, "wants", True, 2 * S)  # the queue was full
        records.happened(run, reading.go_on(run, NAMES, 3 * S))
        await written(records)
        assert await records.read("k1") == began


async def test_no_secret_is_in_the_file(sqlite_database: Database) -> None:
    run = run_of(script(), customer="maria")
    happened = sale(run)
    leak = f.QuestionAnswered(at=S, page="order", question="card", answer=SECRET)
    async with keeping(sqlite_database) as records:
        await keep(records, run, happened)
        # Not even when somebody puts it into a fact one day.
        other = run_of(script(), "k2")
        other.apply(leak)
        records.happened(other, [leak])
        await written(records)
    rows = await read(sqlite_database, script_steps)
    assert [row["answer"] for row in rows if row["question"] == "card"] == ["", ""]
    path = Path(str(sqlite_database.url.database))
    files = [file for file in path.parent.iterdir() if file.name.startswith(path.name)]
    content = b"".join(file.read_bytes() for file in files)
    assert b"leave it" in content
    assert SECRET.encode() not in content


async def test_what_was_said_by_law_can_be_shown(database: Database) -> None:
    run = run_of(script())
    async with keeping(database) as records:
        await keep(records, run, sale(run))
    (said,) = [r for r in await read(database, script_steps) if r["kind"] == "DisclosureConfirmed"]
    digest = run.script.disclosures["terms"].digest
    assert (said["disclosure"], said["digest"], said["language"]) == ("terms", digest, "en-US")
    assert (said["read_us"], said["at"]) == (7 * S, 10 * S)
    assert (said["recording"], said["recording_us"]) == ("r-c1-2", 8 * S)
    assert said["recorded_us"] == 6 * S
    # And beside the recording, for whoever wants to hear it.
    where = Said(recording="r-c1-2", disclosure="terms", from_us=2 * S, to_us=8 * S)
    assert await Past(database).said_in({"k1", "k2"}) == [where]
    assert await Past(database).said_in(()) == []


async def test_a_wrong_fact_is_logged_and_stops_nobody(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    run = run_of(script())
    unknown = f.QuestionAnswered(at=S, page="open", question="nothing", answer="x")
    async with keeping(database) as records:
        records.happened(run, [unknown])
        records.happened(run, [])
        await keep(records, run, [reading.begin(run, NAMES, S)])
        assert len(await records.read("k1")) == 1
    assert "what happened in the script sale cannot be kept" in caplog.text


async def test_while_the_database_is_away_steps_wait_and_the_bound_holds(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, write = asyncio.Event(), ScriptRecords._commit

    def away(self: ScriptRecords, *arguments: Any) -> int:
        if not gate.is_set():
            raise ConnectionError("away")
        return write(self, *arguments)

    monkeypatch.setattr(ScriptRecords, "_commit", away)
    run = run_of(script())
    happened = sale(run)
    async with keeping(database, max_waiting=len(happened), max_back_off_s=0.05) as records:
        live = run_of(script())
        for facts in happened:
            for fact in facts:
                live.apply(fact)
            records.happened(live, facts)
        other = run_of(script(), "k2")
        records.happened(other, reading.begin(other, NAMES, S))
        assert records.counts.dropped == 1
        await until(lambda: bool(records.problem), "the problem shows")
        gate.set()
        await written(records)
        assert records.healthy
        assert await records.read("k1") == [fact for facts in happened for fact in facts]
        assert await records.read("k2") == []


# --- writing back ---------------------------------------------------------------------------------

WRITES = SALE.replace("write: colour", "write: customer.tier").replace(
    "remark: {ask: Anything else?}",
    "remark: {ask: Anything else?, type: long, write: customer.note}",
)


async def maria(database: Database, **known: Any) -> None:
    given = {"name": "Maria Ruiz", "attributes": (("owner", "ann"),), **known}
    await put_customers(
        database, "US", [(Customer(customer=CustomerId("maria"), **given), [MARIA])]
    )


async def record(database: Database) -> dict[str, Any]:
    (row,) = [row for row in await read(database, customers) if row["customer"] == "maria"]
    return row


async def end_of(database: Database) -> dict[str, Any]:
    (row,) = [row for row in await read(database, script_steps) if row["kind"] == "RunEnded"]
    return row


async def test_answers_are_in_the_record_when_the_run_is_over(database: Database) -> None:
    await maria(database, tier="B")
    run = run_of(script(WRITES), customer="maria")
    happened = sale(run)
    async with keeping(database) as records:
        await keep(records, run, happened)
    row = await record(database)
    assert (row["tier"], row["name"], row["note"]) == ("R", "Maria Ruiz", "")
    assert row["attributes"] == {"owner": "ann", "wants_it": "true"}
    end = await end_of(database)
    assert end["before"] == {"wants_it": None, "customer.tier": "B"}
    assert end["after"] == {"wants_it": "true", "customer.tier": "R"}


async def test_a_later_call_sees_it_on_the_screen_and_in_flows(database: Database) -> None:
    await maria(database)
    run = run_of(script(WRITES), customer="maria")
    happened = sale(run)
    async with keeping(database) as records:
        await keep(records, run, happened)
    (found,) = (await Customers(database, "US", lambda event: None).find(MARIA)).customers
    assert (found.tier, dict(found.attributes)["wants_it"]) == ("R", "true")
    assert dict(customer_values(found))["wants_it"] == "true"


async def test_what_somebody_changed_since_is_not_changed_again(database: Database) -> None:
    await maria(database)
    run = run_of(script(WRITES), customer="maria")
    happened = sale(run)
    async with keeping(database) as records:
        await keep(records, run, happened)
        await maria(database, tier="A")
        await keep(records, run, happened)  # told again after a restart
    assert (await record(database))["tier"] == "A"
    assert (await end_of(database))["after"] == {"wants_it": "true", "customer.tier": "R"}


@pytest.mark.parametrize(
    ("customer", "disposition"), [("", "sold"), ("stranger", "sold"), ("maria", "")]
)
async def test_nothing_is_written_of_nobody_or_of_a_call_that_was_given_up(
    customer: str, disposition: str, database: Database
) -> None:
    await maria(database)
    before = await record(database)
    run = run_of(script(WRITES), customer=customer)
    happened = sale(run, disposition)
    async with keeping(database) as records:
        await keep(records, run, happened)
    assert await record(database) == before
    end = await end_of(database)
    assert (end["before"], end["after"]) == (None, None)


async def test_a_name_of_a_column_alone_and_one_too_many_are_left_out(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    full = tuple((f"a{n}", str(n)) for n in range(MOST_ATTRIBUTES))
    await maria(database, attributes=full)
    text = WRITES.replace("write: wants_it", "write: a7")
    made = script(text.replace("write: customer.note", "write: one_too_many"))
    # No file may say so, and what is kept does not rely on that.
    bare = replace(made.questions["colour"], write="tier")
    made = replace(made, questions={**made.questions, "colour": bare})
    run = run_of(made, customer="maria")
    happened = sale(run)
    happened.insert(
        12, [f.QuestionAnswered(at=13 * S, page="order", question="remark", answer="x")]
    )
    run = run_of(made, customer="maria")
    for facts in happened:
        for fact in facts:
            run.apply(fact)
    async with keeping(database) as records:
        await keep(records, run, happened)
    row = await record(database)
    assert (row["tier"], row["attributes"]) == ("", {**dict(full), "a7": "true"})
    assert (await end_of(database))["after"] == {"a7": "true"}
    assert "not written to a customer's record: tier, one_too_many" in caplog.text


async def test_what_is_written_has_a_bound(database: Database) -> None:
    await maria(database)
    text = WRITES.replace("write: customer.tier", "write: colour")
    text = text.replace("write: customer.note", "write: remark")
    run = run_of(script(text), customer="maria")
    happened = sale(run)
    long = f.QuestionAnswered(at=13 * S, page="order", question="remark", answer="x" * 4_000)
    run = run_of(script(text), customer="maria")
    happened.insert(12, [long])
    for facts in happened:
        for fact in facts:
            run.apply(fact)
    async with keeping(database) as records:
        await keep(records, run, happened)
    attributes = (await record(database))["attributes"]
    assert (attributes["remark"], attributes["colour"]) == ("x" * 200, "R")
