"""What people allowed and took back, and what is known of who has a number now: only added to."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from contact_center.adapters.sql.dialing.suppressions import SuppressionError, is_e164
from contact_center.adapters.sql.dialing.tables import consents, rnd_answers
from dialer.consent import ConsentRecord
from dialer.ids import PartyId

ANSWERS = ("yes", "no", "no_data")
"""Of a reassigned-numbers database: it has another owner now, has not, is not known."""


def note(connection: Connection, records: Iterable[ConsentRecord], by: str, now: int) -> None:
    """Add what was said; the same said again is there once. Raises SuppressionError."""
    rows = [_row(record, by, now) for record in records]
    if rows:
        _add(connection, consents, rows)


def _row(record: ConsentRecord, by: str, now: int) -> dict[str, Any]:
    if not record.party or not record.type:
        raise SuppressionError("say who consents, and to what")
    if record.number and not is_e164(record.number):
        raise SuppressionError("write numbers in E.164, as in +12125550100")
    if record.at > now:
        raise SuppressionError("a consent of the future is none yet")
    return {
        "party": record.party,
        "number": record.number,
        "seller": record.seller,
        "type": record.type,
        "at": record.at,
        "revoked": record.revoked,
        "until": record.until,
        "channel": record.channel,
        "proof": record.proof,
        "by": by,
        "noted_at": now,
    }


def of(connection: Connection, party: PartyId) -> list[ConsentRecord]:
    """Give everything a party ever said, oldest first."""
    query = select(consents).where(consents.c.party == party).order_by(consents.c.at)
    return [
        ConsentRecord(
            party=party,
            number=row.number,
            seller=row.seller,
            type=row.type,
            at=row.at,
            revoked=row.revoked,
            until=row.until,
            channel=row.channel,
            proof=row.proof,
        )
        for row in connection.execute(query)
    ]


def note_owner(connection: Connection, number: str, answer: str, at: int, by: str) -> None:
    """Keep an answer on whether a number was reassigned. Raises SuppressionError."""
    if answer not in ANSWERS:
        raise SuppressionError(f"{answer!r} is no answer; write one of {ANSWERS}")
    if not is_e164(number):
        raise SuppressionError("write numbers in E.164, as in +12125550100")
    _add(connection, rnd_answers, [{"number": number, "at": at, "answer": answer, "by": by}])


def _add(connection: Connection, table: Any, rows: Sequence[dict[str, Any]]) -> None:
    postgres = connection.dialect.name == "postgresql"
    insert = postgresql.insert if postgres else sqlite.insert
    connection.execute(insert(table).on_conflict_do_nothing(), rows)
