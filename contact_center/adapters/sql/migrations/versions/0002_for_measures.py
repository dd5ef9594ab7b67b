"""What measures need: who may serve, the order of states of one instant, calls outside.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns; what is there gets the defaults."""
    op.add_column(
        "segments",
        sa.Column("requirement", sa.Text(), nullable=False, server_default=sa.text("''")),
    )
    op.create_index("ix_segments_ended_at", "segments", ["ended_at"], unique=False)
    op.add_column(
        "agent_states",
        sa.Column("outside", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("agent_states", sa.Column("n", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Take them away again."""
    op.drop_column("agent_states", "n")
    op.drop_column("agent_states", "outside")
    op.drop_index("ix_segments_ended_at", table_name="segments")
    op.drop_column("segments", "requirement")
