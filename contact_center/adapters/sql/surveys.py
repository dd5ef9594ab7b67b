"""What callers answered, counted by the database."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, select

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.errors import told_as_unavailable
from contact_center.adapters.sql.tables import survey_answers, surveys
from contact_center.reporting.surveys import SurveyBook


class Surveys:
    """Asks the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def book(
        self, begin: int, end: int, *, by: str = "queue", queue: str = "", agent: str = ""
    ) -> SurveyBook:
        """Count what ended, and was answered, in ``[begin, end)`` (microseconds UTC).

        `queue`, `agent`: of these alone. Raises DatabaseUnavailableError.
        """
        with told_as_unavailable(self._database.url):
            return await self._database.read(
                lambda connection: _counted(connection, begin, end, by, queue, agent)
            )


def _counted(
    connection: Connection, begin: int, end: int, by: str, queue: str, agent: str
) -> SurveyBook:
    book = SurveyBook(by=by)
    of = (surveys.c.survey, surveys.c.queue, surveys.c.agent, surveys.c.outcome)
    replied = (surveys.c.answered > 0).label("replied")
    kept = _kept(surveys, begin, end, queue, agent)
    query = select(*of, replied, func.count()).where(*kept).group_by(*of, replied)
    for survey, its_queue, its_agent, outcome, any_answer, times in connection.execute(query):
        book.count_end(survey, its_queue, its_agent, outcome, replied=bool(any_answer), times=times)
    c = survey_answers.c
    answered = (c.survey, c.queue, c.agent, c.question, c.value)
    kept = _kept(survey_answers, begin, end, queue, agent)
    rows = connection.execute(select(*answered, func.count()).where(*kept).group_by(*answered))
    for survey, its_queue, its_agent, question, value, times in rows:
        book.count_answer(survey, its_queue, its_agent, question, value, times)
    return book


def _kept(table: Table, begin: int, end: int, queue: str, agent: str) -> list[ColumnElement[Any]]:
    kept: list[ColumnElement[Any]] = [table.c.at >= begin, table.c.at < end]
    if queue:
        kept.append(table.c.queue == queue)
    if agent:
        kept.append(table.c.agent == agent)
    return kept
