"""The tables of cases; times are microseconds UTC, as everywhere."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from contact_center.adapters.sql.tables import metadata


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default=text("''"))


cases = Table(
    "cases",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    # No foreign key: whoever asked on the page may be known by a number alone.
    Column("customer", String, nullable=False, server_default=text("''")),
    Column("party", String, nullable=False, server_default=text("''")),
    Column("kind", String, nullable=False),
    Column("reason", String, nullable=False, server_default=text("''")),
    _text("subject"),
    _text("text"),
    Column("priority", String, nullable=False),
    Column("status", String, nullable=False),
    Column("origin", String, nullable=False),
    Column("agent", String, nullable=False, server_default=text("''")),
    Column("call", String, nullable=False, server_default=text("''")),
    Column("opened_by", String, nullable=False, server_default=text("''")),
    Column("opened_at", BigInteger, nullable=False),
    Column("answered_at", BigInteger),
    Column("updated_at", BigInteger),
    Column("acknowledged_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("escalated_at", BigInteger),
    # When it waited for the customer: pairs, the last one perhaps without an end.
    Column(
        "pauses",
        JSON().with_variant(JSONB(), "postgresql"),
        nullable=False,
        server_default=text("'[]'"),
    ),
    Column("version", Integer, nullable=False),
    Index("ix_cases_customer_opened_at", "customer", "opened_at"),
    Index("ix_cases_party_opened_at", "party", "opened_at"),
    Index(
        "ix_cases_open",
        "opened_at",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    sqlite_autoincrement=True,
)

case_events = Table(
    "case_events",
    metadata,
    Column("number", Integer, ForeignKey("cases.number", ondelete="CASCADE"), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("by", String, nullable=False),
    Column("kind", String, nullable=False),
    _text("before"),
    _text("after"),
    _text("text"),
    Column("public", Boolean, nullable=False),
)
"""What happened with each case, in order; only ever added to."""
