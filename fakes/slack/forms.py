"""Forms as a person fills them in: what stands in each field, and what Slack itself would not send.

Source: Slack's reference, "View submission payload" (the shapes of `state.values`) and the limits of input elements.
"""

from collections.abc import Mapping
from typing import Any

from fakes.slack.block_kit import is_number
from fakes.slack.state import Json, View

_TYPED_ELEMENTS = {"plain_text_input", "number_input"}


class IncompleteForm(Exception):
    """Slack does not send the form: block_id to what is wrong, in Slack's words."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(f"{block}: {words}" for block, words in errors.items()))
        self.errors = errors


def fill_in(view: View, values: Mapping[str, Any]) -> dict[str, dict[str, Json]]:
    """Returns `state.values`: what was given for each input (by action_id or block_id), or its initial value."""
    names = {name for block in view.inputs for name in (block["block_id"], block["element"]["action_id"])}
    unknown = set(values) - names
    if unknown:
        raise LookupError(f"no such field: {', '.join(sorted(unknown))}; there is {', '.join(sorted(names))}")
    state: dict[str, dict[str, Json]] = {}
    for block in view.inputs:
        element = block["element"]
        action_id = element["action_id"]
        value = values.get(action_id, values.get(block["block_id"]))
        state[block["block_id"]] = {action_id: field_state(element, value)}
    return state


def field_state(element: Json, value: Any) -> Json:
    """Returns one field: text for what is typed, the `value` of an option (or several) for what is chosen; None leaves
    what stands there from the start."""
    kind = element["type"]
    if kind in _TYPED_ELEMENTS:
        return {"type": kind, "value": (element.get("initial_value") if value is None else str(value)) or None}
    if kind == "checkboxes":
        initial = element.get("initial_options", [])
        options = initial if value is None else [_find_option(element, option_value) for option_value in value]
        return {"type": kind, "selected_options": options}
    option = element.get("initial_option") if value is None else _find_option(element, str(value))
    return {"type": kind, "selected_option": option}


def find_complaints(view: View) -> dict[str, str]:
    """Returns what Slack says at the fields before it sends anything: block_id to words."""
    words_by_block = {}
    for block in view.inputs:
        element = block["element"]
        (state,) = view.state[block["block_id"]].values()
        filled = [value for name, value in state.items() if name != "type" and value]
        if not filled and not block.get("optional"):
            words_by_block[block["block_id"]] = "Please complete this required field."
        elif filled and element["type"] in _TYPED_ELEMENTS:
            words = _number_complaint(element, str(filled[0])) or _length_complaint(element, str(filled[0]))
            if words:
                words_by_block[block["block_id"]] = words
    return words_by_block


def options_of(element: Json) -> list[Json]:
    """Returns the options of a menu, of radio buttons or of checkboxes."""
    groups = [option for group in element.get("option_groups", ()) for option in group["options"]]
    return [*element.get("options", ()), *groups]


def _find_option(element: Json, value: str) -> Json:
    for option in options_of(element):
        if option["value"] == value:
            return option
    offered = ", ".join(str(option["value"]) for option in options_of(element))
    raise LookupError(f"no such option: {value}; there is {offered}")


def _number_complaint(element: Json, typed: str) -> str:
    """Returns what Slack says of a number field; nothing of any other."""
    if element["type"] != "number_input":
        return ""
    if not is_number(typed, decimals=element["is_decimal_allowed"]):
        kind = "number" if element["is_decimal_allowed"] else "whole number"
        return f"Please enter a {kind}."
    low, high = element.get("min_value"), element.get("max_value")
    if low is not None and float(typed) < float(low):
        return f"Please enter a number of at least {low}."
    if high is not None and float(typed) > float(high):
        return f"Please enter a number of at most {high}."
    return ""


def _length_complaint(element: Json, typed: str) -> str:
    fewest, most = element.get("min_length", 0), element.get("max_length", 3_000)
    if len(typed) < fewest:
        return f"Please enter at least {fewest} characters."
    if len(typed) > most:
        return f"Please enter no more than {most} characters."
    return ""
