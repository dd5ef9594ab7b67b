"""Who calls from a number, and what happened with them last: the queries of the screen-pop."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    bindparam,
    func,
    or_,
    select,
    union,
)

from contact_center.adapters.sql.tables import customers, interactions, phone_numbers
from contact_center.core.events import Customer, PastInteraction
from contact_center.core.ids import CallId, CustomerId

HISTORY = 10
"""How many past interactions a pop shows."""
_SHARED_AT_MOST = 10
_NOTES_AT_MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Who calls: nobody known, one customer, or several who share the number; newest call first.

    ``language``: what was last chosen on the number to be remembered.
    """

    customers: tuple[Customer, ...] = ()
    history: tuple[PastInteraction, ...] = ()
    language: str = ""


_BY_NUMBER = (
    select(
        customers.c.customer,
        customers.c.name,
        customers.c.tier,
        customers.c.language,
        customers.c.email,
        customers.c.note,
        customers.c.attributes,
    )
    .join(phone_numbers, phone_numbers.c.customer == customers.c.customer)
    .where(phone_numbers.c.number == bindparam("number"))
    .order_by(phone_numbers.c.position, customers.c.customer)
    .limit(_SHARED_AT_MOST)
)

_i = interactions.c
_CHOSEN = (
    select(_i.language)
    .where(_i.party == bindparam("number"), _i.language.is_not(None))
    .order_by(_i.started_at.desc())
    .limit(1)
)
_COLUMNS = (
    _i.call,
    _i.started_at,
    _i.direction,
    _i.queue,
    _i.agent,
    _i.outcome,
    _i.disposition,
    func.substr(_i.notes, 1, _NOTES_AT_MOST).label("notes"),
    _i.talk_us,
)


def find(connection: Connection, number: str, call: str = "") -> Found:
    """Look `number` (E.164) up; `call` is the one now coming in, which is no history yet.

    A customer's history is what happened with that customer on any number, and what happened on
    this number with nobody in particular. A stranger's is whatever happened on the number.
    """
    rows = connection.execute(_BY_NUMBER, {"number": number}).all()
    found = tuple(
        Customer(
            customer=CustomerId(row[0]),
            name=row[1],
            tier=row[2],
            language=row[3],
            email=row[4],
            note=row[5],
            attributes=tuple(sorted((row[6] or {}).items())),
        )
        for row in rows
    )
    ids = [customer.customer for customer in found]
    values: dict[str, Any] = {f"c{n}": value for n, value in enumerate(ids)}
    past = connection.execute(_history(len(ids)), values | {"number": number, "call": call})
    chosen = connection.execute(_CHOSEN, {"number": number}).scalar()
    return Found(customers=found, history=tuple(_past(row) for row in past), language=chosen or "")


@lru_cache(maxsize=_SHARED_AT_MOST + 1)
def _history(known: int) -> Select[Any]:
    """The newest interactions with `known` customers (``c0``, ``c1`` ...) or on ``number``.

    One limited query for each, so that each walks its index and stops: a customer, or a number,
    with a hundred thousand calls costs what one with ten does.
    """
    ids: list[BindParameter[str]] = [bindparam(f"c{n}") for n in range(known)]
    here: ColumnElement[bool] = _i.party == bindparam("number")
    if ids:
        here = here & or_(_i.customer.is_(None), _i.customer.in_(ids))
    newest = [_newest(here), *(_newest(_i.customer == one) for one in ids)]
    if len(newest) == 1:
        return newest[0]
    together = union(*(select(one.subquery()) for one in newest)).subquery()
    order = (together.c.started_at.desc(), together.c.call)
    return select(together).order_by(*order).limit(HISTORY)


def _newest(which: ColumnElement[bool]) -> Select[Any]:
    query = select(*_COLUMNS).where(which, _i.call != bindparam("call"))
    return query.order_by(_i.started_at.desc()).limit(HISTORY)


def _past(row: Sequence[Any]) -> PastInteraction:
    return PastInteraction(
        call=CallId(row[0]),
        at=row[1],
        direction=row[2],
        queue=row[3],
        agent=row[4],
        outcome=row[5],
        disposition=row[6],
        notes=row[7],
        talk_s=row[8] // 1_000_000,
    )
