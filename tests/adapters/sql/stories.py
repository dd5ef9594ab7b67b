"""Calls told as facts, and how to read tables back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import Table, delete, select

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.tables import metadata
from contact_center.core.commands import EndCause
from contact_center.core.events import Direction
from contact_center.core.facts import (
    AgentChanged,
    AgentOffered,
    CallConnected,
    CallFact,
    CallFinished,
    CallOutcome,
    CallQueued,
    CallStarted,
    ConversationEnded,
    CustomerIdentified,
    DispositionRecorded,
    HoldChanged,
    LegAnswered,
    LegEnded,
    LegStarted,
    NodeLeft,
    NotesSaved,
    OfferEnded,
    OfferResult,
    Presence,
    QueueOutcome,
    VoicemailLeft,
    WaitEnded,
    Work,
)
from contact_center.core.ids import (
    AgentId,
    CallId,
    CustomerId,
    FlowId,
    LegId,
    QueueId,
    RecordingId,
    ReservationId,
)

S = 1_000_000


def answered_call(
    call: str, *, ani: str = "+14155550101", at: int = 0, customer: str | None = None
) -> list[CallFact]:
    """A whole call: menu 10 s, wait 20 s, talk 60 s with 15 s of hold, wrap-up."""
    c, q, a, leg = CallId(call), QueueId("sales"), AgentId("alice"), LegId(call)
    r = ReservationId(f"{call}-e1-n1")
    phone = LegId(f"a-{r}")
    told: list[CallFact] = [
        CallStarted(
            at=at,
            call=c,
            seq=1,
            ani=ani,
            did="+14155550199",
            ani_name="",
            direction=Direction.INBOUND,
            flow=FlowId("main"),
        ),
        LegStarted(at=at, call=c, seq=2, leg=leg),
        LegAnswered(at=at + S, call=c, seq=3, leg=leg),
        NodeLeft(
            at=at + 9 * S, call=c, seq=4, flow=FlowId("main"), node="menu", edge="2", entered_at=at
        ),
        CallQueued(at=at + 10 * S, call=c, seq=5, queue=q, priority=0),
        AgentOffered(
            at=at + 25 * S, call=c, seq=6, reservation=r, agent=a, queue=q, expires_at=at + 45 * S
        ),
        LegStarted(at=at + 25 * S, call=c, seq=7, leg=phone, agent=a),
        LegAnswered(at=at + 30 * S, call=c, seq=8, leg=phone),
        OfferEnded(
            at=at + 30 * S, call=c, seq=9, reservation=r, agent=a, result=OfferResult.CONNECTED
        ),
        WaitEnded(
            at=at + 30 * S,
            call=c,
            seq=10,
            queue=q,
            outcome=QueueOutcome.ANSWERED,
            waited_us=20 * S,
        ),
        CallConnected(
            at=at + 30 * S, call=c, seq=11, reservation=r, agent=a, queue=q, waited_us=20 * S
        ),
        *_conversation(call, at),
    ]
    if customer is not None:
        told.append(
            CustomerIdentified(
                at=at, call=c, seq=20, customer=CustomerId(customer), name="Ann Example"
            )
        )
    return told


def _conversation(call: str, at: int) -> list[CallFact]:
    c, q, a = CallId(call), QueueId("sales"), AgentId("alice")
    leg, phone = LegId(call), LegId(f"a-{call}-e1-n1")
    return [
        HoldChanged(at=at + 40 * S, call=c, seq=12, agent=a, on=True),
        HoldChanged(at=at + 55 * S, call=c, seq=13, agent=a, on=False),
        NotesSaved(at=at + 80 * S, call=c, seq=14, agent=a, text="Wants a"),
        LegEnded(at=at + 90 * S, call=c, seq=15, leg=leg, cause=EndCause.NORMAL),
        LegEnded(at=at + 90 * S, call=c, seq=16, leg=phone, cause=EndCause.CANCELED),
        ConversationEnded(
            at=at + 90 * S, call=c, seq=17, agent=a, queue=q, talk_us=45 * S, hold_us=15 * S
        ),
        CallFinished(
            at=at + 90 * S, call=c, seq=18, outcome=CallOutcome.ANSWERED, queue=q, agent=a
        ),
        DispositionRecorded(
            at=at + 99 * S, call=c, seq=19, agent=a, code="sold", notes="Wants a chair."
        ),
    ]


def agent_state(at: int, work: Work = Work.IDLE, agent: str = "alice") -> AgentChanged:
    """An agent's state at a time."""
    return AgentChanged(
        at=at, agent=AgentId(agent), presence=Presence.READY, reason="", work=work, since=at
    )


async def read(database: Database, table: Table) -> list[dict[str, Any]]:
    """All rows of a table, in the order of its key."""
    async with database.readers.connect() as connection:
        rows = await connection.execute(select(table).order_by(*table.primary_key))
        return [dict(row._mapping) for row in rows]


async def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables."""
    return {table.name: await read(database, table) for table in metadata.sorted_tables}


async def wipe(database: Database) -> None:
    """Empty all tables but the audit log, from which nothing can be taken."""
    async with database.writer.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            if table.name != "audit_log":
                await connection.execute(delete(table))


async def until(condition: Callable[[], bool], what: str, deadline_s: float = 20.0) -> None:
    """Wait for a condition; fail with `what` when it does not come true in time."""
    loop = asyncio.get_running_loop()
    end = loop.time() + deadline_s
    while not condition():
        if loop.time() > end:
            raise AssertionError(f"not within {deadline_s} s: {what}")
        await asyncio.sleep(0.005)


_texts = st.text(max_size=12)
_agents = st.sampled_from([AgentId("alice"), AgentId("bob")])
_queues = st.sampled_from([QueueId("sales"), QueueId("support")])
_legs = st.sampled_from([LegId("k1"), LegId("a-k1-e1-n1"), LegId("x-k1-n1")])
_reservations = st.sampled_from([ReservationId("k1-e1-n1"), ReservationId("k1-e1-n2")])
_lengths = st.integers(0, 10**9)


@st.composite
def histories(draw: st.DrawFn, calls: tuple[str, ...] = ("k1",)) -> list[CallFact]:
    """Any facts of these calls, numbered from 1 in each, in time order: sense is not required."""
    told: list[CallFact] = []
    numbers = dict.fromkeys(calls, 0)
    at = 0
    for kind in draw(st.lists(st.sampled_from(_KINDS), max_size=25)):
        call = draw(st.sampled_from(calls))
        numbers[call] += 1
        at += draw(st.integers(0, 10 * S))
        told.append(draw(kind(at, CallId(call), numbers[call])))
    return told


def _kind(cls: type[CallFact], **fields: st.SearchStrategy[Any]) -> Any:
    def build(at: int, call: CallId, seq: int) -> st.SearchStrategy[CallFact]:
        return st.builds(cls, at=st.just(at), call=st.just(call), seq=st.just(seq), **fields)

    return build


_KINDS = [
    _kind(
        CallStarted,
        ani=st.one_of(st.just("+14155550101"), _texts),
        did=_texts,
        ani_name=_texts,
        flow=st.sampled_from([FlowId(""), FlowId("main")]),
    ),
    _kind(CustomerIdentified, customer=st.just(CustomerId("c1")), name=_texts),
    _kind(LegStarted, leg=_legs, agent=st.none() | _agents),
    _kind(LegAnswered, leg=_legs),
    _kind(LegEnded, leg=_legs),
    _kind(NodeLeft, flow=st.just(FlowId("main")), node=_texts, edge=_texts, entered_at=_lengths),
    _kind(CallQueued, queue=_queues, priority=st.integers(-5, 5)),
    _kind(WaitEnded, queue=_queues, waited_us=_lengths),
    _kind(AgentOffered, reservation=_reservations, agent=_agents, queue=_queues),
    _kind(OfferEnded, reservation=_reservations, agent=_agents),
    _kind(
        CallConnected, reservation=_reservations, agent=_agents, queue=_queues, waited_us=_lengths
    ),
    _kind(HoldChanged, agent=_agents),
    _kind(ConversationEnded, agent=_agents, queue=_queues, talk_us=_lengths, hold_us=_lengths),
    _kind(VoicemailLeft, recording=st.just(RecordingId("r1")), box=_texts, url=_texts, ms=_lengths),
    _kind(NotesSaved, agent=_agents, text=_texts),
    _kind(DispositionRecorded, agent=_agents, code=_texts, notes=_texts),
    _kind(
        CallFinished,
        customer=st.none() | st.just(CustomerId("c1")),
        queue=st.none() | _queues,
        agent=st.none() | _agents,
    ),
]
