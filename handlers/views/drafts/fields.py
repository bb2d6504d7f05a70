"""The fields of a modal as data, and the input blocks that they become.

A field is named by the path of the answer that it fills in (`streams.0.trigger`): that is its action_id, so that what
was typed and what is remarked on find each other. Its block_id carries the draft's revision too, because Slack keeps
what was typed in a block of the same id when a modal is updated, whatever the new view says stands there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.views import blocks as kit
from handlers.views.blocks import Element
from handlers.views.escape import visible
from handlers.views.limits import OPTION_TEXT, cut
from handlers.views.message import Block

INPUT = 3_000
"""Characters that a text field takes (Block Kit, plain_text_input)."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several answers to choose from. `value` is ours."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `most` characters fit; `choices` makes it a choice, of a menu when there are many."""

    path: str
    label: str
    hint: str = ""
    optional: bool = False
    multiline: bool = False
    most: int = INPUT
    example: str = ""
    choices: tuple[Choice, ...] = ()


def input_block(field: Field, value: str, revision: int) -> Block:
    """The field as an input block in which `value` stands."""
    block: Block = {
        "type": "input",
        "block_id": f"{field.path}#{revision}",
        "label": kit.plain(field.label),
        "optional": field.optional,
        "element": _chooser(field, value) if field.choices else _typed(field, value),
    }
    return block | {"hint": kit.plain(field.hint)} if field.hint else block


def path_of(block_id: str) -> str:
    """The path that an input block fills in."""
    return block_id.partition("#")[0]


def _typed(field: Field, value: str) -> Element:
    element: Element = {
        "type": "plain_text_input",
        "action_id": field.path,
        "multiline": field.multiline,
        "max_length": field.most,
    }
    if field.example:
        element["placeholder"] = kit.plain(field.example)
    if value:
        element["initial_value"] = value[: field.most]
    return element


def _chooser(field: Field, value: str) -> Element:
    options = [_option(choice) for choice in field.choices]
    chosen = next((option for option in options if option["value"] == value), None)
    kind = "radio_buttons" if len(options) <= 4 else "static_select"
    element: Element = {"type": kind, "action_id": field.path, "options": options}
    return element | {"initial_option": chosen} if chosen else element


def _option(choice: Choice) -> Element:
    return {"text": kit.plain(cut(visible(choice.label), OPTION_TEXT)), "value": choice.value}


def paths(fields: Sequence[Field]) -> tuple[str, ...]:
    """What these fields fill in."""
    return tuple(field.path for field in fields)
