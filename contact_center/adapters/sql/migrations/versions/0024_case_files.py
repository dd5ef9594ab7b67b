"""Files that customers sent with a case.

Revision ID: 0024
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "case_files",
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"],
            ["cases.number"],
            name=op.f("fk_case_files_number_cases"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("file", name=op.f("pk_case_files")),
    )
    op.create_index("ix_case_files_number", "case_files", ["number"])


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("case_files")
