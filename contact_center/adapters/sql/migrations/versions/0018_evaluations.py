"""Notes of recordings, and evaluations.

Revision ID: 0018
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0024"
branch_labels = None
depends_on = None


def _columns(kind: type[sa.types.String], *names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, kind(), nullable=False) for name in names]


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "recording_notes",
        *_columns(sa.String, "note", "recording"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *_columns(sa.String, "by"),
        *_columns(sa.Text, "text"),
        sa.PrimaryKeyConstraint("note", name=op.f("pk_recording_notes")),
    )
    op.create_index("ix_recording_notes_recording", "recording_notes", ["recording"])
    op.create_table(
        "evaluations",
        *_columns(sa.String, "evaluation", "recording", "agent"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *_columns(sa.String, "by", "form"),
        *_columns(sa.Text, "answers"),
        sa.Column("score", sa.BigInteger(), nullable=False),
        *_columns(sa.Text, "comment"),
        sa.PrimaryKeyConstraint("evaluation", name=op.f("pk_evaluations")),
    )
    op.create_index("ix_evaluations_recording", "evaluations", ["recording"])
    op.create_index("ix_evaluations_agent_at", "evaluations", ["agent", "at"])


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("evaluations")
    op.drop_table("recording_notes")
