"""Rules for JSON as Slack states them: what a value must look like, and what is said of it when it does not.

A rule is a function of a value and its JSON pointer (RFC 6901) that yields complaints in the form of Slack's
`response_metadata.messages`. `block_kit` builds Slack's reference from these.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

Rule: TypeAlias = Callable[[Any, str], Iterator[str]]


def complaint(why: str, at: str) -> str:
    """Returns one complaint: `must be less than 3001 characters [json-pointer:/blocks/0/text/text]`."""
    return f"{why} [json-pointer:{at}]"


def string(max_length: int, *, min_length: int = 1) -> Rule:
    """Requires a string of `min_length` to `max_length` characters."""

    def rule(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield complaint("must provide a string", at)
        elif len(value) > max_length:
            yield complaint(f"must be less than {max_length + 1} characters", at)
        elif len(value) < min_length:
            yield complaint(f"must be more than {min_length - 1} characters", at)

    return rule


def flag(value: Any, at: str) -> Iterator[str]:
    """Requires true or false."""
    if not isinstance(value, bool):
        yield complaint("must provide a boolean", at)


def number(low: int, high: int) -> Rule:
    """Requires an integer from `low` to `high`."""

    def rule(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield complaint("must provide an integer", at)
        elif not low <= value <= high:
            yield complaint(f"must be between {low} and {high}", at)

    return rule


def any_number(value: Any, at: str) -> Iterator[str]:
    """Requires a number, whole or not, that JSON can hold."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        yield complaint("must provide a number", at)


def one_of(*allowed: str | int) -> Rule:
    """Requires one of a few values."""

    def rule(value: Any, at: str) -> Iterator[str]:
        if isinstance(value, bool) or value not in allowed:
            yield complaint("must be a valid enum value", at)

    return rule


def items(rule: Rule, *, max_items: int, min_items: int = 1) -> Rule:
    """Requires an array, each item of which follows `rule`."""

    def array(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield complaint("must provide an array", at)
            return
        if len(value) > max_items:
            yield complaint(f"no more than {max_items} items allowed", at)
        if len(value) < min_items:
            yield complaint(f"no fewer than {min_items} items allowed", at)
        for index, item in enumerate(value):
            yield from rule(item, f"{at}/{index}")

    return array


def fields(required: Mapping[str, Rule], optional: Mapping[str, Rule]) -> Rule:
    """Requires an object with these fields and no others, beside `type`."""

    def rule(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield complaint("must provide an object", at)
            return
        for name in required:
            if value.get(name) is None:
                yield complaint(f"missing required field: {name}", at)
        for name, field in value.items():
            check = required.get(name) or optional.get(name)
            if check and field is not None:
                yield from check(field, f"{at}/{name}")
            elif not check and name != "type":
                yield complaint(f"invalid additional property: {name}", at)

    return rule


def typed(kinds: Mapping[str, Rule]) -> Rule:
    """Requires an object whose `type` decides which rule holds."""

    def rule(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield complaint("must provide an object", at)
        elif "type" not in value:
            yield complaint("missing required field: type", at)
        elif not isinstance(value["type"], str) or value["type"] not in kinds:
            yield complaint(f"unsupported type: {value['type']}", f"{at}/type")
        else:
            yield from kinds[value["type"]](value, at)

    return rule


def all_of(*rules: Rule) -> Rule:
    """Requires all of the rules."""

    def rule(value: Any, at: str) -> Iterator[str]:
        for each_rule in rules:
            yield from each_rule(value, at)

    return rule
