"""After the approval: where a message of news is, the quotas that people asked for, and the weekly line."""

import sqlalchemy as sa
from alembic import op

from store.tables import Instant

revision = "0040"
down_revision = "0034"


def upgrade() -> None:
    op.add_column("news", sa.Column("posted_in", sa.String(32)))
    op.add_column("place", sa.Column("quota_requests", sa.JSON))
    op.add_column("place", sa.Column("pushed", sa.JSON))
    op.create_table(
        "digest",
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("posted_at", Instant),
        sa.Column("not_before", Instant),
        sa.Column("lease_until", Instant),
        sa.Column("lease_token", sa.String(32)),
    )
