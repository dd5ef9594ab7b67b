"""The tables. Times are microseconds UTC, lengths of time microseconds, as everywhere in the core.

``events`` is what happened, whole; every other table about calls is a projection of it
(`contact_center.adapters.sql.projection`) and could be rebuilt from it.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
# A string of no stated length: PostgreSQL and SQLite store both the same way, and a text that is
# too long must never cost us a fact.
_Id = String


def _call() -> Column[str]:
    return Column(
        "call",
        _Id,
        ForeignKey("interactions.call", ondelete="CASCADE"),
        primary_key=True,
    )


customers = Table(
    "customers",
    metadata,
    Column("customer", _Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("tier", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("note", Text, nullable=False),
    # What else is known, by name; context rules of the center read it.
    Column(
        "attributes",
        JSON().with_variant(JSONB(), "postgresql"),
        nullable=False,
        server_default=text("'{}'"),
    ),
    Index("ix_customers_email", "email"),
)

phone_numbers = Table(
    "phone_numbers",
    metadata,
    Column("number", _Id, primary_key=True),  # E.164
    Column(
        "customer",
        _Id,
        ForeignKey("customers.customer", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("position", Integer, nullable=False),
    Index("ix_phone_numbers_customer", "customer"),
)

interactions = Table(
    "interactions",
    metadata,
    Column("call", _Id, primary_key=True),
    Column("direction", _Id, nullable=False),
    # voice for calls; chat, email or task for work that is none, with what it is about.
    Column("channel", _Id, nullable=False, server_default="voice"),
    Column("subject", Text, nullable=False, server_default=text("''")),
    Column("ani", Text, nullable=False),
    Column("ani_name", Text, nullable=False),
    Column("did", Text, nullable=False),
    # What the caller chose to be spoken to in, to be remembered for their next call.
    Column("language", _Id),
    # The person outside, in E.164: who called, or whom we called. Null when hidden or odd.
    Column("party", _Id),
    # Not a foreign key: a customer may be erased, and calls may name one kept elsewhere.
    Column("customer", _Id),
    Column("customer_name", Text, nullable=False),
    Column("flow", _Id, nullable=False),
    Column("queue", _Id, nullable=False),
    Column("agent", _Id, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("answered_at", BigInteger),
    Column("connected_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("outcome", _Id, nullable=False),
    Column("lost", Boolean, nullable=False),
    Column("disposition", _Id, nullable=False),
    Column("notes", Text, nullable=False),
    Column("talk_us", BigInteger, nullable=False),
    Column("hold_us", BigInteger, nullable=False),
    Column("wait_us", BigInteger, nullable=False),
    # Ascending on purpose: both databases walk an index backwards, and the schema stays comparable.
    Index("ix_interactions_party_started_at", "party", "started_at"),
    Index(
        "ix_interactions_party_language",
        "party",
        "started_at",
        sqlite_where=text("language IS NOT NULL"),
        postgresql_where=text("language IS NOT NULL"),
    ),
    Index("ix_interactions_customer_started_at", "customer", "started_at"),
    Index("ix_interactions_started_at", "started_at"),
)

segments = Table(
    "segments",
    metadata,
    _call(),
    Column("seq", Integer, primary_key=True),  # of the fact that began it
    Column("kind", _Id, nullable=False),
    Column("queue", _Id, nullable=False),
    Column("agent", _Id, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("result", _Id, nullable=False),
    # Who may serve, as a skill expression: of waits, and of the talks they led to.
    Column("requirement", Text, nullable=False, server_default=text("''")),
    Index("ix_segments_started_at", "started_at"),
    Index("ix_segments_ended_at", "ended_at"),
)

legs = Table(
    "legs",
    metadata,
    _call(),
    Column("leg", _Id, primary_key=True),
    Column("agent", _Id, nullable=False),
    Column("started_at", BigInteger),
    Column("answered_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("cause", _Id, nullable=False),
)

notes = Table(
    "notes",
    metadata,
    _call(),
    Column("agent", _Id, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
)

dispositions = Table(
    "dispositions",
    metadata,
    _call(),
    Column("seq", Integer, primary_key=True),
    Column("agent", _Id, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("code", _Id, nullable=False),
    Column("notes", Text, nullable=False),
    # What was said to the fields of the disposition, by name.
    Column(
        "fields",
        JSON().with_variant(JSONB(), "postgresql"),
        nullable=False,
        server_default=text("'{}'"),
    ),
    Index("ix_dispositions_code_at", "code", "at"),
)

recordings = Table(
    "recordings",
    metadata,
    _call(),
    Column("recording", _Id, primary_key=True),
    Column("kind", _Id, nullable=False),
    Column("box", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("ms", BigInteger, nullable=False),
    Index("ix_recordings_at", "at"),
)

surveys = Table(
    "surveys",
    metadata,
    _call(),
    Column("seq", Integer, primary_key=True),
    Column("survey", _Id, nullable=False),
    Column("queue", _Id, nullable=False),
    Column("agent", _Id, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("outcome", _Id, nullable=False),
    Column("questions", Integer, nullable=False),
    Column("answered", Integer, nullable=False),
    Index("ix_surveys_at", "at"),
)

survey_answers = Table(
    "survey_answers",
    metadata,
    _call(),
    Column("seq", Integer, primary_key=True),
    Column("survey", _Id, nullable=False),
    Column("question", _Id, nullable=False),
    Column("value", Integer, nullable=False),
    Column("queue", _Id, nullable=False),
    Column("agent", _Id, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("ix_survey_answers_at", "at"),
)

node_visits = Table(
    "node_visits",
    metadata,
    _call(),
    Column("seq", Integer, primary_key=True),
    Column("flow", _Id, nullable=False),
    Column("version", _Id, nullable=False),
    Column("node", _Id, nullable=False),
    Column("edge", _Id, nullable=False),
    Column("entered_at", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("no_inputs", Integer, nullable=False),
    Column("barged", Boolean, nullable=False),
    Column("typed_ahead", Boolean, nullable=False),
    Column("spoken", Boolean, nullable=False, server_default=false()),
    Column("milestone", _Id, nullable=False),
    Column("outcome", _Id, nullable=False),
    # What the flow says of whoever ends there; null where it says nothing.
    Column("contained", Boolean),
    Index("ix_node_visits_at", "at"),
)

events = Table(
    "events",
    metadata,
    Column("call", _Id, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("kind", _Id, nullable=False),
    Column("body", JSON().with_variant(JSONB(), "postgresql"), nullable=False),
    Index("ix_events_at", "at"),
)

agent_states = Table(
    "agent_states",
    metadata,
    Column("agent", _Id, primary_key=True),
    Column("at", BigInteger, primary_key=True),
    Column("work", _Id, primary_key=True),
    Column("presence", _Id, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("call", _Id, nullable=False),
    Column("reservation", _Id, nullable=False),
    Column("held", Boolean, nullable=False),
    Column("outside", Boolean, nullable=False, server_default=false()),
    # Which of the states of one instant it was: the last one lasts.
    Column("n", Integer, nullable=False, server_default="0"),
    Index("ix_agent_states_at", "at"),
)

queue_pauses = Table(
    "queue_pauses",
    metadata,
    Column("agent", _Id, primary_key=True),
    Column("queue", _Id, primary_key=True),
    Column("began_at", BigInteger, primary_key=True),
    Column("ended_at", BigInteger),
    Column("reason", Text, nullable=False),
    # Supervisors who asked for it; empty for the agent.
    Column("begun_by", Text, nullable=False),
    Column("ended_by", Text, nullable=False),
    Index("ix_queue_pauses_began_at", "began_at"),
)
"""Breaks that agents took from one queue alone."""

dial_intents = Table(
    "dial_intents",
    metadata,
    Column("leg", _Id, primary_key=True),
    Column("call", _Id, nullable=False),
    Column("to", Text, nullable=False),
    Column("caller_id", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    # What the provider calls it; empty while that is not known.
    Column("sid", _Id, nullable=False),
    Column("over", Boolean, nullable=False),
    Index("ix_dial_intents_over_at", "over", "at"),
)
"""Legs written down before they were dialled, at a provider that chooses ids of calls by itself."""


def _nullable_json(name: str) -> Column[object]:
    return Column(
        name, JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
    )


script_runs = Table(
    "script_runs",
    metadata,
    # Not a foreign key: calls are written by another writer, which may come later.
    Column("call", _Id, primary_key=True),
    # A call has another run when it comes to a queue with another script.
    Column("began_at", BigInteger, primary_key=True),
    Column("script", _Id, nullable=False),
    Column("version", _Id, nullable=False),
    Column("language", _Id, nullable=False),
    Column("queue", _Id, nullable=False),
    Column("agent", _Id, nullable=False),  # who has it now, or had it last
    Column("customer", _Id, nullable=False),
    Column("page", _Id, nullable=False),  # where it is, or ended
    Column("fence", Integer, nullable=False),
    Column("ended_at", BigInteger),
    Column("disposition", _Id, nullable=False),
    Column("complete", Boolean, nullable=False),
    Index("ix_script_runs_script_began_at", "script", "began_at"),
)
"""Call scripts that were read, one row for each time."""

script_steps = Table(
    "script_steps",
    metadata,
    Column("call", _Id, primary_key=True),
    Column("began_at", BigInteger, primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("kind", _Id, nullable=False),
    Column("page", _Id, nullable=False),
    # The rest is called as the fields of `contact_center.core.scripting.facts` are; each kind of
    # fact has some of them.
    Column("came", _Id),
    Column("way", _Id),
    Column("dwell_us", BigInteger),
    Column("question", _Id),
    _nullable_json("answer"),
    Column("disclosure", _Id),
    Column("digest", _Id),
    Column("language", _Id),
    Column("read_us", BigInteger),
    Column("recording", _Id),
    Column("recording_us", BigInteger),
    Column("recorded_us", BigInteger),
    Column("objection", _Id),
    Column("hint", _Id),
    Column("shown", Boolean),
    Column("action", _Id),
    Column("offer", _Id),
    Column("accepted", Boolean),
    Column("agent", _Id),
    Column("fence", Integer),
    Column("disposition", _Id),
    Column("complete", Boolean),
    # What the answers changed in the customer's record, by field: at the end of the run.
    _nullable_json("before"),
    _nullable_json("after"),
    ForeignKeyConstraint(
        ["call", "began_at"], ["script_runs.call", "script_runs.began_at"], ondelete="CASCADE"
    ),
)
"""What happened in them, in order; no answer to a secret question."""
