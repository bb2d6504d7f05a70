"""What a view returns, as Block Kit, and small builders of it, so that a view reads like the message it draws.

Every view returns a `Message` or a `View` that is cut to Slack's limits already (`handlers.views.limits`). Text that is
given to the builders is shown as it stands: only `mrkdwn` is read as markup by Slack, and it takes no text from outside
that did not go through `escape.inert`. Emoji names in plain text never become pictures. Reference: Slack's "Block Kit".
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

Block: TypeAlias = dict[str, Any]
"""One Block Kit block."""
View: TypeAlias = dict[str, Any]
"""One modal, as `views.open` takes it."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message. `text` is what notifications and screen readers show (escaped mrkdwn); `blocks` is what people see."""

    text: str
    blocks: tuple[Block, ...]


Element = dict[str, Any]


def plain(text: str) -> Element:
    """Returns a plain_text object: no markup, and `:names:` stay as typed."""
    return {"type": "plain_text", "text": text, "emoji": False}


def mrkdwn(text: str) -> Element:
    """Returns a mrkdwn object. Whatever comes from outside must be `inert`."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text)}


def section(text: str | Element, accessory: Element | None = None) -> Block:
    """Returns some text: plain, where it is no element."""
    block = {"type": "section", "text": plain(text) if isinstance(text, str) else text}
    return block | {"accessory": accessory} if accessory else block


def context(*elements: str | Element) -> Block:
    """Small text: plain, where it is no element."""
    return {"type": "context", "elements": [plain(one) if isinstance(one, str) else one for one in elements]}


def divider() -> Block:
    return {"type": "divider"}


def actions(buttons: Sequence[Element], block_id: str) -> Block:
    return {"type": "actions", "block_id": block_id, "elements": list(buttons)}


def button(action_id: str, label: str, value: str) -> Element:
    """Returns a button. Slack refuses an empty value, so there is none then."""
    drawn = {"type": "button", "action_id": action_id, "text": plain(label)}
    return drawn | {"value": value} if value else drawn


def link(action_id: str, label: str, url: str) -> Element:
    """Returns a button that opens an address."""
    return {"type": "button", "action_id": action_id, "text": plain(label), "url": url}


def rich(elements: Iterable[Element]) -> Block:
    return {"type": "rich_text", "elements": list(elements)}


def line(*runs: Element) -> Element:
    """Returns one paragraph of rich text."""
    return {"type": "rich_text_section", "elements": list(runs)}


def bullets(rows: Iterable[Sequence[Element]]) -> Element:
    """Returns a list, one row of runs an item."""
    return {"type": "rich_text_list", "style": "bullet", "elements": [line(*row) for row in rows]}


def pre(text: str) -> Element:
    """Preformatted text, to be copied."""
    return {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]}


def pres(lines: Iterable[str], most: int = 2_800) -> Iterator[Element]:
    """Many lines as preformatted texts of at most about `most` characters each, broken between lines."""
    piece: list[str] = []
    for one in lines:
        if piece and sum(map(len, piece)) + len(piece) + len(one) > most:
            yield pre("\n".join(piece))
            piece = []
        piece.append(one)
    if piece:
        yield pre("\n".join(piece))


def run(text: str) -> Element:
    return {"type": "text", "text": text}


def bold(text: str) -> Element:
    return {"type": "text", "text": text, "style": {"bold": True}}


def code(text: str) -> Element:
    return {"type": "text", "text": text, "style": {"code": True}}


def emoji(name: str) -> Element:
    return {"type": "emoji", "name": name}
