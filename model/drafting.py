"""A draft as it is kept: whose it is, what it is about, how far it has come, the finished text, and when an
answer may be expected.

What a person answered is in `model.request`; this is what surrounds it
in the store. The finished text is kept whole, so that what is shown later is what was shown first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from model.report import Checked
from model.request import Answers, Refusal, RefusalKind, Remark, Reply, ReplyAnswers, Request, Severity


@dataclass(frozen=True, slots=True)
class SubmitWhen:
    """When to submit: `at` is the moment to aim for (aware; equal to now when now is fine) and `advice` says why."""

    at: datetime
    now_is_fine: bool
    advice: str


@dataclass(frozen=True, slots=True)
class AnswerWhen:
    """When an answer may be expected, all aware: `promised` is AWS's own 24 hours for a first answer; `earliest` and
    `latest` are an estimate from practice. `words` says both, labeled."""

    promised: datetime
    earliest: datetime
    latest: datetime
    words: str


DONE = "done"
"""The step of a draft whose last step was handed in."""


class DraftKind(StrEnum):
    """What is being written: the request for production access, or the reply to AWS's answer."""

    REQUEST = "request"
    APPEAL = "appeal"


@dataclass(frozen=True, slots=True)
class Owner:
    """The one person who sees a draft: a Slack user id, and the workspace that the id belongs to."""

    team: str
    user: str


@dataclass(frozen=True, slots=True)
class WrittenRequest:
    """A finished request: the text, what is remarked on, when to submit and when to expect an answer. `prose` is a
    model's rewording of the message, empty where none was asked for; `as_prose`: the person chose that one."""

    request: Request
    remarks: tuple[Remark, ...]
    submit: SubmitWhen
    answer: AnswerWhen
    prose: str = ""
    as_prose: bool = False

    @property
    def stopped(self) -> bool:
        """Whether something must be changed before the text may go out."""
        return any(remark.severity is Severity.STOP for remark in self.remarks)

    @property
    def message(self) -> str:
        """The text for the case, as the person chose it."""
        return self.prose if self.as_prose and self.prose else self.request.message


@dataclass(frozen=True, slots=True)
class WrittenReply:
    """A finished reply to AWS. `reply` is None where no letter helps (`refusal.kind` says why)."""

    refusal: Refusal
    reply: Reply | None
    answer: AnswerWhen | None = None

    @property
    def stopped(self) -> bool:
        """Whether there is no text to send."""
        return self.reply is None

    @property
    def message(self) -> str:
        """The text for the case."""
        return self.reply.text if self.reply else ""


Written: TypeAlias = WrittenRequest | WrittenReply


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A draft in the store. `step` is the step that was handed in last (empty: none yet; `DONE`: the last of them),
    `finished` says that all were once.

    `revision` grows with every save. `earlier` holds, by path, what was answered to questions that no longer exist;
    `report` is the last check of the domain. `written` is the finished text, None until it is written. `channel` is
    where the draft was asked for last. `posted_at`: when its owner said that it is on the case, `posted_texts` what was
    posted, oldest first. `remind_at`: when the owner is reminded of it, once; None for never, or no more.
    """

    id: str
    owner: Owner
    kind: DraftKind
    answers: Answers | ReplyAnswers
    domain: str = ""
    account: str = ""
    region: str = ""
    channel: str = ""
    step: str = ""
    finished: bool = False
    revision: int = 0
    earlier: Mapping[str, str] = field(default_factory=dict)
    report: Checked | None = None
    written: Written | None = None
    updated_at: datetime | None = None
    posted_at: datetime | None = None
    posted_texts: tuple[str, ...] = ()
    remind_at: datetime | None = None

    @property
    def request(self) -> Answers:
        """The answers of a request; `TypeError` for a reply."""
        if not isinstance(self.answers, Answers):
            raise TypeError("this draft is no request")
        return self.answers

    @property
    def reply(self) -> ReplyAnswers:
        """The answers of a reply; `TypeError` for a request."""
        if not isinstance(self.answers, ReplyAnswers):
            raise TypeError("this draft is no reply")
        return self.answers

    @property
    def text_posted(self) -> bool:
        """Whether the finished text, as it is now, was posted on the case."""
        return self.written is not None and self.written.message in self.posted_texts

    @property
    def waits_for_billing(self) -> bool:
        """Whether AWS said "not yet": the reminder is then for the day to come back."""
        written = self.written
        return isinstance(written, WrittenReply) and written.refusal.kind is RefusalKind.NOT_YET


@dataclass(frozen=True, slots=True)
class DueReminder:
    """The right to remind the owner of a draft, until the lease ends."""

    draft: StoredDraft
    token: str
