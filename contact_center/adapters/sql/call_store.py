"""Writing facts: one transaction for one batch, after which events and rows agree.

The facts of the calls a batch speaks of are brought together (from memory for live calls, else from
``events``), projected without and with the new ones, and the rows that differ are written. Facts
seen before are ignored by their number, so a batch may be written any number of times.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.fact_json import fact_body, fact_from, fact_kind
from contact_center.adapters.sql.projection import (
    TABLES,
    Row,
    Rows,
    changes,
    is_projected,
    project,
)
from contact_center.adapters.sql.queue_pauses import keep_pauses
from contact_center.adapters.sql.tables import agent_states, events, metadata
from contact_center.core.facts import AgentChanged, CallFact
from contact_center.core.ids import AgentId, CallId
from contact_center.core.staff_facts import QueuePauseChanged

Kept = CallFact | AgentChanged | QueuePauseChanged
"""Facts that are kept."""
_Insert = postgresql.Insert | sqlite.Insert
_Facts = dict[int, CallFact | None]
"""The facts of one call by number; None where the fact shapes no row."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What is stored of one call: its facts, and the rows they come to."""

    facts: _Facts
    rows: Rows


_EVENTS_OF = select(events.c.call, events.c.seq, events.c.kind, events.c.body).where(
    events.c.call.in_(bindparam("calls", expanding=True))
)


class CallStore:
    """Writes batches of facts. ``remembered``: how many calls' facts are kept in memory."""

    def __init__(self, database: Database, region: str, remembered: int = 2_000) -> None:
        self._database = database
        self._region = region
        self._remembered = remembered
        self._calls: OrderedDict[CallId, _Known] = OrderedDict()
        postgres = database.backend == "postgresql"
        insert = postgresql.insert if postgres else sqlite.insert
        self._add_event = insert(events).on_conflict_do_nothing()
        self._put_state = _upsert(insert(agent_states))
        self._last_state: dict[AgentId, tuple[int, int]] = {}
        self._put = {name: _upsert(insert(metadata.tables[name])) for name in TABLES}

    async def write(self, facts: Sequence[Kept]) -> int:
        """Write a batch, all of it or nothing; return how many facts of calls were new."""
        by_call: dict[CallId, dict[int, CallFact]] = {}
        for fact in facts:
            if isinstance(fact, CallFact):
                by_call.setdefault(fact.call, {}).setdefault(fact.seq, fact)
        states = self._state_rows(facts)
        pauses = [fact for fact in facts if isinstance(fact, QueuePauseChanged)]
        before = {call: self._from_memory(call, new) for call, new in by_call.items()}
        # Forget first: when the commit's answer is lost, only the database knows what it holds.
        for call in by_call:
            self._calls.pop(call, None)
        commit = partial(self._commit, by_call=by_call, before=before, states=states, pauses=pauses)
        fresh, after = await self._database.write(commit)
        self._remember(after)
        return fresh

    def _commit(
        self,
        connection: Connection,
        by_call: dict[CallId, dict[int, CallFact]],
        before: dict[CallId, _Known | None],
        states: list[Row],
        pauses: list[QueuePauseChanged],
    ) -> tuple[int, dict[CallId, _Known]]:
        """The transaction; returns how many facts were new, and all facts of each call."""
        loaded = _load(connection, [call for call, old in before.items() if old is None])
        after: dict[CallId, _Known] = {}
        fresh: list[CallFact] = []
        rows: Rows = {}
        for call, told in by_call.items():
            known = before[call] or self._known(loaded.get(call, {}))
            old = known.facts
            new = {seq: fact for seq, fact in told.items() if seq not in old}
            fresh.extend(new.values())
            shaping = {s: f if is_projected(type(f)) else None for s, f in new.items()}
            if not any(shaping.values()):
                after[call] = _Known(old | shaping, known.rows)
                continue
            now = after[call] = self._known(old | shaping)
            for table, changed in changes(known.rows, now.rows).items():
                rows.setdefault(table, {}).update(changed)
        if fresh:
            connection.execute(self._add_event, [_event_row(fact) for fact in fresh])
        for table in TABLES:
            if table in rows:
                connection.execute(self._put[table], list(rows[table].values()))
        if states:
            connection.execute(self._put_state, states)
        keep_pauses(connection, pauses, postgres=self._database.backend == "postgresql")
        return len(fresh), after

    def _state_rows(self, facts: Sequence[Kept]) -> list[Row]:
        """Rows of states, those of one instant numbered in order; told again, they are the same."""
        rows: dict[tuple[str, int, str, str], Row] = {}
        for fact in facts:
            if isinstance(fact, AgentChanged):
                at, number = self._last_state.get(fact.agent, (-1, 0))
                number = number + 1 if at == fact.at else 0
                self._last_state[fact.agent] = (fact.at, number)
                row = _state_row(fact, number)
                rows[fact.agent, fact.at, row["work"], row["presence"]] = row
        return list(rows.values())

    def _from_memory(self, call: CallId, told: Iterable[int]) -> _Known | None:
        """Return the call's facts when memory surely holds all of them, else None."""
        known = self._calls.get(call)
        if known is None or len(known.facts) != max(known.facts):
            return None
        unknown = [seq for seq in told if seq not in known.facts]
        return known if not unknown or min(unknown) == len(known.facts) + 1 else None

    def _known(self, facts: _Facts) -> _Known:
        return _Known(facts, project((f for f in facts.values() if f is not None), self._region))

    def _remember(self, calls: dict[CallId, _Known]) -> None:
        self._calls.update(calls)
        while len(self._calls) > self._remembered:
            self._calls.popitem(last=False)


def _load(connection: Connection, calls: Sequence[CallId]) -> dict[CallId, _Facts]:
    found: dict[CallId, _Facts] = {}
    if calls:
        for call, seq, kind, body in connection.execute(_EVENTS_OF, {"calls": calls}):
            fact = fact_from(kind, body)
            shapes = fact is not None and is_projected(type(fact))
            found.setdefault(call, {})[seq] = fact if shapes else None
    return found


def _upsert(statement: _Insert) -> _Insert:
    table = statement.table
    assert isinstance(table, Table)
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key),
        set_={c.name: statement.excluded[c.name] for c in table.columns if not c.primary_key},
    )


def _event_row(fact: CallFact) -> Row:
    return {
        "call": fact.call,
        "seq": fact.seq,
        "at": fact.at,
        "kind": fact_kind(fact),
        "body": fact_body(fact),
    }


def _state_row(fact: AgentChanged, number: int) -> Row:
    return {
        "agent": fact.agent,
        "at": fact.at,
        "work": fact.work.value,
        "presence": fact.presence.value,
        "reason": fact.reason,
        "since": fact.since,
        "call": fact.call or "",
        "reservation": fact.reservation or "",
        "held": fact.held,
        "outside": fact.outside,
        "n": number,
    }
