"""The steps of a request: the business, each kind of mail, opting in, bounces and an example.

The second step is a modal for each kind of mail, up to five: `mail.0`, `mail.1`, … What each step asks is in
`questions.toml`. Source: the fields of AWS's form (PutAccountDetails), and what its reviewers ask for when they want
details.
"""

from collections.abc import Sequence
from dataclasses import replace

from handlers.views.drafts.fields import Choice, InputField, Value, questions
from model import AccountRegion
from model.request import Answers, MailKind

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
    asking = (step for step in (OPT_IN, BOUNCES) if path in (field.path for field in questions(step)))
    return next(asking, BUSINESS)


def fields_of(step: str, places: Sequence[AccountRegion], chosen: AccountRegion) -> tuple[InputField, ...]:
    """The fields of a step. `places` are the accounts and regions to choose from, `chosen` the one that is chosen."""
    if step == BUSINESS:
        return (*questions(BUSINESS), *place_fields(places, chosen))
    if step in (OPT_IN, BOUNCES):
        return questions(step)
    number = kind_number(step)
    return questions("mail", f"kinds.{number}.") if number >= 0 else ()


def place_fields(places: Sequence[AccountRegion], chosen: AccountRegion) -> tuple[InputField, ...]:
    """A menu of the accounts and regions that are watched, with a field for another region; or two fields to type
    into."""
    known = list(dict.fromkeys([*places, *([chosen] if chosen.region else [])]))
    if not places or len(known) > _MOST_PLACES:
        return questions("place")
    choices = (Choice(NO_CHOICE, "None of these"), *(Choice(place_value(one), place_label(one)) for one in known))
    menu, other_region = questions("menu")
    return (replace(menu, choices=choices), other_region)


def place_value(place: AccountRegion) -> str:
    """An account and region in one word for an option's value: `eu-west-1 main`."""
    return f"{place.region} {place.account}"


def place_label(place: AccountRegion) -> str:
    return f"{place.account}, {place.region}" if place.account else place.region


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
