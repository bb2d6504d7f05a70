"""Every test of the store runs on SQLite and on PostgreSQL."""

from tests.support.databases import database_url, postgres

__all__ = ["database_url", "postgres"]
