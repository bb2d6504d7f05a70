"""The questions of a request, step by step: the business, each kind of mail, consent, trouble and volume, the form.

A step is a modal that reads well by itself. `steps_of` says which there are: one more for each kind of mail.
Source: design of AWS's form (PutAccountDetails) and what its reviewers ask for when they want details.
"""

from collections.abc import Sequence

from handlers.views.drafts.fields import Choice, Field
from model import Answers, MailType, Place

BUSINESS, CONSENT, TROUBLE, FORM = "business", "consent", "trouble", "form"
MAIL = "mail."
"""Followed by the number of the kind of mail: `mail.0`."""
MOST_STREAMS = 5
MORE = "more"
"""The field that asks for another kind of mail; it fills in no answer."""
AT = "at"
"""The field that fills in `account` and `region`."""
YES, NO = "yes", "no"
NO_CHOICE = "-"
_MOST_PLACES = 99

_BUSINESS = (
    Field("name", "Name of the business", most=200),
    Field(
        "business",
        "What do you do, and for whom?",
        hint="Plainly, as you would tell a stranger. Two sentences do.",
        multiline=True,
        most=2_000,
        example="We sell running shoes online to people who train for their first marathon.",
    ),
    Field("place", "Where are you?", optional=True, most=200, example="Lisbon, Portugal"),
    Field("since", "Since when?", optional=True, most=100, example="2019"),
    Field("domain", "The domain that sends", most=253, example="acme.com"),
    Field(
        "website",
        "Website",
        hint="The reviewer opens it. It need not be on the domain that sends.",
        most=1_000,
        example="https://acme.com",
    ),
)
_CONSENT = (
    Field(
        "opt_in",
        "How do people ask for this mail?",
        hint="Where the form is, what its box says, whether it is ticked from the start, and how it is confirmed.",
        multiline=True,
        example="They type their address at acme.com/news and tick an empty box; a mail asks them to confirm.",
    ),
    Field(
        "unconfirmed",
        "What happens to those who do not confirm?",
        optional=True,
        most=1_000,
        multiline=True,
        example="They get nothing more, and after seven days the address is deleted.",
    ),
    Field(
        "leaving",
        "How do they leave?",
        hint="For receipts and codes, say why no unsubscribe link is needed; AWS accepts that.",
        optional=True,
        multiline=True,
        most=1_000,
        example="A link in every mail and the mail program’s own unsubscribe button; at once, without a login.",
    ),
)
_TROUBLE = (
    Field(
        "bounces",
        "What happens on a bounce?",
        hint="What the event does in your system, and how soon. What is in place, not what is planned.",
        multiline=True,
        most=1_500,
        example="SES tells our webhook; a hard bounce blocks the address at once.",
    ),
    Field("complaints", "And on a complaint?", multiline=True, most=1_500),
    Field("monthly", "Messages a month", most=200, example="18,000"),
    Field(
        "basis",
        "What is that worked out from?",
        optional=True,
        multiline=True,
        most=1_000,
        example="900 orders × 3 mails, and 3,500 subscribers × 4 letters",
    ),
    Field("busiest", "The busiest day", optional=True, most=300, example="The Tuesday letter: 3,500 in an hour"),
    Field(
        "sample",
        "One message, as it is sent",
        hint="AWS asks for one when it wants details. Leave out names and addresses of customers.",
        optional=True,
        multiline=True,
    ),
)
_CONTACTS = Field(
    "contacts",
    "Additional contacts",
    hint="Up to four addresses, one a line. AWS writes to the account’s own address in any case.",
    optional=True,
    multiline=True,
    most=1_100,
)
_LANGUAGE = Field(
    "language", "AWS writes back in", choices=(Choice("EN", "English"), Choice("JA", "日本語 (Japanese)"))
)
_MAIL_TYPE = Field(
    "mail_type",
    "Mail type",
    hint="AWS’s form asks for the kind of most messages; who sends both is safer with Marketing, which covers both.",
    choices=(
        Choice(NO_CHOICE, "Work it out from what I send"),
        Choice(MailType.MARKETING, "Marketing"),
        Choice(MailType.TRANSACTIONAL, "Transactional"),
    ),
)
_REGION = Field("region", "AWS region", most=32, example="eu-west-1", hint="Each region takes a request of its own.")
_ACCOUNT = Field(
    "account", "AWS account", optional=True, most=64, hint="For your own eyes: it is not written into the text."
)


def steps_of(answers: Answers) -> tuple[str, ...]:
    """Every step, in order."""
    kinds = range(max(1, min(len(answers.streams), MOST_STREAMS)))
    return (BUSINESS, *(f"{MAIL}{number}" for number in kinds), CONSENT, TROUBLE, FORM)


def title_of(step: str, answers: Answers) -> str:
    """What stands above the fields."""
    if step.startswith(MAIL):
        number = stream_number(step) + 1
        return f"What you send: kind {number}" if number > 1 or len(answers.streams) > 1 else "What you send"
    return {
        BUSINESS: "The business",
        CONSENT: "How people join and leave",
        TROUBLE: "Bounces, complaints, volume",
        FORM: "The rest of AWS’s form",
    }.get(step, "")


def fields_of(step: str, answers: Answers, places: Sequence[Place] = ()) -> tuple[Field, ...]:
    """The questions of a step; none for a step that does not exist. `places` are the accounts and regions known."""
    if step.startswith(MAIL):
        return _stream(stream_number(step))
    match step:
        case "business":
            return _BUSINESS
        case "consent":
            return _CONSENT
        case "trouble":
            return _TROUBLE
        case "form":
            return (_CONTACTS, _LANGUAGE, _MAIL_TYPE, *place_fields(places, Place(answers.account, answers.region)))
    return ()


def stream_number(step: str) -> int:
    """Which kind of mail a step is about, from 0; -1 for none."""
    digits = step.removeprefix(MAIL)
    return int(digits) if digits.isascii() and digits.isdigit() and int(digits) < MOST_STREAMS else -1


def place_fields(places: Sequence[Place], chosen: Place) -> tuple[Field, ...]:
    """A menu of the accounts and regions that are watched, or two fields to type into."""
    known = list(dict.fromkeys([*places, *([chosen] if chosen.region else [])]))
    if not places or len(known) > _MOST_PLACES:
        return (_REGION, _ACCOUNT)
    choices = (Choice(NO_CHOICE, "None of these"), *(Choice(place_value(one), place_label(one)) for one in known))
    hint = "Each region takes a request of its own. The account is not written into the text."
    return (Field(AT, "Account and region", hint=hint, choices=choices),)


def place_value(place: Place) -> str:
    """An account and region in one word for an option's value: `eu-west-1 main`."""
    return f"{place.region} {place.account}"


def place_label(place: Place) -> str:
    return f"{place.account}, {place.region}" if place.account else place.region


def _stream(number: int) -> tuple[Field, ...]:
    if number < 0:
        return ()
    at = f"streams.{number}."
    more = () if number + 1 >= MOST_STREAMS else (_more(),)
    return (
        Field(f"{at}what", "Which mail is it?", most=300, example="Order confirmations"),
        Field(
            f"{at}kind",
            "Its kind",
            choices=(
                Choice(MailType.TRANSACTIONAL, "Transactional: somebody did something, and this answers"),
                Choice(MailType.MARKETING, "Marketing: newsletters, offers, announcements"),
            ),
        ),
        Field(f"{at}trigger", "What sets it off?", most=500, example="An order is paid"),
        Field(f"{at}recipients", "Who gets it?", most=500, example="The customer who ordered"),
        Field(f"{at}rhythm", "How often?", optional=True, most=300, example="Every Tuesday, or once an order"),
        Field(f"{at}number", "How many?", optional=True, most=300, example="900 orders a month; 3,500 subscribers"),
        *more,
    )


def _more() -> Field:
    return Field(
        MORE,
        "Do you send another kind of mail?",
        hint="“No” leaves out the kinds after this one, if there are any.",
        choices=(Choice(NO, "No"), Choice(YES, "Yes")),
    )
