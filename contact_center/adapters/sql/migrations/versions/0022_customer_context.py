"""What is known of customers besides name and number, and who was merged into whom.

Revision ID: 0022
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0017"
branch_labels = None
depends_on = None

TABLES = (
    "customer_merges",
    "identity_checks",
    "value_cuts",
    "customer_scores",
    "customer_records",
    "customer_profiles",
    "organisations",
)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''"))


def _id(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _at(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _json(name: str, empty: str = "") -> sa.Column[object]:
    kind = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    default = sa.text(f"'{empty}'") if empty else None
    return sa.Column(name, kind, nullable=False, server_default=default)


def _of_customer(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["customer"],
        ["customers.customer"],
        name=op.f(f"fk_{table}_customer_customers"),
        ondelete="CASCADE",
    )


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def upgrade() -> None:
    """Make the tables, and the index by which duplicates are found."""
    op.create_index("ix_customers_email", "customers", ["email"])
    op.create_table(
        "organisations",
        _id("organisation"),
        _text("name"),
        _id("kind"),
        _key("organisations", "organisation"),
    )
    op.create_table(
        "customer_profiles",
        _id("customer"),
        _json("address", "{}"),
        _json("emails", "[]"),
        *(_text(name) for name in ("organisation", "role", "reports_to", "partner")),
        *(_text(name) for name in ("pinned", "pinned_by")),
        _at("pinned_at", nullable=True),
        _text("care"),
        _of_customer("customer_profiles"),
        _key("customer_profiles", "customer"),
    )
    for name in ("organisation", "reports_to"):
        op.create_index(f"ix_customer_profiles_{name}", "customer_profiles", [name])
    op.create_table(
        "customer_records",
        *(_id(name) for name in ("kind", "record", "customer")),
        _at("at"),
        _json("body"),
        _of_customer("customer_records"),
        _key("customer_records", "kind", "record"),
    )
    op.create_index(
        "ix_customer_records_customer_kind_at", "customer_records", ["customer", "kind", "at"]
    )
    op.create_table(
        "customer_scores",
        *(_id(name) for name in ("customer", "kind")),
        _at("at"),
        _json("body"),
        _of_customer("customer_scores"),
        _key("customer_scores", "customer", "kind"),
    )
    op.create_table("value_cuts", _at("at"), _json("body"), _key("value_cuts", "at"))
    op.create_table(
        "identity_checks",
        *(_id(name) for name in ("call", "customer", "agent", "way")),
        _at("at"),
        _of_customer("identity_checks"),
        _key("identity_checks", "call", "customer", "agent"),
    )
    op.create_table(
        "customer_merges",
        sa.Column("merge", sa.Integer(), autoincrement=True, nullable=False),
        *(_id(name) for name in ("kept", "gone")),
        _at("at"),
        _id("by"),
        _text("why"),
        _json("before"),
        _at("undone_at", nullable=True),
        _text("undone_by"),
        _key("customer_merges", "merge"),
    )
    op.create_index("ix_customer_merges_kept", "customer_merges", ["kept"])


def downgrade() -> None:
    """Take them away again."""
    for table in TABLES:
        op.drop_table(table)
    op.drop_index("ix_customers_email", "customers")
