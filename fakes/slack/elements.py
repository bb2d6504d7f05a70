"""Block Kit's composition objects and elements: texts, options, buttons, menus, fields to fill in.

Source: Slack's Block Kit reference, "Composition objects" and "Block elements", with their limits.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from fakes.slack.schema import Rule, both, fields, flag, items, number, one_of, string, typed, wrong

IDENTIFIER = string(255)


def text(most: int, *kinds: str) -> Rule:
    """A text object of one of `kinds` (plain_text, mrkdwn), of 1 to `most` characters."""
    length = string(most)
    extras: Mapping[str, dict[str, Rule]] = {"plain_text": {"emoji": flag}, "mrkdwn": {"verbatim": flag}}
    return typed({kind: fields({"text": length}, extras[kind]) for kind in kinds})


def plain(most: int) -> Rule:
    """A plain_text object."""
    return text(most, "plain_text")


def any_text(most: int) -> Rule:
    """A text object, plain or mrkdwn."""
    return text(most, "plain_text", "mrkdwn")


CONFIRM = fields(
    {"title": plain(100), "text": any_text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
_ACTION: Mapping[str, Rule] = {"action_id": IDENTIFIER, "confirm": CONFIRM}
_FOCUS: Mapping[str, Rule] = {"focus_on_load": flag}
_HINT: Mapping[str, Rule] = {"placeholder": plain(150)}
_DISPATCH = fields({"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), most=2)}, {})


def _option(words: Rule) -> Rule:
    return fields({"text": words, "value": string(150)}, {"description": words, "url": string(3_000)})


_PLAIN_OPTION = _option(plain(75))
_ANY_OPTION = _option(any_text(75))


def _chosen_is_offered(value: Any, at: str) -> Iterator[str]:
    """What is chosen from the start must be one of the options, exactly."""
    groups = [group.get("options") for group in _array(value.get("option_groups")) if isinstance(group, dict)]
    offered = [option for options in (value.get("options"), *groups) for option in _array(options)]
    if "initial_option" in value and value["initial_option"] not in offered:
        yield wrong("initial_option must exactly match one of the options", f"{at}/initial_option")
    if any(option not in offered for option in _array(value.get("initial_options"))):
        yield wrong("initial_options must exactly match some of the options", f"{at}/initial_options")


def _array(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _options_or_groups(value: Any, at: str) -> Iterator[str]:
    if ("options" in value) == ("option_groups" in value):
        yield wrong("must have either options or option_groups", at)


def _menu(chosen: Mapping[str, Rule]) -> Rule:
    group = fields({"label": plain(75), "options": items(_PLAIN_OPTION, most=100)}, {})
    return both(
        fields(
            {},
            {
                "options": items(_PLAIN_OPTION, most=100),
                "option_groups": items(group, most=100),
                **chosen,
                **_ACTION,
                **_FOCUS,
                **_HINT,
            },
        ),
        _options_or_groups,
        _chosen_is_offered,
    )


def _choice(chosen: Mapping[str, Rule]) -> Rule:
    """Radio buttons and checkboxes."""
    return both(
        fields({"options": items(_ANY_OPTION, most=10)}, {**chosen, **_ACTION, **_FOCUS}),
        _chosen_is_offered,
    )


def _field(extra: Mapping[str, Rule], required: Mapping[str, Rule] | None = None) -> Rule:
    """Something to type into."""
    return fields(
        required or {}, {"action_id": IDENTIFIER, "dispatch_action_config": _DISPATCH, **extra, **_FOCUS, **_HINT}
    )


def _numbers_in_order(value: Any, at: str) -> Iterator[str]:
    """What is given of a number field are numbers, whole ones unless decimals are allowed, in their range."""
    given = {name: value[name] for name in ("min_value", "initial_value", "max_value") if name in value}
    decimals = value.get("is_decimal_allowed") is True
    for name, text in given.items():
        if not isinstance(text, str) or not is_number(text, decimals=decimals):
            yield wrong(f"{name} must be a number", f"{at}/{name}")
            return
    numbers = [float(text) for text in given.values()]
    if numbers != sorted(numbers):
        yield wrong("min_value, initial_value and max_value must be in order", at)


def is_number(text: str, *, decimals: bool) -> bool:
    """Whether a number field takes this text: digits, a minus before them, a fraction where decimals are allowed."""
    whole, _, fraction = text.removeprefix("-").partition(".")
    digits = whole.isascii() and whole.isdigit()
    return digits and ("." not in text or (decimals and fraction.isascii() and fraction.isdigit()))


def _picker(initial: str) -> Rule:
    return fields({}, {initial: string(255), **_ACTION, **_FOCUS, **_HINT})


_LENGTHS: Mapping[str, Rule] = {"min_length": number(0, 3_000), "max_length": number(1, 3_000)}

ELEMENTS: Mapping[str, Rule] = {
    "button": fields(
        {"text": plain(75)},
        {
            "value": string(2_000),
            "url": string(3_000),
            "style": one_of("primary", "danger"),
            "accessibility_label": string(75),
            **_ACTION,
        },
    ),
    "image": fields({"image_url": string(3_000), "alt_text": string(2_000)}, {}),
    "overflow": fields({"options": items(_PLAIN_OPTION, most=5)}, _ACTION),
    "static_select": _menu({"initial_option": _PLAIN_OPTION}),
    "multi_static_select": _menu(
        {"initial_options": items(_PLAIN_OPTION, most=100), "max_selected_items": number(1, 100)}
    ),
    "radio_buttons": _choice({"initial_option": _ANY_OPTION}),
    "checkboxes": _choice({"initial_options": items(_ANY_OPTION, most=10)}),
    "datepicker": _picker("initial_date"),
    "timepicker": _picker("initial_time"),
    "users_select": _picker("initial_user"),
    "channels_select": _picker("initial_channel"),
    "conversations_select": _picker("initial_conversation"),
    "plain_text_input": _field({"multiline": flag, "initial_value": string(3_000), **_LENGTHS}),
    "email_text_input": _field({"initial_value": string(3_000)}),
    "url_text_input": _field({"initial_value": string(3_000)}),
    "number_input": both(
        _field(
            {"initial_value": string(255), "min_value": string(255), "max_value": string(255)},
            required={"is_decimal_allowed": flag},
        ),
        _numbers_in_order,
    ),
}
"""Every element that is played, by its type."""

_CHOOSE = {
    "static_select",
    "radio_buttons",
    "checkboxes",
    "datepicker",
    "timepicker",
    "users_select",
    "channels_select",
    "conversations_select",
}
_TYPE_IN = {"plain_text_input", "email_text_input", "url_text_input", "number_input"}


def _some(kinds: set[str]) -> Rule:
    return typed({kind: ELEMENTS[kind] for kind in sorted(kinds)})


ACTIONS = _some(_CHOOSE | {"button", "overflow"})
"""What an actions block may hold."""
ACCESSORY = _some(_CHOOSE | {"button", "overflow", "multi_static_select", "image"})
"""What may stand beside a section."""
INPUT = _some(_CHOOSE | _TYPE_IN | {"multi_static_select"})
"""What an input block may hold."""
INTERACTIVE = frozenset(_CHOOSE | _TYPE_IN | {"button", "overflow", "multi_static_select"})
"""What sends an interaction, and so has an action_id."""
