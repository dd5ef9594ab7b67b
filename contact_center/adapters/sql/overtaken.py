"""Who was overtaken, from stored waits and offers: gone through in order, since it takes all of
those who wait at an instant to say it."""

from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

from sqlalchemy import Connection, or_, select

from contact_center.adapters.sql.tables import interactions, segments
from contact_center.core.facts import OfferResult
from contact_center.core.ids import CallId, QueueId
from contact_center.reporting.books import Attribution, Books, whose
from contact_center.reporting.queue_order import QueueOrder
from contact_center.reporting.records import Wait


class _What(IntEnum):
    """Of one instant: who leaves is gone, who comes is there, who is offered has an offer."""

    OFFER_ENDS = 0
    WAIT_ENDS = 1
    WAIT_BEGINS = 2
    OFFER_BEGINS = 3
    OFFER_ENDS_AT_ONCE = 4


_WAIT = (_What.WAIT_BEGINS, _What.WAIT_ENDS)
_OFFER = (_What.OFFER_BEGINS, _What.OFFER_ENDS)


class _Step(NamedTuple):
    at: int
    what: _What
    call: str
    queue: str
    agent: str
    began: int
    ended: int | None
    result: str
    channel: str


def count_overtaken(connection: Connection, books: Books, begin: int, end: int) -> None:
    """Count for each offer the callers of its queue who came before and had no offer then.

    Unlike the fold, which goes by the order of the log, this takes one instant as a whole.
    """
    orders: dict[str, QueueOrder] = {}
    waits: dict[str, Wait] = {}
    open_offers: dict[str, int] = {}
    together: list[_Step] = []
    for step in (*_steps(connection, begin, end), None):
        if together and (step is None or (step.at, step.what) != together[0][:2]):
            _count(books, orders, waits, together)
            together.clear()
        if step is None:
            return
        order = orders.setdefault(step.queue, QueueOrder())
        wait = waits.get(step.call)
        match step.what:
            case _What.WAIT_BEGINS:
                waits[step.call] = Wait(
                    call=CallId(step.call),
                    queue=QueueId(step.queue),
                    requirement="",
                    entered_at=step.at,
                )
                order.enter(waits[step.call])
            case _What.WAIT_ENDS if wait is not None:
                orders[wait.queue].leave(waits.pop(step.call))
            case _What.OFFER_ENDS | _What.OFFER_ENDS_AT_ONCE:
                open_offers[step.call] = open_offers.get(step.call, 0) - 1
                failed = step.result != OfferResult.CONNECTED.value
                if wait is not None and failed and open_offers[step.call] <= 0:
                    orders[wait.queue].wait_on(wait)
            case _What.OFFER_BEGINS:
                open_offers[step.call] = open_offers.get(step.call, 0) + 1
                if wait is not None:
                    orders[wait.queue].offer(wait)
                together.append(step)


def _count(
    books: Books, orders: dict[str, QueueOrder], waits: dict[str, Wait], offers: list[_Step]
) -> None:
    for offer in offers:
        wait = waits.get(offer.call)
        at = offer.ended if books.attribution is Attribution.FLOW else offer.began
        start = books.grid.start_of(at) if at is not None and offer.result else None
        if wait is None or start is None:
            continue
        overtook = orders[wait.queue].offer(wait)
        for key in whose(offer.channel, offer.queue, agent=offer.agent):
            books.tally(key, start).overtaken += overtook


def _steps(connection: Connection, begin: int, end: int) -> Iterator[_Step]:
    """Beginnings and ends, in order, of all that overlaps the stretch of time."""
    column = segments.c
    query = select(
        *(column.kind, column.call, column.queue, column.agent),
        *(column.started_at, column.ended_at, column.result, interactions.c.channel),
    )
    query = query.join(interactions, interactions.c.call == column.call).where(
        column.kind.in_(("wait", "offer")),
        column.started_at < end,
        or_(column.ended_at.is_(None), column.ended_at >= begin),
    )
    steps: list[_Step] = []
    for kind, call, queue, agent, began, ended, result, channel in connection.execute(query):
        rest = (call, queue, agent, began, ended, result, channel)
        if kind == "wait" and began == ended:
            continue  # refused: they never stood in line
        first, last = _WAIT if kind == "wait" else _OFFER
        steps.append(_Step(began, first, *rest))
        if ended is not None:
            steps.append(_Step(ended, last if ended > began else _What.OFFER_ENDS_AT_ONCE, *rest))
    return iter(sorted(steps, key=lambda step: step[:3]))
