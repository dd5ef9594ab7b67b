"""The tables of what is known of customers besides name and number; times are microseconds UTC."""

from sqlalchemy import (
    JSON,
    BigInteger,
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

_Json = JSON().with_variant(JSONB(), "postgresql")


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default=text("''"))


def _customer() -> Column[str]:
    whose = ForeignKey("customers.customer", ondelete="CASCADE")
    return Column("customer", String, whose, primary_key=True)


organisations = Table(
    "organisations",
    metadata,
    Column("organisation", String, primary_key=True),
    _text("name"),
    Column("kind", String, nullable=False),
)

customer_profiles = Table(
    "customer_profiles",
    metadata,
    _customer(),
    Column("address", _Json, nullable=False, server_default=text("'{}'")),
    Column("emails", _Json, nullable=False, server_default=text("'[]'")),
    # Names, not keys: whoever is named may come with a later file.
    *(_text(name) for name in ("organisation", "role", "reports_to", "partner")),
    _text("pinned"),
    _text("pinned_by"),
    Column("pinned_at", BigInteger),
    _text("care"),
    Index("ix_customer_profiles_organisation", "organisation"),
    Index("ix_customer_profiles_reports_to", "reports_to"),
)

customer_records = Table(
    "customer_records",
    metadata,
    # task, opportunity, quote, order, invoice, product or offer: the fields of each are in
    # contact_center.core.customer_records.
    Column("kind", String, primary_key=True),
    Column("record", String, primary_key=True),
    Column(
        "customer",
        String,
        ForeignKey("customers.customer", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("at", BigInteger, nullable=False),
    Column("body", _Json, nullable=False),
    Index("ix_customer_records_customer_kind_at", "customer", "kind", "at"),
)

customer_scores = Table(
    "customer_scores",
    metadata,
    _customer(),
    # rfm (worked out here), lifetime_value and churn_risk (from models).
    Column("kind", String, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("body", _Json, nullable=False),
)

value_cuts = Table(
    "value_cuts",
    metadata,
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("body", _Json, nullable=False),
)
"""Where the quintiles of all customers ended when all were counted last."""

identity_checks = Table(
    "identity_checks",
    metadata,
    Column("call", String, primary_key=True),
    _customer(),
    Column("agent", String, primary_key=True),
    Column("way", String, nullable=False),
    Column("at", BigInteger, nullable=False),
)

customer_merges = Table(
    "customer_merges",
    metadata,
    Column("merge", Integer, primary_key=True, autoincrement=True),
    Column("kept", String, nullable=False),
    Column("gone", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("by", String, nullable=False),
    _text("why"),
    # What the one that is gone was, and what was moved: enough to take it back.
    Column("before", _Json, nullable=False),
    Column("undone_at", BigInteger),
    _text("undone_by"),
    Index("ix_customer_merges_kept", "kept"),
)
