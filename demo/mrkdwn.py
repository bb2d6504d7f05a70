"""Slack's mrkdwn as runs of styled text, so that a terminal can show what Slack would show.

Read by Slack's page "Formatting message text": `*bold*`, `_italic_`, `~strike~`, `` `code` ``, fenced code, quoted
lines, `<url|text>`, mentions, and the three entities. A sign formats only at the edge of a word, and within a line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fakes.slack.markup import unescape

_FENCE = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
_TOKEN = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|<(?P<target>[^<>|\n]+)(?:\|(?P<label>[^<>\n]*))?>"
    r"|(?<!\w)\*(?P<bold>[^\s*](?:[^*\n]*[^\s*])?)\*(?!\w)"
    r"|(?<!\w)_(?P<italic>[^\s_](?:[^_\n]*[^\s_])?)_(?!\w)"
    r"|(?<!\w)~(?P<strike>[^\s~](?:[^~\n]*[^\s~])?)~(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Run:
    """Text with one look. `styles` are bold, italic, strike, code, pre, quote; `url` is where a link goes."""

    text: str
    styles: frozenset[str] = frozenset()
    url: str = ""


def parse_runs(text: str) -> tuple[Run, ...]:
    """Returns the runs of a mrkdwn text, entities resolved. Never raises; what is not markup is text."""
    parsed: list[Run] = []
    end = 0
    for fence in _FENCE.finditer(text):
        parsed.extend(_parse_lines(text[end : fence.start()]))
        parsed.append(Run(unescape(fence[1]), frozenset({"pre"})))
        end = fence.end()
    parsed.extend(_parse_lines(text[end:]))
    return tuple(parsed)


def _parse_lines(text: str) -> Iterator[Run]:
    """Parses lines; those that begin with `>`, or with its entity, are quoted."""
    for number, part in enumerate(text.split("\n")):
        if number:
            yield Run("\n")
        quoted = re.match(r"(?:&gt;|>) ?", part)
        styles = frozenset({"quote"}) if quoted else frozenset()
        yield from _parse_inline(part[quoted.end() :] if quoted else part, styles)


def _parse_inline(text: str, styles: frozenset[str]) -> Iterator[Run]:
    end = 0
    for token in _TOKEN.finditer(text):
        yield from _plain_run(text[end : token.start()], styles)
        end = token.end()
        kind = token.lastgroup or ""
        if token["target"] is not None:
            yield _parse_reference(token["target"], token["label"], styles)
        elif kind == "code":
            yield Run(unescape(token["code"]), styles | {"code"})
        else:
            yield from _parse_inline(token[kind], styles | {kind})
    yield from _plain_run(text[end:], styles)


def _plain_run(text: str, styles: frozenset[str]) -> Iterator[Run]:
    if text:
        yield Run(unescape(text), styles)


def _parse_reference(target: str, label: str | None, styles: frozenset[str]) -> Run:
    """Returns what stands between angle brackets: a mention, a date, or a link."""
    shown_label = unescape(label) if label else ""
    match target[0]:
        case "@" | "#":
            return Run(target[0] + (shown_label or target[1:]), styles | {"bold"})
        case "!":
            name, _, rest = target[1:].partition("^")
            return Run(shown_label or f"@{name}" if name != "date" else shown_label or rest, styles | {"bold"})
        case _:
            url = unescape(target)
            return Run(shown_label or url.removeprefix("mailto:"), styles, url)
