"""One pass over a page's markup that leaves what a person sees, and never more than a tree can be built of at once.

A tree builder's work grows with the tags *and* with what is open around each, and with the square of the attributes of
one tag, so a hostile page of 500 kB can keep it busy for minutes. This pass is linear: it drops what shows no text
(scripts, styles, comments, drawings), and cuts the page where the work would get out of hand.
"""

import re
from dataclasses import dataclass, field

_TAG = re.compile(r"<(?P<close>/)?(?P<name>[a-zA-Z][^\s/>]*+)")
_ATTRIBUTE = re.compile(
    r"""[\s/]*+(?P<name>[^\s/>][^\s/>=]*+)(?:\s*+=\s*+(?:"(?P<double>[^"]*+)"?|'(?P<single>[^']*+)'?|(?P<bare>[^\s>]*+)))?+"""
)
_TO_END = re.compile(r"[\s/]*+>?")
_MOST_TAGS = 40_000
_MOST_ATTRIBUTES = 60
_LONGEST_ATTRIBUTE = 4_000
_MOST_STEPS = 10_000_000
"""How often the tree builder may look at an element that is open: the sum, over all tags, of what is open there."""
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
    `sources` the addresses of its scripts, `script` the beginning of what stands in the page itself; `cut` whether the
    page was cut."""

    html: str = ""
    noscript: str = ""
    sources: list[str] = field(default_factory=list)
    script: str = ""
    scripts: int = 0
    cut: bool = False


@dataclass(slots=True)
class _Work:
    """What the tree builder has had to do so far, at the least favourable."""

    tags: int = 0
    open: int = 0
    unclosed: int = 0
    steps: int = 0
    copies: int = 0

    def count(self, name: str, *, closing: bool) -> bool:
        """Count a tag; False where it is one too many."""
        change = -1 if closing else 1
        if name not in _VOID and name not in _SELF_CLOSING:
            self.open = max(0, self.open + change)
        if name in _FORMATTING:
            self.unclosed = max(0, self.unclosed + change)
        self.tags += 1
        self.steps += self.open
        self.copies += self.unclosed
        return self.tags <= _MOST_TAGS and self.steps <= _MOST_STEPS and self.copies <= _MOST_COPIES


def lighten(text: str) -> Markup:
    """Take a page apart, and leave what is worth a tree. Linear in `text`, whatever it holds."""
    left, kept, work, at = Markup(), ["<!doctype html>"], _Work(), 0
    while not left.cut and (start := text.find("<", at)) >= 0:
        kept.append(text[at:start])
        token = _TAG.match(text, start)
        if not token:
            shown, at = _no_tag(text, start)
            left.cut = not work.count("br", closing=False)
        elif not work.count(token["name"].lower(), closing=bool(token["close"])):
            shown, left.cut = "", True
        else:
            attributes, at = _attributes(text, token.end())
            shown, at = _element(left, token, attributes, text, at)
        kept.append(shown)
    if not left.cut:
        kept.append(text[at:])
    left.html = "".join(kept)
    return left


def _no_tag(text: str, start: int) -> tuple[str, int]:
    """A comment, a doctype or a slip that browsers read as a comment shows nothing; any other `<` is a sign of text
    (WHATWG HTML, "tag open state")."""
    if text.startswith("<!--", start):
        return "", _after(text, "-->", start + 4)
    if text[start + 1 : start + 2] in ("!", "?", "/"):
        return "", _after(text, ">", start + 1)
    return "&lt;", start + 1


def _element(left: Markup, token: re.Match[str], attributes: dict[str, str], text: str, at: int) -> tuple[str, int]:
    """What stays of a tag, and of what it holds where that shows no text; and where the markup goes on."""
    name = token["name"].lower()
    if token["close"]:
        return ("" if name in _DROPPED else f"</{name[:_LONGEST_NAME]}>"), at
    tag = _tag(name, attributes)
    if name not in _DROPPED and name not in _EMPTIED:
        return tag, at
    inside, at = _inside(text, name, at)
    return _shown_of(left, name, attributes, tag, inside), at


def _shown_of(left: Markup, name: str, attributes: dict[str, str], tag: str, inside: str) -> str:
    """What stays of an element without text of its own; what is worth knowing of it goes to `left`."""
    if name == "script":
        if "ld+json" in attributes.get("type", "").lower():
            return f"{tag}{inside}</script>"
        left.scripts += 1
        if len(left.sources) < _MOST_SCRIPTS and attributes.get("src"):
            left.sources.append(attributes["src"])
        elif len(left.script) < _SCRIPT_SHOWN:
            left.script += inside[:_SCRIPT_SHOWN] + "\n"
    elif name == "noscript" and len(left.noscript) < _SCRIPT_SHOWN:
        left.noscript += re.sub(r"<[^>]*+>", " ", inside[:_SCRIPT_SHOWN])
    return tag if name in _EMPTIED else ""


def _attributes(text: str, at: int) -> tuple[dict[str, str], int]:
    """The attributes of a tag (WHATWG HTML, tokenization, "before attribute name state"), the first of each name, and
    where the tag ends."""
    found: dict[str, str] = {}
    while attribute := _ATTRIBUTE.match(text, at):
        at = attribute.end()
        value = attribute["double"] or attribute["single"] or attribute["bare"] or ""
        if len(found) < _MOST_ATTRIBUTES and len(value) <= _LONGEST_ATTRIBUTE:
            found.setdefault(attribute["name"][:_LONGEST_NAME].lower(), value)
    end = _TO_END.match(text, at)
    return found, end.end() if end else at


def _tag(name: str, attributes: dict[str, str]) -> str:
    written = "".join(f' {key}="{value.replace(chr(34), "&quot;")}"' for key, value in attributes.items())
    return f"<{name[:_LONGEST_NAME]}{written}>"


def _inside(text: str, name: str, at: int) -> tuple[str, int]:
    """What stands in an element up to its end tag, and where that begins."""
    end = re.compile(rf"</{name}(?![^\s/>])", re.IGNORECASE).search(text, at)
    return (text[at : end.start()], end.start()) if end else (text[at:], len(text))


def _after(text: str, sign: str, at: int) -> int:
    found = text.find(sign, at)
    return len(text) if found < 0 else found + len(sign)
