"""The account regions that are watched, and their news."""

import sqlalchemy as sa
from alembic import op

from store.tables import Instant

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "place",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("region", sa.String(32), primary_key=True),
        sa.Column("watched", sa.Boolean, nullable=False),
        sa.Column("channel", sa.String(256)),
        sa.Column("account_id", sa.String(12)),
        sa.Column("known", sa.JSON, nullable=False),
        sa.Column("last_poll", Instant),
        sa.Column("next_poll", Instant, nullable=False),
        sa.Column("lease_until", Instant),
        sa.Column("lease_token", sa.String(32)),
    )
    op.create_index("place_due", "place", ["next_poll"])
    op.create_table(
        "news",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("region", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("published_at", Instant),
        sa.Column("ts", sa.String(64)),
        sa.Column("not_before", Instant),
        sa.Column("why", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("lease_until", Instant),
        sa.Column("lease_token", sa.String(32)),
    )
    op.create_index("news_waiting", "news", ["published_at", "id"])
