"""Notes and evaluations of recordings in the running product."""

from typing import Any

from contact_center.adapters.api.evaluations import Evaluate
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.evaluations import Evaluation, Evaluations
from contact_center.app.floor_views import in_time
from contact_center.core.evaluations import EvaluationForm


class Reviews:
    """Those of a process."""

    def __init__(self, database: Database) -> None:
        self._store = Evaluations(database)

    async def of(self, recording: str) -> dict[str, list[dict[str, Any]]] | None:
        """Notes and evaluations of a recording; times in milliseconds."""
        async with in_time():
            found = await self._store.of(recording)
        if found is None:
            return None
        return {
            kind: [{**row, "at": row["at"] // 1_000} for row in rows]
            for kind, rows in found.items()
        }

    async def note(self, name: str, recording: str, at: int, by: str, text: str) -> str:
        """Keep a note; gives why not, or ""."""
        async with in_time():
            return await self._store.note(name, recording, at, by, text)

    async def evaluate(
        self, name: str, recording: str, at: int, by: str, form: EvaluationForm, body: Evaluate
    ) -> str:
        """Keep an evaluation; as `note`."""
        made = Evaluation(
            evaluation=name,
            recording=recording,
            at=at,
            by=by,
            form=form.form,
            answers=body.answers,
            score=form.score(body.answers),
            comment=body.comment,
        )
        async with in_time():
            return await self._store.evaluate(made)
