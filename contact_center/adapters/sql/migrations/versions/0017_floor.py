"""Messages to agents, and views of the floor.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "notices",
        sa.Column("notice", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("by_name", "to", "agents")),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("taken_back_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("notice", name=op.f("pk_notices")),
    )
    op.create_index("ix_notices_at", "notices", ["at"])
    op.create_table(
        "notice_reads",
        sa.Column("notice", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("notice", "agent", name=op.f("pk_notice_reads")),
    )
    op.create_table(
        "floor_views",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("view", "owner", "shared")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name", "spec")),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("view", name=op.f("pk_floor_views")),
    )
    op.create_index("ix_floor_views_owner", "floor_views", ["owner"])


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("floor_views")
    op.drop_table("notice_reads")
    op.drop_table("notices")
