"""A draft as it is kept: whose it is, what it is about, how far it has come.

What a person answered (`Answers`, `AppealAnswers`) is in `model.draft`; this is what surrounds it in the store.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from model.draft import Answers, AppealAnswers

DONE = "done"
"""What stands as the step of a draft whose last step was handed in."""


class DraftKind(StrEnum):
    """What is being written."""

    REQUEST = "request"
    APPEAL = "appeal"


@dataclass(frozen=True, slots=True)
class Owner:
    """The one person who sees a draft: a Slack user id, and the workspace that the id belongs to."""

    team: str
    user: str


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A draft in the store. `step` is the step that was handed in last (empty: none yet; `DONE`: the last
    of them), `finished` that all were once.

    `revision` grows with every save. `channel` is where it was asked for last. `posted_at`: when its owner said that it
    stands on the case. `remind_at`: when they will be reminded of that, once; None for never, or no more.
    """

    id: str
    owner: Owner
    kind: DraftKind
    answers: Answers | AppealAnswers
    domain: str = ""
    account: str = ""
    region: str = ""
    channel: str = ""
    step: str = ""
    finished: bool = False
    revision: int = 0
    updated_at: datetime | None = None
    posted_at: datetime | None = None
    remind_at: datetime | None = None

    @property
    def request(self) -> Answers:
        """The answers of a request; `TypeError` for an appeal."""
        if not isinstance(self.answers, Answers):
            raise TypeError("this draft is no request")
        return self.answers

    @property
    def appeal(self) -> AppealAnswers:
        """The answers of an appeal; `TypeError` for a request."""
        if not isinstance(self.answers, AppealAnswers):
            raise TypeError("this draft is no appeal")
        return self.answers


@dataclass(frozen=True, slots=True)
class DueReminder:
    """The right to remind the owner of a draft, until the lease ends."""

    draft: StoredDraft
    token: str
