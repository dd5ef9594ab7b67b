"""What was taken for an answering machine, which of it agents heard, and what they found.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns; of the calls there are, those that ended so were taken for machines."""
    for name in ("machine", "sampled"):
        op.add_column(
            "attempts", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.add_column("attempts", sa.Column("person", sa.Boolean()))
    op.execute("UPDATE attempts SET machine = true WHERE verdict = 'machine'")
    tested = sa.text("machine AND person IS NOT NULL")
    op.create_index(
        "ix_attempts_tested",
        "attempts",
        ["campaign", "opened_at", "person"],
        sqlite_where=tested,
        postgresql_where=tested,
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_index("ix_attempts_tested", "attempts")
    for name in ("person", "sampled", "machine"):
        op.drop_column("attempts", name)
