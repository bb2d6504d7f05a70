"""The tables, as SQLAlchemy Core sees them. Migrations, not this page, make them."""

from datetime import UTC, datetime

from sqlalchemy import JSON, Boolean, Column, DateTime, Integer, MetaData, String, Table, Text, TypeDecorator
from sqlalchemy.engine import Dialect


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime: PostgreSQL's `timestamptz`; in SQLite, which has no zones, naive UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData()

account_regions = Table(
    "place",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("region", String(32), primary_key=True),
    Column("watched", Boolean, nullable=False),
    Column("channel", String(256)),
    Column("account_id", String(12)),
    Column("known", JSON, nullable=False),
    Column("said_turn", String(8)),
    Column("said_turn_at", Instant),
    Column("said_not_now_at", Instant),
    Column("asked_by", String(32)),
    Column("asked_at", Instant),
    Column("quota_requests", JSON),
    Column("pushed", JSON),
    Column("last_poll", Instant),
    Column("next_poll", Instant, nullable=False),
    Column("lease_until", Instant),
    Column("lease_token", String(32)),
)

domains = Table(
    "domain",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("region", String(32), primary_key=True),
    Column("name", String(255), primary_key=True),
)
"""The identities listed at each account region, by name: where is this domain?"""

schema_floor = Table("schema_floor", metadata, Column("works_from", String(32), nullable=False))
"""One row: the oldest revision whose bot still works with this database. Migrations alone write it."""

news = Table(
    "news",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("account", String(64), nullable=False),
    Column("region", String(32), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("at", Instant, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("published_at", Instant),
    Column("ts", String(64)),
    Column("posted_in", String(32)),
    Column("not_before", Instant),
    Column("why", Text),
    Column("attempts", Integer, nullable=False),
    Column("lease_until", Instant),
    Column("lease_token", String(32)),
)

drafts = Table(
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

domain_watches = Table(
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

changes = Table(
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

shown_reports = Table(
    "shown_report",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("team", String(32), nullable=False),
    Column("domain", String(255), nullable=False),
    Column("query", Text),
    Column("checked", JSON, nullable=False),
    Column("pending", Boolean, nullable=False),
    Column("shown_at", Instant, nullable=False),
)
"""The reports that people were shown. `query` is null for the last check of a watched domain, which no one was shown;
`pending` says that the check was still under way."""

digests = Table(
    "digest",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("facts", JSON, nullable=False),
    Column("posted_at", Instant),
    Column("not_before", Instant),
    Column("lease_until", Instant),
    Column("lease_token", String(32)),
)
"""The weekly lines, by the day (ISO 8601). `facts`: what each account region was like then; the next line is compared
to it."""
