"""What callers did in the nodes of flows.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "node_visits",
        sa.Column("call", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("flow", "version", "node", "edge")
        ),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("no_inputs", sa.Integer(), nullable=False),
        sa.Column("barged", sa.Boolean(), nullable=False),
        sa.Column("typed_ahead", sa.Boolean(), nullable=False),
        sa.Column("milestone", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("contained", sa.Boolean()),
        sa.ForeignKeyConstraint(
            ["call"],
            ["interactions.call"],
            name=op.f("fk_node_visits_call"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("call", "seq", name=op.f("pk_node_visits")),
    )
    op.create_index("ix_node_visits_at", "node_visits", ["at"])


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("node_visits")
