"""The first tables: customers, calls and what belongs to them, events, agents' states."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = (
    "customers",
    "phone_numbers",
    "interactions",
    "segments",
    "legs",
    "notes",
    "dispositions",
    "recordings",
    "events",
    "agent_states",
)


def upgrade() -> None:
    """Go to this revision."""
    _create_customers()
    _create_interactions()
    _create_call_parts()
    _create_outcomes()
    _create_history()


def downgrade() -> None:
    """Go back to the empty database."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _create_customers() -> None:
    op.create_table(
        "customers",
        sa.Column("customer", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("customer", name=op.f("pk_customers")),
    )
    op.create_table(
        "phone_numbers",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("customer", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer"],
            ["customers.customer"],
            name=op.f("fk_phone_numbers_customer"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("number", "customer", name=op.f("pk_phone_numbers")),
    )
    op.create_index("ix_phone_numbers_customer", "phone_numbers", ["customer"], unique=False)


def _create_interactions() -> None:
    op.create_table(
        "interactions",
        sa.Column("call", sa.String(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("ani", sa.Text(), nullable=False),
        sa.Column("ani_name", sa.Text(), nullable=False),
        sa.Column("did", sa.Text(), nullable=False),
        sa.Column("party", sa.String(), nullable=True),
        sa.Column("customer", sa.String(), nullable=True),
        sa.Column("customer_name", sa.Text(), nullable=False),
        sa.Column("flow", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("connected_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("lost", sa.Boolean(), nullable=False),
        sa.Column("disposition", sa.String(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("talk_us", sa.BigInteger(), nullable=False),
        sa.Column("hold_us", sa.BigInteger(), nullable=False),
        sa.Column("wait_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("call", name=op.f("pk_interactions")),
    )
    op.create_index(
        "ix_interactions_customer_started_at",
        "interactions",
        ["customer", "started_at"],
        unique=False,
    )
    op.create_index(
        "ix_interactions_party_started_at", "interactions", ["party", "started_at"], unique=False
    )
    op.create_index("ix_interactions_started_at", "interactions", ["started_at"], unique=False)


def _create_call_parts() -> None:
    op.create_table(
        "segments",
        sa.Column("call", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("result", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call"], ["interactions.call"], name=op.f("fk_segments_call"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call", "seq", name=op.f("pk_segments")),
    )
    op.create_index("ix_segments_started_at", "segments", ["started_at"], unique=False)
    op.create_table(
        "legs",
        sa.Column("call", sa.String(), nullable=False),
        sa.Column("leg", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("cause", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call"], ["interactions.call"], name=op.f("fk_legs_call"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call", "leg", name=op.f("pk_legs")),
    )


def _create_outcomes() -> None:
    op.create_table(
        "notes",
        sa.Column("call", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call"], ["interactions.call"], name=op.f("fk_notes_call"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call", "agent", name=op.f("pk_notes")),
    )
    op.create_table(
        "dispositions",
        sa.Column("call", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call"], ["interactions.call"], name=op.f("fk_dispositions_call"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call", "seq", name=op.f("pk_dispositions")),
    )
    op.create_index("ix_dispositions_code_at", "dispositions", ["code", "at"], unique=False)
    op.create_table(
        "recordings",
        sa.Column("call", sa.String(), nullable=False),
        sa.Column("recording", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("box", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call"], ["interactions.call"], name=op.f("fk_recordings_call"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call", "recording", name=op.f("pk_recordings")),
    )
    op.create_index("ix_recordings_at", "recordings", ["at"], unique=False)


def _create_history() -> None:
    op.create_table(
        "events",
        sa.Column("call", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("call", "seq", name=op.f("pk_events")),
    )
    op.create_index("ix_events_at", "events", ["at"], unique=False)
    op.create_table(
        "agent_states",
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("work", sa.String(), nullable=False),
        sa.Column("presence", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("call", sa.String(), nullable=False),
        sa.Column("reservation", sa.String(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("agent", "at", "work", "presence", name=op.f("pk_agent_states")),
    )
    op.create_index("ix_agent_states_at", "agent_states", ["at"], unique=False)
