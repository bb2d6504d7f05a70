"""Which blocks and modals the play Slack takes, by Slack's Block Kit reference; each refusal with its pointer."""

from typing import Any

import pytest

from fakes.slack.block_kit import (
    MESSAGE_SIZE,
    message_complaints,
    message_size,
    update_complaints,
    view_complaints,
)


def plain(text: str = "x", **more: Any) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, **more}


def mrkdwn(text: str = "x", **more: Any) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text, **more}


def button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain("Press"), "action_id": "press", **more}


def number(**more: Any) -> dict[str, Any]:
    element = {"type": "number_input", "action_id": "a", "is_decimal_allowed": False, **more}
    return {"type": "input", "label": plain(), "element": element}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def field(**more: Any) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": "typed"}
    return {"type": "input", "label": plain("Name"), "element": element | more}


def option(value: str = "one", words: str = "One") -> dict[str, Any]:
    return {"text": plain(words), "value": value}


def menu(**more: Any) -> dict[str, Any]:
    return {"type": "static_select", "action_id": "menu", "options": [option()], **more}


def rich(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": list(elements)}


def piece(kind: str, *runs: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": kind, "elements": list(runs), **more}


def said(text: str = "x", **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": text, **more}


def section(**more: Any) -> dict[str, Any]:
    return {"type": "section", **more}


def task(number: int = 1, **more: Any) -> dict[str, Any]:
    return {"type": "task_card", "task_id": f"task_{number}", "title": "Ask", "status": "complete", **more}


def plan(*tasks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "plan", "title": "Submit", "tasks": list(tasks), **more}


TAKEN = {
    "a section": section(text=mrkdwn("x" * 3_000)),
    "a section of fields": section(fields=[mrkdwn("y" * 2_000)] * 10),
    "a section with a button": section(text=plain(), accessory=button(value="v" * 2_000, style="danger")),
    "verbatim mrkdwn": section(text=mrkdwn(verbatim=True)),
    "a header": {"type": "header", "text": plain("h" * 150, emoji=False)},
    "a divider with an id": {"type": "divider", "block_id": "b" * 255},
    "a context of ten": {"type": "context", "elements": [mrkdwn()] * 10},
    "25 buttons": actions(*(button(action_id=f"a{n}") for n in range(25))),
    "a link button": actions(button(url="https://example.com/")),
    "an input": field(multiline=True, max_length=3_000),
    "a menu": section(text=plain(), accessory=menu(initial_option=option())),
    "preformatted text": rich(piece("rich_text_preformatted", said("v=spf1 -all"), border=0)),
    "a styled run": rich(piece("rich_text_section", said(style={"bold": True, "code": True}))),
    "a list": rich(piece("rich_text_list", piece("rich_text_section", said()), style="ordered", indent=1)),
    "a plan of tasks": plan(task(), task(2, status="pending"), block_id="one"),
    "a task with output": task(output=rich(piece("rich_text_section", said("AWS has it.")))),
    "a quote with a link": rich(piece("rich_text_quote", {"type": "link", "url": "https://example.com/"})),
}


@pytest.mark.parametrize("block", TAKEN.values(), ids=TAKEN.keys())
def test_takes(block: dict[str, Any]) -> None:
    assert message_complaints([block]) == []


REFUSED: dict[str, tuple[Any, str]] = {
    "no block": ("text", "must provide an object [json-pointer:/blocks/0]"),
    "no type": ({"text": plain()}, "missing required field: type [json-pointer:/blocks/0]"),
    "an unknown block": ({"type": "sekction"}, "unsupported type: sekction [json-pointer:/blocks/0/type]"),
    "a type that is no string": ({"type": ["section"]}, "unsupported type: ['section'] [json-pointer:/blocks/0/type]"),
    "an unknown property": (section(text=plain(), color="red"), "invalid additional property: color"),
    "an empty section": (section(), "missing required field: text [json-pointer:/blocks/0]"),
    "a section over 3,000": (
        section(text=mrkdwn("x" * 3_001)),
        "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    ),
    "an empty text": (section(text=mrkdwn("")), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    "a text that is a string": (section(text="x"), "must provide an object [json-pointer:/blocks/0/text]"),
    "a field over 2,000": (section(fields=[plain("x" * 2_001)]), "[json-pointer:/blocks/0/fields/0/text]"),
    "eleven fields": (section(fields=[plain()] * 11), "no more than 10 items allowed [json-pointer:/blocks/0/fields]"),
    "emoji in mrkdwn": (section(text=mrkdwn(emoji=True)), "invalid additional property: emoji"),
    "verbatim in plain_text": (section(text=plain(verbatim=True)), "invalid additional property: verbatim"),
    "mrkdwn in a header": ({"type": "header", "text": mrkdwn()}, "unsupported type: mrkdwn"),
    "a header over 150": ({"type": "header", "text": plain("h" * 151)}, "must be less than 151 characters"),
    "a context of eleven": ({"type": "context", "elements": [plain()] * 11}, "no more than 10 items allowed"),
    "an empty context": ({"type": "context", "elements": []}, "no fewer than 1 items allowed"),
    "a button in a context": ({"type": "context", "elements": [button()]}, "unsupported type: button"),
    "26 buttons": (actions(*(button(action_id=f"a{n}") for n in range(26))), "no more than 25 items allowed"),
    "no buttons": (actions(), "no fewer than 1 items allowed"),
    "an unknown element": (actions({"type": "lever"}), "unsupported type: lever"),
    "a button without text": (actions({"type": "button", "action_id": "a"}), "missing required field: text"),
    "mrkdwn on a button": (actions(button(text=mrkdwn())), "unsupported type: mrkdwn"),
    "a button's text over 75": (actions(button(text=plain("x" * 76))), "must be less than 76 characters"),
    "a button's value over 2,000": (actions(button(value="x" * 2_001)), "must be less than 2001 characters"),
    "an empty value": (actions(button(value="")), "must be more than 0 characters"),
    "11 checkboxes": (
        actions({"type": "checkboxes", "options": [option(str(n)) for n in range(11)]}),
        "no more than 10 items allowed",
    ),
    "a number field without is_decimal_allowed": (number(is_decimal_allowed=None), "field: is_decimal_allowed"),
    "a number that is none": (number(initial_value="many"), "initial_value must be a number"),
    "a number that is no string": (number(initial_value=5), "initial_value must be a number"),
    "a decimal where none is allowed": (number(initial_value="1.5"), "initial_value must be a number"),
    "a number out of its range": (number(min_value="5", initial_value="4"), "must be in order"),
    "an empty initial value": (number(initial_value=""), "must be more than 0 characters"),
    "an action_id over 255": (actions(button(action_id="x" * 256)), "must be less than 256 characters"),
    "a style unknown": (actions(button(style="warning")), "must be a valid enum value"),
    "one action_id twice": (actions(button(), button()), '`action_id` "press" already exists'),
    "a text input among buttons": (actions({"type": "plain_text_input"}), "unsupported type: plain_text_input"),
    "a button as input": ({"type": "input", "label": plain(), "element": button()}, "unsupported type: button"),
    "an input without label": ({"type": "input", "element": menu()}, "missing required field: label"),
    "a menu without options": (actions({"type": "static_select"}), "must have either options or option_groups"),
    "an option over 75": (actions(menu(options=[option(words="x" * 76)])), "must be less than 76 characters"),
    "a choice not offered": (actions(menu(initial_option=option("two"))), "initial_option must exactly match"),
    "rich text without pieces": (rich(), "no fewer than 1 items allowed"),
    "a bare run in rich text": (rich(said()), "unsupported type: text"),
    "an empty run": (rich(piece("rich_text_section", said(""))), "must be more than 0 characters"),
    "mrkdwn in rich text": (rich(piece("rich_text_section", mrkdwn())), "unsupported type: mrkdwn"),
    "a style in rich text": (rich(piece("rich_text_section", said(style={"red": True}))), "property: red"),
    "a mention in preformatted text": (
        rich(piece("rich_text_preformatted", {"type": "broadcast", "range": "here"})),
        "unsupported type: broadcast",
    ),
    "a list in a section": (rich(piece("rich_text_section", piece("rich_text_list"))), "unsupported type"),
    "a task without an id": (plan(task(task_id=None)), "missing required field: task_id"),
    "a task of an unknown status": (task(status="done"), "must be a valid enum value"),
    "a task with plain output": (task(output=plain()), "unsupported type: plain_text"),
    "a task with two outputs": (
        task(output=rich(piece("rich_text_section", said()), piece("rich_text_section", said()))),
        "output must have exactly one element",
    ),
    "a task id twice": (plan(task(), task()), "task_id must be unique in a plan"),
    "a plan without title": (plan(task(), title=None), "missing required field: title"),
    "a plan of sections": (plan(section(text=plain())), "unsupported type: section"),
    "a list of texts": (rich(piece("rich_text_list", said(), style="bullet")), "unsupported type: text"),
}


@pytest.mark.parametrize(("block", "complaint"), REFUSED.values(), ids=REFUSED.keys())
def test_refuses(block: Any, complaint: str) -> None:
    assert any(complaint in said for said in message_complaints([block])), message_complaints([block])


def test_a_message_takes_fifty_blocks() -> None:
    assert message_complaints([{"type": "divider"}] * 50) == []
    assert message_complaints([{"type": "divider"}] * 51) == ["no more than 50 items allowed [json-pointer:/blocks]"]


def test_a_block_id_stands_once_in_a_message() -> None:
    twice = {"type": "divider", "block_id": "same"}
    (complaint,) = message_complaints([twice, {"type": "divider"}, {"type": "divider"}, twice])
    assert "json-pointer:/blocks/3/block_id" in complaint


def test_a_plan_that_changes_needs_a_new_block_id() -> None:
    before, after = plan(task(status="pending"), block_id="one"), plan(task(), block_id="one")
    assert update_complaints([before], [before]) == []
    assert update_complaints([before], [{**after, "block_id": "two"}]) == []
    (complaint,) = update_complaints([before], [after])
    assert "block_id must be new" in complaint


def test_the_size_of_a_message_is_that_of_its_json() -> None:
    blocks = [section(text=plain("x" * 2_900)) for _ in range(4)]
    assert message_size(blocks) < MESSAGE_SIZE < message_size([*blocks, section(text=plain("x" * 1_500))])


def modal(**more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": plain("Details"), "blocks": [{"type": "divider"}], **more}


MODALS: dict[str, tuple[Any, str]] = {
    "no object": ("modal", "must provide an object [json-pointer:/view]"),
    "no type": ({"title": plain(), "blocks": []}, "unsupported type: None"),
    "no title": ({"type": "modal", "blocks": [{"type": "divider"}]}, "missing required field: title"),
    "no blocks": (modal(blocks=[]), "no fewer than 1 items allowed [json-pointer:/view/blocks]"),
    "101 blocks": (modal(blocks=[{"type": "divider"}] * 101), "no more than 100 items allowed"),
    "a title over 24": (
        modal(title=plain("x" * 25)),
        "must be less than 25 characters [json-pointer:/view/title/text]",
    ),
    "a submit over 24": (modal(submit=plain("x" * 25)), "must be less than 25 characters"),
    "a close over 24": (modal(close=plain("x" * 25)), "must be less than 25 characters"),
    "mrkdwn in the title": (modal(title=mrkdwn()), "unsupported type: mrkdwn"),
    "private_metadata over 3,000": (modal(private_metadata="x" * 3_001), "must be less than 3001 characters"),
    "a callback_id over 255": (modal(callback_id="x" * 256), "must be less than 256 characters"),
    "an input without submit": (modal(blocks=[field()]), "missing required field: submit [json-pointer:/view]"),
    "a markdown block": (modal(blocks=[{"type": "markdown", "text": "x"}]), "unsupported type: markdown"),
    "an unknown property": (modal(text="x"), "invalid additional property: text"),
}


@pytest.mark.parametrize(("view", "complaint"), MODALS.values(), ids=MODALS.keys())
def test_refuses_a_modal(view: Any, complaint: str) -> None:
    assert any(complaint in said for said in view_complaints(view)), view_complaints(view)


def test_takes_a_modal_at_its_limits() -> None:
    blocks = [field(), *[{"type": "divider"}] * 99]
    limits = {"title": plain("t" * 24), "submit": plain("s" * 24), "private_metadata": "m" * 3_000}
    assert view_complaints(modal(blocks=blocks, **limits, callback_id="c" * 255, notify_on_close=True)) == []
