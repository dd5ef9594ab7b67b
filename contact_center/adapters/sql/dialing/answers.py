"""How many answered on days before, by list and hour: read once, then hour by hour."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from sqlalchemy import Connection, and_, case, func, literal_column, not_, select

from contact_center.adapters.sql.dialing.tables import attempts, campaigns
from dialer.answer_prior import HOUR_US, KEPT_HOURS, AnswerHistory
from dialer.attempt import LIVE, Source, Verdict
from dialer.ids import ListId

Counted = tuple[ListId, int, float, int]
"""A list, an hour, calls by their odds, and how many of them a person answered."""
Read = Callable[[Callable[[Connection], list[Counted]]], Coroutine[Any, Any, list[Counted]]]

AT_ONCE_HOURS = 24
"""Read in so short pieces that no query keeps others waiting."""
_BEHIND_HOURS = 1
"""The hour before this one is left for later: talks may go on whose calls were answered in it."""
_PACED = [source.value for source in (Source.AUTO, Source.AGENTLESS, Source.PREVIEW)]
_SAYS_NOTHING = [verdict.value for verdict in (Verdict.FAILED, Verdict.CANCELLED, Verdict.LOST)]
"""Ends of calls that nobody could answer, or of which nobody knows."""

_call = attempts.c
_BY_A_PERSON = and_(
    _call.verdict.in_([each.value for each in LIVE]),
    # An agent heard what was taken for a machine, and found no person.
    not_(
        and_(
            _call.verdict == Verdict.CONNECTED.value,
            _call.machine.is_(True),
            _call.person.is_not(True),
        )
    ),
)
_HOUR = (_call.opened_at // literal_column(str(HOUR_US))).label("hour")


class Answers:
    """One process's memory of what storage has. A piece that failed is read again."""

    def __init__(self) -> None:
        self.history = AnswerHistory()
        self._upto: int | None = None

    async def catch_up(self, read: Read, now: int) -> None:
        """Read what was closed since the last time. Raises what `read` raises."""
        last = now // HOUR_US - _BEHIND_HOURS
        first = last - KEPT_HOURS
        self.history.forget(first)
        begin = first if self._upto is None else max(self._upto, first)
        while begin < last:
            end = min(begin + AT_ONCE_HOURS, last)
            for row in await read(partial(counts, begin=begin, end=end)):
                self.history.note(*row)
            begin = self._upto = end


def counts(connection: Connection, begin: int, end: int) -> list[Counted]:
    """Count calls and answers of the hours from `begin` to before `end`."""
    known = list(connection.execute(select(campaigns.c.campaign)).scalars())
    answered = case((_BY_A_PERSON, 1), else_=0)
    query = (
        select(
            _call.list,
            _HOUR,
            func.sum(_call.odds).label("calls"),
            func.sum(answered).label("answers"),
        )
        .where(
            _call.campaign.in_(known),
            _call.opened_at >= begin * HOUR_US,
            _call.opened_at < end * HOUR_US,
            _call.closed_at.is_not(None),
            _call.source.in_(_PACED),
            _call.verdict.not_in(_SAYS_NOTHING),
        )
        .group_by(_call.list, _HOUR)
    )
    return [
        (ListId(row.list), int(row.hour), float(row.calls), int(row.answers))
        for row in connection.execute(query)
    ]
