"""The questions of a request in four steps: the business, each kind of mail, opting in, bounces and an example.

The second step is a modal for each kind of mail, up to five: `mail.0`, `mail.1`, … Source: the fields of AWS's form
(PutAccountDetails), and what its reviewers ask for when they want details.
"""

from collections.abc import Sequence

from handlers.views.drafts.fields import Choice, InputField, Kind, Value
from model import AccountRegion
from model.request import Answers, ContactLanguage, Leaving, MailKind, MailType, Rhythm, Unconfirmed

BUSINESS, OPT_IN, BOUNCES = "business", "opt_in", "bounces"
MAIL = "mail."
"""Followed by the number of the kind of mail: `mail.0`."""
MOST_KINDS = 5
AT = "at"
"""The field that fills in `account` and `region`."""
YES, NO = "yes", "no"
NO_CHOICE = "-"
_MOST_PLACES = 99
_TITLES = {BUSINESS: "Your business", OPT_IN: "How people sign up", BOUNCES: "Bounces, and an example"}

_BUSINESS = (
    InputField("name", "Name of the business", most=200),
    InputField("place", "Where is it?", most=200, example="Lisbon, Portugal"),
    InputField("since", "Since when?", most=100, example="2019"),
    InputField(
        "business",
        "What do you do, and for whom?",
        Kind.LINES,
        "One or two whole sentences; they go to AWS as you type them. Example: “We sell running shoes online to people "
        "who train for their first marathon.”",
        most=2_000,
    ),
    InputField("website", "Website", hint="The reviewer opens it. It can be on another domain.", most=1_000),
    InputField("privacy_policy", "Privacy policy", hint="The address of the page.", most=1_000),
    InputField("domain", "The domain that sends the mail", most=253, example="acme.com"),
)
_OPT_IN = (
    InputField(
        "opt_in",
        "What does a person do to get this mail?",
        Kind.LINES,
        "Whole sentences: where the form is, what its box says, how it is confirmed. Example: “People type their "
        "address at acme.com/news and tick an empty box. Then we send one mail with a link to confirm.”",
    ),
    InputField("opt_in_page", "Page where a reviewer can see that", most=1_000, example="https://acme.com/news"),
    InputField(
        "confirmed",
        "Do people confirm their address by a link or a code?",
        Kind.CHOICE,
        choices=(Choice(YES, "Yes"), Choice(NO, "No")),
    ),
    InputField(
        "unconfirmed",
        "What happens to addresses that were never confirmed?",
        Kind.CHOICE,
        choices=(
            Choice(Unconfirmed.DELETED, "They are deleted after some days"),
            Choice(Unconfirmed.NEVER_MAILED, "They are never mailed"),
            Choice(Unconfirmed.NOT_APPLICABLE, "There are none"),
        ),
    ),
    InputField("unconfirmed_days", "Deleted after how many days?", Kind.WHOLE_NUMBER),
    InputField("unsubscribe_page", "Page where people unsubscribe", most=1_000, example="https://acme.com/unsubscribe"),
)
_BOUNCES = (
    InputField(
        "bounces",
        "What happens on a bounce, on a complaint, and how fast?",
        Kind.LINES,
        "Whole sentences about what already works, not plans. Example: “SES notifies our shop by SNS. A hard bounce or "
        "a complaint blocks the address within a minute.”",
    ),
    InputField("busiest", "How many messages on the busiest day?", Kind.WHOLE_NUMBER, example="3500"),
    InputField("busiest_when", "When is that?", most=300, example="Tuesday morning, when the newsletter goes out"),
    InputField(
        "example",
        "One message with its subject, as it is sent",
        Kind.LINES,
        "AWS asks for one when it wants details. Leave out names and addresses of customers.",
    ),
    InputField("anything_else", "Anything else a reviewer should know?", Kind.LINES, most=2_000),
    InputField(
        "contacts",
        "Additional contacts",
        Kind.LINES,
        "Up to four addresses, one on each line. AWS writes to the account’s own address in any case.",
        most=1_100,
    ),
    InputField(
        "language",
        "Language for AWS’s answer",
        Kind.CHOICE,
        choices=(Choice(ContactLanguage.EN, "English"), Choice(ContactLanguage.JA, "日本語 (Japanese)")),
    ),
    InputField(
        "mail_type",
        "Mail type",
        Kind.CHOICE,
        "If you send both, choose Marketing: it covers both. AWS’s form asks for the kind of most messages.",
        choices=(
            Choice(NO_CHOICE, "Follow from the kinds of mail"),
            Choice(MailType.MARKETING, "Marketing"),
            Choice(MailType.TRANSACTIONAL, "Transactional"),
        ),
    ),
)
_REGION = InputField("region", "AWS region", hint="Each region needs its own request.", most=32, example="us-east-1")
_ACCOUNT = InputField("account", "AWS account", hint="For your own list; the text does not name it.", most=64)
_OTHER_REGION = InputField("region", "Or another region", hint="For an account that is not in the list.", most=32)
_RHYTHMS = (
    Choice(Rhythm.ON_EVENT, "Each time something happens"),
    Choice(Rhythm.DAILY, "Every day"),
    Choice(Rhythm.WEEKDAYS, "Every weekday"),
    Choice(Rhythm.TIMES_A_WEEK, "Several times a week"),
    Choice(Rhythm.WEEKLY, "Every week"),
    Choice(Rhythm.EVERY_TWO_WEEKS, "Every two weeks"),
    Choice(Rhythm.TWICE_A_MONTH, "Twice a month"),
    Choice(Rhythm.MONTHLY, "Every month"),
    Choice(Rhythm.QUARTERLY, "Every quarter"),
    Choice(Rhythm.TWICE_A_YEAR, "Twice a year"),
    Choice(Rhythm.YEARLY, "Once a year"),
)
_LEAVING = (
    Choice(Leaving.LINK, "An unsubscribe link in every message"),
    Choice(Leaving.ONE_CLICK, "One-click unsubscribe in the header (RFC 8058)"),
    Choice(Leaving.SETTING, "A preference page or a setting"),
    Choice(Leaving.ACTION, "Nothing to stop: it answers an action"),
)


def steps_of(answers: Answers) -> tuple[str, ...]:
    """The steps in order: a step for each kind of mail, at least one."""
    kinds = (f"{MAIL}{at}" for at in range(max(1, min(len(answers.kinds), MOST_KINDS))))
    return (BUSINESS, *kinds, OPT_IN, BOUNCES)


def title_of(step: str, answers: Answers) -> str:
    """Such as "Step 2 of 4 · Your mail, kind 1 of 2"."""
    number = {BUSINESS: 1, OPT_IN: 3, BOUNCES: 4}.get(step, 2)
    kinds = max(1, len(answers.kinds))
    at = kind_number(step) + 1
    title = _TITLES.get(step) or ("Your mail" if max(kinds, at) == 1 else f"Your mail, kind {at} of {max(kinds, at)}")
    return f"Step {number} of 4 · {title}"


def kind_number(step: str) -> int:
    """Which kind of mail a step is about, from 0; -1 for none."""
    digits = step.removeprefix(MAIL) if step.startswith(MAIL) else ""
    return int(digits) if digits.isascii() and digits.isdigit() and int(digits) < MOST_KINDS else -1


def step_of(path: str) -> str:
    """The step that asks for the answer of a path."""
    if path.startswith("kinds."):
        return f"{MAIL}{path.split('.')[1]}"
    for step, fields in ((OPT_IN, _OPT_IN), (BOUNCES, _BOUNCES)):
        if path in (field.path for field in fields):
            return step
    return BUSINESS


def fields_of(step: str, places: Sequence[AccountRegion], chosen: AccountRegion) -> tuple[InputField, ...]:
    """The fields of a step. `places` are the accounts and regions to choose from, `chosen` the one that is chosen."""
    match step:
        case "business":
            return (*_BUSINESS, *place_fields(places, chosen))
        case "opt_in":
            return _OPT_IN
        case "bounces":
            return _BOUNCES
    return kind_fields(kind_number(step))


def place_fields(places: Sequence[AccountRegion], chosen: AccountRegion) -> tuple[InputField, ...]:
    """A menu of the accounts and regions that are watched, with a field for another region; or two fields to type
    into."""
    known = list(dict.fromkeys([*places, *([chosen] if chosen.region else [])]))
    if not places or len(known) > _MOST_PLACES:
        return (_REGION, _ACCOUNT)
    choices = (Choice(NO_CHOICE, "None of these"), *(Choice(place_value(one), place_label(one)) for one in known))
    hint = "Each region needs its own request. The text does not name the account."
    return (InputField(AT, "Account and region", Kind.CHOICE, hint, choices=choices), _OTHER_REGION)


def place_value(place: AccountRegion) -> str:
    """An account and region in one word for an option's value: `eu-west-1 main`."""
    return f"{place.region} {place.account}"


def place_label(place: AccountRegion) -> str:
    return f"{place.account}, {place.region}" if place.account else place.region


def kind_fields(number: int) -> tuple[InputField, ...]:
    """The fields of one kind of mail, numbered from 0; none below that."""
    if number < 0:
        return ()
    at = f"kinds.{number}."
    return (
        InputField(f"{at}name", "Which mail is it?", most=200, example="Order confirmation"),
        InputField(
            f"{at}mail_type",
            "Transactional or marketing?",
            Kind.CHOICE,
            choices=(
                Choice(MailType.TRANSACTIONAL, "Transactional: sent because someone did something (receipt, code)"),
                Choice(MailType.MARKETING, "Marketing: newsletters, offers, announcements"),
            ),
        ),
        InputField(
            f"{at}sentence",
            "Who gets it, and when?",
            Kind.LINES,
            "A whole sentence; it goes to AWS as you type it. Example: “The customer gets it when an order is paid.”",
            most=1_000,
        ),
        InputField(f"{at}rhythm", "How often?", Kind.CHOICE, choices=_RHYTHMS),
        InputField(
            f"{at}times_a_week", "How many times a week?", Kind.WHOLE_NUMBER, "For “Several times a week” only."
        ),
        InputField(
            f"{at}count",
            "How many?",
            Kind.WHOLE_NUMBER,
            "Recipients of one sending. For “Each time something happens”: how many times a month.",
        ),
        InputField(
            f"{at}per_event",
            "Messages each time",
            Kind.NUMBER,
            "For “Each time something happens” only; 1 if you leave it empty.",
        ),
        InputField(f"{at}leaving", "How do people stop it?", Kind.TICKS, choices=_LEAVING),
        InputField(
            f"{at}leaving_words",
            "How people stop it, in your own words",
            Kind.LINES,
            "Only where the ticks do not say it. Receipts and codes need no unsubscribe link.",
            most=1_000,
        ),
    )


def value_of(answers: Answers, field: InputField) -> Value:
    """What a field holds: the answer given before."""
    if field.path.startswith("kinds."):
        _, number, name = field.path.split(".")
        kind = answers.kinds[int(number)] if int(number) < len(answers.kinds) else MailKind()
        return _shown(getattr(kind, name))
    match field.path:
        case "contacts":
            return "\n".join(answers.contacts)
        case "mail_type":
            return answers.mail_type or NO_CHOICE
        case "at":
            return place_value(AccountRegion(answers.account, answers.region)) if answers.region else ""
    return _shown(getattr(answers, field.path))


def _shown(value: object) -> Value:
    match value:
        case None:
            return ""
        case bool():
            return YES if value else NO
        case tuple():
            return tuple(map(str, value))
        case float():
            return f"{value:g}"
    return str(value)
