"""What must not be lost: the account regions watched, what is known of them, and the news on its way to a channel.
(What people wrote and have watched is in `store.drafts` and `store.domain_watches`.)

The only room with SQL. Its functions are the transactions; no session leaves it."""

from store.account_regions import (
    account_regions_with,
    add_pushed,
    add_quota_request,
    claim_due,
    ensure_account_regions,
    give_back,
    known_at,
    last_polls,
    name_account,
    poll_now,
    record_poll,
    say_not_now,
    say_turn,
    status,
    unlisted,
    watched,
)
from store.database import (
    Database,
    DatabaseAwayError,
    DatabaseError,
    inspect_database,
    open_database,
    wait_for_database,
)
from store.drafts import latest_request
from store.outbox import latest_case_message, mark_published, mark_waiting, next_news, publish_now, waiting_news
