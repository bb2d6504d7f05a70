"""The fields of a modal as data, and the blocks that they become.

A field is named by the path of the answer that it fills in (`kinds.0.count`): that is its action_id, so that what was
typed and what is remarked on find each other. Its block_id carries the draft's revision too, because Slack keeps what
was typed in a block of the same id when a modal is updated, whatever the new view has as its value.
"""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeAlias

from handlers.views import blocks as kit
from handlers.views.blocks import Element
from handlers.views.escape import visible, visible_lines
from handlers.views.limits import OPTION_TEXT, cut
from handlers.views.message import Block

INPUT = 3_000
"""Characters that a text field takes (Block Kit, plain_text_input)."""
_RADIO = 4
"""Choices up to this number are radio buttons; more are a menu."""
_WROTE = 1_000
_QUESTIONS: Mapping[str, Sequence[Mapping[str, Any]]] = tomllib.loads(
    Path(__file__).with_name("questions.toml").read_text(encoding="utf-8")
)

Value: TypeAlias = str | tuple[str, ...]
"""What is in a field: text, a number as text, the value of a choice, or the values of several ticks."""


class Kind(StrEnum):
    """How a field is answered."""

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
    """The questions of a table of `questions.toml`; `prefix` begins their paths."""
    return tuple(_question(one, prefix) for one in _QUESTIONS[table])


def _question(one: Mapping[str, Any], prefix: str) -> InputField:
    choices = tuple(Choice(value, label) for value, label in one.get("choices", ()))
    return InputField(
        path=prefix + one["path"],
        label=one["label"],
        kind=Kind(one.get("kind", Kind.TEXT)),
        hint=one.get("hint", ""),
        most=one.get("most", INPUT),
        example=one.get("example", ""),
        choices=choices,
    )


def short_labels(*tables: str) -> Mapping[str, str]:
    """What remarks call the answers to the questions of some tables, by path."""
    return {one["path"]: one["short"] for table in tables for one in _QUESTIONS[table] if "short" in one}


def input_blocks(
    field: InputField, value: Value, revision: int, *, required: Collection[str], earlier: Mapping[str, str]
) -> list[Block]:
    """The field as an input block that holds `value`; under it, what was written where the old question was another."""
    block: Block = {
        "type": "input",
        "block_id": f"{field.path}#{revision}",
        "label": kit.plain(field.label),
        "optional": field.path not in required,
        "element": _element(field, value),
    }
    if field.hint:
        block["hint"] = kit.plain(field.hint)
    wrote = earlier.get(field.path, "")
    return [block, *([you_wrote(wrote)] if wrote else [])]


def you_wrote(text: str) -> Block:
    """What was written before, beside the question of today."""
    return kit.context(kit.plain(f"You wrote: {visible_lines(cut(text, _WROTE))}"))


def path_of(block_id: str) -> str:
    """The path that an input block fills in."""
    return block_id.partition("#")[0]


def _element(field: InputField, value: Value) -> Element:
    match field.kind:
        case Kind.TICKS:
            return _ticks(field, value if isinstance(value, tuple) else ())
        case Kind.CHOICE:
            return _chooser(field, value if isinstance(value, str) else "")
    text = value if isinstance(value, str) else ""
    if field.kind in (Kind.WHOLE_NUMBER, Kind.NUMBER):
        element: Element = {"type": "number_input", "is_decimal_allowed": field.kind is Kind.NUMBER}
    else:
        multiline = field.kind is Kind.LINES
        element = {"type": "plain_text_input", "multiline": multiline, "max_length": field.most}
    element["action_id"] = field.path
    if field.example:
        element["placeholder"] = kit.plain(field.example)
    return element | {"initial_value": text[: field.most]} if text else element


def _chooser(field: InputField, value: str) -> Element:
    options = [_option(choice) for choice in field.choices]
    chosen = next((option for option in options if option["value"] == value), None)
    kind = "radio_buttons" if len(options) <= _RADIO else "static_select"
    element: Element = {"type": kind, "action_id": field.path, "options": options}
    return element | {"initial_option": chosen} if chosen else element


def _ticks(field: InputField, values: Sequence[str]) -> Element:
    options = [_option(choice) for choice in field.choices]
    chosen = [option for option in options if option["value"] in values]
    element: Element = {"type": "checkboxes", "action_id": field.path, "options": options}
    return element | {"initial_options": chosen} if chosen else element


def _option(choice: Choice) -> Element:
    return {"text": kit.plain(cut(visible(choice.label), OPTION_TEXT)), "value": choice.value}
