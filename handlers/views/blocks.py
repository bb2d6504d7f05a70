"""What a view returns, as Block Kit, and small builders of it, so that a view reads like the message it draws.

Every view returns a `Message` or a `View` that is cut to Slack's limits already (`handlers.views.limits`). Text that is
given to the builders is shown as it stands: only `mrkdwn` is read as markup by Slack, and it takes no text from outside
that did not go through `escape_mrkdwn`. Emoji names in plain text never become pictures. Reference: Slack, "Block Kit".
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


Element: TypeAlias = dict[str, Any]
Run: TypeAlias = str | Element
"""A piece of a paragraph of rich text: a plain one, where it is no element."""


_MOST_PIECE = 2_800


def plain_text(text: str) -> Element:
    """Returns a plain_text object: no markup, and `:names:` stay as typed."""
    return {"type": "plain_text", "text": text, "emoji": False}


def mrkdwn(text: str) -> Element:
    """Returns a mrkdwn object. What comes from outside must go through `escape_mrkdwn`."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def header(text: str) -> Block:
    return {"type": "header", "text": plain_text(text)}


def section(text: str | Element, accessory: Element | None = None) -> Block:
    """Returns a section with some text: plain, where it is no element."""
    block = {"type": "section", "text": plain_text(text) if isinstance(text, str) else text}
    return block | {"accessory": accessory} if accessory else block


def context(*elements: str | Element) -> Block:
    """Returns small text: plain, where it is no element."""
    objects = [plain_text(element) if isinstance(element, str) else element for element in elements]
    return {"type": "context", "elements": objects}


def divider() -> Block:
    return {"type": "divider"}


def actions(buttons: Sequence[Element], block_id: str) -> Block:
    return {"type": "actions", "block_id": block_id, "elements": list(buttons)}


def button(action_id: str, label: str, value: str) -> Element:
    """Returns a button. Slack refuses an empty value, so there is none then."""
    element = {"type": "button", "action_id": action_id, "text": plain_text(label)}
    return element | {"value": value} if value else element


def link(action_id: str, label: str, url: str) -> Element:
    """Returns a button that opens an address."""
    return {"type": "button", "action_id": action_id, "text": plain_text(label), "url": url}


def rich_text(elements: Iterable[Element]) -> Block:
    return {"type": "rich_text", "elements": list(elements)}


def titled(title: str, *elements: Element) -> Block:
    """Returns rich text under a title in bold."""
    return rich_text([line(bold_text(title)), *elements])


def line(*runs: Run) -> Element:
    """Returns one paragraph of rich text."""
    elements = [{"type": "text", "text": run} if isinstance(run, str) else run for run in runs]
    return {"type": "rich_text_section", "elements": elements}


def bullets(rows: Iterable[str | Sequence[Run]]) -> Element:
    """Returns a list: each item is one text, or a row of runs."""
    items = [line(row) if isinstance(row, str) else line(*row) for row in rows]
    return {"type": "rich_text_list", "style": "bullet", "elements": items}


def preformatted(*runs: str) -> Element:
    """Returns preformatted text, to be copied."""
    return {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": run} for run in runs]}


def preformatted_pieces(lines: Iterable[str]) -> Iterator[Element]:
    """Yields many lines as preformatted texts of at most about 2,800 characters each, broken between lines."""
    piece: list[str] = []
    for line_text in lines:
        if piece and sum(map(len, piece)) + len(piece) + len(line_text) > _MOST_PIECE:
            yield preformatted("\n".join(piece))
            piece = []
        piece.append(line_text)
    if piece:
        yield preformatted("\n".join(piece))


def bold_text(text: str) -> Element:
    return {"type": "text", "text": text, "style": {"bold": True}}


def code_text(text: str) -> Element:
    return {"type": "text", "text": text, "style": {"code": True}}


def emoji(name: str) -> Element:
    return {"type": "emoji", "name": name}
