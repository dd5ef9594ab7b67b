"""How calls ended, listed from the database with what was said besides."""

from __future__ import annotations

from contact_center.adapters.sql.call_store import CallStore
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.endings import Endings
from contact_center.core.facts import CallFact, DispositionRecorded
from contact_center.core.ids import AgentId, CallId
from tests.adapters.sql.stories import S, answered_call


def ended(name: str, at: int, agent: str, **fields: str) -> list[CallFact]:
    """An answered call, and what an agent said of it."""
    said = DispositionRecorded(
        at=at, call=CallId(name), seq=900, agent=AgentId(agent), code="sold", notes="fine",
        fields=tuple(fields.items()),
    )  # fmt: skip
    others = [one for one in answered_call(name) if not isinstance(one, DispositionRecorded)]
    return [*others, said]


async def test_endings_of_a_time_are_listed_oldest_first_with_their_fields(
    database: Database,
) -> None:
    facts = [*ended("k2", 7 * S, "bob"), *ended("k1", 5 * S, "anna", order="4711", note="=1+1")]
    await CallStore(database, "US").write(facts)
    found = await Endings(database).between(5 * S, 8 * S)
    assert [(one.call, one.agent, dict(one.fields)) for one in found] == [
        ("k1", "anna", {"order": "4711", "note": "=1+1"}),
        ("k2", "bob", {}),
    ]
    assert found[0].notes == "fine"
    of_bob = await Endings(database).between(5 * S, 8 * S, agent="bob")
    assert [one.call for one in of_bob] == ["k2"]
    queue = found[0].queue
    assert len(await Endings(database).between(5 * S, 8 * S, queue=queue)) == 2
    assert await Endings(database).between(5 * S, 8 * S, queue="elsewhere") == []
    assert await Endings(database).between(8 * S, 9 * S) == []
