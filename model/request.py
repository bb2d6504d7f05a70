"""The request for production access: what a person answered, what the bot saw itself, the letter written from both;
and what AWS answered, and the reply to it.

Answers are filled in one field at a time, so every field may be empty at every moment. A field is named by its path,
such as `opt_in` or `kinds.0.count`; a remark points at the path that it is about.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from model.report import Report


class MailType(StrEnum):
    """The kind of mail, in the words of the SES API (PutAccountDetails, MailType)."""

    MARKETING = "MARKETING"
    TRANSACTIONAL = "TRANSACTIONAL"


class ContactLanguage(StrEnum):
    """The language in which AWS writes back (PutAccountDetails, ContactLanguage)."""

    EN = "EN"
    JA = "JA"


class Rhythm(StrEnum):
    """How often one kind of mail is sent."""

    ON_EVENT = "on_event"
    """Each time something happens; `count` is then events a month."""
    DAILY = "daily"
    WEEKDAYS = "weekdays"
    TIMES_A_WEEK = "times_a_week"
    """`times_a_week` says how many."""
    WEEKLY = "weekly"
    EVERY_TWO_WEEKS = "every_two_weeks"
    TWICE_A_MONTH = "twice_a_month"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    TWICE_A_YEAR = "twice_a_year"
    YEARLY = "yearly"


class Leaving(StrEnum):
    """One way in which people stop one kind of mail. Several may hold at once."""

    LINK = "link"
    """An unsubscribe link in every message of this kind."""
    ONE_CLICK = "one_click"
    """The List-Unsubscribe-Post header (RFC 8058)."""
    SETTING = "setting"
    """A preference page or a setting of the account."""
    ACTION = "action"
    """It answers an action: there is nothing to stop."""


class Unconfirmed(StrEnum):
    """What becomes of an address whose owner never confirmed it."""

    DELETED = "deleted"
    """Deleted after `unconfirmed_days` days."""
    NEVER_MAILED = "never_mailed"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class MailKind:
    """One kind of mail. `sentence` says who gets it and when, as typed.

    `count` is recipients of one sending, or events a month where `rhythm` is ON_EVENT; `per_event` is messages an
    event. `leaving` holds the ticks, `leaving_words` what the person adds in their own words.
    """

    name: str = ""
    mail_type: MailType | None = None
    sentence: str = ""
    rhythm: Rhythm | None = None
    times_a_week: int | None = None
    count: int | None = None
    per_event: float | None = None
    leaving: tuple[Leaving, ...] = ()
    leaving_words: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything a request is written from. Text is as typed; numbers are numbers; None and "" are not answered yet.

    `since` is free text ("2019", "March 2019"). `mail_type` is the person's own choice, None to follow the kinds.
    `account` is a name for the team's own eyes and never enters a letter. `busiest` is messages on the busiest day,
    `busiest_when` says when that is.
    """

    name: str = ""
    place: str = ""
    since: str = ""
    business: str = ""
    website: str = ""
    privacy_policy: str = ""
    domain: str = ""
    account: str = ""
    region: str = ""
    kinds: tuple[MailKind, ...] = ()
    opt_in: str = ""
    opt_in_page: str = ""
    confirmed: bool | None = None
    unconfirmed: Unconfirmed | None = None
    unconfirmed_days: int | None = None
    unsubscribe_page: str = ""
    bounces: str = ""
    busiest: int | None = None
    busiest_when: str = ""
    example: str = ""
    anything_else: str = ""
    contacts: tuple[str, ...] = ()
    language: ContactLanguage = ContactLanguage.EN
    mail_type: MailType | None = None


@dataclass(frozen=True, slots=True)
class SeenFacts:
    """What the bot has seen itself, each fact only where it is true on `at`; what is unknown is False, None or empty.

    `verified`, `dkim` and `mail_from` are those of the identity in `region` (SES GetEmailIdentity); `dmarc`: a record
    applies to the domain; `suppression`: the account's list takes bounces and complaints (SES GetAccount);
    `rehearsed`: the day on which bounce and complaint events last arrived from the simulator.
    """

    at: date
    domain: str = ""
    region: str = ""
    verified: bool = False
    dkim: bool = False
    mail_from: str = ""
    dmarc: bool = False
    suppression: bool = False
    rehearsed: date | None = None


class Severity(StrEnum):
    """What a remark asks of the person."""

    STOP = "stop"
    """Not to be sent as it is."""
    WARN = "warn"
    ASK = "ask"
    """The answer cannot be used; ask again."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to look at before sending: the `rule` it comes from, the `field` it is about, the `sentence` that
    caused it (empty where something is missing), and what to write instead."""

    rule: str
    severity: Severity
    field: str
    sentence: str
    advice: str


@dataclass(frozen=True, slots=True)
class Part:
    """One headed part of the letter. `paragraphs` are whole sentences or lines; an empty `head` is the opening."""

    head: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """The request, field by field as PutAccountDetails takes it, and the message to post on its case right after.

    `description` has at most 5,000 characters; AWS's console form has no field for it, so `message` repeats it.
    `parts` are what the description is made of, in order, for a model that rewords them.
    """

    mail_type: MailType
    mail_type_reason: str
    website: str
    description: str
    contacts: tuple[str, ...]
    language: ContactLanguage
    message: str
    parts: tuple[Part, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class MonthlyVolume:
    """The month, computed: `total` messages, and `sum` as a person reads it ("6,400 × 2.17 = 13,900"). `largest` is the
    largest single sending; None where no kind is counted yet."""

    total: int
    sum: str
    largest: int | None = None


@dataclass(frozen=True, slots=True)
class DraftContext:
    """Facts from outside that some remarks need; what is None or empty is not judged.

    `report` is the last check of the sending domain, `registered` the day that domain was registered, `today` the day
    of the draft, `dead_domains` the domains of contacts that take no mail (null MX, or neither MX nor address),
    `verified_regions` the regions in which SES has the domain verified.
    """

    report: Report | None = None
    registered: date | None = None
    today: date | None = None
    dead_domains: frozenset[str] = frozenset()
    verified_regions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourcePart:
    """One paragraph of the letter that a model may reword: `id` names it ("p3"), `head` is the head it is under."""

    id: str
    head: str
    text: str


@dataclass(frozen=True, slots=True)
class ProseSentence:
    """One sentence of a model, with the ids of the parts that it comes from."""

    text: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prose:
    """The letter as a model words it: paragraphs of sentences."""

    paragraphs: tuple[tuple[ProseSentence, ...], ...] = ()


class ViolationKind(StrEnum):
    """What is wrong with a sentence of a model, or with the whole."""

    NO_SOURCE = "no_source"
    NUMBER = "number"
    LINK = "link"
    NAME = "name"
    QUOTE = "quote"
    CLAIM = "claim"
    NEGATION = "negation"
    NEW_WORDS = "new_words"
    LOST = "lost"
    """A number, a link or a kind of mail of a part is nowhere in the prose."""


@dataclass(frozen=True, slots=True)
class Violation:
    """`sentence` is the sentence at fault, empty where something is lost; `parts` are the ids that it concerns;
    `detail` is the word, number or link."""

    kind: ViolationKind
    sentence: str
    parts: tuple[str, ...]
    detail: str


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
