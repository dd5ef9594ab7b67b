"""One audit log, every row with the hash of the one before; what the dialer had begins it.

A trigger keeps rows from being changed or taken out by mistake; whoever may drop it leaves a chain
that does not hold any more.
"""

import json
from hashlib import sha256

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
_ONLY_ADDED = "rows of the audit log stay as they are"


def upgrade() -> None:
    """Make the table, begin it with the dialer's log, and close it."""
    op.create_table(
        "audit_log",
        sa.Column("n", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("who", "role", "via", "action", "object")
        ),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("before", "after", "why", "outcome")
        ),
        sa.Column("prev", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_audit_log")),
        sa.UniqueConstraint("ref", name=op.f("uq_audit_log_ref")),
    )
    op.create_index("ix_audit_log_at", "audit_log", ["at"])
    op.create_index("ix_audit_log_object_n", "audit_log", ["object", "n"])
    op.create_index("ix_audit_log_who_n", "audit_log", ["who", "n"])
    _take_over()
    op.drop_index("ix_dial_audit_campaign_at", table_name="dial_audit")
    op.drop_table("dial_audit")
    for statement in _closing(op.get_bind().dialect.name):
        op.execute(statement)


def _take_over() -> None:
    """Copy what was logged of campaigns, in its order. As the log was at this revision."""
    log = sa.table(
        "audit_log",
        *(sa.column(name, sa.BigInteger()) for name in ("n", "at")),
        *(
            sa.column(name, sa.String())
            for name in (
                *("ref", "who", "role", "via", "action", "object"),
                *("before", "after", "why", "outcome", "prev", "hash"),
            )
        ),
    )
    old = sa.table(
        "dial_audit",
        *(sa.column(name) for name in ("id", "at", "campaign", "who", "what", "why")),
        *(sa.column(name, _JSON) for name in ("before", "after")),
    )
    bind = op.get_bind()
    prev = "0" * 64
    for n, was in enumerate(bind.execute(sa.select(old).order_by(old.c.id)).all(), 1):
        row = {
            "n": n,
            "ref": f"dial-{was.id}",
            "at": was.at,
            "who": was.who,
            "role": "",
            "via": "dialer",
            "action": f"campaign.{was.what}",
            "object": was.campaign,
            "before": _written(was.before),
            "after": _written(was.after),
            "why": was.why,
            "outcome": "",
            "prev": prev,
        }
        fields = json.dumps(list(row.values()), ensure_ascii=False, separators=(",", ":"))
        prev = sha256(fields.encode()).hexdigest()
        bind.execute(sa.insert(log), {**row, "hash": prev})


def _written(value: object) -> str:
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _closing(dialect: str) -> list[str]:
    if dialect == "postgresql":
        return [
            "CREATE FUNCTION audit_log_stays() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_ONLY_ADDED}'; END $$",
            "CREATE TRIGGER audit_log_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_log_stays()",
        ]
    return [
        f"CREATE TRIGGER audit_log_stays_{act} BEFORE {act} ON audit_log "
        f"BEGIN SELECT RAISE(ABORT, '{_ONLY_ADDED}'); END"
        for act in ("UPDATE", "DELETE")
    ]


def downgrade() -> None:
    """Give the dialer its own log again, empty: what was logged is not taken apart."""
    op.drop_table("audit_log")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_log_stays()")
    op.create_table(
        "dial_audit",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            primary_key=True,
            autoincrement=True,
        ),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("campaign", "who", "what")),
        sa.Column("before", _JSON),
        sa.Column("after", _JSON),
        sa.Column("why", sa.Text(), nullable=False),
    )
    op.create_index("ix_dial_audit_campaign_at", "dial_audit", ["campaign", "at"])
