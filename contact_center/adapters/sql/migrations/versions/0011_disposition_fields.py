"""What agents say besides how a call ended.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column; nothing was said besides until now."""
    kind = sa.JSON().with_variant(JSONB(), "postgresql")
    column = sa.Column("fields", kind, nullable=False, server_default=sa.text("'{}'"))
    op.add_column("dispositions", column)


def downgrade() -> None:
    """Take it away again."""
    op.drop_column("dispositions", "fields")
