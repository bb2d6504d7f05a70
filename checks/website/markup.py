"""Turns a page's bytes into the markup that is worth a tree, and reads what its JSON-LD says of its owner (schema.org).

`decode_page` reads the characters as browsers do, so that a wrong charset never ruins a judgment (WHATWG HTML,
"determining the character encoding", and the WHATWG Encoding Standard): a byte order mark wins, then the charset of the
Content-Type, then a `<meta>` in the first 1,024 bytes, else windows-1252. In one thing it is kinder than a browser:
bytes that are UTF-8 beyond doubt are read as UTF-8. Labels are the standard's own, because Python knows others (and has
`hex`, `zip` and `idna` among its codecs).

`lighten_markup` drops what shows no text (scripts, styles, comments, drawings), and cuts the page where a tree builder
would work too long: its work grows with the tags *and* with what is open around each, so a hostile page of 500 kB could
keep it busy for minutes. The pass itself is linear.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from checks.website.facts import Organization
from checks.website.phrases import collapse_spaces

_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le"))
_PARAMETER = re.compile(r"""charset\s*=\s*["']?([^\s"';,]+)""", re.IGNORECASE)
_META = re.compile(rb"""<meta\s[^>]{0,500}?charset\s*=\s*["']?\s*([^\s"'/>;]{1,40})""", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_PRESCAN = 1_024
_CHARACTERS_PER_SLIP = 200
"""One unreadable character in so many is a slip; more, and the page has another encoding."""


def decode_page(body: bytes, content_type: str = "") -> str:
    """Decodes a page; `content_type` is the header's value. Bytes that the encoding does not know become U+FFFD."""
    for mark, codec in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(codec, "replace")
    declared = _codec_from_header(content_type) or _codec_from_meta(body)
    if not body.isascii() and _is_utf8(body):
        return body.decode("utf-8", "replace")
    if declared != "utf-8":
        return body.decode(declared or "cp1252", "replace")
    # A page that says UTF-8 and is not: nearly all of it is, or it was saved by an editor that knows only Windows.
    text = body.decode("utf-8", "replace")
    return text if text.count("\ufffd") * _CHARACTERS_PER_SLIP < len(text) else body.decode("cp1252", "replace")


def codec_of(label: str) -> str | None:
    """Returns Python's codec for a label (WHATWG Encoding Standard, section 4.2); None for a label that it lacks."""
    return _load_codecs().get(label.strip(" \t\r\n\f").lower())


@cache
def _load_codecs() -> dict[str, str]:
    by_codec = tomllib.loads(Path(__file__).with_name("encodings.toml").read_text("utf-8"))
    return {label: codec for codec, labels in by_codec.items() for label in labels}


def _codec_from_header(content_type: str) -> str | None:
    match = _PARAMETER.search(content_type[:500])
    return codec_of(match[1]) if match else None


def _codec_from_meta(body: bytes) -> str | None:
    match = _META.search(_COMMENT.sub(b"", body[:_PRESCAN]))
    codec = codec_of(match[1].decode("ascii", "replace")) if match else None
    # A page whose meta could be read as ASCII is not UTF-16 (WHATWG HTML, "prescan", step on UTF-16).
    return "utf-8" if codec in ("utf-16-be", "utf-16-le") else codec


def _is_utf8(body: bytes) -> bool:
    """Tells whether a body is UTF-8 to its end, or to where the page was cut in the middle of a character."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data" and error.start > _PRESCAN
    return True


_TAG = re.compile(r"<(?P<close>/)?(?P<name>[a-zA-Z][^\s/>]*+)")
_ATTRIBUTE = re.compile(
    r"""[\s/]*+(?P<name>[^\s/>][^\s/>=]*+)(?:\s*+=\s*+(?:"(?P<double>[^"]*+)"?|'(?P<single>[^']*+)'?|(?P<bare>[^\s>]*+)))?+"""
)
_TO_END = re.compile(r"[\s/]*+>?")
_MOST_TAGS = 40_000
_MOST_ATTRIBUTES = 60
_LONGEST_ATTRIBUTE = 4_000
_MOST_STEPS = 10_000_000
"""How often the tree builder may look at an open element: the sum, over all tags, of the elements open there."""
_MOST_COPIES = 400_000
"""How often it may open an unclosed `<b>`, `<font>`, … again (WHATWG HTML, "reconstruct the active formatting
elements"): the sum, over all tags, of those that are unclosed there."""
_LONGEST_NAME = 60
_DROPPED = frozenset({"script", "style", "noscript", "svg", "math", "noembed", "noframes", "object"})
_EMPTIED = frozenset({"iframe"})
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
_SELF_CLOSING = frozenset({"p", "li", "dt", "dd", "td", "th", "tr", "tbody", "thead", "tfoot", "option", "optgroup"})
"""Elements whose end tag people leave out, because the next one closes them."""
_FORMATTING = frozenset(
    {"a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"}
)
_MOST_SCRIPTS = 200
_SCRIPT_SHOWN = 2_000


@dataclass(slots=True)
class Markup:
    """What is left of a page: `html` for the tree builder; `noscript` the text that a browser with scripts never shows;
    `sources` the addresses of its scripts, `script` the beginning of those in the page itself; `cut` whether the
    page was cut."""

    html: str = ""
    noscript: str = ""
    sources: list[str] = field(default_factory=list)
    script: str = ""
    scripts: int = 0
    cut: bool = False


@dataclass(slots=True)
class _TreeWork:
    """Counts the work of the tree builder so far, at the worst."""

    tags: int = 0
    open: int = 0
    unclosed: int = 0
    steps: int = 0
    copies: int = 0

    def count_tag(self, name: str, *, closing: bool) -> bool:
        """Counts a tag; returns False where it is one too many."""
        change = -1 if closing else 1
        if name not in _VOID and name not in _SELF_CLOSING:
            self.open = max(0, self.open + change)
        if name in _FORMATTING:
            self.unclosed = max(0, self.unclosed + change)
        self.tags += 1
        self.steps += self.open
        self.copies += self.unclosed
        return self.tags <= _MOST_TAGS and self.steps <= _MOST_STEPS and self.copies <= _MOST_COPIES


def lighten_markup(text: str) -> Markup:
    """Keeps of a page what is worth a tree. Linear in `text`, whatever it holds."""
    markup, parts, work, position = Markup(), ["<!doctype html>"], _TreeWork(), 0
    while not markup.cut and (start := text.find("<", position)) >= 0:
        parts.append(text[position:start])
        token = _TAG.match(text, start)
        if not token:
            part, position = _skip_non_tag(text, start)
            markup.cut = not work.count_tag("br", closing=False)
        elif not work.count_tag(token["name"].lower(), closing=bool(token["close"])):
            part, markup.cut = "", True
        else:
            attributes, position = _read_attributes(text, token.end())
            part, position = _lighten_element(markup, token, attributes, text, position)
        parts.append(part)
    if not markup.cut:
        parts.append(text[position:])
    markup.html = "".join(parts)
    return markup


def _skip_non_tag(text: str, start: int) -> tuple[str, int]:
    """Skips what is no tag. A comment, or a slip that browsers read as one, shows nothing; any other `<` is text
    (WHATWG HTML, "tag open state")."""
    if text.startswith("<!--", start):
        return "", _skip_past(text, "-->", start + 4)
    if text[start + 1 : start + 2] in ("!", "?", "/"):
        return "", _skip_past(text, ">", start + 1)
    return "&lt;", start + 1


def _lighten_element(
    markup: Markup, token: re.Match[str], attributes: dict[str, str], text: str, position: int
) -> tuple[str, int]:
    """Returns what is kept of a tag, and of what it holds where that shows no text; and where the markup goes on."""
    name = token["name"].lower()
    if token["close"]:
        return ("" if name in _DROPPED else f"</{name[:_LONGEST_NAME]}>"), position
    tag = _format_tag(name, attributes)
    if name not in _DROPPED and name not in _EMPTIED:
        return tag, position
    content, position = _read_content(text, name, position)
    return _lighten_hidden_element(markup, name, attributes, tag, content), position


def _lighten_hidden_element(markup: Markup, name: str, attributes: dict[str, str], tag: str, content: str) -> str:
    """Returns what is kept of an element without text of its own; what else it tells goes to `markup`."""
    if name == "script":
        if "ld+json" in attributes.get("type", "").lower():
            return f"{tag}{content}</script>"
        markup.scripts += 1
        if len(markup.sources) < _MOST_SCRIPTS and attributes.get("src"):
            markup.sources.append(attributes["src"])
        elif len(markup.script) < _SCRIPT_SHOWN:
            markup.script += content[:_SCRIPT_SHOWN] + "\n"
    elif name == "noscript" and len(markup.noscript) < _SCRIPT_SHOWN:
        markup.noscript += re.sub(r"<[^>]*+>", " ", content[:_SCRIPT_SHOWN])
    return tag if name in _EMPTIED else ""


def _read_attributes(text: str, position: int) -> tuple[dict[str, str], int]:
    """Reads the attributes of a tag (WHATWG HTML, tokenization, "before attribute name state"), the first of each name,
    and where the tag ends."""
    attributes: dict[str, str] = {}
    while attribute := _ATTRIBUTE.match(text, position):
        position = attribute.end()
        value = attribute["double"] or attribute["single"] or attribute["bare"] or ""
        if len(attributes) < _MOST_ATTRIBUTES and len(value) <= _LONGEST_ATTRIBUTE:
            attributes.setdefault(attribute["name"][:_LONGEST_NAME].lower(), value)
    end = _TO_END.match(text, position)
    return attributes, end.end() if end else position


def _format_tag(name: str, attributes: dict[str, str]) -> str:
    pairs = "".join(f' {key}="{value.replace(chr(34), "&quot;")}"' for key, value in attributes.items())
    return f"<{name[:_LONGEST_NAME]}{pairs}>"


def _read_content(text: str, name: str, position: int) -> tuple[str, int]:
    """Returns the content of an element up to its end tag, and where that begins."""
    end = re.compile(rf"</{name}(?![^\s/>])", re.IGNORECASE).search(text, position)
    return (text[position : end.start()], end.start()) if end else (text[position:], len(text))


def _skip_past(text: str, ending: str, position: int) -> int:
    start = text.find(ending, position)
    return len(text) if start < 0 else start + len(ending)


_LONGEST_BLOCK = 100_000
_MOST_OBJECTS = 2_000
_CONTACTS = ("telephone", "email", "address", "contactPoint")
_MOST_VALUES = 10
_LONGEST_VALUE = 200


def read_organization(blocks: list[str]) -> Organization:
    """Reads the JSON-LD blocks of a page; what is not JSON says nothing."""
    names: list[str] = []
    contacts: list[str] = []
    for block in blocks[:_MOST_VALUES]:
        for json_object in _walk_objects(block):
            texts = [f"{key}: {text}" for key in _CONTACTS if (text := _contact_text(json_object.get(key)))]
            contacts += texts
            if texts or "Organization" in str(json_object.get("@type")) or "legalName" in json_object:
                values = (json_object.get("name"), json_object.get("legalName"))
                names += [collapse_spaces(name)[:_LONGEST_VALUE] for name in values if isinstance(name, str)]
    return Organization(tuple(dict.fromkeys(names[:_MOST_VALUES])), tuple(dict.fromkeys(contacts[:_MOST_VALUES])))


def _walk_objects(block: str) -> Iterator[dict[str, object]]:
    try:
        values: list[object] = [json.loads(block[:_LONGEST_BLOCK])]
    except (ValueError, RecursionError):
        return
    for _ in range(_MOST_OBJECTS):
        if not values:
            return
        value = values.pop()
        if isinstance(value, list):
            values += value
        elif isinstance(value, dict):
            yield value
            values += [inner for key, inner in value.items() if key not in _CONTACTS]


def _contact_text(value: object) -> str:
    """Returns a contact on one line, cut; empty for a value without text."""
    if isinstance(value, str):
        return collapse_spaces(value)[:_LONGEST_VALUE]
    if isinstance(value, list):
        return next((text for part in value[:_MOST_VALUES] if (text := _contact_text(part))), "")
    if isinstance(value, dict):
        parts = (part for key, part in value.items() if isinstance(part, str) and not key.startswith("@"))
        return ", ".join(filter(None, map(collapse_spaces, parts)))[:_LONGEST_VALUE]
    return ""
