"""Measures of the past for a page: asked of the database, within a deadline, one at a time."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from contact_center.adapters.api.memory import HistoryAwayError
from contact_center.adapters.api.past_numbers import Line, Question
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.errors import StorageError, told_as_unavailable
from contact_center.adapters.sql.history import History, Report
from contact_center.app.measuring import thresholds_of
from contact_center.core.center import Center
from contact_center.reporting.measures import measured

WITHIN_S: Final = 30.0


class PastNumbersOf:
    """Asks one database. ``center`` gives the center of now, for its thresholds."""

    def __init__(
        self, database: Database, center: Callable[[], Center], clock: Callable[[], int]
    ) -> None:
        self._database = database
        self._center = center
        self._clock = clock
        self._turn = asyncio.Lock()

    async def find(self, asked: Question) -> Sequence[Line]:
        """Count. Raises HistoryAwayError when that cannot be done in time."""
        report = Report(
            begin=asked.begin,
            end=asked.end,
            length_us=asked.length_us,
            until=self._clock(),
            attribution=asked.attribution,
            thresholds=thresholds_of(self._center().configuration),
        )
        try:
            async with asyncio.timeout(WITHIN_S), self._turn:
                with told_as_unavailable(self._database.url):
                    books = await History(self._database).books(report)
        except (StorageError, TimeoutError) as problem:
            raise HistoryAwayError from problem
        lines = [
            Line(at=start, name=name, values=measured(tally))
            for name in books.keys(asked.of)
            for start, tally in books.intervals((asked.of, name)).items()
        ]
        return sorted(lines, key=lambda line: (line.at, line.name))
