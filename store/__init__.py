"""What must not be lost: the places watched, what is known of them, and the news on its way to a channel.

The only room with SQL. Its functions are the transactions; no session leaves it.
"""

from store.database import Database, DatabaseError, open_database
from store.outbox import mark_published, mark_waiting, next_news
from store.places import claim_due, ensure_places, name_account, poll_now, record_poll, status

__all__ = [
    "Database",
    "DatabaseError",
    "claim_due",
    "ensure_places",
    "mark_published",
    "mark_waiting",
    "name_account",
    "next_news",
    "open_database",
    "poll_now",
    "record_poll",
    "status",
]
