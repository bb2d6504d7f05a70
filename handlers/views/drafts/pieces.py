"""What the results of a request and of a reply have in common: texts to copy, remarks, and messages in a row.

A result is longer than Slack lets one message be, so it becomes as many as it needs, with the buttons under the last.
"""

import json
import re
from collections.abc import Iterator, Sequence

from handlers.views import blocks as kit
from handlers.views.blocks import Block, Element, Message
from handlers.views.drafts.fields import short_labels
from handlers.views.escape import make_lines_visible, make_visible
from handlers.views.limits import MESSAGE_BYTES, cut, make_message, message_size
from handlers.views.naming import shorten
from model.drafting import StoredDraft
from model.request import Remark, Severity

_RUN = 2_900
"""Characters of one run of rich text; a preformatted element holds several."""
_PIECE = 8_500
"""Bytes of JSON of one text to copy; a longer one is copied in parts."""
_BLOCKS = 40
_BREAK = re.compile(r"(?<=\n\n)|(?<=[.!?]\s)|(?<=[。！？\n ])")
_MARKS = {
    Severity.STOP: ("red_circle", "Change first"),
    Severity.ASK: ("white_circle", "Answer again"),
    Severity.WARN: ("large_yellow_circle", "Worth a look"),
}
_FIELDS = {**short_labels("business", "place", "opt_in", "bounces", "changed"), "message": "What AWS wrote"}
_KIND_FIELDS = short_labels("mail")


def field_label(path: str) -> str:
    """Returns what people call the field of a path: `kinds.0.count` is "Kind 1, how many"."""
    head, _, rest = path.partition(".")
    if head == "kinds":
        number, _, name = rest.partition(".")
        which = f"Kind {int(number) + 1}" if number.isdigit() else "Your mail"
        return f"{which}, {_KIND_FIELDS[name]}" if name in _KIND_FIELDS else which
    return _FIELDS.get(head, "The draft")


def remark_blocks(remarks: Sequence[Remark]) -> Iterator[Block]:
    """Yields every remark with its sentence and what to write instead; stops first."""
    for severity, (mark, heading) in _MARKS.items():
        for position, remark in enumerate([remark for remark in remarks if remark.severity is severity]):
            title = [kit.line(kit.bold_text(heading))] if position == 0 else []
            yield kit.rich_text([*title, *_remark_elements(remark, mark)])


def _remark_elements(remark: Remark, mark: str) -> Iterator[Element]:
    sentence = make_lines_visible(remark.sentence).strip()
    label = kit.bold_text(f" {field_label(remark.field)}")
    yield kit.line(kit.emoji(mark), label, *([". You wrote:"] if sentence else []))
    if sentence:
        yield _copyable_element(cut(sentence, 1_000))
    yield kit.line(make_lines_visible(remark.advice))


def copyable_blocks(title: str, text: str, note: str = "") -> Iterator[Block]:
    """Yields a text to copy under its name, whole, in parts where one message cannot hold it."""
    parts = _split_text(text)
    for number, part in enumerate(parts, 1):
        name = f"{title} (part {number} of {len(parts)})" if len(parts) > 1 else title
        notes = [f"\n{note}"] if note and number == 1 else []
        yield kit.rich_text([kit.line(kit.bold_text(name), *notes), _copyable_element(part)])


def _copyable_element(text: str) -> Element:
    runs = [text[start : start + _RUN] for start in range(0, len(text), _RUN)]
    return kit.preformatted(*(runs or ["–"]))


def _split_text(text: str) -> list[str]:
    """Returns pieces that a message holds, broken after a paragraph, a sentence or a word."""
    parts: list[list[str]] = [[]]
    used = 0
    for piece in _BREAK.split(text):
        for short_piece in _split_piece(piece):
            cost = _json_size(short_piece)
            if used and used + cost > _PIECE:
                parts.append([])
                used = 0
            parts[-1].append(short_piece)
            used += cost
    return ["".join(part).strip("\n") for part in parts]


def _split_piece(piece: str) -> Iterator[str]:
    if _json_size(piece) <= _PIECE:
        yield piece
    else:
        step = _PIECE // 12  # a character is at most twelve bytes of JSON
        for start in range(0, len(piece), step):
            yield piece[start : start + step]


def _json_size(text: str) -> int:
    return len(json.dumps(text)) - 2  # without the quotation marks


def split_messages(text: str, blocks: Sequence[Block], last: Sequence[Block]) -> tuple[Message, ...]:
    """Returns the blocks as messages that Slack takes, with `last` under the last of them; `text` is for the
    notification."""
    room = MESSAGE_BYTES - message_size(last) - 500
    rows: list[list[Block]] = [[]]
    used = 0
    for block in blocks:
        cost = message_size([block])
        if rows[-1] and (used + cost > room or len(rows[-1]) >= _BLOCKS):
            rows.append([])
            used = 0
        rows[-1].append(block)
        used += cost
    rows[-1] += last
    return tuple(make_message(text, row) for row in rows)


def case_phrase(draft: StoredDraft, lead: str) -> str:
    """Returns such as " in case 177", which begins with `lead`; empty where the draft names no case."""
    case = shorten(make_visible(draft.reply.case_id))
    return f"{lead} {case}" if case else ""


def draft_name(domain: str, name: str) -> str:
    """Returns what a draft is about, for a heading."""
    return make_visible(domain or name)[:80] or "your mail"
