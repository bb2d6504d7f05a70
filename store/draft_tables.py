"""The table of drafts, beside those of watching. The migration, not this page, makes it."""

from sqlalchemy import JSON, Boolean, Column, Integer, String, Table

from store.tables import Instant, metadata

draft = Table(
    "draft",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("team", String(32), nullable=False),
    Column("owner", String(32), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("domain", String(255), nullable=False),
    Column("account", String(64), nullable=False),
    Column("region", String(32), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("answers", JSON, nullable=False),
    Column("step", String(32), nullable=False),
    Column("finished", Boolean, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("earlier", JSON),
    Column("report", JSON),
    Column("written", JSON),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("posted_at", Instant),
    Column("posted_texts", JSON),
    Column("remind_at", Instant),
    Column("reminded_at", Instant),
    Column("lease_until", Instant),
    Column("lease_token", String(32)),
)
