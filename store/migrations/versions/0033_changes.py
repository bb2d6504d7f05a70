"""What people have the bot change at AWS: plans, intents and outcomes; and what is known of support cases."""

import sqlalchemy as sa
from alembic import op

from store.tables import Instant

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.create_table(
        "change",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("region", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("lock", sa.String(255), nullable=False),
        sa.Column("steps", sa.JSON, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("planned_at", Instant, nullable=False),
        sa.Column("confirmed_by", sa.String(32), nullable=False),
        sa.Column("confirmed_at", Instant),
        sa.Column("settled_at", Instant),
        sa.Column("reported_at", Instant),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("ts", sa.String(32), nullable=False),
        sa.Column("lease_until", Instant),
        sa.Column("lease_token", sa.String(32)),
    )
    op.create_index("change_lock", "change", ["lock", "state"])
    op.create_index("change_open", "change", ["reported_at", "state"])
    op.add_column("place", sa.Column("asked_by", sa.String(32)))
    op.add_column("place", sa.Column("asked_at", Instant))
