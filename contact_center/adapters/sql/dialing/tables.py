"""The dialer's tables. Numbers are in E.164, instants microseconds UTC.

What may be true only once is an index of the database's, not a habit of ours: a party is held by
one lead at a time, and has one attempt open, as a number has.
"""

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB

from contact_center.adapters.sql.tables import metadata

_Id = String
TESTED = "machine AND person IS NOT NULL"
_Json = JSON().with_variant(JSONB(), "postgresql")


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default=text("''"))


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


def _map(name: str) -> Column[Any]:
    return Column(name, _Json, nullable=False, server_default=text("'{}'"))


def _rows(name: str) -> Column[Any]:
    return Column(name, _Json, nullable=False, server_default=text("'[]'"))


def _partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    return Index(
        name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where)
    )


lists = Table(
    "lists",
    metadata,
    Column("list", _Id, primary_key=True),
    _text("label"),
    # How its files are read: columns, typed fields (name to kind), default region.
    _map("shape"),
    # Within what a party may be only once: list, campaign or system.
    Column("duplicates", _Id, nullable=False, server_default="list"),
    Column("created_at", BigInteger, nullable=False),
    _text("switching"),  # the import being switched in, "": none; till then nothing is claimed
)

parties = Table(
    "parties",
    metadata,
    Column("party", _Id, primary_key=True),
    # person or household, and by which key of the file they were recognised.
    Column("kind", _Id, nullable=False, server_default="person"),
    _text("key"),
    Column("created_at", BigInteger, nullable=False),
)

leads = Table(
    "leads",
    metadata,
    Column("lead", _Id, primary_key=True),
    Column("list", _Id, ForeignKey("lists.list", ondelete="CASCADE"), nullable=False),
    # No foreign key: parties are what attempts and suppressions speak of, also when leads are gone.
    Column("party", _Id, nullable=False),
    Column("state", _Id, nullable=False, server_default="open"),
    # 1: open, and due when somebody last looked. Whoever changes state or due_at sets it to 0, and
    # claiming wakes what has become due. So the best lead is found without passing those that wait.
    _count("ready"),
    _count("version"),  # the fencing token: one more with every claim, and with what makes it void
    Column("due_at", BigInteger, nullable=False, server_default="0"),
    Column("lease_until", BigInteger),
    _text("claimed_by"),  # the campaign that holds it
    # The state it was claimed in, and goes back to: open, or an end when an agent asked for it.
    Column("was", _Id, nullable=False, server_default="open"),
    _count("priority"),  # higher first
    Column("odds", Float, nullable=False, server_default="1"),
    # 0 to 9999, by the party's name: which arm of a campaign with hold-out it is in.
    _count("bucket"),
    _text("name"),
    _text("language"),
    _map("fields"),
    _text("external_key"),  # what the file calls it
    Column("added_at", BigInteger, nullable=False),
    _count("tried"),
    Column("last_attempt", _Id),
    Column("last_at", BigInteger),
    _text("last_disposition"),
    _text("won_by"),  # the campaign that had success with it
    _rows("refused"),  # why the gate last refused
    Column("refused_at", BigInteger),
    _partial("ix_leads_ready", "list", "priority", "added_at", "lead", where="ready = 1"),
    _partial("ix_leads_waiting", "list", "due_at", where="state = 'open' AND ready = 0"),
    _partial("ix_leads_lease", "lease_until", where="state = 'claimed'"),
    # Of an import that is not switched in yet: in no state that anybody else knows.
    _partial("ix_leads_staged", "list", where="state = 'staged'"),
    _partial("ix_leads_won", "won_by", where="won_by <> ''"),
    _partial("uq_leads_party_held", "party", where="state IN ('claimed', 'dialling')", unique=True),
    Index("ix_leads_party", "party"),
    Index("ix_leads_list_external_key", "list", "external_key"),
)

lead_numbers = Table(
    "lead_numbers",
    metadata,
    Column("lead", _Id, ForeignKey("leads.lead", ondelete="CASCADE"), primary_key=True),
    Column("number", _Id, primary_key=True),
    Column("rank", Integer, nullable=False, server_default="1"),
    Column("kind", _Id, nullable=False, server_default="unknown"),
    _text("label"),
    _rows("zones"),
    _text("region"),
    _count("attempts"),
    Column("dead", Boolean, nullable=False, server_default=false()),
    # The gate refused this number until then.
    Column("blocked_until", BigInteger, nullable=False, server_default="0"),
    Index("ix_lead_numbers_number", "number"),
)

import_runs = Table(
    "import_runs",
    metadata,
    Column("run", _Id, primary_key=True),
    Column("list", _Id, nullable=False),
    # staging, switching, done, failed, abandoned
    Column("state", _Id, nullable=False),
    _text("file"),
    _text("digest"),
    _map("shape"),
    _text("by"),
    Column("started_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    _count("rows"),
    _count("added"),
    _count("updated"),
    _count("duplicates"),
    _count("rejected"),
    _count("suppressed"),
    Column("alive_at", BigInteger, nullable=False, server_default="0"),
    _text("verdict_file"),
    Column("verdict_bytes", BigInteger, nullable=False, server_default="0"),
    _text("problem"),
    Index("ix_import_runs_list_started_at", "list", "started_at"),
)

import_rows = Table(
    "import_rows",
    metadata,
    Column("run", _Id, ForeignKey("import_runs.run", ondelete="CASCADE"), primary_key=True),
    Column("row", Integer, primary_key=True),
    Column("verdict", _Id, nullable=False),
    _text("code"),
    Column("lead", _Id),
    Column("party", _Id),
    _text("key"),
    _map("body"),  # the lead and its numbers, until the run is switched
    Index("ix_import_rows_run_lead", "run", "lead"),
)

segments_saved = Table(
    "segments_saved",
    metadata,
    # A filter with a name: looked at anew with every claim (live), or the leads it once found.
    Column("segment", _Id, primary_key=True),
    Column("list", _Id, ForeignKey("lists.list", ondelete="CASCADE"), primary_key=True),
    _text("filter"),
    Column("live", Boolean, nullable=False, server_default=true()),
    Column("made_at", BigInteger, nullable=False),
    _text("by"),
    _count("leads"),  # how many there were when it was made
)

segment_leads = Table(
    "segment_leads",
    metadata,
    Column("segment", _Id, primary_key=True),
    Column("lead", _Id, ForeignKey("leads.lead", ondelete="CASCADE"), primary_key=True),
    # Deleting a lead looks for its rows here.
    Index("ix_segment_leads_lead", "lead"),
)

attempts = Table(
    "attempts",
    metadata,
    Column("attempt", _Id, primary_key=True),
    Column("campaign", _Id, nullable=False),
    Column("seller", _Id, nullable=False),
    Column("purpose", _Id, nullable=False),
    Column("mode", _Id, nullable=False),
    Column("list", _Id, nullable=False),
    Column("lead", _Id, nullable=False),
    Column("token", Integer, nullable=False),
    Column("party", _Id, nullable=False),
    Column("number", _Id, nullable=False),
    Column("caller_id", _Id, nullable=False),
    Column("source", _Id, nullable=False),
    Column("region", _Id, nullable=False),
    _rows("policies"),
    _map("facts"),  # what the gate knew when it let the attempt pass
    Column("agent", _Id),
    Column("odds", Float, nullable=False, server_default="1"),
    Column("opened_at", BigInteger, nullable=False),
    Column("ringing_at", BigInteger),
    Column("answered_at", BigInteger),
    Column("speech_at", BigInteger),
    Column("greeting_at", BigInteger),
    Column("connected_at", BigInteger),
    Column("message_at", BigInteger),
    Column("closed_at", BigInteger),  # null: open
    _text("verdict"),
    Column("opted_out", Boolean, nullable=False, server_default=false()),
    Column("certain", Boolean, nullable=False, server_default=true()),
    _text("cause"),
    Column("talk_us", BigInteger, nullable=False, server_default="0"),
    _text("disposition"),
    Column("success", Boolean, nullable=False, server_default=false()),
    # Taken for a machine; an agent heard it all the same, to find out; and found this, if anything.
    Column("machine", Boolean, nullable=False, server_default=false()),
    Column("sampled", Boolean, nullable=False, server_default=false()),
    Column("person", Boolean),
    _text("attestation"),  # as the carrier signed the call
    Column("changed_at", BigInteger, nullable=False, server_default="0"),
    _partial("uq_attempts_party_open", "party", where="closed_at IS NULL", unique=True),
    _partial("uq_attempts_number_open", "number", where="closed_at IS NULL", unique=True),
    Index("ix_attempts_number_opened_at", "number", "opened_at"),
    Index("ix_attempts_party_opened_at", "party", "opened_at"),
    Index("ix_attempts_campaign_opened_at", "campaign", "opened_at"),
    Index("ix_attempts_caller_id_opened_at", "caller_id", "opened_at"),
    Index("ix_attempts_lead", "lead"),
    Index("ix_attempts_changed_at", "changed_at"),
    _partial("ix_attempts_tested", "campaign", "opened_at", "person", where=TESTED),
)

suppressions = Table(
    "suppressions",
    metadata,
    # number (E.164), party, or prefix (of numbers: a region), and which.
    Column("kind", _Id, primary_key=True),
    Column("value", _Id, primary_key=True),
    # global ("" beside it), seller, campaign or list, and whose.
    Column("scope", _Id, primary_key=True),
    Column("whose", _Id, primary_key=True),
    # internal, or the name of a list from outside. Each holds by itself.
    Column("source", _Id, primary_key=True),
    _text("reason"),
    _text("by"),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger),
    Column("seen_at", BigInteger),  # the date of the source's last list that had it
    Column("lifted_at", BigInteger),  # rows are never deleted
    _text("lifted_by"),
    _text("lifted_why"),
    Index("ix_suppressions_source_seen_at", "source", "seen_at"),
)

suppression_scrubs = Table(
    "suppression_scrubs",
    metadata,
    Column("source", _Id, primary_key=True),
    Column("at", BigInteger, primary_key=True),  # the date of the list, not of its import
    Column("imported_at", BigInteger, nullable=False),
    _count("entries"),
    _text("digest"),
    _text("by"),
)

consents = Table(
    "consents",
    metadata,
    # What was said, only ever added to; `dialer.consent` says what stands. Number "": all of the
    # party's; seller "", of a revocation: every seller.
    Column("party", _Id, primary_key=True),
    Column("number", _Id, primary_key=True),
    Column("seller", _Id, primary_key=True),
    Column("type", _Id, primary_key=True),
    Column("at", BigInteger, primary_key=True),  # when it was given, not brought in
    Column("revoked", Boolean, primary_key=True),
    Column("until", BigInteger),
    _text("channel"),
    _text("proof"),
    _text("by"),
    Column("noted_at", BigInteger, nullable=False),
    Index("ix_consents_number", "number"),
)

rnd_answers = Table(
    "rnd_answers",
    metadata,
    Column("number", _Id, primary_key=True),
    Column("at", BigInteger, primary_key=True),
    Column("answer", _Id, nullable=False),
    _text("by"),
)

callbacks = Table(
    "callbacks",
    metadata,
    Column("callback", _Id, primary_key=True),
    Column("campaign", _Id, nullable=False),
    Column("lead", _Id, nullable=False),
    Column("number", _Id, nullable=False),
    # scheduled, due, dialling, done, cancelled, expired_with_alert
    Column("state", _Id, nullable=False),
    Column("promised_at", BigInteger, nullable=False),  # the instant that was promised
    Column("due_at", BigInteger, nullable=False),  # the next try
    Column("local", _Id, nullable=False),
    Column("zone", _Id, nullable=False),
    Column("agent", _Id),
    Column("fallback_us", BigInteger, nullable=False),
    _text("note"),
    _count("tries"),
    Column("attempt", _Id),
    Column("made_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    _text("why"),
    _partial(
        "uq_callbacks_lead_live",
        "lead",
        where="state IN ('scheduled', 'due', 'dialling')",
        unique=True,
    ),
    _partial(
        "ix_callbacks_due",
        "campaign",
        "due_at",
        where="state IN ('scheduled', 'due', 'dialling')",
    ),
)

dial_tasks = Table(
    "dial_tasks",
    metadata,
    # What a person has to look at; open while done_at is null.
    Column("task", _Id, primary_key=True),
    Column("kind", _Id, nullable=False),
    Column("campaign", _Id, nullable=False),
    Column("lead", _Id, nullable=False),
    Column("at", BigInteger, nullable=False),
    _text("why"),
    Column("done_at", BigInteger),
    _text("done_by"),
    _partial("ix_dial_tasks_open", "campaign", "at", where="done_at IS NULL"),
)

campaigns = Table(
    "campaigns",
    metadata,
    Column("campaign", _Id, primary_key=True),
    Column("state", _Id, nullable=False),
    _map("overrides"),  # live changes of settings, by name
    Column("began_at", BigInteger),  # when it first ran: from then on the law counts
    Column("started_at", BigInteger),  # of the present run
    Column("changed_at", BigInteger, nullable=False),
    _text("changed_by"),
)

dial_decisions = Table(
    "dial_decisions",
    metadata,
    Column("campaign", _Id, primary_key=True),
    Column("at", BigInteger, primary_key=True),
    Column("dial", Integer, nullable=False),
    _text("why"),
    _map("body"),
)
