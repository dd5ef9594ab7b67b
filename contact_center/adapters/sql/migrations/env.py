"""Run by Alembic: hands it the connection, which is already inside a transaction."""

from alembic import context

from contact_center.adapters.sql.article_votes import article_votes
from contact_center.adapters.sql.case_files import case_files
from contact_center.adapters.sql.case_tables import cases
from contact_center.adapters.sql.customer_tables import customer_records
from contact_center.adapters.sql.dialing.tables import leads
from contact_center.adapters.sql.floor_tables import notices

# All tables are one schema's.
OTHERS = {
    article_votes.metadata,
    case_files.metadata,
    cases.metadata,
    customer_records.metadata,
    notices.metadata,
}
assert {leads.metadata} == OTHERS

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=leads.metadata,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
