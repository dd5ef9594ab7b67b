"""Cases, and what happened with each.

Revision ID: 0021
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0014"
branch_labels = None
depends_on = None


def _text(name: str, kind: type[sa.types.String] = sa.Text) -> sa.Column[str]:
    return sa.Column(name, kind(), nullable=False, server_default=sa.text("''"))


def upgrade() -> None:
    """Make the tables."""
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.create_table(
        "cases",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        *(_text(name, sa.String) for name in ("customer", "party")),
        sa.Column("kind", sa.String(), nullable=False),
        _text("reason", sa.String),
        *(_text(name) for name in ("subject", "text")),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("priority", "status", "origin")
        ),
        *(_text(name, sa.String) for name in ("agent", "call", "opened_by")),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        *(
            sa.Column(name, sa.BigInteger())
            for name in ("answered_at", "updated_at", "acknowledged_at", "ended_at", "escalated_at")
        ),
        sa.Column("pauses", json, nullable=False, server_default=sa.text("'[]'")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_cases")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_cases_customer_opened_at", "cases", ["customer", "opened_at"])
    op.create_index("ix_cases_party_opened_at", "cases", ["party", "opened_at"])
    is_open = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_cases_open", "cases", ["opened_at"], sqlite_where=is_open, postgresql_where=is_open
    )
    op.create_table(
        "case_events",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("by", "kind")),
        *(_text(name) for name in ("before", "after", "text")),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"],
            ["cases.number"],
            name=op.f("fk_case_events_number_cases"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("number", "n", name=op.f("pk_case_events")),
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("case_events")
    op.drop_table("cases")
