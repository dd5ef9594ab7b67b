"""What happened in call scripts.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    _make_runs()
    _make_steps()


def _make_runs() -> None:
    op.create_table(
        "script_runs",
        sa.Column("call", sa.String(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("script", "version", "language", "queue", "agent", "customer", "page")
        ),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("disposition", sa.String(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("call", "began_at", name=op.f("pk_script_runs")),
    )
    op.create_index("ix_script_runs_script_began_at", "script_runs", ["script", "began_at"])


def _make_steps() -> None:
    op.create_table(
        "script_steps",
        sa.Column("call", sa.String(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("came", sa.String()),
        sa.Column("way", sa.String()),
        sa.Column("dwell_us", sa.BigInteger()),
        sa.Column("question", sa.String()),
        sa.Column("answer", _JSON),
        sa.Column("disclosure", sa.String()),
        sa.Column("digest", sa.String()),
        sa.Column("language", sa.String()),
        sa.Column("read_us", sa.BigInteger()),
        sa.Column("recording_us", sa.BigInteger()),
        sa.Column("objection", sa.String()),
        sa.Column("offer", sa.String()),
        sa.Column("accepted", sa.Boolean()),
        sa.Column("agent", sa.String()),
        sa.Column("fence", sa.Integer()),
        sa.Column("disposition", sa.String()),
        sa.Column("complete", sa.Boolean()),
        sa.Column("before", _JSON),
        sa.Column("after", _JSON),
        sa.ForeignKeyConstraint(
            ["call", "began_at"],
            ["script_runs.call", "script_runs.began_at"],
            name=op.f("fk_script_steps_call_began_at"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("call", "began_at", "n", name=op.f("pk_script_steps")),
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("script_steps")
    op.drop_table("script_runs")
