"""Block Kit in a terminal: messages and modals as Slack would show them, drawn with rich.

Used by the demo's workspace; `cli` draws reports by itself. Text is never read as rich's own markup, and characters
that could move the cursor are shown as escapes. Preformatted text is never wrapped, so a record's value is one unbroken
line that can be copied; prose is wrapped only on a terminal.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from demo.mrkdwn import parse_runs
from handlers.views.blocks import Block, View
from handlers.views.escape import make_lines_visible, make_visible

_MAX_WIDTH = 100
"""Prose is not wider than this, in columns."""
_GLYPHS = {
    "red_circle": ("✗", "red"),
    "white_circle": ("?", "magenta"),
    "large_yellow_circle": ("!", "yellow"),
    "white_check_mark": ("✓", "green"),
    "hourglass_flowing_sand": ("…", "dim"),
    "speech_balloon": ("?", "yellow"),
    "bell": ("!", "yellow"),
    "warning": ("⚠", "yellow"),
    "information_source": ("i", "blue"),
}
_TASKS = {"pending": ("○", "dim"), "in_progress": ("…", "yellow"), "complete": ("✓", "green"), "error": ("✗", "red")}
_STYLES = {
    "bold": "bold",
    "italic": "italic",
    "strike": "strike",
    "code": "cyan",
    "pre": "cyan",
    "quote": "dim",
    "underline": "underline",
}
_WORD = re.compile(r"\s*\S+\s*")


@dataclass(frozen=True, slots=True)
class Pressable:
    """A button that was drawn. `number` is what stands before its label, None when buttons are not numbered; `url` is
    set for a button that opens a page."""

    number: int | None
    label: str
    action_id: str
    block_id: str
    value: str
    url: str


def draw(
    blocks_or_view: Sequence[Block] | View, console: Console, *, number_from: int | None = None
) -> tuple[Pressable, ...]:
    """Draws the blocks of a message, or a modal with its title and its submit and close buttons. The prompts of
    `form_prompt` show its fields.

    Returns the buttons of the blocks in the order drawn, numbered from `number_from` when that is given. A block that
    is not known here is drawn as a line that says so; nothing in the blocks raises.
    """
    pen = _BlockPen(console, number_from)
    if not isinstance(blocks_or_view, dict):
        _draw_blocks(pen, _only_dicts(blocks_or_view))
        return tuple(pen.pressables)
    view = blocks_or_view
    pen.prose(Text(_plain_line(view.get("title")) or "Untitled", "bold reverse"))
    _draw_blocks(
        pen, [block for block in _only_dicts(view.get("blocks")) if block.get("type") != "input"], before="title"
    )
    ends = [f"[ {_plain_line(view[name])} ]" for name in ("submit", "close") if view.get(name)]
    if ends:
        pen.gap()
        pen.prose(Text("  ".join(ends), "bold"))
    return tuple(pen.pressables)


class _BlockPen:
    """Where drawing goes, and which buttons it has met."""

    def __init__(self, console: Console, number_from: int | None) -> None:
        self.console = console
        self.number = number_from
        self.pressables: list[Pressable] = []

    def gap(self) -> None:
        self.console.print()

    def prose(self, text: Text, *, first: str = "", rest: str | None = None) -> None:
        """Draws a paragraph behind `first`, its further lines behind `rest`; wrapped only on a terminal."""
        rest = first if rest is None else rest
        width = min(self.console.width, _MAX_WIDTH) - len(first)
        for part in text.split("\n", allow_blank=True):
            wraps = self.console.is_terminal and width > 10
            for piece in part.divide(_find_line_breaks(part.plain, width)) if wraps else [part]:
                piece.rstrip()
                self.exact(Text(first) + piece)
                first = rest

    def row(self, buttons: Sequence[Text]) -> None:
        """Buttons side by side; none is broken in two where they need more lines than one."""
        width = min(self.console.width, _MAX_WIDTH)
        line: list[Text] = []
        for button in buttons:
            longer = Text("   ").join([*line, button])
            if line and self.console.is_terminal and longer.cell_len > width:
                self.exact(Text("   ").join(line))
                line = []
            line.append(button)
        if line:
            self.exact(Text("   ").join(line))

    def exact(self, text: Text) -> None:
        """Draws a line as it is, however long."""
        self.console.print(text, soft_wrap=True, highlight=False)

    def button(self, element: dict[str, Any], block: Block) -> Text:
        words = _plain_line(element.get("text")) or "Button"
        number = self.number
        if self.number is not None:
            self.number += 1
        self.pressables.append(
            Pressable(
                number,
                words,
                str(element.get("action_id", "")),
                str(block.get("block_id", "")),
                str(element.get("value", "")),
                str(element.get("url", "")),
            )
        )
        url = f" ({make_visible(str(element['url']))})" if element.get("url") else ""
        return Text(f"[ {words} ]{url}" if number is None else f"[{number}] {words}{url}", "bold")


def _find_line_breaks(text: str, width: int) -> list[int]:
    """Returns where to break a line before it is wider than `width` columns: between words alone, so that a name or a
    value that is longer stays whole."""
    breaks: list[int] = []
    used = 0
    for word in _WORD.finditer(text):
        if used and used + cell_len(word[0].rstrip()) > width:
            breaks.append(word.start())
            used = 0
        used += cell_len(word[0])
    return breaks


def _draw_blocks(pen: _BlockPen, blocks: Sequence[Block], before: str = "") -> None:
    """Draws blocks with a blank line between them, but none between a header and the small print under it."""
    for block in blocks:
        kind = str(block.get("type"))
        if before and (kind, before) != ("context", "header"):
            pen.gap()
        before = kind
        match kind:
            case "header":
                pen.prose(Text(_plain_line(block.get("text")), "bold underline"))
            case "section" | "table":
                (_draw_table if kind == "table" else _draw_section)(pen, block)
            case "context":
                _draw_context(pen, block)
            case "divider":
                pen.exact(Text("─" * min(pen.console.width, _MAX_WIDTH), "dim"))
            case "rich_text":
                for element in _only_dicts(block.get("elements")):
                    _draw_rich(pen, element)
            case "actions":
                pen.row([_format_element(pen, element, block) for element in _only_dicts(block.get("elements"))])
            case "plan" | "task_card":
                _draw_tasks(pen, block)
            case _:
                alt = f"image: {make_visible(str(block.get('alt_text', '')))}" if kind == "image" else ""
                pen.prose(_format_note(alt or f"a block of type “{make_visible(kind)}”, which a terminal cannot show"))


def _draw_tasks(pen: _BlockPen, block: Block) -> None:
    """Draws a plan with its tasks, or a task alone: a mark, its title, and what came of it."""
    if block.get("type") == "plan":
        pen.prose(Text(make_visible(str(block.get("title", ""))), "bold underline"))
    for task in _only_dicts(block.get("tasks")) if block.get("type") == "plan" else [block]:
        glyph, color = _TASKS.get(str(task.get("status")), ("?", "dim"))
        pen.prose(Text.assemble((glyph, color), " ", (make_visible(str(task.get("title", ""))), "bold")))
        for part in (task.get("details"), task.get("output")):
            for element in _only_dicts(part.get("elements")) if isinstance(part, dict) else ():
                pen.prose(_format_rich_text(element), first="  ")


def _draw_table(pen: _BlockPen, block: Block) -> None:
    """Draws a line for each row: the first cell, then each other under its head."""
    rows = [[make_visible(str(cell.get("text", ""))) for cell in _only_dicts(row)] for row in block.get("rows") or ()]
    if not rows:
        return
    heads, *rest = rows
    for first, *others in rest:
        pen.prose(Text(first, "bold"), first="• ", rest="  ")
        cells = [f"{head}: {text}" for head, text in zip(heads[1:], others, strict=False) if text != "–"]
        pen.prose(Text(" · ".join(cells)), first="  ", rest="  ")


def _draw_section(pen: _BlockPen, block: Block) -> None:
    parts = [_format_text_object(block.get("text"))] if block.get("text") else []
    parts.extend(_format_text_object(field) for field in _only_dicts(block.get("fields")))
    accessory = block.get("accessory")
    if isinstance(accessory, dict):
        last = parts.pop() if parts else Text()
        parts.append(Text.assemble(last, "  ", _format_element(pen, accessory, block)))
    for part in parts:
        pen.prose(part)


def _draw_context(pen: _BlockPen, block: Block) -> None:
    parts = [_format_text_object(element) for element in _only_dicts(block.get("elements"))]
    joined = Text(" · ").join(parts)
    joined.stylize("dim")
    pen.prose(joined)


def _format_element(pen: _BlockPen, element: dict[str, Any], block: Block) -> Text:
    if element.get("type") == "button":
        return pen.button(element, block)
    return _format_note(f"an element of type “{make_visible(str(element.get('type')))}”, which a terminal cannot show")


def _draw_rich(pen: _BlockPen, element: dict[str, Any]) -> None:
    match element.get("type"):
        case "rich_text_section":
            pen.prose(_format_rich_text(element))
        case "rich_text_preformatted":
            for line in _format_rich_text(element).split("\n", allow_blank=True):
                pen.exact(Text("    ") + Text(line.plain, "cyan"))
        case "rich_text_quote":
            pen.prose(_format_rich_text(element), first="  │ ")
        case "rich_text_list":
            indent = "  " * (1 + _read_count(element.get("indent")))
            start = 1 + _read_count(element.get("offset"))
            for number, item in enumerate(_only_dicts(element.get("elements")), start):
                mark = f"{indent}{number}. " if element.get("style") == "ordered" else f"{indent}• "
                pen.prose(_format_rich_text(item), first=mark, rest=" " * len(mark))
        case kind:
            pen.prose(_format_note(f"text of type “{make_visible(str(kind))}”, which a terminal cannot show"))


def _format_rich_text(element: dict[str, Any]) -> Text:
    """Returns the runs of one piece of rich text."""
    text = Text()
    for piece in _only_dicts(element.get("elements")):
        style_flags = piece.get("style")
        flags = style_flags.items() if isinstance(style_flags, dict) else ()
        style = " ".join(_STYLES[name] for name, is_on in flags if is_on and name in _STYLES)
        match piece.get("type"):
            case "text":
                text.append(make_lines_visible(str(piece.get("text", ""))), style)
            case "emoji":
                glyph, color = _GLYPHS.get(str(piece.get("name")), (f":{make_visible(str(piece.get('name')))}:", ""))
                text.append(glyph, color)
            case "link":
                _append_link(text, str(piece.get("text") or ""), str(piece.get("url") or ""), style)
            case "user" | "usergroup":
                text.append(f"@{make_visible(str(piece.get('user_id') or piece.get('usergroup_id')))}", "bold")
            case "channel":
                text.append(f"#{make_visible(str(piece.get('channel_id')))}", "bold")
            case "broadcast":
                text.append(f"@{make_visible(str(piece.get('range')))}", "bold")
            case "date":
                text.append(make_visible(str(piece.get("fallback") or piece.get("timestamp"))))
            case kind:
                text.append_text(_format_note(f"“{make_visible(str(kind))}”"))
    return text


def _format_text_object(node: Any) -> Text:
    """Returns a text object: plain, or mrkdwn with its markup shown."""
    if not isinstance(node, dict) or node.get("type") != "mrkdwn":
        return Text(make_lines_visible(str(node.get("text", "")) if isinstance(node, dict) else ""))
    text = Text()
    for run in parse_runs(str(node.get("text", ""))):
        style = " ".join(_STYLES[name] for name in sorted(run.styles) if name in _STYLES)
        if run.url:
            _append_link(text, run.text, run.url, style)
        else:
            text.append(make_lines_visible(run.text), style)
    return text


def _append_link(text: Text, label: str, url: str, style: str) -> None:
    """Appends a link with the address that it leads to."""
    visible_label, target = make_visible(label), make_visible(url)
    text.append(visible_label or target, f"{style} underline".strip())
    if visible_label and target not in (visible_label, f"mailto:{visible_label}"):
        text.append(f" ({target})", "dim")


def _plain_line(node: Any) -> str:
    """Returns a text object as one line without markup."""
    return make_visible(_format_text_object(node).plain) if isinstance(node, dict) else ""


def _format_note(words: str) -> Text:
    return Text(f"({words})", "dim italic")


def _read_count(value: Any) -> int:
    return min(max(value, 0), 99) if isinstance(value, int) else 0


def _only_dicts(nodes: Any) -> list[dict[str, Any]]:
    return [node for node in nodes if isinstance(node, dict)] if isinstance(nodes, list | tuple) else []
