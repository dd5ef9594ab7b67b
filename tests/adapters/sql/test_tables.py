from __future__ import annotations

from contact_center.adapters.sql.projection import TABLES, project
from contact_center.adapters.sql.tables import metadata
from contact_center.core.caller_facts import SurveyAnswered, SurveyEnded
from contact_center.core.facts import VoicemailLeft
from contact_center.core.ids import AgentId, CallId, RecordingId
from tests.adapters.sql.stories import answered_call


def test_a_projected_row_has_every_column_of_its_table() -> None:
    left = VoicemailLeft(
        at=5, call=CallId("k1"), seq=30, recording=RecordingId("r1"), box="b", url="u", ms=1
    )
    answer = SurveyAnswered(
        at=6, call=CallId("k1"), seq=31, survey="s", question="q", value=4, agent=AgentId("ann")
    )
    end = SurveyEnded(
        at=7, call=CallId("k1"), seq=32, survey="s", outcome="done", questions=1, answered=1
    )
    rows = project([*answered_call("k1"), left, answer, end], "US")
    for table in TABLES:
        columns = [column.name for column in metadata.tables[table].columns]
        assert rows[table], table
        for key, row in rows[table].items():
            assert list(row) == columns
            assert key == tuple(row[column.name] for column in metadata.tables[table].primary_key)


def test_tables_of_calls_are_written_in_the_order_foreign_keys_allow() -> None:
    order = [table.name for table in metadata.sorted_tables if table.name in TABLES]
    assert order[0] == TABLES[0]
    assert set(order) == set(TABLES)
