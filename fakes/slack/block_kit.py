"""Would Slack take these blocks, this modal? Slack's Block Kit reference as code, with its limits and its words.

Blocks that this project has no use for (video, file, table and the like) are refused as unsupported.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from fakes.slack.elements import ACCESSORY, ACTIONS, ELEMENTS, IDENTIFIER, INPUT, any_text, plain
from fakes.slack.rich_text import RICH_TEXT
from fakes.slack.schema import Rule, both, fields, flag, items, one_of, string, typed, wrong

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_SIZE = 13_200
"""Characters of JSON beyond which chat.* answer `msg_blocks_too_long`. Slack publishes no figure; its users measured
this one (slackapi/bolt-js issues 2509 and 2867), and that a header costs about a hundred more than its text."""
VIEW_SIZE = 250_000
"""Octets of JSON beyond which views.* answer `view_too_large`."""
_HEADER_COST = 100
_BLOCK_ID: Mapping[str, Rule] = {"block_id": IDENTIFIER}


def _block(required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None) -> Rule:
    return fields(required, {**_BLOCK_ID, **(optional or {})})


def _text_or_fields(value: Any, at: str) -> Iterator[str]:
    if not value.get("text") and not value.get("fields"):
        yield wrong("missing required field: text", at)


_EVERYWHERE: Mapping[str, Rule] = {
    "section": both(
        _block(
            {},
            {
                "text": any_text(3_000),
                "fields": items(any_text(2_000), most=10),
                "accessory": ACCESSORY,
                "expand": flag,
            },
        ),
        _text_or_fields,
    ),
    "header": _block({"text": plain(150)}),
    "divider": _block({}),
    "context": _block(
        {
            "elements": items(
                typed(
                    {
                        "image": ELEMENTS["image"],
                        "plain_text": any_text(3_000),
                        "mrkdwn": any_text(3_000),
                    }
                ),
                most=10,
            )
        }
    ),
    "actions": _block({"elements": items(ACTIONS, most=25)}),
    "input": _block(
        {"label": plain(2_000), "element": INPUT}, {"hint": plain(2_000), "optional": flag, "dispatch_action": flag}
    ),
    "image": _block({"image_url": string(3_000), "alt_text": string(2_000)}, {"title": plain(2_000)}),
    "rich_text": _block({"elements": RICH_TEXT}),
}
_MESSAGE_ONLY: Mapping[str, Rule] = {"markdown": _block({"text": string(12_000)})}

_MESSAGE = items(typed({**_EVERYWHERE, **_MESSAGE_ONLY}), most=MESSAGE_BLOCKS, fewest=0)
_VIEW = fields(
    {"title": plain(24), "blocks": items(typed(_EVERYWHERE), most=VIEW_BLOCKS)},
    {
        "type": one_of("modal"),
        "close": plain(24),
        "submit": plain(24),
        "private_metadata": string(3_000),
        "callback_id": string(255),
        "external_id": string(255),
        "clear_on_close": flag,
        "notify_on_close": flag,
        "submit_disabled": flag,
    },
)


def message_complaints(blocks: Any) -> list[str]:
    """What is wrong with the blocks of a message; empty when Slack takes them."""
    return [*_MESSAGE(blocks, "/blocks"), *_repeated(blocks, "/blocks")]


def view_complaints(view: Any) -> list[str]:
    """What is wrong with a modal; empty when Slack takes it."""
    if not isinstance(view, dict):
        return [wrong("must provide an object", "/view")]
    if view.get("type") != "modal":
        return [wrong(f"unsupported type: {view.get('type')}", "/view/type")]
    blocks = view.get("blocks")
    complaints = [*_VIEW(view, "/view"), *_repeated(blocks, "/view/blocks")]
    kinds = [block.get("type") for block in blocks if isinstance(block, dict)] if isinstance(blocks, list) else []
    if "input" in kinds and not view.get("submit"):
        complaints.append(wrong("missing required field: submit", "/view"))
    return complaints


def message_size(blocks: list[Any]) -> int:
    """What blocks count against `MESSAGE_SIZE`, in characters."""
    headers = sum(1 for block in blocks if block.get("type") == "header")
    return len(json.dumps(blocks)) + _HEADER_COST * headers


def _repeated(blocks: Any, at: str) -> Iterator[str]:
    """A block_id stands once in a message, an action_id once in a block."""
    seen: set[str] = set()
    for index, block in enumerate(blocks if isinstance(blocks, list) else ()):
        if not isinstance(block, dict):
            continue
        name = block.get("block_id")
        if isinstance(name, str) and name in seen:
            yield wrong(f'`block_id` "{name}" already exists for another block', f"{at}/{index}/block_id")
        seen.add(str(name) if name else "")
        yield from _repeated_actions(block, f"{at}/{index}")


def _repeated_actions(block: dict[str, Any], at: str) -> Iterator[str]:
    seen: set[str] = set()
    elements = block.get("elements")
    for index, element in enumerate(elements if isinstance(elements, list) else ()):
        name = element.get("action_id") if isinstance(element, dict) else None
        if not isinstance(name, str):
            continue
        if name in seen:
            yield wrong(f'`action_id` "{name}" already exists for another element', f"{at}/elements/{index}/action_id")
        seen.add(name)
