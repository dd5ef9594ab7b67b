"""Run by Alembic: hands it the connection, which is already inside a transaction."""

from alembic import context

from contact_center.adapters.sql.case_tables import cases
from contact_center.adapters.sql.dialing.tables import leads

assert cases.metadata is leads.metadata  # all tables are one schema's

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=leads.metadata,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
