"""The table of domain watches. The migration, not this page, makes it."""

from sqlalchemy import JSON, Column, Integer, String, Table, Text

from store.tables import Instant, metadata

wish = Table(
    "watched_domain",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("team", String(32), nullable=False),
    Column("owner", String(32), nullable=False),
    Column("query", Text, nullable=False),
    Column("at_first", JSON, nullable=False),
    Column("open", JSON, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("ends", Instant, nullable=False),
    Column("looks", Integer, nullable=False),
    Column("last_look", Instant),
    Column("next_look", Instant, nullable=False),
    Column("ending", String(16)),
    Column("ended_at", Instant),
    Column("not_before", Instant),
    Column("attempts", Integer, nullable=False),
    Column("lease_until", Instant),
    Column("lease_token", String(32)),
)
"""`ending` is null while the domain is watched; a notice follows, no sooner than `not_before`, and the row goes."""
