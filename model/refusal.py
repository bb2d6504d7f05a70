"""What AWS wrote about a request, and the reply to it."""

from dataclasses import dataclass
from enum import StrEnum


class RefusalKind(StrEnum):
    """What AWS's message is; the kind decides what helps."""

    QUESTIONS = "questions"
    """AWS gathers more information: each question wants an answer."""
    NO_DETAILS = "no_details"
    """Refused without details."""
    STILL_NO = "still_no"
    """Refused again, after an answer."""
    CONCERN = "concern"
    """Refused, and what AWS is concerned about is named."""
    NOT_YET = "not_yet"
    """The account is too young or unpaid: no letter helps."""
    APPROVED = "approved"
    OTHER = "other"
    """A message that is readable, but about something else (a bill, a newsletter)."""
    UNCLEAR = "unclear"
    """Nothing in the message was recognized: ask the person."""


class Concern(StrEnum):
    """What AWS names as its ground."""

    LIST_SOURCE = "list_source"
    WEBSITE = "website"
    VOLUME = "volume"
    BOUNCES = "bounces"
    COMPLAINTS = "complaints"
    REGION = "region"


@dataclass(frozen=True, slots=True)
class Refusal:
    """AWS's message, read. `questions` are AWS's own, in AWS's order and words; `quotes` the sentences that decided the
    kind; `language` is "en" or "ja"."""

    kind: RefusalKind
    concerns: tuple[Concern, ...] = ()
    questions: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    language: str = "en"


@dataclass(frozen=True, slots=True)
class ReplyAnswers:
    """What a reply is written from, as typed. `message` is what AWS wrote, whole; `answers` stand beside the questions
    of `Refusal.questions`, in the same order; `about` is what the person says the message is about (OTHER, UNCLEAR).

    `confirmation` is the mail people get when they sign up. `refused_before` is the person's own word where our record
    does not know it. `posted` holds the texts that were posted on the case before: none of them is sent again.
    """

    message: str = ""
    answers: tuple[str, ...] = ()
    about: str = ""
    changed: str = ""
    opt_in: str = ""
    confirmation: str = ""
    privacy_policy: str = ""
    unsubscribe_page: str = ""
    comparison: str = ""
    question: str = ""
    refused_before: bool | None = None
    case_id: str = ""
    case_closed: bool | None = None
    posted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """The text to post on the case, and `where` to post it, in words. `second`: it asks for a second review."""

    text: str
    where: str
    second: bool = False
