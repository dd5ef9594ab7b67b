"""What callers answered to surveys.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "surveys",
        sa.Column("call", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("survey", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call"],
            ["interactions.call"],
            name=op.f("fk_surveys_call"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("call", "seq", name=op.f("pk_surveys")),
    )
    op.create_index("ix_surveys_at", "surveys", ["at"])
    op.create_table(
        "survey_answers",
        sa.Column("call", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("survey", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call"],
            ["interactions.call"],
            name=op.f("fk_survey_answers_call"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("call", "seq", name=op.f("pk_survey_answers")),
    )
    op.create_index("ix_survey_answers_at", "survey_answers", ["at"])


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("survey_answers")
    op.drop_table("surveys")
