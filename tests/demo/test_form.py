"""A form's fields as prompts."""

from typing import Any

import pytest

from demo.form import NotAnOption, prompt_for, value_from


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
        (field("plain_text_input"), "  Label: "),
        (field("plain_text_input", optional=True, initial_value="acme.com"), "  Label (optional) [acme.com]: "),
        (MENU, "  Label – 1 Marketing / 2 Transactional: "),
        (
            field("radio_buttons", "de", initial_option={"text": {"type": "plain_text", "text": "De"}, "value": "de"}),
            "  Label – 1 De [De]: ",
        ),
        (BOXES, "  Label – 1 De / 2 Fr / 3 Uk, several with commas: "),
    ],
)
def test_prompts(block: dict[str, Any], prompt: str) -> None:
    assert prompt_for(block) == prompt


@pytest.mark.parametrize(
    ("block", "typed", "value"),
    [
        (field("plain_text_input"), "  Oak tables ", "Oak tables"),
        (field("plain_text_input"), "", None),
        (field("plain_text_input", multiline=True), "one\\ntwo", "one\ntwo"),
        (MENU, "2", "transactional"),
        (MENU, "MARKETING", "marketing"),
        (BOXES, "1, uk", ["de", "uk"]),
    ],
)
def test_values(block: dict[str, Any], typed: str, value: Any) -> None:
    assert value_from(block, typed) == value


def test_an_option_that_is_none() -> None:
    with pytest.raises(NotAnOption, match="1 Marketing, 2 Transactional"):
        value_from(MENU, "3")
