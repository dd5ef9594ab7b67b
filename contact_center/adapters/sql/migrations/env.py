"""Run by Alembic: hands it the connection, which is already inside a transaction."""

from alembic import context

from contact_center.adapters.sql.article_votes import article_votes
from contact_center.adapters.sql.case_tables import cases
from contact_center.adapters.sql.dialing.tables import leads
from contact_center.adapters.sql.floor_tables import notices

# All tables are one schema's.
assert {cases.metadata, article_votes.metadata, notices.metadata} == {leads.metadata}

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=leads.metadata,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
