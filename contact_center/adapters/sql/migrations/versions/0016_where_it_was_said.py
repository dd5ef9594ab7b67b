"""Where in which recording the words of a disclosure are.

Revision ID: 0016
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("script_steps", sa.Column("recording", sa.String()))
    op.add_column("script_steps", sa.Column("recorded_us", sa.BigInteger()))


def downgrade() -> None:
    """Take them away again."""
    op.drop_column("script_steps", "recorded_us")
    op.drop_column("script_steps", "recording")
