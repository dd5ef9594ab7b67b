"""Breaks that agents took from one queue alone.

Revision ID: 0015
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "queue_pauses",
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("reason", "begun_by", "ended_by")
        ),
        sa.PrimaryKeyConstraint("agent", "queue", "began_at", name=op.f("pk_queue_pauses")),
    )
    op.create_index("ix_queue_pauses_began_at", "queue_pauses", ["began_at"])


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("queue_pauses")
