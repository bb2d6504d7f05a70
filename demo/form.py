"""A modal's fields as prompts: what to ask, and what is meant by what was typed."""

import copy
from collections.abc import Mapping
from typing import Any

from fakes.slack import Json, options_of
from handlers.views.escape import visible

BLOCK_END = "<<"
"""A line that says this begins and ends an answer of several lines."""
_SEVERAL = ("checkboxes", "multi_static_select")
_LONGEST = 60
"""Characters shown of what stands in a field."""


class NotAnOption(Exception):
    """What was typed is none of the options. The text says which there are."""


def label_of(block: Json) -> str:
    """What a field is called."""
    return visible(block["label"]["text"])


def is_text(block: Json) -> bool:
    """Whether it is typed into, and not chosen from."""
    return not options_of(block["element"])


def prompt_for(block: Json, number: int, given: Any = None) -> str:
    """`2. Website * [https://acme.com]: `, or with the options to choose from; `given` is what was typed before."""
    element = block["element"]
    options = options_of(element)
    offered = " / ".join(f"{place} {_words(option)}" for place, option in enumerate(options, 1))
    several = ", several with commas" if element["type"] in _SEVERAL else ""
    mark = "" if block.get("optional") else " *"
    standing = _standing(element) if given is None else _given(options, given)
    shown = f" [{_short(standing)}]" if standing else ""
    return f"  {number}. {label_of(block)}{mark}{f' – {offered}{several}' if offered else ''}{shown}: "


def filled(content: Json, given: Mapping[str, Any]) -> Json:
    """A modal with what was given in its fields, to be drawn."""
    view = copy.deepcopy(content)
    for block in view["blocks"]:
        if block["type"] != "input" or block["block_id"] not in given:
            continue
        element, value = block["element"], given[block["block_id"]]
        chosen = [option for option in options_of(element) if option["value"] in value]
        if element["type"] in _SEVERAL:
            element["initial_options"] = chosen
        elif chosen:
            element["initial_option"] = next(option for option in chosen if option["value"] == value)
        else:
            element["initial_value"] = value
    return view


def value_from(block: Json, typed: str) -> Any:
    """What to hand in for a field; None leaves what stands there. `NotAnOption` where it is none of the options."""
    typed = typed.strip()
    if not typed:
        return None
    element = block["element"]
    options = options_of(element)
    if not options:
        return typed.replace("\\n", "\n") if element.get("multiline") else " ".join(typed.split())
    if element["type"] in _SEVERAL:
        return [_chosen(options, one) for one in typed.split(",")]
    return _chosen(options, typed)


def _chosen(options: list[Json], typed: str) -> str:
    """An option by its number, its words or its value."""
    wanted = typed.strip().casefold()
    for number, option in enumerate(options, 1):
        if wanted in (str(number), _words(option).casefold(), str(option["value"]).casefold()):
            return str(option["value"])
    raise NotAnOption(f"Choose one of {', '.join(f'{n} {_words(option)}' for n, option in enumerate(options, 1))}.")


def _standing(element: Json) -> str:
    """What stands in a field from the start."""
    chosen = [element.get("initial_option"), *element.get("initial_options", ())]
    typed = next((value for name, value in element.items() if name.startswith("initial_") and value), "")
    words = ", ".join(_words(option) for option in chosen if option)
    return words or (visible(typed) if isinstance(typed, str) else "")


def _given(options: list[Json], given: Any) -> str:
    """What was typed or chosen, in words."""
    if not options:
        return visible(str(given))
    wanted = given if isinstance(given, list) else [given]
    return ", ".join(_words(option) for option in options if option["value"] in wanted)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _words(option: Json) -> str:
    return visible(option["text"]["text"])
