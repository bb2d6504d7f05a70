"""What must not be lost: the account regions watched, what is known of them, and the news on its way to a channel.
(What people wrote and have watched is in `store.drafts` and `store.domain_watches`.)

The only room with SQL. Its functions are the transactions; no session leaves it."""

from store.account_regions import (
    add_quota_request,
    claim_due,
    count_unlisted,
    ensure_account_regions,
    find_account_regions,
    list_watched,
    load_last_polls,
    load_region_states,
    load_status,
    make_polls_due,
    record_not_now,
    record_poll,
    record_pushed,
    record_turn,
    release_claim,
    save_account_id,
)
from store.database import (
    Database,
    DatabaseError,
    DatabaseUnavailableError,
    inspect_database,
    open_database,
    wait_for_database,
)
from store.drafts import load_latest_request
from store.outbox import (
    count_waiting_news,
    load_latest_case_message,
    make_news_due,
    mark_published,
    mark_waiting,
    next_news,
)
