from __future__ import annotations

import msgspec
import pytest
from hypothesis import given

from contact_center.adapters.sql.fact_json import CALL_FACTS, fact_body, fact_from, fact_kind
from contact_center.core.facts import CallFact, NotesSaved
from contact_center.core.ids import AgentId, CallId
from tests.adapters.sql.stories import answered_call, histories


@pytest.mark.parametrize("fact", answered_call("k1", customer="c1"), ids=lambda f: fact_kind(f))
def test_a_fact_comes_back_equal(fact: CallFact) -> None:
    text = msgspec.json.encode(fact_body(fact))
    assert fact_from(fact_kind(fact), msgspec.json.decode(text)) == fact


@given(histories())
def test_any_fact_comes_back_clean_and_stays_as_it_is(facts: list[CallFact]) -> None:
    for fact in facts:
        body = fact_body(fact)
        back = fact_from(fact_kind(fact), msgspec.json.decode(msgspec.json.encode(body)))
        assert back is not None
        assert fact_body(back) == body


def test_text_in_a_fact_is_cleaned() -> None:
    fact = NotesSaved(
        at=1, call=CallId("k1"), seq=1, agent=AgentId("a"), text="\x00zero \ud800 😀\nnext"
    )
    assert fact_body(fact)["text"] == "zero \ufffd 😀\nnext"


def test_what_a_newer_version_wrote_reads_as_nothing() -> None:
    assert fact_from("CallTeleported", {"at": 1}) is None
    assert fact_from("NotesSaved", {"at": "never"}) is None


def test_unknown_fields_are_ignored() -> None:
    body = {"at": 1, "call": "k1", "seq": 1, "agent": "a", "text": "x", "mood": "fine"}
    assert isinstance(fact_from("NotesSaved", body), NotesSaved)


def test_every_kind_of_call_fact_is_known() -> None:
    assert {"CallStarted", "NodeLeft", "ScreenPopCompleted", "CallFinished"} <= set(CALL_FACTS)
    assert "AgentChanged" not in CALL_FACTS
    assert all(issubclass(kind, CallFact) for kind in CALL_FACTS.values())
