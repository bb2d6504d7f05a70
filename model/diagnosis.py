"""One line of the doctor: what it examined, how that is, and what to do."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any


class Health(StrEnum):
    """How well one thing is."""

    GOOD = "good"
    WARNING = "warning"
    """It works less well, or could not be examined."""
    BAD = "bad"
    """The bot cannot do its work."""

    @property
    def mark(self) -> str:
        return {Health.GOOD: "✓", Health.WARNING: "!", Health.BAD: "✗"}[self]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`what` was examined, `words` say how it is, `todo` what to do about it; empty where nothing is."""

    what: str
    health: Health
    words: str
    todo: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """What the doctor examines: the bot's settings as values. `bot_token`, `app_token` and `database_url` are
    secrets, which no line repeats; `app_token` is None where Slack comes over HTTP."""

    slack_url: str
    bot_token: str
    app_token: str | None
    channel: str | None
    dns_servers: tuple[str, ...]
    allow_networks: tuple[str, ...]
    rdap_url: str | None
    database_url: str
    accounts: Path | None
    operators: tuple[str, ...]
    queue_url: str | None

    @classmethod
    def from_settings(cls, settings: Any) -> "Patient":
        return cls(
            slack_url=settings.slack_api_url,
            bot_token=settings.slack_bot_token.get_secret_value(),
            app_token=settings.app_token,
            channel=settings.ses_bot_channel,
            dns_servers=settings.ses_bot_dns_servers,
            allow_networks=settings.ses_bot_allow_networks,
            rdap_url=settings.ses_bot_rdap_url,
            database_url=settings.database_url,
            accounts=settings.ses_bot_accounts,
            operators=settings.ses_bot_operators,
            queue_url=settings.ses_bot_events_queue_url,
        )


def good_line(what: str, words: str) -> Diagnosis:
    return Diagnosis(what, Health.GOOD, words)


def warning_line(what: str, words: str, todo: str = "") -> Diagnosis:
    return Diagnosis(what, Health.WARNING, words, todo)


def bad_line(what: str, words: str, todo: str) -> Diagnosis:
    return Diagnosis(what, Health.BAD, words, todo)
