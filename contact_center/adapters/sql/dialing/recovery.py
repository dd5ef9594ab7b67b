"""After a crash: nothing stays open that nobody works on."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select

from contact_center.adapters.sql.dialing import attempts as book_of_attempts
from contact_center.adapters.sql.dialing import leads as book
from contact_center.adapters.sql.dialing.claims import expire
from contact_center.adapters.sql.dialing.tables import attempts, leads
from dialer.attempt import Attempt, AttemptEnd, Verdict
from dialer.ids import AttemptId, LeadId
from dialer.lead import Lead, LeadState
from dialer.messages import CloseAttempt

AT_ONCE = 200
"""Attempts in one transaction: others wait no longer than for these."""
RETRY_US = 72 * 3_600_000_000
"""A call that was lost may have been abandoned: where nothing else is said, its party rests."""

After = Callable[[Attempt, Lead, AttemptEnd], CloseAttempt]
"""What follows for the lead of an attempt that was lost: the retry rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopted:
    """An attempt that is on the books and on the switch, and its lead."""

    attempt: Attempt
    lead: Lead


def later(attempt: Attempt, lead: Lead, end: AttemptEnd) -> CloseAttempt:
    """Let the lead rest for `RETRY_US`: the rule where none is handed in."""
    return CloseAttempt(
        campaign=attempt.campaign,
        end=end,
        lead=lead.lead,
        state=LeadState.OPEN,
        due_at=end.at + RETRY_US,
    )


def close_lost(
    connection: Connection, alive: Collection[AttemptId], now: int, opened_by: int, after: After
) -> list[AttemptEnd]:
    """Close attempts opened up to `opened_by` that are not alive; a number of them at once.

    Whether they ever rang nobody can say, so they are LOST, and count as abandoned.
    """
    query = (
        select(attempts)
        .where(attempts.c.closed_at.is_(None), attempts.c.opened_at <= opened_by)
        .order_by(attempts.c.opened_at)
    )
    ends: list[AttemptEnd] = []
    for row in connection.execute(query).all():
        if row.attempt in alive:
            continue
        attempt = book_of_attempts.attempt_from(row)
        end = AttemptEnd(attempt=attempt.attempt, at=now, verdict=Verdict.LOST, cause="lost")
        lead = _lead(connection, attempt, now)
        book_of_attempts.close_attempt(connection, after(attempt, lead, end), now)
        ends.append(end)
        if len(ends) >= AT_ONCE:
            break
    return ends


def _lead(connection: Connection, attempt: Attempt, now: int) -> Lead:
    rows = connection.execute(select(leads).where(leads.c.lead == attempt.lead)).all()
    if rows:
        return book.load(connection, rows, now)[0]
    return Lead(
        lead=LeadId(attempt.lead), party=attempt.party, list=attempt.list, token=0, numbers=()
    )


def reopen(connection: Connection, now: int, *, every_claim: bool) -> int:
    """Open leads again that nobody holds; return how many, a bound at once.

    Claims whose lease has ended (``every_claim``: all, when their dialer is known to be gone), and
    leads on the line without an attempt that is open, which no transaction of ours leaves.
    """
    count = expire(connection, now, everything=every_claim)
    open_ = select(attempts.c.lead).where(attempts.c.closed_at.is_(None))
    query = (
        select(leads.c.lead)
        .where(book.IS_HELD, leads.c.state == LeadState.DIALLING.value, leads.c.lead.not_in(open_))
        .limit(AT_ONCE)
    )
    stray = list(connection.execute(query).scalars())
    if stray:
        book.move(connection, stray, LeadState.OPEN, now + RETRY_US)
    return count + len(stray)


def adopted(connection: Connection, alive: Collection[AttemptId], now: int) -> list[Adopted]:
    """Give the attempts that are open and alive, with their leads."""
    rows = connection.execute(select(attempts).where(attempts.c.closed_at.is_(None))).all()
    found = []
    for row in rows:
        if row.attempt in alive:
            attempt = book_of_attempts.attempt_from(row)
            found.append(Adopted(attempt=attempt, lead=_lead(connection, attempt, now)))
    return found
