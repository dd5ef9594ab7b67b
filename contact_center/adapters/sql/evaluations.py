"""Notes of recordings and evaluations, kept."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing.transactions import Transactions
from contact_center.adapters.sql.floor_tables import evaluations, recording_notes
from contact_center.adapters.sql.tables import recordings
from contact_center.adapters.sql.text import clean_text

MOST_OF_ONE = 50
"""Notes, and evaluations, of one recording."""
_WHOLE = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """An evaluation to be kept; ``score`` from 0 to 1, ``at`` microseconds UTC."""

    evaluation: str
    recording: str
    at: int
    by: str
    form: str
    answers: Mapping[str, int]
    score: float
    comment: str


class Evaluations(Transactions):
    """Those of one database. Every method may raise StorageError."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)

    async def of(self, recording: str) -> dict[str, list[dict[str, Any]]] | None:
        """Give notes and evaluations of a recording, oldest first; None for no such recording."""
        return await self._read(lambda connection: _of(connection, recording))

    async def note(self, name: str, recording: str, at: int, by: str, text: str) -> str:
        """Keep a note; gives "" or why not: ``no_such_recording``, ``too_many_reviews``."""
        row = {"note": name, "recording": recording, "at": at, "by": by, "text": clean_text(text)}
        return await self._write(lambda connection: _note(connection, row))

    async def evaluate(self, made: Evaluation) -> str:
        """Keep an evaluation; as `note`."""
        return await self._write(lambda connection: _evaluate(connection, made))


def _of(connection: Connection, recording: str) -> dict[str, list[dict[str, Any]]] | None:
    if _agent_of(connection, recording) is None:
        return None
    n, e = recording_notes, evaluations
    noted = select(n).where(n.c.recording == recording).order_by(n.c.at, n.c.note)
    done = select(e).where(e.c.recording == recording).order_by(e.c.at, e.c.evaluation)
    return {
        "notes": [dict(row._mapping) for row in connection.execute(noted)],
        "evaluations": [
            {**row._mapping, "answers": json.loads(row.answers), "score": row.score / _WHOLE}
            for row in connection.execute(done)
        ],
    }


def _agent_of(connection: Connection, recording: str) -> str | None:
    found = connection.execute(
        select(recordings.c.box).where(recordings.c.recording == recording)
    ).first()
    return found.box if found is not None else None


def _note(connection: Connection, row: dict[str, Any]) -> str:
    if _agent_of(connection, row["recording"]) is None:
        return "no_such_recording"
    c = recording_notes.c
    count = select(func.count()).where(c.recording == row["recording"])
    if (connection.execute(count).scalar() or 0) >= MOST_OF_ONE:
        return "too_many_reviews"
    connection.execute(insert(recording_notes), row)
    return ""


def _evaluate(connection: Connection, made: Evaluation) -> str:
    agent = _agent_of(connection, made.recording)
    if agent is None:
        return "no_such_recording"
    count = select(func.count()).where(evaluations.c.recording == made.recording)
    if (connection.execute(count).scalar() or 0) >= MOST_OF_ONE:
        return "too_many_reviews"
    row = {
        "evaluation": made.evaluation,
        "recording": made.recording,
        "agent": agent,
        "at": made.at,
        "by": made.by,
        "form": made.form,
        "answers": json.dumps(dict(made.answers), sort_keys=True),
        "score": round(made.score * _WHOLE),
        "comment": clean_text(made.comment),
    }
    connection.execute(insert(evaluations), row)
    return ""
