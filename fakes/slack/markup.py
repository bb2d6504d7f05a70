"""What Slack would make of a message: every piece of text that becomes a mention, a link, an emoji or a style.

mrkdwn is read as Slack reads it ("Formatting message text"): `<!channel>`, `<@U…>`, `<#C…>`, `<https://…|words>`,
`*bold*`, backticks, quotes, `:emoji:`; `&lt;`, `&gt;` and `&amp;` stand for themselves. Rich text says so by its
structure. Tests assert with it that nothing from outside became markup.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_ANGLE = re.compile(r"<(?P<inside>[@#!][^<>\n]+|[a-z][a-z0-9+.-]*:[^<>\n]+)>", re.IGNORECASE)
_CODE_BLOCK = re.compile(r"```(?P<inside>.+?)```", re.DOTALL)
_CODE = re.compile(r"`(?P<inside>[^`\n]+)`")
_STYLES = tuple(
    (kind, re.compile(rf"(?<![\w{mark}]){mark}(?=[^\s{mark}])(?P<inside>[^{mark}\n]*?)(?<=\S){mark}(?![\w{mark}])"))
    for kind, mark in (("bold", r"\*"), ("italic", "_"), ("strike", "~"))
)
_QUOTE = re.compile(r"^(?:>|&gt;)(?P<inside>.*)$", re.MULTILINE)
_EMOJI = re.compile(r":(?P<inside>[a-z+][a-z0-9_+'-]*):")
_AUTOLINK = re.compile(r"https?://[^\s<>|]+")
_BROADCASTS = ("channel", "here", "everyone")


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a message that Slack draws as more than its characters.

    `kind`: broadcast, user, usergroup, channel, date, link, autolink, bold, italic, strike, code, pre, quote, emoji.
    `text`: what it holds, such as `channel`, `U123`, or `https://evil.example|click`. `where`: JSON pointer.
    """

    kind: str
    text: str
    where: str


def find_spans(text: str, where: str = "") -> list[Span]:
    """Returns the markup in a piece of mrkdwn. Angle brackets count inside code too: Slack resolves them first."""
    found_spans = [Span(*_read_angle(match["inside"]), where) for match in _ANGLE.finditer(text)]
    remaining = _ANGLE.sub(" ", text)
    for kind, pattern in (("pre", _CODE_BLOCK), ("code", _CODE)):
        found_spans += [Span(kind, unescape(match["inside"]), where) for match in pattern.finditer(remaining)]
        remaining = pattern.sub(" ", remaining)
    found_spans += [Span("quote", unescape(match["inside"]), where) for match in _QUOTE.finditer(remaining)]
    found_spans += [Span("autolink", unescape(match[0]), where) for match in _AUTOLINK.finditer(remaining)]
    remaining = _AUTOLINK.sub(" ", remaining)
    for kind, pattern in (*_STYLES, ("emoji", _EMOJI)):
        found_spans += [Span(kind, unescape(match["inside"]), where) for match in pattern.finditer(remaining)]
    return found_spans


def unescape(text: str) -> str:
    """Returns the characters that Slack's three entities stand for."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def find_message_spans(text: str, blocks: list[dict[str, Any]]) -> list[Span]:
    """Returns the markup of a whole message: its text, which notifications show, and its blocks."""
    return [*find_spans(text, "/text"), *_find_spans_in_node(blocks, "/blocks")]


def _read_angle(inside: str) -> tuple[str, str]:
    name = inside[1:].partition("|")[0]
    match inside[0]:
        case "@":
            return "user", name
        case "#":
            return "channel", name
        case "!":
            if name in _BROADCASTS:
                return "broadcast", name
            command, _, rest = name.partition("^")
            return {"subteam": "usergroup", "date": "date"}.get(command, "broadcast"), rest or name
    return "link", inside


def _find_spans_in_node(node: Any, where: str) -> Iterator[Span]:
    if isinstance(node, list):
        for index, child in enumerate(node):
            yield from _find_spans_in_node(child, f"{where}/{index}")
    elif isinstance(node, dict):
        yield from _spans_of_node(node, where)
        for key, child in node.items():
            yield from _find_spans_in_node(child, f"{where}/{key}")


def _spans_of_node(node: Mapping[str, Any], where: str) -> Iterator[Span]:
    """Yields the markup that one text object or one element of rich text is."""
    kind = node.get("type")
    match kind:
        case "mrkdwn" | "markdown" if isinstance(node.get("text"), str):
            yield from find_spans(node["text"], where)
        case "plain_text" if node.get("emoji", True) and isinstance(node.get("text"), str):
            yield from (Span("emoji", match["inside"], where) for match in _EMOJI.finditer(node["text"]))
        case "broadcast":
            yield Span("broadcast", str(node.get("range")), where)
        case "user" | "usergroup" | "channel" if f"{kind}_id" in node:
            yield Span(kind, str(node[f"{kind}_id"]), where)
        case "link":
            yield Span("link", str(node.get("url")), where)
        case "emoji":
            yield Span("emoji", str(node.get("name")), where)
