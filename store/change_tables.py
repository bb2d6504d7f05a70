"""The table of changes. The migration, not this page, makes it."""

from sqlalchemy import JSON, Column, Integer, String, Table

from store.tables import Instant, metadata

change = Table(
    "change",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("team", String(32), nullable=False),
    Column("owner", String(32), nullable=False),
    Column("account", String(64), nullable=False),
    Column("region", String(32), nullable=False),
    Column("subject", String(255), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("lock", String(255), nullable=False),
    Column("steps", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("planned_at", Instant, nullable=False),
    Column("confirmed_by", String(32), nullable=False),
    Column("confirmed_at", Instant),
    Column("settled_at", Instant),
    Column("reported_at", Instant),
    Column("channel", String(32), nullable=False),
    Column("ts", String(32), nullable=False),
    Column("lease_until", Instant),
    Column("lease_token", String(32)),
)
