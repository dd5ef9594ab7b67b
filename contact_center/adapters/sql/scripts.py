"""Call scripts: keeping what happens in them, writing answers back, reading runs again."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import takewhile
from typing import Any, ClassVar, Final

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects import postgresql, sqlite

from contact_center.adapters.sql.customers import change_customer
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.errors import told_as_unavailable
from contact_center.adapters.sql.tables import script_runs, script_steps
from contact_center.adapters.sql.text import clean_line, clean_tree
from contact_center.adapters.sql.writer import Writer, WriterSettings
from contact_center.core.scripting import facts as f
from contact_center.core.scripting.answers import Answer
from contact_center.core.scripting.kept import KeptRun
from contact_center.core.scripting.reading import patch
from contact_center.core.scripting.run import Run

_log = logging.getLogger(__name__)

KINDS: Final[Mapping[str, type[f.ScriptFact]]] = {
    kind.__name__: kind for kind in f.ScriptFact.__subclasses__()
}
_OF_EACH: Final = ("at", "page")
_ASIDE: Final = {"call", "began_at", "n", "kind", "before", "after", *_OF_EACH}
_OWN: Final = tuple(column.name for column in script_steps.columns if column.name not in _ASIDE)
_Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class _Told:
    """Rows of what happened at once. ``changes``: what the end of the run changes of whom."""

    run: dict[str, Any]
    steps: tuple[dict[str, Any], ...]
    customer: str = ""
    changes: Mapping[str, Answer] | None = None

    @property
    def key(self) -> _Key:
        return self.run["call"], self.run["began_at"]


class ScriptRecords(Writer[_Told]):
    """The `ScriptSink` that fills the tables: ``ScriptRecords(database, settings=None)``.

    ``await start()`` before use, ``await close()`` to flush; ``problem``, ``healthy``, ``waiting``,
    ``counts``, ``check`` and ``settled`` are as with `CallRecords`. `happened` returns at once and
    never raises; while the database is away, what happened waits, in order, up to the bound of
    `settings`, and beyond it is dropped and counted.

    A run that ends with a disposition writes its answers back to the one customer it is about, in
    the transaction in which its end is written, once.
    """

    what: ClassVar[str] = "steps of scripts"
    one: ClassVar[str] = "a step of a script"

    def __init__(self, database: Database, settings: WriterSettings | None = None) -> None:
        super().__init__(database, settings)
        self._insert = postgresql.insert if database.backend == "postgresql" else sqlite.insert

    def happened(self, run: Run, facts: Sequence[f.ScriptFact]) -> None:
        """Take facts of a run, in order, which they were applied to already."""
        if not facts:
            return
        try:
            told = _told(run, facts)
        except Exception:  # noqa: BLE001 - whatever is wrong with it, the call goes on
            _log.exception("what happened in the script %s cannot be kept", run.script.script)
            return
        self._take([told])

    async def read(self, call: str) -> list[f.ScriptFact]:
        """Give what happened in the newest run of a call; nothing when there was none.

        Raises DatabaseUnavailableError. What still waits to be written is not in it.
        """
        kept = await self.find(call)
        return [] if kept is None else list(kept.facts)

    async def find(self, call: str) -> KeptRun | None:
        """Give the newest run of a call, to go on with. Raises DatabaseUnavailableError."""
        with told_as_unavailable(self._database.url):
            return await self._database.read(lambda connection: _find(connection, call))

    async def _keep(self, batch: Sequence[_Told]) -> int:
        return await self._database.write(lambda connection: self._commit(connection, batch))

    def _commit(self, connection: Connection, batch: Sequence[_Told]) -> int:
        """The transaction; returns how many facts were new."""
        known = _known(connection, {told.run["call"] for told in batch})
        put = self._insert(script_runs)
        set_: dict[str, Any] = {
            c.name: put.excluded[c.name] for c in script_runs.columns if not c.primary_key
        }
        set_["ended_at"] = func.coalesce(put.excluded.ended_at, script_runs.c.ended_at)
        put = put.on_conflict_do_update(index_elements=list(script_runs.primary_key), set_=set_)
        connection.execute(put, list({told.key: told.run for told in batch}.values()))
        steps: list[dict[str, Any]] = []
        for told in batch:
            # One writer, in order: whatever is not behind the last one was written before.
            new = [step for step in told.steps if step["n"] > known.get(told.key, 0)]
            if new and told.changes is not None:
                changed = change_customer(connection, told.customer, told.changes)
                if changed is not None:
                    new[-1] = {**new[-1], "before": changed.before, "after": changed.after}
            known[told.key] = max(known.get(told.key, 0), *(step["n"] for step in told.steps))
            steps += new
        if steps:
            connection.execute(self._insert(script_steps), steps)
        return len(steps)


def _told(run: Run, facts: Sequence[f.ScriptFact]) -> _Told:
    first = run.counted - len(facts) + 1
    end = next((fact for fact in facts if isinstance(fact, f.RunEnded)), None)
    row = {
        "call": run.call,
        "began_at": run.began,
        "script": run.script.script,
        "version": run.script.version,
        "language": run.language,
        "queue": run.queue,
        "agent": run.agent,
        "customer": run.customer,
        "page": run.page,
        "fence": run.fence,
        "ended_at": None if end is None else end.at,
        "disposition": clean_line(run.disposition),
        "complete": run.complete,
    }
    steps = tuple(_step(run, n, fact) for n, fact in enumerate(facts, first))
    if end is None or not end.disposition or not run.customer:
        return _Told(row, steps)
    return _Told(row, steps, run.customer, patch(run) or None)


def _step(run: Run, n: int, fact: f.ScriptFact) -> dict[str, Any]:
    own = {name: getattr(fact, name, None) for name in _OWN}
    if isinstance(fact, f.QuestionAnswered) and run.script.questions[fact.question].is_secret:
        # It is not in the fact either; but what is never kept is kept out here, too.
        own["answer"] = None if fact.answer is None else ""
    row: dict[str, Any] = clean_tree(own)
    return {
        "call": run.call,
        "began_at": run.began,
        "n": n,
        "kind": type(fact).__name__,
        "at": fact.at,
        "page": fact.page,
        **row,
        "before": None,
        "after": None,
    }


def _known(connection: Connection, calls: set[str]) -> dict[_Key, int]:
    """The last step of each run of these calls."""
    c = script_steps.c
    query = select(c.call, c.began_at, func.max(c.n)).where(c.call.in_(sorted(calls)))
    rows = connection.execute(query.group_by(c.call, c.began_at))
    return {(call, began_at): n for call, began_at, n in rows}


def _find(connection: Connection, call: str) -> KeptRun | None:
    r, c = script_runs.c, script_steps.c
    query = select(script_runs).where(r.call == call).order_by(r.began_at.desc()).limit(1)
    run = connection.execute(query).mappings().first()
    if run is None:
        return None
    own = (c.call == call, c.began_at == run["began_at"])
    rows = connection.execute(select(script_steps).where(*own).order_by(c.n)).mappings().all()
    # Steps that were dropped leave a gap, behind which nobody knows how it came to that.
    whole = takewhile(lambda one: one[1]["n"] == one[0], enumerate(rows, 1))
    names = ("call", "script", "version", "language", "agent", "queue", "customer")
    return KeptRun(
        **{name: run[name] for name in names}, facts=tuple(_fact(dict(row)) for _, row in whole)
    )


def _fact(row: Mapping[str, Any]) -> f.ScriptFact:
    kind = KINDS[row["kind"]]
    own = {field.name: row[field.name] for field in fields(kind)}
    if isinstance(own.get("answer"), list):
        own["answer"] = tuple(own["answer"])
    return kind(**own)
