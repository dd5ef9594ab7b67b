"""The dialer's tables: lists, leads, attempts, suppressions, consents, callbacks, campaigns.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''"))


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default="0")


def _json(name: str, empty: str) -> sa.Column[object]:
    kind = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    return sa.Column(name, kind, nullable=False, server_default=sa.text(f"'{empty}'"))


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def _partial(name: str, table: str, columns: list[str], where: str, unique: bool = False) -> None:
    op.create_index(
        name,
        table,
        columns,
        unique=unique,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "attempts",
        sa.Column("attempt", sa.String(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("seller", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("list", sa.String(), nullable=False),
        sa.Column("lead", sa.String(), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("caller_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        _json("policies", "[]"),
        _json("facts", "{}"),
        sa.Column("agent", sa.String(), nullable=True),
        sa.Column("odds", sa.Float(), server_default="1", nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("ringing_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("speech_at", sa.BigInteger(), nullable=True),
        sa.Column("greeting_at", sa.BigInteger(), nullable=True),
        sa.Column("connected_at", sa.BigInteger(), nullable=True),
        sa.Column("message_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        _text("verdict"),
        sa.Column("opted_out", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("certain", sa.Boolean(), server_default=sa.true(), nullable=False),
        _text("cause"),
        sa.Column("talk_us", sa.BigInteger(), server_default="0", nullable=False),
        _text("disposition"),
        sa.Column("success", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("attempt", name=op.f("pk_attempts")),
    )
    _index("attempts", "caller_id", "opened_at")
    _index("attempts", "campaign", "opened_at")
    _index("attempts", "changed_at")
    _index("attempts", "lead")
    _index("attempts", "number", "opened_at")
    _index("attempts", "party", "opened_at")
    _partial("uq_attempts_number_open", "attempts", ["number"], "closed_at IS NULL", unique=True)
    _partial("uq_attempts_party_open", "attempts", ["party"], "closed_at IS NULL", unique=True)
    op.create_table(
        "callbacks",
        sa.Column("callback", sa.String(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("lead", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("promised_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("local", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=True),
        sa.Column("fallback_us", sa.BigInteger(), nullable=False),
        _text("note"),
        _count("tries"),
        sa.Column("attempt", sa.String(), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        _text("why"),
        sa.PrimaryKeyConstraint("callback", name=op.f("pk_callbacks")),
    )
    _partial(
        "ix_callbacks_due",
        "callbacks",
        ["campaign", "due_at"],
        "state IN ('scheduled', 'due', 'dialling')",
    )
    _partial(
        "uq_callbacks_lead_live",
        "callbacks",
        ["lead"],
        "state IN ('scheduled', 'due', 'dialling')",
        unique=True,
    )
    op.create_table(
        "campaigns",
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        _json("overrides", "{}"),
        sa.Column("began_at", sa.BigInteger(), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        _text("changed_by"),
        sa.PrimaryKeyConstraint("campaign", name=op.f("pk_campaigns")),
    )
    op.create_table(
        "consents",
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("seller", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        _text("channel"),
        _text("proof"),
        _text("by"),
        sa.Column("noted_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "party", "number", "seller", "type", "at", "revoked", name=op.f("pk_consents")
        ),
    )
    _index("consents", "number")
    op.create_table(
        "dial_audit",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column(
            "before", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True
        ),
        sa.Column("after", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        _text("why"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dial_audit")),
    )
    _index("dial_audit", "campaign", "at")
    op.create_table(
        "dial_decisions",
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("dial", sa.Integer(), nullable=False),
        _text("why"),
        _json("body", "{}"),
        sa.PrimaryKeyConstraint("campaign", "at", name=op.f("pk_dial_decisions")),
    )
    op.create_table(
        "dial_tasks",
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("lead", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        _text("why"),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        _text("done_by"),
        sa.PrimaryKeyConstraint("task", name=op.f("pk_dial_tasks")),
    )
    _partial("ix_dial_tasks_open", "dial_tasks", ["campaign", "at"], "done_at IS NULL")
    op.create_table(
        "import_runs",
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("list", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        _text("file"),
        _text("digest"),
        _json("shape", "{}"),
        _text("by"),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        _count("rows"),
        _count("added"),
        _count("updated"),
        _count("duplicates"),
        _count("rejected"),
        _count("suppressed"),
        sa.Column("alive_at", sa.BigInteger(), server_default="0", nullable=False),
        _text("verdict_file"),
        sa.Column("verdict_bytes", sa.BigInteger(), server_default="0", nullable=False),
        _text("problem"),
        sa.PrimaryKeyConstraint("run", name=op.f("pk_import_runs")),
    )
    _index("import_runs", "list", "started_at")
    op.create_table(
        "lists",
        sa.Column("list", sa.String(), nullable=False),
        _text("label"),
        _json("shape", "{}"),
        sa.Column("duplicates", sa.String(), server_default="list", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        _text("switching"),
        sa.PrimaryKeyConstraint("list", name=op.f("pk_lists")),
    )
    op.create_table(
        "parties",
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), server_default="person", nullable=False),
        _text("key"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("party", name=op.f("pk_parties")),
    )
    op.create_table(
        "rnd_answers",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        _text("by"),
        sa.PrimaryKeyConstraint("number", "at", name=op.f("pk_rnd_answers")),
    )
    op.create_table(
        "suppression_scrubs",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("imported_at", sa.BigInteger(), nullable=False),
        _count("entries"),
        _text("digest"),
        _text("by"),
        sa.PrimaryKeyConstraint("source", "at", name=op.f("pk_suppression_scrubs")),
    )
    op.create_table(
        "suppressions",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("whose", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        _text("reason"),
        _text("by"),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
        sa.Column("lifted_at", sa.BigInteger(), nullable=True),
        _text("lifted_by"),
        _text("lifted_why"),
        sa.PrimaryKeyConstraint(
            "kind", "value", "scope", "whose", "source", name=op.f("pk_suppressions")
        ),
    )
    _index("suppressions", "source", "seen_at")
    op.create_table(
        "import_rows",
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        _text("code"),
        sa.Column("lead", sa.String(), nullable=True),
        sa.Column("party", sa.String(), nullable=True),
        _text("key"),
        _json("body", "{}"),
        sa.ForeignKeyConstraint(
            ["run"], ["import_runs.run"], name=op.f("fk_import_rows_run"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run", "row", name=op.f("pk_import_rows")),
    )
    _index("import_rows", "run", "lead")
    op.create_table(
        "leads",
        sa.Column("lead", sa.String(), nullable=False),
        sa.Column("list", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("state", sa.String(), server_default="open", nullable=False),
        _count("ready"),
        _count("version"),
        sa.Column("due_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        _text("claimed_by"),
        sa.Column("was", sa.String(), server_default="open", nullable=False),
        _count("priority"),
        sa.Column("odds", sa.Float(), server_default="1", nullable=False),
        _count("bucket"),
        _text("name"),
        _text("language"),
        _json("fields", "{}"),
        _text("external_key"),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        _count("tried"),
        sa.Column("last_attempt", sa.String(), nullable=True),
        sa.Column("last_at", sa.BigInteger(), nullable=True),
        _text("last_disposition"),
        _text("won_by"),
        _json("refused", "[]"),
        sa.Column("refused_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["list"], ["lists.list"], name=op.f("fk_leads_list"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("lead", name=op.f("pk_leads")),
    )
    _partial("ix_leads_lease", "leads", ["lease_until"], "state = 'claimed'")
    _index("leads", "list", "external_key")
    _index("leads", "party")
    _partial("ix_leads_ready", "leads", ["list", "priority", "added_at", "lead"], "ready = 1")
    _partial("ix_leads_staged", "leads", ["list"], "state = 'staged'")
    _partial("ix_leads_waiting", "leads", ["list", "due_at"], "state = 'open' AND ready = 0")
    _partial("ix_leads_won", "leads", ["won_by"], "won_by <> ''")
    _partial(
        "uq_leads_party_held", "leads", ["party"], "state IN ('claimed', 'dialling')", unique=True
    )
    op.create_table(
        "segments_saved",
        sa.Column("segment", sa.String(), nullable=False),
        sa.Column("list", sa.String(), nullable=False),
        _text("filter"),
        sa.Column("live", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        _text("by"),
        _count("leads"),
        sa.ForeignKeyConstraint(
            ["list"], ["lists.list"], name=op.f("fk_segments_saved_list"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("segment", "list", name=op.f("pk_segments_saved")),
    )
    op.create_table(
        "lead_numbers",
        sa.Column("lead", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), server_default="1", nullable=False),
        sa.Column("kind", sa.String(), server_default="unknown", nullable=False),
        _text("label"),
        _json("zones", "[]"),
        _text("region"),
        _count("attempts"),
        sa.Column("dead", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("blocked_until", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["lead"], ["leads.lead"], name=op.f("fk_lead_numbers_lead"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("lead", "number", name=op.f("pk_lead_numbers")),
    )
    _index("lead_numbers", "number")
    op.create_table(
        "segment_leads",
        sa.Column("segment", sa.String(), nullable=False),
        sa.Column("lead", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["lead"], ["leads.lead"], name=op.f("fk_segment_leads_lead"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("segment", "lead", name=op.f("pk_segment_leads")),
    )
    _index("segment_leads", "lead")


def downgrade() -> None:
    """Drop them."""
    op.drop_table("segment_leads")
    op.drop_table("lead_numbers")
    op.drop_table("segments_saved")
    op.drop_table("leads")
    op.drop_table("import_rows")
    op.drop_table("suppressions")
    op.drop_table("suppression_scrubs")
    op.drop_table("rnd_answers")
    op.drop_table("parties")
    op.drop_table("lists")
    op.drop_table("import_runs")
    op.drop_table("dial_tasks")
    op.drop_table("dial_decisions")
    op.drop_table("dial_audit")
    op.drop_table("consents")
    op.drop_table("campaigns")
    op.drop_table("callbacks")
    op.drop_table("attempts")
