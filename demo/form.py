"""A modal's fields as prompts: what to ask, and what is meant by what was typed."""

from typing import Any

from demo.loopback.slack import Json, options_of
from handlers.views.escape import visible

_SEVERAL = ("checkboxes", "multi_static_select")


class NotAnOption(Exception):
    """What was typed is none of the options. The text says which there are."""


def prompt_for(block: Json) -> str:
    """`Website (optional) [https://acme.com]: `, or with the options to choose from."""
    element = block["element"]
    label = visible(block["label"]["text"])
    options = options_of(element)
    offered = " / ".join(f"{number} {_words(option)}" for number, option in enumerate(options, 1))
    several = ", several with commas" if element["type"] in _SEVERAL else ""
    notes = " (optional)" if block.get("optional") else ""
    standing = _standing(element)
    return f"  {label}{notes}{f' – {offered}{several}' if offered else ''}{f' [{standing}]' if standing else ''}: "


def value_from(block: Json, typed: str) -> Any:
    """What to hand in for a field; None leaves what stands there. `NotAnOption` where it is none of the options."""
    typed = typed.strip()
    if not typed:
        return None
    element = block["element"]
    options = options_of(element)
    if not options:
        return typed.replace("\\n", "\n") if element.get("multiline") else typed
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


def _words(option: Json) -> str:
    return visible(option["text"]["text"])
