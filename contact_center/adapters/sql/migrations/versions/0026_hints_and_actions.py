"""Hints that came up in call scripts, and what agents let them do.

Revision ID: 0026
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    for name in ("hint", "action"):
        op.add_column("script_steps", sa.Column(name, sa.String()))
    op.add_column("script_steps", sa.Column("shown", sa.Boolean()))


def downgrade() -> None:
    """Take them away again."""
    for name in ("shown", "action", "hint"):
        op.drop_column("script_steps", name)
