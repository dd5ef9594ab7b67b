"""What else is known of customers, and what kind of work an interaction is.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns; what is there gets the defaults."""
    op.add_column(
        "customers",
        sa.Column(
            "attributes",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            server_default=sa.text("'{}'"),
        ),
    )
    op.add_column(
        "interactions",
        sa.Column("channel", sa.String(), nullable=False, server_default="voice"),
    )
    op.add_column(
        "interactions",
        sa.Column("subject", sa.Text(), nullable=False, server_default=sa.text("''")),
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_column("interactions", "subject")
    op.drop_column("interactions", "channel")
    op.drop_column("customers", "attributes")
