"""What the bot counts, for Prometheus at `/metrics`. No label names a domain, an account or a person.

Source: Prometheus exposition format, by prometheus-client.
"""

import asyncio
from collections import Counter as Tally
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from model import VERSION, Checked
from store import Database, count_waiting_news

CONTENT_TYPE = CONTENT_TYPE_LATEST
_REGISTRY = CollectorRegistry()
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 0.5, 1.0, 3.0)
COMMANDS = Counter("ses_bot_commands", "Slash commands, by name.", ["command"], registry=_REGISTRY)
ACKS = Histogram("ses_bot_ack_seconds", "Time until Slack was acknowledged.", buckets=_SECONDS, registry=_REGISTRY)
_CHECKS = Counter("ses_bot_checks", "Whole checks, by verdict.", ["verdict"], registry=_REGISTRY)
_CHECK_SECONDS = Histogram(
    "ses_bot_check_seconds", "Time of a whole check.", buckets=(0.1, 0.3, 1.0, 3.0, 5.0, 10.0, 15.0), registry=_REGISTRY
)
_QUESTIONS = Counter("ses_bot_dns_questions", "Questions of checks, by answer.", ["answer"], registry=_REGISTRY)
POLLS = Counter("ses_bot_polls", "Polls of account regions, by outcome.", ["outcome"], registry=_REGISTRY)
POLL_LAG = Gauge("ses_bot_poll_lag_seconds", "How late the last poll began.", registry=_REGISTRY)
_WAITING = Gauge("ses_bot_news_waiting", "News that Slack has not taken yet.", registry=_REGISTRY)
_OLDEST = Gauge("ses_bot_news_oldest_seconds", "Age of the oldest of it.", registry=_REGISTRY)
CONNECTIONS = Counter("ses_bot_slack_connections", "Socket Mode connections opened.", registry=_REGISTRY)
LOOP_LAG = Gauge("ses_bot_loop_lag_seconds", "How late the event loop was last.", registry=_REGISTRY)
_BUILD = Gauge("ses_bot_build_info", "Always 1.", ["version"], registry=_REGISTRY)
_BUILD.labels(VERSION).set(1)
_ANSWERS = {"no data": "no_data", "no such name": "no_such_name"}


def count_check(checked: Checked) -> None:
    """Counts a whole check, and the answers that it had of DNS."""
    _CHECKS.labels(checked.report.verdict.value).inc()
    _CHECK_SECONDS.observe(checked.report.seconds)
    for answer, number in Tally(_classify_answer(question.answer) for question in checked.seen).items():
        _QUESTIONS.labels(answer).inc(number)


def _classify_answer(answer: tuple[str, ...]) -> str:
    first = answer[0] if answer else ""
    if first.startswith("unanswered"):
        return "unanswered"
    return next((kind for words, kind in _ANSWERS.items() if first.startswith(words)), "records")


def count_poll(outcome: str, late: float) -> None:
    """Counts a poll: what came of it, and how many seconds after its time it began."""
    POLLS.labels(outcome).inc()
    POLL_LAG.set(late)


async def exposition(db: Database) -> bytes:
    """Returns the text of `/metrics`. Where the database does not answer, the figures of news are the last ones."""
    try:
        async with asyncio.timeout(2):
            count, oldest = await count_waiting_news(db)
    except Exception:  # noqa: BLE001 - a scrape must not fail with the database: that is another alert
        count, oldest = None, None
    if count is not None:
        _WAITING.set(count)
        _OLDEST.set((datetime.now(UTC) - oldest).total_seconds() if oldest else 0.0)
    return generate_latest(_REGISTRY)
