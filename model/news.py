"""What changed in an account, as it will be posted in a channel.

News is decided by comparing two snapshots, stored beside the newer one, and drawn only when it is published: so it
holds facts and no sentences.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from model.account import AccountRegion

Fact: TypeAlias = str | float | bool | None


class NewsKind(StrEnum):
    APPROVED = "approved"
    NOT_GRANTED = "not_granted"
    NEVER_RECEIVED = "never_received"
    IN_REVIEW = "in_review"
    NEW_CASE = "new_case"
    BACK_TO_SANDBOX = "back_to_sandbox"
    QUOTA_CHANGED = "quota_changed"
    ENFORCEMENT_CHANGED = "enforcement_changed"
    SENDING_PAUSED = "sending_paused"
    SENDING_RESUMED = "sending_resumed"
    IDENTITY_VERIFIED = "identity_verified"
    IDENTITY_FAILED = "identity_failed"
    MAIL_FROM_VERIFIED = "mail_from_verified"
    MAIL_FROM_FAILED = "mail_from_failed"
    OVERDUE = "overdue"
    ANSWER_DUE = "answer_due"
    """AWS waits for an answer, and no one has given it."""
    CASE_MESSAGE = "case_message"
    """AWS wrote on the support case."""
    UNREADABLE = "unreadable"
    READABLE = "readable"
    REGION_ENABLED = "region_enabled"


@dataclass(frozen=True, slots=True)
class News:
    """One item. `facts` are what its message needs, by name (`quota`, `rate`, `case_id`, `identity`, `was`, …); numbers
    in the units of `Snapshot`."""

    kind: NewsKind
    place: AccountRegion
    at: datetime
    facts: dict[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Published:
    """The channel has it; `ts` is the message's timestamp there."""

    ts: str


@dataclass(frozen=True, slots=True)
class RetryLater:
    """Not now: try again after so many seconds (a rate limit, an outage)."""

    seconds: float
    why: str = ""


@dataclass(frozen=True, slots=True)
class Blocked:
    """It cannot be delivered until a person fixes something; `why` says what."""

    why: str


Delivery: TypeAlias = Published | RetryLater | Blocked
