"""Block Kit seen from outside: what a reader sees, what Slack reads as markup, and what Slack would refuse.

The limits are written here once more, from Slack's reference, so that the views are not held against themselves.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from handlers.views.blocks import Block, Message, View

Node = dict[str, Any]


def walk(node: Any) -> Iterator[Node]:
    """Every object, outermost first."""
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from walk(child)
    elif isinstance(node, list | tuple):
        for child in node:
            yield from walk(child)


def read(blocks: Iterable[Block]) -> str:
    """All that a person can read, a text a line; inline runs of one paragraph on one line."""
    lines = []
    for node in walk(list(blocks)):
        if node.get("type") in ("plain_text", "mrkdwn"):
            lines.append(str(node["text"]))
        elif node.get("type") in ("rich_text_section", "rich_text_preformatted"):
            lines.append("".join(run.get("text", f":{run.get('name')}:") for run in node["elements"]))
    return "\n".join(lines)


def preformatted(blocks: Iterable[Block]) -> list[str]:
    """The texts that stand alone to be copied."""
    found = (node for node in walk(list(blocks)) if node.get("type") == "rich_text_preformatted")
    return ["".join(run["text"] for run in node["elements"]) for node in found]


def markup(message: Message) -> list[str]:
    """Every text that Slack reads as mrkdwn, the fallback text among them."""
    return [message.text, *(str(node["text"]) for node in walk(message.blocks) if node.get("type") == "mrkdwn")]


def buttons(blocks: Iterable[Block]) -> list[tuple[str, str, str]]:
    """Label, action id and value of each button, in order."""
    found = (node for node in walk(list(blocks)) if node.get("type") == "button")
    return [(node["text"]["text"], node["action_id"], node.get("value", "")) for node in found]


def refusals(message: Message) -> list[str]:
    """What Slack would refuse in a message; empty when it would take it."""
    wrong = [*_refusals(message.blocks, most=50)]
    if len(json.dumps(message.blocks)) > 13_200:
        wrong.append("msg_blocks_too_long")
    if not message.text or len(message.text.encode()) > 4_000:
        wrong.append("text")
    return wrong


def view_refusals(view: View) -> list[str]:
    """What Slack would refuse in a modal."""
    wrong = [*_refusals(view["blocks"], most=100)]
    wrong += [name for name in ("title", "submit", "close") if name in view and len(view[name]["text"]) > 24]
    if len(view.get("private_metadata", "")) > 3_000:
        wrong.append("private_metadata")
    if len(json.dumps(view)) > 250_000:
        wrong.append("view_too_large")
    return wrong


def _refusals(blocks: Iterable[Block], most: int) -> Iterator[str]:
    listed = list(blocks)
    if not 1 <= len(listed) <= most:
        yield f"{len(listed)} blocks"
    for block in listed:
        yield from _block_refusals(block)
        for node in walk(block):
            yield from _node_refusals(node)


def _block_refusals(block: Block) -> Iterator[str]:
    most = {"actions": 25, "context": 10}.get(block["type"])
    if most and not 1 <= len(block["elements"]) <= most:
        yield f"{block['type']} with {len(block['elements'])} elements"
    if block["type"] == "header" and len(block["text"]["text"]) > 150:
        yield "header over 150"
    if block["type"] == "section" and not block.get("text") and not block.get("fields"):
        yield "section without text"
    if len(block.get("block_id", "")) > 255:
        yield "block_id"


def _node_refusals(node: Node) -> Iterator[str]:
    kind = node.get("type")
    if kind in ("plain_text", "mrkdwn", "text") and not 1 <= len(node["text"]) <= 3_000:
        yield f"{kind} of {len(node['text'])} characters"
    if kind == "button":
        if len(node["text"]["text"]) > 75:
            yield "button text"
        if len(node.get("value", "")) > 2_000 or len(node.get("url", "")) > 3_000:
            yield "button value"
        if len(node.get("action_id", "")) > 255:
            yield "action_id"
    if kind in ("rich_text_section", "rich_text_preformatted", "rich_text_list") and not node["elements"]:
        yield f"{kind} without elements"
    for option in node.get("options", ()) if isinstance(node.get("options"), list) else ():
        if len(option["text"]["text"]) > 75:
            yield "option text"
