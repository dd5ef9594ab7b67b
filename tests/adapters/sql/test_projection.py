from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from contact_center.adapters.sql.fact_json import fact_body, fact_from, fact_kind
from contact_center.adapters.sql.projection import Rows, changes, is_projected, project
from contact_center.core.caller_facts import PlaceTakenUp
from contact_center.core.events import Direction
from contact_center.core.facts import (
    AgentOffered,
    CallConnected,
    CallFact,
    CallQueued,
    CallStarted,
    ConversationEnded,
    HoldChanged,
    NotesSaved,
    QueueOutcome,
    VoicemailLeft,
    WaitEnded,
)
from contact_center.core.ids import (
    AgentId,
    CallId,
    QueueId,
    RecordingId,
    ReservationId,
)
from contact_center.core.outcomes import TransferKind
from contact_center.core.talk_facts import AgentJoined, CallTransferred, RecordingSaved
from tests.adapters.sql.stories import S, answered_call, histories

K = CallId("k1")


def interaction(rows: Rows) -> dict[str, object]:
    return rows["interactions"][K,]


def segments(rows: Rows) -> list[tuple[object, ...]]:
    columns = ("kind", "queue", "agent", "started_at", "ended_at", "result")
    found = [rows["segments"][key] for key in sorted(rows["segments"])]
    return [tuple(row[column] for column in columns) for row in found]


def test_a_whole_call_is_one_interaction() -> None:
    row = interaction(project(answered_call("k1", customer="c1"), "US"))
    assert row == {
        "call": "k1",
        "direction": "inbound",
        "channel": "voice",
        "subject": "",
        "ani": "+14155550101",
        "ani_name": "",
        "did": "+14155550199",
        "language": None,
        "party": "+14155550101",
        "customer": "c1",
        "customer_name": "Ann Example",
        "flow": "main",
        "queue": "sales",
        "agent": "alice",
        "started_at": 0,
        "answered_at": S,
        "connected_at": 30 * S,
        "ended_at": 90 * S,
        "outcome": "answered",
        "lost": False,
        "disposition": "sold",
        "notes": "Wants a chair.",
        "talk_us": 45 * S,
        "hold_us": 15 * S,
        "wait_us": 20 * S,
    }


def test_a_call_is_cut_into_segments() -> None:
    assert segments(project(answered_call("k1"), "US")) == [
        ("ivr", "", "", 0, 10 * S, ""),
        ("wait", "sales", "", 10 * S, 30 * S, "answered"),
        ("offer", "sales", "alice", 25 * S, 30 * S, "connected"),
        ("talk", "sales", "alice", 30 * S, 90 * S, ""),
        ("hold", "sales", "alice", 40 * S, 55 * S, ""),
    ]


def test_legs_notes_and_dispositions_have_rows() -> None:
    rows = project(answered_call("k1"), "US")
    phone = "a-k1-e1-n1"
    assert rows["legs"][K, phone] == {
        "call": "k1",
        "leg": phone,
        "agent": "alice",
        "started_at": 25 * S,
        "answered_at": 30 * S,
        "ended_at": 90 * S,
        "cause": "canceled",
    }
    assert rows["notes"][K, "alice"]["text"] == "Wants a chair."
    assert rows["dispositions"][K, 19]["code"] == "sold"


def test_who_times_out_of_a_queue_is_back_in_the_flow() -> None:
    timed_out = QueueOutcome.TIMED_OUT
    rows = project(
        [
            *answered_call("k1")[:5],
            WaitEnded(
                at=40 * S,
                call=K,
                seq=6,
                queue=QueueId("sales"),
                outcome=timed_out,
                waited_us=30 * S,
            ),
            CallQueued(at=50 * S, call=K, seq=7, queue=QueueId("support"), priority=0),
            CallQueued(at=60 * S, call=K, seq=8, queue=QueueId("sales"), priority=0),
        ],
        "US",
    )
    assert segments(rows) == [
        ("ivr", "", "", 0, 10 * S, ""),
        ("wait", "sales", "", 10 * S, 40 * S, "timed_out"),
        ("ivr", "", "", 40 * S, 50 * S, ""),
        ("wait", "support", "", 50 * S, 60 * S, "moved"),
        ("wait", "sales", "", 60 * S, None, ""),
    ]


def test_a_voicemail_is_in_the_index_of_recordings() -> None:
    left = VoicemailLeft(
        at=5, call=K, seq=2, recording=RecordingId("r1"), box="sales", url="vm/r1.wav", ms=4000
    )
    row = project([answered_call("k1")[0], left], "US")["recordings"][K, "r1"]
    assert (row["kind"], row["box"], row["url"], row["ms"]) == (
        "voicemail",
        "sales",
        "vm/r1.wav",
        4000,
    )


def test_the_party_of_an_outbound_call_is_who_we_called() -> None:
    first = answered_call("k1")[0]
    assert isinstance(first, CallStarted)
    dialled = replace(first, direction=Direction.OUTBOUND, ani="+14155550199", did="415 555 0107")
    assert interaction(project([dialled], "US"))["party"] == "+14155550107"


def test_a_hidden_caller_has_no_party() -> None:
    first = answered_call("k1", ani="")[0]
    assert interaction(project([first], "US"))["party"] is None


def test_names_and_notes_are_stored_clean() -> None:
    first = answered_call("k1")[0]
    assert isinstance(first, CallStarted)
    rows = project(
        [
            replace(first, ani_name="A\x00nn\r\n\u202eO'Hara 😀"),
            NotesSaved(at=1, call=K, seq=2, agent=AgentId("alice"), text="one\x07\ntwo"),
        ],
        "US",
    )
    assert interaction(rows)["ani_name"] == "Ann O'Hara 😀"
    assert interaction(rows)["notes"] == "one\ntwo"


def test_no_facts_have_no_rows() -> None:
    assert project([], "US") == {}


def test_only_facts_that_shape_rows_are_projected() -> None:
    assert is_projected(CallStarted)
    assert not is_projected(PlaceTakenUp)
    assert project([PlaceTakenUp(at=1, call=K, seq=1, since=0)], "US") == {}


@given(histories(), st.data())
def test_rows_depend_on_the_set_of_facts_alone(facts: list[CallFact], data: st.DataObject) -> None:
    rows = project(facts, "US")
    told = data.draw(st.permutations(facts + data.draw(st.lists(st.sampled_from(facts or [None])))))
    assert project([fact for fact in told if fact is not None], "US") == rows


@given(histories(), st.integers(0, 25))
def test_what_changed_brings_the_rows_before_to_the_rows_after(
    facts: list[CallFact], cut: int
) -> None:
    before, after = project(facts[:cut], "US"), project(facts, "US")
    merged = {table: dict(rows) for table, rows in before.items()}
    for table, rows in changes(before, after).items():
        merged.setdefault(table, {}).update(rows)
    assert {t: r for t, r in merged.items() if r} == {t: r for t, r in after.items() if r}


@given(histories())
def test_stored_facts_project_to_the_same_rows(facts: list[CallFact]) -> None:
    stored = [fact_from(fact_kind(fact), fact_body(fact)) for fact in facts]
    assert project([fact for fact in stored if fact is not None], "US") == project(facts, "US")


@given(histories())
def test_segments_never_end_before_they_begin(facts: list[CallFact]) -> None:
    for row in project(facts, "US").get("segments", {}).values():
        assert row["ended_at"] is None or row["ended_at"] >= row["started_at"]


def test_a_caller_passed_on_after_a_question_has_two_parts_and_the_last_agent() -> None:
    anna, bob, sales = AgentId("anna"), AgentId("bob"), QueueId("sales")
    one, two = ReservationId("k1-e1-n1"), ReservationId("k1-e1-n2")
    part = {"call": K, "queue": sales}
    facts = [
        CallConnected(at=S, seq=1, reservation=one, agent=anna, waited_us=0, **part),
        HoldChanged(at=10 * S, seq=2, call=K, agent=anna, on=True),
        AgentOffered(
            at=10 * S, seq=3, reservation=two, agent=bob, expires_at=30 * S, consult=True, **part
        ),
        AgentJoined(at=15 * S, seq=4, reservation=two, agent=bob, by=anna, **part),
        ConversationEnded(at=20 * S, seq=5, agent=anna, talk_us=9 * S, hold_us=10 * S, **part),
        CallTransferred(
            at=20 * S, seq=6, call=K, agent=anna, how=TransferKind.ATTENDED, to="agent:bob",
            to_agent=bob,
        ),
        HoldChanged(at=20 * S, seq=7, call=K, agent=bob, on=False),
        ConversationEnded(at=50 * S, seq=8, agent=bob, talk_us=35 * S, hold_us=0, **part),
    ]  # fmt: skip
    rows = project(facts, "US")
    assert segments(rows) == [
        ("talk", "sales", "anna", S, 20 * S, ""),
        ("hold", "sales", "anna", 10 * S, 20 * S, ""),
        ("offer", "sales", "bob", 10 * S, 15 * S, "connected"),
        ("talk", "sales", "bob", 15 * S, 50 * S, ""),
    ]
    row = interaction(rows)
    assert (row["agent"], row["talk_us"], row["hold_us"]) == ("bob", 44 * S, 10 * S)


def test_the_recording_of_a_conversation_is_kept_beside_messages() -> None:
    saved = RecordingSaved(
        at=9, seq=1, call=K, recording=RecordingId("r-k1-1"), agent=AgentId("anna"),
        queue=QueueId("sales"), url="recordings/stored/r-k1-1/file", ms=4_000,
        pauses=((1_000, 2_000),),
    )  # fmt: skip
    rows = project([saved], "US")["recordings"]
    assert rows[K, "r-k1-1"] == {
        "call": K,
        "recording": "r-k1-1",
        "kind": "conversation",
        "box": "anna",
        "url": "recordings/stored/r-k1-1/file",
        "at": 9,
        "ms": 4_000,
    }
