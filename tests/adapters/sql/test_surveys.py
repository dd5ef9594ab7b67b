"""The database counts answers as the fold does, on both databases."""

from __future__ import annotations

import pytest

from contact_center.adapters.sql.call_store import CallStore
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.surveys import Surveys
from contact_center.core.facts import CallFact
from contact_center.reporting.surveys import BY, SurveyBook
from tests.reporting.test_surveys import LOG

S = 1_000_000


async def kept(database: Database) -> Surveys:
    facts = [fact for fact in LOG if isinstance(fact, CallFact)]
    await CallStore(database, "US").write(facts)
    await CallStore(database, "US").write(facts)  # told again after a restart
    return Surveys(database)


@pytest.mark.parametrize("by", BY)
async def test_the_database_counts_what_the_fold_counts(database: Database, by: str) -> None:
    folded = SurveyBook(by=by)
    folded.take(LOG)
    assert (await (await kept(database)).book(0, 9 * S, by=by)).plain() == folded.plain()


async def test_a_time_a_queue_and_an_agent_may_be_chosen(database: Database) -> None:
    surveys = await kept(database)
    (first,) = (await surveys.book(S, 2 * S)).plain()
    assert (first["asked"], first["questions"][0]["mean"]) == (1, 5.0)
    (bobs,) = (await surveys.book(0, 9 * S, by="agent", agent="bob")).plain()
    assert (bobs["agent"], bobs["asked"], bobs["replied"]) == ("bob", 1, 1)
    assert (await surveys.book(0, 9 * S, queue="support")).plain() == []
