"""The tables of the supervisors' floor; times are microseconds UTC, as everywhere."""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from contact_center.adapters.sql.tables import metadata

notices = Table(
    "notices",
    metadata,
    Column("notice", String, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("by", String, nullable=False),
    Column("by_name", Text, nullable=False),
    Column("to", Text, nullable=False),
    # A list, as JSON: whose desks it is shown on.
    Column("agents", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("taken_back_at", BigInteger),
    Index("ix_notices_at", "at"),
)
"""Messages of supervisors to agents."""

notice_reads = Table(
    "notice_reads",
    metadata,
    Column("notice", String, primary_key=True),
    Column("agent", String, primary_key=True),
    Column("at", BigInteger, nullable=False),
)
"""Who has read them, and when."""

floor_views = Table(
    "floor_views",
    metadata,
    Column("view", String, primary_key=True),
    Column("owner", String, nullable=False),
    # "" for the owner alone, "all" for every supervisor, else the queue whose supervisors share it.
    Column("shared", String, nullable=False),
    Column("name", Text, nullable=False),
    # What is shown and how, as JSON.
    Column("spec", Text, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Index("ix_floor_views_owner", "owner"),
)
"""Views of the floor that supervisors made for themselves, or for a team."""

recording_notes = Table(
    "recording_notes",
    metadata,
    Column("note", String, primary_key=True),
    Column("recording", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("by", String, nullable=False),
    Column("text", Text, nullable=False),
    Index("ix_recording_notes_recording", "recording"),
)
"""What people noted of recordings."""

evaluations = Table(
    "evaluations",
    metadata,
    Column("evaluation", String, primary_key=True),
    Column("recording", String, nullable=False),
    Column("agent", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("by", String, nullable=False),
    Column("form", String, nullable=False),
    # Points by question, as JSON.
    Column("answers", Text, nullable=False),
    # The share of the points there were, in ten thousandths.
    Column("score", BigInteger, nullable=False),
    Column("comment", Text, nullable=False),
    Index("ix_evaluations_recording", "recording"),
    Index("ix_evaluations_agent_at", "agent", "at"),
)
"""Conversations that were evaluated by a form of the center's file."""
