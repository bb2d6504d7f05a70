"""What a person answered about their mail, and what is written from it: request, remarks, timing, appeal.

Answers are filled in one field at a time, so every field may be empty at every moment; a field is named by its path,
such as `opt_in` or `streams.0.trigger`, and a remark points at the path it is about.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from model.report import Report
from model.request import ContactLanguage, MailType, Remark


@dataclass(frozen=True, slots=True)
class Stream:
    """One kind of mail. All text is as typed: `what` it is ("order confirmations"), its `trigger`, its `recipients`,
    its `rhythm` ("every Tuesday") and its `number` with a unit ("6,400 subscribers", "900 orders a month")."""

    what: str = ""
    kind: MailType | None = None
    trigger: str = ""
    recipients: str = ""
    rhythm: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything a request is written from, as typed. An empty field is a question not answered yet.

    `domain` sends the mail; `monthly` is messages a month, `basis` what that is worked out from, `busiest` the largest
    day; `sample` is one message as sent. `mail_type` is the person's own choice, None to follow the streams. `account`
    is a name or number for the team's own eyes and never enters a text.
    """

    name: str = ""
    business: str = ""
    place: str = ""
    since: str = ""
    streams: tuple[Stream, ...] = ()
    website: str = ""
    domain: str = ""
    opt_in: str = ""
    unconfirmed: str = ""
    leaving: str = ""
    bounces: str = ""
    complaints: str = ""
    monthly: str = ""
    basis: str = ""
    busiest: str = ""
    sample: str = ""
    contacts: tuple[str, ...] = ()
    language: ContactLanguage = ContactLanguage.EN
    mail_type: MailType | None = None
    account: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """Facts from outside that some rules need; whatever is None or empty is not judged.

    `report` is the last check of the sending domain, `registered` the day that domain was registered, `today` the day
    of the draft, `dead_domains` the domains of contacts that take no mail (null MX, or neither MX nor address).
    """

    report: Report | None = None
    registered: date | None = None
    today: date | None = None
    dead_domains: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Draft:
    """The request, field by field, and the message to post on its case right after submitting.

    `description` has at most 5,000 characters. AWS's console form has no field for it, so `message` repeats it: posted
    on the case, somebody at AWS reads it.
    """

    mail_type: MailType
    mail_type_reason: str
    website: str
    description: str
    contacts: tuple[str, ...]
    language: ContactLanguage
    message: str
    remarks: tuple[Remark, ...] = ()


class Concern(StrEnum):
    """What AWS objected to, or asked, as read from their message."""

    NO_DETAILS = "no_details"
    """A negative impact is feared; no details are given."""
    QUESTIONS = "questions"
    LIST_SOURCE = "list_source"
    WEBSITE = "website"
    VOLUME = "volume"
    BOUNCES = "bounces"
    COMPLAINTS = "complaints"
    OTHER = "other"
    """Something else that the message gives as its ground, in its own words."""
    UNCLEAR = "unclear"
    """Nothing in the message could be recognised."""


@dataclass(frozen=True, slots=True)
class AppealAnswers:
    """What an appeal is written from, as typed. `refusal` is AWS's message, whole. `confirmation` is the mail people
    get when they sign up; `replies` answers AWS's own questions one by one, in their order, where the draft does not.
    `earlier` holds texts that AWS has already read (the description, earlier replies): none of it is sent again."""

    refusal: str = ""
    opt_in: str = ""
    confirmation: str = ""
    privacy: str = ""
    unsubscribe: str = ""
    changed: str = ""
    replies: tuple[tuple[str, str], ...] = ()
    earlier: tuple[str, ...] = ()
    refused_before: bool = False
    case_id: str = ""
    case_closed: bool | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A confirmation mail proposed from the draft: ours until the person says that it is theirs. `notice` says so."""

    text: str
    notice: str


@dataclass(frozen=True, slots=True)
class Appeal:
    """The reply to a refusal (under 500 words), what it answers, and where it goes. `questions` are AWS's own, as found
    in the message; `secondary` says that this asks for a second review."""

    reply: str
    concerns: tuple[Concern, ...]
    questions: tuple[str, ...]
    secondary: bool
    where: str
    remarks: tuple[Remark, ...] = field(default_factory=tuple)
