"""How the carrier signed a call that the dialer made.

Revision ID: 0019
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it; of earlier calls nothing is known."""
    column = sa.Column("attestation", sa.Text(), nullable=False, server_default=sa.text("''"))
    op.add_column("attempts", column)


def downgrade() -> None:
    """Take it away again."""
    op.drop_column("attempts", "attestation")
