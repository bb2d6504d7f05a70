"""The one place that cuts to Slack's limits, always with a sign that something was cut.

Views draw in full and pass their result through `fit_message` or `fit_view`. The figures for single fields are those
of Slack's reference ("Block Kit": blocks, block elements, composition objects; "views.open"). Slack publishes no figure
for a whole message, and refuses one with `msg_blocks_too_long` at about 13,200 characters of blocks; users measured
that (slackapi/bolt-js issues 2509 and 2867), so this keeps well below it, counting bytes of JSON.
"""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from handlers.views import blocks as kit
from handlers.views.blocks import Block, Element, Message, View
from handlers.views.escape import escape_mrkdwn, make_visible

MESSAGE_BLOCKS = 50
MESSAGE_BYTES = 12_000
FALLBACK_BYTES = 3_900
"""`chat.update` takes 4,000 octets of text."""
VIEW_BLOCKS = 100
VIEW_BYTES = 200_000
"""`views.open` refuses a view over 250 kB."""
TEXT = 3_000
HEADER = 150
BUTTON_TEXT = 75
BUTTON_VALUE = 2_000
URL = 3_000
PRIVATE_METADATA = 3_000
MODAL_TITLE = 24
IDENTIFIER = 255
OPTION_TEXT = 75
FIELD_TEXT = 2_000
PLACEHOLDER = 150
_HEADER_COST = 100
"""What a header block costs against the size of a message beyond its own text, as measured."""
_ITEMS = {"actions": 25, "context": 10}
"""How many elements a block takes."""
_TEXT_LIMITS = {
    ("header", "text"): HEADER,
    ("button", "text"): BUTTON_TEXT,
    ("input", "label"): FIELD_TEXT,
    ("input", "hint"): FIELD_TEXT,
}
_CHOICES = {"static_select": 100, "multi_static_select": 100, "radio_buttons": 10, "checkboxes": 10, "overflow": 5}
_HALF_MARKUP = re.compile(r"(?:<[^>]*|&[a-z]*)\Z")
"""What a cut must not leave at the end of mrkdwn: an open link, or half an entity."""
_SHORTER = (TEXT, 1_000, 300, 200)
"""Lengths to try, in characters, for the texts of a block that is too big by itself."""


def fit_message(message: Message) -> Message:
    """Returns the message as Slack takes it: at most 50 blocks, every field within its limit, the whole under 12,000
    bytes. The first blocks (verdict) and the last (buttons) stay. Where the whole is too big, no block between them
    takes more than a third, and what does not fit is counted in a line that says where to see it. Fitting twice changes
    nothing."""
    blocks = _fit_blocks(message.blocks, MESSAGE_BLOCKS, MESSAGE_BYTES)
    return Message(cut_bytes(message.text, FALLBACK_BYTES), tuple(blocks))


def make_message(text: str, blocks: Iterable[Block]) -> Message:
    """Returns the blocks as a message that Slack takes. `text` is what the notification says."""
    return fit_message(Message(escape_mrkdwn(text), tuple(blocks)))


def short_list(rows: Sequence[str], most: int, more: str = "more", *, longest: int = 2 * HEADER) -> Element:
    """Returns a list of at most so many rows, each cut to `longest`, and a count of those left out."""
    rest = [f"… and {len(rows) - most:,} {more}"] if len(rows) > most else []
    return kit.bullets(cut(make_visible(row), longest) for row in [*rows[:most], *rest])


def fit_view(view: View) -> View:
    """Returns the modal as Slack takes it: at most 100 blocks, title 24 characters, private_metadata 3,000. Metadata
    that does not fit is left out, since half of it would mean something else; so is empty metadata, which Slack
    refuses."""
    fitted = dict(view)
    for name in ("title", "submit", "close"):
        if name in fitted:
            fitted[name] = _fit_text(fitted[name], MODAL_TITLE)
    if not 0 < len(fitted.get("private_metadata", "")) <= PRIVATE_METADATA:
        fitted.pop("private_metadata", None)
    fitted["blocks"] = _fit_blocks(fitted.get("blocks", ()), VIEW_BLOCKS, VIEW_BYTES)
    return fitted


def cut(text: str, limit: int) -> str:
    """Returns at most `limit` characters, ending in a sign when something was cut; all but labels say how long they
    were."""
    if len(text) <= limit:
        return text
    sign = "…" if limit <= HEADER else f"… [{len(text):,} characters, cut here]"
    return text[: limit - len(sign)] + sign


def cut_bytes(text: str, limit: int) -> str:
    """Returns mrkdwn of at most `limit` octets of UTF-8, ending in "…" when something was cut."""
    octets = text.encode("utf-8", "replace")
    if len(octets) <= limit:
        return text
    return _HALF_MARKUP.sub("", octets[: limit - 3].decode("utf-8", "ignore")) + "…"


def message_size(blocks: Sequence[Block]) -> int:
    """Returns what blocks count against the size of a message, in bytes of JSON as Slack's own client sends it."""
    headers = sum(1 for block in blocks if block.get("type") == "header")
    return len(json.dumps(list(blocks))) + _HEADER_COST * headers


def _fit_blocks(blocks: Sequence[Block], most: int, most_bytes: int) -> list[Block]:
    fitted = [_fit_block(block, TEXT) for block in blocks]
    if len(fitted) <= most and message_size(fitted) <= most_bytes:
        return fitted
    head, middle, tail = _split_blocks(fitted)
    head, tail = ([_shrink_block(block, most_bytes // 6) or block for block in ends] for ends in (head, tail))
    room = most_bytes - message_size(head) - message_size(tail) - 200
    slots = most - len(head) - len(tail) - 1
    fitting: list[Block] = []
    for block in middle:
        small = _shrink_block(block, min(room, most_bytes // 3)) if len(fitting) < slots else None
        if small is not None:
            fitting.append(small)
            room -= message_size([small])
    left = len(middle) - len(fitting)
    parts = "part" if left == 1 else "parts"
    note = [kit.context(f"… {left} more {parts} of this did not fit here: see Details")]
    return [*head, *fitting, *(note if left else []), *tail]


def _split_blocks(blocks: list[Block]) -> tuple[list[Block], list[Block], list[Block]]:
    """Returns what opens (header and context), what may go, and the buttons that close."""
    start = 0
    while start < min(2, len(blocks)) and blocks[start]["type"] in ("header", "context"):
        start += 1
    end = len(blocks)
    while end > start and len(blocks) - end < 2 and blocks[end - 1]["type"] in ("actions", "context"):
        end -= 1
    return blocks[:start], blocks[start:end], blocks[end:]


def _shrink_block(block: Block, room: int) -> Block | None:
    """Returns the block with its texts cut short enough for `room` bytes, or None."""
    for length in _SHORTER:
        small = _fit_block(block, length)
        if message_size([small]) <= room:
            return small
    return None


def _fit_block(block: Block, length: int) -> Block:
    fitted: Block = _fit_node(block, length)
    kind = fitted.get("type", "")
    if _is_unusable_button(fitted.get("accessory")):
        del fitted["accessory"]
    if kind in _ITEMS:
        fitted["elements"] = list(fitted.get("elements", ()))[: _ITEMS[kind]]
        if not fitted["elements"]:
            return kit.context("… what belongs here is too long for a button: type the command again")
    if kind == "section" and "fields" in fitted:
        fitted["fields"] = [_fit_text(field, FIELD_TEXT) for field in fitted["fields"][:10]]
    return fitted


def _fit_node(node: Any, length: int) -> Any:
    """Returns a part of a block with its texts cut to the limit of what holds them, or to `length`."""
    if isinstance(node, list):
        return [_fit_node(child, length) for child in node if not _is_unusable_button(child)]
    if not isinstance(node, dict):
        return node
    kind = node.get("type", "")
    if kind in ("plain_text", "mrkdwn", "text"):
        return _fit_text(node, length)
    return {key: _fit_field(key, value, kind, length) for key, value in node.items()}


def _fit_field(key: str, value: Any, kind: str, length: int) -> Any:
    if (kind, key) in _TEXT_LIMITS:
        return _fit_text(value, _TEXT_LIMITS[kind, key])
    match key:
        case "placeholder":
            return _fit_text(value, PLACEHOLDER)
        case "action_id" | "block_id" | "callback_id":
            return str(value)[:IDENTIFIER]
        case "options" | "initial_options":
            return [_fit_option(option) for option in value[: _CHOICES.get(kind, 100)]]
        case "initial_option":
            return _fit_option(value)
        case _:
            return _fit_node(value, length)


def _fit_option(option: dict[str, Any]) -> dict[str, Any]:
    texts = {key: _fit_text(option[key], OPTION_TEXT) for key in ("text", "description") if key in option}
    return option | texts


def _fit_text(node: dict[str, Any], limit: int) -> dict[str, Any]:
    """Returns a text object within `limit`; Slack refuses an empty one, so that becomes a dash."""
    text = str(node.get("text", "")) or "–"
    fitted = cut(text, limit)
    if node.get("type") == "mrkdwn" and fitted != text:
        fitted = _HALF_MARKUP.sub("", text[: limit - 1]) + "…"
    return {**node, "text": fitted}


def _is_unusable_button(node: Any) -> bool:
    """Tells whether this is a button whose value or address is over the limit: cut, it would do something else."""
    if not isinstance(node, dict) or node.get("type") != "button":
        return False
    return len(node.get("value", "")) > BUTTON_VALUE or len(node.get("url", "")) > URL
