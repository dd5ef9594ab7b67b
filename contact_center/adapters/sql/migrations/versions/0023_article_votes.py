"""Whether articles of the public page helped, counted by day.

Revision ID: 0023
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "article_votes",
        sa.Column("article", sa.String(), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("helped", sa.Boolean(), nullable=False),
        sa.Column("votes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("article", "day", "helped", name=op.f("pk_article_votes")),
    )


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("article_votes")
