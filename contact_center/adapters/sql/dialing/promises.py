"""Callbacks: promises to call, and what becomes of them. None is ever lost.

States: ``scheduled`` (for later), ``dialling`` (an attempt is open); and the ends: ``done``
(somebody talked), ``cancelled`` (by a person, or by a newer promise), ``expired_with_alert`` (it
cannot be kept, and a person was told by a task). ``due`` is a scheduled one whose time has come.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from contact_center.adapters.sql.dialing import leads as book
from contact_center.adapters.sql.dialing.leads import IS_LIVE, LIVE_CALLBACK
from contact_center.adapters.sql.dialing.tables import callbacks, dial_tasks
from dialer.ids import CampaignId, LeadId
from dialer.lead import Callback, LeadState
from dialer.messages import CloseAttempt

SCHEDULED, DUE, DIALLING = LIVE_CALLBACK
DONE, CANCELLED, EXPIRED = "done", "cancelled", "expired_with_alert"
MOST_TRIES = 10
"""After so many attempts that reached nobody a person has to look."""


def _live(lead: Any) -> Any:
    return (callbacks.c.lead == lead) & IS_LIVE


_LIVE = select(callbacks).where(_live(bindparam("of")))


def promise(
    connection: Connection, campaign: CampaignId, made: Callback, by: str, now: int
) -> str | None:
    """Put a promise on the books, in place of an earlier one to the same lead; return its name.

    Made again as it is, it is the same. The lead rests until then; one that is on the line does so
    when the attempt is over. None for a lead that does not exist or may not be called.
    """
    lead = book.locked(connection, made.lead)
    if lead is None or lead.state == LeadState.SUPPRESSED.value:
        return None
    old = connection.execute(select(callbacks).where(_live(made.lead))).one_or_none()
    if old is not None:
        if (book.promise_from(old), old.state) == (made, SCHEDULED):
            return str(old.callback)
        _end(connection, old.callback, CANCELLED, now, f"replaced by {by}")
    count = select(func.count()).where(callbacks.c.lead == made.lead)
    name = f"cb-{made.lead}-{connection.execute(count).scalar_one() + 1}"
    connection.execute(
        insert(callbacks),
        {
            "callback": name,
            "campaign": campaign,
            "lead": made.lead,
            "number": made.number,
            "state": SCHEDULED,
            "promised_at": made.due_at,
            "due_at": made.due_at,
            "local": made.local,
            "zone": made.zone,
            "agent": made.agent,
            "fallback_us": made.fallback_us,
            "note": made.note,
            "made_at": now,
        },
    )
    if lead.state != LeadState.DIALLING.value:
        book.move(connection, [made.lead], LeadState.OPEN, made.due_at)
    return name


def dialled(connection: Connection, lead: str, attempt: str) -> None:
    """An attempt of the lead has begun: it is the promise's, if there is one that is due."""
    values = {"state": DIALLING, "attempt": attempt, "tries": callbacks.c.tries + 1}
    connection.execute(update(callbacks).where(_live(lead)).values(values))


def wake(connection: Connection, campaign: CampaignId, now: int) -> None:
    """Note whose time has come."""
    come = (callbacks.c.campaign == campaign) & (callbacks.c.due_at <= now)
    connection.execute(
        update(callbacks).where(come, IS_LIVE, callbacks.c.state == SCHEDULED).values(state=DUE)
    )


def put_off(connection: Connection, lead: str, due_at: int) -> None:
    """The gate said not now: later, then. What was promised stays on the books."""
    values = {"state": SCHEDULED, "due_at": due_at}
    connection.execute(update(callbacks).where(_live(lead)).values(values))


def failed(connection: Connection, lead: str, now: int, why: str) -> None:
    """It cannot be kept: end it, and tell a person."""
    for row in connection.execute(select(callbacks).where(_live(lead))).all():
        _end(connection, row.callback, EXPIRED, now, why)
        task(connection, row.callback, "callback", row.campaign, lead, now, why)


def cancel(connection: Connection, lead: str, by: str, why: str, now: int) -> bool:
    """A person takes a promise back. The lead stays open, from now on."""
    row = connection.execute(select(callbacks).where(_live(lead))).one_or_none()
    if row is None:
        return False
    _end(connection, row.callback, CANCELLED, now, f"{by}: {why}")
    held = book.locked(connection, lead)
    if held is not None and held.state == LeadState.OPEN.value:
        book.move(connection, [lead], LeadState.OPEN, now)
    return True


def after(
    connection: Connection,
    attempt: Row[Any],
    close: CloseAttempt,
    state: LeadState,
    *,
    connected: bool,
    now: int,
) -> int | None:
    """Follow the end of an attempt; give when the lead has to be called again, if it was promised.

    A conversation keeps the promise it was dialled for. Whoever was not reached is tried again, as
    often as the lead is and `MOST_TRIES` times; then a person is told.
    """
    row = connection.execute(_LIVE, {"of": attempt.lead}).one_or_none()
    if row is None:
        return None
    if state is LeadState.SUPPRESSED:
        failed(connection, attempt.lead, now, "asked not to be called")
        return None
    if row.attempt != attempt.attempt:  # promised in this conversation, or since
        return int(row.due_at)
    if connected:
        _end(connection, row.callback, DONE, now, "")
        return None
    if state is not LeadState.OPEN or row.tries >= MOST_TRIES:
        failed(connection, attempt.lead, now, f"not reached: lead is {state.value}")
        return None
    due_at = close.due_at or now
    put_off(connection, attempt.lead, due_at)
    return due_at


def escalate(connection: Connection, now: int, late_us: int) -> int:
    """Tell a person of promises that nobody has kept so long after they were due.

    They stay on the books and are still dialled. Return how many there are that were not told of.
    """
    query = select(callbacks).where(
        IS_LIVE, callbacks.c.state != DIALLING, callbacks.c.due_at <= now - late_us
    )
    told = 0
    for row in connection.execute(query).all():
        why = f"promised for {row.local} {row.zone}, and nobody has called"
        told += task(connection, row.callback, "callback_late", row.campaign, row.lead, now, why)
    return told


def task(
    connection: Connection, about: str, kind: str, campaign: str, lead: str, now: int, why: str
) -> bool:
    """Put something on the list of what a person has to look at, once; say whether it is new."""
    name = f"{kind}:{about}"
    if connection.execute(select(dial_tasks.c.task).where(dial_tasks.c.task == name)).first():
        return False
    row = {"task": name, "kind": kind, "campaign": campaign, "lead": lead, "at": now, "why": why}
    connection.execute(insert(dial_tasks), row)
    return True


def _end(connection: Connection, callback: str, state: str, now: int, why: str) -> None:
    values = {"state": state, "ended_at": now, "why": why}
    connection.execute(update(callbacks).where(callbacks.c.callback == callback).values(values))


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A promise that is not kept yet. ``promised_at``: the instant that was promised."""

    name: str
    campaign: CampaignId
    made: Callback
    state: str
    promised_at: int
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something a person has to look at."""

    task: str
    kind: str
    campaign: CampaignId
    lead: LeadId
    at: int
    why: str


def due(connection: Connection, campaign: CampaignId, until: int) -> list[Promise]:
    """Give promises that are due until then, the longest due first; ``due`` ones are past."""
    query = (
        select(callbacks)
        .where(
            callbacks.c.campaign == campaign,
            IS_LIVE,
            callbacks.c.due_at <= until,
        )
        .order_by(callbacks.c.due_at)
    )
    return [promise_of(row) for row in connection.execute(query)]


def promise_of(row: Row[Any]) -> Promise:
    """Make a promise of a row of `callbacks`."""
    return Promise(
        name=row.callback,
        campaign=CampaignId(row.campaign),
        made=book.promise_from(row),
        state=row.state,
        promised_at=row.promised_at,
        tries=row.tries,
    )


def tasks(connection: Connection, campaign: CampaignId | None) -> list[Task]:
    """Give open tasks, oldest first."""
    query = select(dial_tasks).where(dial_tasks.c.done_at.is_(None)).order_by(dial_tasks.c.at)
    if campaign is not None:
        query = query.where(dial_tasks.c.campaign == campaign)
    return [
        Task(
            task=row.task,
            kind=row.kind,
            campaign=CampaignId(row.campaign),
            lead=LeadId(row.lead),
            at=row.at,
            why=row.why,
        )
        for row in connection.execute(query)
    ]


def task_done(connection: Connection, name: str, by: str, now: int) -> bool:
    """Take a task off the list; say whether it was on it."""
    change = update(dial_tasks).where(dial_tasks.c.task == name, dial_tasks.c.done_at.is_(None))
    return connection.execute(change.values(done_at=now, done_by=by)).rowcount > 0
