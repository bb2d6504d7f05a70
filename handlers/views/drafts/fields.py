"""The questions of drafts: fields as data, the steps of a request that ask them, and the blocks that they become.

A field is named by the path of the answer that it fills in (`kinds.0.count`): that is its action_id, so that what was
typed and what is remarked on find each other. Its block_id carries the draft's revision too, because Slack keeps what
was typed in a block of the same id when a modal is updated, whatever the new view has as its value. What each step asks
is in `questions.toml`. Source: the fields of AWS's form (PutAccountDetails), and what its reviewers ask for.
"""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeAlias

from handlers.views import blocks as kit
from handlers.views.blocks import Block, Element
from handlers.views.escape import make_lines_visible, make_visible
from handlers.views.limits import OPTION_TEXT, cut
from model import AccountRegion
from model.request import Answers, MailKind

INPUT = 3_000
"""Characters that a text field takes (Block Kit, plain_text_input)."""
_RADIO = 4
"""Choices up to this number are radio buttons; more are a menu."""
_MOST_EARLIER = 1_000
_QUESTIONS: Mapping[str, Sequence[Mapping[str, Any]]] = tomllib.loads(
    Path(__file__).with_name("questions.toml").read_text(encoding="utf-8")
)

Value: TypeAlias = str | tuple[str, ...]
"""What is in a field: text, a number as text, the value of a choice, or the values of several ticks."""


class Kind(StrEnum):
    TEXT = "text"
    LINES = "lines"
    WHOLE_NUMBER = "whole_number"
    NUMBER = "number"
    CHOICE = "choice"
    TICKS = "ticks"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several answers to choose from. `value` is ours."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class InputField:
    """One question. `most` characters fit; `example` is shown in an empty field; `choices` are for CHOICE and TICKS."""

    path: str
    label: str
    kind: Kind = Kind.TEXT
    hint: str = ""
    most: int = INPUT
    example: str = ""
    choices: tuple[Choice, ...] = ()


def questions(table: str, prefix: str = "") -> tuple[InputField, ...]:
    """Returns the questions of a table of `questions.toml`; `prefix` begins their paths."""
    return tuple(_parse_question(question, prefix) for question in _QUESTIONS[table])


def _parse_question(question: Mapping[str, Any], prefix: str) -> InputField:
    return InputField(
        path=prefix + question["path"],
        label=question["label"],
        kind=Kind(question.get("kind", Kind.TEXT)),
        hint=question.get("hint", ""),
        most=question.get("most", INPUT),
        example=question.get("example", ""),
        choices=tuple(Choice(value, label) for value, label in question.get("choices", ())),
    )


def short_labels(*tables: str) -> Mapping[str, str]:
    """Returns what remarks call the answers to the questions of some tables, by path."""
    questions_asked = (question for table in tables for question in _QUESTIONS[table])
    return {question["path"]: question["short"] for question in questions_asked if "short" in question}


def input_blocks(
    field: InputField, value: Value, revision: int, *, required: Collection[str], earlier: Mapping[str, str]
) -> list[Block]:
    """Returns the field as an input block that holds `value`; under it, what was written where the old question was
    another."""
    block: Block = {
        "type": "input",
        "block_id": f"{field.path}#{revision}",
        "label": kit.plain_text(field.label),
        "optional": field.path not in required,
        "element": _input_element(field, value),
    }
    if field.hint:
        block["hint"] = kit.plain_text(field.hint)
    return [block, *earlier_blocks(earlier.get(field.path, ""))]


def earlier_blocks(text: str) -> list[Block]:
    """Returns what was written when the question was another; nothing where the text is empty."""
    return [kit.context(f"You wrote: {make_lines_visible(cut(text, _MOST_EARLIER))}")] if text else []


def path_of(block_id: str) -> str:
    """Returns the path that an input block fills in."""
    return block_id.partition("#")[0]


def _input_element(field: InputField, value: Value) -> Element:
    match field.kind:
        case Kind.TICKS:
            return _ticks_element(field, value if isinstance(value, tuple) else ())
        case Kind.CHOICE:
            return _choice_element(field, value if isinstance(value, str) else "")
    text = value if isinstance(value, str) else ""
    if field.kind in (Kind.WHOLE_NUMBER, Kind.NUMBER):
        element: Element = {"type": "number_input", "is_decimal_allowed": field.kind is Kind.NUMBER}
    else:
        multiline = field.kind is Kind.LINES
        element = {"type": "plain_text_input", "multiline": multiline, "max_length": field.most}
    element["action_id"] = field.path
    if field.example:
        element["placeholder"] = kit.plain_text(field.example)
    return element | {"initial_value": text[: field.most]} if text else element


def _choice_element(field: InputField, value: str) -> Element:
    options = [_choice_option(choice) for choice in field.choices]
    chosen = next((option for option in options if option["value"] == value), None)
    kind = "radio_buttons" if len(options) <= _RADIO else "static_select"
    element: Element = {"type": kind, "action_id": field.path, "options": options}
    return element | {"initial_option": chosen} if chosen else element


def _ticks_element(field: InputField, values: Sequence[str]) -> Element:
    options = [_choice_option(choice) for choice in field.choices]
    chosen = [option for option in options if option["value"] in values]
    element: Element = {"type": "checkboxes", "action_id": field.path, "options": options}
    return element | {"initial_options": chosen} if chosen else element


def _choice_option(choice: Choice) -> Element:
    return {"text": kit.plain_text(cut(make_visible(choice.label), OPTION_TEXT)), "value": choice.value}


BUSINESS, OPT_IN, BOUNCES = "business", "opt_in", "bounces"
MAIL = "mail."
"""Followed by the number of the kind of mail: `mail.0`."""
MOST_KINDS = 5
AT = "at"
"""The field that fills in `account` and `region`."""
YES, NO = "yes", "no"
NO_CHOICE = "-"
_MOST_ACCOUNT_REGIONS = 99
_TITLES = {BUSINESS: "Your business", OPT_IN: "How people sign up", BOUNCES: "Bounces, and an example"}


def steps_of(answers: Answers) -> tuple[str, ...]:
    """Returns the steps in order: a step for each kind of mail, at least one."""
    kinds = (f"{MAIL}{at}" for at in range(max(1, min(len(answers.kinds), MOST_KINDS))))
    return (BUSINESS, *kinds, OPT_IN, BOUNCES)


def step_title(step: str, answers: Answers) -> str:
    """Returns such as "Step 2 of 4 · Your mail, kind 1 of 2"."""
    number = {BUSINESS: 1, OPT_IN: 3, BOUNCES: 4}.get(step, 2)
    kinds = max(1, len(answers.kinds))
    at = kind_number(step) + 1
    title = _TITLES.get(step) or ("Your mail" if max(kinds, at) == 1 else f"Your mail, kind {at} of {max(kinds, at)}")
    return f"Step {number} of 4 · {title}"


def kind_number(step: str) -> int:
    """Returns which kind of mail a step is about, from 0; -1 for none."""
    digits = step.removeprefix(MAIL) if step.startswith(MAIL) else ""
    return int(digits) if digits.isascii() and digits.isdigit() and int(digits) < MOST_KINDS else -1


def step_of(path: str) -> str:
    """Returns the step that asks for the answer of a path."""
    if path.startswith("kinds."):
        return f"{MAIL}{path.split('.')[1]}"
    asking = (step for step in (OPT_IN, BOUNCES) if path in (field.path for field in questions(step)))
    return next(asking, BUSINESS)


def fields_of(step: str, account_regions: Sequence[AccountRegion], chosen: AccountRegion) -> tuple[InputField, ...]:
    """Returns the fields of a step. `account_regions` are the accounts and regions to choose from, `chosen` the one
    that is chosen."""
    if step == BUSINESS:
        return (*questions(BUSINESS), *account_region_fields(account_regions, chosen))
    if step in (OPT_IN, BOUNCES):
        return questions(step)
    number = kind_number(step)
    return questions("mail", f"kinds.{number}.") if number >= 0 else ()


def account_region_fields(account_regions: Sequence[AccountRegion], chosen: AccountRegion) -> tuple[InputField, ...]:
    """Returns a menu of the account regions that are watched and a field for another region, or two fields to type
    into."""
    known = list(dict.fromkeys([*account_regions, *([chosen] if chosen.region else [])]))
    if not account_regions or len(known) > _MOST_ACCOUNT_REGIONS:
        return questions("place")
    choices = (
        Choice(NO_CHOICE, "None of these"),
        *(Choice(account_region_value(choice), account_region_label(choice)) for choice in known),
    )
    menu, other_region = questions("menu")
    return (replace(menu, choices=choices), other_region)


def account_region_value(account_region: AccountRegion) -> str:
    """Returns an account and region in one word for an option's value: `eu-west-1 main`."""
    return f"{account_region.region} {account_region.account}"


def account_region_label(account_region: AccountRegion) -> str:
    return f"{account_region.account}, {account_region.region}" if account_region.account else account_region.region


def value_of(answers: Answers, field: InputField) -> Value:
    """Returns what a field holds: the answer given before."""
    if field.path.startswith("kinds."):
        _, number, name = field.path.split(".")
        kind = answers.kinds[int(number)] if int(number) < len(answers.kinds) else MailKind()
        return _format_value(getattr(kind, name))
    match field.path:
        case "contacts":
            return "\n".join(answers.contacts)
        case "mail_type":
            return answers.mail_type or NO_CHOICE
        case "at":
            return account_region_value(AccountRegion(answers.account, answers.region)) if answers.region else ""
    return _format_value(getattr(answers, field.path))


def _format_value(value: object) -> Value:
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
