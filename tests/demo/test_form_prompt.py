"""A form's fields as prompts."""

from typing import Any

import pytest

from demo.form_prompt import NotAnOption, format_prompt, parse_value


def field(kind: str, *options: str, optional: bool = False, **more: Any) -> dict[str, Any]:
    element: dict[str, Any] = {"type": kind, "action_id": "a", **more}
    if options:
        element["options"] = [{"text": {"type": "plain_text", "text": name.title()}, "value": name} for name in options]
    return {
        "type": "input",
        "block_id": "b",
        "label": {"type": "plain_text", "text": "Label"},
        "element": element,
        "optional": optional,
    }


MENU = field("static_select", "marketing", "transactional")
BOXES = field("checkboxes", "de", "fr", "uk")


@pytest.mark.parametrize(
    ("block", "prompt"),
    [
        (field("plain_text_input"), "  2. Label *: "),
        (field("plain_text_input", optional=True, initial_value="acme.com"), "  2. Label [acme.com]: "),
        (field("plain_text_input", initial_value="x" * 99), f"  2. Label * [{'x' * 60}…]: "),
        (MENU, "  2. Label * – 1 Marketing / 2 Transactional: "),
        (
            field("radio_buttons", "de", initial_option={"text": {"type": "plain_text", "text": "De"}, "value": "de"}),
            "  2. Label * – 1 De [De]: ",
        ),
        (BOXES, "  2. Label * – 1 De / 2 Fr / 3 Uk, several with commas: "),
    ],
)
def test_prompts(block: dict[str, Any], prompt: str) -> None:
    assert format_prompt(block, 2) == prompt


@pytest.mark.parametrize(
    ("block", "given", "shown"),
    [
        (field("plain_text_input", initial_value="acme.com"), "acme.org", "[acme.org]"),
        (MENU, "transactional", "[Transactional]"),
        (BOXES, ["de", "uk"], "[De, Uk]"),
    ],
)
def test_what_was_given_stands_in_the_prompt(block: dict[str, Any], given: Any, shown: str) -> None:
    assert shown in format_prompt(block, 1, given)


@pytest.mark.parametrize(
    ("block", "typed", "value"),
    [
        (field("plain_text_input"), "  Oak tables ", "Oak tables"),
        (field("plain_text_input"), "Oak\ntables", "Oak tables"),
        (field("plain_text_input"), "", None),
        (field("plain_text_input", multiline=True), "one\\ntwo", "one\ntwo"),
        (MENU, "2", "transactional"),
        (MENU, "MARKETING", "marketing"),
        (BOXES, "1, uk", ["de", "uk"]),
    ],
)
def test_values(block: dict[str, Any], typed: str, value: Any) -> None:
    assert parse_value(block, typed) == value


def test_an_option_that_is_none() -> None:
    with pytest.raises(NotAnOption, match="1 Marketing, 2 Transactional"):
        parse_value(MENU, "3")


NUMBER = field("number_input", is_decimal_allowed=False)


@pytest.mark.parametrize(("typed", "value"), [("6,400", "6400"), (" 12 ", "12"), ("", None)])
def test_a_number_is_typed_as_people_type_it(typed: str, value: str | None) -> None:
    assert parse_value(NUMBER, typed) == value


@pytest.mark.parametrize("typed", ["many", "1.5", "12 or so"])
def test_what_is_no_number_is_asked_for_again(typed: str) -> None:
    with pytest.raises(NotAnOption, match="digits"):
        parse_value(NUMBER, typed)
    assert parse_value(field("number_input", is_decimal_allowed=True), "1.5") == "1.5"
