"""Whether a node of a flow was answered by a word. Visits from before count as not.

Revision ID: 0014
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column(
        "node_visits", sa.Column("spoken", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    """Take it away again."""
    op.drop_column("node_visits", "spoken")
