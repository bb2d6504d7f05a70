"""The drafts of requests and appeals."""

import sqlalchemy as sa
from alembic import op

from store.tables import Instant

revision = "0010"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("domain", sa.String(255), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("region", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("answers", sa.JSON, nullable=False),
        sa.Column("step", sa.String(32), nullable=False),
        sa.Column("finished", sa.Boolean, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.Column("posted_at", Instant),
        sa.Column("posted_texts", sa.JSON),
        sa.Column("remind_at", Instant),
        sa.Column("reminded_at", Instant),
        sa.Column("lease_until", Instant),
        sa.Column("lease_token", sa.String(32)),
    )
    op.create_index("draft_by_owner", "draft", ["team", "owner", "updated_at"])
    op.create_index("draft_to_remind", "draft", ["remind_at"])
    op.create_index("draft_by_age", "draft", ["updated_at"])
