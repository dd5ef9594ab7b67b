"""What was to be dialled, before it was.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "dial_intents",
        sa.Column("leg", sa.String(), nullable=False),
        sa.Column("call", sa.String(), nullable=False),
        sa.Column("to", sa.Text(), nullable=False),
        sa.Column("caller_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("sid", sa.String(), nullable=False),
        sa.Column("over", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("leg", name=op.f("pk_dial_intents")),
    )
    op.create_index("ix_dial_intents_over_at", "dial_intents", ["over", "at"])


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("dial_intents")
