"""The domains that people have watched until they are fixed."""

import sqlalchemy as sa
from alembic import op

from store.tables import Instant

revision = "0020"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "watched_domain",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("at_first", sa.JSON, nullable=False),
        sa.Column("open", sa.JSON, nullable=False),
        sa.Column("asked_at", Instant, nullable=False),
        sa.Column("ends", Instant, nullable=False),
        sa.Column("looks", sa.Integer, nullable=False),
        sa.Column("last_look", Instant),
        sa.Column("next_look", Instant, nullable=False),
        sa.Column("ending", sa.String(16)),
        sa.Column("ended_at", Instant),
        sa.Column("not_before", Instant),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("lease_until", Instant),
        sa.Column("lease_token", sa.String(32)),
    )
    op.create_index("watched_domain_by_owner", "watched_domain", ["team", "owner"])
    op.create_index("watched_domain_to_look_at", "watched_domain", ["ending", "next_look"])
