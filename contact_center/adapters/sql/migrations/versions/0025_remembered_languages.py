"""The language that a caller chose to be remembered. Calls from before have none.

Revision ID: 0025
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0023"
branch_labels = None
depends_on = None

_INDEX = "ix_interactions_party_language"
_WHERE = sa.text("language IS NOT NULL")


def upgrade() -> None:
    """Add the column, and an index over the few calls that have one."""
    op.add_column("interactions", sa.Column("language", sa.String(), nullable=True))
    op.create_index(
        _INDEX,
        "interactions",
        ["party", "started_at"],
        sqlite_where=_WHERE,
        postgresql_where=_WHERE,
    )


def downgrade() -> None:
    """Take both away again."""
    op.drop_index(_INDEX, "interactions")
    op.drop_column("interactions", "language")
